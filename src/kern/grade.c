/* Curves of brightness; see the header. */

#include "kern/grade.h"
#include "kern/level.h"
#include "kern/math.h"

KINLINE float contrast_gain(float y, const struct kern_contrast *v)
{
    const float u = klog2(kabs(y) + v->toe) - v->log_pivot;
    const float w = kclamp(kfma(-u, v->over_white, 1.0f), 0.0f, 1.0f);

    return kexp2(v->slope * u * w * w);
}

static void contrast_luma(float *const dst[3], const float *const src[3],
                          size_t n, const struct kern_contrast *v)
{
    const struct kern_contrast c = *v;
    const float *r = src[0], *g = src[1], *b = src[2];
    float *dr = dst[0], *dg = dst[1], *db = dst[2];

    KLOOP
    for (size_t i = 0; i < n; i++) {
        const float x = r[i], y = g[i], z = b[i];
        const float luma = kfma(0.2627002f, x - y, kfma(0.0593017f, z - y, y));
        const float gain = contrast_gain(luma, &c);

        dr[i] = x * gain;
        dg[i] = y * gain;
        db[i] = z * gain;
    }
}

static void contrast_each(float *dst, const float *src, size_t n,
                          const struct kern_contrast *v)
{
    const struct kern_contrast c = *v;

    KLOOP
    for (size_t i = 0; i < n; i++)
        dst[i] = src[i] * contrast_gain(src[i], &c);
}

static void levels(float *dst, const float *src, size_t n,
                   const struct kern_levels *v)
{
    const float mul = v->mul, add = v->add, power = v->power;
    const float out_mul = v->out_mul, out_add = v->out_add;

    if (power == 1) {
        KLOOP
        for (size_t i = 0; i < n; i++)
            dst[i] = kfma(kfma(src[i], mul, add), out_mul, out_add);
        return;
    }
    KLOOP
    for (size_t i = 0; i < n; i++) {
        const float t = kfma(src[i], mul, add), a = kabs(t);
        const float p = kpow(kmin(a, 1.0f), power);
        const float q = kfma(kmax(a - 1.0f, 0.0f), power, p);

        dst[i] = kfma(ksign(q, t), out_mul, out_add);
    }
}

static void follow(float *const dst[3], const float *const src[3], size_t n,
                   const float *luma, const float *curved, float zero,
                   float slope)
{
    const float *r = src[0], *g = src[1], *b = src[2];
    float *dr = dst[0], *dg = dst[1], *db = dst[2];

    KLOOP
    for (size_t i = 0; i < n; i++) {
        const float y = luma[i], far = kabs(y) > 0x1p-10f ? y : 1.0f;
        const float q = (curved[i] - zero) / far;
        const float s = kabs(y) > 0x1p-10f ? q : slope;

        dr[i] = kfma(r[i], s, zero);
        dg[i] = kfma(g[i], s, zero);
        db[i] = kfma(b[i], s, zero);
    }
}

static void rescale(float *const dst[3], size_t n, const float *want,
                    const float *have)
{
    float *r = dst[0], *g = dst[1], *b = dst[2];

    KLOOP
    for (size_t i = 0; i < n; i++) {
        const float up = kmax(want[i], 0.0f) + 0.001f;
        const float q = up / (kmax(have[i], 0.0f) + 0.001f);
        const float s = kclamp(q, 0.125f, 8.0f);

        r[i] *= s;
        g[i] *= s;
        b[i] *= s;
    }
}

static void midtones(float *const dst[3], const float *const src[3],
                     const float *const other[3], size_t n)
{
    const float *r = src[0], *g = src[1], *b = src[2];
    const float * or = other[0], *og = other[1], *ob = other[2];
    float *dr = dst[0], *dg = dst[1], *db = dst[2];

    KLOOP
    for (size_t i = 0; i < n; i++) {
        const float x = r[i], y = g[i], z = b[i];
        const float luma = kfma(0.2627002f, x - y, kfma(0.0593017f, z - y, y));
        const float v = __builtin_sqrtf(kclamp(luma, 0.0f, 1.0f));
        const float w = 4.0f * v * (1.0f - v);

        dr[i] = kfma(or [i] - x, w, x);
        dg[i] = kfma(og[i] - y, w, y);
        db[i] = kfma(ob[i] - z, w, z);
    }
}

const struct kern_grade KERN_TABLE(kern_grade) = {
    .contrast_luma = contrast_luma,
    .contrast_each = contrast_each,
    .levels = levels,
    .follow = follow,
    .rescale = rescale,
    .midtones = midtones,
};
