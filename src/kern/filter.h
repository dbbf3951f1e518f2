#ifndef KERN_FILTER_H
#define KERN_FILTER_H

/*
 * Small neighbourhoods: sharpening, texture, noise, grain. Noise and grain
 * work on display values. Sharpening and texture work on linear light: they
 * change its lightness, the root of luminance, which is spaced about as the
 * eye sees it, and all three colours by one factor. Rows that have neighbours
 * are pointers to their first pixel inside buffers with room on both sides.
 */

#include <stddef.h>
#include <stdint.h>

struct kern_sharpen {
    float amount;
    float threshold; /* details well below this are left alone            */
    float overshoot; /* share that is kept of what leaves the local range */
};

/* The neighbours a pixel is averaged with: dx, dy of each. */
#define KERN_TAPS_MAX 32
struct kern_taps {
    int count;
    int16_t dx[KERN_TAPS_MAX], dy[KERN_TAPS_MAX];
};

struct kern_filter {
    /* dst = luma: the weights of luminance, on encoded values */
    void (*luma)(float *dst, const float *const src[3], size_t n);

    /* lo, hi = smallest, largest of 3 x 3; rows[1] is the middle */
    void (*range3)(float *lo, float *hi, const float *const rows[3], size_t n);

    /* dst = root of luminance, 0 where that is below 0 */
    void (*lightness)(float *dst, const float *const src[3], size_t n);

    /*
     * Lightness becomes light + amount * (light - blur), held near lo … hi;
     * dst may be src.
     */
    void (*sharpen)(float *const dst[3], const float *const src[3],
                    const float *light, const float *blur, const float *lo,
                    const float *hi, size_t n, const struct kern_sharpen *s);

    /* dst = src + amount * (luma - blur) for all three; dst may be src */
    void (*unsharp)(float *const dst[3], const float *const src[3],
                    const float *luma, const float *blur, size_t n,
                    float amount);

    /* Red and blue less green, uv, become uv + amount * (uv - blur); luma
       stays. */
    void (*unsharp_chroma)(float *const c[3], const float *const uv[2],
                           const float *const blur[2], size_t n, float amount);

    /* Lightness becomes light + gain * delta; dst may be src. */
    void (*relight)(float *const dst[3], const float *const src[3],
                    const float *light, const float *delta, size_t n,
                    float gain);

    /*
     * dst = weighted mean of value around each pixel, minus value[0]. A tap
     * weighs (1 - d^2 / limit^2)^2, 0 beyond, d the difference in guide. Rows
     * are indexed by dy, which may be negative.
     */
    void (*steady)(float *dst, const float *const *value,
                   const float *const *guide, size_t n,
                   const struct kern_taps *taps, float limit);

    /* The same for u and v with d^2 / limit^2 = (difference in y)^2 / ly^2 +
       (that in u and v)^2 / lc^2. */
    void (*steady2)(float *du, float *dv, const float *const *y,
                    const float *const *u, const float *const *v, size_t n,
                    const struct kern_taps *taps, float ly, float lc);

    /* u = red - green, v = blue - green */
    void (*chroma)(float *u, float *v, const float *const src[3], size_t n);

    /*
     * dst[2 i], dst[2 i + 1] = how far chroma u, v varies among the points i
     * and i + 1 of two rows: its range squared.
     */
    void (*unrest)(float *dst, const float *const u[2], const float *const v[2],
                   size_t pairs);

    /*
     * Moves chroma to u + du, v + dv, luma unchanged. What u, v (made small
     * and large again) miss of a pixel's chroma is noise, and dropped, unless
     * unrest or itself is well above limit.
     */
    void (*rechroma)(float *const dst[3], const float *const src[3],
                     const float *const uv[2], const float *const duv[2],
                     const float *unrest, size_t n, float limit);

    /* dst = src + delta for all three; dst may be src */
    void (*shift)(float *const dst[3], const float *const src[3],
                  const float *delta, size_t n);

    /*
     * dst[i] += gain * noise of lattice point (x + i, y): mean 0, variance 1.
     * Blocks of width x height points, powers of two from 2 on, from multiples
     * of that on, add up to 0.
     */
    void (*lattice)(float *dst, size_t n, int32_t x, int32_t y, uint32_t seed,
                    float gain, int width, int height);

    /*
     * dst[i] += gain * quadratic spline over src at at + i * step,
     * of equal variance everywhere. Places start at 1 or
     * behind, step is at most 1; sixteen values behind the last place are
     * read and must be finite.
     */
    void (*spline)(float *dst, const float *src, size_t n, float at, float step,
                   float gain);

    /* c += amount * noise, most in the mid-tones, none in black and white */
    void (*grain)(float *const c[3], const float *noise, size_t n,
                  float amount);
};

#endif
