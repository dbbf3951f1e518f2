/* Gradients in few steps made smooth, detail left as it is. */

#include "test.h"

#include "applied.h"

#define CODE (1 / 255.0)

/* Grey ramp of 20 code values over `w` pixels, as a file of 8 bits has it. */
static double ramp_at(int x, int y)
{
    return (60 + 0.1 * x + 0.02 * y) * CODE;
}

static double stepped_at(int x, int y)
{
    return rint(ramp_at(x, y) / CODE) * CODE;
}

/*
 * Of what a plane misses of the ramp, in code values: the root of the mean
 * square, and the largest change within four pixels of means over 5 x 5.
 */
static double missed(const struct image *im, int p, double *contour)
{
    double sum = 0, last[4] = {0};

    *contour = 0;
    for (int y = 2; y < im->v.h - 2; y++)
        for (int x = 2; x < im->v.w - 2; x++) {
            double mean = 0;

            sum += pow((at(im, p, x, y) - ramp_at(x, y)) / CODE, 2);
            for (int i = 0; i < 25; i++) {
                const int u = x + i % 5 - 2, v = y + i / 5 - 2;

                mean += (at(im, p, u, v) - ramp_at(u, v)) / CODE / 25;
            }
            if (x >= 6)
                *contour = fmax(*contour, fabs(mean - last[x % 4]));
            last[x % 4] = mean;
        }
    return sqrt(sum / ((im->v.w - 4.0) * (im->v.h - 4)));
}

TEST(bands_go)
{
    struct image *in = grey(640, 360, stepped_at), *out;
    double before, after, step, left;

    before = missed(in, 1, &step);
    out = applied("deband", "dither=0", in);
    after = missed(out, 1, &left);
    /* measured: 0.289 becomes 0.014, 0.40 becomes 0.09, at the left end */
    if (after > 0.07 * before || left > 0.25 * step)
        fail_msg("%g to %g, steps of %g to %g", before, after, step, left);
    image_free(in);
    image_free(out);
}

/* Rounded to 8 bits again: with the pattern, bands do not come back. */
TEST(dither_keeps_bands_from_coming_back)
{
    struct image *in = grey(640, 360, stepped_at), *out;
    double step, plain, fine;

    missed(in, 1, &step);
    for (int i = 0; i < 2; i++) {
        out = applied("deband", i ? "dither=1" : "dither=0", in);
        for (int p = 0; p < 3; p++)
            for (int y = 0; y < 360; y++)
                for (int x = 0; x < 640; x++) {
                    float *v = row_of(&out->v, p, y) + x;

                    *v = (float)(rint((double)*v / CODE) * CODE);
                }
        missed(out, 1, i ? &fine : &plain);
        image_free(out);
    }
    /* measured: 0.40 and 0.16 */
    if (plain < 0.9 * step || fine > 0.5 * step)
        fail_msg("of %g %g comes back, %g with dither", step, plain, fine);
    image_free(in);
}

static double smooth_at(int x, int y)
{
    return ramp_at(x, y);
}

static double chart_at(int x, int y)
{
    const int dx = x - 300, dy = y - 180;

    return (110 + 4 * cos((dx * dx + dy * dy) * 0.004)) * CODE +
           (x > 500 ? 0.2 : 0);
}

/* A gradient that needs nothing, also where it ends; an edge; detail. */
TEST(what_is_no_band_stays)
{
    struct image *smooth = grey(640, 360, smooth_at);
    struct image *chart = grey(640, 360, chart_at), *a, *b;
    double most = 0, square = 0;

    a = applied("deband", "dither=0", smooth);
    b = applied("deband", "dither=0", chart);
    for (int y = 0; y < 360; y++)
        for (int x = 0; x < 640; x++) {
            most = fmax(most, fabs(at(a, 0, x, y) - at(smooth, 0, x, y)));
            square += pow((at(b, 0, x, y) - at(chart, 0, x, y)) / CODE, 2);
        }
    /* measured: 0.0001 and 0.02 code values */
    assert_true(most < 0.01 * CODE);
    assert_true(sqrt(square / (640 * 360)) < 0.05);
    for (int y = 0; y < 360; y++)
        for (int x = 494; x < 506; x++)
            assert_true(at(b, 0, x, y) == at(chart, 0, x, y));
    image_free(smooth);
    image_free(chart);
    image_free(a);
    image_free(b);
}
TESTS(bands_go, dither_keeps_bands_from_coming_back, what_is_no_band_stays)
