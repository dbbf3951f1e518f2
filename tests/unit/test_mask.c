/* Masks: the text, the window of depth that it means, and looks with masks. */

#include "test.h"

#include "look/look.h"
#include "made_depth.h"
#include "op/mask.h"

static struct mask parse(const char *text)
{
    struct mask m;
    struct err e = {0};

    if (mask_parse(text, &m, &e) < 0)
        fail_msg("%s", e.text);
    return m;
}

TEST(text_comes_back)
{
    static const char *const texts[] = {
        "depth(0.2..0.6, soft 0.1)",
        "depth(..0.3)",
        "not depth(0.25..)",
        "depth(2m..10m, soft 1.5m)",
        "depth(5m..)",
        "sky",
        "not sky",
        "",
    };

    for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
        const struct mask m = parse(texts[i]);
        char text[MASK_TEXT_MAX];

        mask_text(&m, text);
        assert_string_equal(text, texts[i]);
    }
    assert_float_equal(parse(" depth( 0.2 .. 0.6 soft 0.1 ) ").soft, 0.1, 1e-7);
}

TEST(what_is_no_mask_is_refused)
{
    static const char *const texts[] = {
        "depth",
        "depth()",
        "depth(..)",
        "depth(0.6..0.2)",
        "depth(2m..10)",
        "depth(0.5..2)",
        "depth(-1..0.5)",
        "depth(0..1",
        "sky sky",
        "nosky",
        "depth(a..b)",
        "depth(0..nan)",
        "not",
        "depth(0.2 0.6)",
        "depth(..1e9m)",
        "depth(0.2..0.6 soft)",
        "depth(2m..3m, soft 1)",
    };

    for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
        struct mask m = {.kind = 7};
        struct err e = {0};

        if (mask_parse(texts[i], &m, &e) != ERR_ARG)
            fail_msg("'%s' was taken", texts[i]);
        assert_int_equal(m.kind, 7);
        assert_non_null(strstr(e.text, "depth(0.2..0.6"));
    }
}

static float weight(const char *text, enum depth_kind kind, float value)
{
    const struct distance d = {
        .info = {kind, MADE_NEAR, kind == DEPTH_METRIC ? MADE_SKY : 1},
        .near = MADE_NEAR,
        .far = 100};
    const struct mask m = parse(text);
    struct kern_window w;
    struct err e = {0};
    float out;

    if (mask_window(&m, &d, &w, &e) < 0)
        fail_msg("%s", e.text);
    kern_best()->depth->window(&out, &value, 1, &w);
    return out;
}

TEST(windows_are_where_the_text_says)
{
    const char *const t = "depth(0.2..0.6, soft 0.1)";

    assert_true(weight(t, DEPTH_RELATIVE, 0.14f) == 0);
    assert_float_equal(weight(t, DEPTH_RELATIVE, 0.2f), 0.5, 1e-5);
    assert_true(weight(t, DEPTH_RELATIVE, 0.4f) == 1);
    assert_float_equal(weight(t, DEPTH_RELATIVE, 0.6f), 0.5, 1e-5);
    assert_true(weight(t, DEPTH_RELATIVE, 0.66f) == 0);
    assert_true(weight("depth(..0.5)", DEPTH_RELATIVE, 0) == 1);
    assert_true(weight("depth(0..0.5)", DEPTH_RELATIVE, 0) == 1);
    assert_true(weight("depth(0.5..1)", DEPTH_RELATIVE, 1) == 1);
    assert_true(weight("depth(0.5..)", DEPTH_RELATIVE, 0.4999f) == 0);
    assert_true(weight("not depth(0.5..)", DEPTH_RELATIVE, 0.4999f) == 1);
    assert_true(weight("sky", DEPTH_RELATIVE, 1) == 1);
    assert_true(weight("sky", DEPTH_RELATIVE, 0.98f) == 0);
    assert_true(weight("depth(2m..10m)", DEPTH_METRIC, 1.9f) == 0);
    assert_true(weight("depth(2m..10m)", DEPTH_METRIC, 5) == 1);
    assert_true(weight("depth(2m..10m)", DEPTH_METRIC, 11) == 0);
    assert_true(weight("depth(5m..)", DEPTH_METRIC, MADE_SKY) == 1);
    /* A share of a half is where 1 / distance is half way to the sky's. */
    assert_true(weight("depth(0.5..)", DEPTH_METRIC, 2.95f) == 0);
    assert_true(weight("depth(0.5..)", DEPTH_METRIC, 3.05f) == 1);
    assert_true(weight("not sky", DEPTH_METRIC, MADE_SKY) == 0);
}

static struct look *look_of(const char *text, const char *error)
{
    struct look *look = NULL;
    struct err e = {0};
    const int rc = look_parse(text, strlen(text), "t", NULL, &look, &e);

    if (!error && rc < 0)
        fail_msg("%s", e.text);
    if (error) {
        assert_true(rc < 0);
        if (!strstr(e.text, error))
            fail_msg("'%s' is not in '%s'", error, e.text);
    }
    return look;
}

TEST(looks_keep_masks)
{
    struct look *look = look_of("- exposure:\n"
                                "    ev: 0.5\n"
                                "    mask: depth(0.2..0.6, soft 0.1)\n"
                                "- sharpen: {mask: not sky}\n",
                                NULL);
    struct look *again, *without;
    struct buf text = {.max = 1 << 16};
    struct hash128 a, b, c;
    struct err e = {0};

    assert_int_equal(look_write(look, &text, &e), 0);
    again = look_of((char *)text.data, NULL);
    assert_int_equal(look_hash(look, &a, &e), 0);
    assert_int_equal(look_hash(again, &b, &e), 0);
    assert_memory_equal(&a, &b, sizeof(a));
    without = look_of("[exposure: {ev: 0.5}, sharpen: {}]", NULL);
    assert_int_equal(look_hash(without, &c, &e), 0);
    assert_memory_not_equal(&a, &c, sizeof(a));
    assert_int_equal(look_set(look, "exposure.mask=", &e), 0);
    assert_int_equal(look->step[0].mask.kind, MASK_NONE);
    assert_int_equal(look_set(look, "exposure.mask=sky", &e), 0);
    assert_int_equal(look->step[0].mask.kind, MASK_SKY);
    assert_int_equal(look_set(look, "exposure.mask=far", &e), ERR_ARG);
    assert_int_equal(look->step[0].mask.kind, MASK_SKY);
    buf_release(&text);
    look_free(look);
    look_free(again);
    look_free(without);
}

TEST(shapes_take_no_mask)
{
    look_of("[crop: {x: 3, mask: sky}]", "shape");
    look_of("[exposure: {mask: sky, mask: sky}]", "twice");
}

/* What a look makes of a grey picture of 40 x 30 at two places. */
static int run(const char *text, enum depth_kind kind, bool depth, float *near,
               float *sky, struct err *e)
{
    struct made_depth made = {kind, 40, 30};
    const struct depth_source source = {made_get, &made};
    struct look *look = look_of(text, NULL);
    struct render r = {.k = kern_best(), .depth = depth ? &source : NULL};
    struct image *in = NULL, *out = NULL;
    int rc;

    assert_int_equal(image_new(40, 30, 3, &in, e), 0);
    for (int p = 0; p < 3; p++)
        for (int y = 0; y < 30; y++)
            for (int x = 0; x < 40; x++)
                row_of(&in->v, p, y)[x] = 0.25f;
    r.image = in;
    assert_int_equal(pool_new(1, &r.pool, e), 0);
    assert_int_equal(chain_new(look, 40, 30, 3, 0, 0, &r.chain, e), 0);
    rc = render_image(&r, &out, e);
    if (rc == 0) {
        *near = row_of(&out->v, 1, 20)[12];
        *sky = row_of(&out->v, 1, 2)[2];
    }
    image_free(in);
    image_free(out);
    chain_free(r.chain);
    pool_free(r.pool);
    look_free(look);
    return rc;
}

TEST(steps_work_where_their_mask_is)
{
    float near, sky;
    struct err e = {0};

    assert_int_equal(run("[exposure: {ev: 1, mask: sky}]", DEPTH_RELATIVE, true,
                         &near, &sky, &e),
                     0);
    assert_true(near == 0.25f && sky == 0.5f);
    assert_int_equal(run("[exposure: {ev: 1, mask: 'depth(1m..5m)'}]",
                         DEPTH_METRIC, true, &near, &sky, &e),
                     0);
    assert_true(near == 0.5f && sky == 0.25f);
    assert_int_equal(run("[exposure: {ev: 1, mask: 'depth(..0.5)'},"
                         " vignette: {amount: 0, mask: sky}]",
                         DEPTH_METRIC, true, &near, &sky, &e),
                     0);
    assert_true(near == 0.5f && sky == 0.25f);
}

TEST(what_cannot_be_is_said)
{
    float near, sky;
    struct err e = {0};

    assert_int_equal(run("[exposure: {ev: 1, mask: 'depth(1m..5m)'}]",
                         DEPTH_RELATIVE, true, &near, &sky, &e),
                     ERR_ARG);
    assert_non_null(strstr(e.text, "exposure"));
    assert_non_null(strstr(e.text, "relative"));
    e = (struct err){0};
    assert_int_equal(run("[exposure: {ev: 1, mask: sky}]", DEPTH_RELATIVE,
                         false, &near, &sky, &e),
                     ERR_ARG);
    assert_non_null(strstr(e.text, "depth"));
}

TESTS(text_comes_back, what_is_no_mask_is_refused,
      windows_are_where_the_text_says, looks_keep_masks, shapes_take_no_mask,
      steps_work_where_their_mask_is, what_cannot_be_is_said)
