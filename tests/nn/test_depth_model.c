/* Depth by a network: the right way round, remembered, never that of another
   picture. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include <math.h>
#include <pthread.h>
#include <sys/wait.h>

#include "../unit/scratch.h"
#include "base/mem.h"
#include "formula.h"
#include "run/depth_model.h"

#define MODEL "./m.safetensors"
#define SIZE  56

static int enter_with_model(void **state)
{
    if (enter(state) || setenv("XDG_CACHE_HOME", scratch, 1) ||
        setenv("XDG_DATA_HOME", scratch, 1))
        return -1;
    formula_write(&formula_tiny, MODEL, false, SAFETENSORS_F32);
    return 0;
}

/* Something to look at; `seed` changes it. */
static struct image *picture(int w, int h, float seed)
{
    struct image *image = NULL;
    struct err e = {0};

    assert_int_equal(image_new(w, h, 3, &image, &e), 0);
    for (int p = 0; p < 3; p++)
        for (int y = 0; y < h; y++)
            for (int x = 0; x < w; x++)
                row_of(&image->v, p, y)[x] =
                    0.4f + 0.3f * sinf(0.1f * (float)(x + p * y) + seed);
    return image;
}

struct rig {
    struct pool *pool;
    struct depth_model *model;
    struct depth_maker maker;
};

static void rig_open(struct rig *r)
{
    struct err e = {0};

    *r = (struct rig){0};
    assert_int_equal(pool_new(2, &r->pool, &e), 0);
    assert_int_equal(depth_model_new(&r->model, &r->maker, &e), 0);
}

static void rig_close(struct rig *r)
{
    depth_model_free(r->model);
    pool_free(r->pool);
}

static struct depth_map *ask(struct rig *r, const struct image *image,
                             const char *model, int size)
{
    const struct depth_ask a = {image, false, model, size};
    struct depth_map *map = NULL;
    struct err e = {0};

    if (r->maker.make(r->maker.arg, &a, r->pool, &map, &e) < 0)
        fail_msg("%s", e.text);
    return map;
}

/* Asks and forgets; how many forward passes that took. */
static int passes(struct rig *r, struct image *take, const char *model,
                  int size)
{
    const int before = depth_model_stats(r->model).computed;

    depth_map_free(ask(r, take, model, size));
    image_free(take);
    return depth_model_stats(r->model).computed - before;
}

static bool same(const struct depth_map *a, const struct depth_map *b)
{
    return a->w == b->w && a->h == b->h && a->info.kind == b->info.kind &&
           memcmp(a->code, b->code,
                  (size_t)a->w * (size_t)a->h * sizeof(*a->code)) == 0;
}

static void disparity_is_turned_over_once(void **state)
{
    const float v[] = {0, 4, 8, 2}, no_sky[] = {3, 4, 8, 2};
    struct depth_map *m = NULL;
    struct err e = {0};
    float row[4];

    (void)state;
    assert_int_equal(depth_of_model(v, 4, 1, false, 0, &m, &e), 0);
    depth_map_get(m, 0, row);
    assert_true(row[2] < 1e-4f && fabsf(row[1] - 0.5f) < 1e-4f);
    assert_true(depth_is_sky(&m->info, row[0]));
    depth_map_free(m);
    assert_int_equal(depth_of_model(no_sky, 4, 1, false, 0, &m, &e), 0);
    depth_map_get(m, 0, row);
    assert_true(row[2] < 1e-4f && row[0] < row[3]);
    assert_false(depth_is_sky(&m->info, row[3]));
    depth_map_free(m);
}

static void metres_stay_and_the_far_end_is_sky(void **state)
{
    const float v[] = {2, 10, 80, 40};
    struct depth_map *m = NULL;
    struct err e = {0};
    float row[4];

    (void)state;
    assert_int_equal(depth_of_model(v, 4, 1, true, 80, &m, &e), 0);
    depth_map_get(m, 0, row);
    assert_true(fabsf(row[0] - 2) < 0.001f && fabsf(row[3] - 40) < 0.02f);
    assert_true(depth_is_sky(&m->info, row[2]));
    depth_map_free(m);
}

static void a_picture_without_depth_is_refused(void **state)
{
    const float flat[] = {3, 3}, endless[] = {INFINITY, 1};
    struct depth_map *m = NULL;
    struct err e = {0};

    (void)state;
    assert_int_equal(depth_of_model(flat, 2, 1, false, 0, &m, &e), ERR_DATA);
    assert_int_equal(depth_of_model(endless, 2, 1, false, 0, &m, &e), ERR_DATA);
}

static void what_is_known_is_not_computed(void **state)
{
    struct image *image = picture(90, 60, 0);
    struct depth_map *a, *b;
    struct rig r;

    (void)state;
    rig_open(&r);
    a = ask(&r, image, MODEL, SIZE);
    b = ask(&r, image, MODEL, SIZE);
    assert_int_equal(depth_model_stats(r.model).computed, 1);
    assert_true(same(a, b));
    assert_null(strstr(a->from, "from the cache"));
    assert_non_null(strstr(b->from, "from the cache"));
    depth_map_free(b);
    rig_close(&r);
    rig_open(&r); /* as in another process */
    b = ask(&r, image, MODEL, SIZE);
    assert_int_equal(depth_model_stats(r.model).computed, 0);
    assert_true(same(a, b));
    depth_map_free(a);
    depth_map_free(b);
    image_free(image);
    rig_close(&r);
}

static void anything_else_is_computed_anew(void **state)
{
    struct image *half = picture(90, 60, 0);
    struct rig r;

    (void)state;
    rig_open(&r);
    assert_int_equal(passes(&r, picture(90, 60, 1), MODEL, SIZE), 1);
    assert_int_equal(passes(&r, picture(90, 60, 1), MODEL, SIZE), 0);
    assert_int_equal(passes(&r, picture(90, 60, 1), MODEL, SIZE + 14), 1);
    assert_int_equal(passes(&r, picture(60, 90, 1), MODEL, SIZE), 1);
    /* Half the light is another picture; the old key said it is the same. */
    for (int p = 0; p < 3; p++)
        for (int y = 0; y < 60; y++)
            for (int x = 0; x < 90; x++)
                row_of(&half->v, p, y)[x] *= 0.5f;
    assert_int_equal(passes(&r, half, MODEL, SIZE), 1);
    formula_write(&formula_tiny, "./other.safetensors", true, SAFETENSORS_BF16);
    assert_int_equal(
        passes(&r, picture(90, 60, 1), "./other.safetensors", SIZE), 1);
    rig_close(&r);
}

/* The file of a model is replaced while the model is open. */
static void a_changed_model_is_never_stale(void **state)
{
    struct formula f = formula_tiny;
    struct rig r;

    (void)state;
    rig_open(&r);
    assert_int_equal(passes(&r, picture(80, 60, 3), MODEL, SIZE), 1);
    f.seed++;
    formula_write(&f, "new", false, SAFETENSORS_F32);
    assert_int_equal(rename("new", MODEL), 0);
    assert_int_equal(passes(&r, picture(80, 60, 3), MODEL, SIZE), 1);
    assert_int_equal(passes(&r, picture(80, 60, 3), MODEL, SIZE), 0);
    rig_close(&r);
}

static void processes_compute_once(void **state)
{
    int computed = 0;

    (void)state;
    for (int i = 0; i < 8; i++)
        if (fork() == 0) {
            struct rig r;

            rig_open(&r);
            _exit(passes(&r, picture(100, 70, 9), MODEL, SIZE));
        }
    for (int i = 0; i < 8; i++) {
        int status = 0;

        assert_true(wait(&status) > 0 && WIFEXITED(status));
        assert_true(WEXITSTATUS(status) < 2);
        computed += WEXITSTATUS(status);
    }
    assert_int_equal(computed, 1);
}

struct crowd {
    struct rig *r;
    struct image *image;
};

static void *one_of_many(void *arg)
{
    const struct crowd *c = arg;
    const struct depth_ask a = {c->image, false, MODEL, SIZE};
    struct depth_map *map = NULL;
    struct err e = {0};

    c->r->maker.make(c->r->maker.arg, &a, c->r->pool, &map, &e);
    depth_map_free(map);
    return map;
}

static void threads_take_turns(void **state)
{
    struct crowd c = {.image = picture(110, 70, 4)};
    pthread_t thread[6];
    struct rig r;

    (void)state;
    rig_open(&r);
    c.r = &r;
    for (int i = 0; i < 6; i++)
        assert_int_equal(pthread_create(&thread[i], NULL, one_of_many, &c), 0);
    for (int i = 0; i < 6; i++) {
        void *map;

        pthread_join(thread[i], &map);
        assert_non_null(map);
    }
    assert_int_equal(depth_model_stats(r.model).asked, 6);
    assert_int_equal(depth_model_stats(r.model).computed, 1);
    image_free(c.image);
    rig_close(&r);
}

static void a_missing_model_says_how_to_get_it(void **state)
{
    struct err e = {0};
    struct rig r;

    (void)state;
    rig_open(&r);
    assert_int_equal(r.maker.ready(r.maker.arg, NULL, &e), ERR_ARG);
    assert_non_null(strstr(e.text, "portal models pull dav2-small"));
    assert_int_equal(r.maker.ready(r.maker.arg, MODEL, &e), 0);
    rig_close(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(disparity_is_turned_over_once),
        cmocka_unit_test(metres_stay_and_the_far_end_is_sky),
        cmocka_unit_test(a_picture_without_depth_is_refused),
        cmocka_unit_test(what_is_known_is_not_computed),
        cmocka_unit_test(anything_else_is_computed_anew),
        cmocka_unit_test(a_changed_model_is_never_stale),
        cmocka_unit_test(processes_compute_once),
        cmocka_unit_test(threads_take_turns),
        cmocka_unit_test(a_missing_model_says_how_to_get_it),
    };

    return cmocka_run_group_tests(tests, enter_with_model, leave);
}
