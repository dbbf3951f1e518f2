#ifndef KERN_DEPTH_H
#define KERN_DEPTH_H

/*
 * What depends on how far away a pixel is: windows and zones of depth, haze,
 * and mixing by weights. Rows of depth are as image/depth.h says, and finite.
 */

#include <stddef.h>

/* weight = bias + gain * rise(x) * fall(x), each a smooth step of
   (x - at) * scale, kept in 0 … 1. */
struct kern_window {
    float rise_at, rise_scale;
    float fall_at, fall_scale;
    float gain, bias;
};

/* position = sum of smooth steps of (x - at) * scale, kept in 0 … 1. */
#define KERN_STEPS_MAX 8
struct kern_steps {
    int count;
    float at[KERN_STEPS_MAX], scale[KERN_STEPS_MAX];
};

/*
 * What happens to light in each zone: a gain over the stops of luminance,
 * `points` of them from log2 = lo on, `per_stop` to a stop; row behind row.
 * color is added to a distance from grey of 1.
 */
struct kern_zones {
    int zones, points;
    float lo, per_stop;
    const float *gain;
    float color[KERN_STEPS_MAX + 1];
};

struct kern_depth {
    /* dst = weight of depth */
    void (*window)(float *dst, const float *depth, size_t n,
                   const struct kern_window *w);

    /* dst = position of depth: 0 … count; dst overlaps none */
    void (*steps)(float *dst, const float *depth, size_t n,
                  const struct kern_steps *s);

    /* Light in zones, place 0 … zones-1 lying between two; dst may be src. */
    void (*zones)(float *const dst[3], const float *const src[3],
                  const float *place, size_t n, const struct kern_zones *z);

    /* dst = a where w <= 0, b where w >= 1, else a + (b - a) * w: what counts
       for nothing is never looked at. */
    void (*blend)(float *dst, const float *a, const float *b, const float *w,
                  size_t n);
};

#endif
