#ifndef SCENE_RENDER_H
#define SCENE_RENDER_H

/* Rows of pixels from a world: the same bits for any number of threads. */

#include "grid.h"

struct pixel {
    v3 color;    /* scene-linear Rec.709, 1 = diffuse white, exposed     */
    float depth; /* metres along the view axis; infinity for the sky     */
    v3 normal;   /* x right, y up, z to the viewer; 0 for the sky        */
    uint8_t cls; /* enum material_class                                  */
};

struct render {
    const struct world *world;
    const struct grid *grid;
    struct pool *pool;
    int width, height;
    uint32_t seed;
};

/* Rows y0 … y0 + rows - 1 into `out`, side by side without padding; y0 is a
   multiple of 8. */
int render_rows(const struct render *r, int y0, int rows, struct pixel *out,
                struct err *e);

#endif
