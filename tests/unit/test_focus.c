/* Pointing at what is sharp: where a pixel lies, and what depth is there. */

#include <stdlib.h>

#include "test.h"

#include "applied.h"
#include "made_depth.h"
#include "run/focus.h"

#define W 240
#define H 180

static double number(int x, int y)
{
    return x + 100 * y;
}

/* The upright picture has at a pixel what the stored one has at its place. */
TEST(pixels_are_those_of_the_picture_upright)
{
    struct image *stored = grey(7, 4, number);

    for (int o = 1; o <= 8; o++) {
        char text[40];
        struct image *shown;

        snprintf(text, sizeof(text), "orientation=%d", o);
        shown = applied("orient", text, stored);
        for (int y = 0; y < shown->v.h; y++)
            for (int x = 0; x < shown->v.w; x++) {
                struct err e = {0};
                double u, v;

                snprintf(text, sizeof(text), "%d,%d", x, y);
                if (focus_share(text, 7, 4, o, &u, &v, &e) < 0)
                    fail_msg("%s", e.text);
                assert_true(row_of(&shown->v, 0, y)[x] ==
                            row_of(&stored->v, 0, (int)(v * 4))[(int)(u * 7)]);
            }
        image_free(shown);
    }
    image_free(stored);
}

TEST(shares_and_fractions_are_places_too)
{
    struct err e = {0};
    double x, y;

    assert_int_equal(focus_share("25%,100%", 200, 100, 1, &x, &y, &e), 0);
    assert_true(x == 0.25 && y == 1);
    assert_int_equal(focus_share("99.5,0%", 200, 100, 1, &x, &y, &e), 0);
    assert_true(x == 0.5 && y == 0);
    assert_int_equal(focus_share("25%,0", 200, 100, 6, &x, &y, &e), 0);
    assert_true(x == 0.5 / 200 && y == 0.75);
}

TEST(what_is_no_place_is_refused)
{
    static const char *const texts[] = {
        "",     "3",    "3,",   ",3",    "3,4,5",   "a,b",      "3;4",
        "-1,3", "3,-1", "1%%,", "nan,1", "101%,0%", "0,100.1%", "3,4 px",
    };
    static const char *const beyond[] = {"200,0", "0,100", "199.5,0"};
    struct look *look = NULL;
    struct err e = {0};
    double x, y;

    assert_int_equal(look_new(&look, &e), 0);
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        assert_int_equal(focus_check(texts[i], look, &e), ERR_ARG);
        assert_non_null(strstr(e.text, "0%,0% … 100%,100%"));
    }
    for (size_t i = 0; i < sizeof(beyond) / sizeof(beyond[0]); i++) {
        assert_int_equal(focus_share(beyond[i], 200, 100, 1, &x, &y, &e),
                         ERR_ARG);
        assert_non_null(strstr(e.text, "it is 200 x 100, so allowed is 0,0 … "
                                       "199,99"));
    }
    assert_int_equal(focus_share("0,100", 100, 200, 6, &x, &y, &e), ERR_ARG);
    assert_non_null(strstr(e.text, "it is 200 x 100"));
    assert_int_equal(focus_check("3,4", look, &e), ERR_ARG);
    assert_non_null(strstr(e.text, "there is no such step"));
    assert_int_equal(look_set(look, "depth_of_field", &e), 0);
    assert_int_equal(focus_check("3,4", look, &e), 0);
    look_free(look);
}

/* Renders; with a place the depth there is given back. */
static struct image *render(const char *text, const char *place, float *focus)
{
    struct made_depth made = {DEPTH_METRIC, W, H};
    const struct depth_source source = {made_get, &made};
    struct image *in = grey(W, H, number), *out = NULL;
    struct look *look = NULL;
    struct render r = {.k = kern_best(), .depth = &source, .image = in};
    struct err e = {0};
    double x, y;
    int rc;

    TRY(look_parse(text, strlen(text), "t", NULL, &look, &e));
    TRY(pool_new(2, &r.pool, &e));
    TRY(chain_new(look, W, H, 3, 0, 0, &r.chain, &e));
    if (place) {
        TRY(focus_share(place, W, H, 1, &x, &y, &e));
        chain_focus(r.chain, x, y);
    }
    TRY(render_image(&r, &out, &e));
    *focus = r.chain->focus;
out:
    if (rc < 0)
        fail_msg("%s", e.text);
    chain_free(r.chain);
    pool_free(r.pool);
    look_free(look);
    image_free(in);
    return out;
}

static float focus_at(const char *place)
{
    float focus;

    image_free(render("[depth_of_field: {focus: 77}]", place, &focus));
    return focus;
}

TEST(the_depth_there_is_the_focus)
{
    assert_true(fabsf(focus_at("72,111") - 2) < 0.02f);
    assert_true(fabsf(focus_at("50%,160") - 0.6f / (160.5f / H - 0.5f)) <
                0.05f);
    assert_true(fabsf(focus_at("156,80") - 40) < 0.1f);
    assert_true(focus_at("0,0") == MADE_SKY);
    assert_true(focus_at("239,0") == MADE_SKY);
}

/* The edge of the wall's hole: 9 m or 40 m. */
TEST(no_focus_is_between_two_surfaces)
{
    for (int x = 140; x < 150; x++) {
        char text[20];
        float z;

        snprintf(text, sizeof(text), "%d,80", x);
        z = focus_at(text);
        assert_true(fabsf(z - 9) < 0.3f || fabsf(z - 40) < 0.1f);
    }
}

/* Whatever stands before the step, and in every step that has a focus. */
TEST(crops_and_turns_do_not_move_it)
{
    static const char form[] =
        "[orient: {turn: right, flip: horizontal}, "
        "crop: {x: 0.4, y: 0.1, width: 0.5, height: 0.6}, "
        "depth_of_field: {focus: %.9g, aperture: 0.7, radius: 0.05}, "
        "depth_of_field: {focus: %.9g, aperture: 2, radius: 0.03}]";
    char text[400];
    struct image *want, *got;
    float focus = 0, other;

    snprintf(text, sizeof(text), form, 0.0, 123.0);
    got = render(text, "72,111", &focus);
    assert_true(fabsf(focus - 2) < 0.02f);
    snprintf(text, sizeof(text), form, (double)focus, (double)focus);
    want = render(text, NULL, &other);
    for (int p = 0; p < 3; p++)
        for (int y = 0; y < want->v.h; y++)
            assert_memory_equal(row_of(&want->v, p, y), row_of(&got->v, p, y),
                                (size_t)want->v.w * sizeof(float));
    image_free(want);
    image_free(got);
}

TESTS(pixels_are_those_of_the_picture_upright,
      shares_and_fractions_are_places_too, what_is_no_place_is_refused,
      the_depth_there_is_the_focus, no_focus_is_between_two_surfaces,
      crops_and_turns_do_not_move_it)
