/* Saturation, bands of hue and split tones do what they are called. */

#include <math.h>

#include "lut_recipe.h"

/* Hue of the HSV wheel in degrees, spread of the channels. */
static void wheel(const double v[3], double *hue, double *spread)
{
    const double hi = fmax(fmax(v[0], v[1]), v[2]);
    const double lo = fmin(fmin(v[0], v[1]), v[2]);
    const double a = v[0] - 0.5 * (v[1] + v[2]);
    const double b = sqrt(0.75) * (v[1] - v[2]);

    *hue = atan2(b, a) * 180 / M_PI;
    *spread = hi - lo;
}

static const double oak[3] = {0.6, 0.45, 0.28}, sky[3] = {0.375, 0.5625, 0.875};
static const double lawn[3] = {0.3125, 0.5, 0.1875};
static const double stone[3] = {0.7, 0.68, 0.65};

static double spread_after(const char *settings, const double in[3])
{
    double out[3], hue, spread;

    one(settings, in, out);
    wheel(out, &hue, &spread);
    return spread;
}

static double hue_after(const char *settings, const double in[3])
{
    double out[3], hue, spread;

    one(settings, in, out);
    wheel(out, &hue, &spread);
    return hue;
}

TEST(bands_find_their_materials)
{
    assert_true(spread_after("orange_saturation=0.4", oak) > 0.32 * 1.15);
    assert_true(fabs(spread_after("orange_saturation=0.4", sky) - 0.5) < 1e-9);
    assert_true(spread_after("blue_saturation=0.4", sky) > 0.5 * 1.1);
    assert_true(fabs(spread_after("blue_saturation=0.4", oak) - 0.32) < 1e-9);
    assert_true(spread_after("green_saturation=-0.5", lawn) < 0.3125 * 0.75);
    assert_true(hue_after("green_hue=10", lawn) > hue_after("", lawn) + 4);
    assert_true(hue_after("green_hue=-10", lawn) < hue_after("", lawn) - 4);
    assert_true(spread_after("neutrals=0.6", stone) < 0.05 * 0.6);
    assert_true(fabs(spread_after("neutrals=0.6", oak) - 0.32) < 1e-9);
}

TEST(bands_leave_hues_of_others_and_greys_alone)
{
    for (int i = 0; i <= 10; i++) {
        const double v = i / 10.0, in[3] = {v, v, v};
        double out[3];

        one("orange_saturation=1;green_light=1;blue_hue=15;saturation=0.5;"
            "neutrals=0.5",
            in, out);
        for (int c = 0; c < 3; c++)
            assert_true(fabs(out[c] - v) < 1e-12);
    }
    assert_true(fabs(hue_after("saturation=0.5", oak) - hue_after("", oak)) <
                1.5);
}

TEST(split_tones_have_their_hue)
{
    static const double dark[3] = {0.33, 0.33, 0.33};
    static const double light[3] = {0.67, 0.67, 0.67};

    for (int h = 15; h < 360; h += 30) {
        char text[100];
        double turn;

        snprintf(text, sizeof(text), "shadow_hue=%d;shadow_tint=0.5", h);
        turn = remainder(hue_after(text, dark) - h, 360);
        if (fabs(turn) > 6)
            fail_msg("shadows: %d is %g away", h, turn);
        snprintf(text, sizeof(text), "highlight_hue=%d;highlight_tint=0.5", h);
        turn = remainder(hue_after(text, light) - h, 360);
        if (fabs(turn) > 6)
            fail_msg("highlights: %d is %g away", h, turn);
    }
}

TESTS(bands_find_their_materials, bands_leave_hues_of_others_and_greys_alone,
      split_tones_have_their_hue)
