/* tone, clarity, dehaze, bloom, halation, vignette. */

#include "test.h"

#include "applied.h"

/* An edge between two areas; across rows or columns; where it lies. */
static struct {
    double dark, light;
    int place;
    bool level;
} edge;

static double edge_at(int x, int y)
{
    return (edge.level ? y : x) < edge.place ? edge.dark : edge.light;
}

/* How far values on a side stray from where that side is flat. */
static double overshoot(const struct image *im)
{
    const int n = edge.level ? im->v.h : im->v.w;
    double most = 0;

    for (int i = 0; i < n; i++) {
        const int flat = i < edge.place ? 5 : n - 6;
        const double v = edge.level ? at(im, 0, 60, i) : at(im, 0, i, 60);
        const double f = edge.level ? at(im, 0, 60, flat) : at(im, 0, flat, 60);

        most = fmax(most, fabs(v / f - 1));
    }
    return most;
}

/* Edges of a stop and more; 1 % is less than an eye sees beside an edge. */
TEST(hard_edges_get_no_halo)
{
    static const double pair[][2] = {{0.02, 0.8}, {0.05, 0.2}, {0.1, 0.3},
                                     {0.3, 0.6},  {0.18, 0.9}, {0.01, 0.05}};
    static const char *const settings[][2] = {
        {"tone", "shadows=1 highlights=-1"},
        {"tone", "shadows=-1 highlights=1"},
        {"clarity", "amount=1"},
        {"clarity", "amount=-1"},
    };

    for (size_t s = 0; s < sizeof(settings) / sizeof(settings[0]); s++)
        for (size_t i = 0; i < sizeof(pair) / sizeof(pair[0]); i++)
            for (int turn = 0; turn < 8; turn++) {
                struct image *in, *out;

                edge.dark = pair[i][0];
                edge.light = pair[i][1];
                edge.level = turn >= 4;
                edge.place = 300 + turn % 4;
                in = edge.level ? grey(120, 640, edge_at)
                                : grey(640, 120, edge_at);
                out = applied(settings[s][0], settings[s][1], in);
                if (overshoot(out) >= 0.01)
                    fail_msg("%s %s: %.2f %% at an edge from %g to %g",
                             settings[s][0], settings[s][1],
                             100 * overshoot(out), edge.dark, edge.light);
                image_free(in);
                image_free(out);
            }
}

static double level;

static double flat_at(int x, int y)
{
    (void)x;
    (void)y;
    return level;
}

static double flat_after(const char *name, const char *text, double value)
{
    struct image *in, *out;
    double result;

    level = value;
    in = grey(40, 30, flat_at);
    out = applied(name, text, in);
    result = at(out, 1, 20, 15);
    image_free(in);
    image_free(out);
    return result;
}

TEST(shadows_and_highlights_leave_grey_white_and_black)
{
    static const char *const settings[] = {"shadows=1", "shadows=-1",
                                           "highlights=1", "highlights=-1"};

    for (int i = 0; i < 4; i++) {
        assert_true(fabs(flat_after("tone", settings[i], 0.18) / 0.18 - 1) <
                    0.01);
        assert_true(fabs(flat_after("tone", settings[i], 1) - 1) < 0.005);
        assert_true(flat_after("tone", settings[i], 0) == 0);
    }
    assert_true(flat_after("tone", "shadows=1", 0.03) > 0.05);
    assert_true(flat_after("tone", "shadows=-1", 0.03) < 0.02);
    assert_true(flat_after("tone", "highlights=1", 0.5) > 0.6);
    assert_true(flat_after("tone", "highlights=-1", 0.5) < 0.42);
    assert_true(flat_after("tone", "highlights=-1", 4) < 3.5);
    assert_true(flat_after("tone", "whites=1", 1) > 1.25);
    assert_true(flat_after("tone", "whites=-1", 1) < 0.8);
    assert_true(flat_after("tone", "blacks=1", 0.002) > 0.003);
    assert_true(flat_after("tone", "blacks=-1", 0.002) < 0.0014);
    assert_true(
        fabs(flat_after("tone", "whites=1 blacks=-1", 0.18) / 0.18 - 1) < 0.01);
}

/* 16 stops from left to right. */
static double ramp_at(int x, int y)
{
    (void)y;
    return exp2(x / 40.0 - 12);
}

TEST(lighter_stays_lighter)
{
    struct image *in = grey(640, 40, ramp_at);

    for (int i = 0; i < 81; i++) {
        const int sign[4] = {i % 3 - 1, i / 3 % 3 - 1, i / 9 % 3 - 1,
                             i / 27 - 1};
        char text[80];
        struct image *out;

        snprintf(text, sizeof(text),
                 "shadows=%d highlights=%d whites=%d blacks=%d", sign[0],
                 sign[1], sign[2], sign[3]);
        out = applied("tone", text, in);
        for (int x = 1; x < 640; x++)
            if (at(out, 0, x, 20) < at(out, 0, x - 1, 20))
                fail_msg("%s: falls at %g", text, ramp_at(x, 0));
        image_free(out);
    }
    image_free(in);
}

/* A dark area with a texture of a fifth of a stop, beside a light one. */
static double textured_at(int x, int y)
{
    const double t = sin(x * 0.4) * sin(y * 0.4) * 0.14;

    return (x < 320 ? 0.03 : 0.6) * exp2(t);
}

static double contrast_of(const struct image *im, int x0, int x1)
{
    double lo = 1e9, hi = 0;

    for (int y = 40; y < 80; y++)
        for (int x = x0; x < x1; x++) {
            lo = fmin(lo, at(im, 0, x, y));
            hi = fmax(hi, at(im, 0, x, y));
        }
    return log2(hi / lo);
}

TEST(opening_shadows_keeps_their_texture)
{
    struct image *in = grey(640, 120, textured_at);
    struct image *out = applied("tone", "shadows=1", in);

    assert_true(at(out, 0, 150, 60) > 1.8 * at(in, 0, 150, 60));
    assert_true(contrast_of(out, 100, 200) > 0.93 * contrast_of(in, 100, 200));
    image_free(in);
    image_free(out);
}

/* Waves of a third of a stop in mid-grey. */
static double waves_at(int x, int y)
{
    return 0.18 * exp2(sin(x * 0.25) * sin(y * 0.25) * 0.15);
}

TEST(clarity_is_local_contrast_of_mid_tones)
{
    struct image *in = grey(640, 120, waves_at), *more, *less;
    const double before = contrast_of(in, 200, 400);

    more = applied("clarity", "amount=1", in);
    less = applied("clarity", "amount=-1", in);
    assert_true(contrast_of(more, 200, 400) > 1.7 * before);
    assert_true(contrast_of(less, 200, 400) < 0.6 * before);
    assert_true(fabs(flat_after("clarity", "amount=1", 0.3) / 0.3 - 1) < 1e-5);
    image_free(in);
    image_free(more);
    image_free(less);
}

/* A scene with something black in every patch, behind air of light 0.9. */
static double clear_at(int x, int y)
{
    return 0.02 + 0.5 * (0.5 + 0.5 * noise_at(x / 3, y / 3, 1) / 6) *
                      ((x / 3 + y / 3) % 3 != 0);
}

static double hazy_at(int x, int y)
{
    const double t = y < 30 ? 0.02 : 0.35 + 0.5 * y / 240;

    return clear_at(x, y) * t + 0.9 * (1 - t);
}

static double distance(const struct image *a, const struct image *b)
{
    double sum = 0;

    for (int y = 50; y < a->v.h - 10; y++)
        for (int x = 10; x < a->v.w - 10; x++)
            sum += fabs(at(a, 0, x, y) - at(b, 0, x, y));
    return sum / ((a->v.h - 60) * (a->v.w - 20));
}

TEST(haze_is_removed_and_added)
{
    struct image *clear = grey(320, 240, clear_at);
    struct image *hazy = grey(320, 240, hazy_at);
    struct image *less = applied("dehaze", "amount=1", hazy);
    struct image *more = applied("dehaze", "amount=-0.5", hazy);
    double a, b;

    assert_true(distance(less, clear) < 0.35 * distance(hazy, clear));
    assert_true(distance(more, clear) > 1.1 * distance(hazy, clear));
    assert_true(deviation(more, 0, 60, &a) < deviation(hazy, 0, 60, &b));
    image_free(clear);
    image_free(hazy);
    image_free(less);
    image_free(more);
}

/* A white square in a dark picture. */
static double lamp_at(int x, int y)
{
    return x >= 150 && x < 170 && y >= 110 && y < 130 ? 3 : 0.1;
}

static double sum_of(const struct image *im)
{
    double sum = 0;

    for (int y = 0; y < im->v.h; y++)
        for (int x = 0; x < im->v.w; x++)
            sum += at(im, 1, x, y);
    return sum;
}

TEST(bloom_adds_light_and_takes_none)
{
    struct image *in = grey(320, 240, lamp_at);
    struct image *out = applied("bloom", "amount=0.4 threshold=1", in);
    /* what is above the knee: 3 - 1, of 20 x 20 pixels */
    const double want = 0.4 * 2 * 400;

    for (int y = 0; y < 240; y++)
        for (int x = 0; x < 320; x++)
            assert_true(at(out, 0, x, y) >= at(in, 0, x, y));
    assert_true(fabs((sum_of(out) - sum_of(in)) / want - 1) < 0.05);
    assert_true(at(out, 0, 175, 120) > 0.15);
    assert_true(at(out, 0, 175, 120) > at(out, 0, 185, 120));
    assert_true(fabs(at(out, 0, 180, 120) - at(out, 0, 139, 119)) < 2e-3);
    assert_true(flat_after("bloom", "amount=1 threshold=0.8", 0.4) ==
                (double)0.4f);
    image_free(in);
    image_free(out);
}

TEST(halation_is_a_warm_rim_around_highlights)
{
    struct image *in = grey(320, 240, lamp_at);
    struct image *out = applied("halation", "amount=1", in);
    double added[3];

    for (int p = 0; p < 3; p++)
        added[p] = at(out, p, 172, 120) - at(in, p, 172, 120);
    assert_true(added[0] > 0.1);
    assert_true(added[0] > 3 * added[1] && added[1] > 3 * added[2]);
    assert_true(added[2] >= 0);
    /* far away, and in the middle of the light itself */
    assert_true(at(out, 0, 20, 20) - at(in, 0, 20, 20) < 1e-4);
    assert_true(at(out, 0, 160, 120) == 3);
    for (int p = 0; p < 3; p++)
        assert_true(flat_after("halation", "amount=1", 0.4) == (double)0.4f);
    image_free(in);
    image_free(out);
}

TEST(vignette_follows_its_law_in_all_four_corners)
{
    struct image *in, *out;

    level = 0.5;
    in = grey(301, 200, flat_at);
    out = applied("vignette", "amount=0.5 roundness=0.3", in);
    for (int y = 0; y < 200; y++)
        for (int x = 0; x < 301; x++) {
            const double v = at(out, 0, x, y);

            assert_true(fabs(v - at(out, 1, 300 - x, y)) < 1e-6);
            assert_true(fabs(v - at(out, 2, x, 199 - y)) < 1e-6);
            assert_true(v <= 0.5);
        }
    /* all of a transition that ends in the corner: 1 - 0.9 * 0.5 */
    assert_true(fabs(at(out, 0, 0, 0) / 0.5 - 0.55) < 0.005);
    assert_true(fabs(at(out, 0, 150, 100) / 0.5 - 1) < 1e-3);
    image_free(out);
    out = applied("vignette", "amount=-0.5", in);
    assert_true(fabs(at(out, 0, 0, 0) / 0.5 - 1 / 0.55) < 0.01);
    image_free(in);
    image_free(out);
}

TESTS(hard_edges_get_no_halo, shadows_and_highlights_leave_grey_white_and_black,
      lighter_stays_lighter, opening_shadows_keeps_their_texture,
      clarity_is_local_contrast_of_mid_tones, haze_is_removed_and_added,
      bloom_adds_light_and_takes_none, halation_is_a_warm_rim_around_highlights,
      vignette_follows_its_law_in_all_four_corners)
