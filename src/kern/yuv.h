#ifndef KERN_YUV_H
#define KERN_YUV_H

/*
 * Between the code values of films and R'G'B' as floats. Chroma that is 2^shift
 * times narrower or lower goes through a cubic with four samples for each of
 * 2^shift phases, and back through a low-pass of 4 * 2^shift pixels. _u8 and
 * _u16 are of 1 and 2 bytes a sample. No row overlaps another.
 */

#include <stddef.h>
#include <stdint.h>

/* R', G', B' = y + r v, y + gu u + gv v, y + b u
   with y = (code - zero) * (scale + rest) */
struct kern_yuv_join {
    float zero, scale, rest;
    float r, gu, gv, b;
    int shift;     /* 0, 1, 2                                       */
    int at[4];     /* where the samples of a phase begin: -2, -1    */
    float w[4][4]; /* and their weights                             */
};

/* y = kr r + (1 - kr - kb) g + kb b, u = b - y, v = r - y. Colours are taken
   as -4 … 4, NaN as -4. */
struct kern_yuv_split {
    float kr, kb;
};

/* code = floor(x * scale + zero + dither), clipped to 0 … max; NaN gives 0 */
struct kern_yuv_code {
    float scale, zero, max;
};

/* Thresholds of a row: pixel i takes number i % KERN_YUV_DITHER. */
#define KERN_YUV_DITHER 256

struct kern_yuv {
    /* dst = (code - zero) * (scale + rest) */
    void (*code_u8)(float *dst, const uint8_t *src, size_t n, float zero,
                    float scale, float rest);
    void (*code_u16)(float *dst, const uint16_t *src, size_t n, float zero,
                     float scale, float rest);

    /* dst[i] = sum over k < 4 of w[k] * rows[k][i], less zero */
    void (*fold_u8)(float *dst, const uint8_t *const rows[4], const float w[4],
                    size_t n, float zero);
    void (*fold_u16)(float *dst, const uint16_t *const rows[4],
                     const float w[4], size_t n, float zero);

    /*
     * n pixels of luma codes, and chroma, to red, green and blue. Pixel i has
     * phase i % 2^shift of the samples around number i / 2^shift: two values
     * before the first and after the last are read, when shift is not 0.
     */
    void (*join_u8)(float *const dst[3], const uint8_t *luma, const float *u,
                    const float *v, size_t n, const struct kern_yuv_join *j);
    void (*join_u16)(float *const dst[3], const uint16_t *luma, const float *u,
                     const float *v, size_t n, const struct kern_yuv_join *j);

    /* The same with three rows of codes of one width; `zero` is chroma's. */
    void (*join3_u8)(float *const dst[3], const uint8_t *const src[3], size_t n,
                     const struct kern_yuv_join *j, float zero);
    void (*join3_u16)(float *const dst[3], const uint16_t *const src[3],
                      size_t n, const struct kern_yuv_join *j, float zero);

    /* Red, green and blue to codes of y, and to u and v. */
    void (*split_u8)(uint8_t *luma, float *u, float *v,
                     const float *const src[3], size_t n,
                     const struct kern_yuv_split *s,
                     const struct kern_yuv_code *q, const float *dither);
    void (*split_u16)(uint16_t *luma, float *u, float *v,
                      const float *const src[3], size_t n,
                      const struct kern_yuv_split *s,
                      const struct kern_yuv_code *q, const float *dither);
    /* u and v alone */
    void (*differ)(float *u, float *v, const float *const src[3], size_t n,
                   const struct kern_yuv_split *s);
    /* y alone, of any values; a grey keeps its own. dst may be a source. */
    void (*luma)(float *dst, const float *const src[3], size_t n,
                 const struct kern_yuv_split *s);

    /* The same with pixels of even and odd numbers apart: u[0], u[1]. */
    void (*split2_u8)(uint8_t *luma, float *const u[2], float *const v[2],
                      const float *const src[3], size_t n,
                      const struct kern_yuv_split *s,
                      const struct kern_yuv_code *q, const float *dither);
    void (*split2_u16)(uint16_t *luma, float *const u[2], float *const v[2],
                       const float *const src[3], size_t n,
                       const struct kern_yuv_split *s,
                       const struct kern_yuv_code *q, const float *dither);
    void (*differ2)(float *const u[2], float *const v[2],
                    const float *const src[3], size_t n,
                    const struct kern_yuv_split *s);

    /* dst[i] = sum over k < 4 of w[2 k] * a[i + k] + w[2 k + 1] * b[i + k] */
    void (*narrow2)(float *dst, const float *a, const float *b, size_t n,
                    const float w[8]);
    /* dst[i] = sum over k < 16 of w[k] * src[4 i + k] */
    void (*narrow4)(float *dst, const float *src, size_t n, const float w[16]);

    /* Codes of sum over k < taps of w[k] * rows[k][i]. */
    void (*store_u8)(uint8_t *dst, const float *const *rows, const float *w,
                     int taps, size_t n, const struct kern_yuv_code *q,
                     const float *dither);
    void (*store_u16)(uint16_t *dst, const float *const *rows, const float *w,
                      int taps, size_t n, const struct kern_yuv_code *q,
                      const float *dither);

    /* dst = src, but 0 for NaN; dst may be src */
    void (*number)(float *dst, const float *src, size_t n);
};

#endif
