#ifndef KERN_LUT_H
#define KERN_LUT_H

/* Interpolation in tables: curves of one channel, and cubes of colours. */

#include <stdbool.h>
#include <stddef.h>

/*
 * A curve through `points` values, at least 2, evenly spaced over lo … hi. An
 * input outside is moved to the nearest end, or, with `extend`, continues the
 * line of the last two values.
 */
struct kern_line {
    const float *value;
    int points;
    float lo, hi;
    bool extend;
};

/*
 * size^3 nodes of four floats (red, green, blue, any) over lo … hi of each
 * channel, red running fastest; size 2 … 256. Inputs outside are moved to the
 * nearest face, NaN to lo.
 */
struct kern_cube {
    const float *node; /* on a 16-byte boundary */
    int size;
    float lo[3], hi[3];
};

struct kern_lut {
    void (*line)(float *dst, const float *src, size_t n,
                 const struct kern_line *v);

    /* Between the four corners of the tetrahedron a colour lies in. */
    void (*tetrahedral)(float *const dst[3], const float *const src[3],
                        size_t n, const struct kern_cube *v);
    /* Between the eight corners of its cell. */
    void (*trilinear)(float *const dst[3], const float *const src[3], size_t n,
                      const struct kern_cube *v);

    /* ACEScct (Academy S-2016-001), without its ceiling. */
    void (*acescct_encode)(float *dst, const float *src, size_t n);
    void (*acescct_decode)(float *dst, const float *src, size_t n);
};

#endif
