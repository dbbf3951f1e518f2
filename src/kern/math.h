#ifndef KERN_MATH_H
#define KERN_MATH_H

/*
 * Elementary functions for kernels: one polynomial each, written so that the
 * compiler turns a loop over them into vector code, with the same bits at
 * every CPU level. Errors are stated in units of the last place of a float and
 * checked against libm in double by tests/kern.
 */

#include <math.h>
#include <stdint.h>
#include <string.h>

/*
 * Before a loop over rows that may be the same: element i depends on element i
 * only, so the loop may run as vectors (partial overlap is never allowed).
 */
#if defined(__clang__)
#define KLOOP
#else
#define KLOOP _Pragma("GCC ivdep")
#endif

/* a * b + c with one rounding. The only way to write one in a kernel. */
static inline float kfma(float a, float b, float c)
{
    return __builtin_fmaf(a, b, c);
}

static inline int32_t kbits(float x)
{
    int32_t i;

    memcpy(&i, &x, sizeof(i));
    return i;
}

static inline float kfloat(int32_t i)
{
    float x;

    memcpy(&x, &i, sizeof(x));
    return x;
}

/*
 * The smaller and the larger of two; NaN gives the second operand. Written
 * with masks: a conditional invites the compiler to duplicate, for the constant
 * limit, all that follows.
 */
static inline float kselect(int condition, float yes, float no)
{
    const int32_t m = -(int32_t)(condition != 0);

    return kfloat((kbits(yes) & m) | (kbits(no) & ~m));
}

static inline float kmin(float x, float hi)
{
    return kselect(x < hi, x, hi);
}

static inline float kmax(float x, float lo)
{
    return kselect(x > lo, x, lo);
}

static inline float kclamp(float x, float lo, float hi)
{
    return kmin(kmax(x, lo), hi);
}

static inline float kabs(float x)
{
    return kfloat(kbits(x) & 0x7fffffff);
}

static inline float ksign(float magnitude, float sign)
{
    return kfloat((kbits(magnitude) & 0x7fffffff) |
                  (kbits(sign) & (int32_t)0x80000000));
}

/*
 * log2(1 + t) for |t| <= 1/3, with a relative error below 2e-7: a minimax fit
 * of log2(1 + t) / t. Even and odd powers apart, which halves the chain of
 * dependent operations.
 */
static inline float klog2_1p(float t)
{
    const float u = t * t;
    float p = 0.202786878f, q = -0.222221196f;

    p = kfma(p, u, 0.201799139f);
    q = kfma(q, u, -0.236786515f);
    p = kfma(p, u, 0.288711339f);
    q = kfma(q, u, -0.360789567f);
    p = kfma(p, u, 0.480895966f);
    q = kfma(q, u, -0.721346557f);
    p = kfma(p, u, 1.44269502f);
    return kfma(q, t, p) * t;
}

/*
 * log2 of x > 0 as a whole number e and a rest f in [-0.585, 0.415] with a
 * relative error below 2e-7. Zero, negative and subnormal x count as 2^-126.
 */
static inline float klog2_parts(float x, float *e)
{
    const int32_t i = kbits(kmax(x, 0x1p-126f));
    const int32_t n = (i - 0x3f2aaaab) >> 23;
    const float t = kfloat(i - (int32_t)((uint32_t)n << 23)) - 1.0f;

    *e = (float)n;
    return klog2_1p(t);
}

/* log2(x); error below 2.5 units. */
static inline float klog2(float x)
{
    float e, f = klog2_parts(x, &e);

    return e + f;
}

/* (2^f - 1) / f for |f| <= 0.5: a minimax fit with error 8e-9. */
static inline float kexp2_slope(float f)
{
    const float u = f * f;
    float p = 1.33908668e-3f, q = 1.54697351e-4f;

    p = kfma(p, u, 5.55035695e-2f);
    q = kfma(q, u, 9.61803086e-3f);
    p = kfma(p, u, 0.693147182f);
    q = kfma(q, u, 0.240226507f);
    return kfma(q, f, p);
}

/* 2^f - 1 for |f| <= 0.5, with a relative error below 2e-7. */
static inline float kexp2_m1(float f)
{
    return kexp2_slope(f) * f;
}

/*
 * 2^(n + f) for a whole n that fits in 32 bits and |f| <= 0.5; n is clamped to
 * -125 … 127.
 */
static inline float kexp2_parts(float n, float f)
{
    const float p = kfma(kexp2_slope(f), f, 1.0f);
    int32_t i = (int32_t)n;

    i = i > -125 ? i : -125;
    i = i < 127 ? i : 127;
    return kfloat(kbits(p) + (int32_t)((uint32_t)i << 23));
}

/* x rounded to the nearest whole number, halves to even, for |x| < 2^22. */
static inline float kround(float x)
{
    return (x + 12582912.0f) - 12582912.0f;
}

/* 2^x, clamped to 2^-125 … 2^127.4; error below 1 unit. */
static inline float kexp2(float x)
{
    const float y = kclamp(x, -125.0f, 127.4f), n = kround(y);

    return kexp2_parts(n, y - n);
}

/*
 * x^g for x >= 0 and 0 < |g| < 100; error below 1.5 + |g| units while
 * |g log2 x| < 32. x <= 0 and NaN give 0.
 */
static inline float kpow(float x, float g)
{
    float e, f = klog2_parts(x, &e);
    const float n = kround(kfma(g, e, g * f));
    const float y = kexp2_parts(n, kfma(g, f, kfma(g, e, -n)));

    return x > 0.0f ? y : 0.0f;
}

/*
 * Cube root with the sign of x; error below 1 unit for normal x; subnormal x
 * give less than 2^-41, 0 gives 0. r is 1 / cbrt(x) within 3.5 % by dividing
 * the exponent; then y = x r^2 times (1 - h)^(-2/3) where h = 1 - y r, a
 * minimax fit with error 2e-9. How y was rounded counts by a third only.
 */
static inline float kcbrt(float x)
{
    const float a = kabs(x);
    const float r =
        kfloat((int32_t)kfma((float)kbits(a), -1.0f / 3.0f, 1419915264.0f));
    const float y = a * r * r, h = kfma(-y, r, 1.0f);
    float p = 0.397550839f;

    p = kfma(p, h, 0.428662845f);
    p = kfma(p, h, 0.452731009f);
    p = kfma(p, h, 0.493802252f);
    p = kfma(p, h, 0.555555407f);
    p = kfma(p, h, 0.666666682f);
    return ksign(kfma(y, p * h, y), x);
}

/* The sRGB curve (IEC 61966-2-1), mirrored below 0, continued above 1. */
static inline float ksrgb_encode(float x)
{
    const float a = kabs(x);
    const float p = kfma(1.055f, kpow(a, 1.0f / 2.4f), -0.055f);

    return ksign(a < 0.0031308f ? 12.92f * a : p, x);
}

static inline float ksrgb_decode(float x)
{
    const float a = kabs(x);
    const float p = kpow(kfma(a, 1.0f / 1.055f, 0.055f / 1.055f), 2.4f);

    return ksign(a < 0.04045f ? a * (1.0f / 12.92f) : p, x);
}

/* A hash of three numbers: uniform bits for dither and grain. */
static inline uint32_t khash(uint32_t x, uint32_t y, uint32_t seed)
{
    uint32_t h = x * 0x9e3779b1u + y * 0x85ebca77u + seed * 0xc2b2ae3du;

    h ^= h >> 15;
    h *= 0x2c1b3c6du;
    h ^= h >> 12;
    h *= 0x297a2d39u;
    h ^= h >> 15;
    return h;
}

/* The upper 24 bits as a number in [0, 1). */
static inline float kunit(uint32_t hash)
{
    return (float)(int32_t)(hash >> 8) * 0x1p-24f;
}

#endif
