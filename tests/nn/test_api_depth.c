/* Depth through the library. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include <math.h>

#include "../unit/scratch.h"
#include "formula.h"
#include "tportal.h"

#define W     120
#define H     80
#define MODEL "./m.safetensors"

static int enter_with_model(void **state)
{
    if (enter(state) || setenv("XDG_CACHE_HOME", scratch, 1) ||
        setenv("XDG_DATA_HOME", scratch, 1))
        return -1;
    formula_write(&formula_tiny, MODEL, false, SAFETENSORS_F32);
    return 0;
}

static float pixels[3 * W * H];

static tp_picture picture(void)
{
    for (int i = 0; i < 3 * W * H; i++)
        pixels[i] = 0.4f + 0.3f * sinf((float)(i % W) / 9 + (float)(i / W));
    return (tp_picture){pixels, W, (size_t)W * H, W, H, 3};
}

static void depth_has_the_size_of_the_picture(void **state)
{
    tp_context *ctx = tp_context_new(2, 0);
    const tp_picture in = picture();
    tp_depth d = {0};
    float lo = 1, hi = 0;

    (void)state;
    assert_non_null(ctx);
    if (tp_depth_estimate(ctx, &in, MODEL, 56, &d) != TP_OK)
        fail_msg("%s", tp_error(ctx));
    assert_int_equal(d.width, W);
    assert_int_equal(d.height, H);
    assert_false(d.metric);
    for (int i = 0; i < W * H; i++) {
        assert_true(d.data[i] >= 0 && d.data[i] <= 1);
        lo = fminf(lo, d.data[i]);
        hi = fmaxf(hi, d.data[i]);
    }
    assert_true(hi - lo > 0.5f);
    tp_depth_free(&d);
    assert_null(d.data);
    tp_context_free(ctx);
}

static void looks_use_the_model_of_the_context(void **state)
{
    tp_context *ctx = tp_context_new(2, 0);
    const tp_picture in = picture();
    tp_picture out = {0};
    tp_look *look = NULL;
    float sum = 0;

    (void)state;
    assert_int_equal(tp_look_load(ctx, NULL, &look), TP_OK);
    assert_int_equal(tp_look_set(ctx, look, "atmosphere.density=0.02"), TP_OK);
    assert_int_equal(tp_process_picture(ctx, look, &in, &out), TP_BAD_ARGUMENT);
    assert_non_null(strstr(tp_error(ctx), "dav2-small"));
    assert_int_equal(tp_context_model(ctx, MODEL, 5000), TP_BAD_ARGUMENT);
    assert_int_equal(tp_context_model(ctx, MODEL, 56), TP_OK);
    if (tp_process_picture(ctx, look, &in, &out) != TP_OK)
        fail_msg("%s", tp_error(ctx));
    assert_int_equal(out.planes, 3);
    for (int i = 0; i < W * H; i++)
        sum += fabsf(out.data[i] - pixels[i]);
    assert_true(sum > 1);
    tp_picture_free(&out);
    tp_look_free(look);
    tp_context_free(ctx);
}

static void what_cannot_be_is_said(void **state)
{
    tp_context *ctx = tp_context_new(1, 0);
    tp_picture in = picture();
    tp_depth d = {0};

    (void)state;
    assert_int_equal(tp_depth_estimate(ctx, &in, NULL, 0, &d), TP_BAD_ARGUMENT);
    assert_non_null(strstr(tp_error(ctx), "dav2-small"));
    assert_int_equal(tp_depth_estimate(ctx, &in, MODEL, -1, &d),
                     TP_BAD_ARGUMENT);
    in.planes = 1;
    assert_int_equal(tp_depth_estimate(ctx, &in, MODEL, 56, &d),
                     TP_BAD_ARGUMENT);
    assert_null(d.data);
    tp_context_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(depth_has_the_size_of_the_picture),
        cmocka_unit_test(looks_use_the_model_of_the_context),
        cmocka_unit_test(what_cannot_be_is_said),
    };

    return cmocka_run_group_tests(tests, enter_with_model, leave);
}
