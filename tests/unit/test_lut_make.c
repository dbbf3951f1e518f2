/* Tables that are made: what every stage promises. */

#include "test.h"

#include "base/text.h"
#include "codec/lut_make.h"
#include "codec/lut_math.h"
#include "lut_measure.h"
#include "lut_recipe.h"

static double farthest_from_identity(const struct lut *lut)
{
    const int n = lut->size;
    double worst = 0;

    for (int i = 0; i < n * n * n; i++) {
        const int at[3] = {i % n, i / n % n, i / n / n};

        for (int c = 0; c < 3; c++)
            worst = fmax(
                worst, fabs((double)lut->node[4 * i + c] - at[c] / (n - 1.0)));
    }
    return worst;
}

TEST(powers_are_those_of_libm)
{
    double log_worst = 0, exp_worst = 0, pow_worst = 0;

    for (int i = -4000; i <= 4000; i++) {
        const double y = i * 0.01003, x = exp2(y);

        log_worst =
            fmax(log_worst, fabs(lut_log2(x) - log2(x)) / fmax(1, fabs(y)));
        exp_worst = fmax(exp_worst, fabs(lut_exp2(y) / x - 1));
        pow_worst =
            fmax(pow_worst, fabs(lut_pow(x, 1 / 2.4) / pow(x, 1 / 2.4) - 1));
    }
    if (log_worst > 1e-13 || exp_worst > 1e-12 || pow_worst > 1e-12)
        fail_msg("%g %g %g", log_worst, exp_worst, pow_worst);
    assert_true(lut_log2(1) == 0 && lut_exp2(0) == 1 && lut_pow(0, 2.4) == 0);
}

TEST(neutral_values_are_the_identity)
{
    static const char *const settings[] = {
        "",
        "white=tint",
        "pivot=0.7",
        "shadow_hue=10;highlight_hue=300",
        "film_contrast=1.3;film_crossover=2;silver=1",
        "film=print;film_share=0",
    };
    static const int sizes[] = {2, 17, 33, 65};

    for (size_t i = 0; i < sizeof(settings) / sizeof(*settings); i++)
        for (int k = 0; k < 4; k++) {
            const struct lut_recipe r = recipe(settings[i]);
            struct lut *lut = make(&r, sizes[k]);

            assert_int_equal(lut->size, sizes[k]);
            assert_int_equal(lut->points, 0);
            if (farthest_from_identity(lut) > 1e-6)
                fail_msg("'%s', %d nodes: %g", settings[i], sizes[k],
                         farthest_from_identity(lut));
            lut_free(lut);
        }
}

/* What a row needs to have something to act on. */
static const char *context(const char *key)
{
    if (text_is(key, "pivot"))
        return "contrast=0.3";
    if (text_is(key, "shadow_hue") || text_is(key, "highlight_hue"))
        return "shadow_tint=0.5;highlight_tint=0.5";
    if (text_is(key, "white"))
        return "warmth=20";
    if (strncmp(key, "film_", 5) == 0 || text_is(key, "silver"))
        return "film=negative";
    return "";
}

/* At this end of its range a colour has nothing left to be told apart by. */
static bool flattens(const char *key, bool high)
{
    return !high &&
           (text_is(key, "saturation") || text_is(key, "shadow_saturation") ||
            text_is(key, "highlight_saturation"));
}

/* Of a cube of `size`; `flat` where colours may become one. */
static void check_laws(const char *what, const struct lut_recipe *r, int size,
                       bool flat, bool channels)
{
    struct lut *lut = make(r, size);
    const struct measured m = measure(lut);

    lut_free(lut);
    if (!(m.lo >= 0 && m.hi <= 1))
        fail_msg("%s: values from %g to %g", what, m.lo, m.hi);
    if (!(m.grey > 0))
        fail_msg("%s: greys turn back by %g", what, m.grey);
    if (channels && !(m.rise > (flat ? -1e-6 : 0)))
        fail_msg("%s: a channel falls by %g", what, m.rise);
    if (!(m.volume > (flat ? -1e-6 : 0)))
        fail_msg("%s: folds, %g", what, m.volume);
    for (int c = 0; c < 3 && r->white == LUT_WHITE_KEEP; c++)
        if (m.top[c] != 1)
            fail_msg("%s: white is %.9g", what, m.top[c]);
    for (int c = 0; c < 3 && r->matte == 0 && r->lift[c] == 0; c++)
        if (m.toe[c] != 0)
            fail_msg("%s: black is %.9g", what, m.toe[c]);
}

TEST(every_value_has_an_effect_and_keeps_the_laws)
{
    for (const struct param *p = lut_params; p->type != PARAM_END; p++) {
        if (p->type == PARAM_TEXT)
            continue;
        for (int i = 0; i < 2; i++) {
            struct lut_recipe a = recipe(context(p->key)), b = a;
            char text[100], what[200];
            struct lut *x, *y;

            if (p->type == PARAM_CHOICE)
                snprintf(text, sizeof(text), "%s=%s", p->key, p->names[1 + i]);
            else
                snprintf(text, sizeof(text), "%s=%.9g", p->key,
                         i ? p->hi : p->lo);
            if (p->type == PARAM_CHOICE && !p->names[1 + i])
                continue;
            set(&b, text);
            snprintf(what, sizeof(what), "%s %s", context(p->key), text);
            if (!param_is_default(p, &b)) {
                x = make(&a, 17);
                y = make(&b, 17);
                if (!memcmp(x->node, y->node, 17 * 17 * 17 * 16))
                    fail_msg("%s changes nothing", what);
                lut_free(x);
                lut_free(y);
            }
            check_laws(what, &b, 33, flattens(p->key, i == 1), true);
        }
    }
}

static double random_unit(uint32_t *seed)
{
    *seed = *seed * 1664525 + 1013904223;
    return (*seed >> 8) * 0x1p-24;
}

/* Up to half of each range, which is more than a colourist uses of all. */
static struct lut_recipe random_recipe(uint32_t *seed)
{
    struct lut_recipe r;
    char text[100];

    lut_recipe_defaults(&r);
    for (const struct param *p = lut_params; p->type != PARAM_END; p++) {
        const double t = random_unit(seed), far = 0.5 * random_unit(seed);

        if (p->type == PARAM_TEXT || random_unit(seed) < 0.6)
            continue;
        if (p->type == PARAM_CHOICE)
            snprintf(text, sizeof(text), "%s=%s", p->key,
                     p->names[(int)(t * (p->names[2] ? 3 : 2))]);
        else
            snprintf(text, sizeof(text), "%s=%.9g", p->key,
                     p->def + far * ((t < 0.5 ? p->lo : p->hi) - p->def));
        set(&r, text);
    }
    return r;
}

TEST(any_values_keep_the_laws)
{
    uint32_t seed = 20261127;

    for (int i = 0; i < 150; i++) {
        const uint32_t from = seed;
        const struct lut_recipe r = random_recipe(&seed);
        char what[40];

        snprintf(what, sizeof(what), "seed %u", from);
        check_laws(what, &r, 17, false, false);
    }
}

/* CIE 15:2004 has D55 at 5503 K, 181.7 mired, and D75 at 7504 K. */
TEST(warmth_is_the_light_of_that_temperature)
{
    static const struct {
        double kelvin, xy[2];
    } lights[] = {{5503, {0.33242, 0.34743}}, {7504, {0.29902, 0.31485}}};
    static const double m[3][3] = {{0.4124, 0.3576, 0.1805},
                                   {0.2126, 0.7152, 0.0722},
                                   {0.0193, 0.1192, 0.9505}};

    for (int i = 0; i < 2; i++)
        for (int white = 0; white < 2; white++) {
            struct lut_recipe r;
            struct lut_maker maker;
            double v = white ? 1 : 0.01, in[3] = {v, v, v}, out[3];
            double xyz[3], sum = 0;
            char text[40];

            r = recipe(white ? "white=tint" : "");
            snprintf(text, sizeof(text), "warmth=%.9g",
                     1e6 / lights[i].kelvin - 1e6 / 6504);
            set(&r, text);
            lut_maker_init(&maker, &r);
            lut_maker_color(&maker, in, out);
            for (int k = 0; k < 3; k++) {
                xyz[k] = 0;
                for (int c = 0; c < 3; c++)
                    xyz[k] += m[k][c] * pow(out[c], 2.4);
                sum += xyz[k];
            }
            for (int k = 0; k < 2; k++)
                if (fabs(xyz[k] / sum - lights[i].xy[k]) > 3e-4)
                    fail_msg("%g K, white %d: %g is not %g", lights[i].kelvin,
                             white, xyz[k] / sum, lights[i].xy[k]);
        }
}

/* One stop is twice the light where white is far away. */
TEST(exposure_is_in_stops_and_holds_white)
{
    static const double dark[3] = {0.02, 0.02, 0.02}, full[3] = {1, 1, 1};
    double out[3];

    one("exposure=1", dark, out);
    assert_true(fabs(pow(out[1] / dark[1], 2.4) - 2) < 1e-3);
    one("exposure=-2", dark, out);
    assert_true(fabs(pow(out[1] / dark[1], 2.4) - 0.25) < 1e-3);
    one("exposure=2;warmth=60;gain_blue=1.4", full, out);
    for (int c = 0; c < 3; c++)
        assert_true((float)out[c] == 1);
}

TEST(the_contrast_is_undone_by_its_inverse)
{
    for (int i = 0; i <= 20; i++) {
        const double v = i / 20.0, in[3] = {v, v, v};
        double mid[3], out[3];

        one("contrast=0.7;pivot=0.3", in, mid);
        one("contrast=-0.7;pivot=0.3", mid, out);
        assert_true(fabs(out[0] - v) < 1e-12);
    }
}

TESTS(powers_are_those_of_libm, neutral_values_are_the_identity,
      every_value_has_an_effect_and_keeps_the_laws, any_values_keep_the_laws,
      warmth_is_the_light_of_that_temperature,
      exposure_is_in_stops_and_holds_white,
      the_contrast_is_undone_by_its_inverse)
