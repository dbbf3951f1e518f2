/* Scenes: what is said of depth and facing is true, and the pixels do not
   depend on the threads. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/mem.h"
#include "film.h"
#include "render.h"

#define W 96
#define H 64

static struct pixel shot[2][W * H];

static void render(void (*build)(struct world *w), int threads, uint32_t seed,
                   struct world *w, struct pixel *out)
{
    struct render r = {.world = w, .width = W, .height = H, .seed = seed};
    struct grid *grid = NULL;
    struct err e = {0};

    *w = (struct world){.dice = {.key = seed}};
    build(w);
    assert_int_equal(pool_new(threads, &r.pool, &e), 0);
    assert_int_equal(world_close(w, &e), 0);
    assert_int_equal(grid_new(w, W, H, r.pool, &grid, &e), 0);
    r.grid = grid;
    assert_int_equal(render_rows(&r, 0, H, out, &e), 0);
    grid_free(grid);
    pool_free(r.pool);
}

static void pixels_do_not_depend_on_the_threads(void **state)
{
    void (*const all[])(struct world *) = {scene_interior, scene_exterior,
                                           scene_aerial};
    struct world w;

    (void)state;
    for (int i = 0; i < 3; i++) {
        render(all[i], 1, 1, &w, shot[0]);
        world_release(&w);
        render(all[i], 3, 1, &w, shot[1]);
        world_release(&w);
        for (int p = 0; p < W * H; p++) {
            assert_memory_equal(&shot[0][p].color, &shot[1][p].color,
                                sizeof(v3));
            assert_true(shot[0][p].depth == shot[1][p].depth);
            assert_int_equal(shot[0][p].cls, shot[1][p].cls);
        }
    }
}

/* Every pixel of the floor lies on z = 0 when put back by its depth. */
static void depth_puts_the_floor_where_it_is(void **state)
{
    struct world w;
    int floor = 0, sky = 0;

    (void)state;
    render(scene_interior, 2, 1, &w, shot[0]);
    for (int p = 0; p < W * H; p++) {
        const struct pixel *q = &shot[0][p];
        const v3 dir =
            camera_ray(&w, W, H, (float)(p % W) + 0.5f, (float)(p / W) + 0.5f);
        const v3 at =
            along(w.camera.eye, dir, q->depth / dot(dir, w.camera.forward));

        if (q->cls == CLASS_SKY) {
            assert_true(isinf(q->depth));
            sky++;
        }
        if (q->cls != CLASS_FLOOR)
            continue;
        assert_true(fabsf(at.z) < 1e-3f);
        assert_true(q->normal.y > 0.99f);
        floor++;
    }
    world_release(&w);
    assert_true(floor > 200);
    assert_true(sky > 20);
}

static void colors_are_finite_and_span_the_light(void **state)
{
    struct world w;
    float most = 0, least = 9;

    (void)state;
    render(scene_interior, 2, 1, &w, shot[0]);
    world_release(&w);
    for (int p = 0; p < W * H; p++) {
        const v3 c = shot[0][p].color;

        assert_true(isfinite(c.x) && isfinite(c.y) && isfinite(c.z));
        assert_true(c.x >= 0 && c.y >= 0 && c.z >= 0);
        most = maxf(most, c.y);
        least = minf(least, c.y);
    }
    assert_true(most > 2.5f);
    assert_true(least < 0.05f);
}

static void seeds_make_other_gardens(void **state)
{
    struct world w;
    int same = 0;

    (void)state;
    render(scene_aerial, 2, 1, &w, shot[0]);
    world_release(&w);
    render(scene_aerial, 2, 2, &w, shot[1]);
    world_release(&w);
    for (int p = 0; p < W * H; p++)
        same += shot[0][p].cls == shot[1][p].cls;
    assert_true(same < W * H * 9 / 10);
}

static void film_rises_and_noise_is_as_asked(void **state)
{
    double sum = 0, squares = 0;
    const int n = 20000;

    (void)state;
    assert_true(film(0) == 0.0f);
    for (float x = 0.01f; x < 40; x *= 1.1f)
        assert_true(film(x * 1.1f) > film(x) || film(x) == 1.0f);
    for (int i = 0; i < n; i++) {
        const double d =
            (double)film_noise(1, 0.02f, hash3((uint32_t)i, 5, 9)) - 1;

        sum += d;
        squares += d * d;
    }
    assert_true(fabs(sum / n) < 0.0005);
    assert_true(fabs(sqrt(squares / n) - 0.0201) < 0.0005);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pixels_do_not_depend_on_the_threads),
        cmocka_unit_test(depth_puts_the_floor_where_it_is),
        cmocka_unit_test(colors_are_finite_and_span_the_light),
        cmocka_unit_test(seeds_make_other_gardens),
        cmocka_unit_test(film_rises_and_noise_is_as_asked),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
