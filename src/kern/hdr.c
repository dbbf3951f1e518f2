/* Light far brighter than white; see the header. */

#include "kern/hdr.h"
#include "kern/lab.h"
#include "kern/level.h"
#include "kern/math.h"

/* What is brighter has no meaning, and no power that is a number. */
#define MOST 0x1p40f

/*
 * x^2.4 as (x r)^3 (1 - h)^-0.6, where r is x^(-1/5) within 4 % by dividing the
 * exponent, and h = 1 - x r^5: a fit with error 2e-8.
 */
KINLINE float power_of_12_5ths(float x)
{
    const float r =
        kfloat((int32_t)kfma((float)kbits(x), -0.2f, 1277920640.0f));
    const float t = x * r, r2 = r * r, y = t * t * t;
    const float h = kfma(-(r2 * r2 * r), x, 1.0f), h2 = h * h;
    float p = 0.321231033f, q = 0.355596744f;

    p = kfma(p, h2, 0.374568675f);
    q = kfma(q, h2, 0.415898731f);
    p = kfma(p, h2, 0.479998914f);
    q = kfma(q, h2, 0.600000136f);
    return kfma(y * h, kfma(p, h, q), y);
}

/*
 * x^(1/2.4) as x^(1/2) r (1 - h)^(-1/12), where r is x^(-1/12) within 3 %, and
 * h = 1 - x r^12: a fit with error 1e-8.
 */
KINLINE float power_of_5_12ths(float x)
{
    const float r =
        kfloat((int32_t)kfma((float)kbits(x), -1.0f / 12.0f, 1153652096.0f));
    const float r2 = r * r, r4 = r2 * r2, y = sqrtf(x) * r;
    const float h = kfma(-(r4 * r4 * r4), x, 1.0f), h2 = h * h;
    float p = 0.0157633282f, q = 0.017713475f;

    p = kfma(p, h2, 0.0164925066f);
    q = kfma(q, h2, 0.0194851585f);
    p = kfma(p, h2, 0.0241683662f);
    q = kfma(q, h2, 0.0313524658f);
    p = kfma(p, h2, 0.0451388684f);
    q = kfma(q, h2, 0.0833333108f);
    return kfma(y * h, kfma(p, h, q), y);
}

static void bt1886_decode(float *dst, const float *src, size_t n)
{
    for (size_t i = 0; i < n; i++)
        dst[i] =
            ksign(power_of_12_5ths(kclamp(kabs(src[i]), 0.0f, MOST)), src[i]);
}

static void bt1886_encode(float *dst, const float *src, size_t n)
{
    for (size_t i = 0; i < n; i++)
        dst[i] =
            ksign(power_of_5_12ths(kclamp(kabs(src[i]), 0.0f, MOST)), src[i]);
}

/* Rec.2020, written around green: a grey keeps its value. */
KINLINE float luminance(float r, float g, float b)
{
    return kfma(0.262700212f, r - g, kfma(0.0593017165f, b - g, g));
}

static void ootf(float *const dst[3], const float *const src[3], size_t n,
                 float gain, float power)
{
    const float *r = src[0], *g = src[1], *b = src[2];
    float *dr = dst[0], *dg = dst[1], *db = dst[2];

    KLOOP
    for (size_t i = 0; i < n; i++) {
        const float x = r[i], y = g[i], z = b[i];
        const float k = gain * kpow(kabs(luminance(x, y, z)), power);

        dr[i] = x * k;
        dg[i] = y * k;
        db[i] = z * k;
    }
}

/* Bits of a float below the octave and the step in it. */
#define HDR_BITS  16
#define HDR_FLOOR ((127 - HDR_OCTAVES) << 23)

/* y / x for a brightest channel that is x * top, which may be anything. */
KINLINE float ratio_at(const float *table, float x, float ceiling)
{
    const float u = kclamp(x, kfloat(HDR_FLOOR), 1.0f);
    const int32_t bits = kbits(u) - HDR_FLOOR, i = bits >> HDR_BITS;
    const float t = (float)(bits & ((1 << HDR_BITS) - 1)) * 0x1p-16f;
    const float y = kfma(table[i + 1] - table[i], t, table[i]);

    return y / (u * kmax(x * ceiling, 1.0f));
}

KINLINE float brightest_of(float x, float y, float z)
{
    return kmax(kmax(x, y), z);
}

static void map(float *const dst[3], const float *const src[3], size_t n,
                const struct kern_hdr_curve *c)
{
    const float *r = src[0], *g = src[1], *b = src[2], *table = c->y;
    float *dr = dst[0], *dg = dst[1], *db = dst[2];
    const float scale = 1.0f / c->top, ceiling = c->open ? 0.0f : 1.0f;
    const float lift = c->lift;

    KLOOP
    for (size_t i = 0; i < n; i++) {
        const float x = r[i], y = g[i], z = b[i];
        const float m = brightest_of(x, y, z);
        const float k = ratio_at(table, m * scale, ceiling);

        dr[i] = kfma(x, k, lift);
        dg[i] = kfma(y, k, lift);
        db[i] = kfma(z, k, lift);
    }
}

/*
 * Colours for a display go block by block. Where none of a block must change,
 * only the curve is left; else in loops so short that several turns of each
 * are under way at once.
 */
#define BLOCK 128

struct block {
    size_t n;
    const float *r, *g, *b;                /* the light                      */
    float c0[BLOCK], c1[BLOCK], c2[BLOCK]; /* roots of its cone responses,   */
    float l[BLOCK], p[BLOCK], q[BLOCK];    /* and its L, a, b                */
    float least[BLOCK];                    /* darkest channel of the display */
    float most[BLOCK];                     /* and the brightest              */
    float more[BLOCK];                     /* chroma becomes 1 + more        */
    float tr[BLOCK], tg[BLOCK], tb[BLOCK]; /* light with that chroma         */
    float k[BLOCK];                        /* and what it is multiplied with */
};

struct rgb {
    float r, g, b;
};

KINLINE struct rgb by(const float *m, float r, float g, float b)
{
    const float x = r - g, z = b - g;

    return (struct rgb){kfma(m[0], x, kfma(m[2], z, g)),
                        kfma(m[3], x, kfma(m[5], z, g)),
                        kfma(m[6], x, kfma(m[8], z, g))};
}

KINLINE float on_display(const float *m, float r, float g, float b,
                         float *least)
{
    const struct rgb d = by(m, r, g, b);

    *least = kmin(kmin(d.r, d.g), d.b);
    return brightest_of(d.r, d.g, d.b);
}

/* Whether there is a colour that cannot stay as it is. */
static int look(struct block *t, const struct kern_hdr_gamut *g)
{
    const float safe = g->bounded ? g->safe : -INFINITY;
    const float from = g->fade > 0.0f ? g->from : INFINITY;
    const float limit = g->bounded ? 0.0f : -INFINITY;
    int bad = 0;

    for (size_t i = 0; i < t->n; i++) {
        float least;
        const float x =
            on_display(g->display, t->r[i], t->g[i], t->b[i], &least);

        t->most[i] = x;
        t->least[i] = least;
        bad |= (least < safe * x) | (least < limit) | (x > from);
    }
    return bad;
}

static void look_closer(struct block *t)
{
    for (size_t i = 0; i < t->n; i++) {
        const struct lab o = lab_of(t->r[i], t->g[i], t->b[i]);

        t->c0[i] = o.c0;
        t->c1[i] = o.c1;
        t->c2[i] = o.c2;
        t->l[i] = o.l;
        t->p[i] = o.a;
        t->q[i] = o.b;
    }
}

/*
 * What is taken from chroma so that the display can show it. With e = 0 at the
 * knee and 1 at the limit, e becomes e - 4/27 e^3 up to 1.5, where it is 1 and
 * level: little is moved on this side of the limit.
 */
static void bound(struct block *t, const struct kern_hdr_gamut *g)
{
    const float knee = g->knee, room = 1.0f - knee;
    const float over = 1.0f / kmax(room, 1e-6f);
    const float *limit = g->limit;

    for (size_t i = 0; i < t->n; i++) {
        const struct lab o = {.a = t->p[i], .b = t->q[i]};
        float way;
        const int32_t at = lab_hue(&o, HDR_HUES, &way);
        const float far = kmax(t->l[i], 1e-12f) *
                          lab_between(limit[at], limit[at + 1], way);
        const float size = kmax(kabs(o.a) + kabs(o.b), 1e-12f);
        const float r = 1.0f / (size * far);
        const float d = kmax(kfma(size * size, r, -knee), 0.0f);
        const float e = kmin(d * over, 1.5f);
        const float f = kfma(e * e * e, -4.0f / 27.0f, e);
        const float to = kfma(room, f, knee) * far * far * r;
        const int stays = (d <= 0.0f) |
                          ((room <= 0.0f) & (t->least[i] >= 0.0f));

        t->more[i] = kselect(stays, 0.0f, to - 1.0f);
    }
}

static void tint(struct block *t, const float *display)
{
    for (size_t i = 0; i < t->n; i++) {
        const float m = t->more[i], l = t->l[i];
        const float c0 = t->c0[i], c1 = t->c1[i], c2 = t->c2[i];
        const struct lab_light d =
            lab_step(c0, c1, c2, m * (c0 - l), m * (c1 - l), m * (c2 - l));
        const float r = t->r[i] + d.r, g = t->g[i] + d.g, b = t->b[i] + d.b;

        t->tr[i] = r;
        t->tg[i] = g;
        t->tb[i] = b;
        t->most[i] = on_display(display, r, g, b, &t->least[i]);
    }
}

static void fade(struct block *t, const struct kern_hdr_gamut *g)
{
    const float from = g->from, most = g->fade;

    for (size_t i = 0; i < t->n; i++) {
        const float m = t->most[i];
        const float x = kmax(m - from, 0.0f) / (kabs(m) + from);

        t->more[i] = kfma(-most * x * x, 1.0f + t->more[i], t->more[i]);
    }
}

/* What the curve says of the brightest channel. */
static void weigh(struct block *t, const struct kern_hdr_curve *c)
{
    const float scale = 1.0f / c->top, ceiling = c->open ? 0.0f : 1.0f;
    const float *table = c->y, *most = t->most;
    const size_t n = t->n;
    float *k = t->k;

    KLOOP
    for (size_t i = 0; i < n; i++)
        k[i] = ratio_at(table, most[i] * scale, ceiling);
}

/* What is left below 0 becomes 0. */
static void settle(struct block *t, const struct kern_hdr_gamut *g)
{
    const float *display = g->display, *back = g->back;

    for (size_t i = 0; i < t->n; i++) {
        const float r = t->tr[i], gr = t->tg[i], b = t->tb[i];
        const struct rgb d = by(display, r, gr, b);
        const struct rgb w =
            by(back, kmax(d.r, 0.0f), kmax(d.g, 0.0f), kmax(d.b, 0.0f));
        const int fits = t->least[i] >= 0.0f;

        t->tr[i] = kselect(fits, r, w.r);
        t->tg[i] = kselect(fits, gr, w.g);
        t->tb[i] = kselect(fits, b, w.b);
        t->k[i] = kselect(t->l[i] > 0.0f, t->k[i], 0.0f);
    }
}

/* Colours that cannot stay as they are, and those beside them. */
static void treat(struct block *t, const struct kern_hdr_curve *c,
                  const struct kern_hdr_gamut *g)
{
    look_closer(t);
    if (g->bounded) {
        bound(t, g);
        tint(t, g->display);
    } else {
        memset(t->more, 0, t->n * sizeof(float));
    }
    weigh(t, c);
    if (g->fade > 0.0f) {
        float *const before = t->p;

        memcpy(before, t->most, t->n * sizeof(float));
        fade(t, g);
        tint(t, g->display);
        for (size_t i = 0; i < t->n; i++)
            t->k[i] *= kmax(before[i], 1e-30f) / kmax(t->most[i], 1e-30f);
    }
    if (g->bounded)
        settle(t, g);
    t->r = t->tr;
    t->g = t->tg;
    t->b = t->tb;
}

static void map_gamut(float *const dst[3], const float *const src[3], size_t n,
                      const struct kern_hdr_curve *c,
                      const struct kern_hdr_gamut *g)
{
    const float lift = c->lift;

    for (size_t at = 0; at < n; at += BLOCK) {
        float *r = dst[0] + at, *gr = dst[1] + at, *b = dst[2] + at;
        struct block t;

        t.n = n - at < BLOCK ? n - at : BLOCK;
        t.r = src[0] + at;
        t.g = src[1] + at;
        t.b = src[2] + at;
        if (look(&t, g))
            treat(&t, c, g);
        else
            weigh(&t, c);
        KLOOP
        for (size_t i = 0; i < t.n; i++) {
            r[i] = kfma(t.r[i] + 0.0f, t.k[i], lift);
            gr[i] = kfma(t.g[i] + 0.0f, t.k[i], lift);
            b[i] = kfma(t.b[i] + 0.0f, t.k[i], lift);
        }
    }
}

static void brightest(float *dst, float sum[8], const float *const src[3],
                      size_t n, float limit)
{
    const float *r = src[0], *g = src[1], *b = src[2];
    float lane[8] = {0};
    size_t i = 0;

    KLOOP
    for (size_t j = 0; j < n; j++)
        dst[j] = kmin(kmax(b[j], kmax(g[j], kmax(r[j], 0.0f))), limit);
    for (; i + 8 <= n; i += 8)
        for (int l = 0; l < 8; l++)
            lane[l] += dst[i + (size_t)l];
    for (int l = 0; i + (size_t)l < n; l++)
        lane[l] += dst[i + (size_t)l];
    for (int l = 0; l < 8; l++)
        sum[l] = lane[l];
}

const struct kern_hdr KERN_TABLE(kern_hdr) = {
    .bt1886_decode = bt1886_decode,
    .bt1886_encode = bt1886_encode,
    .ootf = ootf,
    .map = map,
    .map_gamut = map_gamut,
    .brightest = brightest,
};
