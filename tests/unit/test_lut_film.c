/* Film: curves, densities, the patch, and what projection keeps. */

#include "test.h"

#include "codec/lut_film.h"

static const int kinds[] = {0, 1};

static void project(int negative, double contrast, double crossover,
                    double silver, const double light[3], double out[3])
{
    struct film f;

    film_init(&f, negative, contrast, crossover, silver);
    film_project(&f, light, out);
}

TEST(the_patch_has_the_laboratory_aim_densities)
{
    static const double aim[3] = {1.09, 1.06, 1.03}; /* Kodak H-61 */
    const double light[3] = {film_patch, film_patch, film_patch};

    for (int k = 0; k < 2; k++)
        for (int crossover = 0; crossover <= 2; crossover++) {
            struct film f;
            double d[3];

            film_init(&f, kinds[k], 1.1, crossover, 0.3);
            film_densities(&f, light, d);
            for (int i = 0; i < 3; i++)
                assert_true(fabs(d[i] - aim[i]) < 1e-9);
        }
}

/* 1.00 of visual density, against clear film of 0.05. */
TEST(the_patch_is_as_bright_as_its_density_says)
{
    assert_true(fabs(-log10(film_patch) - (1.00 - 0.05)) < 0.002);
}

TEST(densities_rise_as_light_falls)
{
    for (int k = 0; k < 2; k++) {
        struct film f;
        double last[3] = {0, 0, 0};

        film_init(&f, kinds[k], 1, 1, 0);
        for (int i = 1000; i >= 0; i--) {
            const double v = i / 1000.0, light[3] = {v, v, v};
            double d[3];

            film_densities(&f, light, d);
            for (int c = 0; c < 3; c++) {
                assert_true(d[c] > last[c]);
                last[c] = d[c];
            }
        }
    }
}

static double steepest(const struct film_curve *c)
{
    double most = 0;

    for (int i = -400; i < 400; i++)
        most = fmax(most, (film_curve_density(c, (i + 1) * 0.01) -
                           film_curve_density(c, i * 0.01)) *
                              100);
    return most;
}

/* What data sheets show: prints near 3 and beyond density 4, negatives 0.6. */
TEST(slopes_and_ends_are_those_of_such_films)
{
    struct film f;

    film_init(&f, 1, 1, 1, 0);
    for (int i = 0; i < 3; i++) {
        const double print = steepest(&f.print[i]);
        const double negative = steepest(&f.negative[i]);

        assert_true(print > 2.5 && print < 3.2);
        assert_true(negative > 0.55 && negative < 0.65);
        assert_true(film_curve_most(&f.print[i]) > 3.95);
        assert_true(film_curve_most(&f.print[i]) < 4.6);
        assert_true(film_curve_density(&f.print[i], -6) < 0.01);
        assert_true(film_curve_density(&f.print[i], 6) >
                    film_curve_most(&f.print[i]) - 0.05);
    }
}

TEST(contrast_is_the_slope_at_the_patch)
{
    const double h = 0.002;

    for (int k = 0; k < 2; k++)
        for (int i = 0; i < 3; i++) {
            const double contrast = 0.8 + 0.3 * i;
            const double a = film_patch * pow(10, h);
            const double b = film_patch * pow(10, -h);
            const double more[3] = {a, a, a}, less[3] = {b, b, b};
            struct film f;
            double x[3], y[3], slope;

            film_init(&f, kinds[k], contrast, 0, 0);
            film_densities(&f, more, x);
            film_densities(&f, less, y);
            slope = (y[1] - x[1]) / (2 * h);
            if (fabs(slope / contrast - 1) > 0.01)
                fail_msg("film %d: %g for %g", kinds[k], slope, contrast);
        }
}

TEST(black_and_white_stay)
{
    static const double none[3] = {0, 0, 0}, full[3] = {1, 1, 1};

    for (int k = 0; k < 2; k++)
        for (int crossover = 0; crossover <= 2; crossover++) {
            double out[3];

            project(kinds[k], 1.2, crossover, 0.7, none, out);
            for (int c = 0; c < 3; c++)
                assert_true(out[c] == 0);
            project(kinds[k], 1.2, crossover, 0.7, full, out);
            for (int c = 0; c < 3; c++)
                assert_true(fabs(out[c] - 1) < 1e-14);
        }
}

TEST(greys_are_grey_without_crossover)
{
    for (int k = 0; k < 2; k++)
        for (int i = 1; i < 20; i++) {
            const double v = pow(i / 20.0, 2.4), light[3] = {v, v, v};
            double out[3], part[3];

            project(kinds[k], 1.1, 0, 0.4, light, out);
            assert_true(fabs(out[0] - out[1]) < 1e-14);
            assert_true(fabs(out[2] - out[1]) < 1e-14);
            project(kinds[k], 1.1, 1, 0, light, part);
            assert_true(fabs(part[0] - part[2]) > 1e-5);
        }
}

/* Against white, which is neutral: cool in the dark, warm in the light. */
TEST(layers_part_to_both_sides)
{
    static const double codes[] = {0.08, 0.15, 0.5, 0.7, 0.85};

    for (int k = 0; k < 2; k++)
        for (int i = 0; i < 5; i++) {
            const double v = pow(codes[i], 2.4), light[3] = {v, v, v};
            double out[3];

            project(kinds[k], 1.15, 1, 0, light, out);
            if ((out[0] > out[2]) != (i > 1))
                fail_msg("film %d: %g is %g %g %g", kinds[k], codes[i], out[0],
                         out[1], out[2]);
        }
}

TEST(any_light_comes_out_between_black_and_white)
{
    for (int k = 0; k < 2; k++)
        for (int i = 0; i < 11 * 11 * 11; i++) {
            double light[3] = {i % 11 / 10.0, i / 11 % 11 / 10.0,
                               i / 121 / 10.0};
            double out[3], more[3];

            project(kinds[k], 1.3, 2, 0.5, light, out);
            for (int c = 0; c < 3; c++)
                assert_true(out[c] >= -1e-15 && out[c] <= 1 + 1e-15);
            light[i % 3] += 0.05;
            project(kinds[k], 1.3, 2, 0.5, light, more);
            for (int c = 0; c < 3; c++)
                assert_true(more[c] >= out[c] - 1e-15);
        }
}

/* Share of a colour's strongest channel that its weakest lacks. */
static double saturation(const double v[3])
{
    const double hi = fmax(fmax(v[0], v[1]), v[2]);

    return 1 - fmin(fmin(v[0], v[1]), v[2]) / hi;
}

TEST(silver_takes_colour_and_leaves_the_slope)
{
    static const double brick[3] = {0.25, 0.1, 0.06};
    double with[3], without[3], grey[3], plain[3];
    const double middle[3] = {0.13, 0.13, 0.13};

    project(0, 1.1, 0, 0, brick, without);
    project(0, 1.1, 0, 0.8, brick, with);
    assert_true(saturation(with) < saturation(without) - 0.1);
    project(0, 1.1, 0, 0, middle, plain);
    project(0, 1.1, 0, 0.8, middle, grey);
    assert_true(fabs(log10(grey[1] / plain[1])) < 0.5);
}

TESTS(the_patch_has_the_laboratory_aim_densities,
      the_patch_is_as_bright_as_its_density_says, densities_rise_as_light_falls,
      slopes_and_ends_are_those_of_such_films,
      contrast_is_the_slope_at_the_patch, black_and_white_stay,
      greys_are_grey_without_crossover, layers_part_to_both_sides,
      any_light_comes_out_between_black_and_white,
      silver_takes_colour_and_leaves_the_slope)
