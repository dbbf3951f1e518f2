/* The functions of kern/math.h against libm in double. */

#include <float.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "kern/math.h"

/* Distance in units of the last place of a float near `want`. */
static double units(float got, double want)
{
    int e;

    frexp(fmax(fabs(want), 0x1p-126), &e);
    return fabs((double)got - want) / ldexp(1, e - 24);
}

static double relative(float got, double want)
{
    return want == 0 ? fabs((double)got)
                     : fabs((double)got - want) / fabs(want);
}

static void below(double error, double limit, const char *what)
{
    if (!(error < limit))
        fail_msg("%s: error %g, allowed %g", what, error, limit);
}

/* Positive normal floats, evenly over their bits. */
#define EACH_FLOAT(b) for (int32_t b = 0x00800000; b < 0x7f7ff000; b += 4093)
#define FRACTIONS     500000

static void log2_keeps_its_error(void **state)
{
    double whole = 0, rest = 0, near = 0;

    (void)state;
    EACH_FLOAT(b)
    {
        const float x = kfloat(b);
        const double want = log2((double)x);
        float e, f = klog2_parts(x, &e);

        whole = fmax(whole, units(klog2(x), want));
        rest = fmax(rest, relative(f, want - (double)e));
        assert_true(f >= -0.5851f && f <= 0.4151f);
    }
    for (int i = 0; i <= FRACTIONS; i++) {
        const float t = ((float)i / FRACTIONS - 0.5f) * (2.0f / 3.0f);

        near = fmax(near, relative(klog2_1p(t), log1p((double)t) / M_LN2));
    }
    below(whole, 2.5, "klog2");
    below(rest, 2e-7, "klog2_parts");
    below(near, 2e-7, "klog2_1p");
}

static void exp2_keeps_its_error(void **state)
{
    double whole = 0, less = 0;

    (void)state;
    for (int i = 0; i <= FRACTIONS; i++) {
        const float x = -125.0f + 252.4f * ((float)i / FRACTIONS);
        const float f = (float)i / FRACTIONS - 0.5f;

        whole = fmax(whole, units(kexp2(x), exp2((double)x)));
        less = fmax(less, relative(kexp2_m1(f), expm1((double)f * M_LN2)));
    }
    below(whole, 1.0, "kexp2");
    below(less, 2e-7, "kexp2_m1");
}

static void pow_keeps_its_error(void **state)
{
    static const float powers[] = {
        2.4f,        1 / 2.4f,  2.19921875f, 1 / 2.2f, 1.8f,      0.45f,
        0.15930176f, 6.277395f, 1.0f / 3.0f, 3.0f,     78.84375f, -1.5f};

    (void)state;
    for (size_t i = 0; i < sizeof(powers) / sizeof(powers[0]); i++) {
        const double g = (double)powers[i];
        double worst = 0;

        EACH_FLOAT(b)
        {
            const double x = (double)kfloat(b);

            if (fabs(g * log2(x)) < 32)
                worst =
                    fmax(worst, units(kpow(kfloat(b), powers[i]), pow(x, g)));
        }
        below(worst, 1.5 + fabs(g), "kpow");
    }
}

static void cbrt_keeps_its_error_and_sign(void **state)
{
    double worst = 0;

    (void)state;
    EACH_FLOAT(b)
    {
        const float x = kfloat(b);

        if (x > 0x1p-30f && x < 0x1p30f)
            worst = fmax(worst, units(-kcbrt(-x), cbrt((double)x)));
    }
    below(worst, 1.0, "kcbrt");
    assert_true(kcbrt(0.0f) == 0.0f);
}

static double srgb_to_light(double x)
{
    return x < 0.04045 ? x / 12.92 : pow((x + 0.055) / 1.055, 2.4);
}

static double srgb_from_light(double x)
{
    return x < 0.0031308 ? 12.92 * x : 1.055 * pow(x, 1 / 2.4) - 0.055;
}

static void srgb_is_right_and_mirrored(void **state)
{
    double decode = 0, encode = 0;

    (void)state;
    for (int i = 0; i <= 65535 * 2; i++) {
        const float x = (float)i / 65535.0f;
        const double d = srgb_to_light((double)x);
        const double e = srgb_from_light((double)x);

        decode = fmax(decode, relative(ksrgb_decode(x), d));
        encode = fmax(encode, relative(ksrgb_encode(x), e));
        assert_true(ksrgb_decode(-x) == -ksrgb_decode(x));
        assert_true(ksrgb_encode(-x) == -ksrgb_encode(x));
    }
    below(decode, 6e-7, "ksrgb_decode");
    below(encode, 4e-7, "ksrgb_encode");
}

static void odd_arguments_stay_defined(void **state)
{
    static const float odd[] = {0.0f,    -0.0f,       -1.0f,    0x1p-149f,
                                FLT_MAX, -FLT_MAX,    INFINITY, -INFINITY,
                                NAN,     -(float)NAN, 1e30f,    -1e-30f};

    (void)state;
    for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
        assert_true(isfinite(klog2(odd[i])));
        assert_true(isfinite(kexp2(odd[i])));
        assert_true(isfinite(kpow(odd[i], 2.4f)));
        assert_true(isfinite(kpow(odd[i], 1 / 2.4f)));
    }
    assert_true(klog2(0.0f) == -126.0f);
    assert_true(kpow(0.0f, 0.4f) == 0.0f && kpow(-1.0f, 2.0f) == 0.0f);
    assert_true(kpow(NAN, 2.0f) == 0.0f);
    assert_true(kmin(NAN, 2.0f) == 2.0f && kmax(NAN, 3.0f) == 3.0f);
    assert_true(kclamp(-1.0f, 0.0f, 1.0f) == 0.0f);
    assert_true(kclamp(7.0f, 0.0f, 1.0f) == 1.0f);
}

static void round_takes_halves_to_even(void **state)
{
    (void)state;
    assert_true(kround(0.5f) == 0.0f && kround(1.5f) == 2.0f);
    assert_true(kround(-2.5f) == -2.0f && kround(2.6f) == 3.0f);
}

static void hash_is_uniform(void **state)
{
    int bins[16] = {0};
    double sum = 0;

    (void)state;
    for (uint32_t y = 0; y < 256; y++)
        for (uint32_t x = 0; x < 256; x++) {
            const float u = kunit(khash(x, y, 3));

            assert_true(u >= 0.0f && u < 1.0f);
            bins[(int)(u * 16.0f)]++;
            sum += (double)u;
        }
    below(fabs(sum / 65536 - 0.5), 0.004, "mean of khash");
    for (int i = 0; i < 16; i++)
        below(fabs(bins[i] / 4096.0 - 1), 0.08, "a sixteenth of khash");
    assert_true(khash(1, 2, 3) != khash(2, 1, 3));
    assert_true(khash(1, 2, 3) != khash(1, 2, 4));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(log2_keeps_its_error),
        cmocka_unit_test(exp2_keeps_its_error),
        cmocka_unit_test(pow_keeps_its_error),
        cmocka_unit_test(cbrt_keeps_its_error_and_sign),
        cmocka_unit_test(srgb_is_right_and_mirrored),
        cmocka_unit_test(odd_arguments_stay_defined),
        cmocka_unit_test(round_takes_halves_to_even),
        cmocka_unit_test(hash_is_uniform),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
