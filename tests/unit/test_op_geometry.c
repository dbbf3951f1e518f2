/* crop, orient, and where both leave the proxy. */

#include "test.h"

#include "applied.h"
#include "outside.h"
#include "ppm.h"
#include "scratch.h"

/* Where the crop's pixel (0, 0) lies, from values that say it. */
static void cropped(const char *text, int x, int y, int w, int h)
{
    struct image *in = picture(80, 60, 4), *out;

    for (int p = 0; p < 4; p++)
        for (int v = 0; v < 60; v++)
            for (int u = 0; u < 80; u++)
                row_of(&in->v, p, v)[u] = (float)(p * 10000 + v * 100 + u);
    out = applied("crop", text, in);
    if (out->v.w != w || out->v.h != h)
        fail_msg("%s: %d x %d", text, out->v.w, out->v.h);
    for (int p = 0; p < 4; p++)
        for (int v = 0; v < h; v++)
            for (int u = 0; u < w; u++)
                if (at(out, p, u, v) != p * 10000 + (v + y) * 100 + u + x)
                    fail_msg("%s: %g at %d, %d", text, at(out, p, u, v), u, v);
    image_free(in);
    image_free(out);
}

TEST(crop_cuts_exactly)
{
    static _Alignas(16) char values[VALUES_MAX];
    const struct op *op = op_find("crop");
    struct err e = {0};
    int w, h;

    cropped("x=10 y=5 width=30 height=20", 10, 5, 30, 20);
    cropped("x=10 y=5", 10, 5, 70, 55);
    cropped("x=10 y=5 width=-10 height=-5", 10, 5, 60, 50);
    cropped("x=60 y=50 width=30 height=20", 60, 50, 20, 10);
    cropped("x=25 y=50 width=50 height=25 unit=percent", 20, 30, 40, 15);
    cropped("aspect=1:1", 10, 0, 60, 60);
    cropped("aspect=1:1 gravity=left", 0, 0, 60, 60);
    cropped("aspect=1:1 gravity=bottom_right", 20, 0, 60, 60);
    cropped("aspect=16:9", 0, 7, 80, 45);
    cropped("aspect=16:9 gravity=top_left", 0, 0, 80, 45);
    cropped("aspect=2 x=10 width=40 gravity=bottom", 10, 40, 40, 20);
    set_values(op, "x=80", values);
    assert_int_equal(op->shape(values, 80, 60, &w, &h, &e), ERR_ARG);
    set_values(op, "aspect=wide", values);
    assert_int_equal(op->check(values, &e), ERR_ARG);
    set_values(op, "aspect=16:0", values);
    assert_int_equal(op->check(values, &e), ERR_ARG);
}

/* Bars around a picture of w x h whose values say where they lie. */
static void boxed(const char *text, int w, int h, int left, int top, int new_w,
                  int new_h, bool pad)
{
    static const double color[3] = {0, 0, 0};
    struct image *in = picture(w, h, 5), *out;
    const int dx = pad ? left : 0, dy = pad ? top : 0;

    in->v.alpha = 3;
    for (int p = 0; p < 5; p++)
        for (int v = 0; v < h; v++)
            for (int u = 0; u < w; u++)
                row_of(&in->v, p, v)[u] = (float)(p * 1e6 + v * 1e3 + u + 1);
    out = applied("letterbox", text, in);
    if (out->v.w != new_w || out->v.h != new_h)
        fail_msg("%s: %d x %d", text, out->v.w, out->v.h);
    for (int p = 0; p < 5; p++)
        for (int v = 0; v < new_h; v++)
            for (int u = 0; u < new_w; u++) {
                const bool bar = u < left || u >= new_w - left || v < top ||
                                 v >= new_h - top;
                const int x = u < dx ? 0 : u - dx < w ? u - dx : w - 1;
                const int y = v < dy ? 0 : v - dy < h ? v - dy : h - 1;
                const double want = !bar || p == 4 ? at(in, p, x, y)
                                    : p == 3       ? 1
                                                   : color[p];

                if (at(out, p, u, v) != want)
                    fail_msg("%s: %g, not %g, at %d, %d, %d", text,
                             at(out, p, u, v), want, p, u, v);
            }
    image_free(in);
    image_free(out);
}

static double quarter_at(int x, int y)
{
    (void)x;
    (void)y;
    return 0.25;
}

TEST(letterbox_has_even_bars_of_one_size)
{
    static _Alignas(16) char values[VALUES_MAX];
    const struct op *op = op_find("letterbox");
    struct image *in, *out;
    struct err e = {0};
    int w, h;

    boxed("aspect=2.39", 1920, 1080, 0, 138, 1920, 1080, false);
    boxed("aspect=1.85", 1920, 1080, 0, 22, 1920, 1080, false);
    boxed("aspect=16:9", 1920, 1080, 0, 0, 1920, 1080, false);
    boxed("aspect=4:3", 1920, 1080, 240, 0, 1920, 1080, false);
    boxed("aspect=1:1", 101, 61, 20, 0, 101, 61, false);
    boxed("aspect=1000", 64, 64, 0, 30, 64, 64, false);
    boxed("aspect=2.39 mode=pad", 1920, 1080, 330, 0, 2580, 1080, true);
    boxed("aspect=4:3 mode=pad", 1920, 1080, 0, 180, 1920, 1440, true);
    boxed("mode=pad", 30, 20, 0, 0, 30, 20, true);

    set_values(op, "aspect=wide", values);
    assert_int_equal(op->check(values, &e), ERR_ARG);
    set_values(op, "aspect=1000 mode=pad", values);
    assert_int_equal(op->shape(values, 10, 5000, &w, &h, &e), ERR_ARG);
    set_values(op, "color=1", values);
    assert_int_equal(op->check(values, &e), ERR_ARG);
    in = grey(40, 40, quarter_at);
    out = applied("letterbox", "aspect=2 color=1,1,1", in);
    for (int p = 0; p < 3; p++)
        assert_true(fabs(at(out, p, 0, 0) - 1) < 1e-6 &&
                    at(out, p, 0, 20) == 0.25);
    image_free(in);
    image_free(out);
}

static bool same(const struct image *a, const struct image *b)
{
    if (a->v.w != b->v.w || a->v.h != b->v.h)
        return false;
    for (int p = 0; p < a->v.planes; p++)
        for (int y = 0; y < a->v.h; y++)
            if (memcmp(row_of(&a->v, p, y), row_of(&b->v, p, y),
                       (size_t)a->v.w * sizeof(float)) != 0)
                return false;
    return true;
}

TEST(orientations_are_those_of_exif)
{
    static const char *const names[] = {
        "TopLeft", "TopRight", "BottomRight", "BottomLeft",
        "LeftTop", "RightTop", "RightBottom", "LeftBottom"};
    struct image *in = painted(37, 21, 3), *exact;

    NEED("convert");
    write_ppm("in.ppm", in);
    exact = read_ppm("in.ppm");
    for (int i = 0; i < 8; i++) {
        struct image *ours, *theirs;
        char text[40];

        assert_int_equal(sh("convert in.ppm -orient %s -auto-orient -depth 16 "
                            "out.ppm",
                            names[i]),
                         0);
        theirs = read_ppm("out.ppm");
        snprintf(text, sizeof(text), "orientation=%d", i + 1);
        ours = applied("orient", text, exact);
        if (!same(ours, theirs))
            fail_msg("orientation %d", i + 1);
        image_free(ours);
        image_free(theirs);
    }
    image_free(in);
    image_free(exact);
}

static struct image *orient_take(struct image *in, const char *text)
{
    struct image *out = applied("orient", text, in);

    image_free(in);
    return out;
}

TEST(a_turn_and_its_inverse_are_nothing)
{
    static const int inverse[] = {1, 2, 3, 4, 5, 8, 7, 6};
    struct image *in = painted(203, 131, 5), *out;

    for (int i = 0; i < 8; i++) {
        char text[40];

        snprintf(text, sizeof(text), "orientation=%d", i + 1);
        out = applied("orient", text, in);
        snprintf(text, sizeof(text), "orientation=%d", inverse[i]);
        out = orient_take(out, text);
        assert_true(same(in, out));
        image_free(out);
    }
    out = applied("orient", "turn=right", in);
    out = orient_take(out, "turn=right");
    out = orient_take(out, "turn=half");
    assert_true(same(in, out));
    image_free(out);
    out = applied("orient", "turn=left flip=horizontal", in);
    out = orient_take(out, "flip=horizontal");
    out = orient_take(out, "turn=right");
    assert_true(same(in, out));
    image_free(out);
    image_free(in);
}

/*
 * A proxy whose pixels say where they lie in the full picture goes through a
 * step; then they must lie where place() says.
 */
static void placed(const char *name, const char *text, int w, int h,
                   void (*follow)(double *x, double *y))
{
    static _Alignas(16) char values[VALUES_MAX];
    const struct op *op = op_find(name);
    struct op_site from = {40, 30, 160, 120, 0, 0, 0.25, 0.25, 0}, to = from;
    struct image *in = picture(40, 30, 3), *out;
    struct arena arena;
    struct err e = {0};

    set_values(op, text, values);
    for (int y = 0; y < 30; y++)
        for (int x = 0; x < 40; x++) {
            row_of(&in->v, 0, y)[x] = (float)((x + 0.5) * 4);
            row_of(&in->v, 1, y)[x] = (float)((y + 0.5) * 4);
        }
    assert_false(op->place(values, &to, w, h));
    assert_int_equal(to.full_w, w);
    assert_int_equal(to.full_h, h);
    out = picture(to.w, to.h, 3);
    assert_int_equal(
        arena_init(&arena, op_scratch(op, values, &to, to.h) + 64, &e), 0);
    op->rows(&(struct op_job){.k = kern_best(),
                              .src = in->v,
                              .dst = out->v,
                              .y1 = to.h,
                              .site = &to,
                              .from = &from,
                              .scratch = &arena},
             values);
    for (int y = 0; y < to.h; y++)
        for (int x = 0; x < to.w; x++) {
            double u = at(out, 0, x, y), v = at(out, 1, x, y);

            follow(&u, &v);
            assert_true(fabs((x + 0.5 - to.ox) / to.sx - u) < 1e-6);
            assert_true(fabs((y + 0.5 - to.oy) / to.sy - v) < 1e-6);
        }
    arena_release(&arena);
    image_free(in);
    image_free(out);
}

static void after_crop(double *x, double *y)
{
    *x -= 13;
    *y -= 22;
}

static void after_right(double *x, double *y)
{
    const double u = *x;

    *x = 120 - *y;
    *y = u;
}

static void after_half(double *x, double *y)
{
    *x = 160 - *x;
    *y = 120 - *y;
}

/* As placed(), where no bar is: colours say where they lie. */
TEST(letterbox_places_the_proxy)
{
    static _Alignas(16) char values[VALUES_MAX];
    static float black[3];
    const struct op *op = op_find("letterbox");
    const struct op_site from = {40, 30, 157, 117, 0.3, 0, 0.25, 0.25, 0};
    struct op_site to = from;
    struct image *in = picture(40, 30, 3), *out;
    int seen = 0;

    set_values(op, "aspect=2.39 mode=pad", values);
    for (int y = 0; y < 30; y++)
        for (int x = 0; x < 40; x++) {
            row_of(&in->v, 0, y)[x] = (float)((x + 0.5 - 0.3) * 4);
            row_of(&in->v, 1, y)[x] = (float)((y + 0.5) * 4);
        }
    assert_false(op->place(values, &to, 157 + 2 * 62, 117));
    out = picture(to.w, to.h, 3);
    op->rows(&(struct op_job){.k = kern_best(),
                              .src = in->v,
                              .dst = out->v,
                              .y1 = to.h,
                              .site = &to,
                              .from = &from,
                              .state = black},
             values);
    for (int y = 0; y < to.h; y++)
        for (int x = 0; x < to.w; x++) {
            const double u = (x + 0.5 - to.ox) / to.sx - 62;
            const double v = (y + 0.5 - to.oy) / to.sy;

            if (u < 0 || u >= 157) {
                assert_true(at(out, 0, x, y) == 0);
                continue;
            }
            assert_true(fabs(at(out, 0, x, y) - u) < 1e-4);
            assert_true(fabs(at(out, 1, x, y) - v) < 1e-4);
            seen++;
        }
    assert_int_equal(seen, 40 * 30);
    image_free(in);
    image_free(out);
}

TEST(the_proxy_lies_where_place_says)
{
    placed("crop", "x=13 y=22 width=101 height=51", 101, 51, after_crop);
    placed("orient", "turn=right", 120, 160, after_right);
    placed("orient", "turn=half", 160, 120, after_half);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(crop_cuts_exactly),
        cmocka_unit_test(letterbox_has_even_bars_of_one_size),
        cmocka_unit_test_setup_teardown(orientations_are_those_of_exif, enter,
                                        leave),
        cmocka_unit_test(a_turn_and_its_inverse_are_nothing),
        cmocka_unit_test(the_proxy_lies_where_place_says),
        cmocka_unit_test(letterbox_places_the_proxy),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
