/*
 * Between code values and R'G'B'. Rows are walked in blocks that stay in the
 * first cache, with chroma at full width in between.
 */

#include "kern/level.h"
#include "kern/math.h"
#include "kern/yuv.h"

#define BLOCK KERN_YUV_DITHER

static inline size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* What the codes can hold and more; chroma beside an infinity stays a number.
 */
static inline float sane(float x)
{
    return kclamp(kselect(x == x, x, 0.0f), -4.0f, 4.0f);
}

/* Pairs of pixels from chroma of half the width. */
static void widen2(float *restrict dst, const float *src, size_t pairs,
                   const struct kern_yuv_join *j)
{
    const float *a = src + j->at[0], *b = src + j->at[1];
    const float a0 = j->w[0][0], a1 = j->w[0][1], a2 = j->w[0][2];
    const float a3 = j->w[0][3], b0 = j->w[1][0], b1 = j->w[1][1];
    const float b2 = j->w[1][2], b3 = j->w[1][3];

    for (size_t i = 0; i < pairs; i++) {
        dst[2 * i] = (a0 * a[i] + a1 * a[i + 1]) +
                     (a2 * a[i + 2] + a3 * a[i + 3]);
        dst[2 * i + 1] = (b0 * b[i] + b1 * b[i + 1]) +
                         (b2 * b[i + 2] + b3 * b[i + 3]);
    }
}

static void widen4(float *restrict dst, const float *src, size_t groups,
                   const struct kern_yuv_join *j)
{
    for (int p = 0; p < 4; p++) {
        const float *s = src + j->at[p], *w = j->w[p];
        const float w0 = w[0], w1 = w[1], w2 = w[2], w3 = w[3];

        for (size_t i = 0; i < groups; i++)
            dst[4 * i + (size_t)p] = (w0 * s[i] + w1 * s[i + 1]) +
                                     (w2 * s[i + 2] + w3 * s[i + 3]);
    }
}

/* n values of chroma from pixel x on, which begins a group. */
static const float *widen(float *room, const float *src, size_t x, size_t n,
                          const struct kern_yuv_join *j)
{
    if (j->shift == 0)
        return src + x;
    if (j->shift == 1)
        widen2(room, src + x / 2, (n + 1) / 2, j);
    else
        widen4(room, src + x / 4, (n + 3) / 4, j);
    return room;
}

/* A value to its code, as a float without a fraction to cut off. */
static inline int32_t code_of(float x, const struct kern_yuv_code *q,
                              float dither)
{
    return (int32_t)kclamp(kfma(x, q->scale, q->zero) + dither, 0.0f, q->max);
}

#define IN(name, type)                                                         \
    static void code_##name(float *dst, const type *src, size_t n, float zero, \
                            float scale, float rest)                           \
    {                                                                          \
        for (size_t i = 0; i < n; i++) {                                       \
            const float c = (float)src[i] - zero;                              \
                                                                               \
            dst[i] = kfma(c, scale, c * rest);                                 \
        }                                                                      \
    }                                                                          \
    static void fold_##name(float *dst, const type *const rows[4],             \
                            const float w[4], size_t n, float zero)            \
    {                                                                          \
        const type *a = rows[0], *b = rows[1], *c = rows[2], *d = rows[3];     \
        const float wa = w[0], wb = w[1], wc = w[2], wd = w[3];                \
                                                                               \
        for (size_t i = 0; i < n; i++)                                         \
            dst[i] = (wa * ((float)a[i] - zero) + wb * ((float)b[i] - zero)) + \
                     (wc * ((float)c[i] - zero) + wd * ((float)d[i] - zero));  \
    }                                                                          \
    static void join_block_##name(float *restrict r, float *restrict g,        \
                                  float *restrict b, const type *luma,         \
                                  const float *u, const float *v, size_t n,    \
                                  const struct kern_yuv_join *j)               \
    {                                                                          \
        const float zero = j->zero, scale = j->scale, rest = j->rest;          \
        const float ru = j->r, gu = j->gu, gv = j->gv, pu = j->b;              \
                                                                               \
        for (size_t i = 0; i < n; i++) {                                       \
            const float c = (float)luma[i] - zero;                             \
            const float y = kfma(c, scale, c * rest);                          \
                                                                               \
            r[i] = kfma(ru, v[i], y);                                          \
            g[i] = kfma(gu, u[i], kfma(gv, v[i], y));                          \
            b[i] = kfma(pu, u[i], y);                                          \
        }                                                                      \
    }                                                                          \
    static void join_##name(float *const dst[3], const type *luma,             \
                            const float *u, const float *v, size_t n,          \
                            const struct kern_yuv_join *j)                     \
    {                                                                          \
        float ru[BLOCK], rv[BLOCK];                                            \
                                                                               \
        for (size_t x = 0; x < n; x += BLOCK) {                                \
            const size_t m = least(BLOCK, n - x);                              \
            const float *pu = widen(ru, u, x, m, j);                           \
            const float *pv = widen(rv, v, x, m, j);                           \
                                                                               \
            join_block_##name(dst[0] + x, dst[1] + x, dst[2] + x, luma + x,    \
                              pu, pv, m, j);                                   \
        }                                                                      \
    }

IN(u8, uint8_t)
IN(u16, uint16_t)

static inline float luma_of(float r, float g, float b, float kr, float kb)
{
    return kfma(kr, r - g, kfma(kb, b - g, g));
}

#define OUT(name, type)                                                        \
    static void split_block_##name(                                            \
        type *restrict luma, float *restrict u, float *restrict v,             \
        const float *r, const float *g, const float *b, size_t n, float kr,    \
        float kb, struct kern_yuv_code q, const float *dither)                 \
    {                                                                          \
        for (size_t i = 0; i < n; i++) {                                       \
            const float x = sane(r[i]), y = sane(g[i]), z = sane(b[i]);        \
            const float l = luma_of(x, y, z, kr, kb);                          \
                                                                               \
            u[i] = z - l;                                                      \
            v[i] = x - l;                                                      \
            luma[i] = (type)code_of(l, &q, dither[i]);                         \
        }                                                                      \
    }                                                                          \
    static void split_##name(type *luma, float *u, float *v,                   \
                             const float *const src[3], size_t n, float kr,    \
                             float kb, const struct kern_yuv_code *q,          \
                             const float *dither)                              \
    {                                                                          \
        for (size_t x = 0; x < n; x += BLOCK)                                  \
            split_block_##name(luma + x, u + x, v + x, src[0] + x, src[1] + x, \
                               src[2] + x, least(BLOCK, n - x), kr, kb, *q,    \
                               dither);                                        \
    }                                                                          \
    static void pack_block_##name(type *restrict dst, const float *src,        \
                                  size_t n, struct kern_yuv_code q,            \
                                  const float *dither)                         \
    {                                                                          \
        for (size_t i = 0; i < n; i++)                                         \
            dst[i] = (type)code_of(sane(src[i]), &q, dither[i]);               \
    }                                                                          \
    static void store_##name(                                                  \
        type *dst, const float *const *rows, const float *w, int taps,         \
        size_t n, const struct kern_yuv_code *q, const float *dither)          \
    {                                                                          \
        float sum[BLOCK];                                                      \
                                                                               \
        for (size_t x = 0; x < n; x += BLOCK) {                                \
            const size_t m = least(BLOCK, n - x);                              \
                                                                               \
            blend(sum, rows, w, taps, x, m);                                   \
            pack_block_##name(dst + x, sum, m, *q, dither);                    \
        }                                                                      \
    }

static void luma(float *dst, const float *const src[3], size_t n, float kr,
                 float kb)
{
    const float *r = src[0], *g = src[1], *b = src[2];

    KLOOP
    for (size_t i = 0; i < n; i++) {
        const float x = r[i], y = g[i], z = b[i];
        const int grey = (x == y) & (y == z);

        dst[i] = kselect(grey, y, luma_of(x, y, z, kr, kb));
    }
}

static void differ(float *restrict u, float *restrict v,
                   const float *const src[3], size_t n, float kr, float kb)
{
    const float *r = src[0], *g = src[1], *b = src[2];

    for (size_t i = 0; i < n; i++) {
        const float x = sane(r[i]), y = sane(g[i]), z = sane(b[i]);
        const float l = luma_of(x, y, z, kr, kb);

        u[i] = z - l;
        v[i] = x - l;
    }
}

/* n values from x on of rows that are weighed and summed. */
static void blend(float *restrict sum, const float *const *rows, const float *w,
                  int taps, size_t x, size_t n)
{
    const float *a = rows[0] + x;
    int k = 1;

    for (size_t i = 0; i < n; i++)
        sum[i] = w[0] * a[i];
    for (; k + 4 <= taps; k += 4) {
        const float *p = rows[k] + x, *q = rows[k + 1] + x;
        const float *r = rows[k + 2] + x, *s = rows[k + 3] + x;
        const float wp = w[k], wq = w[k + 1], wr = w[k + 2], ws = w[k + 3];

        for (size_t i = 0; i < n; i++)
            sum[i] = sum[i] +
                     ((wp * p[i] + wq * q[i]) + (wr * r[i] + ws * s[i]));
    }
    for (; k < taps; k++) {
        const float *p = rows[k] + x;
        const float wp = w[k];

        for (size_t i = 0; i < n; i++)
            sum[i] = sum[i] + wp * p[i];
    }
}

OUT(u8, uint8_t)
OUT(u16, uint16_t)

/* Phase p of 2^shift of n values. */
static void phase(float *restrict dst, const float *src, size_t n, int shift,
                  int p)
{
    if (shift == 1)
        for (size_t i = 0; i < n; i++)
            dst[i] = src[2 * i + (size_t)p];
    else
        for (size_t i = 0; i < n; i++)
            dst[i] = src[4 * i + (size_t)p];
}

static void narrow(float *dst, const float *src, size_t n, int shift,
                   const float *w)
{
    float part[BLOCK + 3];

    for (size_t x = 0; x < n; x += BLOCK) {
        const size_t m = least(BLOCK, n - x);
        float *restrict d = dst + x;

        for (int p = 0; p < 1 << shift; p++) {
            const float *v = w + p;
            const float w0 = v[0], w1 = v[1 << shift];
            const float w2 = v[2 << shift], w3 = v[3 << shift];

            phase(part, src + (x << shift), m + 3, shift, p);
            if (p == 0)
                for (size_t i = 0; i < m; i++)
                    d[i] = (w0 * part[i] + w1 * part[i + 1]) +
                           (w2 * part[i + 2] + w3 * part[i + 3]);
            else
                for (size_t i = 0; i < m; i++)
                    d[i] = d[i] + ((w0 * part[i] + w1 * part[i + 1]) +
                                   (w2 * part[i + 2] + w3 * part[i + 3]));
        }
    }
}

static void number(float *dst, const float *src, size_t n)
{
    for (size_t i = 0; i < n; i++)
        dst[i] = kselect(src[i] == src[i], src[i], 0.0f);
}

#define BOTH(kernel) .kernel##_u8 = kernel##_u8, .kernel##_u16 = kernel##_u16

const struct kern_yuv KERN_TABLE(kern_yuv) = {
    BOTH(code),       BOTH(fold),   BOTH(join),
    BOTH(split),      .luma = luma, .differ = differ,
    .narrow = narrow, BOTH(store),  .number = number,
};
