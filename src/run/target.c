/* Decides what an output is: format, samples, colour, storage, metadata. */

#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "run/target.h"

static const char *const format_names[] = {
    [FORMAT_SAME] = NULL, [FORMAT_EXR] = "exr",   [FORMAT_JPEG] = "jpeg",
    [FORMAT_PNG] = "png", [FORMAT_TIFF] = "tiff",
};

#define PROFILE_MAX (64u << 20)

const struct codec *target_codec(const struct codec *in,
                                 const struct process_options *o,
                                 const char *out_ext)
{
    const struct codec *c = NULL;

    if (o->format != FORMAT_SAME)
        return codec_named(format_names[o->format]);
    if (out_ext)
        c = codec_for_ext(out_ext);
    return c ? c : in;
}

/* A colour by name or profile file; linear for formats that hold light. */
static int named_color(const char *name, bool linear, struct color **out,
                       struct err *e)
{
    struct buf icc = {.max = PROFILE_MAX};
    enum space s;
    int rc;

    if (text_is(name, "linear"))
        return color_from_space(SPACE_REC709, true, out, e);
    if (space_find(name, &s))
        return color_from_space(s, linear, out, e);
    TRY(file_load(name, PROFILE_MAX, &icc, e));
    TRY(color_from_icc(icc.data, icc.len, 3, out, e));
out:
    buf_release(&icc);
    if (rc < 0)
        err_prefix(e, "profile '%s'", name);
    return rc;
}

/* What the samples of an input mean when the file does not say. */
static int assume(const struct picture *in, const char *name,
                  struct color **out, struct err *e)
{
    const bool light = sample_is_float(in->fmt.type);

    if (in->fmt.colors == 4) {
        struct buf icc = {.max = PROFILE_MAX};
        int rc;

        if (!name)
            return err_set(e, ERR_DATA,
                           "CMYK without a profile: name one with --assume");
        TRY(file_load(name, PROFILE_MAX, &icc, e));
        TRY(color_from_icc(icc.data, icc.len, 4, out, e));
    out:
        buf_release(&icc);
        return rc;
    }
    if (name)
        return named_color(name, false, out, e);
    return color_from_space(light ? SPACE_REC709 : SPACE_SRGB, light, out, e);
}

static bool is_linear(const struct color *c)
{
    return c->kind != COLOR_ICC && c->curve[0].kind == CURVE_LINEAR;
}

/* The same primaries without a curve, for formats that hold light. */
static int linear_of(const struct color *c, struct color **out, struct err *e)
{
    struct color *l = NULL;
    int rc;

    if (c->kind == COLOR_ICC)
        return color_from_space(SPACE_REC709, true, out, e);
    TRY(color_copy(c, &l, e));
    for (int i = 0; i < 3; i++) {
        mem_free(l->curve[i].table);
        l->curve[i] = curve_named(CURVE_LINEAR);
    }
    mem_free(l->icc);
    l->icc = NULL;
    l->icc_len = 0;
    l->kind = COLOR_MATRIX;
    *out = l;
    l = NULL;
out:
    color_free(l);
    return rc;
}

static int choose_color(struct target *t, const struct process_options *o,
                        struct err *e)
{
    const bool light = text_is(t->codec->name, "exr");
    const bool ints = !sample_is_float(t->pic.fmt.type);

    if (o->icc && !text_is(o->icc, "same"))
        return named_color(o->icc, light, &t->to, e);
    if (light)
        return is_linear(t->from) ? color_copy(t->from, &t->to, e)
                                  : linear_of(t->from, &t->to, e);
    if (!t->from->can_write || (ints && is_linear(t->from) && t->assumed) ||
        (ints && is_linear(t->from) && !t->from->icc))
        return color_from_space(SPACE_SRGB, false, &t->to, e);
    return color_copy(t->from, &t->to, e);
}

static int note(struct target *t, const char *what, const char *fate,
                const char *why, struct err *e)
{
    return ledger_add(&t->ledger, what, fate, why, e);
}

static bool can_hold(const struct codec *c, enum sample type)
{
    return c->samples >> type & 1;
}

/* The nearest type at or above what was wanted, else below. */
static enum sample fit_type(const struct codec *c, enum sample want)
{
    static const enum sample order[SAMPLE_COUNT][SAMPLE_COUNT] = {
        [SAMPLE_U8] = {SAMPLE_U8, SAMPLE_U16, SAMPLE_F16, SAMPLE_F32},
        [SAMPLE_U16] = {SAMPLE_U16, SAMPLE_F32, SAMPLE_U8},
        [SAMPLE_U32] = {SAMPLE_U32, SAMPLE_F32, SAMPLE_U16, SAMPLE_U8},
        [SAMPLE_F16] = {SAMPLE_F16, SAMPLE_F32, SAMPLE_U16, SAMPLE_U8},
        [SAMPLE_F32] = {SAMPLE_F32, SAMPLE_F16, SAMPLE_U16, SAMPLE_U8},
    };

    for (int i = 0; i < SAMPLE_COUNT; i++)
        if (can_hold(c, order[want][i]))
            return order[want][i];
    return SAMPLE_U8;
}

static int choose_type(struct target *t, const struct picture *in,
                       const struct process_options *o, struct err *e)
{
    static const enum sample asked[] = {
        [BITS_8] = SAMPLE_U8,
        [BITS_16] = SAMPLE_U16,
        [BITS_HALF] = SAMPLE_F16,
        [BITS_FLOAT] = SAMPLE_F32,
    };
    enum sample type = in->fmt.type;
    char why[100];

    if (o->bits != BITS_SAME) {
        type = asked[o->bits];
        if (!can_hold(t->codec, type))
            return err_set(e, ERR_ARG, "%s cannot hold %s samples",
                           t->codec->name, sample_name(type));
    }
    t->pic.fmt.type = fit_type(t->codec, type);
    t->dither = t->pic.fmt.type == SAMPLE_U8 && in->fmt.type != SAMPLE_U8;
    if (t->pic.fmt.type == in->fmt.type)
        return 0;
    snprintf(why, sizeof(why), "%s, was %s%s", sample_name(t->pic.fmt.type),
             sample_name(in->fmt.type), t->dither ? "; dithered" : "");
    return note(t, "samples", "rewritten", why, e);
}

/* Which samples beyond the colours the format can take along. */
static int choose_extras(struct target *t, const struct reader *r,
                         struct err *e)
{
    const struct picture *in = &r->pic;
    struct pixfmt *f = &t->pic.fmt;

    f->extras = 0;
    f->alpha = -1;
    for (int i = 0; i < in->fmt.extras && i < TARGET_EXTRAS_MAX; i++) {
        const bool alpha = i == in->fmt.alpha;

        if (!(alpha ? t->codec->alpha : t->codec->extras)) {
            char why[80];

            snprintf(why, sizeof(why), "%s cannot hold it", t->codec->name);
            if (note(t, alpha ? "alpha" : "extra sample", "dropped", why, e) <
                0)
                return e->code;
            continue;
        }
        if (alpha)
            f->alpha = f->extras;
        t->extra[f->extras++] = i;
    }
    f->associated = f->alpha >= 0 &&
                    (t->codec == r->codec ? in->fmt.associated
                                          : text_is(t->codec->name, "exr"));
    return 0;
}

static bool can_compress(const struct codec *c, enum compression comp)
{
    for (int i = 0; c->compressions[i] != COMP_SAME; i++)
        if (c->compressions[i] == comp)
            return true;
    return false;
}

static int choose_storage(struct target *t, const struct reader *in,
                          const struct process_options *o, struct err *e)
{
    static const int subsampling[] = {0, 444, 422, 420};
    struct storage *s = &t->pic.storage;
    const enum compression asked = (enum compression)o->compression;

    *s = t->codec == in->codec ? in->pic.storage : (struct storage){0};
    if (asked != COMP_SAME && !can_compress(t->codec, asked))
        return err_set(e, ERR_ARG, "%s cannot be compressed with %s",
                       t->codec->name, compression_names[asked]);
    if (asked != COMP_SAME && asked != s->compression) {
        s->compression = asked;
        s->predictor = 0;
    }
    if (s->compression != COMP_SAME &&
        !can_compress(t->codec, s->compression)) {
        char why[80];

        snprintf(why, sizeof(why), "%s is only read",
                 compression_names[s->compression]);
        s->compression = COMP_SAME;
        s->predictor = 0;
        if (note(t, "compression", "rewritten", why, e) < 0)
            return e->code;
    }
    if (t->pic.fmt.type != in->pic.fmt.type)
        s->predictor = 0;
    if (o->quality)
        s->quality = o->quality;
    if (o->subsampling)
        s->subsampling = subsampling[o->subsampling];
    if (o->level)
        s->level = o->level;
    return 0;
}

/* One page is made; that there are others must not go unsaid. */
static int leave_pages(struct target *t, const struct picture *in,
                       struct err *e)
{
    char why[80];

    if (in->pages < 2)
        return 0;
    snprintf(why, sizeof(why), "page %d of %d is made, --page chooses",
             in->page + 1, in->pages);
    return note(t, "pages", "dropped", why, e);
}

int target_new(const struct reader *in, const struct process_options *o,
               const char *out_ext, struct target **out, struct err *e)
{
    struct target *t = mem_zero(1, sizeof(*t));
    int rc;

    if (!t)
        return err_mem(e, sizeof(*t));
    t->codec = target_codec(in->codec, o, out_ext);
    t->pic.w = in->pic.w;
    t->pic.h = in->pic.h;
    t->pic.fmt = in->pic.fmt;
    TRY(meta_copy(in->pic.meta, &t->pic.meta, e));
    TRY(leave_pages(t, &in->pic, e));
    TRY(choose_type(t, &in->pic, o, e));
    TRY(choose_extras(t, in, e));
    if (in->pic.color) {
        TRY(color_copy(in->pic.color, &t->from, e));
    } else {
        t->assumed = true;
        TRY(assume(&in->pic, o->assume, &t->from, e));
    }
    TRY(choose_color(t, o, e));
    if (in->pic.fmt.colors == 4 ||
        (in->pic.fmt.colors == 1 && t->to->kind != COLOR_GREY &&
         !color_equal(t->from, t->to)))
        t->pic.fmt.colors = 3;
    if (t->pic.fmt.colors != 1)
        t->pic.fmt.inverted = false;
    t->same_color = color_equal(t->from, t->to) &&
                    t->pic.fmt.colors == in->pic.fmt.colors;
    TRY(choose_storage(t, in, o, e));
    *out = t;
    t = NULL;
out:
    target_free(t);
    return rc;
}

void target_free(struct target *t)
{
    if (!t)
        return;
    if (t->pic.color == t->to)
        t->pic.color = NULL;
    color_free(t->from);
    color_free(t->to);
    picture_release(&t->pic);
    ledger_release(&t->ledger);
    mem_free(t);
}

/* Puts the profile of a new colour in the place of the old one. */
static int new_profile(struct target *t, struct err *e)
{
    struct meta *m = t->pic.meta;
    uint8_t *icc = NULL;
    size_t len = 0;
    char why[120];
    int rc;

    snprintf(why, sizeof(why), "converted to %s", t->to->name);
    blob_clear(&m->icc);
    if (t->to->icc) {
        TRY(blob_set(&m->icc, t->to->icc, t->to->icc_len, e));
    } else if (!text_is(t->codec->name, "exr")) {
        TRY(color_make_icc(t->to, &icc, &len, e));
        TRY(blob_set(&m->icc, icc, len, e));
    }
    TRY(note(t, "colour", "rewritten", why, e));
out:
    mem_free(icc);
    return rc;
}

int target_finish(struct target *t, const struct process_options *o, int w,
                  int h, bool changed, bool upright, struct err *e)
{
    const bool resized = w != t->pic.w || h != t->pic.h;
    int rc;

    t->pic.w = w;
    t->pic.h = h;
    if (!t->same_color)
        TRY(new_profile(t, e));
    /* A colour that was only assumed is not stated in the output either, nor
       one that is not to be kept. */
    if (text_is(t->codec->name, "exr") ||
        (o->keep & KEEP_ICC && (!t->assumed || !t->same_color)))
        t->pic.color = t->to;
    TRY(meta_keep_format(t->pic.meta, t->codec->name, &t->ledger, e));
    rc = meta_update(t->pic.meta, o->keep, resized ? w : 0, resized ? h : 0,
                     upright, changed, &t->ledger, e);
out:
    return rc;
}
