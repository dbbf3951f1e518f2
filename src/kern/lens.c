/* Blur of what is out of focus; see the header. */

#include "kern/lens.h"

#include <stdbool.h>
#include <string.h>

#include "kern/level.h"
#include "kern/math.h"

#define LANES 16 /* pixels whose sums stay close at hand */

/* Order of numbers not below 0 is that of their bits; below 0 comes first. */
KINLINE float lower(float a, float b)
{
    const int32_t i = kbits(a), j = kbits(b);

    return kfloat(i < j ? i : j);
}

KINLINE float upper(float a, float b)
{
    const int32_t i = kbits(a), j = kbits(b);

    return kfloat(i > j ? i : j);
}

KINLINE float unit(float x)
{
    return lower(upper(x, 0.0f), 1.0f);
}

KINLINE float rise(float t)
{
    const float u = kclamp(t, 0.0f, 1.0f);

    return u * u * kfma(-2.0f, u, 3.0f);
}

static void radius(float *dst, const float *depth, size_t n,
                   const struct kern_focus *f)
{
    const struct kern_focus v = *f;

    if (v.relative) {
        KLOOP
        for (size_t i = 0; i < n; i++)
            dst[i] = kclamp((depth[i] - v.focus) * v.gain, -v.most, v.most);
    } else {
        KLOOP
        for (size_t i = 0; i < n; i++)
            dst[i] =
                kclamp(kfma(-v.focus / kmax(depth[i], 1e-6f), v.gain, v.gain),
                       -v.most, v.most);
    }
}

static void split(float *const dst[LENS_PLANES], const float *const src[3],
                  const float *radius, size_t n, const struct kern_layers *l,
                  float gain)
{
    const struct kern_layers v = *l;

    for (int c = 0; c < 3; c++) {
        const float *s = src[c], *r = src[0], *g = src[1], *b = src[2];
        float *far = dst[LENS_FAR_R + c], *near = dst[LENS_NEAR_R + c];
        float *rest = dst[LENS_REST_R + c];

        KLOOP
        for (size_t i = 0; i < n; i++) {
            const float x = radius[i];
            const float most = kmax(kmax(r[i], g[i]), b[i]);
            const float lift =
                kfma(v.boost, rise((most - v.threshold) * 2.0f), gain);
            const float good = kselect(kabs(s[i]) < 1e30f, s[i], 0.0f);
            const float up = good * lift;
            const float f = rise((x - v.far_from) * v.far_scale);
            const float q = rise((-x - v.near_from) * v.near_scale);

            far[i] = kfma(up, f, far[i]);
            near[i] = kfma(up, q, near[i]);
            rest[i] = kfma(good * gain, 1.0f - q, rest[i]);
        }
    }
    float *far = dst[LENS_FAR], *far_radius = dst[LENS_FAR_RADIUS];
    float *near = dst[LENS_NEAR], *near_radius = dst[LENS_NEAR_RADIUS];
    float *rest = dst[LENS_REST];

    KLOOP
    for (size_t i = 0; i < n; i++) {
        const float x = radius[i];
        const float f = gain * rise((x - v.far_from) * v.far_scale);
        const float q = gain * rise((-x - v.near_from) * v.near_scale);

        far[i] += f;
        near[i] += q;
        far_radius[i] = kfma(x, f, far_radius[i]);
        near_radius[i] = kfma(-x, q, near_radius[i]);
        rest[i] += gain - q;
    }
}

static void join(float *dst, const float *src, size_t n, int step)
{
    for (size_t i = 0; i < n; i++)
        dst[i] = src[(size_t)step * i];
    for (int k = 1; k < step; k++)
        for (size_t i = 0; i < n; i++)
            dst[i] += src[(size_t)step * i + (size_t)k];
}

static void over(float *dst, const float *a, const float *w, size_t n,
                 float other)
{
    KLOOP
    for (size_t i = 0; i < n; i++)
        dst[i] = kselect(w[i] > 1e-6f, a[i] / kmax(w[i], 1e-6f), other);
}

/* Lanes of the pixels at x; `lanes` is a constant for nearly all of them. */
KINLINE void far_lanes(float *const dst[4], const float *const *const row[6],
                       const float *radius, const float *share, size_t x,
                       int lanes, bool weighted, const struct kern_gather *g)
{
    float sum[4][LANES] = {{0}}, own[LANES], own_share[LANES];

    for (int i = 0; i < lanes; i++) {
        own[i] = radius[x + (size_t)i];
        own_share[i] = share[x + (size_t)i];
    }
    for (int k = 0; k < g->count; k++) {
        const int dy = g->dy[k];
        const float near = g->near[k], weight = weighted ? g->weight[k] : 1;
        const ptrdiff_t at = (ptrdiff_t)x + g->dx[k];
        const float *r = row[0][dy] + at, *gr = row[1][dy] + at;
        const float *b = row[2][dy] + at, *w = row[3][dy] + at;
        const float *q = row[4][dy] + at, *s = row[5][dy] + at;

        for (int i = 0; i < lanes; i++) {
            const float t = unit(lower(q[i], own[i]) - near);
            const float m = (weighted ? t * weight : t) *
                            upper(s[i], own_share[i]);

            sum[0][i] = kfma(r[i], m, sum[0][i]);
            sum[1][i] = kfma(gr[i], m, sum[1][i]);
            sum[2][i] = kfma(b[i], m, sum[2][i]);
            sum[3][i] = kfma(w[i], m, sum[3][i]);
        }
    }
    for (int p = 0; p < 4; p++)
        for (int i = 0; i < lanes; i++)
            dst[p][x + (size_t)i] = sum[p][i];
}

static void gather_far(float *const dst[4], const float *const *const row[6],
                       const float *radius, const float *share, size_t n,
                       const struct kern_gather *g)
{
    size_t x = 0;

    for (; x + LANES <= n; x += LANES)
        if (g->weight)
            far_lanes(dst, row, radius, share, x, LANES, true, g);
        else
            far_lanes(dst, row, radius, share, x, LANES, false, g);
    for (; x < n; x++)
        far_lanes(dst, row, radius, share, x, 1, g->weight, g);
}

KINLINE void near_lanes(float *const dst[4], const float *const *const row[5],
                        size_t x, int lanes, bool weighted,
                        const struct kern_gather *g)
{
    float sum[4][LANES] = {{0}};

    for (int k = 0; k < g->count; k++) {
        const int dy = g->dy[k];
        const float near = g->near[k], weight = weighted ? g->weight[k] : 1;
        const ptrdiff_t at = (ptrdiff_t)x + g->dx[k];
        const float *r = row[0][dy] + at, *gr = row[1][dy] + at;
        const float *b = row[2][dy] + at, *w = row[3][dy] + at;
        const float *q = row[4][dy] + at;

        for (int i = 0; i < lanes; i++) {
            const float t = unit(q[i] - near);
            const float m = weighted ? t * weight : t;

            sum[0][i] = kfma(r[i], m, sum[0][i]);
            sum[1][i] = kfma(gr[i], m, sum[1][i]);
            sum[2][i] = kfma(b[i], m, sum[2][i]);
            sum[3][i] = kfma(w[i], m, sum[3][i]);
        }
    }
    for (int p = 0; p < 4; p++)
        for (int i = 0; i < lanes; i++)
            dst[p][x + (size_t)i] = sum[p][i];
}

static void gather_near(float *const dst[4], const float *const *const row[5],
                        size_t n, const struct kern_gather *g)
{
    size_t x = 0;

    for (; x + LANES <= n; x += LANES)
        if (g->weight)
            near_lanes(dst, row, x, LANES, true, g);
        else
            near_lanes(dst, row, x, LANES, false, g);
    for (; x < n; x++)
        near_lanes(dst, row, x, 1, g->weight, g);
}

static void compose(float *const dst[3], const float *const src[3],
                    const float *const base[4], const float *const far[4],
                    const float *const *near, const float *const *rest,
                    const float *radius, size_t n, const struct kern_layers *l)
{
    const struct kern_layers v = *l;
    const float *bw = base[3], *fw = far[3];

    for (int c = 0; c < 3; c++) {
        const float *s = src[c], *b = base[c], *f = far[c];
        float *d = dst[c];

        KLOOP
        for (size_t i = 0; i < n; i++) {
            const float x = radius[i];
            const float fine = b[i] / kmax(bw[i], 1e-9f);
            const float sharp =
                kselect((kabs(x) > 0.5f) & (bw[i] > 1e-9f), fine, s[i]);
            const float t = rise((x - v.near_from) * v.near_scale);
            const float wide = f[i] / kmax(fw[i], 1e-9f);
            const float mixed = kfma(wide - sharp, t, sharp);

            d[i] = kselect((t > 0.0f) & (fw[i] > 0.05f), mixed, sharp);
        }
        if (!near)
            continue;
        const float *q = near[c], *qw = near[3], *o = rest[c], *ow = rest[3];

        KLOOP
        for (size_t i = 0; i < n; i++) {
            const float t = rise((-radius[i] - v.near_from) * v.near_scale);
            const float behind = o[i] / kmax(ow[i], 1e-9f);
            const float below = kselect((t > 0.0f) & (ow[i] > 1e-3f),
                                        kfma(behind - d[i], t, d[i]), d[i]);
            const float a = 1.0f / kmax(qw[i], 1.0f);
            const float cover = kmin(qw[i], 1.0f);
            const float sum = kfma(q[i], a, below * (1.0f - cover));

            d[i] = kselect(qw[i] > 1e-6f, sum, below);
        }
    }
}

const struct kern_lens KERN_TABLE(kern_lens) = {
    .radius = radius,
    .split = split,
    .join = join,
    .over = over,
    .gather_far = gather_far,
    .gather_near = gather_near,
    .compose = compose,
};
