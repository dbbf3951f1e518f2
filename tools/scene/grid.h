#ifndef SCENE_GRID_H
#define SCENE_GRID_H

/*
 * Indirect light changes slowly, so it is gathered for every few pixels only
 * and blended between points of like facing on the same plane. Where none
 * fits, the point is gathered on its own.
 */

#include "base/pool.h"
#include "light.h"

struct grid;

int grid_new(const struct world *w, int width, int height, struct pool *pool,
             struct grid **out, struct err *e);
void grid_free(struct grid *g);

/* For look(): arg is a struct grid_spot. */
struct grid_spot {
    const struct grid *grid;
    float x, y; /* of the pixel */
    uint32_t key;
    /* The last answer, for the next sample of the same pixel. */
    const struct shape *shape;
    v3 n, light;
};
indirect_fn grid_light;

/* The ray through a point of the picture. */
v3 camera_ray(const struct world *w, int width, int height, float x, float y);

#endif
