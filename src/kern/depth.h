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

/*
 * Air. Relative depth d is reach / max(1 - d, least) metres away; a depth from
 * 0.99 sky on passes into sky.
 */
struct kern_air {
    int relative;
    float sky, reach, least;
    float density; /* per metre, for exponents of 2                  */
    float thin;    /* 1 / the height over which air gets thinner by e */
    float light[3];
    float sun[3], sun_dir[3]; /* x right, y up, z ahead; unit length */
    float slope;              /* of a ray, per pixel of the full picture */
};

/* Rays of a row: x / z of the first and the step to the next, y / z, and what
   comes through from the sky. */
struct kern_air_row {
    float x, step, rise, sky;
};

/* near + (far - near) * share; share is depth when relative, else what
   op/distance.h says of metres. */
struct kern_fade {
    int relative;
    float begin, scale; /* metric: (1 - begin / depth) * scale */
    float near, far;
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

    /* dst = share of light that arrives: 0 … 1; dst may be depth */
    void (*clearness)(float *dst, const float *depth, size_t n,
                      const struct kern_air *a, const struct kern_air_row *at);

    /* dst = src * clear + (1 - clear) * light of the air; dst may be src */
    void (*haze)(float *const dst[3], const float *const src[3],
                 const float *clear, size_t n, const struct kern_air *a,
                 const struct kern_air_row *at);

    /* dst = strength of depth; dst may be depth */
    void (*fade)(float *dst, const float *depth, size_t n,
                 const struct kern_fade *f);

    /*
     * w *= 1 - amount where shares of depth, none below 0, differ among the 5 x
     * 5 around: by more than `limit` a little, by three times that wholly.
     * rows[2] is the middle; two values on each side are read.
     */
    void (*guard)(float *w, const float *const rows[5], size_t n, float limit,
                  float amount);

    /* dst = a where w <= 0, b where w >= 1, else a + (b - a) * w: what counts
       for nothing is never looked at. */
    void (*blend)(float *dst, const float *a, const float *b, const float *w,
                  size_t n);
};

#endif
