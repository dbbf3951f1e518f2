/* The facts of a film. */

#include "cli/info_film.h"

#include <stdio.h>

#include "base/text.h"
#include "codec/video_color.h"
#include "run/conform.h"

static void add_text(json_t *o, const char *key, const char *text)
{
    if (text && text[0])
        json_add(o, key, json_text(text));
}

static void add_rate(json_t *o, const struct video_info *i)
{
    const struct conform_want want = {.tolerance = 0.05};
    struct conform c;
    struct err e = {0};
    char text[24];

    if (i->rate.den > 0) {
        ratio_text(&i->rate, text);
        add_text(o, "rate", text);
    }
    if (conform_decide(&want, i, &c, &e) == 0 && c.varies)
        json_add(o, "rate_varies", json_true());
}

static void add_light(json_t *o, const struct video_info *i)
{
    if (i->mastering.there)
        json_add(o, "mastering",
                 json_pack("{s:f, s:f}", "min", i->mastering.min, "max",
                           i->mastering.max));
    if (i->light.there)
        json_add(o, "light_level",
                 json_pack("{s:i, s:i}", "max_cll", i->light.max_cll,
                           "max_fall", i->light.max_fall));
}

static void add_streams(json_t *o, const struct video_info *i)
{
    json_t *list = json_array();

    for (int s = 0; s < i->streams && s < VIDEO_STREAMS; s++) {
        char text[120];

        snprintf(text, sizeof(text), "%s %s", i->stream[s].kind,
                 i->stream[s].text);
        json_array_append_new(list, json_text(text));
    }
    if (json_array_size(list) > 0)
        json_add(o, "streams", list);
    else
        json_decref(list);
}

json_t *film_facts(const char *path, const struct video_info *i, struct err *e)
{
    struct film_color color = {0};
    json_t *o;

    if (film_color_read(i, NULL, &color, e) < 0)
        return NULL;
    o = json_object();
    json_add(o, "file", json_text(path));
    json_add(o, "format", json_text(i->container));
    add_text(o, "codec", i->codec);
    add_text(o, "profile", i->profile);
    add_text(o, "pixels", i->pixels);
    json_add(o, "width", json_integer(i->w));
    json_add(o, "height", json_integer(i->h));
    if (i->sar.num > 0 && i->sar.num != i->sar.den)
        json_add(o, "pixel_aspect",
                 json_real((double)i->sar.num / (double)i->sar.den));
    if (i->rotation)
        json_add(o, "rotation", json_integer(i->rotation));
    add_rate(o, i);
    if (i->frames > 0)
        json_add(o, "frames", json_integer(i->frames));
    if (i->seconds > 0)
        json_add(o, "seconds", json_real(i->seconds));
    if (i->interlaced)
        add_text(o, "interlaced",
                 i->top_first ? "top field first" : "bottom field first");
    add_text(o, "color", color.text);
    add_light(o, i);
    add_text(o, "timecode", i->timecode);
    add_streams(o, i);
    if (i->bit_rate > 0)
        json_add(o, "bit_rate", json_integer(i->bit_rate));
    json_add(o, "bytes", json_integer((json_int_t)i->file_size));
    add_text(o, "warning", i->warning);
    film_color_release(&color);
    return o;
}
