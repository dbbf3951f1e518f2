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

struct kern_depth {
    /* dst = weight of depth */
    void (*window)(float *dst, const float *depth, size_t n,
                   const struct kern_window *w);

    /* dst = a where w <= 0, b where w >= 1, else a + (b - a) * w: what counts
       for nothing is never looked at. */
    void (*blend)(float *dst, const float *a, const float *b, const float *w,
                  size_t n);
};

#endif
