#ifndef UNIT_SCENE_SHOT_H
#define UNIT_SCENE_SHOT_H

/* Rendered scenes with their true depth, for the tests of depth. */

#include <math.h>

#include "base/pool.h"
#include "image/image.h"
#include "outside.h"
#include "render.h"
#include "world.h"

#define SCENES 3

static void (*const scene_build[SCENES])(struct world *w) = {
    scene_interior, scene_exterior, scene_aerial};
static const char *const scene_names[SCENES]
    __attribute__((unused)) = {"interior", "exterior", "aerial"};

struct shot3 {
    struct image *image; /* colours, linear light */
    float *z;            /* metres; infinite: sky */
    int w, h;
    float far; /* metres of the scene's depth picture at white */
};

static inline void scene_release(struct shot3 *s)
{
    image_free(s->image);
    mem_free(s->z);
}

static inline struct shot3 scene_shot(int scene, int w, int h,
                                      struct pool *pool)
{
    struct world world = {.dice = {.key = 1}};
    struct shot3 s = {.w = w, .h = h};
    struct pixel *row = mem_array(8 * (size_t)w, sizeof(*row));
    struct grid *grid = NULL;
    struct render r;
    struct err e = {0};

    scene_build[scene](&world);
    assert_int_equal(world_close(&world, &e), 0);
    assert_int_equal(grid_new(&world, w, h, pool, &grid, &e), 0);
    assert_int_equal(image_new(w, h, 4, &s.image, &e), 0);
    s.z = mem_array((size_t)w * (size_t)h, sizeof(*s.z));
    assert_true(row && s.z);
    s.far = world.far;
    s.image->v.depth = 3;
    r = (struct render){&world, grid, pool, w, h, 1};
    for (int y = 0; y < h; y += 8) {
        const int n = h - y < 8 ? h - y : 8;

        assert_int_equal(render_rows(&r, y, n, row, &e), 0);
        for (int i = 0; i < n * w; i++) {
            const int x = i % w, v = y + i / w;

            row_of(&s.image->v, 0, v)[x] = row[i].color.x;
            row_of(&s.image->v, 1, v)[x] = row[i].color.y;
            row_of(&s.image->v, 2, v)[x] = row[i].color.z;
            s.z[(size_t)v * (size_t)w + (size_t)x] = row[i].depth;
        }
    }
    grid_free(grid);
    world_release(&world);
    mem_free(row);
    return s;
}

static struct pool *pool __attribute__((unused));

static inline int open_pool(void **state)
{
    struct err e;

    (void)state;
    return pool_new(2, &pool, &e);
}

static inline int close_pool(void **state)
{
    (void)state;
    pool_free(pool);
    return 0;
}

#endif
