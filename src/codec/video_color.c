/* From a film's tags to light and back. */

#include "codec/video_color.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "kern/convert.h"
#include "kern/curve.h"

#define UNSTATED 2
#define PIECE    256 /* pixels that go through the OOTF at a time */

/* H.273, table 2. */
static const struct {
    int code;
    const char *name;
    struct primaries xy;
} primaries[] = {
    {1,
     "Rec.709",
     {{{.640, .330}, {.300, .600}, {.150, .060}, {.3127, .3290}}}},
    {4, "BT.470 M", {{{.67, .33}, {.21, .71}, {.14, .08}, {.310, .316}}}},
    {5, "BT.470 BG", {{{.64, .33}, {.29, .60}, {.15, .06}, {.3127, .3290}}}},
    {6,
     "Rec.601",
     {{{.630, .340}, {.310, .595}, {.155, .070}, {.3127, .3290}}}},
    {7,
     "SMPTE 240M",
     {{{.630, .340}, {.310, .595}, {.155, .070}, {.3127, .3290}}}},
    {8, "film", {{{.681, .319}, {.243, .692}, {.145, .049}, {.310, .316}}}},
    {9,
     "Rec.2020",
     {{{.708, .292}, {.170, .797}, {.131, .046}, {.3127, .3290}}}},
    {11, "DCI P3", {{{.680, .320}, {.265, .690}, {.150, .060}, {.314, .351}}}},
    {12, "P3", {{{.680, .320}, {.265, .690}, {.150, .060}, {.3127, .3290}}}},
    {22,
     "EBU 3213",
     {{{.630, .340}, {.295, .605}, {.155, .077}, {.3127, .3290}}}},
};

/* H.273, table 4: those that R'G'B' comes back from by itself. */
static const struct {
    int code;
    double kr, kb;
} matrices[] = {
    {0, 0, 0},       {1, .2126, .0722}, {4, .30, .11},     {5, .299, .114},
    {6, .299, .114}, {7, .212, .087},   {9, .2627, .0593},
};

static const struct {
    const char *name;
    int primaries, transfer, matrix;
} spaces[] = {
    {"rec709", 1, 1, 1}, {"rec601", 6, 6, 6},   {"srgb", 1, 13, 1},
    {"p3", 12, 1, 1},    {"rec2020", 9, 14, 9}, {"pq", 9, 16, 9},
    {"hlg", 9, 18, 9},
};

#define COUNT(a) (sizeof(a) / sizeof(*(a)))

static int space_named(const char *name)
{
    for (size_t i = 0; i < COUNT(spaces); i++)
        if (text_is(spaces[i].name, name))
            return (int)i;
    return -1;
}

bool film_color_name(const char *name)
{
    return space_named(name) >= 0;
}

static int refuse_name(const char *key, const char *name, struct err *e)
{
    return err_set(e, ERR_ARG,
                   "'%s' cannot be '%s' for a film: allowed are rec709, "
                   "rec601, srgb, p3, rec2020, pq and hlg",
                   key, name);
}

/* H.273, table 3, as light of a display; false: none that can be. */
static bool curve_of(int transfer, struct curve *c, const char **name)
{
    switch (transfer) {
    case 1:
    case 6:
    case 7:
    case 11:
    case 12:
    case 14:
    case 15:
        *c = curve_gamma(2.4);
        *name = "BT.1886";
        return true;
    case 4:
        *c = curve_gamma(2.2);
        *name = "gamma 2.2";
        return true;
    case 5:
        *c = curve_gamma(2.8);
        *name = "gamma 2.8";
        return true;
    case 8:
        *c = curve_named(CURVE_LINEAR);
        *name = "linear";
        return true;
    case 13:
        *c = curve_srgb();
        *name = "sRGB";
        return true;
    case 16:
        *c = curve_named(CURVE_PQ);
        *name = "PQ";
        return true;
    case 17: /* SMPTE ST 428-1: 48 of 52.37 cd/m2 is white */
        *c = curve_gamma(2.6);
        c->a = pow(52.37 / 48, 1 / 2.6);
        *name = "SMPTE 428";
        return true;
    case 18:
        *c = curve_named(CURVE_HLG);
        *name = "HLG";
        return true;
    default:
        return false;
    }
}

static const struct primaries *primaries_of(int code, const char **name)
{
    for (size_t i = 0; i < COUNT(primaries); i++)
        if (primaries[i].code == code) {
            *name = primaries[i].name;
            return &primaries[i].xy;
        }
    return NULL;
}

static int refuse_tag(const char *what, int code, struct err *e)
{
    return err_set(e, ERR_DATA,
                   "its %s (%d of ITU-T H.273) are not ones that we compute: "
                   "FFmpeg can convert it first",
                   what, code);
}

static int set_matrix(struct film_color *c, struct err *e)
{
    size_t i = 0;

    while (i < COUNT(matrices) && matrices[i].code != c->tags.matrix)
        i++;
    if (i == COUNT(matrices))
        return refuse_tag("matrix coefficients", c->tags.matrix, e);
    c->space.kr = matrices[i].kr;
    c->space.kb = matrices[i].kb;
    return 0;
}

/* H.265, figure E.1. */
static void set_siting(struct film_color *c)
{
    const int type = c->tags.siting;

    c->space.siting_x = type == 1 || type == 3 || type == 5 ? 0.5 : 0;
    c->space.siting_y = type < 2 ? 0.5 : type < 4 ? 0 : 1;
    c->space.full = c->tags.range == 1;
}

/* All from complete tags but for the text. */
static int settle(struct film_color *c, struct err *e)
{
    const char *curve_name, *name;
    const struct primaries *xy = primaries_of(c->tags.primaries, &name);
    struct curve curve;
    char both[80];
    int rc;

    if (!xy)
        return refuse_tag("primaries", c->tags.primaries, e);
    if (!curve_of(c->tags.transfer, &curve, &curve_name))
        return refuse_tag("transfer characteristics", c->tags.transfer, e);
    TRY(set_matrix(c, e));
    set_siting(c);
    c->hlg = c->tags.transfer == 18;
    snprintf(both, sizeof(both), "%s %s", name, curve_name);
    TRY(color_from_primaries(xy, &curve, both, &c->color, e));
out:
    return rc;
}

/* What the size of a picture says of one that says nothing. */
static void guess(const struct video_info *i, struct video_color *t)
{
    const bool hd = i->h >= 720 || i->w >= 1280;
    const bool hdr = t->transfer == 16 || t->transfer == 18;
    const bool wide = t->primaries == 9 || t->matrix == 9 || hdr;
    const int sd = i->h == 576 || i->h == 288 ? 5 : 6;

    if (i->fmt.colors == FRAME_RGB)
        t->matrix = 0;
    if (t->primaries == UNSTATED)
        t->primaries = wide ? 9 : i->fmt.colors == FRAME_RGB || hd ? 1 : sd;
    if (t->transfer == UNSTATED)
        t->transfer = i->fmt.colors == FRAME_RGB && !wide      ? 13
                      : wide                                   ? 14
                      : t->primaries == 5 || t->primaries == 6 ? 6
                                                               : 1;
    if (t->matrix == UNSTATED)
        t->matrix = wide                                     ? 9
                    : t->primaries == 5 || t->primaries == 6 ? t->primaries
                                                             : 1;
    if (t->range < 0)
        t->range = i->fmt.colors != FRAME_YUV;
    if (t->siting < 0)
        t->siting = 0;
}

/* How bright it gets: what is measured counts more than the display. */
static double peak_of(const struct video_info *i, const struct film_color *c)
{
    if (!film_color_is_hdr(c))
        return 203;
    if (c->hlg)
        return 1000;
    if (i->light.there && i->light.max_cll > 0)
        return i->light.max_cll;
    return i->mastering.there && i->mastering.max > 0 ? i->mastering.max : 1000;
}

static void describe(const struct video_info *i, const char *how,
                     struct film_color *c)
{
    snprintf(c->text, sizeof(c->text), "%s, %s range, %s%s", c->color->name,
             c->tags.range ? "full" : "limited", how,
             film_color_is_hdr(c) && i->fmt.bits < 10
                 ? "; HDR in 8 bits shows bands"
                 : "");
}

int film_color_read(const struct video_info *info, const char *assume,
                    struct film_color *out, struct err *e)
{
    struct film_color c = {.tags = info->color};
    struct video_color *t = &c.tags;
    const bool stated =
        t->primaries != UNSTATED && t->transfer != UNSTATED &&
        (t->matrix != UNSTATED || info->fmt.colors != FRAME_YUV);
    const bool none = t->primaries == UNSTATED && t->transfer == UNSTATED &&
                      t->matrix == UNSTATED;
    const int named = assume ? space_named(assume) : -1;
    int rc;

    if (assume && named < 0)
        return refuse_name("assume", assume, e);
    if (named >= 0) {
        if (t->primaries == UNSTATED)
            t->primaries = spaces[named].primaries;
        if (t->transfer == UNSTATED)
            t->transfer = spaces[named].transfer;
        if (t->matrix == UNSTATED)
            t->matrix = spaces[named].matrix;
    }
    guess(info, t);
    TRY(settle(&c, e));
    c.peak = peak_of(info, &c);
    describe(info,
             stated       ? "as stated"
             : named >= 0 ? "as --assume says"
             : none       ? "by its size, as it states nothing"
                          : "completed by what it states",
             &c);
    *out = c;
    c.color = NULL;
out:
    film_color_release(&c);
    return rc;
}

int film_color_for(const char *name, struct film_color *out, struct err *e)
{
    const int i = space_named(name);
    struct film_color c = {0};
    int rc;

    if (i < 0)
        return refuse_name("icc", name, e);
    c.tags = (struct video_color){spaces[i].primaries, spaces[i].transfer,
                                  spaces[i].matrix, 0, 0};
    TRY(settle(&c, e));
    c.peak = film_color_is_hdr(&c) ? 1000 : 203;
    snprintf(c.text, sizeof(c.text), "%s, as asked", c.color->name);
    *out = c;
    c.color = NULL;
out:
    film_color_release(&c);
    return rc;
}

int film_color_of(const struct color *c, struct film_color *out, struct err *e)
{
    *out = (struct film_color){.tags = {1, 13, 0, 1, 0}, .peak = 203};
    if (!c)
        return 0;
    snprintf(out->text, sizeof(out->text), "%s", c->name);
    return color_copy(c, &out->color, e);
}

int film_color_copy(const struct film_color *c, struct film_color *out,
                    struct err *e)
{
    struct color *color = NULL;

    if (c->color && color_copy(c->color, &color, e) < 0)
        return e->code;
    *out = *c;
    out->color = color;
    return 0;
}

void film_color_release(struct film_color *c)
{
    color_free(c->color);
    c->color = NULL;
}

void film_color_fit(struct film_color *c, const struct frame_format *fmt)
{
    struct err e;

    if (fmt->colors == FRAME_RGB) {
        c->tags.matrix = 0;
        c->tags.range = 1;
    } else if (c->tags.matrix == 0) {
        c->tags.matrix = c->tags.primaries == 9 ? 9 : 1;
        c->tags.range = fmt->colors == FRAME_GREY;
    }
    (void)set_matrix(c, &e); /* it is one of the table */
    set_siting(c);
}

bool film_color_equal(const struct film_color *a, const struct film_color *b)
{
    return a->color && b->color && a->hlg == b->hlg &&
           color_equal(a->color, b->color);
}

bool film_color_is_hdr(const struct film_color *c)
{
    return c->tags.transfer == 16 || c->tags.transfer == 18;
}

void film_color_mastering(struct video_mastering *m)
{
    const char *name;
    const struct primaries *p = primaries_of(12, &name);

    *m = (struct video_mastering){.there = true, .min = 0.0001, .max = 1000};
    memcpy(m->xy, p->xy, sizeof(m->xy));
}

static void put(const struct mat3 *m, float f[9])
{
    for (int i = 0; i < 9; i++)
        f[i] = (float)m->m[i / 3][i % 3];
}

/*
 * Each pixel times gain |Y|^power, Y its luminance. BT.2100, table 5: light of
 * the display Fd = Lw Ys^(gamma - 1) E, gamma 1.2 for Lw = 1000 cd/m2; our E is
 * 1 at a signal of .75, where it is the SIGNAL_75th part of full light.
 */
#define SIGNAL_75 0.26496256042100718
#define GAMMA     1.2

static void bend(const struct kern *k, float *const planes[3], size_t n,
                 double gain, double power)
{
    const struct kern_power p = {(float)power, 1, 0, 0, 0, 0, 0};
    float y[PIECE];

    for (size_t at = 0; at < n; at += PIECE) {
        const size_t m = n - at < PIECE ? n - at : PIECE;
        const float *src[3] = {planes[0] + at, planes[1] + at, planes[2] + at};

        k->convert->luminance(y, src, m);
        for (size_t i = 0; i < m; i++)
            y[i] = fmaxf(fabsf(y[i]), 1e-20f);
        k->convert->power_decode(y, y, m, &p);
        for (int c = 0; c < 3; c++)
            for (size_t i = 0; i < m; i++)
                planes[c][at + i] *= y[i] * (float)gain;
    }
}

static double hlg_gain(void)
{
    return 1000 * pow(SIGNAL_75, GAMMA) / 203;
}

void film_color_in(const struct film_color *c, const struct kern *k,
                   float *const planes[3], size_t n)
{
    const float *src[3] = {planes[0], planes[1], planes[2]};
    float m[9];

    put(&c->color->to_work, m);
    for (int p = 0; p < 3; p++)
        curve_decode_row(k, &c->color->curve[p], planes[p], planes[p], n);
    k->convert->matrix(planes, src, n, m);
    if (c->hlg)
        bend(k, planes, n, hlg_gain(), GAMMA - 1);
}

/* The inverse: Ys = (Y / gain)^(1 / gamma), and E = Fd / (gain Ys^(gamma - 1)).
 */
void film_color_out(const struct film_color *c, const struct kern *k,
                    float *const planes[3], size_t n)
{
    const float *src[3] = {planes[0], planes[1], planes[2]};
    float m[9];

    put(&c->color->from_work, m);
    if (c->hlg)
        bend(k, planes, n, pow(hlg_gain(), -1 / GAMMA), 1 / GAMMA - 1);
    k->convert->matrix(planes, src, n, m);
    for (int p = 0; p < 3; p++)
        curve_encode_row(k, &c->color->curve[p], planes[p], planes[p], n);
}
