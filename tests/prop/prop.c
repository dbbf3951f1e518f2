/*
 * Laws that every operation keeps, for every parameter: written once over the
 * table. Each case goes through all operations and a list of values for each:
 * the defaults, every parameter at its ends, and some at random.
 */

#include <math.h>
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "apply.h"
#include "base/file.h"
#include "cases.h"

#include "../unit/made_shape.h"

static struct image *make(const struct op *op, const void *values,
                          const struct image *in, struct apply_how how)
{
    struct image *out = NULL;
    struct err e = {0};

    if (apply(op, values, in, &how, &out, &e) < 0)
        fail_msg("%s: %s", op->name, e.text);
    return out;
}

/* The first plane below `planes` in which two pictures differ, or -1. */
static int differs(const struct image *a, const struct image *b, int planes)
{
    if (a->v.w != b->v.w || a->v.h != b->v.h)
        return 0;
    for (int p = 0; p < planes; p++)
        for (int y = 0; y < a->v.h; y++)
            if (memcmp(row_of(&a->v, p, y), row_of(&b->v, p, y),
                       (size_t)a->v.w * sizeof(float)) != 0)
                return p;
    return -1;
}

/* Calls law() for every operation and every set of values it accepts. */
static void for_all(void (*law)(const struct op *op, const void *values,
                                const char *what, const struct image *in),
                    void (*fill)(struct image *))
{
    struct image *in = picture(fill);

    for (int k = 0; ops[k]; k++) {
        static char values[ROOM];
        const char *what;

        for (int i = 0; (what = cases_values(ops[k], i, values)); i++)
            if (cases_accept(ops[k], values))
                law(ops[k], values, what, in);
    }
    image_free(in);
}

static void law_finite(const struct op *op, const void *values,
                       const char *what, const struct image *in)
{
    struct image *out =
        make(op, values, in, (struct apply_how){.isa = cpu_isa()});

    for (int p = 0; p < 3; p++)
        for (int y = 0; y < out->v.h; y++)
            for (int x = 0; x < out->v.w; x++)
                if (!isfinite(row_of(&out->v, p, y)[x]))
                    fail_msg("%s, %s: %g at plane %d, x %d, y %d", op->name,
                             what, (double)row_of(&out->v, p, y)[x], p, x, y);
    image_free(out);
}

static void finite_in_finite_out(void **state)
{
    (void)state;
    for_all(law_finite, paint_wild);
    for_all(law_finite, paint);
}

static void law_levels(const struct op *op, const void *values,
                       const char *what, const struct image *in)
{
    struct image *a = make(op, values, in, (struct apply_how){.isa = ISA_BASE});
    struct image *b =
        make(op, values, in, (struct apply_how){.isa = cpu_isa()});

    if (differs(a, b, PLANES) >= 0)
        fail_msg("%s, %s: the levels differ in plane %d", op->name, what,
                 differs(a, b, PLANES));
    image_free(a);
    image_free(b);
}

static void cpu_levels_agree(void **state)
{
    (void)state;
    for_all(law_levels, paint);
}

static void law_strips(const struct op *op, const void *values,
                       const char *what, const struct image *in)
{
    const struct apply_how ways[] = {
        {.isa = cpu_isa()},
        {.isa = cpu_isa(), .strip = 1},
        {.isa = cpu_isa(), .strip = 7, .backwards = true},
        {.isa = cpu_isa(), .strip = 64},
    };
    struct image *a =
        make(op, values, in, (struct apply_how){.isa = cpu_isa()});

    for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
        struct image *b = make(op, values, in, ways[i]);

        if (differs(a, b, PLANES) >= 0)
            fail_msg("%s, %s: strips of %d rows differ in plane %d", op->name,
                     what, ways[i].strip, differs(a, b, PLANES));
        image_free(b);
    }
    image_free(a);
}

static void strips_agree_and_twice_is_the_same(void **state)
{
    (void)state;
    for_all(law_strips, paint);
}

static void law_extras(const struct op *op, const void *values,
                       const char *what, const struct image *in)
{
    struct image *out;

    if (op->shape)
        return;
    out =
        make(op, values, in, (struct apply_how){.isa = cpu_isa(), .strip = 64});
    for (int p = 3; p < PLANES; p++)
        for (int y = 0; y < H; y++)
            if (memcmp(row_of(&in->v, p, y), row_of(&out->v, p, y),
                       W * sizeof(float)) != 0)
                fail_msg("%s, %s: plane %d was touched", op->name, what, p);
    image_free(out);
}

static void alpha_and_extra_planes_are_untouched(void **state)
{
    (void)state;
    for_all(law_extras, paint);
}

/* The runner leaves neutral steps out, so that had better not be visible. */
static void law_neutral(const struct op *op, const void *values,
                        const char *what, const struct image *in)
{
    struct image *out;

    if (!op->neutral || !op->neutral(values))
        return;
    out = make(op, values, in, (struct apply_how){.isa = cpu_isa()});
    assert_int_equal(out->v.w, W);
    assert_int_equal(out->v.h, H);
    for (int p = 0; p < PLANES; p++)
        for (int y = 0; y < H; y++)
            for (int x = 0; x < W; x++) {
                const float a = row_of(&in->v, p, y)[x];
                const float b = row_of(&out->v, p, y)[x];

                if (fabsf(a - b) > 2e-6f * fmaxf(1, fabsf(a)))
                    fail_msg("%s, %s: neutral, but %.9g became %.9g", op->name,
                             what, (double)a, (double)b);
            }
    image_free(out);
}

static void neutral_values_change_nothing(void **state)
{
    (void)state;
    for_all(law_neutral, paint);
    for_all(law_neutral, paint_wild);
}

/* Greys stay grey where nothing in the values is a colour. */
static void greys_stay_grey(void **state)
{
    static const char *const names[] = {
        "bloom",         "clarity",        "contrast",    "crop",
        "deband",        "dehaze",         "denoise",     "depth_clarity",
        "depth_denoise", "depth_of_field", "display_map", "exposure",
        "grain",         "hdr_place",      "hsl",         "levels",
        "orient",        "resize",         "saturation",  "sharpen",
        "texture",       "tone",           "tone_map",    "unsharp",
        "vibrance",      "vignette",       "zone_tone",   NULL,
    };
    struct image *in = picture(paint);

    (void)state;
    for (int p = 1; p < 3; p++)
        for (int y = 0; y < H; y++)
            memcpy(row_of(&in->v, p, y), row_of(&in->v, 0, y),
                   W * sizeof(float));
    for (int k = 0; names[k]; k++) {
        const struct op *op = op_find(names[k]);
        static char values[ROOM];
        const char *what;

        if (!op)
            continue;
        for (int i = 0; (what = cases_values(op, i, values)); i++) {
            struct image *out;

            if (!cases_accept(op, values))
                continue;
            out = make(op, values, in, (struct apply_how){.isa = cpu_isa()});
            for (int y = 0; y < out->v.h; y++)
                for (int x = 0; x < out->v.w; x++) {
                    const float r = row_of(&out->v, 0, y)[x];
                    const float g = row_of(&out->v, 1, y)[x];
                    const float b = row_of(&out->v, 2, y)[x];
                    const float most = 1e-6f * fmaxf(1, fabsf(g));

                    if (fabsf(r - g) > most || fabsf(b - g) > most)
                        fail_msg("%s, %s: grey became %.9g %.9g %.9g", op->name,
                                 what, (double)r, (double)g, (double)b);
                }
            image_free(out);
        }
    }
    image_free(in);
}

static bool has_effect(const struct op *op, const struct param *p,
                       const struct image *in)
{
    static char values[2][ROOM];
    bool found = false;

    cases_start(); /* whatever other parameters there are */
    for (int i = 0; i < 600 && !found; i++) {
        struct image *a, *b;

        cases_near = i % 2;
        cases_values(op, 0, values[0]);
        for (int k = 0; k < cases_params(op); k++)
            if (i % 3 == 1 || (i % 3 == 2 && cases_draw() % 2))
                cases_put(op, &op->params[k], values[0], cases_unit());
        memcpy(values[1], values[0], op->size);
        cases_put(op, p, values[0], i / 2 % 2 * 0.5);
        cases_put(op, p, values[1], 0.5 + i / 2 % 2 * 0.5);
        cases_near = false;
        if (!cases_accept(op, values[0]) || !cases_accept(op, values[1]))
            continue;
        a = make(op, values[0], in, (struct apply_how){.isa = cpu_isa()});
        b = make(op, values[1], in, (struct apply_how){.isa = cpu_isa()});
        found = differs(a, b, 3) >= 0;
        image_free(a);
        image_free(b);
    }
    return found;
}

static void every_parameter_has_an_effect(void **state)
{
    struct image *in = picture(paint);

    (void)state;
    for (int k = 0; ops[k]; k++)
        for (const struct param *p = ops[k]->params; p->type != PARAM_END; p++)
            if (p->type != PARAM_TEXT || cases_text(ops[k], p))
                if (!has_effect(ops[k], p, in))
                    fail_msg("%s.%s does nothing", ops[k]->name, p->key);
    image_free(in);
}

/* Every allocation fails once: an error, and nothing is left behind. */
static void law_memory(const struct op *op, const void *values,
                       const char *what, const struct image *in)
{
    const struct apply_how how = {.isa = cpu_isa(), .strip = 64};
    const size_t before = mem_used();
    bool failed = true;

    for (long n = 1; failed; n++) {
        struct image *out = NULL;
        struct err e = {0};
        int rc;

        mem_fail_at(n);
        rc = apply(op, values, in, &how, &out, &e);
        failed = mem_failed();
        mem_fail_at(0);
        if (failed ? rc != ERR_MEM || out : rc != 0)
            fail_msg("%s, %s: allocation %ld: %d", op->name, what, n, rc);
        image_free(out);
        if (mem_used() != before)
            fail_msg("%s, %s: allocation %ld: memory is left", op->name, what,
                     n);
    }
}

static void failing_allocations_leave_nothing(void **state)
{
    struct image *in = picture(paint);

    (void)state;
    for (int k = 0; ops[k]; k++) {
        static char values[ROOM];
        const char *what = cases_values(ops[k], 2, values);

        if (!cases_accept(ops[k], values))
            what = cases_values(ops[k], 0, values);
        if (cases_accept(ops[k], values))
            law_memory(ops[k], values, what, in);
    }
    image_free(in);
}

static void what_is_got_can_be_set(void **state)
{
    (void)state;
    for (int k = 0; ops[k]; k++) {
        static char values[ROOM], copy[ROOM];
        const struct param *params = ops[k]->params;

        for (int i = 0; cases_values(ops[k], i, values); i++) {
            param_defaults(params, copy, ops[k]->size);
            for (int j = 0; params[j].type != PARAM_END; j++) {
                char text[PARAM_TEXT_MAX];
                struct err e = {0};

                param_get(&params[j], values, text);
                if (param_set(params, copy, params[j].key, text, &e) < 0)
                    fail_msg("%s.%s = '%s': %s", ops[k]->name, params[j].key,
                             text, e.text);
            }
            assert_memory_equal(values, copy, ops[k]->size);
        }
    }
}

static void refuse(const struct op *op, const char *key, const char *text)
{
    static char values[ROOM], copy[ROOM];
    struct err e = {0};

    cases_values(op, 2, values);
    memcpy(copy, values, op->size);
    if (param_set(op->params, values, key, text, &e) == 0)
        fail_msg("%s.%s = '%s' was taken", op->name, key, text);
    assert_int_equal(e.code, ERR_ARG);
    assert_non_null(strstr(e.text, key));
    assert_memory_equal(values, copy, op->size);
}

static void refused_values_change_nothing(void **state)
{
    (void)state;
    for (int k = 0; ops[k]; k++) {
        refuse(ops[k], "no_such_key", "1");
        for (const struct param *p = ops[k]->params; p->type != PARAM_END;
             p++) {
            char text[40];

            if (p->type == PARAM_TEXT)
                continue;
            refuse(ops[k], p->key, "");
            refuse(ops[k], p->key, "nan");
            refuse(ops[k], p->key, "what");
            if (p->type != PARAM_FLOAT && p->type != PARAM_INT)
                continue;
            snprintf(text, sizeof(text), "%.0f", floor(p->lo) - 1);
            refuse(ops[k], p->key, text);
            snprintf(text, sizeof(text), "%.0f", ceil(p->hi) + 1);
            refuse(ops[k], p->key, text);
        }
    }
}

/* A cube of 4 nodes that is no straight line, for lut3d. */
static void write_cube(void)
{
    struct buf text = {.max = 1 << 16};
    struct outfile f = {0};
    struct err e = {0};

    assert_int_equal(buf_printf(&text, &e, "LUT_3D_SIZE 4\n"), 0);
    for (int i = 0; i < 64; i++)
        assert_int_equal(buf_printf(&text, &e, "%d.%d 0.%d 0.%d\n", i % 4 == 3,
                                    i % 4, i / 4 % 4 * 3, 9 - i / 16),
                         0);
    assert_int_equal(outfile_open(&f, "prop.cube", &e), 0);
    assert_int_equal(outfile_add(&f, text.data, text.len, &e), 0);
    assert_int_equal(outfile_commit(&f, true, &e), 0);
    buf_release(&text);
}

static int start(void **state)
{
    (void)state;
    cases_start();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(finite_in_finite_out, start),
        cmocka_unit_test_setup(cpu_levels_agree, start),
        cmocka_unit_test_setup(strips_agree_and_twice_is_the_same, start),
        cmocka_unit_test_setup(alpha_and_extra_planes_are_untouched, start),
        cmocka_unit_test_setup(neutral_values_change_nothing, start),
        cmocka_unit_test_setup(greys_stay_grey, start),
        cmocka_unit_test_setup(every_parameter_has_an_effect, start),
        cmocka_unit_test_setup(failing_allocations_leave_nothing, start),
        cmocka_unit_test_setup(what_is_got_can_be_set, start),
        cmocka_unit_test_setup(refused_values_change_nothing, start),
    };
    struct err e = {0};

    write_cube();
    if (made_shape_file("prop.tif", 20, 20, made_bubble, &e) < 0)
        fail_msg("%s", e.text);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
