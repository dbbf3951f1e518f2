/* Counting bright pixels; see the header. */

#include "image/light.h"

#include <math.h>
#include <string.h>

static int bin_of(float v)
{
    const float least = LIGHT_LEAST;
    uint32_t bits, first;

    if (!(v > least))
        return 0;
    memcpy(&bits, &v, sizeof(bits));
    memcpy(&first, &least, sizeof(first));
    bits = (bits - first) >> 15; /* LIGHT_STEPS = 2^(23 - 15) */
    return bits < LIGHT_BINS ? (int)bits : LIGHT_BINS - 1;
}

void light_count(struct light_bins *b, const float *value, size_t n)
{
    for (size_t i = 0; i < n; i++)
        b->count[bin_of(value[i])]++;
}

double light_but(const struct light_bins *b, uint64_t above)
{
    uint64_t over = 0;
    int i = LIGHT_BINS - 1;

    while (i > 0 && over + b->count[i] <= above)
        over += b->count[i--];
    return i == 0 ? 0
                  : ldexp(1 + (i % LIGHT_STEPS + 1) / (double)LIGHT_STEPS,
                          i / LIGHT_STEPS) *
                        (double)LIGHT_LEAST;
}
