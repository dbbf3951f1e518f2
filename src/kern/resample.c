/*
 * Weighted sums over neighbours. What is wider than one row is walked in
 * pieces that stay in the first cache, a few taps in each pass.
 */

#include "kern/level.h"
#include "kern/math.h"
#include "kern/resample.h"

#define PIECE 1024

typedef float v8 __attribute__((vector_size(32)));
typedef int32_t i8 __attribute__((vector_size(32)));

static void set1(float *restrict d, const float *a, float w, size_t n)
{
    for (size_t i = 0; i < n; i++)
        d[i] = w * a[i];
}

static void add1(float *restrict d, const float *a, float w, size_t n)
{
    for (size_t i = 0; i < n; i++)
        d[i] = d[i] + w * a[i];
}

static void add2(float *restrict d, const float *a, const float *b,
                 const float *w, size_t n)
{
    const float wa = w[0], wb = w[1];

    for (size_t i = 0; i < n; i++)
        d[i] = (d[i] + wa * a[i]) + wb * b[i];
}

static void add4(float *restrict d, const float *const *rows, const float *w,
                 size_t at, size_t n)
{
    const float *p = rows[0] + at, *q = rows[1] + at, *r = rows[2] + at;
    const float *s = rows[3] + at;
    const float a = w[0], b = w[1], c = w[2], e = w[3];

    for (size_t i = 0; i < n; i++)
        d[i] = (((d[i] + a * p[i]) + b * q[i]) + c * r[i]) + e * s[i];
}

/* Adds taps from k on to m values at `at`. */
static void blend_rest(float *d, const float *const *rows, const float *w,
                       int k, int taps, size_t at, size_t m)
{
    for (; k + 4 <= taps; k += 4)
        add4(d, rows + k, w + k, at, m);
    for (; k + 2 <= taps; k += 2)
        add2(d, rows[k] + at, rows[k + 1] + at, w + k, m);
    if (k < taps)
        add1(d, rows[k] + at, w[k], m);
}

static void blend(float *dst, const float *const *rows, const float *w,
                  int taps, size_t n)
{
    for (size_t at = 0; at < n; at += PIECE) {
        const size_t m = n - at < PIECE ? n - at : PIECE;

        set1(dst + at, rows[0] + at, w[0], m);
        blend_rest(dst + at, rows, w, 1, taps, at, m);
    }
}

static void blend_add(float *dst, const float *const *rows, const float *w,
                      int taps, size_t n)
{
    for (size_t at = 0; at < n; at += PIECE)
        blend_rest(dst + at, rows, w, 0, taps, at,
                   n - at < PIECE ? n - at : PIECE);
}

static void pair1(float *restrict d, const float *a, const float *b, float w,
                  size_t n)
{
    for (size_t i = 0; i < n; i++)
        d[i] = d[i] + w * (a[i] + b[i]);
}

static void pair2(float *restrict d, const float *a1, const float *b1,
                  const float *a2, const float *b2, const float *w, size_t n)
{
    const float u = w[0], v = w[1];

    for (size_t i = 0; i < n; i++)
        d[i] = (d[i] + u * (a1[i] + b1[i])) + v * (a2[i] + b2[i]);
}

static void blur(float *dst, const float *src, const float *w, int r, size_t n)
{
    for (size_t at = 0; at < n; at += PIECE) {
        const size_t m = n - at < PIECE ? n - at : PIECE;
        const float *c = src + at + r;
        float *d = dst + at;
        int k = 1;

        set1(d, c, w[0], m);
        for (; k + 1 <= r; k += 2)
            pair2(d, c - k, c + k, c - k - 1, c + k + 1, w + k, m);
        if (k <= r)
            pair1(d, c - k, c + k, w[k], m);
    }
}

static void blur_rows(float *dst, const float *const *rows, const float *w,
                      int r, size_t n)
{
    for (size_t at = 0; at < n; at += PIECE) {
        const size_t m = n - at < PIECE ? n - at : PIECE;
        const float *const *c = rows + r;
        float *d = dst + at;
        int k = 1;

        set1(d, c[0] + at, w[0], m);
        for (; k + 1 <= r; k += 2)
            pair2(d, c[-k] + at, c[k] + at, c[-k - 1] + at, c[k + 1] + at,
                  w + k, m);
        if (k <= r)
            pair1(d, c[-k] + at, c[k] + at, w[k], m);
    }
}

/* Rows and columns of eight rows of eight change places, in registers. */
#define SHUF(a, b, ...) __builtin_shufflevector(a, b, __VA_ARGS__)
#define TURN8(r)                                                               \
    do {                                                                       \
        v8 t0_ = SHUF(r[0], r[1], 0, 8, 1, 9, 4, 12, 5, 13);                   \
        v8 t1_ = SHUF(r[0], r[1], 2, 10, 3, 11, 6, 14, 7, 15);                 \
        v8 t2_ = SHUF(r[2], r[3], 0, 8, 1, 9, 4, 12, 5, 13);                   \
        v8 t3_ = SHUF(r[2], r[3], 2, 10, 3, 11, 6, 14, 7, 15);                 \
        v8 t4_ = SHUF(r[4], r[5], 0, 8, 1, 9, 4, 12, 5, 13);                   \
        v8 t5_ = SHUF(r[4], r[5], 2, 10, 3, 11, 6, 14, 7, 15);                 \
        v8 t6_ = SHUF(r[6], r[7], 0, 8, 1, 9, 4, 12, 5, 13);                   \
        v8 t7_ = SHUF(r[6], r[7], 2, 10, 3, 11, 6, 14, 7, 15);                 \
        v8 u0_ = SHUF(t0_, t2_, 0, 1, 8, 9, 4, 5, 12, 13);                     \
        v8 u1_ = SHUF(t0_, t2_, 2, 3, 10, 11, 6, 7, 14, 15);                   \
        v8 u2_ = SHUF(t1_, t3_, 0, 1, 8, 9, 4, 5, 12, 13);                     \
        v8 u3_ = SHUF(t1_, t3_, 2, 3, 10, 11, 6, 7, 14, 15);                   \
        v8 u4_ = SHUF(t4_, t6_, 0, 1, 8, 9, 4, 5, 12, 13);                     \
        v8 u5_ = SHUF(t4_, t6_, 2, 3, 10, 11, 6, 7, 14, 15);                   \
        v8 u6_ = SHUF(t5_, t7_, 0, 1, 8, 9, 4, 5, 12, 13);                     \
        v8 u7_ = SHUF(t5_, t7_, 2, 3, 10, 11, 6, 7, 14, 15);                   \
        r[0] = SHUF(u0_, u4_, 0, 1, 2, 3, 8, 9, 10, 11);                       \
        r[1] = SHUF(u1_, u5_, 0, 1, 2, 3, 8, 9, 10, 11);                       \
        r[2] = SHUF(u2_, u6_, 0, 1, 2, 3, 8, 9, 10, 11);                       \
        r[3] = SHUF(u3_, u7_, 0, 1, 2, 3, 8, 9, 10, 11);                       \
        r[4] = SHUF(u0_, u4_, 4, 5, 6, 7, 12, 13, 14, 15);                     \
        r[5] = SHUF(u1_, u5_, 4, 5, 6, 7, 12, 13, 14, 15);                     \
        r[6] = SHUF(u2_, u6_, 4, 5, 6, 7, 12, 13, 14, 15);                     \
        r[7] = SHUF(u3_, u7_, 4, 5, 6, 7, 12, 13, 14, 15);                     \
    } while (0)

static void weave8(float *dst, const float *const rows[8], size_t n)
{
    size_t i = 0;

    for (; i + 8 <= n; i += 8) {
        v8 r[8];

        for (int l = 0; l < 8; l++)
            memcpy(&r[l], rows[l] + i, sizeof(v8));
        TURN8(r);
        for (int l = 0; l < 8; l++)
            memcpy(dst + 8 * (i + (size_t)l), &r[l], sizeof(v8));
    }
    for (; i < n; i++)
        for (int l = 0; l < 8; l++)
            dst[8 * i + (size_t)l] = rows[l][i];
}

static void unweave8(float *const rows[8], const float *src, size_t n)
{
    size_t i = 0;

    for (; i + 8 <= n; i += 8) {
        v8 r[8];

        for (int l = 0; l < 8; l++)
            memcpy(&r[l], src + 8 * (i + (size_t)l), sizeof(v8));
        TURN8(r);
        for (int l = 0; l < 8; l++)
            memcpy(rows[l] + i, &r[l], sizeof(v8));
    }
    for (; i < n; i++)
        for (int l = 0; l < 8; l++)
            rows[l][i] = src[8 * i + (size_t)l];
}

static void transpose(float *dst, size_t dpitch, const float *src,
                      size_t spitch, size_t w, size_t h)
{
    size_t x, y = 0;

    for (; y + 8 <= h; y += 8) {
        for (x = 0; x + 8 <= w; x += 8) {
            v8 r[8];

            for (size_t l = 0; l < 8; l++)
                memcpy(&r[l], src + (y + l) * spitch + x, sizeof(v8));
            TURN8(r);
            for (size_t l = 0; l < 8; l++)
                memcpy(dst + (x + l) * dpitch + y, &r[l], sizeof(v8));
        }
        for (; x < w; x++)
            for (size_t l = 0; l < 8; l++)
                dst[x * dpitch + y + l] = src[(y + l) * spitch + x];
    }
    for (; y < h; y++)
        for (x = 0; x < w; x++)
            dst[x * dpitch + y] = src[y * spitch + x];
}

static void taps8(float *dst, const float *src, const int *start,
                  const float *w, int taps, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const float *s = src + 8 * (size_t)(start[i] - start[0]);
        const float *u = w + i * (size_t)taps;
        v8 sum, v;

        memcpy(&sum, s, sizeof(v8));
        sum *= u[0];
        for (int k = 1; k < taps; k++) {
            memcpy(&v, s + 8 * k, sizeof(v8));
            sum += v * u[k];
        }
        memcpy(dst + 8 * i, &sum, sizeof(v8));
    }
}

/* Where point i lies: its left neighbour and how far behind it. */
static inline int place_of(float i, float at, float step, float last, float *t)
{
    const float p = kclamp(at + i * step, 0.0f, last);
    const int j = (int)p;

    *t = p - (float)j;
    return j;
}

static void stretch_any(float *dst, const float *src, float last, size_t from,
                        size_t n, float at, float step)
{
    for (size_t i = from; i < n; i++) {
        float t;
        const int j = place_of((float)(int)i, at, step, last, &t);

        dst[i] = src[j] + t * (src[j + 1] - src[j]);
    }
}

/*
 * Eight neighbours lie within eight points when the step is at most 0.75: two
 * permutations of one load instead of two gathers.
 */
static void stretch(float *dst, const float *src, int points, size_t n,
                    float at, float step)
{
    const float last = (float)(points - 1);
    size_t i = 0;

#if defined(__AVX2__)
    if (step >= 0.0f && step <= 0.75f) {
        const v8 seq = {0, 1, 2, 3, 4, 5, 6, 7};

        for (; i + 8 <= n; i += 8) {
            v8 p = at + (seq + (float)(int)i) * step, v, a, b;
            i8 j;

            p = __builtin_ia32_maxps256(p, (v8){0});
            p = __builtin_ia32_minps256(p, (v8){0} + last);
            j = __builtin_convertvector(p, i8);
            memcpy(&v, src + j[0], sizeof(v8));
            a = __builtin_ia32_permvarsf256(v, j - j[0]);
            b = __builtin_ia32_permvarsf256(v, j - j[0] + 1);
            v = a + (p - __builtin_convertvector(j, v8)) * (b - a);
            memcpy(dst + i, &v, sizeof(v8));
        }
    }
#endif
    stretch_any(dst, src, last, i, n, at, step);
}

static void twice(float *dst, const float *src, size_t pairs)
{
    float *restrict d = dst;

    for (size_t i = 0; i < pairs; i++) {
        const float a = src[i], b = src[i + 1];

        d[2 * i] = a + 0.25f * (b - a);
        d[2 * i + 1] = a + 0.75f * (b - a);
    }
}

static void halve(float *dst, const float *a, const float *b, size_t n)
{
    float *restrict d = dst;

    for (size_t i = 0; i < n; i++)
        d[i] = ((a[2 * i] + a[2 * i + 1]) + (b[2 * i] + b[2 * i + 1])) * 0.25f;
}

static void unweigh(float *c, const float *a, size_t n)
{
    KLOOP
    for (size_t i = 0; i < n; i++)
        c[i] = a[i] > 1e-5f ? c[i] / a[i] : 0.0f;
}

static void coverage(float *a, size_t n)
{
    for (size_t i = 0; i < n; i++)
        a[i] = kclamp(a[i], 0.0f, 1.0f);
}

static void reverse(float *dst, const float *src, size_t n)
{
    float *restrict d = dst;

    for (size_t i = 0; i < n; i++)
        d[i] = src[n - 1 - i];
}

const struct kern_resample KERN_TABLE(kern_resample) = {
    .blend = blend,
    .blend_add = blend_add,
    .blur = blur,
    .blur_rows = blur_rows,
    .weave8 = weave8,
    .unweave8 = unweave8,
    .taps8 = taps8,
    .stretch = stretch,
    .twice = twice,
    .halve = halve,
    .unweigh = unweigh,
    .coverage = coverage,
    .reverse = reverse,
    .transpose = transpose,
};
