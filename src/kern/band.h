#ifndef KERN_BAND_H
#define KERN_BAND_H

/*
 * Blocks of pixels, of which is known the mean, the smallest and the largest
 * value: three rows, in this order. They tell bands in a gradient from detail.
 */

#include <stddef.h>
#include <stdint.h>

struct kern_band {
    /* Of two rows of 2 n blocks, n that are twice as large. */
    void (*join)(float *const dst[3], const float *const a[3],
                 const float *const b[3], size_t n);

    /* Of three blocks in a line: the mean weighs 1:2:1, the rest is that of
       all. dst overlaps none. */
    void (*spread)(float *const dst[3], const float *const a[3],
                   const float *const b[3], const float *const c[3], size_t n);

    /* dst = 1 where hi - lo <= full, falling to 0 at none */
    void (*flat)(float *dst, const float *lo, const float *hi, size_t n,
                 float full, float none);

    /*
     * dst = src + trust * (want - src), all of it up to `limit`, less beyond,
     * nothing from 2 limit on; dst may be src
     */
    void (*deband)(float *dst, const float *src, const float *want,
                   const float *trust, size_t n, float limit);

    /*
     * dst += trust * amount * a pattern of (i, y) whose values are spread
     * evenly over -1/2 … 1/2, and over every few pixels; `phase` shifts it, in
     * parts of 2^32
     */
    void (*dither)(float *dst, const float *trust, size_t n, int y,
                   uint32_t phase, float amount);
};

#endif
