/* Tone curves against their published forms, in double. */

#include <math.h>
#include <stdio.h>

#include "pixels.h"

#include "image/color.h"

static void apply3(const struct mat3 *m, const double in[3], double out[3])
{
    for (int i = 0; i < 3; i++)
        out[i] = m->m[i][0] * in[0] + m->m[i][1] * in[1] + m->m[i][2] * in[2];
}

static struct mat3 between(enum space from, enum space to)
{
    return primaries_convert(space_primaries(from), space_primaries(to),
                             ADAPT_BRADFORD);
}

/* Linear sRGB through the operation. */
static void run_srgb(const char *settings, const double in[3], double out[3])
{
    const struct mat3 there = between(SPACE_SRGB, SPACE_REC2020);
    const struct mat3 back = between(SPACE_REC2020, SPACE_SRGB);
    double a[3], b[3];

    apply3(&there, in, a);
    run_one("tone_map", settings, a, b);
    apply3(&back, b, out);
}

/*
 * A. Wen's shader of Blender's AgX, evaluated in double; its matrices are
 * rounded so that a white differs by 2e-4 between channels.
 */
TEST(agx_is_that_of_blender)
{
    static const double pair[][2][3] = {
        {{.18, .18, .18}, {.1799986, .1800001, .1799997}},
        {{1, 1, 1}, {.5559368, .5560147, .5560239}},
        {{16, 16, 16}, {.9978883, .9980849, .9981094}},
        {{.001, .001, .001}, {.0002535, .0002535, .0002535}},
        {{.8, .1, .05}, {.5877912, .1361869, .0609870}},
        {{.02, .3, .9}, {.0749385, .3287093, .5718279}},
        {{4, .5, .5}, {.9039488, .5028055, .4636869}},
        {{.05, .06, .02}, {.0428787, .0479158, .0138902}},
    };

    for (size_t i = 0; i < sizeof(pair) / sizeof(pair[0]); i++) {
        double out[3];

        run_srgb("method=agx", pair[i][0], out);
        near(out, pair[i][1], 4e-4, "agx");
    }
}

/* Middle grey stays; a stop more is never darker; ends are black and white. */
TEST(agx_rises_from_black_to_white)
{
    static const char *const settings[] = {
        "method=agx",
        "method=agx;contrast=1;toe=5;shoulder=0.5",
        "method=agx;contrast=5;pivot=0.05;purity=1.5",
        "method=agx;white=1000;pivot=0.5",
        "method=agx;white=1.2;contrast=1",
    };
    static struct pixels p;

    for (size_t k = 0; k < sizeof(settings) / sizeof(settings[0]); k++) {
        p.n = 3000;
        for (int c = 0; c < 3; c++)
            for (int i = 0; i < p.n; i++)
                p.c[c][i] = (float)exp2(i * 0.01 - 15);
        run_op("tone_map", settings[k], &p);
        for (int i = 1; i < p.n; i++)
            assert_true(p.c[1][i] >= p.c[1][i - 1]);
        assert_true(p.c[1][0] >= 0 && p.c[1][0] < 1e-4f);
        assert_true(fabsf(p.c[1][p.n - 1] - 1) < 2e-3f);
    }
    for (int i = 1; i < 6; i++) {
        const double grey[3] = {0.18, 0.18, 0.18}, v = i * 0.05;
        const double want[3] = {v, v, v};
        char text[40];
        double out[3];

        snprintf(text, sizeof(text), "method=agx;pivot=%.2f", v);
        run_one("tone_map", text, grey, out);
        near(out, want, 1e-5, "pivot");
    }
}

/* S. Hill's fit, from the source's own numbers. */
TEST(aces_is_the_published_fit)
{
    static const struct mat3 in = {{{0.59719, 0.35458, 0.04823},
                                    {0.07600, 0.90834, 0.01566},
                                    {0.02840, 0.13383, 0.83777}}};
    static const struct mat3 after = {{{1.60475, -0.53108, -0.07367},
                                       {-0.10208, 1.10813, -0.00605},
                                       {-0.00327, -0.07276, 1.07602}}};
    static const double colors[][3] = {
        {0.18, 0.18, 0.18}, {1, 0.2, 0.1}, {0.02, 0.5, 3}, {10, 8, 6}};

    for (int i = 0; i < 4; i++) {
        double v[3], want[3], out[3];

        apply3(&in, colors[i], v);
        for (int c = 0; c < 3; c++)
            v[c] = (v[c] * (v[c] + 0.0245786) - 0.000090537) /
                   (v[c] * (0.983729 * v[c] + 0.4329510) + 0.238081);
        apply3(&after, v, want);
        run_srgb("method=aces", colors[i], out);
        near(out, want, 3e-5, "aces");
    }
}

static double hable(double x)
{
    return (x * (0.15 * x + 0.10 * 0.50) + 0.20 * 0.02) /
               (x * (0.15 * x + 0.50) + 0.20 * 0.30) -
           0.02 / 0.30;
}

TEST(hable_and_reinhard_reach_white_at_white)
{
    static const double grey[3] = {0.18, 0.18, 0.18}, four[3] = {4, 4, 4};
    static const double one[3] = {1, 1, 1}, half[3] = {5.6, 5.6, 5.6};
    const double h = hable(0.36) / hable(11.2), r = 0.18 / 1.18;
    const double s = r * (1 + 0.18 / 16);
    double out[3];

    run_one("tone_map", "method=hable", half, out);
    near(out, one, 1e-6, "hable");
    run_one("tone_map", "method=hable", grey, out);
    near(out, (const double[3]){h, h, h}, 1e-6, "hable");
    run_one("tone_map", "method=reinhard", four, out);
    near(out, one, 1e-6, "reinhard");
    run_one("tone_map", "method=reinhard", grey, out);
    near(out, (const double[3]){s, s, s}, 1e-6, "reinhard");
    run_one("tone_map", "method=reinhard;white=2;exposure=1", one, out);
    near(out, one, 1e-6, "reinhard");
    run_one("tone_map", "method=none;exposure=2", one, out);
    near(out, four, 0, "none");
}

TESTS(agx_is_that_of_blender, agx_rises_from_black_to_white,
      aces_is_the_published_fit, hable_and_reinhard_reach_white_at_white)
