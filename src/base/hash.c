/* XXH3 by libxxhash. */

#include "base/hash.h"

#include <inttypes.h>
#include <stdio.h>
#include <xxhash.h>

uint64_t hash_bytes(const void *bytes, size_t n, uint64_t seed)
{
    return XXH3_64bits_withSeed(bytes, n, seed);
}

struct hash128 hash_bytes128(const void *bytes, size_t n)
{
    XXH128_hash_t h = XXH3_128bits(bytes, n);

    return (struct hash128){.hi = h.high64, .lo = h.low64};
}

void hash_text(struct hash128 h, char text[static 33])
{
    snprintf(text, 33, "%016" PRIx64 "%016" PRIx64, h.hi, h.lo);
}
