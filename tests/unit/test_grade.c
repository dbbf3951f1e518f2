/* Operations of brightness and channels against their formulas in double. */

#include <math.h>
#include <stdio.h>

#include "pixels.h"

#include "image/color.h"
#include "op/spline.h"

static double luminance(const double c[3])
{
    return 0.2627002 * c[0] + 0.6779981 * c[1] + 0.0593017 * c[2];
}

TEST(exposure_counts_stops)
{
    static const double in[3] = {0.5, -0.25, 8};
    double out[3];

    run_one("exposure", "ev=1", in, out);
    near(out, (const double[3]){1, -0.5, 16}, 0, "one stop");
    run_one("exposure", "ev=-2;black=0.1", in, out);
    near(out, (const double[3]){0.1, -0.0875, 1.975}, 1e-7, "black");
}

/* The gain as the header of the kernel states it. */
static double contrast_gain(double y, double amount, double white)
{
    const double pivot = log2(0.18 + 0.001);
    const double u = log2(fabs(y) + 0.001) - pivot;
    double w = 1;

    if (white > 0)
        w -= u / (log2(white + 0.001) - pivot);
    w = fmin(fmax(w, 0), 1);
    return exp2((exp2(amount) - 1) * u * w * w);
}

TEST(contrast_is_a_power_about_its_pivot)
{
    static const double colours[][3] = {
        {0.18, 0.18, 0.18}, {1, 1, 1}, {0.5, 0.2, 0.1}, {0.02, 0.05, 0.03},
        {4, 3, 2},          {0, 0, 0}, {-0.1, 0.3, 0.2}};

    for (int i = 0; i < 7; i++)
        for (int k = -2; k <= 2; k++) {
            const double *in = colours[i], amount = k / 2.0;
            const double y = luminance(in);
            char text[60];
            double out[3], want[3];

            for (int c = 0; c < 3; c++)
                want[c] = in[c] * contrast_gain(y, amount, 1);
            snprintf(text, sizeof(text), "amount=%g", amount);
            run_one("contrast", text, in, out);
            near(out, want, 2e-6 * (1 + fabs(want[0])), "luminance");
            for (int c = 0; c < 3; c++)
                want[c] = in[c] * contrast_gain(in[c], amount, 0);
            snprintf(text, sizeof(text), "amount=%g;keep_color=0;white=0",
                     amount);
            run_one("contrast", text, in, out);
            near(out, want, 2e-6 * (1 + fabs(want[0])), "each");
        }
}

TEST(contrast_never_turns_back)
{
    static struct pixels p;

    for (int k = -4; k <= 4; k++) {
        char text[40];

        p.n = 4000;
        for (int i = 0; i < p.n; i++)
            p.c[0][i] = p.c[1][i] = p.c[2][i] = (float)i * 0.001f;
        snprintf(text, sizeof(text), "amount=%g", k / 4.0);
        run_op("contrast", text, &p);
        for (int i = 1; i < p.n; i++)
            assert_true(p.c[1][i] > p.c[1][i - 1]);
    }
}

TEST(levels_place_black_white_and_middle)
{
    static const double in[3] = {0.25, 0.5, 0.75};
    static const double beyond[3] = {1.25, 0.125, -0.25};
    const double mid = pow(0.5, 1 / 2.2);
    double out[3];

    run_one("levels", "black=0.25;white=0.75;gamma=2.2", in, out);
    near(out, (const double[3]){0, mid, 1}, 2e-7, "in");
    run_one("levels", "black=0.25;white=0.75;out_black=0.2;out_white=0.6", in,
            out);
    near(out, (const double[3]){0.2, 0.4, 0.6}, 1e-7, "out");
    /* A tangent above white, a mirror below black. */
    run_one("levels", "black=0.25;white=0.75;gamma=2", beyond, out);
    near(out, (const double[3]){1.5, -0.5, -1}, 1e-6, "beyond");
}

/* F. N. Fritsch and J. Butland, 1984: never beyond the points. */
TEST(splines_are_monotone_cubics)
{
    struct spline s;
    struct err e = {0};

    assert_int_equal(spline_parse("0,0 0.25,0.1 0.5,0.6 1,1", &s, &e), 0);
    for (int i = 0; i < 4; i++)
        assert_true(spline_at(&s, s.x[i]) == s.y[i]);
    for (int i = 1; i < 1000; i++)
        assert_true(spline_at(&s, i * 0.001) > spline_at(&s, (i - 1) * 0.001));
    /* Weighted harmonic means of the slopes 0.4, 2, 0.8. */
    assert_true(fabs(s.slope[1] - 2 / (1 / 0.4 + 1 / 2.0)) < 1e-12);
    assert_true(fabs(s.slope[2] - 2.25 / (1.25 / 2 + 1 / 0.8)) < 1e-12);
    assert_true(fabs(spline_at(&s, 2) - (1 + s.slope[3])) < 1e-12);
    assert_true(fabs(spline_at(&s, -1) + s.slope[0]) < 1e-12);
    assert_int_equal(spline_parse("0,0 0.5,0.5 1,0.5 2,0.5", &s, &e), 0);
    for (int i = 0; i <= 100; i++)
        assert_true(spline_at(&s, i * 0.02) <= 0.5 + 1e-15);
    assert_int_equal(spline_parse("", &s, &e), 0);
    assert_true(spline_is_straight(&s) && spline_at(&s, 0.3) == 0.3);
}

TEST(points_that_make_no_curve_are_refused)
{
    static const struct {
        const char *text, *why;
    } bad[] = {
        {"0,0", "two points"},      {"0,0 1", "'1' is not a point"},
        {"0,0 0,1", "above"},       {"1,1 0,0", "above"},
        {"0,0 5,1", "outside"},     {"0,0 1,nan", "not a point"},
        {"0 0 1 1", "not a point"}, {"0,0 1,1x", "not a point"},
        {"0,0;1,1", "not a point"}, {"0,0 1,-1e9", "outside"},
        {"a", "not a point"},
    };
    char many[400] = "";
    struct spline s;
    struct err e = {0};

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        assert_int_equal(spline_parse(bad[i].text, &s, &e), ERR_ARG);
        if (!strstr(e.text, bad[i].why))
            fail_msg("'%s': %s", bad[i].text, e.text);
    }
    for (int i = 0; i < 33; i++)
        snprintf(many + strlen(many), sizeof(many) - strlen(many), "%d.%d,0 ",
                 i / 10, i % 10);
    assert_int_equal(spline_parse(many, &s, &e), ERR_ARG);
    assert_non_null(strstr(e.text, "at most 32"));
}

TEST(curves_follow_their_points)
{
    static const char text[] = "0,0 0.25,0.15 0.75,0.9 1,1";
    static struct pixels p;
    struct spline s;
    struct err e = {0};
    char settings[100];

    assert_int_equal(spline_parse(text, &s, &e), 0);
    for (int pass = 0; pass < 2; pass++) {
        p.n = 3000;
        for (int i = 0; i < p.n; i++)
            p.c[0][i] = p.c[1][i] = p.c[2][i] = (float)(i * 0.001 - 1);
        snprintf(settings, sizeof(settings), "%s=%s", pass ? "luma" : "all",
                 text);
        run_op("curve", settings, &p);
        for (int i = 0; i < p.n; i++) {
            const double x = (double)(float)(i * 0.001 - 1);
            const double want = spline_at(&s, x);

            /* Beyond the ends the line is that of the table's last step. */
            if (fabs((double)p.c[1][i] - want) > (x < 0 || x > 1 ? 1e-3 : 3e-6))
                fail_msg("%s, %d: %.8g, not %.8g", pass ? "luma" : "all", i,
                         (double)p.c[1][i], want);
            assert_true(p.c[0][i] == p.c[1][i] && p.c[2][i] == p.c[1][i]);
        }
    }
}

/* A 16-bit ramp through a curve has no step that a smooth curve has not. */
TEST(curves_have_no_steps)
{
    static struct pixels p;
    float last = -1;

    for (int start = 0; start < 65536; start += 4096) {
        p.n = 4096;
        for (int i = 0; i < p.n; i++)
            p.c[0][i] = p.c[1][i] = p.c[2][i] = (float)(start + i) / 65535;
        run_op("curve", "all=0,0.1 0.5,0.45 1,0.9", &p);
        for (int i = 0; i < p.n; i++) {
            assert_true(p.c[0][i] > last);
            if (last >= 0)
                assert_true(p.c[0][i] - last < 1.5f / 65535);
            last = p.c[0][i];
        }
    }
}

TEST(luma_curves_keep_the_colour)
{
    static const double in[3] = {0.6, 0.4, 0.2};
    double out[3];

    run_one("curve", "luma=0,0 0.4,0.6 1,1", in, out);
    assert_true(fabs(out[0] / out[1] - 1.5) < 1e-5);
    assert_true(fabs(out[2] / out[1] - 0.5) < 1e-5);
    run_one("curve", "red=0,0.1 1,1", in, out);
    near(out, (const double[3]){0.64, 0.4, 0.2}, 1e-6, "red alone");
}

TEST(balance_is_lift_gamma_gain)
{
    static const double in[3] = {0.2, 0.5, 0.8};
    static const double white[3] = {1, 1, 1}, black[3] = {0, 0, 0};
    double out[3], common[3];

    run_one("color_balance", "lift=0.1;gain=0.9;gamma=1.5", in, out);
    for (int c = 0; c < 3; c++)
        common[c] = pow((in[c] + 0.1 * (1 - in[c])) * 0.9, 1 / 1.5);
    near(out, common, 3e-7, "common");
    run_one("color_balance", "lift_red=0.2", white, out);
    near(out, white, 1e-6, "lift leaves white");
    run_one("color_balance", "gain_blue=2", black, out);
    near(out, black, 0, "gain leaves black");
    run_one("color_balance", "gain_blue=1.5;gamma_red=0.8;lift=0.1;preserve=on",
            in, out);
    run_one("color_balance", "lift=0.1", in, common);
    assert_true(fabs(luminance(out) - luminance(common)) < 1e-3);
    assert_true(out[2] / out[1] > 1.3 * common[2] / common[1]);
}

TEST(the_mixer_mixes)
{
    static const double in[3] = {0.2, 0.5, 0.8}, grey[3] = {0.4, 0.4, 0.4};
    double out[3];

    run_one("channel_mixer",
            "red_red=0.5;red_blue=0.25;blue_green=-1;preserve_grey=off", in,
            out);
    near(out, (const double[3]){0.3, 0.5, 0.3}, 1e-7, "as given");
    run_one("channel_mixer", "red_red=0.5;red_blue=0.3;green_red=1.5", grey,
            out);
    near(out, grey, 1e-6, "grey");
}

/* Against the curves in double, and each way undoes the other. */
TEST(transfer_functions_cancel)
{
    static const char *const names[] = {
        "linear", "srgb",      "rec709", "gamma22", "gamma24", "pq",
        "hlg",    "hlg_scene", "logc3",  "slog3",   "acescct"};
    static const double colours[][3] = {
        {0.18, 0.18, 0.18}, {1, 0.5, 0.001}, {-0.002, 0, 4}};

    for (int i = 0; i < 11; i++)
        for (int k = 0; k < 3; k++) {
            char text[60];
            double code[3], back[3];

            snprintf(text, sizeof(text), "curve=%s;direction=encode", names[i]);
            run_one("encode", text, colours[k], code);
            snprintf(text, sizeof(text), "curve=%s;direction=decode", names[i]);
            run_one("encode", text, code, back);
            near(back, colours[k], 4e-6, names[i]);
        }
}

/* BT.2100, table 5, at 1000 cd/m2: a twelfth of the scene's light, and its
   most, of which signal 0.75 is 0.26496. */
TEST(hlg_is_a_display_or_a_scene)
{
    static const double half[3] = {0.5, 0.5, 0.5}, red[3] = {1, 0, 0};
    const double scene = 1 / 12.0 / 0.2649625, shown = 1000 / 203.0;
    const double dark = shown * pow(1 / 12.0, 1.2);
    double out[3];

    run_one("encode", "curve=hlg_scene;direction=decode", half, out);
    near(out, (const double[3]){scene, scene, scene}, 2e-6, "scene");
    run_one("encode", "curve=hlg;direction=decode", half, out);
    near(out, (const double[3]){dark, dark, dark}, 2e-6, "display");
    run_one("encode", "curve=hlg;direction=decode", red, out);
    near(out, (const double[3]){shown * pow(0.2627, 0.2), 0, 0}, 1e-5, "red");
}

/* S-2016-001: middle grey and the point where line and logarithm meet. */
TEST(acescct_is_that_of_the_academy)
{
    static const double in[3] = {0.18, 0.0078125, 1};
    static const double want[3] = {0.4135884, 0.155251141552511, 0.5547945};
    double out[3];

    run_one("encode", "curve=acescct", in, out);
    near(out, want, 2e-7, "acescct");
}

/*
 * FFmpeg's eq on greys, (c (x - 1/2) + 1/2 + b)^(1 / gamma), is a lift, a gamma
 * and a gain: what it makes of black and of white.
 */
TEST(color_balance_covers_eq_of_ffmpeg)
{
    static const double cases[][3] = {
        {1.06, 0.02, 0.98}, {1.04, 0.015, 0.96}, {0.8, -0.05, 1.3}};

    for (int i = 0; i < 3; i++) {
        const double c = cases[i][0], b = cases[i][1], g = cases[i][2];
        const double gain = 0.5 + 0.5 * c + b;
        const double lift = (0.5 - 0.5 * c + b) / gain;
        char text[100];

        snprintf(text, sizeof(text), "lift=%.9g;gamma=%.9g;gain=%.9g", lift, g,
                 gain);
        for (double x = 0.1; x < 0.95; x += 0.1) {
            const double in[3] = {x, x, x};
            const double y = pow(c * (x - 0.5) + 0.5 + b, 1 / g);
            const double want[3] = {y, y, y};
            double out[3];

            run_one("color_balance", text, in, out);
            near(out, want, 2e-6, text);
        }
    }
}

TESTS(exposure_counts_stops, contrast_is_a_power_about_its_pivot,
      contrast_never_turns_back, levels_place_black_white_and_middle,
      splines_are_monotone_cubics, points_that_make_no_curve_are_refused,
      curves_follow_their_points, curves_have_no_steps,
      luma_curves_keep_the_colour, balance_is_lift_gamma_gain, the_mixer_mixes,
      transfer_functions_cancel, hlg_is_a_display_or_a_scene,
      acescct_is_that_of_the_academy, color_balance_covers_eq_of_ffmpeg)
