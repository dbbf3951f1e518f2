#ifndef BASE_HASH_H
#define BASE_HASH_H

/* XXH3, for identity and caches. Not for secrets. */

#include <stddef.h>
#include <stdint.h>

struct hash128 {
    uint64_t hi, lo;
};

uint64_t hash_bytes(const void *bytes, size_t n, uint64_t seed);
struct hash128 hash_bytes128(const void *bytes, size_t n);

/* The same in pieces: what end() returns is hash_bytes128() of all of them. */
struct hash_stream;
struct hash_stream *hash_stream_new(void); /* NULL: out of memory */
void hash_stream_add(struct hash_stream *s, const void *bytes, size_t n);
struct hash128 hash_stream_end(const struct hash_stream *s);
void hash_stream_free(struct hash_stream *s);

/* 32 lower-case hex digits and a NUL. */
void hash_text(struct hash128 h, char text[static 33]);

#endif
