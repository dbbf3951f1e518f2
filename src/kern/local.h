#ifndef KERN_LOCAL_H
#define KERN_LOCAL_H

/*
 * Operations on light whose strength differs from place to place: what a wide
 * blur of the small picture says about each pixel arrives as rows. Every
 * change is one factor or one addend for all three colours, so grey stays grey
 * (halation alone adds colour, around highlights).
 */

#include <stddef.h>

/* Strengths in stops at full weight; see tone() in local.c for the weights. */
struct kern_tone {
    float shadows, highlights, whites, blacks;
};

/* What counts as a highlight: nothing below threshold - knee, all that is
   above threshold from threshold + knee on. */
struct kern_knee {
    float threshold, knee;
};

struct kern_vignette {
    float x, step;      /* place of the first pixel and of the next ones   */
    float y2;           /* square of the row's place                       */
    float start, scale; /* weight = smooth step of (r - start) * scale */
    float k;            /* gain = (1 + k weight)^-2                    */
    int brighten;       /* its reciprocal instead                      */
};

struct kern_local {
    /* dst = log2(luminance + 2^-10), luminance below 0 counting as 0 */
    void (*log_light)(float *dst, const float *const src[3], size_t n);

    /*
     * The line through a neighbourhood that follows a plane: a * value + b,
     * with a = covariance / (variance + eps). From five means: of the weight
     * of points, and of weight times value, value^2, plane, value * plane. a
     * and b may be two of them.
     */
    void (*fit)(float *a, float *b, const float *const mean[5], size_t n,
                float eps);

    /*
     * dst = weight of a value between the smallest and the largest around it:
     * 1 at either, little where it is further than limit from both, as where
     * an edge runs through a pixel.
     */
    void (*settled)(float *dst, const float *value, const float *lo,
                    const float *hi, size_t n, float limit);

    /* dst = a * b */
    void (*product)(float *dst, const float *a, const float *b, size_t n);

    /* c *= 2^(curve of base), base = a * log_light(c) + b */
    void (*tone)(float *const c[3], const float *a, const float *b, size_t n,
                 const struct kern_tone *t);

    /* c *= 2^(amount * (log_light(c) - base)), strongest in the mid-tones */
    void (*clarity)(float *const c[3], const float *a, const float *b, size_t n,
                    float amount);

    /* The same with an amount for each pixel. */
    void (*clarity_by)(float *const c[3], const float *a, const float *b,
                       const float *amount, size_t n);

    /* dst = smallest of the three colours, 0 … limit */
    void (*darkest)(float *dst, const float *const src[3], size_t n,
                    float limit);

    /* c = (c - light) * t^-amount + light, t = a * log_light(c) + b, raised
       where c would get dark */
    void (*dehaze)(float *const c[3], const float *a, const float *b, size_t n,
                   float amount, float light);

    /* dst = the part of src that is a highlight; dst may be src */
    void (*highlights)(float *const dst[3], const float *const src[3], size_t n,
                       const struct kern_knee *k);

    /* dst += src * gain */
    void (*add)(float *dst, const float *src, size_t n, float gain);

    /* c += tint * glow, nothing where c is a highlight itself */
    void (*halation)(float *const c[3], const float *glow, size_t n,
                     const struct kern_knee *k, const float tint[3]);

    void (*vignette)(float *const c[3], size_t n,
                     const struct kern_vignette *v);
};

#endif
