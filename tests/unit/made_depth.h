#ifndef TESTS_MADE_DEPTH_H
#define TESTS_MADE_DEPTH_H

/*
 * Depth by formula, with all that depth has: a floor that goes away, a thing
 * in front, a wall with a hole behind, sky.
 */

#include <math.h>

#include "image/depth.h"
#include "run/render.h"

#define MADE_NEAR 1.5f
#define MADE_SKY  500.0f

/* Metres at x, y of 0 … 1; INFINITY is sky. */
static inline float made_metres(float x, float y)
{
    const float dx = x - 0.3f, dy = y - 0.62f;

    if (dx * dx + dy * dy < 0.02f)
        return 2.0f + 4 * (dx * dx + dy * dy);
    if (y > 0.55f)
        return 0.6f / (y - 0.5f);
    if (x > 0.45f && y > 0.2f && !(x > 0.6f && x < 0.7f && y > 0.35f))
        return 8.0f + 6 * (x - 0.45f);
    return y > 0.4f ? 40.0f : INFINITY;
}

static inline float made_value(enum depth_kind kind, float x, float y)
{
    const float z = made_metres(x, y);

    if (kind == DEPTH_METRIC)
        return isinf(z) ? MADE_SKY : z;
    return isinf(z) ? 1 : 1 - MADE_NEAR / fmaxf(z, MADE_NEAR);
}

struct made_depth {
    enum depth_kind kind;
    int w, h;
};

/* A depth_source's get(): arg is a struct made_depth. */
static inline int made_get(void *arg, const struct image *proxy,
                           struct pool *pool, struct depth_map **out,
                           struct err *e)
{
    const struct made_depth *m = arg;
    const struct depth_info info = {m->kind, MADE_NEAR, MADE_SKY};
    float *row = mem_array((size_t)m->w, sizeof(*row));
    int rc;

    (void)proxy;
    (void)pool;
    if (!row)
        return err_mem(e, (size_t)m->w);
    rc = depth_map_new(m->w, m->h, info, out, e);
    for (int y = 0; rc == 0 && y < m->h; y++) {
        for (int x = 0; x < m->w; x++)
            row[x] = made_value(m->kind, ((float)x + 0.5f) / (float)m->w,
                                ((float)y + 0.5f) / (float)m->h);
        depth_map_put(*out, y, row);
    }
    mem_free(row);
    return rc;
}

#endif
