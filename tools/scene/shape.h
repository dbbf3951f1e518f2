#ifndef SCENE_SHAPE_H
#define SCENE_SHAPE_H

/*
 * Solid shapes that a ray can meet. Metres; z is up.
 */

#include <stdbool.h>
#include <stdint.h>

#include "vec.h"

enum shape_kind {
    SHAPE_BOX,       /* turned around z                                 */
    SHAPE_CUSHION,   /* box with round edges, turned any way            */
    SHAPE_ELLIPSOID, /* axis-aligned                                    */
    SHAPE_CONE,      /* between two points, a radius at each, capped    */
    SHAPE_DISC,      /* flat, both sides: a leaf                        */
    SHAPE_QUAD,      /* parallelogram                                   */
    SHAPE_TRIANGLE,
};

/* Which rays see a shape. */
enum ray_mask {
    RAY_EYE = 1,    /* camera, reflection, refraction   */
    RAY_SHADOW = 2, /* towards the sun                  */
    RAY_GATHER = 4, /* for indirect light               */
    RAY_ALL = 7,
};

struct shape {
    uint8_t kind;
    uint8_t mask;
    uint8_t material; /* enum material */
    uint8_t tint;     /* variant of the material */
    uint32_t seed;    /* makes one leaf differ from the next */
    v3 at;            /* centre, corner or first point */
    v3 a, b, c;       /* by kind: half sizes, axes, edges, radii */
    float r, q;       /* radius, second radius */
};

struct ray {
    v3 from, to; /* to: unit length */
    v3 inverse;  /* of each component of `to` */
    float far;
    unsigned mask;
};

struct hit {
    float t;
    const struct shape *shape; /* NULL: nothing was met */
    v3 p;                      /* in the world */
    v3 n;                      /* outward; towards the ray for flat shapes */
    v3 local;                  /* in the shape's own frame, from its centre */
    v3 local_n;
};

/* Distance of the first hit in 1e-4 … far, or a negative number. */
float shape_meet(const struct shape *s, const struct ray *r);

/* Fills p, n, local and local_n for a hit at t. */
void shape_surface(const struct shape *s, const struct ray *r, struct hit *h);

void shape_bounds(const struct shape *s, v3 *lo, v3 *hi);

#endif
