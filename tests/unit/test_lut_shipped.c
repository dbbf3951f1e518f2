/* Tables that come with the program: names, files, and what each claims. */

#include <unistd.h>

#include "test.h"

#include "base/text.h"
#include "codec/lut_make.h"
#include "codec/lut_shipped.h"
#include "look/look.h"
#include "lut_measure.h"
#include "pixels.h"

static struct lut_recipe shipped_recipe(const char *name)
{
    struct lut_recipe r;
    struct err e = {0};

    if (lut_shipped_recipe(name, &r, &e) < 0)
        fail_msg("%s", e.text);
    return r;
}

#define ANY 1e9 /* no claim */

/*
 * What each shipped table claims. Greys: the largest chroma of a grey in
 * CIELAB, or no claim; warm and cool: the sign of b* of middle greys.
 */
static const struct claim {
    const char *name;
    bool white, black, one_to_one;
    double greys;
    int warm; /* 1 warm, -1 cool */
} claims[] = {
    {"bleach_silver", true, true, true, 0.5, 0},
    {"evening_blue", false, true, true, ANY, -1},
    {"garden_fresh", true, true, true, 0.01, 0},
    {"glass_clear", true, true, true, ANY, -1},
    {"linen_bright", true, true, true, 1.5, 1},
    {"metal_crisp", true, true, true, ANY, -1},
    {"monochrome_silver", true, true, false, 1.5, 0},
    {"montecito_golden_hour", false, true, true, ANY, 1},
    {"negative_print", true, false, true, 3.5, 1},
    {"neutral_luxe", true, true, true, 0.5, 0},
    {"print_2393", true, true, true, 3.5, 1},
    {"soft_matte", false, false, true, ANY, 0},
    {"spanish_colonial_warm", true, true, true, ANY, 1},
    {"stone_cool", true, true, true, ANY, -1},
    {"terrace_sunset", false, true, true, ANY, 1},
    {"wood_warm", true, true, true, 2, 1},
};
#define CLAIMS (int)(sizeof(claims) / sizeof(*claims))

/* A step of 1/32 may change by this from a node to the next. */
#define BEND_MAX 0.018

static void check_claim(const struct claim *c, const struct measured *m)
{
    bool white = true, black = true;

    for (int i = 0; i < 3; i++) {
        white = white && m->top[i] == 1;
        black = black && m->toe[i] == 0;
    }
    if (white != c->white || black != c->black)
        fail_msg("%s: white kept %d, black kept %d", c->name, white, black);
    if (!(m->lo >= 0 && m->hi <= 1))
        fail_msg("%s: values from %g to %g", c->name, m->lo, m->hi);
    if (!(m->grey > 0.005) || !(m->rise > 0))
        fail_msg("%s: least steps %g, %g", c->name, m->grey, m->rise);
    if (c->one_to_one && !(m->volume > 0))
        fail_msg("%s: folds, %g", c->name, m->volume);
    if (!(m->bend < BEND_MAX))
        fail_msg("%s: second difference %g", c->name, m->bend);
    if (!(m->tint <= c->greys))
        fail_msg("%s: a grey has chroma %g", c->name, m->tint);
    if (c->warm && !(m->b[1] * c->warm > 0.5))
        fail_msg("%s: b* of middle grey is %g", c->name, m->b[1]);
}

TEST(shipped_tables_do_what_they_claim)
{
    for (int i = 0; i < CLAIMS; i++) {
        const struct lut_recipe r = shipped_recipe(claims[i].name);
        struct lut *lut = make(&r, LUT_MAKE_SIZE);
        const struct measured m = measure(lut);

        assert_string_equal(shipped_luts[i].name, claims[i].name);
        check_claim(&claims[i], &m);
        lut_free(lut);
    }
    assert_null(shipped_luts[CLAIMS].name);
}

/* Old tables of the same names went down towards white, or cut it off. */
TEST(no_shipped_table_is_darker_than_a_grey_below)
{
    for (int i = 0; i < CLAIMS; i++) {
        const struct lut_recipe r = shipped_recipe(claims[i].name);
        struct lut_maker maker;
        double last = -1;

        lut_maker_init(&maker, &r);
        for (int k = 0; k <= 1000; k++) {
            const double v = k / 1000.0, in[3] = {v, v, v};
            double out[3], y;

            lut_maker_color(&maker, in, out);
            y = 0.2126 * out[0] + 0.7152 * out[1] + 0.0722 * out[2];
            if (!(y > last))
                fail_msg("%s: %g is not brighter", claims[i].name, v);
            last = y;
        }
    }
}

/* Half the error in each finer cube: 33 nodes are enough. */
TEST(finer_cubes_agree)
{
    for (int i = 0; i < CLAIMS; i++) {
        const struct lut_recipe r = shipped_recipe(claims[i].name);
        struct lut *coarse = make(&r, 33), *fine = make(&r, 65);
        double sum = 0;

        for (int k = 0; k < 33 * 33 * 33; k++) {
            const int x = k % 33, y = k / 33 % 33, z = k / 33 / 33;

            for (int c = 0; c < 3; c++)
                assert_true(coarse->node[4 * k + c] ==
                            node_of(fine, 2 * x, 2 * y, 2 * z)[c]);
            if (x == 32)
                continue;
            for (int c = 0; c < 3; c++)
                sum += fabs((double)node_of(fine, 2 * x + 1, 2 * y, 2 * z)[c] -
                            0.5 * ((double)node_of(coarse, x, y, z)[c] +
                                   (double)node_of(coarse, x + 1, y, z)[c]));
        }
        if (sum / (32 * 33 * 33 * 3) > 0.5 / 1023)
            fail_msg("%s: %g between nodes", claims[i].name,
                     sum / (32 * 33 * 33 * 3));
        lut_free(coarse);
        lut_free(fine);
    }
}

TEST(every_file_is_small_and_says_what_it_is)
{
    for (const struct shipped *s = shipped_luts; s->name; s++) {
        const struct lut_recipe r = shipped_recipe(s->name);

        if (s->len >= 1024 || strlen(r.doc) < 20 ||
            r.doc[strlen(r.doc) - 1] == '.')
            fail_msg("%s: %zu bytes, '%s'", s->name, s->len, r.doc);
        if (s > shipped_luts && strcmp(s[-1].name, s->name) >= 0)
            fail_msg("%s after %s", s->name, s[-1].name);
    }
}

TEST(a_name_is_made_where_a_file_is_read)
{
    const struct lut_recipe r = shipped_recipe("print_2393");
    struct lut *want = make(&r, 33), *lut = NULL;
    struct err e = {0};

    assert_int_equal(lut_load("print_2393", &lut, &e), 0);
    assert_int_equal(lut->size, 33);
    assert_memory_equal(lut->node, want->node, 33 * 33 * 33 * 16);
    lut_free(lut);
    lut_free(want);
}

static void put_file(const char *name, const char *text)
{
    FILE *f = fopen(name, "w");

    assert_non_null(f);
    fputs(text, f);
    assert_int_equal(fclose(f), 0);
}

static const char small[] = "LUT_3D_SIZE 2\n0 0 0\n1 0 0\n0 1 0\n1 1 0\n"
                            "0 0 1\n1 0 1\n0 1 1\n1 1 1\n";

TEST(names_win_only_without_slash_and_dot)
{
    struct lut *lut = NULL;
    struct err e = {0};

    put_file("wood_warm", small);
    assert_int_equal(lut_load("wood_warm", &lut, &e), 0);
    assert_int_equal(lut->size, 33);
    lut_free(lut);
    assert_int_equal(lut_load("./wood_warm", &lut, &e), 0);
    assert_int_equal(lut->size, 2);
    lut_free(lut);
    assert_int_equal(unlink("wood_warm"), 0);
}

TEST(an_unknown_name_is_refused_with_the_nearest)
{
    struct lut *lut = NULL;
    struct err e = {0};

    assert_int_equal(lut_load("print2393", &lut, &e), ERR_ARG);
    assert_non_null(strstr(e.text, "'print_2393'"));
    assert_int_equal(lut_load("golden_hour", &lut, &e), ERR_ARG);
    assert_non_null(strstr(e.text, "'montecito_golden_hour'"));
    assert_int_equal(lut_load("zzzzzzzzzzzzzzzzzz", &lut, &e), ERR_ARG);
    assert_non_null(strstr(e.text, "portal lut list"));
    assert_null(lut);
}

/* In code values of the table: a grey of its middle node comes out as there. */
TEST(the_operation_takes_names)
{
    const struct lut_recipe r = shipped_recipe("montecito_golden_hour");
    struct lut *lut = make(&r, 33);
    const float *node = node_of(lut, 16, 16, 16);
    const double light = pow((0.5 + 0.055) / 1.055, 2.4);
    const double grey[3] = {light, light, light};
    double got[3], want[3], work[3];
    /* ITU-R BT.2087, linear BT.709 to BT.2020. */
    static const double m[3][3] = {{0.627404, 0.329283, 0.043313},
                                   {0.069097, 0.919540, 0.011362},
                                   {0.016391, 0.088013, 0.895595}};

    for (int c = 0; c < 3; c++)
        want[c] = pow(((double)node[c] + 0.055) / 1.055, 2.4);
    for (int i = 0; i < 3; i++)
        work[i] = m[i][0] * want[0] + m[i][1] * want[1] + m[i][2] * want[2];
    run_one("lut3d", "file=montecito_golden_hour", grey, got);
    near(got, work, 1e-5, "middle grey");
    lut_free(lut);
}

static struct hash128 hash_of(const char *text, int want)
{
    struct look *look = NULL;
    struct hash128 hash = {0, 0};
    struct err e = {0};

    assert_int_equal(
        look_parse(text, strlen(text), "a", "not/there", &look, &e), 0);
    assert_int_equal(look_hash(look, &hash, &e), want);
    look_free(look);
    return hash;
}

TEST(looks_with_names_need_no_file_to_be_told_apart)
{
    const struct hash128 a = hash_of("- lut3d: {file: wood_warm}", 0);
    const struct hash128 b = hash_of("- lut3d: {file: stone_cool}", 0);
    const struct hash128 again = hash_of("- lut3d: {file: wood_warm}", 0);

    assert_true(a.hi != b.hi || a.lo != b.lo);
    assert_true(a.hi == again.hi && a.lo == again.lo);
    hash_of("- lut3d: {file: wood_wram}", ERR_ARG);
    hash_of("- lut3d: {file: wood_warm.cube}", ERR_IO);
}

TEST(no_allocation_failure_breaks_a_name)
{
    for (long n = 1;; n++) {
        const size_t before = mem_used();
        struct lut *lut = NULL;
        struct err e = {0};
        int rc;

        mem_fail_at(n);
        rc = lut_load("wood_warm", &lut, &e);
        mem_fail_at(0);
        lut_free(lut);
        assert_int_equal(mem_used(), before);
        if (!mem_failed()) {
            assert_int_equal(rc, 0);
            break;
        }
        assert_int_equal(rc, ERR_MEM);
    }
}

TESTS(every_file_is_small_and_says_what_it_is,
      a_name_is_made_where_a_file_is_read, names_win_only_without_slash_and_dot,
      an_unknown_name_is_refused_with_the_nearest, the_operation_takes_names,
      looks_with_names_need_no_file_to_be_told_apart,
      no_allocation_failure_breaks_a_name, shipped_tables_do_what_they_claim,
      no_shipped_table_is_darker_than_a_grey_below, finer_cubes_agree)
