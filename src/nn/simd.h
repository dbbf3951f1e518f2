#ifndef NN_SIMD_H
#define NN_SIMD_H

/*
 * What the network needs of eight floats beyond kern/lanes.h, for the sources
 * compiled per CPU level. Levels need not agree in the last bits here.
 */

#include "kern/lanes.h"

/* The first n of eight; the others are 0 or stay. Fast for a constant 8. */
KINLINE v8 v_load_n(const float *p, int n)
{
    v8 x = {0};

    if (n == 8)
        return l_load(p);
    memcpy(&x, p, (size_t)n * sizeof(float));
    return x;
}

KINLINE void v_store_n(float *p, v8 x, int n)
{
    if (n == 8)
        l_store(p, x);
    else
        memcpy(p, &x, (size_t)n * sizeof(float));
}

/* a * b + c, in one rounding where the CPU can. */
KINLINE v8 v_fma(v8 a, v8 b, v8 c)
{
#if defined(__FMA__)
    return _mm256_fmadd_ps(a, b, c);
#else
    return a * b + c;
#endif
}

KINLINE v8 v_max(v8 a, v8 b)
{
#if defined(__AVX2__)
    return _mm256_max_ps(a, b);
#else
    const v8i m = a > b;

    return (v8)(((v8i)a & m) | ((v8i)b & ~m));
#endif
}

KINLINE v8 v_min(v8 a, v8 b)
{
    return -v_max(-a, -b);
}

KINLINE v8 v_abs(v8 a)
{
    return (v8)((v8i)a & 0x7fffffff);
}

/* Rounded to the nearest whole numbers. */
KINLINE v8i v_round(v8 x)
{
    const v8 magic = l_all(12582912.0f); /* for |x| < 2^22 */

    return (v8i)(x + magic) - (v8i)magic;
}

KINLINE float v_sum(v8 x)
{
    return ((x[0] + x[4]) + (x[2] + x[6])) + ((x[1] + x[5]) + (x[3] + x[7]));
}

/*
 * 2^x for x <= 0; below -125 it is 2^-125. The slope (2^f - 1) / f for
 * |f| <= 0.5 is the fit of kern/math.h, with error 8e-9.
 */
KINLINE v8 v_exp2(v8 x)
{
    const v8 magic = l_all(12582912.0f);
    const v8 y = v_max(x, l_all(-125.0f)), r = y + magic, f = y - (r - magic);
    const v8 u = f * f;
    v8 p = l_all(1.33908668e-3f), q = l_all(1.54697351e-4f);

    p = v_fma(p, u, l_all(5.55035695e-2f));
    q = v_fma(q, u, l_all(9.61803086e-3f));
    p = v_fma(p, u, l_all(0.693147182f));
    q = v_fma(q, u, l_all(0.240226507f));
    p = v_fma(v_fma(q, f, p), f, l_all(1.0f));
    return (v8)((v8i)p + ((v8i)r << 23));
}

#endif
