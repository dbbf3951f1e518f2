#ifndef KERN_GRADE_H
#define KERN_GRADE_H

/*
 * Curves of brightness: contrast about a pivot, levels, and what carries the
 * change of a picture's luminance over to its channels.
 */

#include <stddef.h>

/*
 * gain(y) = 2^(slope u w^2) with u = log2((|y| + toe) / (pivot + toe)) and
 * w = 1 - u * over_white, kept in 0 … 1: a power of slope + 1 about the pivot
 * which fades to none at the white. over_white = 0: no white.
 */
struct kern_contrast {
    float slope;
    float toe;
    float log_pivot; /* log2(pivot + toe) */
    float over_white;
};

/*
 * t = x mul + add; t^power up to 1 and its tangent above, mirrored below 0;
 * then times out_mul, plus out_add.
 */
struct kern_levels {
    float mul, add, power, out_mul, out_add;
};

struct kern_grade {
    /* dst = src * gain(luminance of Rec.2020): hue and chroma stay. */
    void (*contrast_luma)(float *const dst[3], const float *const src[3],
                          size_t n, const struct kern_contrast *v);
    /* dst = src * gain(src) */
    void (*contrast_each)(float *dst, const float *src, size_t n,
                          const struct kern_contrast *v);

    void (*levels)(float *dst, const float *src, size_t n,
                   const struct kern_levels *v);

    /*
     * dst = zero + src * (curved - zero) / luma: what a curve that takes luma
     * to curved, and 0 to zero, does to colours. Where luma is within 2^-10
     * of 0, the quotient is `slope`.
     */
    void (*follow)(float *const dst[3], const float *const src[3], size_t n,
                   const float *luma, const float *curved, float zero,
                   float slope);

    /*
     * dst *= (want + 0.001) / (have + 0.001), kept in 1/8 … 8, where negative
     * luminance counts as 0.
     */
    void (*rescale)(float *const dst[3], size_t n, const float *want,
                    const float *have);

    /*
     * dst = src + w * (other - src): w = 4 y (1 - y), y the root of src's
     * luminance within 0 … 1, so nothing changes in black and white; dst may be
     * src
     */
    void (*midtones)(float *const dst[3], const float *const src[3],
                     const float *const other[3], size_t n);
};

#endif
