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

static void white_takes_the_colour_of_the_light(void **state)
{
    static const int kelvin[] = {2000, 2856, 3500, 5003, 6000, 9000, 20000};
    const struct mat3 m = primaries_to_xyz(space_primaries(SPACE_REC2020));

    (void)state;
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
static void lower_is_warmer(void **state)
{
    double last[3] = {0, 0, 1e9};

    (void)state;
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

static void tint_goes_from_green_to_magenta(void **state)
{
    double green[3], magenta[3];

    (void)state;
    run_one("white_balance", "tint=-30", white, green);
    run_one("white_balance", "tint=30", white, magenta);
    assert_true(green[1] > green[0] && green[1] > green[2]);
    assert_true(magenta[1] < magenta[0] && magenta[1] < magenta[2]);
    assert_true(fabs(luminance(green) - 1) < 1e-6);
    /* Across the locus: amber and blue change alike, not against each other. */
    assert_true(fabs(magenta[0] - magenta[2]) <
                0.1 * (magenta[0] - magenta[1]) + 0.03);
}

static void neutral_is_the_identity(void **state)
{
    const double in[3] = {0.7, -0.1, 3};
    double out[3];

    (void)state;
    run_one("white_balance", "", in, out);
    near(out, in, 1e-6, "6500");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(white_takes_the_colour_of_the_light),
        cmocka_unit_test(lower_is_warmer),
        cmocka_unit_test(tint_goes_from_green_to_magenta),
        cmocka_unit_test(neutral_is_the_identity),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
