/* Rows of a film's code values to working light and back. */

#include "codec/video_color.h"

#include <math.h>

#include "kern/convert.h"
#include "kern/curve.h"
#include "kern/hdr.h"

#define WHITE 203.0 /* cd/m2 of light 1.0 */
#define BLOCK 1024  /* three planes of them stay in the first cache */

/*
 * BT.2100, table 5, for 400 … 2000 cd/m2; beyond, the extended form that Report
 * BT.2390 gives.
 */
double film_hlg_gamma(double peak)
{
    return peak < 400 || peak > 2000 ? 1.2 * pow(1.111, log2(peak / 1000))
                                     : 1.2 + 0.42 * log10(peak / 1000);
}

/*
 * The OOTF of BT.2100: F = Lw Y^(gamma - 1) E. The curve gives E as multiples
 * of what signal 0.75 means, `white`, and light is F / 203 cd/m2.
 */
static double ootf_gain(double peak)
{
    const double white = (exp((0.75 - 0.55991073) / 0.17883277) + 0.28466892) /
                         12;

    return peak / WHITE * pow(white, film_hlg_gamma(peak));
}

void film_hlg_show(const struct kern *k, float *const row[3], size_t n,
                   double peak)
{
    const float *const from[3] = {row[0], row[1], row[2]};

    k->hdr->ootf(row, from, n, (float)ootf_gain(peak),
                 (float)(film_hlg_gamma(peak) - 1));
}

/* E = F / (Lw Y^(gamma - 1)) with Y of the scene from that of the display. */
void film_hlg_scene(const struct kern *k, float *const row[3], size_t n,
                    double peak)
{
    const float *const from[3] = {row[0], row[1], row[2]};
    const double gamma = film_hlg_gamma(peak);

    k->hdr->ootf(row, from, n, (float)pow(ootf_gain(peak), -1 / gamma),
                 (float)((1 - gamma) / gamma));
}

static void put(const struct mat3 *m, float out[9])
{
    for (int i = 0; i < 9; i++)
        out[i] = (float)m->m[i / 3][i % 3];
}

static void decode(const struct film_color *c, const struct kern *k,
                   float *const row[3], size_t n, const float *m)
{
    const float *const from[3] = {row[0], row[1], row[2]};

    for (int i = 0; i < 3; i++)
        curve_decode_row(k, &c->color->curve[i], row[i], row[i], n);
    if (m)
        k->convert->matrix(row, from, n, m);
    if (c->hlg)
        film_hlg_show(k, row, n, c->peak);
}

static void encode(const struct film_color *c, const struct kern *k,
                   float *const row[3], size_t n, const float *m)
{
    const float *const from[3] = {row[0], row[1], row[2]};

    if (c->hlg)
        film_hlg_scene(k, row, n, c->peak);
    if (m)
        k->convert->matrix(row, from, n, m);
    for (int i = 0; i < 3; i++)
        curve_encode_row(k, &c->color->curve[i], row[i], row[i], n);
}

static void run(const struct film_color *c, const struct kern *k,
                float *const planes[3], size_t n, bool in)
{
    const struct mat3 *matrix = in ? &c->color->to_work : &c->color->from_work;
    const bool same = mat3_is_identity(matrix, 1e-9);
    float m[9];

    put(matrix, m);
    for (size_t at = 0; at < n; at += BLOCK) {
        float *const row[3] = {planes[0] + at, planes[1] + at, planes[2] + at};
        const size_t count = n - at < BLOCK ? n - at : BLOCK;

        if (in)
            decode(c, k, row, count, same ? NULL : m);
        else
            encode(c, k, row, count, same ? NULL : m);
    }
}

void film_color_in(const struct film_color *c, const struct kern *k,
                   float *const planes[3], size_t n)
{
    run(c, k, planes, n, true);
}

void film_color_out(const struct film_color *c, const struct kern *k,
                    float *const planes[3], size_t n)
{
    run(c, k, planes, n, false);
}

bool film_color_equal(const struct film_color *a, const struct film_color *b)
{
    const struct yuv_space *s = &a->space, *t = &b->space;

    return color_equal(a->color, b->color) && a->hlg == b->hlg &&
           (!a->hlg || a->peak == b->peak) && s->kr == t->kr &&
           s->kb == t->kb && s->full == t->full && s->siting_x == t->siting_x &&
           s->siting_y == t->siting_y;
}
