#ifndef KERN_FILM_H
#define KERN_FILM_H

/*
 * From scene light to display light: the published tone curves. Rows are
 * linear light in the working space; the light is multiplied by `gain` first.
 * Matrices have rows that add up to 1, so that grey stays grey: middle columns
 * are not looked at. Parameters come from src/op/tone_map.c.
 */

#include <stddef.h>

/*
 * Inset, a curve over log2 of light, outset; light below 0 counts as 0. The
 * curve is a table of FILM_POINTS over log2 = lo … hi; light is kept within
 * floor … ceiling, whose logarithms lie inside lo … hi.
 */
#define FILM_POINTS 4096
struct kern_agx {
    float gain;
    float inset[9], outset[9];
    float floor, ceiling;
    float scale, offset; /* index = log2(light) * scale + offset */
    float curve[FILM_POINTS];
};

/* Stephen Hill's fit of the ACES RRT and ODT between two matrices. */
struct kern_rrt {
    float gain;
    float in[9], out[9];
};

struct kern_film {
    void (*agx)(float *const dst[3], const float *const src[3], size_t n,
                const struct kern_agx *v);
    void (*rrt)(float *const dst[3], const float *const src[3], size_t n,
                const struct kern_rrt *v);

    /* John Hable's curve, without the division by its value at white. */
    void (*hable)(float *dst, const float *src, size_t n, float gain,
                  float scale);

    /* (1 + y / white^2) / (1 + y) times the light, y being luminance. */
    void (*reinhard)(float *const dst[3], const float *const src[3], size_t n,
                     float gain, float over_white2);
};

#endif
