/* Light that changes from place to place. */

#include "kern/level.h"
#include "kern/local.h"
#include "kern/math.h"

/* Rec.2020 (ITU-R BT.2020, table 4), more digits from its chromaticities. */
static inline float light_of(float r, float g, float b)
{
    return kfma(0.26270021f, r, kfma(0.67799807f, g, 0.05930172f * b));
}

/* Below 2^-10 of white everything is black: noise there is not contrast. */
static inline float log_of(float light)
{
    return klog2(kmax(light, 0.0f) + 0x1p-10f);
}

/* 0 at t <= 0, 1 at t >= 1, without corners. */
static inline float smooth(float t)
{
    const float s = kclamp(t, 0.0f, 1.0f);

    return s * s * kfma(-2.0f, s, 3.0f);
}

static void log_light(float *dst, const float *const src[3], size_t n)
{
    const float *r = src[0], *g = src[1], *b = src[2];

    KLOOP
    for (size_t i = 0; i < n; i++)
        dst[i] = log_of(light_of(r[i], g[i], b[i]));
}

static void fit(float *a, float *b, const float *const mean[5], size_t n,
                float eps)
{
    const float *weight = mean[0], *value = mean[1], *square = mean[2];
    const float *plane = mean[3], *both = mean[4];

    KLOOP
    for (size_t i = 0; i < n; i++) {
        const float s = 1.0f / weight[i];
        const float m = value[i] * s, p = plane[i] * s;
        const float var = kmax(square[i] * s - m * m, 0.0f);
        const float slope = (both[i] * s - m * p) / (var + eps);

        a[i] = slope;
        b[i] = p - slope * m;
    }
}

static void settled(float *dst, const float *value, const float *lo,
                    const float *hi, size_t n, float limit)
{
    const float s = 1.0f / limit;

    KLOOP
    for (size_t i = 0; i < n; i++) {
        const float v = value[i], d = kmin(v - lo[i], hi[i] - v) * s;

        dst[i] = 1.0f / kfma(d, d, 1.0f);
    }
}

static void product(float *dst, const float *a, const float *b, size_t n)
{
    KLOOP
    for (size_t i = 0; i < n; i++)
        dst[i] = a[i] * b[i];
}

#define GREY  -2.4739312f /* log2 of 0.18 */
#define WHITE 2.4739312f  /* stops from grey to white */

/*
 * Stops of gain at e stops above mid-grey. Shadows work from grey down, fully
 * at -3, less again in the black; highlights between grey and white, and above
 * white; whites and blacks move the ends. All are 0 at grey; shadows and
 * highlights are 0 at white. The sum never falls as steeply as e rises, so
 * lighter stays lighter at all settings.
 */
static inline float tone_gain(float e, const struct kern_tone *t)
{
    const float h = kclamp(e * (1.0f / WHITE), 0.0f, 1.0f);
    const float hump = h * (1.0f - h);
    const float over = kclamp(e - WHITE, 0.0f, 6.0f);
    const float above = __builtin_sqrtf(kfma(over, over, 0.25f)) - 0.5f;
    const float lift = kfma(-0.6f, smooth(kfma(e, -0.25f, -0.875f)),
                            smooth(e * (-1.0f / 3.0f)));
    float s = t->shadows * lift;

    s = kfma(t->highlights, kfma(16.0f * hump, hump, 0.7f * above), s);
    s = kfma(t->whites, smooth((e - 1.0f) * (1.0f / 1.4739312f)), s);
    return kfma(t->blacks, smooth(kfma(e, -0.25f, -0.625f)), s);
}

static void tone(float *const c[3], const float *a, const float *b, size_t n,
                 const struct kern_tone *t)
{
    float *cr = c[0], *cg = c[1], *cb = c[2];
    const struct kern_tone v = *t;

    KLOOP
    for (size_t i = 0; i < n; i++) {
        const float base =
            kfma(a[i], log_of(light_of(cr[i], cg[i], cb[i])), b[i]);
        const float gain = kexp2(tone_gain(base - GREY, &v));

        cr[i] *= gain;
        cg[i] *= gain;
        cb[i] *= gain;
    }
}

KINLINE float clarity_gain(float l, float a, float b, float amount)
{
    const float d = kfma(1.0f - a, l, -b);
    const float e = (l - GREY) * 0.2f;
    const float mid = kmax(kfma(-e, e, 1.0f), 0.0f);
    const float soft = d / kfma(kabs(d), 0.5f, 1.0f);

    return kexp2(amount * mid * mid * soft);
}

static void clarity_by(float *const c[3], const float *a, const float *b,
                       const float *amount, size_t n)
{
    float *cr = c[0], *cg = c[1], *cb = c[2];

    KLOOP
    for (size_t i = 0; i < n; i++) {
        const float l = log_of(light_of(cr[i], cg[i], cb[i]));
        const float gain = clarity_gain(l, a[i], b[i], amount[i]);

        cr[i] *= gain;
        cg[i] *= gain;
        cb[i] *= gain;
    }
}

static void clarity(float *const c[3], const float *a, const float *b, size_t n,
                    float amount)
{
    float *cr = c[0], *cg = c[1], *cb = c[2];

    KLOOP
    for (size_t i = 0; i < n; i++) {
        const float l = log_of(light_of(cr[i], cg[i], cb[i]));
        const float gain = clarity_gain(l, a[i], b[i], amount);

        cr[i] *= gain;
        cg[i] *= gain;
        cb[i] *= gain;
    }
}

static void darkest(float *dst, const float *const src[3], size_t n,
                    float limit)
{
    const float *r = src[0], *g = src[1], *b = src[2];

    KLOOP
    for (size_t i = 0; i < n; i++)
        dst[i] = kclamp(kmin(kmin(r[i], g[i]), b[i]), 0.0f, limit);
}

/*
 * The haze model of He, Sun and Tang (2009), c = clear * t + light * (1 - t).
 * A pixel cannot hold more haze than its darkest colour: t is raised to keep
 * that above 0, and kept from 0, where only noise is left.
 */
static void dehaze(float *const c[3], const float *a, const float *b0, size_t n,
                   float amount, float light)
{
    float *cr = c[0], *cg = c[1], *cb = c[2];
    const float s = -0.95f / light, veil = amount < 0.0f ? 0.5f : 0.0f;

    KLOOP
    for (size_t i = 0; i < n; i++) {
        const float r = cr[i], g = cg[i], b = cb[i];
        const float least = kfma(kmin(kmin(r, g), b), s, 1.0f);
        const float t = kfma(a[i], log_of(light_of(r, g, b)), b0[i]);
        const float u = kclamp(kmax(t, least), 0.2f, 1.0f);
        const float gain = kexp2(amount * (veil - klog2(u)));

        cr[i] = kfma(r - light, gain, light);
        cg[i] = kfma(g - light, gain, light);
        cb[i] = kfma(b - light, gain, light);
    }
}

/* How much of light y is highlight: 0, then a parabola, then y - threshold. */
static inline float over_knee(float y, float threshold, float knee)
{
    const float x = y - threshold, k = kclamp(x + knee, 0.0f, 2.0f * knee);

    return kmax(k * k * (0.25f / knee), x);
}

/* One pixel of the sun must not outshine the picture. */
#define BRIGHTEST 16.0f

static void highlights(float *const dst[3], const float *const src[3], size_t n,
                       const struct kern_knee *k)
{
    const float threshold = k->threshold, knee = k->knee;
    const float *r = src[0], *g = src[1], *b = src[2];
    float *dr = dst[0], *dg = dst[1], *db = dst[2];

    KLOOP
    for (size_t i = 0; i < n; i++) {
        const float cr = kmax(r[i], 0.0f), cg = kmax(g[i], 0.0f);
        const float cb = kmax(b[i], 0.0f);
        const float y = light_of(cr, cg, cb);
        const float h = kmin(over_knee(y, threshold, knee), BRIGHTEST);
        const float s = h / kmax(y, 1e-6f);

        dr[i] = cr * s;
        dg[i] = cg * s;
        db[i] = cb * s;
    }
}

static void add(float *dst, const float *src, size_t n, float gain)
{
    KLOOP
    for (size_t i = 0; i < n; i++)
        dst[i] = kfma(src[i], gain, dst[i]);
}

static void halation(float *const c[3], const float *glow, size_t n,
                     const struct kern_knee *k, const float tint[3])
{
    const float threshold = k->threshold, knee = k->knee;
    const float tr = tint[0], tg = tint[1], tb = tint[2];
    float *cr = c[0], *cg = c[1], *cb = c[2];

    KLOOP
    for (size_t i = 0; i < n; i++) {
        const float y = light_of(cr[i], cg[i], cb[i]);
        const float h = over_knee(y, threshold, knee);
        const float rim = kmax(kfma(h, -3.0f / threshold, 1.0f), 0.0f);
        const float g = glow[i] * (rim * rim);

        cr[i] = kfma(g, tr, cr[i]);
        cg[i] = kfma(g, tg, cg[i]);
        cb[i] = kfma(g, tb, cb[i]);
    }
}

/* (1 + tan^2)^-2 is the cos^4 law of lenses. */
static void vignette(float *const c[3], size_t n, const struct kern_vignette *v)
{
    const float x0 = v->x, step = v->step, y2 = v->y2, k = v->k;
    const float start = v->start, scale = v->scale;
    const int brighten = v->brighten;
    float *cr = c[0], *cg = c[1], *cb = c[2];

    KLOOP
    for (size_t i = 0; i < n; i++) {
        const float x = kfma((float)(int)i, step, x0);
        const float r = __builtin_sqrtf(kfma(x, x, y2));
        const float q = kfma(k, smooth((r - start) * scale), 1.0f);
        const float gain = brighten ? q * q : 1.0f / (q * q);

        cr[i] *= gain;
        cg[i] *= gain;
        cb[i] *= gain;
    }
}

const struct kern_local KERN_TABLE(kern_local) = {
    .log_light = log_light,
    .fit = fit,
    .settled = settled,
    .product = product,
    .tone = tone,
    .clarity = clarity,
    .clarity_by = clarity_by,
    .darkest = darkest,
    .dehaze = dehaze,
    .highlights = highlights,
    .add = add,
    .halation = halation,
    .vignette = vignette,
};
