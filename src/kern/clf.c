/* Arithmetic of the Common LUT Format; see clf.h. */

#include "kern/clf.h"
#include "kern/level.h"
#include "kern/math.h"

static void range(float *dst, const float *src, size_t n,
                  const struct kern_clf_range *v)
{
    const float mul = v->mul, add = v->add, lo = v->lo, hi = v->hi;

    KLOOP
    for (size_t i = 0; i < n; i++)
        dst[i] = kclamp(kfma(src[i], mul, add), lo, hi);
}

KINLINE void power_loop(float *dst, const float *src, size_t n,
                        const struct kern_clf_power *v, int mirror)
{
    const float scale = v->scale, offset = v->offset, power = v->power;
    const float gain = v->gain, add = v->add, brk = v->brk, slope = v->slope;

    KLOOP
    for (size_t i = 0; i < n; i++) {
        const float x = mirror ? kabs(src[i]) : src[i];
        const float p = kpow(kfma(x, scale, offset), power);
        const float y = kselect(x > brk, kfma(gain, p, add), x * slope);

        dst[i] = mirror ? ksign(y, src[i]) : y;
    }
}

static void power(float *dst, const float *src, size_t n,
                  const struct kern_clf_power *v)
{
    if (v->mirror)
        power_loop(dst, src, n, v, 1);
    else
        power_loop(dst, src, n, v, 0);
}

static void to_log(float *dst, const float *src, size_t n,
                   const struct kern_clf_log *v)
{
    const float mul = v->mul, add = v->add, gain = v->gain, base = v->base;
    const float brk = v->brk, line_mul = v->line_mul, line_add = v->line_add;

    KLOOP
    for (size_t i = 0; i < n; i++) {
        const float x = src[i];
        const float curve = kfma(klog2(kfma(x, mul, add)), gain, base);

        dst[i] = kselect(x > brk, curve, kfma(x, line_mul, line_add));
    }
}

static void from_log(float *dst, const float *src, size_t n,
                     const struct kern_clf_unlog *v)
{
    const float mul = v->mul, add = v->add, base = v->base, gain = v->gain;
    const float brk = v->brk, line_mul = v->line_mul, line_add = v->line_add;

    KLOOP
    for (size_t i = 0; i < n; i++) {
        const float x = src[i];
        const float curve = (kexp2(kfma(x, mul, add)) + base) * gain;

        dst[i] = kselect(x > brk, curve, kfma(x, line_mul, line_add));
    }
}

/* The last piece whose knot is not above x. */
KINLINE int piece_of(const struct kern_clf_knots *v, float x)
{
    int lo = 0, hi = v->knots - 1;

    while (hi - lo > 1) {
        const int mid = (lo + hi) / 2;

        if (v->x[mid] <= x)
            lo = mid;
        else
            hi = mid;
    }
    return lo;
}

static void knots(float *dst, const float *src, size_t n,
                  const struct kern_clf_knots *v)
{
    const float first = v->x[0], last = v->x[v->knots - 1];

    for (size_t i = 0; i < n; i++) {
        const float x = kclamp(src[i], first, last);
        const int at = piece_of(v, x);
        const float *c = v->piece + 4 * at;
        const float z = (x - v->x[at]) / (v->x[at + 1] - v->x[at]);

        dst[i] = kfma(kfma(kfma(c[3], z, c[2]), z, c[1]), z, c[0]);
    }
}

/*
 * The half next to x towards 0, and how far x is on the way to the one behind
 * it: the bits that a half has no room for. Below 2^-14 they are 2^-24 apart.
 */
static void half(float *dst, const float *src, size_t n, const float *value)
{
    KLOOP
    for (size_t i = 0; i < n; i++) {
        const float a = kmin(kmax(kabs(src[i]), 0.0f), 65504.0f);
        const int32_t bits = kbits(a), sign = kbits(src[i]) >> 31 & 0x8000;
        const float f = a * 0x1p24f, whole = (float)(int32_t)kmin(f, 1024.0f);
        const int small = a < 0x1p-14f;
        const int32_t h = small ? (int32_t)whole : (bits >> 13) - 0x1c000;
        const float t =
            kselect(small, f - whole, (float)(bits & 0x1fff) * 0x1p-13f);
        const int32_t next = h < 0x7bff ? h + 1 : h;
        const float p = value[h | sign], q = value[next | sign];

        dst[i] = kfma(q - p, t, p);
    }
}

const struct kern_clf KERN_TABLE(kern_clf) = {
    .range = range,
    .power = power,
    .to_log = to_log,
    .from_log = from_log,
    .knots = knots,
    .half = half,
};
