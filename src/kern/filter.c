/* Small neighbourhoods. */

#include "kern/filter.h"
#include "kern/level.h"
#include "kern/math.h"

#define WR 0.26270021f
#define WG 0.67799807f
#define WB 0.05930172f

static inline float luma_of(float r, float g, float b)
{
    return WR * r + (WG * g + WB * b);
}

static void luma(float *dst, const float *const src[3], size_t n)
{
    const float *r = src[0], *g = src[1], *b = src[2];

    KLOOP
    for (size_t i = 0; i < n; i++)
        dst[i] = luma_of(r[i], g[i], b[i]);
}

static void range3(float *lo, float *hi, const float *const rows[3], size_t n)
{
    const float *a = rows[0], *b = rows[1], *c = rows[2];

    KLOOP
    for (size_t i = 0; i < n; i++) {
        const float *p = a + i, *q = b + i, *r = c + i;

        lo[i] = kmin(kmin(kmin(p[-1], p[0]), kmin(p[1], q[-1])),
                     kmin(kmin(q[0], q[1]), kmin(r[-1], kmin(r[0], r[1]))));
        hi[i] = kmax(kmax(kmax(p[-1], p[0]), kmax(p[1], q[-1])),
                     kmax(kmax(q[0], q[1]), kmax(r[-1], kmax(r[0], r[1]))));
    }
}

static void lightness(float *dst, const float *const src[3], size_t n)
{
    const float *r = src[0], *g = src[1], *b = src[2];

    KLOOP
    for (size_t i = 0; i < n; i++)
        dst[i] = __builtin_sqrtf(kmax(luma_of(r[i], g[i], b[i]), 0.0f));
}

/*
 * The factor that brings light of one lightness to another. In the deepest
 * shadows, where noise is, it stays near 1.
 */
static inline float factor(float from, float to)
{
    const float s = (kmax(to, 0.0f) + 0.02f) / (from + 0.02f);

    return s * s;
}

static void sharpen(float *const dst[3], const float *const src[3],
                    const float *light, const float *blur, const float *lo,
                    const float *hi, size_t n, const struct kern_sharpen *s)
{
    const float *r = src[0], *g = src[1], *b = src[2];
    float *dr = dst[0], *dg = dst[1], *db = dst[2];
    const float amount = s->amount, keep = s->overshoot;
    const float t2 = s->threshold * s->threshold;

    KLOOP
    for (size_t i = 0; i < n; i++) {
        const float y = light[i], d = y - blur[i], d2 = d * d;
        const float w = y + amount * d * (d2 / (d2 + t2 + 1e-12f));
        const float in = kclamp(w, lo[i], hi[i]);
        const float f = factor(y, in + keep * (w - in));

        dr[i] = r[i] * f;
        dg[i] = g[i] * f;
        db[i] = b[i] * f;
    }
}

static void unsharp(float *const dst[3], const float *const src[3],
                    const float *luma, const float *blur, size_t n,
                    float amount)
{
    const float *r = src[0], *g = src[1], *b = src[2];
    float *dr = dst[0], *dg = dst[1], *db = dst[2];

    KLOOP
    for (size_t i = 0; i < n; i++) {
        const float d = amount * (luma[i] - blur[i]);

        dr[i] = r[i] + d;
        dg[i] = g[i] + d;
        db[i] = b[i] + d;
    }
}

static void unsharp_chroma(float *const c[3], const float *const uv[2],
                           const float *const blur[2], size_t n, float amount)
{
    const float *u = uv[0], *v = uv[1], *ub = blur[0], *vb = blur[1];
    float *r = c[0], *g = c[1], *b = c[2];

    KLOOP
    for (size_t i = 0; i < n; i++) {
        const float du = amount * (u[i] - ub[i]);
        const float dv = amount * (v[i] - vb[i]);
        const float e = WR * du + WB * dv;

        r[i] = r[i] + (du - e);
        g[i] = g[i] - e;
        b[i] = b[i] + (dv - e);
    }
}

static void relight(float *const dst[3], const float *const src[3],
                    const float *light, const float *delta, size_t n,
                    float gain)
{
    const float *r = src[0], *g = src[1], *b = src[2];
    float *dr = dst[0], *dg = dst[1], *db = dst[2];

    KLOOP
    for (size_t i = 0; i < n; i++) {
        const float f = factor(light[i], light[i] + gain * delta[i]);

        dr[i] = r[i] * f;
        dg[i] = g[i] * f;
        db[i] = b[i] * f;
    }
}

#define PIECE 256

static inline float weight_of(float q)
{
    const float w = kmax(1.0f - q, 0.0f);

    return w * w;
}

/*
 * One tap for up to PIECE pixels, whose sums stay in the first cache. Not
 * inlined, or gcc 12 jams two taps into one loop and no longer vectorises it.
 */
__attribute__((noinline)) static void
add_tap(float *restrict sum, float *restrict all, const float *value,
        const float *middle, const float *guide, const float *own, size_t n,
        float s)
{
    for (size_t i = 0; i < n; i++) {
        const float d = (guide[i] - own[i]) * s, w = weight_of(d * d);

        sum[i] = sum[i] + w * (value[i] - middle[i]);
        all[i] = all[i] + w;
    }
}

static void steady(float *dst, const float *const *value,
                   const float *const *guide, size_t n,
                   const struct kern_taps *taps, float limit)
{
    float sum[PIECE], all[PIECE];

    for (size_t at = 0; at < n; at += PIECE) {
        const size_t m = n - at < PIECE ? n - at : PIECE;

        for (size_t i = 0; i < m; i++) {
            sum[i] = 0.0f;
            all[i] = 1.0f;
        }
        for (int k = 0; k < taps->count; k++)
            add_tap(sum, all, value[taps->dy[k]] + at + taps->dx[k],
                    value[0] + at, guide[taps->dy[k]] + at + taps->dx[k],
                    guide[0] + at, m, 1.0f / limit);
        for (size_t i = 0; i < m; i++)
            dst[at + i] = sum[i] / all[i];
    }
}

struct sums {
    float u[PIECE], v[PIECE], all[PIECE];
};

/* yuv: the tap's three rows, own: those of the pixels themselves. */
__attribute__((noinline)) static void add_tap2(struct sums *restrict sum,
                                               const float *const yuv[3],
                                               const float *const own[3],
                                               size_t n, float sy, float sc)
{
    const float *y = yuv[0], *u = yuv[1], *v = yuv[2];
    const float *y0 = own[0], *u0 = own[1], *v0 = own[2];

    for (size_t i = 0; i < n; i++) {
        const float d = (y[i] - y0[i]) * sy;
        const float a = u[i] - u0[i], b = v[i] - v0[i];
        const float w = weight_of(d * d + (a * a + b * b) * sc);

        sum->u[i] = sum->u[i] + w * a;
        sum->v[i] = sum->v[i] + w * b;
        sum->all[i] = sum->all[i] + w;
    }
}

static void steady2(float *du, float *dv, const float *const *y,
                    const float *const *u, const float *const *v, size_t n,
                    const struct kern_taps *taps, float ly, float lc)
{
    const float sy = 1.0f / ly, sc = 1.0f / (lc * lc);
    struct sums sum;

    for (size_t at = 0; at < n; at += PIECE) {
        const size_t m = n - at < PIECE ? n - at : PIECE;
        const float *const own[3] = {y[0] + at, u[0] + at, v[0] + at};

        for (size_t i = 0; i < m; i++) {
            sum.u[i] = sum.v[i] = 0.0f;
            sum.all[i] = 1.0f;
        }
        for (int k = 0; k < taps->count; k++) {
            const int dx = taps->dx[k], dy = taps->dy[k];
            const float *const yuv[3] = {y[dy] + at + dx, u[dy] + at + dx,
                                         v[dy] + at + dx};

            add_tap2(&sum, yuv, own, m, sy, sc);
        }
        for (size_t i = 0; i < m; i++) {
            du[at + i] = sum.u[i] / sum.all[i];
            dv[at + i] = sum.v[i] / sum.all[i];
        }
    }
}

static void chroma(float *u, float *v, const float *const src[3], size_t n)
{
    const float *r = src[0], *g = src[1], *b = src[2];

    KLOOP
    for (size_t i = 0; i < n; i++) {
        u[i] = r[i] - g[i];
        v[i] = b[i] - g[i];
    }
}

static inline float range4(float a, float b, float c, float d)
{
    return kmax(kmax(a, b), kmax(c, d)) - kmin(kmin(a, b), kmin(c, d));
}

static void unrest(float *dst, const float *const u[2], const float *const v[2],
                   size_t pairs)
{
    const float *u0 = u[0], *u1 = u[1], *v0 = v[0], *v1 = v[1];

    for (size_t i = 0; i < pairs; i++) {
        const float a = range4(u0[i], u0[i + 1], u1[i], u1[i + 1]);
        const float b = range4(v0[i], v0[i + 1], v1[i], v1[i + 1]);

        dst[2 * i] = dst[2 * i + 1] = a * a + b * b;
    }
}

static void rechroma(float *const dst[3], const float *const src[3],
                     const float *const uv[2], const float *const duv[2],
                     const float *unrest, size_t n, float limit)
{
    const float *r = src[0], *g = src[1], *b = src[2];
    const float *u = uv[0], *v = uv[1], *du = duv[0], *dv = duv[1];
    float *dr = dst[0], *dg = dst[1], *db = dst[2];
    const float s = 1.0f / (limit * limit);

    KLOOP
    for (size_t i = 0; i < n; i++) {
        const float cg = g[i], cr = r[i], cb = b[i];
        const float ru = (cr - cg) - u[i], rv = (cb - cg) - v[i];
        const float q = (0.3f * (ru * ru + rv * rv) + unrest[i]) * s;
        const float drop = 1.0f / (q * q + 1.0f);
        const float a = du[i] - ru * drop, c = dv[i] - rv * drop;
        const float e = WR * a + WB * c;

        dr[i] = cr + (a - e);
        dg[i] = cg - e;
        db[i] = cb + (c - e);
    }
}

static void shift(float *const dst[3], const float *const src[3],
                  const float *delta, size_t n)
{
    const float *r = src[0], *g = src[1], *b = src[2];
    float *dr = dst[0], *dg = dst[1], *db = dst[2];

    KLOOP
    for (size_t i = 0; i < n; i++) {
        dr[i] = r[i] + delta[i];
        dg[i] = g[i] + delta[i];
        db[i] = b[i] + delta[i];
    }
}

/*
 * Points x ^ dx, x + 1 ^ dx … of a row, with this sign: four bytes of a hash
 * added up, nearly normal, variance 4 (256^2 - 1) / 12.
 */
static void points(float *dst, size_t n, uint32_t x, uint32_t dx, uint32_t y,
                   uint32_t seed, float gain)
{
    const float scale = gain * 0.0067658761f;

    KLOOP
    for (size_t i = 0; i < n; i++) {
        const uint32_t h = khash((x + (uint32_t)i) ^ dx, y, seed);
        const uint32_t pair = (h & 0xff00ff) + (h >> 8 & 0xff00ff);
        const int32_t sum = (int32_t)((pair & 0xffff) + (pair >> 16)) - 510;

        dst[i] = dst[i] + scale * (float)sum;
    }
}

/*
 * One half of a block is the other with another sign: the right one or the
 * lower one, in an order that changes from block to block.
 */
static void lattice(float *dst, size_t n, int32_t x, int32_t y, uint32_t seed,
                    float gain, int width, int height)
{
    const uint32_t w = (uint32_t)width, h = (uint32_t)height, v = (uint32_t)y;

    for (uint32_t at = (uint32_t)x, end = at + (uint32_t)n; at != end;) {
        const uint32_t half = w / 2 - (at & (w / 2 - 1)), left = end - at;
        const uint32_t m = left < half ? left : half;
        const uint32_t order = khash(at / w, v / h, ~seed);
        const int down = (int)(order >> 31);
        const int second = (down ? v & h / 2 : at & w / 2) != 0;
        const uint32_t dx = down ? order & (w - 1)
                                 : w / 2 | (order & (w / 2 - 1));
        const uint32_t dy = order >> 16;
        const uint32_t to = down ? h / 2 | (dy & (h / 2 - 1)) : dy & (h - 1);

        points(dst, m, at, second ? dx : 0, second ? v ^ to : v, seed,
               second ? -gain : gain);
        dst += m;
        at += m;
    }
}

/*
 * Weights (t-.5)^2/2, .75-t^2, (t+.5)^2/2 for the distance t from the nearest
 * point. The root of the sum of their squares is 0.77 at 0, 0.71 at 0.5; the
 * last factor is its reciprocal within 0.0015.
 */
#define SPLINE(a, b, c, t, t2)                                                 \
    (((0.5f * t2 + 0.125f - 0.5f * t) * (a) +                                  \
      ((0.75f - t2) * (b) + (0.5f * t2 + 0.125f + 0.5f * t) * (c))) *          \
     (1.29777f + t2 * (0.88374f - 1.6719f * t2)))

static void spline_any(float *dst, const float *src, size_t from, size_t n,
                       float at, float step, float gain)
{
    for (size_t i = from; i < n; i++) {
        const float p = at + (float)(int)i * step;
        const int j = (int)(p + 0.5f);
        const float *s = src + j - 1, t = p - (float)j, t2 = t * t;

        dst[i] = dst[i] + gain * SPLINE(s[0], s[1], s[2], t, t2);
    }
}

#if defined(__AVX2__)
typedef float v8 __attribute__((vector_size(32)));
typedef int32_t i8 __attribute__((vector_size(32)));

/* Points k of sixteen, lo and hi. */
#define TAKE(k)                                                                \
    ((v8)(((i8)__builtin_ia32_permvarsf256(lo, k) & (k < 8)) |                 \
          ((i8)__builtin_ia32_permvarsf256(hi, k) & (k >= 8))))

/* Eight places at a time: their points lie within sixteen. */
static size_t spline_wide(float *dst, const float *src, size_t n, float at,
                          float step, float gain)
{
    const v8 seq = {0, 1, 2, 3, 4, 5, 6, 7};
    size_t i = 0;

    for (; i + 8 <= n; i += 8) {
        const v8 p = at + (seq + (float)(int)i) * step;
        const i8 j = __builtin_convertvector(p + 0.5f, i8);
        const v8 t = p - __builtin_convertvector(j, v8), t2 = t * t;
        const i8 k = j - j[0], k1 = k + 1, k2 = k + 2;
        v8 lo, hi, v;

        memcpy(&lo, src + j[0] - 1, sizeof(v8));
        memcpy(&hi, src + j[0] + 7, sizeof(v8));
        memcpy(&v, dst + i, sizeof(v8));
        v = v + gain * SPLINE(TAKE(k), TAKE(k1), TAKE(k2), t, t2);
        memcpy(dst + i, &v, sizeof(v8));
    }
    return i;
}
#endif

static void spline(float *dst, const float *src, size_t n, float at, float step,
                   float gain)
{
    size_t i = 0;

#if defined(__AVX2__)
    i = spline_wide(dst, src, n, at, step, gain);
#endif
    spline_any(dst, src, i, n, at, step, gain);
}

static void grain(float *const c[3], const float *noise, size_t n, float amount)
{
    float *r = c[0], *g = c[1], *b = c[2];

    KLOOP
    for (size_t i = 0; i < n; i++) {
        const float y = kclamp(luma_of(r[i], g[i], b[i]), 0.0f, 1.0f);
        const float d = amount * (4.0f * y * (1.0f - y)) * noise[i];

        r[i] = r[i] + d;
        g[i] = g[i] + d;
        b[i] = b[i] + d;
    }
}

const struct kern_filter KERN_TABLE(kern_filter) = {
    .luma = luma,
    .lightness = lightness,
    .range3 = range3,
    .sharpen = sharpen,
    .unsharp = unsharp,
    .unsharp_chroma = unsharp_chroma,
    .relight = relight,
    .steady = steady,
    .steady2 = steady2,
    .chroma = chroma,
    .unrest = unrest,
    .rechroma = rechroma,
    .shift = shift,
    .lattice = lattice,
    .spline = spline,
    .grain = grain,
};
