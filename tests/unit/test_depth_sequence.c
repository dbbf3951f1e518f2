/* Depth of a film: it does not flicker, follows what moves, and knows cuts. */

#include "test.h"

#include "base/mem.h"
#include "run/depth_sequence.h"
#include "scene_shot.h"

#define W 160
#define H 90

static uint32_t seed = 12345;

static float chance(void)
{
    seed = seed * 1664525u + 1013904223u;
    return (float)(seed >> 8) / 16777216.0f;
}

/* True relative depth of a point: 1 - near / z. */
static float truth(const struct shot3 *s, int i)
{
    return 1 - 2 / fmaxf(s->z[i], 2);
}

/* As a network gives it: each time in another range, and trembling. */
static struct depth_map *estimate(const struct shot3 *s, bool trembles)
{
    const float scale = trembles ? 0.75f + 0.2f * chance() : 0.9f;
    const float shift = trembles ? 0.05f * chance() : 0;
    struct depth_map *m = NULL;
    struct err e = {0};
    float row[W];

    assert_int_equal(
        depth_map_new(W, H, (struct depth_info){DEPTH_RELATIVE, 0, 1}, &m, &e),
        0);
    for (int y = 0; y < H; y++) {
        for (int x = 0; x < W; x++)
            row[x] = isinf(s->z[y * W + x])
                         ? 1
                         : scale * truth(s, y * W + x) + shift +
                               (trembles ? 0.02f * (chance() - 0.5f) : 0);
        depth_map_put(m, y, row);
    }
    return m;
}

static void next(struct depth_sequence *q, const struct shot3 *s,
                 struct depth_map *m, bool want_cut)
{
    struct err e = {0};
    bool cut;

    assert_int_equal(depth_sequence_next(q, s->image, m, &cut, &e), 0);
    assert_int_equal(cut, want_cut);
}

/* Mean change of a value between two maps, of all depth. */
static double flicker(const struct depth_map *a, const struct depth_map *b)
{
    double sum = 0;

    for (int i = 0; i < W * H; i++)
        sum += fabs((double)a->code[i] - (double)b->code[i]) / 65535;
    return sum / (W * H);
}

TEST(a_still_shot_does_not_flicker)
{
    struct shot3 s = scene_shot(1, W, H, pool);
    struct depth_map *raw[2] = {0}, *out[2] = {0};
    struct depth_sequence *q = NULL;
    double before = 0, after = 0;
    struct err e = {0};

    assert_int_equal(depth_sequence_new(0.85f, &q, &e), 0);
    for (int t = 0; t < 24; t++) {
        struct depth_map *m = estimate(&s, true);

        depth_map_free(raw[0]);
        depth_map_free(out[0]);
        raw[0] = raw[1];
        out[0] = out[1];
        raw[1] = m;
        assert_int_equal(depth_map_new(W, H, m->info, &out[1], &e), 0);
        memcpy(out[1]->code, m->code, W * H * sizeof(uint16_t));
        next(q, &s, out[1], t == 0);
        if (t > 0) {
            before += flicker(raw[0], raw[1]);
            after += flicker(out[0], out[1]);
        }
    }
    printf("flicker %.5f -> %.5f\n", before / 23, after / 23);
    assert_true(after < before / 10);
    for (int i = 0; i < 2; i++) {
        depth_map_free(raw[i]);
        depth_map_free(out[i]);
    }
    depth_sequence_free(q);
    scene_release(&s);
}

/* A box of another colour goes by in front, ten points a frame. */
TEST(what_moves_is_followed_at_once)
{
    struct shot3 s = scene_shot(0, W, H, pool), was = scene_shot(0, W, H, pool);
    struct depth_sequence *q = NULL;
    struct err e = {0};

    assert_int_equal(depth_sequence_new(0.9f, &q, &e), 0);
    for (int t = 0; t < 10; t++) {
        struct depth_map *m, *want;

        for (int i = 0; i < W * H; i++) {
            const int x = i % W - 10 * t, y = i / W;
            const bool box = x >= 0 && x < 20 && y >= 30 && y < 60;

            s.z[i] = box ? 2.2f : was.z[i];
            for (int p = 0; p < 3; p++)
                row_of(&s.image->v, p, y)[i % W] =
                    box ? (p == 0 ? 1.5f : 0.9f)
                        : row_of(&was.image->v, p, y)[i % W];
        }
        m = estimate(&s, false);
        want = estimate(&s, false);
        next(q, &s, m, t == 0);
        assert_true(flicker(m, want) < 0.01);
        depth_map_free(m);
        depth_map_free(want);
    }
    depth_sequence_free(q);
    scene_release(&s);
    scene_release(&was);
}

TEST(a_cut_starts_anew)
{
    struct shot3 a = scene_shot(0, W, H, pool), b = scene_shot(1, W, H, pool);
    struct depth_sequence *q = NULL;
    struct err e = {0};

    assert_int_equal(depth_sequence_new(0.9f, &q, &e), 0);
    for (int t = 0; t < 12; t++) {
        const struct shot3 *s = t / 4 % 2 ? &b : &a;
        struct depth_map *m = estimate(s, true), *raw = NULL;

        assert_int_equal(depth_map_new(W, H, m->info, &raw, &e), 0);
        memcpy(raw->code, m->code, W * H * sizeof(uint16_t));
        next(q, s, m, t % 4 == 0);
        if (t % 4 == 0)
            assert_true(flicker(m, raw) < 1e-4);
        depth_map_free(m);
        depth_map_free(raw);
    }
    depth_sequence_free(q);
    scene_release(&a);
    scene_release(&b);
}

TEST(wrong_values_are_refused)
{
    struct depth_sequence *q = NULL;
    struct err e = {0};

    assert_int_equal(depth_sequence_new(1, &q, &e), ERR_ARG);
    assert_int_equal(depth_sequence_new(NAN, &q, &e), ERR_ARG);
    assert_null(q);
}

TESTS_WITH(open_pool, close_pool, a_still_shot_does_not_flicker,
           what_moves_is_followed_at_once, a_cut_starts_anew,
           wrong_values_are_refused)
