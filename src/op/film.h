#ifndef OP_FILM_H
#define OP_FILM_H

/*
 * From scene light to display light. AgX is that of Blender (E. Chow's matrices
 * and curve, after T. Sobotka): light is moved towards grey, put through a
 * sigmoid over its logarithm, and moved back. Its later steps for colours that
 * sRGB cannot show are left to the output's conversion.
 */

#include "kern/film.h"
#include "op/op.h"

enum film_method { FILM_AGX, FILM_ACES, FILM_HABLE, FILM_REINHARD, FILM_NONE };

/* What they mean: the parameters of op/tone_map.c. */
struct film_values {
    int method;
    float exposure;
    float white;
    float pivot;
    float contrast;
    float toe;
    float shoulder;
    float purity;
};

struct film {
    int method;
    float gain, over_white2, hable_scale;
    struct kern_agx agx;
    struct kern_rrt rrt;
};

void film_make(struct film *f, const struct film_values *v);

/* dst may be src. */
void film_row(const struct film *f, const struct kern *k, float *const dst[3],
              const float *const src[3], size_t n);

#endif
