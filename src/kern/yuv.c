/*
 * Between code values and R'G'B', 16 pixels or 8 samples of chroma at a time.
 * What is left of a row at its end is done in a copy, as if more followed.
 * Functions with `wide` are made for codes of one and of two bytes.
 */

#include <stdbool.h>

#include "kern/lanes.h"
#include "kern/yuv.h"

#define STEP  16
#define BLOCK KERN_YUV_DITHER

typedef float *const planes3[3];

/* Eight codes from number i on. */
KINLINE v8 codes(const void *row, size_t i, bool wide)
{
    return wide ? l_load_u16((const uint16_t *)row + i)
                : l_load_u8((const uint8_t *)row + i);
}

KINLINE float code_at(const void *row, size_t i, bool wide)
{
    return wide ? (float)((const uint16_t *)row)[i]
                : (float)((const uint8_t *)row)[i];
}

KINLINE size_t bytes(size_t n, bool wide)
{
    return wide ? 2 * n : n;
}

KINLINE size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

KINLINE void code(float *dst, const void *src, size_t n, float zero,
                  float scale, float rest, bool wide)
{
    const v8 z = l_all(zero), s = l_all(scale), t = l_all(rest);
    size_t i = 0;

    for (; i + 8 <= n; i += 8) {
        const v8 c = codes(src, i, wide) - z;

        l_store(dst + i, l_fma(c, s, c * t));
    }
    for (; i < n; i++) {
        const float c = code_at(src, i, wide) - zero;

        dst[i] = kfma(c, scale, c * rest);
    }
}

/* Weights of codes from the middle to the sides, so that a grey leaves 0. */
KINLINE void fold(float *dst, const void *const rows[4], const float w[4],
                  size_t n, float zero, bool wide)
{
    const void *a = rows[0], *b = rows[1], *c = rows[2], *d = rows[3];
    const v8 wa = l_all(w[0]), wb = l_all(w[1]), wc = l_all(w[2]);
    const v8 wd = l_all(w[3]), z = l_all(-zero);
    size_t i = 0;

    for (; i + 8 <= n; i += 8) {
        v8 x = l_fma(wb, codes(b, i, wide), z);

        x = l_fma(wc, codes(c, i, wide), x);
        x = l_fma(wa, codes(a, i, wide), x);
        l_store(dst + i, l_fma(wd, codes(d, i, wide), x));
    }
    for (; i < n; i++) {
        float x = kfma(w[1], code_at(b, i, wide), -zero);

        x = kfma(w[2], code_at(c, i, wide), x);
        x = kfma(w[0], code_at(a, i, wide), x);
        dst[i] = kfma(w[3], code_at(d, i, wide), x);
    }
}

KINLINE v8 cubic(const float *s, const float w[4])
{
    return l_fma(l_all(w[0]), l_load(s), l_all(w[1]) * l_load(s + 1)) +
           l_fma(l_all(w[2]), l_load(s + 2), l_all(w[3]) * l_load(s + 3));
}

/* 16 pixels of chroma from the eight samples at s and those around them; with
   `cosited` every second pixel is a sample. */
KINLINE void widen(const float *s, const struct kern_yuv_join *j, bool cosited,
                   v8 *lo, v8 *hi)
{
    const v8 a = cosited ? l_load(s) : cubic(s + j->at[0], j->w[0]);

    l_zip(a, cubic(s + j->at[1], j->w[1]), lo, hi);
}

/* All pixels of some groups of four. */
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

KINLINE void join8(planes3 dst, size_t x, const void *luma, v8 u, v8 v,
                   const struct kern_yuv_join *j, bool wide)
{
    const v8 c = codes(luma, x, wide) - l_all(j->zero);
    const v8 y = l_fma(c, l_all(j->scale), c * l_all(j->rest));

    l_store(dst[0] + x, l_fma(l_all(j->r), v, y));
    l_store(dst[1] + x, l_fma(l_all(j->gu), u, l_fma(l_all(j->gv), v, y)));
    l_store(dst[2] + x, l_fma(l_all(j->b), u, y));
}

/* How wide chroma is, and what is known of its place. */
enum width { FULL, HALF, HALF_COSITED };

KINLINE void join16(planes3 dst, size_t x, const void *luma, const float *u,
                    const float *v, const struct kern_yuv_join *j,
                    enum width width, bool wide)
{
    v8 a, b, c, d;

    if (width == FULL) {
        a = l_load(u + x);
        b = l_load(u + x + 8);
        c = l_load(v + x);
        d = l_load(v + x + 8);
    } else {
        widen(u + x / 2, j, width == HALF_COSITED, &a, &b);
        widen(v + x / 2, j, width == HALF_COSITED, &c, &d);
    }
    join8(dst, x, luma, a, c, j, wide);
    join8(dst, x + 8, luma, b, d, j, wide);
}

/* The last pixels of a row, from x on. */
KINLINE void join_rest(planes3 dst, size_t x, const void *luma, const float *u,
                       const float *v, size_t n, const struct kern_yuv_join *j,
                       enum width width, bool wide)
{
    const size_t side = width == FULL ? 0 : 2;
    const ptrdiff_t from = (ptrdiff_t)(width == FULL ? x : x / 2) -
                           (ptrdiff_t)side;
    const size_t samples = (width == FULL ? n : (n + 1) / 2) + 2 * side;
    float room[3][STEP], ru[STEP + 4] = {0}, rv[STEP + 4] = {0};
    uint16_t rl[STEP] = {0};

    memcpy(rl, (const char *)luma + bytes(x, wide), bytes(n, wide));
    memcpy(ru, u + from, samples * sizeof(float));
    memcpy(rv, v + from, samples * sizeof(float));
    join16((planes3){room[0], room[1], room[2]}, 0, rl, ru + side, rv + side, j,
           width, wide);
    for (int p = 0; p < 3; p++)
        memcpy(dst[p] + x, room[p], n * sizeof(float));
}

KINLINE void join_rows(planes3 dst, const void *luma, const float *u,
                       const float *v, size_t n, struct kern_yuv_join j,
                       enum width width, bool wide)
{
    float *const to[3] = {dst[0], dst[1], dst[2]};
    size_t x = 0;

    for (; x + STEP <= n; x += STEP)
        join16(to, x, luma, u, v, &j, width, wide);
    if (x < n)
        join_rest(to, x, luma, u, v, n - x, &j, width, wide);
}

/* With chroma four times narrower, block by block. */
KINLINE void join_quarter(planes3 dst, const void *luma, const float *u,
                          const float *v, size_t n,
                          const struct kern_yuv_join *j, bool wide)
{
    float ru[BLOCK], rv[BLOCK];

    for (size_t x = 0; x < n; x += BLOCK) {
        const size_t m = least(BLOCK, n - x);

        widen4(ru, u + x / 4, (m + 3) / 4, j);
        widen4(rv, v + x / 4, (m + 3) / 4, j);
        join_rows((planes3){dst[0] + x, dst[1] + x, dst[2] + x},
                  (const char *)luma + bytes(x, wide), ru, rv, m, *j, FULL,
                  wide);
    }
}

KINLINE void join(planes3 dst, const void *luma, const float *u, const float *v,
                  size_t n, const struct kern_yuv_join *j, bool wide)
{
    if (j->shift == 0)
        join_rows(dst, luma, u, v, n, *j, FULL, wide);
    else if (j->shift == 2)
        join_quarter(dst, luma, u, v, n, j, wide);
    else if (j->at[0] == -1 && j->w[0][1] == 1.0f)
        join_rows(dst, luma, u, v, n, *j, HALF_COSITED, wide);
    else
        join_rows(dst, luma, u, v, n, *j, HALF, wide);
}

/* Luma and chroma of full width as codes. */
KINLINE void join3(planes3 dst, const void *const src[3], size_t n,
                   struct kern_yuv_join j, float zero, bool wide)
{
    const void *y = src[0], *u = src[1], *v = src[2];
    float *const to[3] = {dst[0], dst[1], dst[2]};
    const v8 z = l_all(zero);
    size_t x = 0;

    for (; x + 8 <= n; x += 8)
        join8(to, x, y, codes(u, x, wide) - z, codes(v, x, wide) - z, &j, wide);
    for (; x < n; x++) {
        const float c = code_at(y, x, wide) - j.zero;
        const float a = code_at(u, x, wide) - zero;
        const float b = code_at(v, x, wide) - zero;
        const float l = kfma(c, j.scale, c * j.rest);

        to[0][x] = kfma(j.r, b, l);
        to[1][x] = kfma(j.gu, a, kfma(j.gv, b, l));
        to[2][x] = kfma(j.b, a, l);
    }
}

/* Where split() writes; the second of u and v only for halves. */
struct split_to {
    void *luma;
    float *u[2], *v[2];
};

struct split_from {
    const float *r, *g, *b;
};

/* What is made: constants wherever they are used. */
struct split_how {
    bool wide, luma;
    bool halves; /* pixels of even and odd numbers apart */
};

/* Codes as floats with something behind the point. */
KINLINE v8 to_code(v8 x, const struct kern_yuv_code *q, const float *dither)
{
    x = l_fma(x, l_all(q->scale), l_all(q->zero)) + l_load(dither);
    return l_clamp(x, l_all(0.0f), l_all(q->max));
}

KINLINE void put_codes(void *row, size_t i, v8 a, v8 b, bool wide)
{
    if (wide)
        l_store_u16((uint16_t *)row + i, a, b);
    else
        l_store_u8((uint8_t *)row + i, a, b);
}

KINLINE v8 split8(const struct split_from *src, size_t x,
                  const struct kern_yuv_split *s, v8 *u, v8 *v)
{
    const v8 lo = l_all(-4.0f), hi = l_all(4.0f);
    const v8 r = l_clamp(l_load(src->r + x), lo, hi);
    const v8 g = l_clamp(l_load(src->g + x), lo, hi);
    const v8 b = l_clamp(l_load(src->b + x), lo, hi);
    const v8 y = l_fma(l_all(s->kr), r - g, l_fma(l_all(s->kb), b - g, g));

    *u = b - y;
    *v = r - y;
    return y;
}

KINLINE void put_chroma(float *const to[2], size_t x, v8 a, v8 b, bool halves)
{
    if (halves) {
        l_unzip(a, b, &a, &b);
        l_store(to[0] + x / 2, a);
        l_store(to[1] + x / 2, b);
    } else {
        l_store(to[0] + x, a);
        l_store(to[0] + x + 8, b);
    }
}

KINLINE void split16(const struct split_to *to, const struct split_from *src,
                     size_t x, const struct kern_yuv_split *s,
                     const struct kern_yuv_code *q, const float *dither,
                     struct split_how how)
{
    v8 u[2], v[2];
    const v8 a = split8(src, x, s, &u[0], &v[0]);
    const v8 b = split8(src, x + 8, s, &u[1], &v[1]);

    put_chroma(to->u, x, u[0], u[1], how.halves);
    put_chroma(to->v, x, v[0], v[1], how.halves);
    if (how.luma)
        put_codes(to->luma, x, to_code(a, q, dither), to_code(b, q, dither + 8),
                  how.wide);
}

/* The first n of 16 pixels of chroma, to pixel x. */
KINLINE void copy_chroma(float *const to[2], size_t x, float *const from[2],
                         size_t n, bool halves)
{
    if (halves) {
        memcpy(to[0] + x / 2, from[0], (n + 1) / 2 * sizeof(float));
        memcpy(to[1] + x / 2, from[1], n / 2 * sizeof(float));
    } else {
        memcpy(to[0] + x, from[0], n * sizeof(float));
    }
}

KINLINE void split_rest(const struct split_to *to, const struct split_from *src,
                        size_t x, size_t n, const struct kern_yuv_split *s,
                        const struct kern_yuv_code *q, const float *dither,
                        struct split_how how)
{
    float in[3][STEP] = {{0}}, u[2][STEP], v[2][STEP];
    uint16_t codes[STEP];
    const struct split_from from = {in[0], in[1], in[2]};
    const struct split_to room = {codes, {u[0], u[1]}, {v[0], v[1]}};

    memcpy(in[0], src->r + x, n * sizeof(float));
    memcpy(in[1], src->g + x, n * sizeof(float));
    memcpy(in[2], src->b + x, n * sizeof(float));
    split16(&room, &from, 0, s, q, dither, how);
    copy_chroma(to->u, x, room.u, n, how.halves);
    copy_chroma(to->v, x, room.v, n, how.halves);
    if (how.luma)
        memcpy((char *)to->luma + bytes(x, how.wide), codes,
               bytes(n, how.wide));
}

KINLINE void split(struct split_to to, const float *const src[3], size_t n,
                   struct kern_yuv_split s, struct kern_yuv_code q,
                   const float *dither, struct split_how how)
{
    const struct split_from from = {src[0], src[1], src[2]};
    size_t x = 0;

    for (; x + STEP <= n; x += STEP)
        split16(&to, &from, x, &s, &q, dither + x % KERN_YUV_DITHER, how);
    if (x < n)
        split_rest(&to, &from, x, n - x, &s, &q, dither + x % KERN_YUV_DITHER,
                   how);
}

static const struct kern_yuv_code no_code;
static const float no_dither[KERN_YUV_DITHER];

static void differ(float *u, float *v, const float *const src[3], size_t n,
                   const struct kern_yuv_split *s)
{
    split((struct split_to){NULL, {u, NULL}, {v, NULL}}, src, n, *s, no_code,
          no_dither, (struct split_how){.halves = false});
}

static void differ2(float *const u[2], float *const v[2],
                    const float *const src[3], size_t n,
                    const struct kern_yuv_split *s)
{
    split((struct split_to){NULL, {u[0], u[1]}, {v[0], v[1]}}, src, n, *s,
          no_code, no_dither, (struct split_how){.halves = true});
}

static void luma(float *dst, const float *const src[3], size_t n,
                 const struct kern_yuv_split *s)
{
    const float *r = src[0], *g = src[1], *b = src[2];
    const float kr = s->kr, kb = s->kb;

    KLOOP
    for (size_t i = 0; i < n; i++) {
        const float x = r[i], y = g[i], z = b[i];
        const int grey = (x == y) & (y == z);

        dst[i] = kselect(grey, y, kfma(kr, x - y, kfma(kb, z - y, y)));
    }
}

static void narrow2(float *dst, const float *a, const float *b, size_t n,
                    const float w[8])
{
    const v8 a0 = l_all(w[0]), a1 = l_all(w[2]), a2 = l_all(w[4]);
    const v8 a3 = l_all(w[6]), b0 = l_all(w[1]), b1 = l_all(w[3]);
    const v8 b2 = l_all(w[5]), b3 = l_all(w[7]);
    /* the cubic is 0 at all other samples */
    const bool cosited = w[1] == 0.0f && w[5] == 0.0f && w[7] == 0.0f;
    size_t i = 0;

    for (; cosited && i + 8 <= n; i += 8) {
        const v8 s = l_fma(a0, l_load(a + i), a1 * l_load(a + i + 1));
        const v8 u = l_fma(a2, l_load(a + i + 2), a3 * l_load(a + i + 3));

        l_store(dst + i, (s + b1 * l_load(b + i + 1)) + u);
    }
    for (; i + 8 <= n; i += 8) {
        const v8 s = l_fma(a0, l_load(a + i), a1 * l_load(a + i + 1));
        const v8 t = l_fma(b0, l_load(b + i), b1 * l_load(b + i + 1));
        const v8 u = l_fma(a2, l_load(a + i + 2), a3 * l_load(a + i + 3));
        const v8 v = l_fma(b2, l_load(b + i + 2), b3 * l_load(b + i + 3));

        l_store(dst + i, (s + t) + (u + v));
    }
    for (; i < n; i++) {
        const float s = kfma(w[0], a[i], w[2] * a[i + 1]);
        const float t = kfma(w[1], b[i], w[3] * b[i + 1]);
        const float u = kfma(w[4], a[i + 2], w[6] * a[i + 3]);
        const float v = kfma(w[5], b[i + 2], w[7] * b[i + 3]);

        dst[i] = (s + t) + (u + v);
    }
}

static void narrow4(float *dst, const float *src, size_t n, const float w[16])
{
    float *restrict d = dst;

    for (size_t i = 0; i < n; i++) {
        const float *s = src + 4 * i;
        float sum = 0.0f;

        for (size_t k = 0; k < 16; k++)
            sum += w[k] * s[k];
        d[i] = sum;
    }
}

/* 16 codes from number i on, of rows that are weighed and summed. */
KINLINE void store16(void *dst, size_t to, const float *const *rows,
                     const float *w, int taps, size_t i,
                     const struct kern_yuv_code *q, const float *dither,
                     bool wide)
{
    v8 a = l_all(w[0]) * l_load(rows[0] + i);
    v8 b = l_all(w[0]) * l_load(rows[0] + i + 8);

    for (int k = 1; k < taps; k++) {
        const v8 v = l_all(w[k]);

        a = l_fma(v, l_load(rows[k] + i), a);
        b = l_fma(v, l_load(rows[k] + i + 8), b);
    }
    put_codes(dst, to, to_code(a, q, dither), to_code(b, q, dither + 8), wide);
}

KINLINE void store(void *dst, const float *const *rows, const float *w,
                   int taps, size_t n, struct kern_yuv_code q,
                   const float *dither, bool wide)
{
    float sum[STEP] = {0};
    const float *all = sum;
    uint16_t room[STEP];
    size_t i = 0;

    for (; i + STEP <= n; i += STEP)
        store16(dst, i, rows, w, taps, i, &q, dither + i % KERN_YUV_DITHER,
                wide);
    if (i == n)
        return;
    for (size_t x = 0; x < n - i; x++) {
        sum[x] = w[0] * rows[0][i + x];
        for (int k = 1; k < taps; k++)
            sum[x] = kfma(w[k], rows[k][i + x], sum[x]);
    }
    store16(room, 0, &all, &(float){1}, 1, 0, &q, dither + i % KERN_YUV_DITHER,
            wide);
    memcpy((char *)dst + bytes(i, wide), room, bytes(n - i, wide));
}

static void number(float *dst, const float *src, size_t n)
{
    for (size_t i = 0; i < n; i++)
        dst[i] = kselect(src[i] == src[i], src[i], 0.0f);
}

/* One of each for a type of codes. */
#define CODES(name, type, wide)                                                \
    static void code_##name(float *dst, const type *src, size_t n, float zero, \
                            float scale, float rest)                           \
    {                                                                          \
        code(dst, src, n, zero, scale, rest, wide);                            \
    }                                                                          \
    static void fold_##name(float *dst, const type *const rows[4],             \
                            const float w[4], size_t n, float zero)            \
    {                                                                          \
        fold(dst, (const void *const[4]){rows[0], rows[1], rows[2], rows[3]},  \
             w, n, zero, wide);                                                \
    }                                                                          \
    static void join_##name(planes3 dst, const type *codes, const float *u,    \
                            const float *v, size_t n,                          \
                            const struct kern_yuv_join *j)                     \
    {                                                                          \
        join(dst, codes, u, v, n, j, wide);                                    \
    }                                                                          \
    static void join3_##name(planes3 dst, const type *const src[3], size_t n,  \
                             const struct kern_yuv_join *j, float zero)        \
    {                                                                          \
        join3(dst, (const void *const[3]){src[0], src[1], src[2]}, n, *j,      \
              zero, wide);                                                     \
    }                                                                          \
    static void split_##name(                                                  \
        type *codes, float *u, float *v, const float *const src[3], size_t n,  \
        const struct kern_yuv_split *s, const struct kern_yuv_code *q,         \
        const float *dither)                                                   \
    {                                                                          \
        split((struct split_to){codes, {u, NULL}, {v, NULL}}, src, n, *s, *q,  \
              dither, (struct split_how){wide, true, false});                  \
    }                                                                          \
    static void split2_##name(                                                 \
        type *codes, float *const u[2], float *const v[2],                     \
        const float *const src[3], size_t n, const struct kern_yuv_split *s,   \
        const struct kern_yuv_code *q, const float *dither)                    \
    {                                                                          \
        split((struct split_to){codes, {u[0], u[1]}, {v[0], v[1]}}, src, n,    \
              *s, *q, dither, (struct split_how){wide, true, true});           \
    }                                                                          \
    static void store_##name(                                                  \
        type *dst, const float *const *rows, const float *w, int taps,         \
        size_t n, const struct kern_yuv_code *q, const float *dither)          \
    {                                                                          \
        store(dst, rows, w, taps, n, *q, dither, wide);                        \
    }

CODES(u8, uint8_t, false)
CODES(u16, uint16_t, true)

#define BOTH(kernel) .kernel##_u8 = kernel##_u8, .kernel##_u16 = kernel##_u16

const struct kern_yuv KERN_TABLE(kern_yuv) = {
    BOTH(code),         BOTH(fold),         BOTH(join),         BOTH(join3),
    BOTH(split),        .differ = differ,   .luma = luma,       BOTH(split2),
    .differ2 = differ2, .narrow2 = narrow2, .narrow4 = narrow4, BOTH(store),
    .number = number,
};
