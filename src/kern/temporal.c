/* Frames of footage; see the header. */

#include "kern/temporal.h"
#include "kern/level.h"
#include "kern/math.h"

/* ITU-R BT.2020, table 4. */
#define WR    0.26270021f
#define WG    0.67799807f
#define WB    0.05930172f
#define OVER2 0.45989f /* 1 / 1.4746^2, of Cr */
#define OVER3 0.28251f /* 1 / 1.8814^2, of Cb */

static void change(float *y, float *c, const float *const a[3],
                   const float *const b[3], size_t n)
{
    const float *ar = a[0], *ag = a[1], *ab = a[2];
    const float *br = b[0], *bg = b[1], *bb = b[2];

    KLOOP
    for (size_t i = 0; i < n; i++) {
        const float r = br[i] - ar[i], g = bg[i] - ag[i], d = bb[i] - ab[i];
        const float l = kfma(WR, r, kfma(WG, g, WB * d));
        const float u = r - l, v = d - l;

        y[i] = l;
        c[i] = kfma(OVER2 * u, u, OVER3 * v * v);
    }
}

#define PIECE 256

/* Sums of three rows, and of their squares. */
static void columns(float *restrict s, float *restrict q, float *restrict e,
                    const float *const y[3], const float *const c[3],
                    ptrdiff_t at, size_t n)
{
    const float *a = y[0] + at, *b = y[1] + at, *d = y[2] + at;
    const float *f = c[0] + at, *g = c[1] + at, *h = c[2] + at;

    for (size_t i = 0; i < n; i++) {
        s[i] = (a[i] + d[i]) + b[i];
        q[i] = kfma(a[i], a[i], kfma(d[i], d[i], b[i] * b[i]));
        e[i] = (f[i] + h[i]) + g[i];
    }
}

static void match(float *wy, float *wc, const float *const y[3],
                  const float *const c[3], const float *scale, size_t n,
                  const struct kern_match *m)
{
    const struct kern_match v = *m;
    float s[PIECE + 2], q[PIECE + 2], e[PIECE + 2];

    for (size_t at = 0; at < n; at += PIECE) {
        const size_t k = n - at < PIECE ? n - at : PIECE;
        float *py = wy + at, *pc = wc + at;
        const float *ps = scale + at;

        columns(s, q, e, y, c, (ptrdiff_t)at - 1, k + 2);
        KLOOP
        for (size_t i = 0; i < k; i++) {
            const float sum = (s[i] + s[i + 2]) + s[i + 1], u = ps[i];
            const float square = (q[i] + q[i + 2]) + q[i + 1];
            const float chroma = (e[i] + e[i + 2]) + e[i + 1];
            const float t = u * kfma(sum * sum, v.mean, square * v.square);
            const float l = kmax(v.limit - t, 0.0f);
            const float f = kfma(u * chroma, -v.chroma, v.limit);
            const float w = kmax(kfma(t, -v.loose, f), 0.0f);

            py[i] = kmin(py[i], l * l * v.keep_y);
            pc[i] = kmin(pc[i], w * w * v.keep_c);
        }
    }
}

static void gather(float *const sum[5], const float *const a[3],
                   const float *const b[3], const float *y, const float *wy,
                   const float *wc, size_t n)
{
    const float *ar = a[0], *ab = a[2], *br = b[0], *bb = b[2];
    float *sy = sum[0], *su = sum[1], *sv = sum[2];
    float *ny = sum[3], *nc = sum[4];

    KLOOP
    for (size_t i = 0; i < n; i++) {
        const float l = y[i], w = wy[i], x = wc[i];

        sy[i] = kfma(w, l, sy[i]);
        su[i] = kfma(x, (br[i] - ar[i]) - l, su[i]);
        sv[i] = kfma(x, (bb[i] - ab[i]) - l, sv[i]);
        ny[i] = ny[i] + w;
        nc[i] = nc[i] + x;
    }
}

static void settle(float *const dst[3], const float *const src[3],
                   const float *const sum[5], size_t n)
{
    const float *sy = sum[0], *su = sum[1], *sv = sum[2];
    const float *ny = sum[3], *nc = sum[4];
    const float *r = src[0], *g = src[1], *b = src[2];
    float *dr = dst[0], *dg = dst[1], *db = dst[2];

    KLOOP
    for (size_t i = 0; i < n; i++) {
        const float l = sy[i] / (1.0f + ny[i]), s = 1.0f / (1.0f + nc[i]);
        const float u = su[i] * s, v = sv[i] * s;
        const float w = kfma(u, -WR / WG, v * (-WB / WG));

        dr[i] = r[i] + (l + u);
        dg[i] = g[i] + (l + w);
        db[i] = b[i] + (l + v);
    }
}

/*
 * The sRGB curve after a square: 25.84 y below 0.056, then 0.879 y^(-1/6),
 * whose reciprocal is this parabola within 4 %.
 */
static void step_scale(float *dst, const float *y, size_t n)
{
    KLOOP
    for (size_t i = 0; i < n; i++) {
        const float v = kclamp(y[i], 0.02f, 1.0f);
        const float p = kfma(v, kfma(v, -0.475f, 0.94f), 0.668f);
        const float s = kmax(0.0387f / v, p);

        dst[i] = 1.0f / (s * s);
    }
}

const struct kern_temporal KERN_TABLE(kern_temporal) = {
    .change = change,
    .match = match,
    .gather = gather,
    .settle = settle,
    .step_scale = step_scale,
};
