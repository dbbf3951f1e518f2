/* Colour in OKLab; see the header. */

#include "kern/lab.h"
#include "kern/level.h"
#include "kern/math.h"
#include "kern/oklab.h"

/* 1 for grey to 0 at the border of the working space and beyond. */
KINLINE float room(float r, float g, float b)
{
    const float hi = kmax(kmax(r, g), b), lo = kmin(kmin(r, g), b);
    const float s = kclamp((hi - lo) / kmax(hi, 1e-6f), 0.0f, 1.0f);

    return kfma(-s, s, 1.0f);
}

KINLINE float smooth(float t)
{
    t = kclamp(t, 0.0f, 1.0f);
    return t * t * kfma(-2.0f, t, 3.0f);
}

static void from_work(float *const lab[3], const float *const rgb[3], size_t n)
{
    const float *r = rgb[0], *g = rgb[1], *b = rgb[2];
    float *l = lab[0], *p = lab[1], *q = lab[2];

    KLOOP
    for (size_t i = 0; i < n; i++) {
        const struct lab o = lab_of(r[i], g[i], b[i]);

        l[i] = o.l;
        p[i] = o.a;
        q[i] = o.b;
    }
}

static void to_work(float *const rgb[3], const float *const lab[3], size_t n)
{
    const float *l = lab[0], *a = lab[1], *b = lab[2];
    float *r = rgb[0], *g = rgb[1], *h = rgb[2];

    KLOOP
    for (size_t i = 0; i < n; i++) {
        const float x = l[i], y = a[i], z = b[i], base = x * x * x;
        const struct lab_light d = lab_step(
            x, x, x, lab_root(0, y, z), lab_root(1, y, z), lab_root(2, y, z));

        r[i] = base + d.r;
        g[i] = base + d.g;
        h[i] = base + d.b;
    }
}

/*
 * How much of vibrance a colour gets: half at a chroma of 0.12 L, and less
 * within 10 … 32 degrees of hue 57, where skin of all tones lies. Angles are
 * compared as the square of their cosine.
 */
KINLINE float muted(const struct lab *o, float skin)
{
    const float c2 = kfma(o->a, o->a, kfma(o->b, o->b, 1e-12f));
    const float l2 = kfma(o->l, o->l, 1e-12f);
    const float sum = kfma(70.0f, c2, l2), over = 1.0f / (c2 * sum);
    const float along = kfma(0.5446390f, o->a, 0.8386706f * o->b);
    const float cos2 = along * kabs(along) * sum * over;
    const float near = smooth((cos2 - 0.71919f) * (1.0f / 0.25066f));

    return l2 * c2 * over * kfma(-skin, near, 1.0f);
}

KINLINE void vivid_loop(float *const dst[3], const float *const src[3],
                        size_t n, const struct kern_vivid *v, int all)
{
    const float sat = v->saturation, vib = v->vibrance, skin = v->skin;
    const float *r = src[0], *g = src[1], *b = src[2];
    float *dr = dst[0], *dg = dst[1], *db = dst[2];

    KLOOP
    for (size_t i = 0; i < n; i++) {
        const float x = r[i], y = g[i], z = b[i];
        const struct lab o = lab_of(x, y, z);
        const float want = all ? kfma(vib, muted(&o, skin), sat) : sat;
        const float k = want > 0.0f ? want * room(x, y, z) : want;
        const struct lab_light d = lab_step(o.c0, o.c1, o.c2, k * (o.c0 - o.l),
                                            k * (o.c1 - o.l), k * (o.c2 - o.l));

        dr[i] = x + d.r;
        dg[i] = y + d.g;
        db[i] = z + d.b;
    }
}

static void vivid(float *const dst[3], const float *const src[3], size_t n,
                  const struct kern_vivid *v)
{
    if (v->vibrance != 0)
        vivid_loop(dst, src, n, v, 1);
    else
        vivid_loop(dst, src, n, v, 0);
}

static void split(float *const dst[3], const float *const src[3], size_t n,
                  const struct kern_split *v)
{
    const float sa = v->shadow_a, sb = v->shadow_b;
    const float la = v->light_a, lb = v->light_b, middle = v->middle;
    const float *r = src[0], *g = src[1], *b = src[2];
    float *dr = dst[0], *dg = dst[1], *db = dst[2];

    KLOOP
    for (size_t i = 0; i < n; i++) {
        const float x = r[i], y = g[i], z = b[i];
        const struct lab o = lab_of(x, y, z);
        const float l = kclamp(o.l, 0.0f, 1.0f);
        const float t = smooth(kfma(l - middle, 1.25f, 0.5f));
        const float bell = 4.0f * l * (1.0f - l);
        const float ea = bell * kfma(la - sa, t, sa);
        const float eb = bell * kfma(lb - sb, t, sb);
        const struct lab_light d =
            lab_step(o.c0, o.c1, o.c2, lab_root(0, ea, eb), lab_root(1, ea, eb),
                     lab_root(2, ea, eb));

        dr[i] = x + d.r;
        dg[i] = y + d.g;
        db[i] = z + d.b;
    }
}

static void hues(float *const dst[3], const float *const src[3], size_t n,
                 const struct kern_hues *v)
{
    const float *r = src[0], *g = src[1], *b = src[2];
    const float *at = &v->at[0].cos1;
    float *dr = dst[0], *dg = dst[1], *db = dst[2];

    KLOOP
    for (size_t i = 0; i < n; i++) {
        const float x = r[i], y = g[i], z = b[i];
        const struct lab o = lab_of(x, y, z);
        float t;
        const int32_t k = lab_hue(&o, KERN_HUES, &t) * 4;
        const float c1 = lab_between(at[k], at[k + 4], t);
        const float s1 = lab_between(at[k + 1], at[k + 5], t);
        const float ch = lab_between(at[k + 2], at[k + 6], t);
        const float li = lab_between(at[k + 3], at[k + 7], t);
        const float more = ch > 0.0f ? ch * room(x, y, z) : ch;
        const float ra = kfma(o.a, c1, -o.b * s1);
        const float rb = kfma(o.b, c1, o.a * s1);
        const float ea = kfma(more, o.a + ra, ra);
        const float eb = kfma(more, o.b + rb, rb);
        const float c2 = kfma(o.a, o.a, o.b * o.b);
        const float l2 = kfma(o.l, o.l, 1e-12f);
        const float w = li * c2 / kfma(0.0016f, l2, c2);
        const float e0 = lab_root(0, ea, eb), e1 = lab_root(1, ea, eb);
        const float e2 = lab_root(2, ea, eb);
        const struct lab_light d =
            lab_step(o.c0, o.c1, o.c2, kfma(w, o.c0 + e0, e0),
                     kfma(w, o.c1 + e1, e1), kfma(w, o.c2 + e2, e2));

        dr[i] = x + d.r;
        dg[i] = y + d.g;
        db[i] = z + d.b;
    }
}

const struct kern_oklab KERN_TABLE(kern_oklab) = {
    .from_work = from_work,
    .to_work = to_work,
    .vivid = vivid,
    .split = split,
    .hues = hues,
};
