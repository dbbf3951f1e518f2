/* Colours of light against the tables of the CIE. */

#include "test.h"

#include "image/white.h"

struct light {
    double kelvin, x, y;
};

static void expect(const struct light *l, int n, double tolerance)
{
    for (int i = 0; i < n; i++) {
        double xy[2];

        white_xy(l[i].kelvin, 0, xy);
        if (fabs(xy[0] - l[i].x) > tolerance ||
            fabs(xy[1] - l[i].y) > tolerance)
            fail_msg("%g K: %.5f %.5f, not %.5f %.5f", l[i].kelvin, xy[0],
                     xy[1], l[i].x, l[i].y);
    }
}

/* CIE 15:2004, from the spectra; the formula for the locus is that close. */
TEST(daylight_is_that_of_the_cie)
{
    static const struct light d[] = {
        {5003, 0.34567, 0.35850},
        {5503, 0.33242, 0.34743},
        {6504, 0.31272, 0.32903},
        {7504, 0.29902, 0.31485},
    };

    expect(d, 4, 1.5e-4);
}

/* Black bodies; Wyszecki and Stiles, and the CIE's illuminant A (2856 K). */
TEST(incandescence_is_that_of_a_black_body)
{
    static const struct light a[] = {
        {1500, 0.5857, 0.3931},
        {2000, 0.5267, 0.4133},
        {2500, 0.4770, 0.4137},
        {2856, 0.4476, 0.4074},
    };

    expect(a, 4, 4e-4);
}

TEST(the_locus_has_no_step)
{
    double last[2];

    white_xy(1500, 0, last);
    for (int k = 1510; k <= 20000; k += 10) {
        double xy[2];

        white_xy(k, 0, xy);
        assert_true(xy[0] < last[0]);
        assert_true(last[0] - xy[0] < 0.0015);
        assert_true(fabs(xy[1] - last[1]) < 0.0008);
        last[0] = xy[0];
        last[1] = xy[1];
    }
}

/* Distance in the CIE 1960 diagram, and its side: green has more v. */
TEST(duv_is_a_distance_across_the_locus)
{
    static const double kelvin[] = {1500, 3500, 6500, 20000};

    for (int i = 0; i < 4; i++)
        for (int s = -1; s <= 1; s += 2) {
            double a[2], b[2], u, v, d;

            white_xy(kelvin[i], 0, a);
            white_xy(kelvin[i], 0.02 * s, b);
            d = -2 * a[0] + 12 * a[1] + 3;
            u = 4 * a[0] / d;
            v = 6 * a[1] / d;
            d = -2 * b[0] + 12 * b[1] + 3;
            u = 4 * b[0] / d - u;
            v = 6 * b[1] / d - v;
            assert_true(fabs(hypot(u, v) - 0.02) < 1e-9);
            assert_true(v * s > 0);
        }
}

TESTS(daylight_is_that_of_the_cie, incandescence_is_that_of_a_black_body,
      the_locus_has_no_step, duv_is_a_distance_across_the_locus)
