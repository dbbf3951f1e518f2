#ifndef KERN_REFINE_H
#define KERN_REFINE_H

/* Depth for the pixels of a picture from a smaller map, guided by colour. */

#include <stddef.h>

struct kern_refine {
    /* dst = root of src, within 0 … 10000 before: differences as seen */
    void (*root)(float *dst, const float *src, size_t n);

    /* dst = 1 / src */
    void (*invert)(float *dst, const float *src, size_t n);

    /*
     * dst[i] = mean of the four points around the place at + i * step (clamped
     * to 0 … points - 1) of two rows, `t` between them. A point weighs as in
     * linear interpolation, and the more the nearer its colour is to that of
     * the pixel. Planes of a row: the roots of its colours, and the value; one
     * point behind the last is read. rgb is linear light; dst overlaps none.
     */
    void (*guided)(float *dst, const float *const rgb[3],
                   const float *const above[4], const float *const below[4],
                   int points, size_t n, float at, float step, float t);
};

#endif
