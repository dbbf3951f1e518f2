#ifndef KERN_RESAMPLE_H
#define KERN_RESAMPLE_H

/*
 * Weighted sums over neighbours, in rows and across rows: blurs, resizing,
 * turning. Sums are made in ascending order of the taps, product by product
 * (nothing is fused), so that a row has the same bits wherever it is cut.
 */

#include <stddef.h>

struct kern_resample {
    /* dst[i] = sum over k < taps of w[k] * rows[k][i]; dst overlaps none */
    void (*blend)(float *dst, const float *const *rows, const float *w,
                  int taps, size_t n);
    /* dst[i] += the same */
    void (*blend_add)(float *dst, const float *const *rows, const float *w,
                      int taps, size_t n);

    /*
     * dst[i] = w[0] * c[i] + sum over 1 <= k <= r of w[k] * (c[i-k] + c[i+k]),
     * where c is src + r: src holds n + 2 r values. dst overlaps none.
     */
    void (*blur)(float *dst, const float *src, const float *w, int r, size_t n);

    /* The same across rows[0 … 2 r]. */
    void (*blur_rows)(float *dst, const float *const *rows, const float *w,
                      int r, size_t n);

    /* dst[8 i + l] = rows[l][i], and back. */
    void (*weave8)(float *dst, const float *const rows[8], size_t n);
    void (*unweave8)(float *const rows[8], const float *src, size_t n);

    /*
     * dst[8 i + l] = sum over k < taps of w[i * taps + k] *
     * src[8 (start[i] - start[0] + k) + l]: eight woven rows, resampled.
     */
    void (*taps8)(float *dst, const float *src, const int *start,
                  const float *w, int taps, size_t n);

    /*
     * dst[i] = src between its points, at + i * step clamped to 0 … points-1.
     * Eight more values behind the last point are read and must be finite.
     * dst overlaps none.
     */
    void (*stretch)(float *dst, const float *src, int points, size_t n,
                    float at, float step);

    /* dst[2 i], dst[2 i + 1] = src[i], src[i + 1] mixed 3:1 and 1:3. */
    void (*twice)(float *dst, const float *src, size_t pairs);

    /* dst[i] = (a[2 i] + a[2 i + 1] + b[2 i] + b[2 i + 1]) / 4 */
    void (*halve)(float *dst, const float *a, const float *b, size_t n);

    /* c = a > 1e-5 ? c / a : 0: colours that were weighed by alpha */
    void (*unweigh)(float *c, const float *a, size_t n);
    /* a = a within 0 … 1: filters overshoot, coverage cannot */
    void (*coverage)(float *a, size_t n);

    /* dst[i] = src[n - 1 - i]; dst overlaps none */
    void (*reverse)(float *dst, const float *src, size_t n);

    /* dst[x * dpitch + y] = src[y * spitch + x] for x < w, y < h */
    void (*transpose)(float *dst, size_t dpitch, const float *src,
                      size_t spitch, size_t w, size_t h);
};

#endif
