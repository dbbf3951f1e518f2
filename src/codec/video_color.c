/* What a film's code values mean; see the header. */

#include "codec/video_color.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "codec/video_h273.h"

#define WHITE      203.0 /* cd/m2 */
#define LEAST_PEAK 50.0
#define MOST_PEAK  10000.0

/* What belongs together: primaries, transfer, matrix. */
struct triple {
    int primaries, transfer, matrix;
};

static const struct system {
    struct triple t;
    const char *name;
} systems[] = {
    {{1, 1, 1}, "BT.709"},
    {{6, 6, 6}, "BT.601 of 525 lines"},
    {{5, 6, 5}, "BT.601 of 625 lines"},
    {{7, 7, 7}, "SMPTE 240M"},
    {{4, 4, 4}, "BT.470M"},
    {{9, 14, 9}, "BT.2020 SDR"},
    {{9, 16, 9}, "BT.2020 PQ"},
    {{9, 18, 9}, "BT.2020 HLG"},
    {{12, 1, 1}, "P3-D65 SDR"},
    {{11, 17, 1}, "DCI-P3"},
    {{10, 17, 0}, "DCI XYZ"},
    {{8, 1, 1}, "generic film"},
    {{22, 6, 5}, "EBU 3213"},
    {{1, 13, 1}, "sRGB"},
};

/* Colours by name. */
static const struct named {
    const char *name;
    struct triple t;
} names[] = {
    {"rec709", {1, 1, 1}}, {"rec601_525", {6, 6, 6}}, {"rec601_625", {5, 6, 5}},
    {"srgb", {1, 13, 1}},  {"p3", {12, 13, 1}},       {"rec2020", {9, 14, 9}},
    {"pq", {9, 16, 9}},    {"hlg", {9, 18, 9}},       {"linear", {1, 8, 1}},
};

#define COUNT(a) ((int)(sizeof(a) / sizeof((a)[0])))

const char *film_color_name(int i)
{
    return i < COUNT(names) ? names[i].name : NULL;
}

static const struct named *find_name(const char *name, struct err *e)
{
    char all[200] = "";

    for (int i = 0; i < COUNT(names); i++)
        if (text_is_nocase(name, names[i].name))
            return &names[i];
    for (int i = 0; i < COUNT(names); i++)
        snprintf(all + strlen(all), sizeof(all) - strlen(all), "%s%s",
                 i ? ", " : "", names[i].name);
    err_set(e, ERR_ARG, "'%s' is no colour of films: %s", name, all);
    return NULL;
}

static int check(const struct video_color *t, bool yuv, struct err *e)
{
    const struct tag_transfer *curve = tag_transfer(t->transfer);
    const struct tag_matrix *matrix = tag_matrix(t->matrix);

    if (!tag_primaries(t->primaries))
        return err_set(e, ERR_DATA, "unknown colour primaries %d",
                       t->primaries);
    if (!curve)
        return err_set(e, ERR_DATA, "unknown transfer characteristics %d",
                       t->transfer);
    if (curve->gamma < 0)
        return err_set(
            e, ERR_DATA,
            "cannot work on the transfer curve '%s': FFmpeg's zscale "
            "can make it another",
            curve->name);
    if (yuv && !matrix)
        return err_set(e, ERR_DATA, "unknown matrix coefficients %d",
                       t->matrix);
    if (yuv && !(matrix->kr > 0))
        return err_set(
            e, ERR_DATA,
            "cannot work on the matrix '%s': FFmpeg's zscale can make "
            "it another",
            matrix->name);
    return 0;
}

static bool is_hdr(int transfer)
{
    return transfer == TAG_TRANSFER_PQ || transfer == TAG_TRANSFER_HLG;
}

static struct curve curve_of(int transfer)
{
    const double gamma = tag_transfer(transfer)->gamma;
    struct curve c = curve_gamma(gamma > 0 ? gamma : 2.6);

    if (transfer == TAG_TRANSFER_SRGB)
        return curve_srgb();
    if (transfer == TAG_TRANSFER_PQ)
        return curve_named(CURVE_PQ);
    if (transfer == TAG_TRANSFER_HLG)
        return curve_named(CURVE_HLG);
    if (transfer == TAG_TRANSFER_428) /* 52.37 cd/m2 at 1, white at 48 */
        c.a = pow(52.37 / 48, 1 / 2.6);
    return c;
}

/* Chroma420SampleLocType to the place of the first chroma sample. */
static void place(const struct frame_format *f, int siting, struct yuv_space *s)
{
    s->siting_x = f->ssx && siting % 2 ? 0.5 : 0;
    s->siting_y = !f->ssy ? 0 : siting < 2 ? 0.5 : siting < 4 ? 0 : 1;
}

static int make(const struct frame_format *f, double peak,
                struct film_color *out, struct err *e)
{
    const struct tag_primaries *p = tag_primaries(out->tags.primaries);
    const struct tag_matrix *m = tag_matrix(out->tags.matrix);
    const struct curve curve = curve_of(out->tags.transfer);
    char name[80];

    snprintf(name, sizeof(name), "%s, %s", p->name,
             tag_transfer(out->tags.transfer)->name);
    out->hlg = out->tags.transfer == TAG_TRANSFER_HLG;
    out->peak = !is_hdr(out->tags.transfer) ? WHITE
                : peak > 0                  ? fmin(peak, MOST_PEAK)
                                            : FILM_HDR_PEAK;
    out->space = (struct yuv_space){.full = out->tags.range == 1};
    if (f->colors == FRAME_YUV) {
        out->space.kr = m->kr;
        out->space.kb = m->kb;
    }
    place(f, out->tags.siting, &out->space);
    return color_from_primaries(&p->p, &curve, name, &out->color, e);
}

static bool has_625_lines(int h)
{
    return h == 576 || h == 288;
}

static const struct system *system_by_size(int w, int h, const char **why)
{
    if (h < 720 && w < 1280) {
        *why = " by its size (untagged SD)";
        return &systems[has_625_lines(h) ? 2 : 1];
    }
    *why = w >= 3840 ? " by its size (untagged UHD)"
                     : " by its size (untagged HD)";
    return &systems[0];
}

/* The system of which the tags have a part. */
static const struct system *system_with(const struct video_color *t, int w,
                                        int h)
{
    const bool sd = t->matrix == 5 || t->matrix == 6;
    const bool any = t->matrix == TAG_UNSTATED &&
                     (t->transfer == 1 || t->transfer == 6);
    const char *why;

    if (t->primaries == TAG_UNSTATED && sd)
        return &systems[has_625_lines(h) ? 2 : 1];
    if (t->primaries == TAG_UNSTATED && any)
        return system_by_size(w, h, &why);
    for (int i = 0; i < COUNT(systems); i++) {
        const struct triple *s = &systems[i].t;

        if (t->primaries != TAG_UNSTATED ? s->primaries == t->primaries
            : is_hdr(t->transfer)        ? s->transfer == t->transfer
            : t->matrix != TAG_UNSTATED  ? s->matrix == t->matrix
                                         : s->transfer == t->transfer)
            return &systems[i];
    }
    return &systems[0];
}

static void fill(int *value, int from, int *filled)
{
    if (*value != TAG_UNSTATED)
        return;
    *value = from;
    ++*filled;
}

static void fill_triple(struct video_color *t, const struct triple *from,
                        int *filled)
{
    fill(&t->primaries, from->primaries, filled);
    fill(&t->transfer, from->transfer, filled);
    fill(&t->matrix, from->matrix, filled);
}

/* Whether primaries, curve and matrix say nothing. RGB needs no matrix. */
static bool is_untagged(const struct video_color *t, bool yuv)
{
    return t->primaries == TAG_UNSTATED && t->transfer == TAG_UNSTATED &&
           (!yuv || t->matrix == TAG_UNSTATED);
}

/* Completes the three; *why is what people are told of it. */
static int complete(const struct video_info *info, const char *assume,
                    struct video_color *t, const char **why, struct err *e)
{
    static const struct triple srgb = {1, 13, TAG_MATRIX_RGB};
    const bool yuv = info->fmt.colors == FRAME_YUV;
    const bool rgb = info->fmt.colors == FRAME_RGB;
    int filled = 0;

    if (!rgb && (!yuv || t->matrix == TAG_MATRIX_RGB))
        t->matrix = TAG_UNSTATED; /* that of the file cannot be these pixels' */
    if (rgb)
        t->matrix = TAG_MATRIX_RGB;
    if (is_untagged(t, yuv) && assume) {
        const struct named *n = find_name(assume, e);

        if (!n)
            return e->code;
        fill_triple(t, &n->t, &filled);
        *why = " as assumed (untagged)";
    } else if (is_untagged(t, yuv) && rgb) {
        fill_triple(t, &srgb, &filled);
        *why = " (untagged RGB)";
    } else if (is_untagged(t, yuv)) {
        fill_triple(t, &system_by_size(info->w, info->h, why)->t, &filled);
    } else {
        const struct system *s = system_with(t, info->w, info->h);

        if (is_hdr(t->transfer))
            fill(&t->matrix, 9, &filled);
        fill_triple(t, &s->t, &filled);
        *why = filled ? " (tagged in part)" : "";
    }
    return 0;
}

static const char *name_of(const struct video_color *t, char own[static 120])
{
    const struct tag_transfer *curve = tag_transfer(t->transfer);
    const bool rgb = t->matrix == TAG_MATRIX_RGB;

    for (int i = 0; i < COUNT(systems); i++) {
        const struct triple *s = &systems[i].t;
        const bool alike =
            s->transfer == t->transfer ||
            (curve->gamma == 2.4 && tag_transfer(s->transfer)->gamma == 2.4);

        if (s->primaries == t->primaries && alike &&
            (rgb || s->matrix == t->matrix))
            return systems[i].name;
    }
    snprintf(own, 120, "%s primaries, %s curve%s%s",
             tag_primaries(t->primaries)->name, curve->name,
             rgb ? "" : ", matrix ", rgb ? "" : tag_matrix(t->matrix)->name);
    return own;
}

static void describe(const struct video_info *info, const char *why,
                     struct film_color *c)
{
    const bool yuv = info->fmt.colors == FRAME_YUV;
    const bool few = is_hdr(c->tags.transfer) && info->fmt.bits == 8;
    char own[120];

    snprintf(c->text, sizeof(c->text), "%s%s%s, %s range%s",
             name_of(&c->tags, own), why, yuv ? "" : " RGB",
             c->tags.range ? "full" : "limited",
             few ? "; HDR in 8 bits, bands may show" : "");
}

/* Files are about that state it in wrong units. */
static bool is_peak(double nits)
{
    return nits >= LEAST_PEAK && nits <= MOST_PEAK;
}

/* What the metadata say of the brightest light, or 0. */
static double stated_peak(const struct video_info *info, int transfer)
{
    if (transfer != TAG_TRANSFER_PQ)
        return 0;
    if (info->light.there && is_peak(info->light.max_cll))
        return info->light.max_cll;
    return info->mastering.there && is_peak(info->mastering.max)
               ? info->mastering.max
               : 0;
}

int film_color_read(const struct video_info *info, const char *assume,
                    struct film_color *out, struct err *e)
{
    const bool yuv = info->fmt.colors == FRAME_YUV;
    struct film_color c = {.tags = info->color};
    const char *why = "";
    int rc;

    TRY(complete(info, assume, &c.tags, &why, e));
    if (c.tags.range < 0)
        c.tags.range = info->fmt.colors == FRAME_RGB;
    if (c.tags.siting < 0 || c.tags.siting > 5)
        c.tags.siting = c.tags.matrix == 9 ? 2 : 0;
    TRY(check(&c.tags, yuv, e));
    TRY(make(&info->fmt, stated_peak(info, c.tags.transfer), &c, e));
    describe(info, why, &c);
    *out = c;
out:
    return rc;
}

int film_color_for(const char *name, const struct frame_format *f, double peak,
                   struct film_color *out, struct err *e)
{
    const struct named *n = find_name(name, e);
    const bool rgb = f->colors == FRAME_RGB;
    struct video_info like = {.fmt = *f};
    struct film_color c = {.tags = {.range = rgb}};
    int rc;

    if (!n)
        return e->code;
    c.tags.primaries = n->t.primaries;
    c.tags.transfer = n->t.transfer;
    c.tags.matrix = rgb ? TAG_MATRIX_RGB : n->t.matrix;
    c.tags.siting = c.tags.matrix == 9 ? 2 : 0;
    TRY(make(f, peak, &c, e));
    describe(&like, "", &c);
    *out = c;
out:
    return rc;
}

int film_color_fit(struct film_color *c, const struct frame_format *f,
                   struct err *e)
{
    const bool rgb = f->colors == FRAME_RGB;
    struct film_color fitted = *c;
    int rc;

    if (rgb || c->tags.matrix == TAG_MATRIX_RGB)
        fitted.tags.matrix = rgb                      ? TAG_MATRIX_RGB
                             : c->tags.primaries == 9 ? 9
                                                      : 1;
    if (fitted.tags.range < 0)
        fitted.tags.range = rgb;
    if (fitted.tags.siting < 0)
        fitted.tags.siting = 0;
    fitted.color = NULL;
    TRY(check(&fitted.tags, f->colors == FRAME_YUV, e));
    TRY(make(f, is_hdr(c->tags.transfer) ? c->peak : 0, &fitted, e));
    describe(&(struct video_info){.fmt = *f}, "", &fitted);
    color_free(c->color);
    *c = fitted;
out:
    return rc;
}
