/* Colours of films as values: copied, named, compared with what they are for.
 */

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "codec/video_color.h"
#include "codec/video_h273.h"

#define P3_D65 12

bool film_color_named(const char *name)
{
    const char *known;

    for (int i = 0; (known = film_color_name(i)); i++)
        if (text_is_nocase(known, name))
            return true;
    return false;
}

int film_color_of(const struct color *c, struct film_color *out, struct err *e)
{
    enum curve_kind kind;

    *out = (struct film_color){
        .tags = {1, TAG_TRANSFER_SRGB, TAG_MATRIX_RGB, 1, 0}, .peak = 203};
    if (!c)
        return 0;
    kind = c->curve[0].kind;
    snprintf(out->text, sizeof(out->text), "%s", c->name);
    out->hlg = kind == CURVE_HLG;
    if (kind == CURVE_PQ || kind == CURVE_HLG || kind == CURVE_LINEAR)
        out->peak = FILM_HDR_PEAK;
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

bool film_color_alike(const struct film_color *a, const struct film_color *b)
{
    return a->color && b->color && a->hlg == b->hlg &&
           (!a->hlg || a->peak == b->peak) && color_equal(a->color, b->color);
}

bool film_color_is_hdr(const struct film_color *c)
{
    return c->tags.transfer == TAG_TRANSFER_PQ ||
           c->tags.transfer == TAG_TRANSFER_HLG;
}

void film_color_mastering(struct video_mastering *m)
{
    *m = (struct video_mastering){.there = true, .min = 0.0001, .max = 1000};
    memcpy(m->xy, tag_primaries(P3_D65)->p.xy, sizeof(m->xy));
}
