#ifndef SCENE_LIGHT_H
#define SCENE_LIGHT_H

/* How light reaches a point and the eye. */

#include "world.h"

/* What one ray from the camera finds. */
struct seen {
    v3 color;
    struct hit hit; /* of the first surface that is not glass */
    float distance; /* of what depth is measured to; infinite for sky */
    v3 normal;
    enum material_class cls;
};

/*
 * Irradiance without the sun's direct light, from rays x rays directions: the
 * sky where it is open, light that bounced once where it is not.
 */
v3 gather(const struct world *w, v3 p, v3 n, int rays, uint32_t key);

/* Where the camera ray of a hit goes on: fills `hit` with the first surface
   that takes indirect light; false for sky, water and leaves. */
bool find_lit(const struct world *w, v3 from, v3 dir, struct hit *h);

/* Irradiance at the hit of a camera ray, or a guess where `at` is unknown. */
typedef v3 indirect_fn(void *arg, const struct world *w, const struct hit *h);

/* One look after another along a row of pixels. */
struct gaze {
    const struct world *w;
    indirect_fn *indirect;
    void *arg;
    float pixel; /* width of a pixel at distance 1                      */
    v3 sun;      /* towards a point of its disc                         */
    uint32_t key;
    const struct shape
        *blocker; /* what last stood before the sun; NULL first */
};

void look(struct gaze *g, v3 from, v3 dir, struct seen *out);

#endif
