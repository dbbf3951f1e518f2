/* resize. */

#include "test.h"

#include "applied.h"
#include "outside.h"
#include "ppm.h"
#include "scratch.h"

static double sinc(double x)
{
    return fabs(x) < 1e-12 ? 1 : sin(M_PI * x) / (M_PI * x);
}

static double lanczos3(double x)
{
    return fabs(x) < 3 ? sinc(x) * sinc(x / 3) : 0;
}

/* Cubic of B = C = 1/3, expanded otherwise than the filter is. */
static double mitchell(double x)
{
    const double a = fabs(x), b = 1 / 3.0, c = 1 / 3.0;

    if (a < 1)
        return ((12 - 9 * b - 6 * c) * a * a * a +
                (-18 + 12 * b + 6 * c) * a * a + 6 - 2 * b) /
               6;
    if (a < 2)
        return ((-b - 6 * c) * a * a * a + (6 * b + 30 * c) * a * a +
                (-12 * b - 48 * c) * a + 8 * b + 24 * c) /
               6;
    return 0;
}

static double triangle(double x)
{
    return fabs(x) < 1 ? 1 - fabs(x) : 0;
}

/* Pixel i of `to` out of a line of `from`, evaluated directly. */
static double line_weight(double (*filter)(double), int from, int to, int i,
                          int j)
{
    const double scale = (double)from / to, wide = scale > 1 ? scale : 1;
    const double c = (i + 0.5) * scale - 0.5;
    double sum = 0;

    for (int k = 0; k < from; k++)
        sum += filter((k - c) / wide);
    return filter((j - c) / wide) / sum;
}

static double direct(const struct image *in, double (*filter)(double), int p,
                     int w, int h, int x, int y)
{
    double sum = 0;

    for (int v = 0; v < in->v.h; v++) {
        const double wy = line_weight(filter, in->v.h, h, y, v);
        double row = 0;

        if (wy == 0)
            continue;
        for (int u = 0; u < in->v.w; u++)
            row += line_weight(filter, in->v.w, w, x, u) * at(in, p, u, v);
        sum += wy * row;
    }
    return sum;
}

TEST(resize_agrees_with_the_direct_sum)
{
    static const struct {
        const char *name;
        double (*filter)(double);
    } filters[] = {
        {"lanczos3", lanczos3}, {"mitchell", mitchell}, {"bilinear", triangle}};
    static const int sizes[][2] = {{61, 43}, {17, 20}, {90, 61}, {67, 9},
                                   {1, 1},   {68, 48}, {5, 50}};
    struct image *in = painted(67, 47, 5), *out;

    for (int f = 0; f < 3; f++)
        for (size_t s = 0; s < sizeof(sizes) / sizeof(sizes[0]); s++) {
            const int w = sizes[s][0], h = sizes[s][1];
            char text[120];

            snprintf(text, sizeof(text),
                     "width=%d height=%d fit=stretch enlarge=on filter=%s", w,
                     h, filters[f].name);
            out = applied("resize", text, in);
            assert_int_equal(out->v.w, w);
            assert_int_equal(out->v.h, h);
            for (int i = 0; i < 60; i++) {
                const int x = i * 7 % w, y = i * 11 % h, p = i % 5;
                const double want =
                    direct(in, filters[f].filter, p, w, h, x, y);

                if (fabs(at(out, p, x, y) - want) > 1e-6)
                    fail_msg("%s: %.8f, not %.8f", text, at(out, p, x, y),
                             want);
            }
            image_free(out);
        }
    image_free(in);
}

/* A third of the size by boxes of three: exact means. */
TEST(a_box_is_a_mean)
{
    struct image *in = painted(66, 45, 3);
    struct image *out = applied("resize", "width=22 filter=box", in);

    for (int y = 0; y < 15; y++)
        for (int x = 0; x < 22; x++) {
            double sum = 0;

            for (int i = 0; i < 9; i++)
                sum += at(in, 1, 3 * x + i % 3, 3 * y + i / 3);
            assert_true(fabs(at(out, 1, x, y) - sum / 9) < 1e-6);
        }
    image_free(in);
    image_free(out);
}

/* More taps than a tile has columns, in both directions. */
TEST(a_long_line_becomes_one_pixel)
{
    struct image *in = painted(3001, 3, 3), *out;
    double sum = 0;

    out = applied("resize", "width=1 height=1 fit=stretch filter=box", in);
    for (int y = 0; y < 3; y++)
        for (int x = 0; x < 3001; x++)
            sum += at(in, 2, x, y) / 9003;
    assert_true(fabs(at(out, 2, 0, 0) - sum) < 2e-6);
    image_free(in);
    image_free(out);
}

TEST(flat_stays_flat_and_ramps_stay_smooth)
{
    static const char *const texts[] = {"percent=90", "percent=37",
                                        "percent=170 enlarge=on"};
    struct image *in = picture(200, 40, 3), *out;

    for (int y = 0; y < 40; y++)
        for (int x = 0; x < 200; x++) {
            row_of(&in->v, 0, y)[x] = 0.75f;
            row_of(&in->v, 1, y)[x] = (float)x / 200;
            row_of(&in->v, 2, y)[x] = 1e4f;
        }
    for (int i = 0; i < 3; i++) {
        out = applied("resize", texts[i], in);
        for (int x = 0; x < out->v.w; x++) {
            const double step = 1.0 / out->v.w;

            assert_true(fabs(at(out, 0, x, 5) - 0.75) < 1e-6);
            assert_true(fabs(at(out, 2, x, 5) - 1e4) < 2e-2);
            if (x > 12 && x < out->v.w - 12)
                assert_true(fabs(at(out, 1, x, 5) - at(out, 1, x - 1, 5) -
                                 step) < (i < 2 ? 0.03 : 0.08) * step);
        }
        image_free(out);
    }
    image_free(in);
}

TEST(colours_of_clear_pixels_do_not_bleed)
{
    struct image *in = picture(80, 60, 4), *out;

    in->v.alpha = 3;
    for (int y = 0; y < 60; y++)
        for (int x = 0; x < 80; x++) {
            const bool clear = (x - 40) * (x - 40) + (y - 30) * (y - 30) > 300;

            row_of(&in->v, 0, y)[x] = clear ? 50.0f : 0.25f;
            row_of(&in->v, 1, y)[x] = clear ? -50.0f : 0.5f;
            row_of(&in->v, 2, y)[x] = clear ? 1000.0f : 0.75f;
            row_of(&in->v, 3, y)[x] = clear ? 0.0f : 1.0f;
        }
    out = applied("resize", "percent=45", in);
    for (int y = 0; y < out->v.h; y++)
        for (int x = 0; x < out->v.w; x++) {
            const double a = at(out, 3, x, y);

            assert_true(a >= 0 && a <= 1);
            for (int p = 0; p < 3; p++)
                if (a > 1e-3)
                    assert_true(fabs(at(out, p, x, y) - 0.25 * (p + 1)) * a <
                                2e-6);
        }
    image_free(in);
    image_free(out);
}

static void sized(const char *text, int w, int h, int want_w, int want_h)
{
    static _Alignas(16) char values[VALUES_MAX];
    const struct op *op = op_find("resize");
    struct err e = {0};
    int got_w, got_h;

    set_values(op, text, values);
    assert_int_equal(op->check(values, &e), 0);
    assert_int_equal(op->shape(values, w, h, &got_w, &got_h, &e), 0);
    if (got_w != want_w || got_h != want_h)
        fail_msg("%s: %d x %d", text, got_w, got_h);
}

TEST(sizes_follow_the_box)
{
    static _Alignas(16) char values[VALUES_MAX];
    const struct op *op = op_find("resize");
    struct err e = {0};

    sized("long_edge=1000", 4000, 3000, 1000, 750);
    sized("long_edge=1000", 3000, 4000, 750, 1000);
    sized("long_edge=1000", 300, 400, 300, 400);
    sized("long_edge=1000 enlarge=on", 300, 400, 750, 1000);
    sized("percent=90", 9800, 9800, 8820, 8820);
    sized("percent=200", 98, 50, 98, 50);
    sized("width=400", 800, 600, 400, 300);
    sized("height=300", 800, 600, 400, 300);
    sized("width=400 height=400", 800, 600, 400, 300);
    sized("width=400 height=400 fit=cover", 800, 600, 533, 400);
    sized("width=400 height=400 fit=stretch", 800, 600, 400, 400);
    sized("width=400 height=900 fit=stretch", 800, 600, 400, 600);
    sized("long_edge=10", 10000, 3, 10, 1);
    set_values(op, "long_edge=10 percent=50", values);
    assert_int_equal(op->check(values, &e), ERR_ARG);
}

static double psnr(const struct image *a, const struct image *b)
{
    double sum = 0, n = 0;

    assert_int_equal(a->v.w, b->v.w);
    assert_int_equal(a->v.h, b->v.h);
    for (int y = 8; y < a->v.h - 8; y++)
        for (int x = 8; x < a->v.w - 8; x++)
            for (int p = 0; p < 3; p++) {
                sum += pow(at(a, p, x, y) - at(b, p, x, y), 2);
                n++;
            }
    return -10 * log10(sum / n + 1e-20);
}

/* On the same numbers: no program converts anything here. */
TEST(lanczos_looks_as_elsewhere)
{
    struct image *in = painted(300, 240, 3), *out, *theirs;

    NEED("convert");
    write_ppm("in.ppm", in);
    image_free(in);
    in = read_ppm("in.ppm");
    out = applied("resize", "percent=40", in);
    assert_int_equal(sh("convert in.ppm -filter Lanczos "
                        "-resize 120x96! -depth 16 out.ppm"),
                     0);
    theirs = read_ppm("out.ppm");
    if (psnr(out, theirs) < 60)
        fail_msg("ImageMagick: %.1f dB", psnr(out, theirs));
    image_free(theirs);
    NEED("vips");
    assert_int_equal(sh("vips resize in.ppm out.ppm 0.4 --kernel lanczos3"), 0);
    theirs = read_ppm("out.ppm");
    if (psnr(out, theirs) < 50)
        fail_msg("vips: %.1f dB", psnr(out, theirs));
    image_free(theirs);
    image_free(in);
    image_free(out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(resize_agrees_with_the_direct_sum),
        cmocka_unit_test(a_box_is_a_mean),
        cmocka_unit_test(a_long_line_becomes_one_pixel),
        cmocka_unit_test(flat_stays_flat_and_ramps_stay_smooth),
        cmocka_unit_test(colours_of_clear_pixels_do_not_bleed),
        cmocka_unit_test(sizes_follow_the_box),
        cmocka_unit_test_setup_teardown(lanczos_looks_as_elsewhere, enter,
                                        leave),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
