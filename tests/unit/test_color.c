/* image/color.h: spaces, curves, adaptation and ICC profiles. */

#include "test.h"

#include "base/mem.h"
#include "image/color.h"

static void near(double got, double want, double within)
{
    if (!(fabs(got - want) <= within))
        fail_msg("%.9g is not %.9g within %g", got, want, within);
}

static void near_matrix(const struct mat3 *m, const double want[9],
                        double within)
{
    for (int i = 0; i < 9; i++)
        near(m->m[i / 3][i % 3], want[i], within);
}

static struct color *space_color(enum space s)
{
    struct color *c = NULL;
    struct err e = {0};

    assert_int_equal(color_from_space(s, false, &c, &e), 0);
    return c;
}

TEST(matrices_are_the_published_ones)
{
    /* ITU-R BT.2087-0, annex 2 */
    static const double bt2087[9] = {0.6274, 0.3293, 0.0433, 0.0691, 0.9195,
                                     0.0114, 0.0164, 0.0880, 0.8956};
    /* Academy S-2014-004, annex A: AP0 to AP1 */
    static const double ap1[9] = {1.4514393161,  -0.2365107469, -0.2149285693,
                                  -0.0765537734, 1.1762296998,  -0.0996759264,
                                  0.0083161484,  -0.0060324498, 0.9977163014};
    /* IEC 61966-2-1 */
    static const double srgb[9] = {0.4124, 0.3576, 0.1805, 0.2126, 0.7152,
                                   0.0722, 0.0193, 0.1192, 0.9505};
    struct mat3 m;

    m = primaries_convert(space_primaries(SPACE_SRGB),
                          space_primaries(SPACE_REC2020), ADAPT_BRADFORD);
    near_matrix(&m, bt2087, 5.1e-5);
    m = primaries_convert(space_primaries(SPACE_ACES2065),
                          space_primaries(SPACE_ACESCG), ADAPT_CAT16);
    near_matrix(&m, ap1, 1e-9);
    m = primaries_to_xyz(space_primaries(SPACE_SRGB));
    near_matrix(&m, srgb, 6e-5);
}

TEST(adaptation_is_the_published_one)
{
    /* ICC.1:2010, annex E.3: D65 to D50 */
    static const double bradford[9] = {1.047886,  0.022919, -0.050216,
                                       0.029582,  0.990484, -0.017079,
                                       -0.009252, 0.015073, 0.751678};
    const struct mat3 m = adapt_matrix((const double[2]){0.3127, 0.3290},
                                       color_d50, ADAPT_BRADFORD);
    const struct mat3 same = adapt_matrix(color_d50, color_d50, ADAPT_CAT16);

    near_matrix(&m, bradford, 1e-4);
    assert_true(mat3_is_identity(&same, 1e-12));
}

TEST(whites_are_white_and_greys_grey)
{
    for (int s = 0; s < SPACE_COUNT; s++) {
        struct color *c = space_color((enum space)s);
        struct mat3 one = mat3_mul(&c->to_work, &c->from_work);

        for (int i = 0; i < 3; i++)
            near(c->to_work.m[i][0] + c->to_work.m[i][1] + c->to_work.m[i][2],
                 1, 1e-12);
        assert_true(mat3_is_identity(&one, 1e-12));
        near(curve_decode(&c->curve[0], 1), 1, 1e-12);
        color_free(c);
    }
}

TEST(names_find_their_spaces)
{
    for (int i = 0; i < SPACE_COUNT; i++) {
        enum space s = SPACE_COUNT;

        assert_true(space_find(space_name((enum space)i), &s));
        assert_int_equal(s, i);
    }
    assert_false(space_find("srgb2", &(enum space){0}));
}

TEST(curves_pass_their_published_points)
{
    struct curve c = curve_named(CURVE_PQ);

    near(curve_encode(&c, 1), 0.5807, 1e-4); /* BT.2408: 58 % */
    near(curve_encode(&c, 100.0 / 203), 0.5081, 1e-4);
    near(curve_decode(&c, 1), 10000.0 / 203, 1e-9);
    c = curve_named(CURVE_HLG);
    near(curve_encode(&c, 1), 0.75, 1e-12);
    near(curve_decode(&c, 0.5) / curve_decode(&c, 1), 1.0 / 12, 1e-6);
    c = curve_named(CURVE_LOGC3);
    near(curve_encode(&c, 0.18), 0.391007, 1e-6);
    near(curve_encode(&c, 0), 0.092809, 1e-12);
    c = curve_named(CURVE_SLOG3);
    near(curve_encode(&c, 0.18) * 1023, 420, 1e-9);
    near(curve_encode(&c, 0) * 1023, 95, 1e-9);
    near(curve_encode(&c, 0.9) * 1023, 598, 0.5);
    c = curve_srgb();
    near(curve_decode(&c, 0.5), 0.214041, 1e-6);
    c = space_curve(SPACE_REC709);
    near(curve_encode(&c, 0.018), 0.081, 1e-4);
    c = space_curve(SPACE_PROPHOTO);
    near(curve_encode(&c, 1.0 / 512), 1.0 / 32, 1e-12);
}

static void curves_invert(const struct curve *c)
{
    for (int i = -65535; i <= 2 * 65535; i++) {
        const double x = i / 65535.0;

        near(curve_encode(c, curve_decode(c, x)), x, 4e-6);
    }
}

TEST(every_curve_inverts_and_is_mirrored)
{
    for (int s = 0; s < SPACE_COUNT; s++) {
        struct curve c = space_curve((enum space)s);

        curves_invert(&c);
        near(curve_decode(&c, -0.7), -curve_decode(&c, 0.7), 0);
    }
    for (int k = CURVE_HLG; k <= CURVE_SLOG3; k++) {
        struct curve c = curve_named((enum curve_kind)k);

        curves_invert(&c);
    }
    for (int i = 1; i <= 65535; i++) { /* PQ: code 0 is below its black */
        struct curve c = curve_named(CURVE_PQ);

        near(curve_encode(&c, curve_decode(&c, i / 65535.0)), i / 65535.0,
             1e-9);
    }
}

TEST(tables_interpolate_and_invert)
{
    float points[5] = {0.0f, 0.0f, 0.25f, 0.5f, 1.0f};
    struct curve c = {.kind = CURVE_TABLE, .points = 5, .table = points};

    near(curve_decode(&c, 0.625), 0.375, 1e-12);
    near(curve_decode(&c, 7), 1, 0);
    near(curve_encode(&c, 0.375), 0.625, 1e-12);
    near(curve_encode(&c, 0), 0, 0);
    near(curve_encode(&c, 2), 1, 0);
}

static struct color *readback(const struct color *c, int channels)
{
    uint8_t *icc = NULL;
    size_t len = 0;
    struct color *back = NULL;
    struct err e = {0};

    if (color_make_icc(c, &icc, &len, &e) < 0)
        fail_msg("%s: %s", c->name, e.text);
    if (color_from_icc(icc, len, channels, &back, &e) < 0)
        fail_msg("%s: %s", c->name, e.text);
    assert_in_range(len, 300, 1024);
    mem_free(icc);
    return back;
}

TEST(made_profiles_read_back_equal)
{
    for (int s = 0; s < SPACE_COUNT; s++)
        for (int linear = 0; linear < 2; linear++) {
            struct color *c = NULL, *back;
            struct err e = {0};

            assert_int_equal(color_from_space((enum space)s, linear, &c, &e),
                             0);
            back = readback(c, 3);
            if (!color_equal(c, back))
                fail_msg("%s differs", c->name);
            assert_int_equal(back->kind, COLOR_MATRIX);
            assert_int_equal(back->curve[0].kind, c->curve[0].kind);
            assert_string_equal(c->name, back->name);
            color_free(back);
            color_free(c);
        }
}

TEST(different_spaces_differ)
{
    for (int i = 0; i < SPACE_COUNT; i++)
        for (int j = 0; j < SPACE_COUNT; j++) {
            struct color *a = space_color((enum space)i);
            struct color *b = space_color((enum space)j);

            assert_int_equal(color_equal(a, b), i == j);
            color_free(a);
            color_free(b);
        }
}

TEST(grey_and_table_profiles_read_back)
{
    struct color *c = space_color(SPACE_SRGB), *back;
    float points[64];

    c->kind = COLOR_GREY;
    back = readback(c, 1);
    assert_int_equal(back->kind, COLOR_GREY);
    assert_true(curve_equal(&c->curve[0], &back->curve[0]));
    color_free(back);

    for (int i = 0; i < 64; i++)
        points[i] = 0.5f * (float)i / 63.0f + 0.5f * (float)(i * i) / 3969.0f;
    c->kind = COLOR_MATRIX;
    for (int i = 0; i < 3; i++)
        c->curve[i] = (struct curve){
            .kind = CURVE_TABLE,
            .points = 64,
            .table = mem_copy(points, sizeof(points)),
        };
    back = readback(c, 3);
    assert_int_equal(back->curve[2].kind, CURVE_TABLE);
    assert_int_equal(back->curve[2].points, 64);
    assert_true(color_equal(c, back));
    color_free(back);
    color_free(c);
}

TEST(tables_of_known_curves_are_recognised)
{
    static const double gammas[] = {1, 1.8, 2.2, 563.0 / 256};

    for (int t = 0; t < 5; t++) {
        struct color *c = space_color(SPACE_SRGB), *back;
        const struct curve want = t < 4 ? curve_gamma(gammas[t]) : curve_srgb();
        float points[1024];

        for (int i = 0; i < 1024; i++)
            points[i] = (float)curve_decode(&want, i / 1023.0);
        c->kind = COLOR_GREY;
        c->curve[0] = (struct curve){
            .kind = CURVE_TABLE,
            .points = 1024,
            .table = mem_copy(points, sizeof(points)),
        };
        {
            uint8_t *icc = NULL;
            size_t len = 0;
            struct err e = {0};

            assert_int_equal(color_make_icc(c, &icc, &len, &e), 0);
            assert_int_equal(color_from_icc(icc, len, 1, &back, &e), 0);
            mem_free(icc);
        }
        assert_int_equal(back->curve[0].kind, want.kind);
        near(back->curve[0].g, want.g, 1e-9);
        color_free(back);
        color_free(c);
    }
}

TEST(camera_curves_have_no_profile)
{
    const struct curve pq = curve_named(CURVE_PQ);
    struct color *c = NULL;
    uint8_t *icc = NULL;
    size_t len;
    struct err e = {0};

    assert_int_equal(color_from_primaries(space_primaries(SPACE_REC2020), &pq,
                                          "Rec.2100 PQ", &c, &e),
                     0);
    assert_int_equal(color_make_icc(c, &icc, &len, &e), ERR_ARG);
    assert_null(icc);
    color_free(c);
}

TEST(odd_primaries_are_refused)
{
    static const struct primaries odd[] = {
        {{{0.3, 0.3}, {0.4, 0.4}, {0.5, 0.5}, {0.3127, 0.3290}}},
        {{{0.64, 0.33}, {0.3, 0.6}, {0.15, 0.06}, {0.3, 0}}},
        {{{0, 0}, {0, 0}, {0, 0}, {0, 0}}},
        {{{(double)NAN, 0.33}, {0.3, 0.6}, {0.15, 0.06}, {0.3127, 0.3290}}},
        {{{(double)INFINITY, 0.3}, {0.3, 0.6}, {0.15, 0.06}, {0.3127, 0.3290}}},
    };
    const struct curve line = curve_named(CURVE_LINEAR);

    for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
        struct color *c = NULL;
        struct err e = {0};

        if (color_from_primaries(&odd[i], &line, "odd", &c, &e) != ERR_DATA)
            fail_msg("case %zu is taken", i);
        assert_null(c);
    }
}

/* Each byte changed in a few ways, and each length: refused or usable. */
TEST(damaged_profiles_do_no_harm)
{
    struct color *c = space_color(SPACE_SRGB), *back;
    uint8_t *icc = NULL;
    size_t len = 0;
    struct err e = {0};

    assert_int_equal(color_make_icc(c, &icc, &len, &e), 0);
    for (size_t n = 0; n < len; n++)
        if (color_from_icc(icc, n, 3, &back, &e) == 0)
            color_free(back);
    for (size_t i = 0; i < len * 4; i++) {
        static const uint8_t bits[] = {0xff, 0x80, 0x01, 0x7f};
        const uint8_t old = icc[i / 4];

        icc[i / 4] ^= bits[i % 4];
        if (color_from_icc(icc, len, 3, &back, &e) == 0) {
            for (int k = 0; k < 3; k++)
                assert_true(isfinite(curve_decode(&back->curve[k], 0.3)));
            color_free(back);
        }
        icc[i / 4] = old;
    }
    assert_int_equal(color_from_icc("", 0, 3, &back, &e), ERR_DATA);
    assert_int_equal(color_from_icc(icc, len, 4, &back, &e), ERR_DATA);
    assert_int_equal(color_from_icc(icc, len, 1, &back, &e), ERR_DATA);
    mem_free(icc);
    color_free(c);
}

TEST(want_of_memory_is_reported)
{
    struct color *c = space_color(SPACE_ADOBERGB), *back = NULL;
    const size_t used = mem_used();
    uint8_t *icc = NULL;
    size_t len = 0;
    bool failed = true;

    for (long n = 1; failed; n++) {
        struct err e = {0};
        int rc;

        mem_fail_at(n);
        rc = color_make_icc(c, &icc, &len, &e);
        if (rc == 0)
            rc = color_from_icc(icc, len, 3, &back, &e);
        failed = mem_failed();
        mem_fail_at(0);
        if (rc < 0)
            assert_int_equal(rc, ERR_MEM);
        mem_free(icc);
        icc = NULL;
        color_free(back);
        back = NULL;
        assert_int_equal(mem_used(), used);
    }
    color_free(c);
}

TESTS(matrices_are_the_published_ones, adaptation_is_the_published_one,
      whites_are_white_and_greys_grey, names_find_their_spaces,
      curves_pass_their_published_points, every_curve_inverts_and_is_mirrored,
      tables_interpolate_and_invert, made_profiles_read_back_equal,
      different_spaces_differ, grey_and_table_profiles_read_back,
      tables_of_known_curves_are_recognised, camera_curves_have_no_profile,
      odd_primaries_are_refused, damaged_profiles_do_no_harm,
      want_of_memory_is_reported)
