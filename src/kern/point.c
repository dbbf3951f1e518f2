/* Small pointwise arithmetic that many operations share. */

#include "kern/level.h"
#include "kern/math.h"
#include "kern/point.h"

static void scale_bias(float *dst, const float *src, size_t n, float mul,
                       float add)
{
    for (size_t i = 0; i < n; i++)
        dst[i] = kfma(src[i], mul, add);
}

static void mix(float *dst, const float *a, const float *b, size_t n, float t)
{
    for (size_t i = 0; i < n; i++)
        dst[i] = kfma(b[i] - a[i], t, a[i]);
}

const struct kern_point KERN_TABLE(kern_point) = {
    .scale_bias = scale_bias,
    .mix = mix,
};
