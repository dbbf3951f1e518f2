/*
 * Checked, counted memory. Each block has its size in the eight bytes before
 * it; texts, of which there are many and small, are not aligned to 64.
 */

#include "base/mem.h"

#include <assert.h>
#include <malloc.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/err.h"

#define ALIGN 64

#define TEXT_HEAD 16
#define TEXT      ((size_t)1 << (8 * sizeof(size_t) - 1)) /* in the size */

static _Atomic size_t used, peak;
static atomic_long fail_in; /* allocations until one fails; 0: none will */
static atomic_bool failed;

/* Huge pages: 512 times fewer page faults on picture planes. */
#define HUGE_PAGE ((size_t)2 << 20)

static void note(size_t size)
{
    size_t now = atomic_fetch_add(&used, size) + size;
    size_t most = atomic_load(&peak);

    while (now > most && !atomic_compare_exchange_weak(&peak, &most, now))
        ;
}

static bool must_fail(void)
{
    long left = atomic_load_explicit(&fail_in, memory_order_relaxed);

    while (left > 0)
        if (atomic_compare_exchange_weak(&fail_in, &left, left - 1))
            break;
    if (left == 1)
        atomic_store(&failed, true);
    return left == 1;
}

static size_t *size_of(void *block)
{
    return (size_t *)block - 1;
}

/* The block behind a head of so many bytes. */
static void *begin(void *all, size_t head, size_t size)
{
    void *block = (char *)all + head;

    *size_of(block) = size;
    return block;
}

void *mem_alloc(size_t size)
{
    size_t align = size >= HUGE_PAGE ? HUGE_PAGE : ALIGN;
    void *block;

    if (must_fail() || size > PTRDIFF_MAX - 2 * HUGE_PAGE ||
        posix_memalign(&block, align, size + ALIGN))
        return NULL;
    if (align == HUGE_PAGE)
        (void)madvise(block, size + ALIGN, MADV_HUGEPAGE);
    note(size);
    return begin(block, ALIGN, size);
}

bool mem_product(size_t count, size_t size, size_t *product)
{
    return !__builtin_mul_overflow(count, size, product);
}

void *mem_array(size_t count, size_t size)
{
    size_t bytes;

    return mem_product(count, size, &bytes) ? mem_alloc(bytes) : NULL;
}

void *mem_zero(size_t count, size_t size)
{
    void *block = mem_array(count, size);

    return block ? memset(block, 0, count * size) : NULL;
}

void *mem_resize(void *block, size_t size)
{
    void *fresh = mem_alloc(size);
    size_t old;

    if (!fresh || !block)
        return fresh;
    old = *size_of(block) & ~TEXT;
    memcpy(fresh, block, old < size ? old : size);
    mem_free(block);
    return fresh;
}

char *mem_chars(size_t n)
{
    void *all = must_fail() || n > PTRDIFF_MAX - TEXT_HEAD
                    ? NULL
                    : malloc(TEXT_HEAD + n);

    if (!all)
        return NULL;
    note(n);
    return begin(all, TEXT_HEAD, n | TEXT);
}

char *mem_text(const char *text)
{
    const size_t n = strlen(text) + 1;
    char *copy = mem_chars(n);

    return copy ? memcpy(copy, text, n) : NULL;
}

void *mem_copy(const void *bytes, size_t size)
{
    void *block = mem_alloc(size);

    if (block && size)
        memcpy(block, bytes, size);
    return block;
}

void mem_free(void *block)
{
    if (!block)
        return;
    atomic_fetch_sub(&used, *size_of(block) & ~TEXT);
    free((char *)block - (*size_of(block) & TEXT ? TEXT_HEAD : ALIGN));
}

void mem_fail_at(long n)
{
    if (n > 0)
        atomic_store(&failed, false);
    atomic_store(&fail_in, n);
}

bool mem_failed(void)
{
    return atomic_load(&failed);
}

size_t mem_used(void)
{
    return atomic_load(&used);
}

size_t mem_peak(void)
{
    return atomic_load(&peak);
}

void mem_tune(void)
{
    (void)mallopt(M_MMAP_THRESHOLD, 8 << 20);
    (void)mallopt(M_TRIM_THRESHOLD, 16 << 20);
}

int buf_reserve(struct buf *b, size_t more, struct err *e)
{
    size_t need, cap;
    uint8_t *data;

    if (b->len > b->max || more > b->max - b->len)
        return err_set(e, ERR_MEM, "more than the %zu bytes allowed", b->max);
    need = b->len + more;
    if (b->data && need < b->cap)
        return 0;
    cap = need < 64 ? 64 : need + need / 2;
    if (cap > b->max)
        cap = b->max;
    if (cap == SIZE_MAX)
        return err_mem(e, cap);
    cap++; /* the NUL */
    data = mem_resize(b->data, cap);
    if (!data)
        return err_mem(e, cap);
    b->data = data;
    b->cap = cap;
    b->data[b->len] = '\0';
    return 0;
}

int buf_add(struct buf *b, const void *bytes, size_t n, struct err *e)
{
    int rc = buf_reserve(b, n, e);

    if (rc < 0)
        return rc;
    if (n)
        memcpy(b->data + b->len, bytes, n);
    b->len += n;
    b->data[b->len] = '\0';
    return 0;
}

int buf_printf(struct buf *b, struct err *e, const char *fmt, ...)
{
    va_list args, again;
    int n, rc;

    va_start(args, fmt);
    va_copy(again, args);
    n = vsnprintf(NULL, 0, fmt, args);
    if (n < 0) {
        rc = err_set(e, ERR_ARG, "cannot format '%s'", fmt);
    } else {
        rc = buf_reserve(b, (size_t)n, e);
        if (rc == 0) {
            vsnprintf((char *)b->data + b->len, (size_t)n + 1, fmt, again);
            b->len += (size_t)n;
        }
    }
    va_end(again);
    va_end(args);
    return rc;
}

void buf_release(struct buf *b)
{
    mem_free(b->data);
    *b = (struct buf){.max = b->max};
}

int arena_init(struct arena *a, size_t size, struct err *e)
{
    *a = (struct arena){.data = mem_alloc(size), .size = size};
    return a->data ? 0 : err_mem(e, size);
}

void *arena_get(struct arena *a, size_t size)
{
    size_t start = a->used;

    assert(size <= a->size - start);
    a->used += size;
    if (a->used % ALIGN)
        a->used += ALIGN - a->used % ALIGN;
    if (a->used > a->size)
        a->used = a->size;
    return a->data + start;
}

float *arena_floats(struct arena *a, size_t count)
{
    size_t size = 0;

    assert(mem_product(count, sizeof(float), &size));
    return arena_get(a, size);
}

void arena_reset(struct arena *a)
{
    a->used = 0;
}

void arena_release(struct arena *a)
{
    mem_free(a->data);
    *a = (struct arena){0};
}
