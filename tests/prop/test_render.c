/*
 * Whole looks through the runner: the same bits for any number of threads, any
 * height of strip and any CPU level; memory that is not touched twice.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "base/mem.h"
#include "kern/kern.h"
#include "kern/math.h"
#include "look/look.h"
#include "run/render.h"

#include "../unit/made_depth.h"

#define W 333
#define H 297

static const char *const looks[] = {
    "neutral",  "signature", "architectural", "golden_hour_courtyard",
    "twilight", "vivid",     "natural",       "moody",
    "exterior", "interior",  "aerial",        "twilight_exterior",
};

/* Steps with halos, shapes and walls in one chain. */
static const char winding[] =
    "steps:\n"
    "  - exposure: {ev: 0.5, mask: 'depth(0.2..0.6, soft 0.1)'}\n"
    "  - sharpen: {amount: 0.8, radius: 2, mask: not sky}\n"
    "  - clarity: {amount: 0.5, mask: 'depth(0.3.., soft 0.2)'}\n"
    "  - orient: {orientation: 6}\n"
    "  - denoise: {luma: 0.4, chroma: 0.5}\n"
    "  - resize: {long_edge: 201}\n"
    "  - vignette: {amount: 0.5}\n"
    "  - crop: {x: 7, y: 5, width: 120, height: 150}\n"
    "  - tone: {shadows: 0.5, mask: 'depth(..0.8)'}\n"
    "  - sharpen: {amount: 0.5, radius: 1}\n"
    "  - grain: {amount: 0.4}\n";

/* Shapes, a gradient and noise, with light above 1 and below 0. */
static struct image *picture(void)
{
    struct image *image = NULL;
    struct err e = {0};

    assert_int_equal(image_new(W, H, 4, &image, &e), 0);
    image->v.alpha = 3;
    for (int y = 0; y < H; y++)
        for (int x = 0; x < W; x++)
            for (int p = 0; p < 4; p++) {
                const uint32_t n = khash((uint32_t)x, (uint32_t)y, (uint32_t)p);
                float v = (float)x / W * (float)(1 + p) * 0.3f;

                v += (x - 90) * (x - 90) + (y - 80) * (y - 80) < 1600 ? 2.0f
                                                                      : 0.0f;
                v += (kunit(n) - 0.5f) * 0.1f;
                row_of(&image->v, p, y)[x] = p == 3 ? kunit(n) : v;
            }
    return image;
}

static struct look *look_of(const char *name)
{
    struct look *look = NULL;
    struct err e = {0};
    const int rc =
        name ? look_find(name, &look, &e)
             : look_parse(winding, strlen(winding), "winding", NULL, &look, &e);

    if (rc < 0)
        fail_msg("%s", e.text);
    return look;
}

static struct image *render(const char *name, enum isa isa, int threads,
                            int strip)
{
    struct look *look = look_of(name);
    struct image *in = picture(), *out = NULL;
    struct made_depth made = {DEPTH_RELATIVE, W, H};
    const struct depth_source depth = {made_get, &made};
    struct render r = {
        .k = kern_for(isa), .image = in, .depth = &depth, .strip_rows = strip};
    struct err e = {0};
    int rc = pool_new(threads, &r.pool, &e);

    if (rc == 0)
        rc = chain_new(look, W, H, 4, 3, 0, &r.chain, &e);
    if (rc == 0)
        rc = render_image(&r, &out, &e);
    if (rc < 0)
        fail_msg("%s: %s", name ? name : "winding", e.text);
    chain_free(r.chain);
    pool_free(r.pool);
    look_free(look);
    image_free(in);
    return out;
}

static void assert_same(const struct image *a, const struct image *b,
                        const char *look, const char *what)
{
    assert_int_equal(a->v.w, b->v.w);
    assert_int_equal(a->v.h, b->v.h);
    for (int p = 0; p < a->v.planes; p++)
        for (int y = 0; y < a->v.h; y++) {
            const float *s = row_of(&a->v, p, y), *t = row_of(&b->v, p, y);

            for (int x = 0; x < a->v.w; x++)
                if (memcmp(&s[x], &t[x], sizeof(*s)))
                    fail_msg("%s, %s: plane %d, %d, %d: %.9g and %.9g",
                             look ? look : "winding", what, p, x, y,
                             (double)s[x], (double)t[x]);
        }
}

static void compare_all(const char *name)
{
    static const int threads[] = {2, 7}, strips[] = {1, 7, 64, H};
    struct image *want = render(name, ISA_BASE, 1, 0), *got;
    char what[40];

    for (size_t i = 0; i < 2; i++) {
        got = render(name, ISA_BASE, threads[i], 0);
        snprintf(what, sizeof(what), "%d threads", threads[i]);
        assert_same(want, got, name, what);
        image_free(got);
    }
    for (size_t i = 0; i < 4; i++) {
        got = render(name, cpu_isa(), 2, strips[i]);
        snprintf(what, sizeof(what), "strips of %d, %s", strips[i],
                 cpu_isa_name(cpu_isa()));
        assert_same(want, got, name, what);
        image_free(got);
    }
    image_free(want);
}

static void threads_strips_and_levels_change_no_bit(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(looks) / sizeof(*looks); i++)
        compare_all(looks[i]);
}

static void a_chain_with_walls_and_shapes_changes_no_bit(void **state)
{
    (void)state;
    compare_all(NULL);
}

static void no_steps_give_the_picture_back(void **state)
{
    struct image *in = picture(), *out = render("neutral", cpu_isa(), 2, 0);

    (void)state;
    assert_same(in, out, "neutral", "bits");
    image_free(in);
    image_free(out);
}

static void alpha_is_carried_and_not_graded(void **state)
{
    struct image *in = picture(), *out = render("moody", cpu_isa(), 2, 0);

    (void)state;
    for (int y = 0; y < H; y++)
        assert_memory_equal(row_of(&in->v, 3, y), row_of(&out->v, 3, y),
                            W * sizeof(float));
    image_free(in);
    image_free(out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(threads_strips_and_levels_change_no_bit),
        cmocka_unit_test(a_chain_with_walls_and_shapes_changes_no_bit),
        cmocka_unit_test(no_steps_give_the_picture_back),
        cmocka_unit_test(alpha_is_carried_and_not_graded),
    };

    return cmocka_run_group_tests_name("render", tests, NULL, NULL);
}
