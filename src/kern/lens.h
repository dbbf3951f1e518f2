#ifndef KERN_LENS_H
#define KERN_LENS_H

/*
 * Blur of what is out of focus. Each point of a picture is spread over the
 * shape of the aperture with a radius of its own; a pixel gathers what reaches
 * it. Radii are in pixels of the rows at hand.
 */

#include <stddef.h>
#include <stdint.h>

/* Signed radius: gain * (1 - focus / depth), or gain * (depth - focus) when
   relative; behind the focus above 0; kept in -most … most. */
struct kern_focus {
    int relative;
    float focus, gain, most;
};

/*
 * Places that a pixel gathers from, nearest first: dx, dy, and the radius from
 * which on light from there reaches it, less 0.5. A point of radius r counts
 * for r - near, kept in 0 … 1, times weight. A place may be there several
 * times: a shape with holes opens and shuts as the radius grows.
 */
struct kern_gather {
    int count;
    const int16_t *dx, *dy;
    const float *near;
    const float *weight; /* NULL: 1 */
};

/* What is in front of the focus, and what is behind, by signed radius. */
struct kern_layers {
    float far_from, far_scale;   /* smooth step of radius   */
    float near_from, near_scale; /* smooth step of - radius */
    float boost, threshold;      /* light above gets stronger */
};

/* Planes of kern_lens.split. */
enum {
    LENS_FAR_R,
    LENS_FAR_G,
    LENS_FAR_B,
    LENS_FAR, /* weight */
    LENS_FAR_RADIUS,
    LENS_NEAR_R,
    LENS_NEAR_G,
    LENS_NEAR_B,
    LENS_NEAR,
    LENS_NEAR_RADIUS,
    LENS_REST_R, /* all that is not near */
    LENS_REST_G,
    LENS_REST_B,
    LENS_REST,
    LENS_PLANES
};

struct kern_lens {
    void (*radius)(float *dst, const float *depth, size_t n,
                   const struct kern_focus *f);

    /* dst[p][i] += planes as above, of a row of colours and radii, times gain;
       what is no finite number counts as black. dst overlaps none. */
    void (*split)(float *const dst[LENS_PLANES], const float *const src[3],
                  const float *radius, size_t n, const struct kern_layers *l,
                  float gain);

    /* dst[i] = sum of step values from src[step * i] on; dst overlaps none */
    void (*join)(float *dst, const float *src, size_t n, int step);

    /* a /= w where w is above 0; else a = other. dst may be any of them. */
    void (*over)(float *dst, const float *a, const float *w, size_t n,
                 float other);

    /*
     * Sums of red, green, blue, weight: each place's premultiplied colour and
     * weight, times how much of it reaches here, by the smaller of its radius
     * and one's own, times the larger of both shares. Planes of `row`: red,
     * green, blue, weight, radius, share, each indexed by dy. dst overlaps
     * none.
     */
    void (*gather_far)(float *const dst[4], const float *const *const row[6],
                       const float *radius, const float *share, size_t n,
                       const struct kern_gather *g);

    /* The same by the place's radius alone. Planes of `row`: red, green, blue,
       weight, radius. */
    void (*gather_near)(float *const dst[4], const float *const *const row[5],
                        size_t n, const struct kern_gather *g);

    /*
     * One row from its layers. near and rest may be NULL. base: gathered at
     * full size (premultiplied, with its weight), where |radius| is above 0.5;
     * far, near, rest: brought to size. dst may be src.
     */
    void (*compose)(float *const dst[3], const float *const src[3],
                    const float *const base[4], const float *const far[4],
                    const float *const *near, const float *const *rest,
                    const float *radius, size_t n, const struct kern_layers *l);
};

#endif
