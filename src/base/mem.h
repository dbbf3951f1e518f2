#ifndef BASE_MEM_H
#define BASE_MEM_H

/*
 * Memory. Every allocation of the project goes through here, so that sizes are
 * checked in one place, a test can make the n-th one fail, and the bytes in
 * use are known. All functions return NULL on failure; the caller turns that
 * into err_mem(). Blocks are aligned to 64 bytes and freed by mem_free().
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

void *mem_alloc(size_t size);

/* As mem_alloc(count * size), with the product checked. */
void *mem_array(size_t count, size_t size);

/* As mem_array(), cleared. */
void *mem_zero(size_t count, size_t size);

/* Grows or shrinks, and makes a new block of NULL; on failure NULL, and the
 * old block stays valid. */
void *mem_resize(void *block, size_t size);

/* Texts: aligned to 16, and with less around them. Room for n bytes, and a
   copy. */
char *mem_chars(size_t n);
char *mem_text(const char *text);
void *mem_copy(const void *bytes, size_t size);
void mem_free(void *block);

/* Stores count * size, or returns false when that does not fit in size_t. */
bool mem_product(size_t count, size_t size, size_t *product);

/*
 * For tests: the n-th allocation from now on fails (1 = the next), 0 turns
 * this off. mem_failed() tells whether one has failed since it was turned on.
 */
void mem_fail_at(long n);
bool mem_failed(void);

/* Bytes that are allocated now, and the most since the start. */
size_t mem_used(void);
size_t mem_peak(void);

/*
 * For programs, at their start: blocks of several megabytes are strips, which
 * go back to the system when freed. Left alone the heap keeps them in pieces
 * that no other strip fits in.
 */
void mem_tune(void);

/*
 * Growing bytes with a ceiling: more than `max` bytes fail with ERR_MEM, so a
 * hostile file cannot make one grow without end. { .max = n } is a valid empty
 * buffer. A NUL that does not count in len always follows the bytes.
 */
struct err;
struct buf {
    uint8_t *data;
    size_t len, cap, max;
};

int buf_add(struct buf *b, const void *bytes, size_t n, struct err *e);
int buf_reserve(struct buf *b, size_t more, struct err *e);
int buf_printf(struct buf *b, struct err *e, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
void buf_release(struct buf *b);

/*
 * Scratch of one worker for the duration of one task: allocate in order, give
 * back all at once. Every piece is aligned to 64 bytes and takes a multiple of
 * 64. arena_get() never fails for a caller that stays within the size the arena
 * was made with, which is asserted.
 */
struct arena {
    uint8_t *data;
    size_t used, size;
};

int arena_init(struct arena *a, size_t size, struct err *e);
void *arena_get(struct arena *a, size_t size);
float *arena_floats(struct arena *a, size_t count);
void arena_reset(struct arena *a);
void arena_release(struct arena *a);

#endif
