/* Depth in files, in figures, in colour. */

#include "test.h"

#include "base/mem.h"
#include "image/depth_score.h"
#include "roundtrip.h"
#include "run/depth_file.h"
#include "run/depth_save.h"
#include "run/depth_stats.h"
#include "scene_shot.h"

#define W 240
#define H 135

static struct pool *pool;
static struct shot3 scene;
static struct depth_full full;

static int set_up(void **state)
{
    struct err e;

    if (shot_enter(state) || pool_new(2, &pool, &e))
        return -1;
    scene = scene_shot(1, W, H, pool);
    full = (struct depth_full){mem_array(W * H, sizeof(float)), W,  H,
                               {DEPTH_METRIC, 1, 200},          "", NULL};
    for (int i = 0; i < W * H; i++)
        full.v[i] = fminf(scene.z[i], 200);
    return 0;
}

static int tear_down(void **state)
{
    depth_full_release(&full);
    scene_release(&scene);
    pool_free(pool);
    return shot_leave(state);
}

static struct depth_score score(float *got, bool align)
{
    struct depth_score s;
    struct err e = {0};

    assert_int_equal(depth_score(got, full.v, W, H, 199, align, &s, &e), 0);
    return s;
}

TEST(what_is_written_reads_back)
{
    static const char *const names[] = {"a.png", "a.tif", "a.exr", "f.tif"};
    static float got[W * H];

    for (int i = 0; i < 4; i++) {
        const struct depth_read r = {.path = names[i], .w = W, .h = H};
        struct depth_map *m = NULL;
        struct depth_score s;
        struct err e = {0};

        if (depth_save(&full, names[i], VIEW_NONE, i == 3, false, &e) < 0 ||
            depth_file_read(&r, pool, &m, &e) < 0)
            fail_msg("%s: %s", names[i], e.text);
        for (int y = 0; y < H; y++)
            depth_map_get(m, y, got + y * W);
        assert_int_equal(m->info.kind, i < 2 ? DEPTH_RELATIVE : DEPTH_METRIC);
        s = score(got, i < 2);
        if (s.absrel > 0.002 || s.edges < 0.99)
            fail_msg("%s: %g, %g: %s", names[i], s.absrel, s.edges, m->from);
        depth_map_free(m);
    }
}

TEST(a_view_has_a_legend_and_jpeg_is_refused)
{
    struct err e = {0};
    struct shot s;

    assert_int_equal(depth_save(&full, "v.png", VIEW_TURBO, false, false, &e),
                     0);
    assert_int_equal(shot_load(&s, "v.png", NULL, &e), 0);
    assert_int_equal(s.pic.w, W);
    assert_int_equal(s.pic.h, H + 22);
    shot_release(&s);
    assert_int_equal(depth_save(&full, "v.jpg", VIEW_TURBO, false, false, &e),
                     ERR_ARG);
    assert_int_equal(depth_save(&full, "v.png", VIEW_GREY, false, false, &e),
                     ERR_IO);
}

/* Ends and middles as the authors of the colours tabulate them. */
TEST(colours_are_those_of_their_authors)
{
    static const struct {
        enum depth_view view;
        float t, rgb[3];
    } known[] = {
        {VIEW_TURBO, 0, {0.18995f, 0.07176f, 0.23217f}},
        {VIEW_TURBO, 0.5f, {0.64362f, 0.98999f, 0.23356f}},
        {VIEW_TURBO, 1, {0.4796f, 0.01583f, 0.01055f}},
        {VIEW_INFERNO, 0, {0.00146f, 0.00047f, 0.01387f}},
        {VIEW_INFERNO, 0.5f, {0.73568f, 0.21591f, 0.33024f}},
        {VIEW_INFERNO, 1, {0.98836f, 0.99836f, 0.64492f}},
        {VIEW_GREY, 0.25f, {0.25f, 0.25f, 0.25f}},
    };

    for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
        float rgb[3];

        depth_color(known[i].view, known[i].t, rgb);
        for (int c = 0; c < 3; c++)
            if (fabsf(rgb[c] - known[i].rgb[c]) >
                (known[i].view == VIEW_TURBO ? 0.13f : 0.02f))
                fail_msg("%d at %g: %d is %g", known[i].view,
                         (double)known[i].t, c, (double)rgb[c]);
    }
}

TEST(statistics_are_true)
{
    float v[200];
    const struct depth_full d = {v, 100, 2, {DEPTH_METRIC, 1, 1000}, "", NULL};
    struct depth_stats s;

    for (int i = 0; i < 200; i++)
        v[i] = i >= 150 ? 1000 : (float)(1 + i % 100);
    depth_stats(&d, &s);
    assert_true(s.min == 1 && s.max == 100);
    assert_true(fabs(s.sky - 0.25) < 1e-9);
    assert_true(fabs(s.mean - (5050 + 1275) / 150.0) < 1e-4);
    assert_true(fabsf(s.percentile[3] - 38) < 1.1f);
}

/* Whatever line the values were put on, the comparison finds it. */
TEST(comparison_does_not_see_scale_and_shift)
{
    static float got[W * H];
    struct depth_score s;

    for (int i = 0; i < W * H; i++)
        got[i] = 7 - 3 / full.v[i];
    s = score(got, true);
    assert_true(s.inverse && s.absrel < 1e-3 && s.edges > 0.999);
    for (int i = 0; i < W * H; i++)
        got[i] = 0.1f + full.v[i] / 50;
    s = score(got, true);
    assert_true(!s.inverse && s.absrel < 1e-4 && s.delta > 0.9999);
    assert_true(fabs(s.scale - 50) < 0.1);
    for (int i = 0; i < W * H; i++)
        got[i] = 1.1f * full.v[i];
    s = score(got, false);
    assert_true(fabs(s.absrel - 0.1) < 1e-4);
    for (int i = 0; i < W * H; i++)
        got[i] = 20;
    s = score(got, false);
    assert_true(s.edges < 0.01 && s.delta < 0.9);
}

TESTS_WITH(set_up, tear_down, what_is_written_reads_back,
           a_view_has_a_legend_and_jpeg_is_refused,
           colours_are_those_of_their_authors, statistics_are_true,
           comparison_does_not_see_scale_and_shift)
