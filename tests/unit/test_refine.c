/* Depth of small maps brought to full size, against the truth. */

#include "test.h"

#include "base/mem.h"
#include "image/depth_score.h"
#include "run/refine.h"
#include "run/snap.h"
#include "scene_shot.h"

#define W 720
#define H 480

/* Metres as a map has them: sky and what is beyond `far` is one value. */
static float metres(const struct shot3 *s, size_t i)
{
    return s->z[i] < s->far ? s->z[i] : 1.5f * s->far;
}

/* The truth made smaller by f in box averages, which mix across edges. */
static struct depth_map *shrink(const struct shot3 *s, int f,
                                enum depth_kind kind)
{
    struct depth_info info = {kind, 0.3f, 1.5f * s->far};
    struct depth_map *m = NULL;
    struct err e = {0};
    float row[W];

    assert_int_equal(depth_map_new(s->w / f, s->h / f, info, &m, &e), 0);
    for (int y = 0; y < m->h; y++) {
        for (int x = 0; x < m->w; x++) {
            double sum = 0;

            for (int i = 0; i < f * f; i++)
                sum +=
                    (double)metres(s, (size_t)(y * f + i / f) * (size_t)s->w +
                                          (size_t)(x * f + i % f));
            row[x] = (float)(sum / (f * f));
            if (kind == DEPTH_RELATIVE)
                row[x] /= 1.5f * s->far;
        }
        depth_map_put(m, y, row);
    }
    return m;
}

static float *full_size(const struct shot3 *s, struct depth_map *map)
{
    float *out = mem_array((size_t)s->w * (size_t)s->h, sizeof(*out));
    struct refine *r = NULL;
    struct err e = {0};

    assert_non_null(out);
    assert_int_equal(
        refine_new_take(map, s->image, s->w, s->h, kern_best(), pool, &r, &e),
        0);
    assert_int_equal(refine_scratch(r), 0);
    for (int y = 0; y < s->h; y++) {
        float *rgb[3] = {row_of(&s->image->v, 0, y), row_of(&s->image->v, 1, y),
                         row_of(&s->image->v, 2, y)};

        refine_row(r, kern_best(), y, rgb, out + (size_t)y * (size_t)s->w,
                   NULL);
    }
    refine_free(r);
    return out;
}

/* What everybody does: values interpolated between the centres of points. */
static float *bilinear(const struct shot3 *s, const struct depth_map *m)
{
    float *out = mem_array((size_t)s->w * (size_t)s->h, sizeof(*out));
    float row[2][W];

    assert_non_null(out);
    for (int y = 0; y < s->h; y++) {
        const double v = fmin(fmax((y + 0.5) * m->h / s->h - 0.5, 0), m->h - 1);
        const int y0 = (int)v, y1 = y0 + 1 < m->h ? y0 + 1 : y0;

        depth_map_get(m, y0, row[0]);
        depth_map_get(m, y1, row[1]);
        for (int x = 0; x < s->w; x++) {
            const double u =
                fmin(fmax((x + 0.5) * m->w / s->w - 0.5, 0), m->w - 1);
            const int x0 = (int)u, x1 = x0 + 1 < m->w ? x0 + 1 : x0;
            const double a = (double)row[0][x0] +
                             (u - x0) * (double)(row[0][x1] - row[0][x0]);
            const double b = (double)row[1][x0] +
                             (u - x0) * (double)(row[1][x1] - row[1][x0]);

            out[(size_t)y * (size_t)s->w + (size_t)x] =
                (float)(a + (v - y0) * (b - a));
        }
    }
    return out;
}

static struct depth_score score_take(const struct shot3 *s, float *got,
                                     double scale)
{
    const size_t n = (size_t)s->w * (size_t)s->h;
    float *truth = mem_array(n, sizeof(*truth));
    struct depth_score score;
    struct err e = {0};

    assert_non_null(truth);
    for (size_t i = 0; i < n; i++) {
        truth[i] = metres(s, i);
        got[i] *= (float)scale;
    }
    assert_int_equal(
        depth_score(got, truth, s->w, s->h, 1.4f * s->far, false, &score, &e),
        0);
    mem_free(truth);
    mem_free(got);
    return score;
}

static void compare(const struct shot3 *s, int scene, int f,
                    enum depth_kind kind)
{
    struct depth_map *m = shrink(s, f, kind);
    const double scale = kind == DEPTH_METRIC ? 1 : (double)(1.5f * s->far);
    const struct depth_score b = score_take(s, bilinear(s, m), scale);
    const struct depth_score g = score_take(s, full_size(s, m), scale);

    printf("%-9s 1/%d %-8s AbsRel %.4f -> %.4f, edges %.3f -> %.3f\n",
           scene_names[scene], f, kind == DEPTH_METRIC ? "metric" : "relative",
           b.absrel, g.absrel, b.edges, g.edges);
    assert_true(g.absrel < 0.97 * b.absrel); /* compilers differ by 0.03 */
    assert_true(g.edges > b.edges + 0.25);
}

TEST(small_maps_beat_interpolation)
{
    for (int i = 0; i < SCENES; i++) {
        struct shot3 s = scene_shot(i, W, H, pool);

        compare(&s, i, 8, DEPTH_METRIC);
        compare(&s, i, 5, DEPTH_METRIC);
        if (i < 2)
            compare(&s, i, 8, DEPTH_RELATIVE);
        scene_release(&s);
    }
}

/* A map of the picture's size is what every row returns. */
TEST(full_size_maps_stay)
{
    struct shot3 s = scene_shot(2, 64, 48, pool);
    struct depth_map *m = shrink(&s, 1, DEPTH_METRIC);
    struct err e = {0};
    float row[64], *d = full_size(&s, m);

    m = shrink(&s, 1, DEPTH_METRIC);
    assert_int_equal(depth_snap(m, pool, &e), 0);
    for (int y = 0; y < 48; y++) {
        depth_map_get(m, y, row);
        assert_memory_equal(row, d + (size_t)y * 64, sizeof(row));
    }
    depth_map_free(m);
    mem_free(d);
    scene_release(&s);
}

/* A wall at 2 m before a wall at 20 m, edge pixels averaged 4 x 4. */
static struct depth_map *two_walls(float *mixed)
{
    struct depth_map *m = NULL;
    struct err e = {0};
    float row[100];
    int n = 0;

    assert_int_equal(depth_map_new(100, 90,
                                   (struct depth_info){DEPTH_METRIC, 1, 100},
                                   &m, &e),
                     0);
    for (int y = 0; y < 90; y++) {
        for (int x = 0; x < 100; x++) {
            double sum = 0;

            for (int i = 0; i < 16; i++)
                sum += x + 0.25 * (i % 4) - 0.4 * (y + 0.25 * (i / 4)) > 30.2
                           ? 20
                           : 2;
            row[x] = (float)(sum / 16);
            n += row[x] > 2.1f && row[x] < 19.9f;
        }
        depth_map_put(m, y, row);
    }
    *mixed = (float)n;
    return m;
}

TEST(mixed_edges_snap_to_the_larger_side)
{
    struct err e = {0};
    float row[100], before[100], mixed = 0;
    struct depth_map *m = two_walls(&mixed), *was = two_walls(&mixed);

    assert_true(mixed > 80);
    assert_int_equal(depth_snap(m, pool, &e), 0);
    for (int y = 0; y < 90; y++) {
        depth_map_get(m, y, row);
        depth_map_get(was, y, before);
        for (int x = 0; x < 100; x++) {
            const float want = before[x] <= 11 ? 2 : 20;

            if (fabsf(before[x] - 11) < 0.3f || x < 3 || x > 96 || y < 3 ||
                y > 86)
                continue;
            if (fabsf(row[x] / want - 1) > 0.001f)
                fail_msg("%d %d: %.2f became %.2f", x, y, (double)before[x],
                         (double)row[x]);
        }
    }
    depth_map_free(m);
    depth_map_free(was);
}

/* A floor seen at a flat angle changes much from row to row, evenly. */
TEST(slopes_do_not_snap)
{
    struct depth_map *m = NULL, *was = NULL;
    struct err e = {0};
    float row[40];

    for (int i = 0; i < 2; i++) {
        struct depth_map **to = i ? &was : &m;

        assert_int_equal(
            depth_map_new(40, 200, (struct depth_info){DEPTH_METRIC, 1, 500},
                          to, &e),
            0);
        for (int y = 0; y < 200; y++) {
            for (int x = 0; x < 40; x++)
                row[x] = 300.0f / (float)(y + 1);
            depth_map_put(*to, y, row);
        }
    }
    assert_int_equal(depth_snap(m, pool, &e), 0);
    assert_memory_equal(m->code, was->code, 40 * 200 * sizeof(uint16_t));
    depth_map_free(m);
    depth_map_free(was);
}

/* Rows do not know of each other; threads and CPU levels change nothing. */
TEST(every_row_has_the_same_bits)
{
    struct shot3 s = scene_shot(0, 320, 200, pool);
    struct refine *r = NULL;
    struct err e = {0};
    float a[320], b[320];

    assert_int_equal(refine_new_take(shrink(&s, 8, DEPTH_METRIC), s.image, 320,
                                     200, kern_best(), pool, &r, &e),
                     0);
    for (int y = 199; y >= 0; y -= 7) {
        float *rgb[3] = {row_of(&s.image->v, 0, y), row_of(&s.image->v, 1, y),
                         row_of(&s.image->v, 2, y)};

        refine_row(r, kern_best(), y, rgb, a, NULL);
        refine_row(r, kern_for(ISA_BASE), y, rgb, b, NULL);
        assert_memory_equal(a, b, sizeof(a));
    }
    refine_free(r);
    scene_release(&s);
}

TESTS_WITH(open_pool, close_pool, small_maps_beat_interpolation,
           full_size_maps_stay, mixed_edges_snap_to_the_larger_side,
           slopes_do_not_snap, every_row_has_the_same_bits)
