#ifndef KERN_HDR_H
#define KERN_HDR_H

/*
 * Light far brighter than white: the system curve of HLG, and what a display
 * of less range shows of it. Rows are linear light in the working space. A
 * grey stays a grey, and nothing here turns a hue.
 */

#include <stdbool.h>
#include <stddef.h>

/*
 * A curve y(x) of the brightest channel x, kept as (y - lift) / top: HDR_STEPS
 * points to each octave of x / top, evenly spaced within it, from
 * 2^-HDR_OCTAVES to 1. Between them y is straight, so that it rises where its
 * points do, and where y = x light keeps its bits. Below them y - lift is in
 * proportion to x. Above, y stays (a ceiling), or, when `open`, it is in
 * proportion to x.
 */
#define HDR_OCTAVES 40
#define HDR_STEPS   128
#define HDR_POINTS  (HDR_OCTAVES * HDR_STEPS + 1)
struct kern_hdr_curve {
    float top, lift;
    bool open;
    float y[HDR_POINTS + 1]; /* the last one twice */
};

/* x / top at point i. */
static inline double hdr_point(int i)
{
    return (1 + (i % HDR_STEPS) / (double)HDR_STEPS) /
           (double)(1ULL << (HDR_OCTAVES - i / HDR_STEPS));
}

/*
 * What a display can show: the rows of `display`, each of which adds up to 1,
 * make light of its red, green and blue, those of `back` undo it. limit[] is
 * where the least of them is about 0: (|a| + |b|) / L of OKLab by hue, as in
 * kern/oklab.h, and the same at all lightnesses.
 */
#define HDR_HUES 1024
struct kern_hdr_gamut {
    float display[9], back[9];
    bool bounded; /* else colours are left where they are                */
    float knee;   /* share of the limit where chroma begins to make room */
    float safe;   /* no channel below this share of the brightest: chroma is
                     below the knee, whatever the hue */
    float limit[HDR_HUES + 1];
    float fade, from; /* chroma loses fade * ((x - from) / (x + from))^2
                         where the brightest channel x is above from */
};

struct kern_hdr {
    /* The curve of SDR (ITU-R BT.1886 with black at 0): the power of 2.4, and
       its inverse, mirrored below 0, NaN as 0; errors below 7 and 3 units of
       the last place. */
    void (*bt1886_decode)(float *dst, const float *src, size_t n);
    void (*bt1886_encode)(float *dst, const float *src, size_t n);

    /* dst = src * gain * |luminance|^power; without luminance 0. The OOTF of
       HLG and its inverse. */
    void (*ootf)(float *const dst[3], const float *const src[3], size_t n,
                 float gain, float power);

    /* All three by the factor that the curve has for the brightest. */
    void (*map)(float *const dst[3], const float *const src[3], size_t n,
                const struct kern_hdr_curve *c);

    /*
     * The same for the brightest channel of the display, once the colour is
     * one that it can show: chroma shrinks to the limit at the same hue and
     * lightness, and what is below 0 then becomes 0. What fades keeps its
     * brightest channel.
     */
    void (*map_gamut)(float *const dst[3], const float *const src[3], size_t n,
                      const struct kern_hdr_curve *c,
                      const struct kern_hdr_gamut *g);

    /* dst = brightest of the three, kept in 0 … limit, NaN as 0; sum[i] = the
       sum of elements i, i + 8, i + 16 … */
    void (*brightest)(float *dst, float sum[8], const float *const src[3],
                      size_t n, float limit);
};

#endif
