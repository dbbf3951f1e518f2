#ifndef KERN_POINT_H
#define KERN_POINT_H

/* Small pointwise arithmetic that many operations share. */

#include <stddef.h>

struct kern_point {
    /* dst = src * mul + add, fused */
    void (*scale_bias)(float *dst, const float *src, size_t n, float mul,
                       float add);
    /* dst = a + (b - a) * t */
    void (*mix)(float *dst, const float *a, const float *b, size_t n, float t);
};

#endif
