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

/* Written as comparisons, so that NaN gives the second operand. */
static inline float kmin(float x, float hi)
{
    return x < hi ? x : hi;
}

static inline float kmax(float x, float lo)
{
    return x > lo ? x : lo;
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
 * log2 of x > 0 as a whole number e and a rest f in [-0.585, 0.415]: exact to
 * 4e-8 relative in f. Zero, negative and subnormal x count as 2^-126. The
 * polynomial is a minimax fit of log2(1 + t) / t over |t| <= 1/3.
 */
static inline float klog2_parts(float x, float *e)
{
    const int32_t i = kbits(kmax(x, 0x1p-126f));
    const int32_t n = (i - 0x3f2aaaab) >> 23;
    const float t = kfloat(i - (int32_t)((uint32_t)n << 23)) - 1.0f;
    float p = 0.198645934f;

    p = kfma(p, t, -0.222582310f);
    p = kfma(p, t, 0.202858865f);
    p = kfma(p, t, -0.236722752f);
    p = kfma(p, t, 0.288620949f);
    p = kfma(p, t, -0.360792816f);
    p = kfma(p, t, 0.480898827f);
    p = kfma(p, t, -0.721347497f);
    p = kfma(p, t, 1.44269502f);
    *e = (float)n;
    return p * t;
}

/* log2(x); error below 1.5 units. */
static inline float klog2(float x)
{
    float e, f = klog2_parts(x, &e);

    return e + f;
}

/*
 * 2^(n + f) for a whole n and |f| <= 0.5; n is clamped to -125 … 127. The
 * polynomial is a minimax fit with error 4e-9.
 */
static inline float kexp2_parts(float n, float f)
{
    float p = 1.52392517e-4f;

    n = kclamp(n, -125.0f, 127.0f);
    p = kfma(p, f, 1.33913534e-3f);
    p = kfma(p, f, 9.61883925e-3f);
    p = kfma(p, f, 5.55035882e-2f);
    p = kfma(p, f, 0.240226448f);
    p = kfma(p, f, 0.693147182f);
    p = kfma(p, f, 1.0f);
    return kfloat(kbits(p) + (int32_t)((uint32_t)(int32_t)n << 23));
}

/* x rounded to the nearest whole number, halves to even, for |x| < 2^22. */
static inline float kround(float x)
{
    return (x + 12582912.0f) - 12582912.0f;
}

/* 2^x, clamped to 2^-125 … 2^127.5; error below 1.5 units. */
static inline float kexp2(float x)
{
    const float y = kclamp(x, -125.0f, 127.5f), n = kround(y);

    return kexp2_parts(n, y - n);
}

/*
 * x^g for x >= 0 and 0 < |g| < 100; error below 3 units while |g log2 x| < 32.
 * x <= 0 gives 0.
 */
static inline float kpow(float x, float g)
{
    float e, f = klog2_parts(x, &e);
    const float n = kround(kclamp(kfma(g, e, g * f), -1e4f, 1e4f));
    const float y = kexp2_parts(n, kfma(g, f, kfma(g, e, -n)));

    return x > 0.0f ? y : 0.0f;
}

/* Cube root with the sign of x. */
static inline float kcbrt(float x)
{
    return ksign(kpow(kabs(x), 1.0f / 3.0f), x);
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
