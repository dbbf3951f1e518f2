/*
 * sharpen and texture, in linear light; denoise and grain, on display values.
 */

#include "test.h"

#include "applied.h"

static double step_at(int x, int y)
{
    (void)y;
    return x < 60 ? 0.3 : 0.7;
}

/* An edge as a lens leaves it: three pixels wide, with noise on it. */
static double soft_at(int x, int y)
{
    (void)y;
    return 0.5 + 0.25 * erf((x - 80) / 2.0);
}

static double noisy_at(int x, int y)
{
    return soft_at(x, y) + 0.02 * noise_at(x, y, 1);
}

/* Pixels from 10 to 90 % of an edge in a plane, means of rows 10 … h-10. */
static double edge_width(const struct image *im, int p, int w)
{
    double lo = 0, hi = 0, first = -1, last = -1, before = 0;
    const int n = im->v.h - 20;

    for (int x = 0; x < w; x++) {
        double v = 0;

        for (int y = 10; y < im->v.h - 10; y++)
            v += at(im, p, x, y) / n;
        if (x >= 20 && x < 60)
            lo += v / 40;
        if (x >= 100 && x < 140)
            hi += v / 40;
    }
    for (int x = 60; x < 100; x++) {
        double v = 0;

        for (int y = 10; y < im->v.h - 10; y++)
            v += at(im, p, x, y) / n;
        v = (v - lo) / (hi - lo);
        if (first < 0 && v >= 0.1)
            first = x - (v - 0.1) / (v - before);
        if (last < 0 && v >= 0.9)
            last = x - (v - 0.9) / (v - before);
        before = v;
    }
    return last - first;
}

/* As sharpen() does it where no limit applies, directly and in double. */
static double unsharp(const struct image *im, int x, int y, double amount,
                      double sigma)
{
    const int r = (int)ceil(3 * sigma);
    const double light = sqrt(at(im, 1, x, y));
    double sum = 0, all = 0, to;

    for (int v = -r; v <= r; v++)
        for (int u = -r; u <= r; u++) {
            const double w = exp(-0.5 * (u * u + v * v) / (sigma * sigma));

            sum += w * sqrt(at(im, 1, x + u, y + v));
            all += w;
        }
    to = light + amount * (light - sum / all);
    return at(im, 1, x, y) * pow((to + 0.02) / (light + 0.02), 2);
}

TEST(sharpen_is_an_unsharp_mask)
{
    struct image *in = grey(160, 80, noisy_at);
    struct image *out =
        applied("sharpen", "amount=1.5 radius=2 threshold=0 overshoot=1", in);

    for (int y = 10; y < 70; y++)
        for (int x = 10; x < 150; x++)
            if (fabs(at(out, 1, x, y) - unsharp(in, x, y, 1.5, 2)) > 1e-5)
                fail_msg("%g, not %g", at(out, 1, x, y),
                         unsharp(in, x, y, 1.5, 2));
    image_free(in);
    image_free(out);
}

TEST(sharpen_without_overshoot_stays_in_range)
{
    struct image *in = grey(160, 80, step_at);
    struct image *out = applied("sharpen", "amount=3 radius=3 overshoot=0", in);

    for (int x = 0; x < 160; x++)
        assert_true(fabs(at(out, 0, x, 40) - at(in, 0, x, 40)) < 1e-6);
    image_free(out);
    image_free(in);
    in = grey(160, 80, soft_at);
    out = applied("sharpen", "amount=1 radius=2 overshoot=0", in);
    assert_true(edge_width(out, 0, 160) < 0.8 * edge_width(in, 0, 160));
    image_free(in);
    image_free(out);
}

TEST(sharpen_leaves_small_noise_alone)
{
    struct image *in = picture(100, 80, 3), *out;
    double before, after;

    for (int p = 0; p < 3; p++)
        for (int y = 0; y < 80; y++)
            for (int x = 0; x < 100; x++)
                row_of(&in->v, p, y)[x] =
                    (float)(0.5 + 0.001 * noise_at(x, y, 3));
    out = applied("sharpen", "amount=2 radius=1 threshold=0.02", in);
    before = deviation(in, 0, 5, NULL);
    after = deviation(out, 0, 5, NULL);
    assert_true(after < 1.05 * before);
    image_free(in);
    image_free(out);
}

static double rough_at(int x, int y)
{
    return 0.4 + 0.02 * sin(x * 1.1) * sin(y * 1.1) + (x < 400 ? 0 : 0.3);
}

TEST(texture_acts_on_structure_and_not_on_edges)
{
    struct image *in = grey(1200, 60, rough_at);
    struct image *more = applied("texture", "amount=1", in);
    struct image *less = applied("texture", "amount=-1", in);
    struct image *edge = grey(1200, 60, step_at), *same;
    double a = 0, b = 0, c = 0;

    for (int x = 100; x < 300; x++) {
        a = fmax(a, fabs(at(in, 0, x, 30) - 0.4));
        b = fmax(b, fabs(at(more, 0, x, 30) - 0.4));
        c = fmax(c, fabs(at(less, 0, x, 30) - 0.4));
    }
    assert_true(b > 1.5 * a && c < 0.7 * a);
    same = applied("texture", "amount=1", edge);
    for (int x = 0; x < 1200; x++)
        assert_true(fabs(at(same, 0, x, 30) / at(edge, 0, x, 30) - 1) <
                    (fabs(x - 60.0) < 5 ? 0.04 : 1e-5));
    image_free(in);
    image_free(more);
    image_free(less);
    image_free(edge);
    image_free(same);
}

TEST(luma_noise_goes_and_edges_stay)
{
    struct image *in = grey(160, 200, noisy_at);
    struct image *out = applied("denoise", "luma=0.7 chroma=0", in);
    double before = 0, after = 0, m, n;

    for (int y = 10; y < 190; y++)
        for (int x = 10; x < 60; x++) {
            before += pow(at(in, 0, x, y) - soft_at(x, y), 2);
            after += pow(at(out, 0, x, y) - soft_at(x, y), 2);
        }
    /* measured: 0.21 */
    assert_true(sqrt(after / before) < 0.25);
    assert_true(fabs(edge_width(out, 0, 160) - edge_width(in, 0, 160)) < 0.3);
    deviation(in, 0, 10, &m);
    deviation(out, 0, 10, &n);
    assert_true(fabs(m - n) < 1e-3);
    image_free(in);
    image_free(out);
}

static double luma_of(const struct image *im, int x, int y)
{
    return 0.2627002 * at(im, 0, x, y) + 0.6779981 * at(im, 1, x, y) +
           0.0593017 * at(im, 2, x, y);
}

/* A red side, a blue side, noise of its own in each colour. */
static struct image *colorful(double noise)
{
    static const double side[2][3] = {{0.7, 0.35, 0.3}, {0.25, 0.4, 0.75}};
    struct image *im = picture(160, 200, 3);

    for (int p = 0; p < 3; p++)
        for (int y = 0; y < 200; y++)
            for (int x = 0; x < 160; x++)
                row_of(&im->v, p, y)[x] =
                    (float)(side[x >= 80][p] + noise * noise_at(x, y, p));
    return im;
}

TEST(chroma_noise_goes_and_luma_stays)
{
    struct image *in = colorful(0.03), *pure = colorful(0);
    struct image *out = applied("denoise", "luma=0 chroma=0.5", in);
    struct image *edge = applied("denoise", "luma=0 chroma=1", pure);
    double before = 0, after = 0;

    for (int y = 20; y < 180; y++)
        for (int x = 20; x < 70; x++) {
            const double want = 0.7 - 0.35;

            before += pow(at(in, 0, x, y) - at(in, 1, x, y) - want, 2);
            after += pow(at(out, 0, x, y) - at(out, 1, x, y) - want, 2);
        }
    /* measured: 0.15 */
    assert_true(sqrt(after / before) < 0.2);
    for (int y = 0; y < 200; y++)
        for (int x = 0; x < 160; x++)
            assert_true(fabs(luma_of(in, x, y) - luma_of(out, x, y)) < 1e-6);
    for (int x = 0; x < 160; x++)
        for (int p = 0; p < 3; p++)
            assert_true(fabs(at(edge, p, x, 90) - at(pure, p, x, 90)) < 0.02);
    image_free(in);
    image_free(pure);
    image_free(out);
    image_free(edge);
}

static double mid_at(int x, int y)
{
    (void)x;
    (void)y;
    return 0.5;
}

static double ends_at(int x, int y)
{
    (void)y;
    return x % 2;
}

TEST(grain_has_the_mean_and_deviation_it_should)
{
    static const char *const texts[] = {
        "amount=0.5 size=0.002", "amount=0.5 size=0.005",
        "amount=0.5 size=0.004 roughness=1", "amount=0.5 size=0.01 seed=7"};
    struct image *in = grey(900, 600, mid_at), *out;
    double mean;

    for (int i = 0; i < 4; i++) {
        const double d =
            (out = applied("grain", texts[i], in), deviation(out, 0, 0, &mean));

        if (fabs(mean - 0.5) > 1e-3 || fabs(d / 0.05 - 1) > 0.04)
            fail_msg("%s: mean %g, deviation %g", texts[i], mean, d);
        image_free(out);
    }
    image_free(in);
    in = grey(90, 60, ends_at);
    out = applied("grain", "amount=1 size=0.005", in);
    for (int x = 0; x < 90; x++)
        assert_true(at(out, 0, x, 30) == at(in, 0, x, 30));
    image_free(in);
    image_free(out);
}

/* The same picture at twice the size, made small, has the same grain. */
TEST(grain_is_the_same_at_any_size)
{
    struct image *small = grey(400, 300, mid_at);
    struct image *large = grey(800, 600, mid_at);
    struct image *a = applied("grain", "amount=0.5 size=0.008", small);
    struct image *b = applied("grain", "amount=0.5 size=0.008", large);
    double ab = 0, aa = 0, bb = 0;

    for (int y = 0; y < 300; y++)
        for (int x = 0; x < 400; x++) {
            const double u = at(a, 0, x, y) - 0.5;
            const double v =
                (at(b, 0, 2 * x, 2 * y) + at(b, 0, 2 * x + 1, 2 * y) +
                 at(b, 0, 2 * x, 2 * y + 1) + at(b, 0, 2 * x + 1, 2 * y + 1)) /
                    4 -
                0.5;

            ab += u * v;
            aa += u * u;
            bb += v * v;
        }
    assert_true(ab / sqrt(aa * bb) > 0.95);
    assert_true(fabs(sqrt(bb / aa) - 1) < 0.12);
    image_free(small);
    image_free(large);
    image_free(a);
    image_free(b);
}

TEST(another_seed_is_another_grain)
{
    struct image *in = grey(200, 150, mid_at);
    struct image *a = applied("grain", "amount=0.5 size=0.01 seed=1", in);
    struct image *b = applied("grain", "amount=0.5 size=0.01 seed=2", in);
    double ab = 0, aa = 0;

    for (int y = 0; y < 150; y++)
        for (int x = 0; x < 200; x++) {
            ab += (at(a, 0, x, y) - 0.5) * (at(b, 0, x, y) - 0.5);
            aa += (at(a, 0, x, y) - 0.5) * (at(a, 0, x, y) - 0.5);
        }
    assert_true(fabs(ab / aa) < 0.06);
    image_free(in);
    image_free(a);
    image_free(b);
}

TESTS(sharpen_is_an_unsharp_mask, sharpen_without_overshoot_stays_in_range,
      sharpen_leaves_small_noise_alone,
      texture_acts_on_structure_and_not_on_edges,
      luma_noise_goes_and_edges_stay, chroma_noise_goes_and_luma_stays,
      grain_has_the_mean_and_deviation_it_should, grain_is_the_same_at_any_size,
      another_seed_is_another_grain)
