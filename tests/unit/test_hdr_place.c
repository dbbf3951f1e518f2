/*
 * SDR in HDR, and what display_map takes for the peak when it is not told: of
 * a picture what is in it, of footage what it says.
 */

#include "test.h"

#include "applied.h"
#include "run/render.h"

enum { W = 300, H = 200 };

static double ramp(int x, int y)
{
    return (x + y * 0.01) / W;
}

TEST(white_goes_where_it_is_told)
{
    struct image *in = grey(W, H, ramp);
    struct image *out = applied("hdr_place", "white=100", in);

    for (int y = 0; y < H; y += 50)
        for (int x = 0; x < W; x++)
            assert_true(fabs(at(out, 1, x, y) - ramp(x, y) * 100 / 203) < 1e-7);
    image_free(out);
    image_free(in);
}

/* Nothing below the knee, the peak at white, no corner between; 1.4e-4 of light
   are 1/65535 of PQ there. */
TEST(highlights_grow_above_the_knee)
{
    struct image *in = grey(W, H, ramp);
    struct image *out = applied("hdr_place", "peak=1000 knee=0.5", in);
    const double peak = 1000.0 / 203;

    for (int y = 0; y < H; y += 50)
        for (int x = 1; x < W; x++) {
            const double v = (double)(float)ramp(x, y), t = (v - 0.5) / 0.5;
            const double want = t > 0 ? v + (peak - 1) * t * t : v;
            const double got = at(out, 1, x, y);

            if (t <= 0)
                assert_true(got == v);
            else if (v <= 1)
                assert_true(fabs(got / want - 1) < 1.4e-4);
            else
                assert_true(fabs(got / v - peak) < 1e-5);
            assert_true(got > at(out, 1, x - 1, y));
        }
    image_free(out);
    image_free(in);
}

/* The three channels by one factor. */
TEST(colours_keep_their_proportions)
{
    struct image *in = picture(W, 1, 3), *out;

    for (int x = 0; x < W; x++)
        for (int p = 0; p < 3; p++)
            row_of(&in->v, p, 0)[x] = (float)(ramp(x, 0) * (1 + p) / 3);
    out = applied("hdr_place", "peak=2000 knee=0.3 white=150", in);
    for (int x = 1; x < W; x++)
        for (int p = 0; p < 2; p++)
            assert_true(fabs(at(out, p, x, 0) / at(out, 2, x, 0) -
                             (1 + p) / 3.0) < 2e-7);
    image_free(out);
    image_free(in);
}

/* A picture with lights of 3000 cd/m2 here and there, and sparks. */
static double lights(int x, int y)
{
    if (x == 100 && y % 50 == 0)
        return 40;
    return x % 8 < 2 && y % 8 < 2 ? 3000.0 / 203 : 0.3;
}

static bool same(const struct image *a, const struct image *b, double tolerance)
{
    for (int y = 0; y < a->v.h; y++)
        for (int x = 0; x < a->v.w; x++)
            if (fabs(at(a, 1, x, y) - at(b, 1, x, y)) > tolerance)
                return false;
    return true;
}

/* The proxy of this size is the mean of 2 x 2 pixels: lights stay whole, and
   four sparks are fewer than one pixel in 10,000. */
TEST(a_picture_is_measured)
{
    struct image *in = grey(W, H, lights);
    struct image *measured = applied("display_map", "method=hable", in);
    struct image *told = applied("display_map", "method=hable peak=3000", in);
    struct image *other = applied("display_map", "method=hable peak=3100", in);

    assert_true(same(measured, told, 5e-3));
    assert_false(same(other, told, 1e-3));
    image_free(measured);
    image_free(told);
    image_free(other);
    image_free(in);
}

static struct image *rendered(const char *text, const struct image *in,
                              float peak)
{
    struct look *look = NULL;
    struct pool *pool = NULL;
    struct image *out = NULL;
    struct err e = {0};
    struct render r = {.k = kern_best(), .image = in};

    if (pool_new(2, &pool, &e) < 0 ||
        look_parse(text, strlen(text), "test", ".", &look, &e) < 0 ||
        chain_new(look, in->v.w, in->v.h, 3, 0, 0, &r.chain, &e) < 0)
        fail_msg("%s", e.text);
    r.chain->peak = peak;
    r.pool = pool;
    assert_true(chain_needs_proxy(r.chain) == (peak <= 0));
    if (render_image(&r, &out, &e) < 0)
        fail_msg("%s", e.text);
    chain_free(r.chain);
    look_free(look);
    pool_free(pool);
    return out;
}

TEST(footage_says_its_peak)
{
    struct image *in = grey(W, H, ramp);
    struct image *says = rendered("[display_map]", in, 700);
    struct image *told = rendered("[display_map: {peak: 700}]", in, 4000);
    struct image *measured = rendered("[display_map]", in, 0);

    assert_true(same(says, told, 0));
    assert_true(same(measured, in, 1e-2)); /* brighter than 203 by 1 % */
    assert_false(same(says, in, 1e-2));
    image_free(says);
    image_free(told);
    image_free(measured);
    image_free(in);
}

TESTS(white_goes_where_it_is_told, highlights_grow_above_the_knee,
      colours_keep_their_proportions, a_picture_is_measured,
      footage_says_its_peak)
