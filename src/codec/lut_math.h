#ifndef CODEC_LUT_MATH_H
#define CODEC_LUT_MATH_H

/*
 * Powers and logarithms in double, of additions, multiplications and divisions
 * alone: a table that is made is the same bits on every machine, which no
 * libm promises. Relative errors are below 1e-12 over what tables need.
 */

#include <math.h>
#include <stdint.h>
#include <string.h>

#define LUT_LN2 0.693147180559945309417

/* Of a normal x > 0: the series of 2 atanh(t), |t| <= 0.172. */
static inline double lut_log2(double x)
{
    uint64_t bits;
    double m, t, u, w, even, odd;
    int e;

    memcpy(&bits, &x, sizeof(bits));
    e = (int)(bits >> 52) - 1023;
    bits = (bits & 0xfffffffffffffull) | 0x3ff0000000000000ull;
    memcpy(&m, &bits, sizeof(m));
    if (m > M_SQRT2) {
        m *= 0.5;
        e++;
    }
    t = (m - 1) / (m + 1);
    u = t * t;
    w = u * u;
    even = ((1 / 13.0 * w + 1 / 9.0) * w + 1 / 5.0) * w + 1;
    odd = ((1 / 15.0 * w + 1 / 11.0) * w + 1 / 7.0) * w + 1 / 3.0;
    return e + 2 / LUT_LN2 * t * (even + u * odd);
}

/* 2^y for |y| < 1000: the series of e^z, |z| <= 0.347. */
static inline double lut_exp2(double y)
{
    const double n = floor(y + 0.5), z = (y - n) * LUT_LN2, w = z * z;
    const uint64_t bits = (uint64_t)((int)n + 1023) << 52;
    double scale, even, odd;

    even = 1 / 3628800.0 * w + 1 / 40320.0;
    even = ((even * w + 1 / 720.0) * w + 1 / 24.0) * w + 1 / 2.0;
    odd = 1 / 39916800.0 * w + 1 / 362880.0;
    odd = ((odd * w + 1 / 5040.0) * w + 1 / 120.0) * w + 1 / 6.0;
    memcpy(&scale, &bits, sizeof(scale));
    return (even * w + 1 + (odd * w + 1) * z) * scale;
}

/* x^g for x >= 0, 0 to 0. */
static inline double lut_pow(double x, double g)
{
    return x > 1e-300 ? lut_exp2(g * lut_log2(x)) : 0;
}

static inline double lut_log10(double x)
{
    return lut_log2(x) * 0.301029995663981195214;
}

static inline double lut_exp10(double y)
{
    return lut_exp2(y * 3.32192809488736234787);
}

/*
 * A gain that holds 0 and 1: slope g at 0, 1 / g at 1, rising for any g > 0.
 * One after the other is one with the product of the gains.
 */
static inline double lut_hold(double x, double g)
{
    return g * x / (1 + (g - 1) * x);
}

#endif
