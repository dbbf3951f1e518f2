/* White balance: where white goes, and what each end of a slider means. */

#include <math.h>
#include <stdio.h>

#include "pixels.h"

#include "image/color.h"
#include "image/white.h"

static double luminance(const double c[3])
{
    return 0.2627002 * c[0] + 0.6779981 * c[1] + 0.0593017 * c[2];
}

static const double white[3] = {1, 1, 1};

TEST(white_takes_the_colour_of_the_light)
{
    static const int kelvin[] = {2000, 2856, 3500, 5003, 6000, 9000, 20000};
    const struct mat3 m = primaries_to_xyz(space_primaries(SPACE_REC2020));

    for (int i = 0; i < 7; i++) {
        double rgb[3], xyz[3], xy[2], from[2];
        char text[40];

        snprintf(text, sizeof(text), "kelvin=%d", kelvin[i]);
        run_one("white_balance", text, white, rgb);
        assert_true(fabs(luminance(rgb) - 1) < 1e-6);
        for (int c = 0; c < 3; c++)
            xyz[c] = m.m[c][0] * rgb[0] + m.m[c][1] * rgb[1] +
                     m.m[c][2] * rgb[2];
        white_xy(kelvin[i], 0, xy);
        white_xy(6500, 0, from);
        /* D65 and the locus at 6500 K are 2e-4 apart. */
        assert_true(fabs(xyz[0] / (xyz[0] + xyz[1] + xyz[2]) - xy[0]) < 5e-4);
        assert_true(fabs(xyz[1] / (xyz[0] + xyz[1] + xyz[2]) - xy[1]) < 5e-4);
    }
}

/* Closer to the old toolkit's gains than anyone could see: warm is warm. */
TEST(lower_is_warmer)
{
    double last[3] = {0, 0, 1e9};

    for (int k = 20000; k >= 1500; k -= 250) {
        double rgb[3];
        char text[40];

        snprintf(text, sizeof(text), "kelvin=%d", k);
        run_one("white_balance", text, white, rgb);
        assert_true(rgb[0] > last[0] && rgb[2] < last[2]);
        if (k < 6500)
            assert_true(rgb[0] > rgb[1] && rgb[1] > rgb[2]);
        last[0] = rgb[0];
        last[2] = rgb[2];
    }
}

TEST(tint_goes_from_green_to_magenta)
{
    double green[3], magenta[3];

    run_one("white_balance", "tint=-30", white, green);
    run_one("white_balance", "tint=30", white, magenta);
    assert_true(green[1] > green[0] && green[1] > green[2]);
    assert_true(magenta[1] < magenta[0] && magenta[1] < magenta[2]);
    assert_true(fabs(luminance(green) - 1) < 1e-6);
    /* Across the locus: amber and blue change alike, not against each other. */
    assert_true(fabs(magenta[0] - magenta[2]) <
                0.1 * (magenta[0] - magenta[1]) + 0.03);
}

TEST(neutral_is_the_identity)
{
    const double in[3] = {0.7, -0.1, 3};
    double out[3];

    run_one("white_balance", "", in, out);
    near(out, in, 1e-6, "6500");
}

TEST(warmth_is_white_balance_in_mireds)
{
    static const double in[3] = {0.4, 0.2, 0.1};
    static const double amounts[] = {-1, -0.5, -0.15, 0.15, 0.5, 1};
    double last = 0;

    for (int i = 0; i < 6; i++) {
        double a[3], b[3];
        char text[60];

        snprintf(text, sizeof(text), "amount=%g", amounts[i]);
        run_one("warmth", text, in, a);
        snprintf(text, sizeof(text), "kelvin=%.4f",
                 1e6 / (1e6 / 6500 + 100 * amounts[i]));
        run_one("white_balance", text, in, b);
        near(a, b, 1e-6, text);
        assert_true(a[0] / a[2] > last);
        last = a[0] / a[2];
    }
}

static double display(double light)
{
    return 1.055 * pow(light, 1 / 2.4) - 0.055;
}

/*
 * 0.015 warm and 0.010 cool of FFmpeg's colour balance, as the old toolkit had
 * them, add 0.0105 to red and take 0.007 from blue of a dark grey.
 */
TEST(a_little_warmth_is_as_much_as_it_was)
{
    static const double in[3] = {0.0508761, 0.0508761, 0.0508761};
    double out[3], difference;

    assert_true(fabs(display(in[0]) - 0.25) < 1e-6);
    run_one("warmth", "amount=0.15", in, out);
    difference = display(out[0]) - display(out[2]);
    /* measured: 0.0149 */
    if (difference < 0.014 || difference > 0.021)
        fail_msg("%g", difference);
}

TEST(warmth_of_midtones_leaves_the_ends)
{
    static const double ends[3][3] = {{0, 0, 0}, {1, 1, 1}, {1.5, 1.5, 1.5}};
    static const double grey[3] = {0.18, 0.18, 0.18};
    double out[3], all[3];

    for (int i = 0; i < 3; i++) {
        run_one("warmth", "amount=0.7;tones=midtones", ends[i], out);
        for (int p = 0; p < 3; p++)
            assert_true(out[p] == ends[i][p]);
    }
    run_one("warmth", "amount=0.7;tones=midtones", grey, out);
    run_one("warmth", "amount=0.7", grey, all);
    assert_true(fabs(luminance(out) - 0.18) < 1e-6);
    assert_true(fabs(luminance(all) - 0.18) < 1e-6);
    for (int p = 0; p < 3; p++)
        assert_true(fabs(out[p] - 0.18) > 0.95 * fabs(all[p] - 0.18));
}

TESTS(white_takes_the_colour_of_the_light, lower_is_warmer,
      tint_goes_from_green_to_magenta, neutral_is_the_identity,
      warmth_is_white_balance_in_mireds, a_little_warmth_is_as_much_as_it_was,
      warmth_of_midtones_leaves_the_ends)
