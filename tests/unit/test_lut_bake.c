/* Looks as tables: against the looks themselves, and what is refused. */

#include "test.h"

#include "op/lut3d.h"
#include "run/lut_bake.h"

static struct look *look_of(const char *steps)
{
    struct look *look = NULL;
    struct err e = {0};

    if (look_parse(steps, strlen(steps), "test", NULL, &look, &e) < 0)
        fail_msg("%s", e.text);
    return look;
}

static int space_of(const char *name)
{
    int i = 0;

    while (strcmp(lut3d_spaces[i], name) != 0)
        i++;
    return i;
}

static struct lut_baked bake(const char *steps, const char *space, int size,
                             bool shaper)
{
    struct look *look = look_of(steps);
    struct lut_baking how = {look, space_of(space), size, .shaper = shaper};
    struct lut_baked baked;
    struct err e = {0};

    if (lut_bake(&how, &baked, &e) < 0)
        fail_msg("%s: %s", steps, e.text);
    look_free(look);
    return baked;
}

static void through(const struct lut *lut, float color[3])
{
    float *const row[3] = {&color[0], &color[1], &color[2]};

    lut_apply(lut, kern_best(), false, row, 1);
}

/* In linear light that is what a cube interpolates exactly. */
TEST(a_stop_is_twice_the_light)
{
    struct lut_baked b = bake("[exposure: {ev: 1}]", "linear", 5, false);

    for (int i = 0; i <= 10; i++) {
        float v[3] = {(float)i / 10, 1 - (float)i / 10, 0.3f};
        const float want[3] = {2 * v[0], 2 * v[1], 0.6f};

        through(b.lut, v);
        for (int c = 0; c < 3; c++)
            assert_true(fabsf(v[c] - want[c]) < 2e-6f);
    }
    assert_true(b.gap.code_max < 3e-6);
    assert_int_equal(b.gap.count, 65536);
    lut_free(b.lut);
}

/* More nodes, less error; and the error is that of other colours. */
TEST(the_error_is_told)
{
    static const int sizes[] = {9, 17, 33, 65};
    double before = 1;

    for (int i = 0; i < 4; i++) {
        struct lut_baked b =
            bake("[contrast: {amount: 0.5}, saturation: {amount: 0.3}]", "srgb",
                 sizes[i], false);

        assert_true(b.gap.code_mean > 0 && b.gap.code_mean < before / 3);
        assert_true(b.gap.code_mean < b.gap.code_max);
        before = b.gap.code_mean;
        lut_free(b.lut);
    }
    assert_true(before < 1e-4);
}

/* And as the file will have it: a Hald CLUT holds nothing above 1. */
TEST(the_error_is_that_of_the_file)
{
    struct look *look = look_of("[exposure: {ev: 1}]");
    struct lut_baking how = {look, space_of("linear"), 4, .hald = true};
    struct lut_baked b;
    struct err e = {0};

    assert_int_equal(lut_bake(&how, &b, &e), 0);
    assert_true(b.gap.code_max > 0.9 && b.gap.code_max < 1.01);
    for (int i = 0; i < 4 * 64; i++)
        assert_true(b.lut->node[i] >= 0 && b.lut->node[i] <= 1);
    lut_free(b.lut);
    look_free(look);
}

TEST(every_space_has_an_identity)
{
    for (int s = 0; lut3d_spaces[s]; s++)
        for (int shaper = 0; shaper < 2; shaper++) {
            struct lut_baked b = bake("[]", lut3d_spaces[s], 33, shaper);

            /* Behind a shaper nodes are even in stops, not in code values. */
            if (!(b.gap.code_mean <
                  (shaper ? 0.01 * (double)b.lut->hi[0] : 1e-5)))
                fail_msg("%s: %g", lut3d_spaces[s], b.gap.code_mean);
            lut_free(b.lut);
        }
}

/* 16 times white is still told apart from white. */
TEST(a_shaper_reaches_far)
{
    struct lut_baked b = bake("[exposure: {ev: -1}]", "linear", 33, true);

    assert_int_equal(b.lut->points, 65536);
    assert_true(b.lut->lo[0] == 0 && b.lut->hi[0] == 16);
    for (int i = 0; i <= 32; i++) {
        const float x = 16 * exp2f((float)(i - 32) / 4);
        float v[3] = {x, x, x};

        through(b.lut, v);
        for (int c = 0; c < 3; c++)
            if (!(fabsf(v[c] - x / 2) < 0.006f * x))
                fail_msg("%g of %g", (double)v[c], (double)x);
    }
    lut_free(b.lut);
}

static void refused(const char *steps, const char *name, const char *why)
{
    struct look *look = look_of(steps);
    struct lut_baking how = {look, .size = 9};
    struct lut_baked baked;
    struct err e = {0};

    if (lut_bake(&how, &baked, &e) != ERR_ARG)
        fail_msg("%s is not refused", steps);
    if (!strstr(e.text, name) || !strstr(e.text, why))
        fail_msg("'%s' does not say '%s' and '%s'", e.text, name, why);
    assert_null(baked.lut);
    look_free(look);
}

TEST(what_no_table_can_do_is_named)
{
    refused("[sharpen: {amount: 1}]", "'sharpen'", "neighbouring");
    refused("[vignette: {amount: 0.5}]", "'vignette'", "by place");
    refused("[grain: {amount: 0.5}]", "'grain'", "by place");
    refused("[tone: {shadows: 0.5}]", "'tone'", "whole picture");
    refused("[crop: {aspect: '1:1'}]", "'crop'", "shape");
    refused("[exposure: {ev: 1, mask: 'depth(0.2..0.6)'}]", "'exposure'",
            "part of the picture");
    refused("[exposure: {ev: 1}, atmosphere: {density: 1}]", "'atmosphere'",
            "depth");
}

/* Or left out, and named; steps that do nothing are not. */
TEST(or_it_is_left_out)
{
    struct look *look =
        look_of("[tone: {shadows: 0.5}, exposure: {ev: 1}, "
                "vignette: {amount: 0.5}, sharpen: {amount: 0}]");
    struct lut_baking how = {look, space_of("linear"), 5, .skip = true};
    struct lut_baked b;
    struct err e = {0};
    float v[3] = {0.25f, 0.25f, 0.25f};

    assert_int_equal(lut_bake(&how, &b, &e), 0);
    assert_string_equal(b.skipped, "tone, vignette");
    through(b.lut, v);
    assert_true(fabsf(v[0] - 0.5f) < 1e-6f);
    lut_free(b.lut);
    look_free(look);
    look = look_of("[tone: {shadows: 0.5}]");
    how.look = look;
    assert_int_equal(lut_bake(&how, &b, &e), ERR_ARG);
    assert_non_null(strstr(e.text, "nothing is left without tone"));
    look_free(look);
}

TEST(no_memory_is_survived)
{
    struct look *look = look_of("[exposure: {ev: 1}]");
    struct lut_baking how = {look, .size = 3, .shaper = true};
    const size_t used = mem_used();
    int rc = ERR_MEM;

    for (long n = 1; rc < 0; n++) {
        struct lut_baked b;
        struct err e = {0};

        mem_fail_at(n);
        rc = lut_bake(&how, &b, &e);
        mem_fail_at(0);
        if (rc < 0 && rc != ERR_MEM)
            fail_msg("allocation %ld: %s", n, e.text);
        lut_free(b.lut);
        assert_int_equal(mem_used(), used);
    }
    look_free(look);
}

TESTS(a_stop_is_twice_the_light, the_error_is_told,
      the_error_is_that_of_the_file, every_space_has_an_identity,
      a_shaper_reaches_far, what_no_table_can_do_is_named, or_it_is_left_out,
      no_memory_is_survived)
