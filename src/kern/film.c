/* From scene light to display light; see the header. */

#include "kern/film.h"
#include "kern/level.h"
#include "kern/math.h"

/* Row i of a matrix whose rows add up to 1. */
KINLINE float row(const float *m, int i, float x, float y, float z)
{
    return kfma(m[3 * i], x - y, kfma(m[3 * i + 2], z - y, y));
}

KINLINE float agx_curve(const struct kern_agx *v, const float *curve, float x)
{
    const float light = kclamp(x, v->floor, v->ceiling);
    const float f = kfma(klog2(light), v->scale, v->offset);
    const float whole = kround(f - 0.5f), t = f - whole;
    const int32_t i = (int32_t)whole;

    return kfma(curve[i + 1] - curve[i], t, curve[i]);
}

static void agx(float *const dst[3], const float *const src[3], size_t n,
                const struct kern_agx *v)
{
    const float *r = src[0], *g = src[1], *b = src[2], *curve = v->curve;
    float *dr = dst[0], *dg = dst[1], *db = dst[2];
    const float gain = v->gain;

    KLOOP
    for (size_t i = 0; i < n; i++) {
        const float x = kmax(r[i] * gain, 0.0f);
        const float y = kmax(g[i] * gain, 0.0f);
        const float z = kmax(b[i] * gain, 0.0f);
        const float p = agx_curve(v, curve, row(v->inset, 0, x, y, z));
        const float q = agx_curve(v, curve, row(v->inset, 1, x, y, z));
        const float s = agx_curve(v, curve, row(v->inset, 2, x, y, z));

        dr[i] = row(v->outset, 0, p, q, s);
        dg[i] = row(v->outset, 1, p, q, s);
        db[i] = row(v->outset, 2, p, q, s);
    }
}

/* Stephen Hill, 2015, as in MJP's BakingLab. */
KINLINE float rrt_curve(float x)
{
    const float v = kclamp(x, 0.0f, 1e9f);
    const float a = kfma(v, v + 0.0245786f, -0.000090537f);
    const float b = kfma(v, kfma(v, 0.983729f, 0.4329510f), 0.238081f);

    return kmax(a / b, 0.0f);
}

static void rrt(float *const dst[3], const float *const src[3], size_t n,
                const struct kern_rrt *m)
{
    const float *r = src[0], *g = src[1], *b = src[2];
    float *dr = dst[0], *dg = dst[1], *db = dst[2];
    const struct kern_rrt v = *m;

    KLOOP
    for (size_t i = 0; i < n; i++) {
        const float x = r[i] * v.gain, y = g[i] * v.gain, z = b[i] * v.gain;
        const float p = rrt_curve(row(v.in, 0, x, y, z));
        const float q = rrt_curve(row(v.in, 1, x, y, z));
        const float s = rrt_curve(row(v.in, 2, x, y, z));

        dr[i] = row(v.out, 0, p, q, s);
        dg[i] = row(v.out, 1, p, q, s);
        db[i] = row(v.out, 2, p, q, s);
    }
}

/* J. Hable, Uncharted 2: A .15, B .5, C .1, D .2, E .02, F .3. */
static void hable(float *dst, const float *src, size_t n, float gain,
                  float scale)
{
    KLOOP
    for (size_t i = 0; i < n; i++) {
        const float x = kclamp(src[i] * gain, 0.0f, 1e9f);
        const float a = kfma(x, kfma(x, 0.15f, 0.05f), 0.004f);
        const float b = kfma(x, kfma(x, 0.15f, 0.5f), 0.06f);

        dst[i] = (a / b - 0.004f / 0.06f) * scale;
    }
}

static void reinhard(float *const dst[3], const float *const src[3], size_t n,
                     float gain, float over_white2)
{
    const float *r = src[0], *g = src[1], *b = src[2];
    float *dr = dst[0], *dg = dst[1], *db = dst[2];

    KLOOP
    for (size_t i = 0; i < n; i++) {
        const float x = r[i] * gain, y = g[i] * gain, z = b[i] * gain;
        const float luma = kfma(0.2627002f, x - y, kfma(0.0593017f, z - y, y));
        const float l = kmax(luma, 0.0f);
        const float s = kfma(l, over_white2, 1.0f) / (1.0f + l);

        dr[i] = x * s;
        dg[i] = y * s;
        db[i] = z * s;
    }
}

const struct kern_film KERN_TABLE(kern_film) = {
    .agx = agx,
    .rrt = rrt,
    .hable = hable,
    .reinhard = reinhard,
};
