/* codec/convert.h: what goes in comes back, and means what the colour says. */

#include <stdlib.h>

#include "test.h"

#include "base/mem.h"
#include "codec/convert.h"
#include "kern/curve.h"

#define CODES  65536
#define PLANES 8

/* A row of planes and the arena that conversions need. */
struct bench {
    float *plane[PLANES];
    struct arena scratch;
};

static struct bench bench_new(size_t n)
{
    struct bench b = {0};
    struct err e = {0};

    for (int p = 0; p < PLANES; p++)
        assert_non_null(b.plane[p] = mem_zero(n, sizeof(float)));
    assert_int_equal(arena_init(&b.scratch, 65536, &e), 0);
    return b;
}

static void bench_free(struct bench *b)
{
    for (int p = 0; p < PLANES; p++)
        mem_free(b->plane[p]);
    arena_release(&b->scratch);
}

static struct convert *make(const struct pixfmt *f, const struct color *c,
                            bool dither)
{
    struct convert *v = NULL;
    struct err e = {0};

    if (convert_new(f, c, dither, &v, &e) < 0)
        fail_msg("%s", e.text);
    assert_in_range(convert_scratch(v, 70000), 0, 65536);
    return v;
}

/* src in one format to planes to dst in another, without colour. */
static void pass(const struct pixfmt *from, const struct pixfmt *to,
                 const void *src, void *dst, size_t n)
{
    struct convert *in = make(from, NULL, false);
    struct convert *out = make(to, NULL, false);
    struct bench b = bench_new(n);

    convert_in(in, kern_best(), src, n, b.plane, &b.scratch);
    convert_out(out, kern_best(), b.plane, n, 0, dst, &b.scratch);
    bench_free(&b);
    convert_free(in);
    convert_free(out);
}

static const struct pixfmt formats[] = {
    {.colors = 1, .alpha = -1},
    {.colors = 1, .alpha = -1, .inverted = true},
    {.colors = 1, .extras = 1, .alpha = 0, .associated = true},
    {.colors = 3, .alpha = -1},
    {.colors = 3, .extras = 1, .alpha = 0},
    {.colors = 3, .extras = 1, .alpha = 0, .associated = true},
    {.colors = 3, .extras = 3, .alpha = 1, .associated = true},
};
#define FORMATS (sizeof(formats) / sizeof(formats[0]))

TEST(integers_and_halves_come_back_exactly)
{
    static const enum sample types[] = {SAMPLE_U8, SAMPLE_U16, SAMPLE_F16};
    const size_t most = CODES * 6;
    uint16_t *src = mem_array(most, 2), *dst = mem_array(most, 2);

    for (size_t t = 0; t < 3; t++)
        for (size_t i = 0; i < FORMATS; i++) {
            struct pixfmt f = formats[i];
            const size_t m = (size_t)pixfmt_samples(&f);
            uint64_t seed = 1;

            f.type = types[t];
            if (f.type == SAMPLE_F16 && (f.associated || f.inverted))
                continue; /* arithmetic on floats rounds */
            for (size_t k = 0; k < CODES * m; k++) {
                seed = seed * 6364136223846793005u + 1442695040888963407u;
                src[k] = (uint16_t)(k % m == 0 ? k / m : seed >> 48);
            }
            memset(dst, 0xa5, most * 2);
            pass(&f, &f, src, dst, CODES);
            assert_memory_equal(src, dst, CODES * pixfmt_bytes(&f));
        }
    mem_free(src);
    mem_free(dst);
}

TEST(floats_keep_every_bit)
{
    const struct pixfmt f = {.type = SAMPLE_F32, .colors = 3, .alpha = -1};
    const size_t n = 100000;
    uint32_t *src = mem_array(3 * n, 4), *dst = mem_array(3 * n, 4);
    uint64_t seed = 7;

    for (size_t i = 0; i < 3 * n; i++) {
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        src[i] = (uint32_t)(seed >> 32); /* NaN and infinities among them */
    }
    pass(&f, &f, src, dst, n);
    assert_memory_equal(src, dst, 12 * n);
    mem_free(src);
    mem_free(dst);
}

TEST(bits_are_scaled_and_rounded)
{
    const struct pixfmt narrow = {.type = SAMPLE_U8, .colors = 1, .alpha = -1};
    const struct pixfmt wide = {.type = SAMPLE_U16, .colors = 1, .alpha = -1};
    uint16_t *codes = mem_array(CODES, 2);
    uint8_t *bytes = mem_array(CODES, 1);

    for (int i = 0; i < 256; i++)
        bytes[i] = (uint8_t)i;
    pass(&narrow, &wide, bytes, codes, 256);
    for (int i = 0; i < 256; i++)
        assert_int_equal(codes[i], i * 257);
    for (int i = 0; i < CODES; i++)
        codes[i] = (uint16_t)i;
    pass(&wide, &narrow, codes, bytes, CODES);
    for (int i = 0; i < CODES; i++)
        assert_int_equal(bytes[i], (i + 128) / 257);
    mem_free(codes);
    mem_free(bytes);
}

TEST(odd_floats_become_defined_integers)
{
    const struct pixfmt from = {.type = SAMPLE_F32, .colors = 1, .alpha = -1};
    const float src[] = {NAN, INFINITY, -INFINITY, 1e30f, -1.0f, 0.5f};
    static const uint16_t want[] = {0, 65535, 0, 65535, 0, 32768};
    struct pixfmt to = from;
    uint32_t wide[6];
    uint16_t got[6];

    to.type = SAMPLE_U16;
    pass(&from, &to, src, got, 6);
    assert_memory_equal(got, want, sizeof(want));
    to.type = SAMPLE_U32;
    pass(&from, &to, src, wide, 6);
    assert_int_equal(wide[0], 0);
    assert_int_equal(wide[1], 0xffffffff);
    assert_int_equal(wide[5], 0x80000000);
}

TEST(grey_of_zero_as_white_is_turned)
{
    const struct pixfmt from = {
        .type = SAMPLE_U8, .colors = 1, .alpha = -1, .inverted = true};
    const struct pixfmt to = {.type = SAMPLE_U8, .colors = 1, .alpha = -1};
    const uint8_t src[3] = {0, 100, 255};
    uint8_t dst[3];

    pass(&from, &to, src, dst, 3);
    assert_int_equal(dst[0], 255);
    assert_int_equal(dst[1], 155);
    assert_int_equal(dst[2], 0);
}

TEST(alpha_leaves_encoded_colours)
{
    const struct pixfmt from = {.type = SAMPLE_F32,
                                .colors = 3,
                                .extras = 1,
                                .alpha = 0,
                                .associated = true};
    struct pixfmt to = from;
    const float src[8] = {0.25f, 0.5f, 0.125f, 0.5f, 0.7f, 3.0f, 0.1f, 0.0f};
    const float want[8] = {0.5f, 1.0f, 0.25f, 0.5f, 0.7f, 3.0f, 0.1f, 0.0f};
    float dst[8], back[8];

    to.associated = false;
    pass(&from, &to, src, dst, 2);
    assert_memory_equal(dst, want, sizeof(want));
    pass(&from, &from, src, back, 2); /* colour without alpha: a sky */
    assert_memory_equal(back, src, sizeof(src));
}

static struct color *space_color(enum space s)
{
    struct color *c = NULL;
    struct err e = {0};

    assert_int_equal(color_from_space(s, false, &c, &e), 0);
    return c;
}

static struct color *curve_color(const struct curve *curve)
{
    struct color *c = NULL;
    struct err e = {0};

    assert_int_equal(color_from_primaries(space_primaries(SPACE_REC2020), curve,
                                          "test", &c, &e),
                     0);
    return c;
}

#define CURVES 11
static struct curve curve_number(int i)
{
    static const enum space spaces[] = {SPACE_SRGB, SPACE_ADOBERGB,
                                        SPACE_PROPHOTO, SPACE_REC709};
    static const double gammas[] = {1, 1.8, 2.6};
    static const enum curve_kind kinds[] = {CURVE_PQ, CURVE_HLG, CURVE_LOGC3,
                                            CURVE_SLOG3};

    return i < 4   ? space_curve(spaces[i])
           : i < 7 ? curve_gamma(gammas[i - 4])
                   : curve_named(kinds[i - 7]);
}

/*
 * All 16-bit codes: the kernel's light, put back by the reference, and the
 * reference's light, put back by the kernel, are the code within a quarter.
 */
TEST(curve_kernels_follow_the_reference)
{
    float *code = mem_array(CODES, 4), *light = mem_array(CODES, 4);
    float *ideal = mem_array(CODES, 4);

    for (int isa = 0; isa <= (int)cpu_isa(); isa++)
        for (int t = 0; t < CURVES; t++) {
            const struct kern *k = kern_for((enum isa)isa);
            const struct curve c = curve_number(t);
            double worst = 0;

            for (int i = 0; i < CODES; i++) {
                code[i] = (float)i / 65535.0f;
                ideal[i] = (float)curve_decode(&c, i / 65535.0);
            }
            curve_decode_row(k, &c, light, code, CODES);
            curve_encode_row(k, &c, ideal, ideal, CODES);
            for (int i = c.kind == CURVE_PQ; i < CODES; i++) {
                const double x = i / 65535.0;
                const double y = curve_encode(&c, (double)light[i]);

                worst = fmax(worst, fabs(y - x));
                worst = fmax(worst, fabs((double)ideal[i] - x));
            }
            if (!(worst * 65535 < 0.25))
                fail_msg("curve %d, level %d: off by %.3f codes", t, isa,
                         worst * 65535);
        }
    mem_free(code);
    mem_free(light);
    mem_free(ideal);
}

/* And both kernels in a row, to the sample type. */
TEST(every_curve_round_trips_16_bits)
{
    const struct pixfmt f = {.type = SAMPLE_U16, .colors = 1, .alpha = -1};
    uint16_t *src = mem_array(CODES, 2), *dst = mem_array(CODES, 2);
    struct bench b = bench_new(CODES);

    for (int i = 0; i < CODES; i++)
        src[i] = (uint16_t)i;
    for (int t = 0; t < CURVES; t++) {
        const struct curve curve = curve_number(t);
        struct color *c = curve_color(&curve);
        struct convert *v = make(&f, c, false);

        convert_in(v, kern_best(), src, CODES, b.plane, &b.scratch);
        convert_out(v, kern_best(), b.plane, CODES, 0, dst, &b.scratch);
        assert_memory_equal(src, dst, CODES * 2);
        convert_free(v);
        color_free(c);
    }
    bench_free(&b);
    mem_free(src);
    mem_free(dst);
}

/*
 * Through the matrix to float32 and back. A pure power has no end to its slope
 * near black, so a channel below 0.2 % beside bright ones loses codes there: in
 * Adobe RGB up to 16 of 65535.
 */
TEST(every_space_round_trips_16_bits)
{
    const struct pixfmt f = {.type = SAMPLE_U16, .colors = 3, .alpha = -1};
    uint16_t *src = mem_array(CODES * 3, 2), *dst = mem_array(CODES * 3, 2);
    struct bench b = bench_new(CODES);
    uint64_t seed = 3;

    for (int i = 0; i < CODES * 3; i++) {
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        src[i] = (uint16_t)(seed >> 48);
        if (i % 5 == 0)
            src[i] = (seed >> 40) & 1 ? 65535 : (uint16_t)(src[i] % 99);
    }
    for (int s = 0; s < SPACE_COUNT; s++) {
        struct color *c = space_color((enum space)s);
        struct convert *v = make(&f, c, false);

        convert_in(v, kern_best(), src, CODES, b.plane, &b.scratch);
        convert_out(v, kern_best(), b.plane, CODES, 0, dst, &b.scratch);
        for (int i = 0; i < CODES * 3; i++)
            if (abs(src[i] - dst[i]) > (s != SPACE_ADOBERGB ? 0
                                        : src[i] < 128      ? 16
                                                            : 1))
                fail_msg("%s: %d comes back as %d", c->name, src[i], dst[i]);
        convert_free(v);
        color_free(c);
    }
    bench_free(&b);
    mem_free(src);
    mem_free(dst);
}

TEST(greys_stay_grey)
{
    const struct pixfmt f = {.type = SAMPLE_U16, .colors = 3, .alpha = -1};
    uint16_t *src = mem_array(CODES * 3, 2);
    struct bench b = bench_new(CODES);

    for (int i = 0; i < CODES * 3; i++)
        src[i] = (uint16_t)(i / 3);
    for (int s = 0; s < SPACE_COUNT; s++) {
        struct color *c = space_color((enum space)s);
        struct convert *v = make(&f, c, false);

        convert_in(v, kern_best(), src, CODES, b.plane, &b.scratch);
        for (int i = 0; i < CODES; i++)
            for (int p = 0; p < 3; p += 2)
                assert_true(b.plane[p][i] == b.plane[1][i]);
        for (int p = 0; p < 3; p++)
            assert_true(fabsf(b.plane[p][CODES - 1] - 1.0f) <= 1e-6f);
        convert_free(v);
        color_free(c);
    }
    bench_free(&b);
    mem_free(src);
}

TEST(grey_is_the_luminance)
{
    const struct pixfmt f = {.type = SAMPLE_F32, .colors = 1, .alpha = -1};
    struct color *c = NULL;
    struct bench b = bench_new(1);
    struct err e = {0};
    struct convert *v;
    float grey;

    assert_int_equal(color_from_space(SPACE_SRGB, true, &c, &e), 0);
    v = make(&f, c, false);
    b.plane[0][0] = 0.5f;
    b.plane[1][0] = 0.25f;
    b.plane[2][0] = 1.0f;
    convert_out(v, kern_best(), b.plane, 1, 0, &grey, &b.scratch);
    assert_true(fabsf(grey - (0.5f * 0.2627f + 0.25f * 0.6780f + 0.0593f)) <
                1e-5f);
    grey = 0.3f;
    convert_in(v, kern_best(), &grey, 1, b.plane, &b.scratch);
    for (int p = 0; p < 3; p++)
        assert_true(b.plane[p][0] == 0.3f);
    convert_free(v);
    color_free(c);
    bench_free(&b);
}

/* The mean of many pixels is the value; black and white have no noise. */
TEST(dither_keeps_the_mean)
{
    const struct pixfmt f = {.type = SAMPLE_U8, .colors = 1, .alpha = -1};
    const size_t n = 50000;
    const float values[] = {0.0f, 0.3f, 100.25f / 255, 254.5f / 255, 1.0f};
    struct convert *v = make(&f, NULL, true);
    struct bench b = bench_new(n);
    uint8_t *row = mem_array(n, 1), *again = mem_array(n, 1);

    for (size_t t = 0; t < sizeof(values) / sizeof(values[0]); t++) {
        const double want = (double)values[t] * 255;
        double sum = 0;

        for (int pass = 0; pass < 2; pass++) {
            for (size_t i = 0; i < n; i++)
                b.plane[0][i] = values[t];
            convert_out(v, kern_for(pass ? ISA_BASE : cpu_isa()), b.plane, n,
                        12, pass ? again : row, &b.scratch);
        }
        assert_memory_equal(row, again, n);
        for (size_t i = 0; i < n; i++) {
            assert_true(fabs(row[i] - want) <= 1.5);
            sum += row[i];
        }
        if (fabs(sum / (double)n - want) > (t % 4 ? 0.02 : 0))
            fail_msg("mean of %g is %g", want, sum / (double)n);
    }
    mem_free(row);
    mem_free(again);
    bench_free(&b);
    convert_free(v);
}

/* For any curve, and different ones for red, green and blue. */
TEST(tables_change_no_bit)
{
    struct color *c[3] = {space_color(SPACE_SRGB), space_color(SPACE_PROPHOTO),
                          space_color(SPACE_SRGB)};
    struct bench a = bench_new(CODES), b = bench_new(CODES);
    uint32_t *raw = mem_array(CODES, 3 * sizeof(uint32_t));
    struct err e = {0};

    c[2]->curve[1] = c[2]->curve[2] = curve_gamma(1.8);
    for (uint32_t i = 0; i < 3 * CODES; i++)
        raw[i] = i * 2654435761u;
    for (size_t i = 0; i < 3 * 2 * FORMATS; i++) {
        struct pixfmt f = formats[i / 6];
        struct convert *plain, *fast;

        f.type = i / 3 % 2 ? SAMPLE_U16 : SAMPLE_U8;
        plain = make(&f, c[i % 3], false);
        fast = make(&f, c[i % 3], false);
        assert_int_equal(convert_tabulate(fast, kern_best(), &e), 0);
        convert_in(plain, kern_best(), raw, CODES, a.plane, &a.scratch);
        convert_in(fast, kern_best(), raw, CODES, b.plane, &b.scratch);
        for (int p = 0; p < convert_planes(plain); p++)
            assert_memory_equal(a.plane[p], b.plane[p], CODES * sizeof(float));
        convert_free(plain);
        convert_free(fast);
    }
    for (int i = 0; i < 3; i++)
        color_free(c[i]);
    mem_free(raw);
    bench_free(&a);
    bench_free(&b);
}

TEST(misuse_is_refused)
{
    const struct pixfmt inks = {.type = SAMPLE_U8, .colors = 4, .alpha = -1};
    const struct pixfmt rgb = {.type = SAMPLE_U8, .colors = 3, .alpha = -1};
    struct color *c = space_color(SPACE_SRGB);
    struct convert *v = NULL;
    struct err e = {0};

    assert_int_equal(convert_new(&inks, NULL, false, &v, &e), ERR_ARG);
    assert_int_equal(convert_new(&inks, c, false, &v, &e), ERR_ARG);
    c->kind = COLOR_GREY;
    assert_int_equal(convert_new(&rgb, c, false, &v, &e), ERR_ARG);
    assert_null(v);
    color_free(c);
}

TESTS(integers_and_halves_come_back_exactly, floats_keep_every_bit,
      bits_are_scaled_and_rounded, odd_floats_become_defined_integers,
      grey_of_zero_as_white_is_turned, alpha_leaves_encoded_colours,
      curve_kernels_follow_the_reference, every_curve_round_trips_16_bits,
      every_space_round_trips_16_bits, greys_stay_grey, grey_is_the_luminance,
      dither_keeps_the_mean, tables_change_no_bit, misuse_is_refused)
