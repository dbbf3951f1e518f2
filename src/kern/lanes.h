#ifndef KERN_LANES_H
#define KERN_LANES_H

/*
 * Eight values at a time, for loops that the compiler makes poor vectors of:
 * where narrow integers become floats and back, or neighbours change places.
 * Vectors are the compiler's, split by it where the CPU has shorter ones; what
 * it has no good notation for is written for both levels here, with the same
 * bits. Names begin with l_.
 */

#include <stdint.h>
#include <string.h>

#include "kern/level.h"
#include "kern/math.h"

/* Without its mm_malloc.h, which says a banned name. */
#if defined(__AVX2__)
#define _MM_MALLOC_H_INCLUDED
#define __MM_MALLOC_H
#include <immintrin.h>
#endif

typedef float v8 __attribute__((vector_size(32)));
typedef int32_t v8i __attribute__((vector_size(32)));

KINLINE v8 l_load(const float *p)
{
    v8 x;

    memcpy(&x, p, sizeof(x));
    return x;
}

KINLINE void l_store(float *p, v8 x)
{
    memcpy(p, &x, sizeof(x));
}

KINLINE v8 l_all(float x)
{
    return (v8){x, x, x, x, x, x, x, x};
}

/* kfma() of each. */
KINLINE v8 l_fma(v8 a, v8 b, v8 c)
{
#if defined(__FMA__)
    return _mm256_fmadd_ps(a, b, c);
#else
    v8 r;

    for (int i = 0; i < 8; i++)
        r[i] = kfma(a[i], b[i], c[i]);
    return r;
#endif
}

/* kclamp() of each. */
KINLINE v8 l_clamp(v8 x, v8 lo, v8 hi)
{
#if defined(__AVX2__)
    return _mm256_min_ps(_mm256_max_ps(x, lo), hi);
#else
    v8i m = x > lo;

    x = (v8)(((v8i)x & m) | ((v8i)lo & ~m));
    m = x < hi;
    return (v8)(((v8i)x & m) | ((v8i)hi & ~m));
#endif
}

KINLINE v8 l_load_u8(const uint8_t *p)
{
#if defined(__AVX2__)
    return _mm256_cvtepi32_ps(_mm256_cvtepu8_epi32(
        _mm_loadl_epi64((const __m128i *)(const void *)p)));
#else
    v8 r;

    for (int i = 0; i < 8; i++)
        r[i] = (float)p[i];
    return r;
#endif
}

KINLINE v8 l_load_u16(const uint16_t *p)
{
#if defined(__AVX2__)
    return _mm256_cvtepi32_ps(_mm256_cvtepu16_epi32(
        _mm_loadu_si128((const __m128i *)(const void *)p)));
#else
    v8 r;

    for (int i = 0; i < 8; i++)
        r[i] = (float)p[i];
    return r;
#endif
}

/* Two times eight values within the type's range, cut to integers. */
KINLINE void l_store_u16(uint16_t *p, v8 a, v8 b)
{
#if defined(__AVX2__)
    const __m256i x =
        _mm256_packus_epi32(_mm256_cvttps_epi32(a), _mm256_cvttps_epi32(b));

    _mm256_storeu_si256((__m256i *)(void *)p,
                        _mm256_permute4x64_epi64(x, 0xd8));
#else
    for (int i = 0; i < 8; i++) {
        p[i] = (uint16_t)(int32_t)a[i];
        p[i + 8] = (uint16_t)(int32_t)b[i];
    }
#endif
}

KINLINE void l_store_u8(uint8_t *p, v8 a, v8 b)
{
#if defined(__AVX2__)
    const __m256i x = _mm256_permute4x64_epi64(
        _mm256_packus_epi32(_mm256_cvttps_epi32(a), _mm256_cvttps_epi32(b)),
        0xd8);

    _mm_storeu_si128((__m128i *)(void *)p,
                     _mm_packus_epi16(_mm256_castsi256_si128(x),
                                      _mm256_extracti128_si256(x, 1)));
#else
    for (int i = 0; i < 8; i++) {
        p[i] = (uint8_t)(int32_t)a[i];
        p[i + 8] = (uint8_t)(int32_t)b[i];
    }
#endif
}

#define L_SHUFFLE(a, b, ...) __builtin_shufflevector(a, b, __VA_ARGS__)

/* a0 b0 a1 b1 … */
KINLINE void l_zip(v8 a, v8 b, v8 *lo, v8 *hi)
{
    const v8 t = L_SHUFFLE(a, b, 0, 8, 1, 9, 4, 12, 5, 13);
    const v8 u = L_SHUFFLE(a, b, 2, 10, 3, 11, 6, 14, 7, 15);

    *lo = L_SHUFFLE(t, u, 0, 1, 2, 3, 8, 9, 10, 11);
    *hi = L_SHUFFLE(t, u, 4, 5, 6, 7, 12, 13, 14, 15);
}

/* And back: every second of 16 from the first, and from the second. */
KINLINE void l_unzip(v8 lo, v8 hi, v8 *a, v8 *b)
{
    const v8 t = L_SHUFFLE(lo, hi, 0, 2, 8, 10, 4, 6, 12, 14);
    const v8 u = L_SHUFFLE(lo, hi, 1, 3, 9, 11, 5, 7, 13, 15);

    *a = L_SHUFFLE(t, t, 0, 1, 4, 5, 2, 3, 6, 7);
    *b = L_SHUFFLE(u, u, 0, 1, 4, 5, 2, 3, 6, 7);
}

#endif
