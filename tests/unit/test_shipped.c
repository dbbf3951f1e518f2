/* What the shipped looks promise in docs/looks.md, on flat pictures. */

#include "test.h"

#include "base/pool.h"
#include "image/color.h"
#include "kern/oklab.h"
#include "look/look.h"
#include "run/chain.h"
#include "run/render.h"

enum { SIDE = 48 };

struct rgb {
    float c[3]; /* linear light in the working space */
};

static struct rgb grey(float level)
{
    return (struct rgb){{level, level, level}};
}

/* From linear light with the primaries of sRGB. */
static struct rgb srgb(double r, double g, double b)
{
    const struct mat3 m = primaries_convert(space_primaries(SPACE_SRGB),
                                            space_primaries(SPACE_REC2020),
                                            ADAPT_BRADFORD);
    struct rgb out;

    for (int i = 0; i < 3; i++)
        out.c[i] = (float)(m.m[i][0] * r + m.m[i][1] * g + m.m[i][2] * b);
    return out;
}

static struct image *flat(struct rgb color)
{
    struct image *image;
    struct err e = {0};

    assert_int_equal(image_new(SIDE, SIDE, 3, &image, &e), 0);
    for (int p = 0; p < 3; p++)
        for (int y = 0; y < SIDE; y++)
            for (int x = 0; x < SIDE; x++)
                row_of(&image->v, p, y)[x] = color.c[p];
    return image;
}

/* The middle pixel of a flat picture after the look. */
static struct rgb after(const char *name, struct rgb color)
{
    struct look *look = NULL;
    struct chain *chain = NULL;
    struct pool *pool = NULL;
    struct image *in = flat(color), *out = NULL;
    struct stage_times times = {0};
    struct err e = {0};
    struct rgb result;

    if (look_find(name, &look, &e) < 0 || pool_new(1, &pool, &e) < 0 ||
        chain_new(look, SIDE, SIDE, 3, 0, 0, &chain, &e) < 0)
        fail_msg("%s", e.text);
    struct render r = {.pool = pool,
                       .k = kern_best(),
                       .image = in,
                       .chain = chain,
                       .times = &times};
    if (render_image(&r, &out, &e) < 0)
        fail_msg("%s", e.text);
    for (int p = 0; p < 3; p++)
        result.c[p] = row_of(&out->v, p, SIDE / 2)[SIDE / 2];
    image_free(out);
    image_free(in);
    chain_free(chain);
    pool_free(pool);
    look_free(look);
    return result;
}

/* Degrees on the OKLCh circle, and chroma. */
static void hue_of(struct rgb color, double *hue, double *chroma)
{
    float lab[3];
    float *const dst[3] = {&lab[0], &lab[1], &lab[2]};
    const float *const src[3] = {&color.c[0], &color.c[1], &color.c[2]};

    kern_best()->oklab->from_work(dst, src, 1);
    *hue = atan2((double)lab[2], (double)lab[1]) * 180 / M_PI;
    *chroma = hypot((double)lab[1], (double)lab[2]);
}

static const char *const names[] = {
    "signature", "architectural", "golden_hour_courtyard", "twilight", "vivid",
    "natural",   "moody",
};
enum { NAMES = sizeof(names) / sizeof(*names) };

/* Red, green, blue, yellow, aqua, magenta; skin and sky. */
static const double colors[][3] = {
    {0.5, 0.02, 0.02}, {0.02, 0.5, 0.02}, {0.02, 0.02, 0.5}, {0.5, 0.5, 0.02},
    {0.02, 0.5, 0.5},  {0.5, 0.02, 0.5},  {0.55, 0.3, 0.2},  {0.1, 0.25, 0.6},
};
enum { COLORS = sizeof(colors) / sizeof(*colors) };

static double luminance(struct rgb c)
{
    return 0.2627 * (double)c.c[0] + 0.678 * (double)c.c[1] +
           0.0593 * (double)c.c[2];
}

TEST(black_stays_black)
{
    for (int i = 0; i < NAMES; i++) {
        const struct rgb o = after(names[i], grey(0));
        for (int p = 0; p < 3; p++)
            if (fabsf(o.c[p]) > 1e-4f)
                fail_msg("%s: black became %g", names[i], (double)o.c[p]);
    }
}

TEST(white_stays_white_within_one_percent)
{
    static const char *const white[] = {"signature", "architectural", "natural",
                                        "vivid"};

    for (size_t i = 0; i < sizeof(white) / sizeof(*white); i++) {
        const struct rgb o = after(white[i], grey(1));
        for (int p = 0; p < 3; p++)
            if (fabsf(o.c[p] - 1) > 0.01f)
                fail_msg("%s: white became %g", white[i], (double)o.c[p]);
    }
}

TEST(middle_grey_ends_in_its_band)
{
    static const struct {
        const char *name;
        double lo, hi;
    } bands[] = {
        {"signature", 0.17, 0.23},
        {"architectural", 0.17, 0.21},
        {"golden_hour_courtyard", 0.17, 0.22},
        {"twilight", 0.16, 0.21},
        {"vivid", 0.17, 0.19},
        {"natural", 0.175, 0.2},
        {"moody", 0.12, 0.16},
    };

    for (size_t i = 0; i < sizeof(bands) / sizeof(*bands); i++) {
        const double y = luminance(after(bands[i].name, grey(0.18f)));
        if (y < bands[i].lo || y > bands[i].hi)
            fail_msg("%s: grey became %g", bands[i].name, y);
    }
}

TEST(brighter_in_is_brighter_out)
{
    for (int i = 0; i < NAMES; i++) {
        double before = -1;
        for (int n = 0; n <= 40; n++) {
            const double y =
                luminance(after(names[i], grey(exp2f((float)(n - 32) / 4))));
            if (y <= before)
                fail_msg("%s: level %d turns back", names[i], n);
            before = y;
        }
    }
}

TEST(warm_looks_are_warm_and_plain_ones_leave_grey_alone)
{
    static const struct {
        const char *name;
        float lo, hi; /* red over blue of middle grey */
    } warm[] = {
        {"signature", 1.01f, 1.05f},
        {"architectural", 1.03f, 1.1f},
        {"golden_hour_courtyard", 1.2f, 1.35f},
        {"twilight", 1.25f, 1.4f},
        {"vivid", 1, 1},
        {"natural", 1, 1},
    };

    for (size_t i = 0; i < sizeof(warm) / sizeof(*warm); i++) {
        const struct rgb o = after(warm[i].name, grey(0.18f));
        const float ratio = o.c[0] / o.c[2];
        if (ratio < warm[i].lo || ratio > warm[i].hi)
            fail_msg("%s: red over blue is %g", warm[i].name, (double)ratio);
    }
}

TEST(strong_colours_keep_their_hue)
{
    static const struct {
        const char *name;
        double degrees;
    } limits[] = {{"signature", 3},
                  {"architectural", 3},
                  {"vivid", 0.2},
                  {"natural", 0.2}};

    for (size_t i = 0; i < sizeof(limits) / sizeof(*limits); i++)
        for (int n = 0; n < COLORS; n++) {
            const struct rgb in =
                srgb(colors[n][0], colors[n][1], colors[n][2]);
            double hue[2], chroma[2], turn;
            hue_of(in, &hue[0], &chroma[0]);
            hue_of(after(limits[i].name, in), &hue[1], &chroma[1]);
            turn = remainder(hue[1] - hue[0], 360);
            if (fabs(turn) > limits[i].degrees)
                fail_msg("%s: colour %d turns by %g degrees", limits[i].name, n,
                         turn);
            if (chroma[1] < 0.95 * chroma[0] || chroma[1] > 1.4 * chroma[0])
                fail_msg("%s: colour %d has %g times its chroma",
                         limits[i].name, n, chroma[1] / chroma[0]);
        }
}

static float value_of(const struct look *look, const char *op, const char *key)
{
    for (int i = 0; i < look->count; i++)
        if (text_is(look->step[i].op->name, op))
            return *(
                const float *)((const char *)look->step[i].values +
                               param_find(look->step[i].op->params, key)->at);
    fail_msg("no step '%s'", op);
    return 0;
}

TEST(profiles_scale_bloom_and_denoise)
{
    static const float bloom[] = {1, 0.6f, 0}, chroma[] = {1, 0.5f, 0};
    const char *name = "signature";

    for (int i = 0; i < 3; i++) {
        struct look_request r = {.look = {&name, 1}, .profile = i};
        struct look *look = NULL, *plain = NULL;
        struct err e = {0};

        assert_int_equal(look_build(&r, &look, &e), 0);
        assert_int_equal(look_find(name, &plain, &e), 0);
        assert_true(value_of(look, "bloom", "amount") ==
                    bloom[i] * value_of(plain, "bloom", "amount"));
        assert_true(value_of(look, "denoise", "chroma") ==
                    chroma[i] * value_of(plain, "denoise", "chroma"));
        look_free(look);
        look_free(plain);
    }
}

TEST(no_allocation_failure_breaks_building_a_look)
{
    const char *names_of[] = {"signature", "nosuchlook"};
    const char *set = "bloom.amount=0.5";

    for (int i = 0; i < 2; i++)
        for (long n = 1;; n++) {
            const struct look_request r = {.look = {&names_of[i], 1},
                                           .set = {&set, 1}};
            const size_t before = mem_used();
            struct look *look = NULL;
            struct err e = {0};
            int rc;

            mem_fail_at(n);
            rc = look_build(&r, &look, &e);
            mem_fail_at(0);
            look_free(look);
            assert_int_equal(mem_used(), before);
            if (!mem_failed()) {
                assert_int_equal(rc, i ? ERR_ARG : 0);
                break;
            }
            assert_int_equal(rc, ERR_MEM);
        }
}

/* Stills through the looks for footage; grain moves a grey a little. */
TEST(looks_for_footage_keep_both_ends)
{
    static const char *const footage[] = {"signature_estate",
                                          "interior_neutral_luxe",
                                          "golden_hour_courtyard_video"};

    for (int i = 0; i < 3; i++) {
        const struct rgb black = after(footage[i], grey(0));
        const struct rgb white = after(footage[i], grey(1));
        const double middle = luminance(after(footage[i], grey(0.18f)));

        for (int p = 0; p < 3; p++)
            if (fabsf(black.c[p]) > 1e-4f ||
                (i < 2 && fabsf(white.c[p] - 1) > 0.01f))
                fail_msg("%s: black %g, white %g", footage[i],
                         (double)black.c[p], (double)white.c[p]);
        if (i == 2 && !(white.c[0] > white.c[1] && white.c[1] > white.c[2]))
            fail_msg("%s: white is not warm", footage[i]);
        if (middle < 0.165 || middle > 0.205)
            fail_msg("%s: grey became %g", footage[i], middle);
    }
}

TESTS(black_stays_black, white_stays_white_within_one_percent,
      middle_grey_ends_in_its_band, brighter_in_is_brighter_out,
      warm_looks_are_warm_and_plain_ones_leave_grey_alone,
      strong_colours_keep_their_hue, looks_for_footage_keep_both_ends,
      profiles_scale_bloom_and_denoise,
      no_allocation_failure_breaks_building_a_look)
