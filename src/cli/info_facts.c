/*
 * The facts of a file as one JSON object; the text for people is printed from
 * the same object, so that both say the same.
 */

#include "cli/info.h"

#include <string.h>

#include "cli/json.h"
#include "cli/info_film.h"
#include "cli/page.h"

static void add_text(json_t *o, const char *key, const char *text)
{
    if (text && text[0])
        json_add(o, key, json_text(text));
}

static void add_count(json_t *o, const char *key, uint64_t n)
{
    if (n > 0)
        json_add(o, key, json_integer((json_int_t)n));
}

static void samples(json_t *o, const struct pixfmt *f)
{
    json_add(o, "samples", json_text(sample_name(f->type)));
    json_add(o, "channels",
             json_text(f->colors == 1   ? "grey"
                       : f->colors == 3 ? "rgb"
                                        : "cmyk"));
    if (f->alpha >= 0)
        add_text(o, "alpha", f->associated ? "associated" : "straight");
    add_count(o, "extra_samples",
              (uint64_t)(f->extras - (f->alpha >= 0 ? 1 : 0)));
    if (f->inverted)
        json_add(o, "inverted", json_true());
}

static void storage(json_t *o, const struct storage *s)
{
    add_text(o, "compression", compression_names[s->compression]);
    add_count(o, "predictor", s->predictor > 1 ? (uint64_t)s->predictor : 0);
    add_count(o, "quality", (uint64_t)s->quality);
    add_count(o, "subsampling", (uint64_t)s->subsampling);
    if (s->tile_w > 0)
        json_add(o, "tile", json_pack("[ii]", s->tile_w, s->tile_h));
    if (s->planar)
        json_add(o, "planar", json_true());
    if (s->interlaced)
        json_add(o, "interlaced", json_true());
    if (s->big)
        json_add(o, "bigtiff", json_true());
}

static void curve(json_t *o, const struct curve *c)
{
    static const char *const names[] = {
        [CURVE_LINEAR] = "linear", [CURVE_PQ] = "PQ",
        [CURVE_HLG] = "HLG",       [CURVE_LOGC3] = "LogC3",
        [CURVE_SLOG3] = "S-Log3",  [CURVE_TABLE] = "table",
    };
    const struct curve srgb = curve_srgb();
    char number[32], text[64];

    if (c->kind != CURVE_POWER) {
        add_text(o, "curve", names[c->kind]);
        return;
    }
    text_of_float((float)c->g, number);
    if (c->a == 1 && c->b == 0 && c->e == 0 && c->d <= 0)
        snprintf(text, sizeof(text), "gamma %s", number);
    else if (curve_equal(c, &srgb))
        snprintf(text, sizeof(text), "sRGB");
    else
        snprintf(text, sizeof(text), "parametric, exponent %s", number);
    add_text(o, "curve", text);
}

static void color(json_t *o, const struct picture *p)
{
    if (!p->color) {
        add_text(o, "color", "not stated");
        return;
    }
    add_text(o, "color", p->color->name[0] ? p->color->name : "unnamed");
    add_text(o, "color_from", p->color_from);
    if (p->color->kind != COLOR_ICC)
        curve(o, &p->color->curve[0]);
}

static void add_tag(json_t *o, const char *key, const struct ifd *ifd,
                    uint16_t id)
{
    const struct ifd_tag *tag = ifd ? ifd_find(ifd, id) : NULL;
    char text[200];
    double value;

    if (!tag)
        return;
    if (tag->type == IFD_ASCII && tag->data) {
        snprintf(text, sizeof(text), "%.*s",
                 (int)(tag->len < 190 ? tag->len : 190), (char *)tag->data);
        add_text(o, key, text);
    } else if (ifd_number(tag, 0, &value)) {
        json_add(o, key, json_real(value));
    }
}

static void camera(json_t *o, const struct meta *m)
{
    struct ifd *tags = NULL;
    const struct ifd_tag *sub;
    const struct ifd *exif;
    struct err e;

    if (meta_tag_tree(m, &tags, &e) < 0 || !tags)
        return;
    sub = ifd_find(tags, 34665);
    exif = sub ? sub->sub : NULL;
    add_tag(o, "description", tags, 270);
    add_tag(o, "make", tags, 271);
    add_tag(o, "model", tags, 272);
    add_tag(o, "software", tags, 305);
    add_tag(o, "artist", tags, 315);
    add_tag(o, "copyright", tags, 33432);
    add_tag(o, "date", exif, 36867);
    add_tag(o, "exposure_time", exif, 33434);
    add_tag(o, "f_number", exif, 33437);
    add_tag(o, "iso", exif, 34855);
    add_tag(o, "focal_length", exif, 37386);
    add_tag(o, "lens", exif, 42036);
    if (ifd_find(tags, 34853))
        json_add(o, "gps", json_true());
    ifd_free(tags);
}

static void metadata(json_t *o, const struct meta *m)
{
    static const char *const units[] = {"", "per inch", "per cm"};
    json_t *blocks = json_object();

    if (m->orientation > 1)
        json_add(o, "orientation", json_integer(m->orientation));
    if (m->xres > 0) {
        json_add(o, "resolution", json_pack("[ff]", m->xres, m->yres));
        add_text(o, "resolution_unit", units[m->res_unit]);
    }
    add_count(blocks, "icc", m->icc.len);
    add_count(blocks, "exif", m->exif.len);
    add_count(blocks, "xmp", m->xmp.len);
    add_count(blocks, "iptc", m->iptc.len);
    add_count(blocks, "photoshop", m->psir.len);
    add_count(blocks, "tags", m->tags ? (uint64_t)m->tags->count : 0);
    add_count(blocks, "items", (uint64_t)m->item_count);
    json_add(o, "metadata", blocks);
    camera(o, m);
}

static json_t *facts(const char *path, const struct reader *r)
{
    const struct picture *p = &r->pic;
    json_t *o = json_object();

    json_add(o, "file", json_text(path));
    json_add(o, "format", json_text(r->codec->name));
    json_add(o, "width", json_integer(p->w));
    json_add(o, "height", json_integer(p->h));
    samples(o, &p->fmt);
    storage(o, &p->storage);
    color(o, p);
    metadata(o, p->meta);
    if (p->pages > 1) {
        json_add(o, "page", json_integer(p->page + 1));
        json_add(o, "pages", json_integer(p->pages));
    }
    add_text(o, "channel_names", p->channels);
    add_text(o, "layers", p->layers);
    add_count(o, "bytes", p->file_size);
    add_text(o, "warning", p->warning);
    return o;
}

int info_json(FILE *out, const char *path, const struct reader *r,
              struct err *e)
{
    return json_put(out, facts(path, r), false, e);
}

static void put_number(FILE *out, double value)
{
    char text[32];

    text_of_float((float)value, text);
    fputs(text, out);
}

static void put_fact(FILE *out, json_t *value)
{
    const char *key;
    json_t *item;
    size_t i;

    if (json_is_string(value))
        fputs(json_string_value(value), out);
    else if (json_is_integer(value))
        fprintf(out, "%lld", (long long)json_integer_value(value));
    else if (json_is_real(value))
        put_number(out, json_real_value(value));
    else if (json_is_true(value))
        fputs("yes", out);
    json_array_foreach(value, i, item)
    {
        fputs(i ? " x " : "", out);
        put_fact(out, item);
    }
    i = 0;
    if (json_is_object(value) && json_object_size(value) == 0)
        fputs("none", out);
    json_object_foreach(value, key, item)
    {
        fprintf(out, "%s%s ", i++ ? ", " : "", key);
        put_fact(out, item);
    }
}

static int put_text(FILE *out, json_t *o, struct err *e)
{
    const char *key;
    json_t *value;

    if (!o)
        return err_mem(e, 0);
    json_object_foreach(o, key, value)
    {
        if (text_is(key, "file")) {
            fprintf(out, "%s\n", json_string_value(value));
            continue;
        }
        fprintf(out, "  %-16s ", key);
        put_fact(out, value);
        putc('\n', out);
    }
    json_decref(o);
    return 0;
}

int info_text(FILE *out, const char *path, const struct reader *r,
              struct err *e)
{
    return put_text(out, facts(path, r), e);
}

int info_film(FILE *out, const char *path, const struct video_info *i,
              bool json, struct err *e)
{
    json_t *o = film_facts(path, i, e);

    if (!o)
        return e->code;
    return json ? json_put(out, o, false, e) : put_text(out, o, e);
}
