/* What is said of LUTs, of such that were made so that it is known. */

#include "test.h"

#include "codec/lut.h"
#include "image/lab.h"
#include "run/lut_diff.h"
#include "run/lut_facts.h"

typedef void formula(const double in[3], double out[3]);

static struct lut *cube_of(int size, formula *f)
{
    struct lut *lut = NULL;
    struct err e = {0};

    assert_int_equal(lut_new(0, size, &lut, &e), 0);
    for (int i = 0; i < size * size * size; i++) {
        const double n = size - 1;
        const double in[3] = {i % size / n, i / size % size / n,
                              i / size / size / n};
        double out[3];

        f(in, out);
        for (int c = 0; c < 3; c++)
            lut->node[4 * (size_t)i + (size_t)c] = (float)out[c];
        lut->node[4 * (size_t)i + 3] = 0;
    }
    return lut;
}

static struct lut_facts facts_of(struct lut *lut)
{
    struct lut_facts f;
    struct err e = {0};

    assert_int_equal(lut_measure(lut, &f, &e), 0);
    lut_free(lut);
    return f;
}

static bool near(double a, double b)
{
    return fabs(a - b) < 1e-6;
}

static void same(const double in[3], double out[3])
{
    for (int c = 0; c < 3; c++)
        out[c] = in[c];
}

TEST(an_identity_does_nothing)
{
    for (int size = 2; size < 40; size += 15) {
        const struct lut_facts f = facts_of(cube_of(size, same));

        for (int c = 0; c < 3; c++) {
            assert_true(f.min[c] == 0 && f.max[c] == 1);
            assert_true(f.axis[c].falls == 0 && f.axis[c].worst == 0);
        }
        assert_true(f.outside == 0 && f.folded == 0 && f.flat == 0);
        assert_true(f.drift_max < 1e-4 && f.identity_max < 1e-4);
        assert_true(f.kink < 1e-4 && near(f.steepest, 1));
        assert_true(lut_keeps_black(&f) && lut_keeps_white(&f));
        assert_string_equal(lut_risk(&f), "none");
    }
}

/* Red turned around: every step falls, all of it is inside out. */
static void negative(const double in[3], double out[3])
{
    same(in, out);
    out[0] = 1 - in[0];
}

TEST(what_falls_is_counted)
{
    const struct lut_facts f = facts_of(cube_of(5, negative));

    assert_true(f.axis[0].falls == 1 && f.axis[1].falls == 0);
    assert_true(near(f.axis[0].worst, 0.25));
    assert_true(f.folded == 1 && f.flat == 0);
    assert_false(lut_keeps_black(&f));
    assert_true(near(f.identity_code, 1));
}

/* Green rises to 0.75 and falls to 0.5 in the last of four steps. */
static void hump(const double in[3], double out[3])
{
    same(in, out);
    out[1] = in[1] > 0.8 ? 0.5 : in[1];
}

TEST(a_hump_is_found)
{
    const struct lut_facts f = facts_of(cube_of(5, hump));

    assert_true(near(f.axis[1].falls, 0.25) && near(f.axis[1].worst, 0.25));
    assert_true(near(f.axis[1].at, 0.75));
    assert_true(near(f.folded, 0.25));
    assert_true(near(f.bend, 0.5) && near(f.kink, 2) && f.bend_axis == 1);
    assert_true(near(f.bend_at, 0.75));
    assert_string_equal(lut_risk(&f), "high");
}

/* Twice as bright, cut off: half of each axis is flat. */
static void clipped(const double in[3], double out[3])
{
    for (int c = 0; c < 3; c++)
        out[c] = fmin(2 * in[c], 1);
}

static void beyond(const double in[3], double out[3])
{
    for (int c = 0; c < 3; c++)
        out[c] = 2 * in[c];
}

TEST(what_is_cut_off_is_flat)
{
    const struct lut_facts f = facts_of(cube_of(9, clipped));
    const struct lut_facts g = facts_of(cube_of(9, beyond));

    assert_true(near(f.flat, 1 - 0.125) && f.folded == 0 && f.outside == 0);
    assert_true(near(f.steepest, 2) && near(f.kink, 2));
    /* The nodes that are not: those with all channels up to the fifth. */
    assert_true(near(g.outside, 1 - 125.0 / 729));
    assert_true(g.flat == 0 && near(g.max[2], 2));
}

/* Greys become 0.9 in blue: the worst is known by the colour difference. */
static void warm(const double in[3], double out[3])
{
    same(in, out);
    out[2] = 0.9 * in[2];
}

TEST(greys_that_drift)
{
    const struct lut_facts f = facts_of(cube_of(2, warm));
    const struct lab white = lab_of_display((double[3]){1, 1, 0.9});
    const struct lab grey = {white.l, 0, 0};
    const struct lab was = {100, 0, 0};

    assert_true(fabs(f.drift_max - lab_ciede2000(&white, &grey)) < 1e-4);
    assert_true(f.drift_at == 1 && f.drift_mean < f.drift_max);
    assert_true(lut_keeps_black(&f) && !lut_keeps_white(&f));
    assert_true(f.identity_max >= lab_ciede2000(&white, &was) - 1e-4);
}

/* A curve has its own steps, and slopes by its domain. */
TEST(curves_are_seen_as_they_are)
{
    struct lut *lut = NULL;
    struct lut_facts f;
    struct err e = {0};

    assert_int_equal(lut_new(101, 0, &lut, &e), 0);
    for (int c = 0; c < 3; c++) {
        lut->lo[c] = -1;
        lut->hi[c] = 3;
        for (int i = 0; i <= 100; i++)
            lut->curve[101 * c + i] = c == 2 && i == 50 ? 1 : (float)i / 50;
    }
    lut->curve[202 + 50] = 0.5f; /* blue falls once, of a hundred steps */
    f = facts_of(lut);
    assert_true(f.lo[0] == -1 && f.hi[1] == 3);
    assert_true(f.axis[0].falls == 0 && near(f.axis[2].falls, 0.01));
    assert_true(near(f.axis[2].worst, 0.48) && near(f.axis[2].at, 0.96));
    assert_true(fabs(f.steepest - (1.02 - 0.5) * 25) < 1e-4);
    assert_true(f.bend_axis == 2 && near(f.bend_at, 1));
}

TEST(a_matrix_is_measured_too)
{
    struct lut *lut = NULL;
    struct lut_facts f;
    struct err e = {0};
    static const char text[] =
        "<ProcessList id='a' compCLFversion='3'><Matrix inBitDepth='32f' "
        "outBitDepth='32f'><Array dim='3 3'>0 1 0 1 0 0 0 0 1</Array></Matrix>"
        "</ProcessList>";

    assert_int_equal(clf_parse(text, sizeof(text) - 1, &lut, &e), 0);
    f = facts_of(lut); /* red and green change places */
    assert_true(f.folded == 1 && f.flat == 0);
    assert_true(f.drift_max < 1e-4 && lut_keeps_white(&f));
}

TEST(differences_know_where)
{
    struct lut *a = cube_of(5, same), *b = cube_of(5, same);
    struct lut_gap gap;
    struct err e = {0};

    assert_int_equal(lut_diff(a, b, 0, &gap, &e), 0);
    assert_true(gap.code_max == 0 && gap.look_max == 0);
    assert_int_equal(gap.count, 65 * 65 * 65);
    b->node[4 * (1 + 5 * (2 + 5 * 3)) + 1] += 0.125f; /* r 1, g 2, b 3 */
    assert_int_equal(lut_diff(a, b, 9, &gap, &e), 0);
    assert_true(near(gap.code_max, 0.125));
    assert_true(near(gap.worst[0], 0.25) && near(gap.worst[1], 0.5) &&
                near(gap.worst[2], 0.75));
    assert_true(gap.look_max > 1 && gap.code_mean < 0.001);
    assert_int_equal(gap.count, 729);
    lut_free(a);
    lut_free(b);
}

/* One point of many, whose neighbours are the same; a node beyond 65 a side. */
TEST(no_point_is_too_small_to_be_seen)
{
    struct lut *a = NULL, *b = NULL;
    struct lut_gap gap;
    struct err e = {0};

    assert_int_equal(lut_new(1000, 0, &a, &e), 0);
    assert_int_equal(lut_new(1000, 0, &b, &e), 0);
    for (int i = 0; i < 3000; i++)
        a->curve[i] = b->curve[i] = (float)(i % 1000) / 999;
    b->curve[1001] += 0.01f;
    assert_int_equal(lut_diff(a, b, 0, &gap, &e), 0);
    assert_true(near(gap.code_max, 0.01) && near(gap.worst[1], 1 / 999.0));
    lut_free(a);
    lut_free(b);
    a = cube_of(68, same);
    b = cube_of(68, same);
    b->node[4 * (33 + 68 * (41 + 68 * 5))] += 0.01f;
    assert_int_equal(lut_diff(a, b, 0, &gap, &e), 0);
    assert_true(near(gap.code_max, 0.01) && near(gap.worst[0], 33 / 67.0));
    lut_free(a);
    lut_free(b);
}

TESTS(an_identity_does_nothing, what_falls_is_counted, a_hump_is_found,
      what_is_cut_off_is_flat, greys_that_drift, curves_are_seen_as_they_are,
      a_matrix_is_measured_too, differences_know_where,
      no_point_is_too_small_to_be_seen)
