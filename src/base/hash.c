/* XXH3 by libxxhash. */

#include "base/hash.h"

#include <inttypes.h>
#include <stdio.h>
#define XXH_STATIC_LINKING_ONLY /* the size of the state */
#include <xxhash.h>

#include "base/mem.h"

uint64_t hash_bytes(const void *bytes, size_t n, uint64_t seed)
{
    return XXH3_64bits_withSeed(bytes, n, seed);
}

struct hash128 hash_bytes128(const void *bytes, size_t n)
{
    XXH128_hash_t h = XXH3_128bits(bytes, n);

    return (struct hash128){.hi = h.high64, .lo = h.low64};
}

struct hash_stream {
    XXH3_state_t state;
};

struct hash_stream *hash_stream_new(void)
{
    struct hash_stream *s = mem_zero(1, sizeof(*s));

    if (s)
        XXH3_128bits_reset(&s->state);
    return s;
}

void hash_stream_add(struct hash_stream *s, const void *bytes, size_t n)
{
    XXH3_128bits_update(&s->state, bytes, n);
}

struct hash128 hash_stream_end(const struct hash_stream *s)
{
    XXH128_hash_t h = XXH3_128bits_digest(&s->state);

    return (struct hash128){.hi = h.high64, .lo = h.low64};
}

void hash_stream_free(struct hash_stream *s)
{
    mem_free(s);
}

void hash_text(struct hash128 h, char text[static 33])
{
    snprintf(text, 33, "%016" PRIx64 "%016" PRIx64, h.hi, h.lo);
}
