#ifndef KERN_CONVERT_H
#define KERN_CONVERT_H

/*
 * Between raw samples and planes, and between encodings: the way in and the
 * way out of every picture.
 */

#include <stddef.h>
#include <stdint.h>

/* light = x >= d ? (a x + b)^g + e : c x + f, mirrored for x < 0. */
struct kern_power {
    float g, a, b, c, d, e, f;
};

struct kern_convert {
    /*
     * Sample `first` of each of n pixels of `step` samples to floats; integers
     * are divided by their largest value (8 bit: 255, 16 bit: 65535, 32 bit:
     * 4294967295, rounded to nearest).
     */
    void (*unpack_u8)(float *dst, const uint8_t *src, size_t n, int step);
    void (*unpack_u16)(float *dst, const uint16_t *src, size_t n, int step);
    void (*unpack_u32)(float *dst, const uint32_t *src, size_t n, int step);
    void (*unpack_f16)(float *dst, const uint16_t *src, size_t n, int step);
    void (*unpack_f32)(float *dst, const float *src, size_t n, int step);

    /* The same through a table of all their values, of 256 or 65536. */
    void (*lookup_u8)(float *dst, const uint8_t *src, size_t n, int step,
                      const float *table);
    void (*lookup_u16)(float *dst, const uint16_t *src, size_t n, int step,
                       const float *table);

    /* The common case, three samples a pixel, in one pass. */
    void (*unpack3_u8)(float *const dst[3], const uint8_t *src, size_t n);
    void (*unpack3_u16)(float *const dst[3], const uint16_t *src, size_t n);
    void (*unpack3_f16)(float *const dst[3], const uint16_t *src, size_t n);
    void (*unpack3_f32)(float *const dst[3], const float *src, size_t n);

    /*
     * And back. Integers: clamped to 0 … 1, NaN gives 0, rounded to nearest
     * (halves up). Half: rounded to nearest even, overflow to infinity.
     */
    void (*pack_u8)(uint8_t *dst, const float *src, size_t n, int step);
    void (*pack_u16)(uint16_t *dst, const float *src, size_t n, int step);
    void (*pack_u32)(uint32_t *dst, const float *src, size_t n, int step);
    void (*pack_f16)(uint16_t *dst, const float *src, size_t n, int step);
    void (*pack_f32)(float *dst, const float *src, size_t n, int step);
    void (*pack3_u8)(uint8_t *dst, const float *const src[3], size_t n);
    void (*pack3_u16)(uint16_t *dst, const float *const src[3], size_t n);
    void (*pack3_f16)(uint16_t *dst, const float *const src[3], size_t n);
    void (*pack3_f32)(float *dst, const float *const src[3], size_t n);

    /*
     * Adds triangular noise of one 8-bit step either way (TPDF), before
     * rounding to 8 bits: a hash of x (of the first), y and the plane, so the
     * same anywhere. Within a step of 0 and 1 the noise shrinks to nothing:
     * black and white stay clean.
     */
    void (*dither8)(float *dst, const float *src, size_t n, int x, int y,
                    int plane);

    /*
     * Transfer functions; see image/color.h for their scales. Mirrored below
     * 0, but for the camera curves, whose linear part goes on.
     */
    void (*power_decode)(float *dst, const float *src, size_t n,
                         const struct kern_power *p);
    void (*power_encode)(float *dst, const float *src, size_t n,
                         const struct kern_power *p);
    void (*pq_decode)(float *dst, const float *src, size_t n);
    void (*pq_encode)(float *dst, const float *src, size_t n);
    void (*hlg_decode)(float *dst, const float *src, size_t n);
    void (*hlg_encode)(float *dst, const float *src, size_t n);
    void (*logc3_decode)(float *dst, const float *src, size_t n);
    void (*logc3_encode)(float *dst, const float *src, size_t n);
    void (*slog3_decode)(float *dst, const float *src, size_t n);
    void (*slog3_encode)(float *dst, const float *src, size_t n);

    /*
     * Linear interpolation in a table of at least 2 points over 0 … 1, clamped;
     * and its inverse by search in a rising table: the lowest value that gives
     * src, but 1 for the table's last value.
     */
    void (*table_decode)(float *dst, const float *src, size_t n,
                         const float *table, int points);
    void (*table_encode)(float *dst, const float *src, size_t n,
                         const float *table, int points);

    /*
     * dst[i] = sum over j of m[3 i + j] * src[j]; dst may be src. A grey is
     * multiplied by the row's sum, which is 1 when within 1e-6 of it: matrices
     * between white-balanced spaces leave greys exactly as they are.
     */
    void (*matrix)(float *const dst[3], const float *const src[3], size_t n,
                   const float m[9]);

    /* sRGB curve, mirrored and continued: the two domains of operations. */
    void (*to_display)(float *dst, const float *src, size_t n);
    void (*to_linear)(float *dst, const float *src, size_t n);

    /* The square root, mirrored, and its inverse: the third domain. */
    void (*to_root)(float *dst, const float *src, size_t n);
    void (*from_root)(float *dst, const float *src, size_t n);

    /* c *= a; c /= a; both only where a > 0. */
    void (*associate)(float *c, const float *a, size_t n);
    void (*dissociate)(float *c, const float *a, size_t n);

    /* dst = 1 - src */
    void (*invert)(float *dst, const float *src, size_t n);

    /* dst += src, where what is infinite or not a number counts as 0. */
    void (*add_finite)(float *dst, const float *src, size_t n);

    /* dst[i / step] += src[i] for i < n, summed from the left box by box. */
    void (*box_add)(float *dst, const float *src, size_t n, int step);

    /* dst = luminance of Rec.2020 linear light; a grey keeps its value. */
    void (*luminance)(float *dst, const float *const src[3], size_t n);
};

#endif
