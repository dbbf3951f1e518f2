/* Tables from values, stage by stage; see the header. */

#include "codec/lut_make.h"

#include <assert.h>

#include "codec/lut_math.h"
#include "image/color.h"
#include "image/white.h"

#define GAMMA 2.4 /* ITU-R BT.1886, a display with a black of 0 */

#define DUV  0.02 /* of a tint of 1, in the CIE 1960 diagram */
#define TINT 0.1  /* of a split tone of 1, in code values; see split() */

/*
 * Light of BT.709 that is as far from white as the light of `warmth` and `tint`
 * is from D65. Channels are not mixed, as adaptation by Bradford would: its
 * negative weights push strong colours out of the cube, and a hundredth of one
 * channel in another that is 0 is a seventh in code values.
 */
static void init_light(struct lut_maker *m)
{
    const struct primaries *p = space_primaries(SPACE_REC709);
    const struct mat3 to_xyz = primaries_to_xyz(p);
    const double mired = 1e6 / 6504 + (double)m->r.warmth;
    double xy[2], d65[2], most = 0;
    struct mat3 back = {0};

    (void)mat3_invert(&to_xyz, &back);
    white_xy(1e6 / mired, DUV * (double)m->r.tint, xy);
    white_xy(6504, 0, d65);
    for (int i = 0; i < 2; i++)
        xy[i] += p->xy[3][i] - d65[i];
    for (int i = 0; i < 3; i++) {
        const double light = (back.m[i][0] * xy[0] + back.m[i][1] * xy[1] +
                              back.m[i][2] * (1 - xy[0] - xy[1])) /
                             xy[1];

        m->gain[i] = (double)(float)light; /* no libm's last bit matters */
        most = fmax(most, m->gain[i]);
    }
    for (int i = 0; i < 3 && m->r.white == LUT_WHITE_TINT; i++)
        m->gain[i] /= most;
}

void lut_maker_init(struct lut_maker *m, const struct lut_recipe *r)
{
    *m = (struct lut_maker){.r = *r};
    init_light(m);
    film_init(&m->film, r->film == LUT_FILM_NEGATIVE, (double)r->film_contrast,
              (double)r->film_crossover, (double)r->silver);
    hue_direction((double)r->shadow_hue, m->shade);
    hue_direction((double)r->highlight_hue, m->shine);
    for (int i = 0; i < 3; i++) {
        m->shade[i] *= TINT * (double)r->shadow_tint;
        m->shine[i] *= TINT * (double)r->highlight_tint;
    }
}

/* The first stage, per channel. */
static double relight(const struct lut_maker *m, int c, double v)
{
    const double ev = lut_exp2((double)m->r.exposure), gain = m->gain[c];
    const double light = lut_pow(v, GAMMA);

    return lut_pow(m->r.white == LUT_WHITE_TINT ? lut_hold(light, ev) * gain
                                                : lut_hold(light, ev * gain),
                   1 / GAMMA);
}

/* x / sqrt(1 + x^2): an S, and back. */
static double bend(double x)
{
    return x / sqrt(1 + x * x);
}

static double unbend(double x)
{
    return x / sqrt(1 - x * x);
}

/* The part of the S between 0 and 1 that has its middle at the pivot. */
static double contrast(double v, double amount, double pivot)
{
    const double k = 3 * fabs(amount);
    const double lo = bend(-k * pivot), hi = bend(k * (1 - pivot));

    if (k < 1e-6 || v <= 0)
        return v;
    return amount > 0 ? (bend(k * (v - pivot)) - lo) / (hi - lo)
                      : pivot + unbend(lo + v * (hi - lo)) / k;
}

/* Bumps with 0 at both ends, 1 at 1/3 and at 2/3. */
static double shade_at(double v)
{
    return 6.75 * v * (1 - v) * (1 - v);
}

/*
 * Offsets of up to TINT: their steepest fall is 6.75 TINT < 1, so that the sum
 * still rises.
 */
static double split(double v, double shade, double shine)
{
    return v + shade * shade_at(v) + shine * shade_at(1 - v);
}

static double tone(const struct lut_maker *m, int c, double v)
{
    const struct lut_recipe *r = &m->r;
    const double gain = (double)r->gain[c], lift = (double)r->lift[c];
    const double most = fmax(fmax((double)r->gain[0], (double)r->gain[1]),
                             fmax((double)r->gain[2], 1));
    double rest;

    v = contrast(v, (double)r->contrast, (double)r->pivot);
    rest = 1 - v;
    v += (double)r->shadows * v * rest * rest * rest;
    v += (double)r->highlights * v * v * v * (1 - v);
    if (r->gamma[c] != 1)
        v = lut_pow(v, 1 / (double)r->gamma[c]);
    v = r->white == LUT_WHITE_TINT ? v * gain / most : lut_hold(v, gain);
    v += lift * (1 - v);
    v = split(v, m->shade[c], m->shine[c]);
    rest = (1 - v) * (1 - v);
    return v + (double)r->matte * rest * rest;
}

/* Values are in 0 … 1 but for what rounding does. */
static double unit(double v)
{
    return v > 1e-12 ? fmin(v, 1) : 0;
}

/* What follows on the first stage. */
static void finish(const struct lut_maker *m, double code[3], double out[3])
{
    const double share = (double)m->r.film_share;
    double light[3];

    hue_change(&m->r, code);
    if (m->r.film) {
        for (int i = 0; i < 3; i++)
            light[i] = lut_pow(unit(code[i]), GAMMA);
        film_project(&m->film, light, light);
        for (int i = 0; i < 3; i++)
            code[i] += share * (lut_pow(unit(light[i]), 1 / GAMMA) - code[i]);
    }
    for (int i = 0; i < 3; i++)
        out[i] = unit(tone(m, i, unit(code[i])));
}

void lut_maker_color(const struct lut_maker *m, const double in[3],
                     double out[3])
{
    double code[3];

    for (int c = 0; c < 3; c++)
        code[c] = unit(relight(m, c, in[c]));
    finish(m, code, out);
}

/* The first stage at every node of an axis. */
static void relight_axes(const struct lut_maker *m, int size,
                         double axis[3][LUT_MAKE_MAX])
{
    for (int c = 0; c < 3; c++)
        for (int i = 0; i < size; i++)
            axis[c][i] = unit(relight(m, c, i / (size - 1.0)));
}

int lut_make(const struct lut_recipe *r, int size, struct lut **out,
             struct err *e)
{
    double axis[3][LUT_MAKE_MAX];
    struct lut_maker m;
    struct lut *lut = NULL;
    int rc;

    assert(size >= 2 && size <= LUT_MAKE_MAX);
    TRY(lut_new(0, size, &lut, e));
    lut_maker_init(&m, r);
    relight_axes(&m, size, axis);
    for (int i = 0; i < size * size * size; i++) {
        double code[3] = {axis[0][i % size], axis[1][i / size % size],
                          axis[2][i / size / size]};

        finish(&m, code, code);
        for (int c = 0; c < 3; c++)
            lut->node[4 * i + c] = (float)code[c];
        lut->node[4 * i + 3] = 0;
    }
    *out = lut;
    lut = NULL;
out:
    lut_free(lut);
    return rc;
}
