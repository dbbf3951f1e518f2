/* Which encoder, which container, and what they can be asked for. */

#include "codec/video_out.h"

#include <libavutil/avstring.h>

static const struct coder coders[] = {
    {.name = "prores",
     .encoder = "prores",
     .id = AV_CODEC_ID_PRORES,
     .limited = true,
     .w_even = true},
    {.name = "prores_ks",
     .encoder = "prores_ks",
     .id = AV_CODEC_ID_PRORES,
     .limited = true},
    {.name = "dnxhr",
     .encoder = "dnxhd",
     .id = AV_CODEC_ID_DNXHD,
     .limited = true,
     .w_least = 256,
     .h_least = 120},
    {.name = "h264",
     .encoder = "libx264",
     .id = AV_CODEC_ID_H264,
     .preset = "medium",
     .crf = 18,
     .crf_most = 51},
    {.name = "hevc",
     .encoder = "libx265",
     .id = AV_CODEC_ID_HEVC,
     .preset = "medium",
     .crf = 20,
     .crf_most = 51},
    {.name = "av1",
     .encoder = "libsvtav1",
     .id = AV_CODEC_ID_AV1,
     .preset = "8",
     .crf = 25,
     .crf_most = 63,
     .w_least = 64,
     .h_least = 64},
    {.name = "ffv1", .encoder = "ffv1", .id = AV_CODEC_ID_FFV1},
};

#define CODERS (sizeof(coders) / sizeof(*coders))

const struct coder *coder_named(const char *name)
{
    for (size_t i = 0; name && i < CODERS; i++)
        if (!strcmp(coders[i].name, name))
            return &coders[i];
    return NULL;
}

/* "a, b or c", of what is given one after the other. */
static void list(char *text, size_t size, const char *name)
{
    if (text[0])
        av_strlcat(text, ", ", size);
    av_strlcat(text, name, size);
}

static int no_pair(const struct video_host *host, const struct box *b,
                   const char *codec, struct err *e)
{
    char all[200] = "";

    for (const struct box *other = boxes; other->ext; other++)
        if (box_holds(other, codec))
            list(all, sizeof(all), other->ext);
    return host->fail(e, ERR_ARG, "%s holds no %s: use %s, or for %s %s",
                      b->ext, codec, all, b->ext, b->codecs[0]);
}

static int check_preset(const struct video_host *host, const struct coder *c,
                        const struct video_target *t, struct err *e)
{
    const char *const *presets = video_presets(c->name);
    char all[200] = "";

    if (!t->preset)
        return 0;
    for (int i = 0; presets && presets[i]; i++) {
        if (!strcmp(presets[i], t->preset))
            return 0;
        list(all, sizeof(all), presets[i]);
    }
    if (!all[0])
        return host->fail(e, ERR_ARG, "%s has no presets", c->name);
    return host->fail(e, ERR_ARG, "%s has no preset '%s'; there are %s",
                      c->name, t->preset, all);
}

static int check_quality(const struct video_host *host, const struct coder *c,
                         struct video_target *t, struct err *e)
{
    if (c->crf_most <= 0 && (t->crf > 0 || t->bit_rate > 0))
        return host->fail(e, ERR_ARG, "%s takes neither crf nor a bit rate%s",
                          c->name,
                          video_presets(c->name) ? ": its preset decides" : "");
    if (t->crf > c->crf_most)
        return host->fail(e, ERR_ARG, "the crf of %s is 0 to %g, not %g",
                          c->name, c->crf_most, t->crf);
    if (t->crf < 0 && t->bit_rate <= 0)
        t->crf = c->crf_most > 0 ? c->crf : -1;
    return 0;
}

/*
 * Chroma of half the size has whole samples only: encoders of delivery refuse
 * the others. At the edge a column or a row goes, so no pixel moves.
 */
static int settle_size(const struct video_host *host, const struct coder *c,
                       struct video_target *t, const struct frame_format *f,
                       struct err *e)
{
    const bool whole = c->crf_most > 0;
    const int dx = whole ? 1 << f->ssx : c->w_even ? 2 : 1;
    const int dy = whole ? 1 << f->ssy : 1;
    const int w = FFMAX(c->w_least, dx), h = FFMAX(c->h_least, dy);

    if (!t->w || !t->h)
        return 0;
    if (t->w < w || t->h < h)
        return host->fail(e, ERR_ARG,
                          "%s wants frames of at least %d x %d, not %d x %d",
                          c->name, w, h, t->w, t->h);
    t->w -= t->w % dx;
    t->h -= t->h % dy;
    return 0;
}

int target_plan(const struct video_host *host, struct video_target *t,
                const struct video_info *like, struct frame_format *fmt,
                struct err *e)
{
    const struct box *b = box_named(t->ext);
    const struct coder *c;
    const AVCodec *encoder;
    int rc;

    if (!b)
        return host->fail(e, ERR_ARG, "'%s' is no film that is written",
                          t->ext ? t->ext : "");
    if (!t->codec)
        t->codec = b->codecs[0];
    c = coder_named(t->codec);
    if (!c)
        return host->fail(e, ERR_ARG, "'%s' is not written", t->codec);
    if (!box_holds(b, c->name))
        return no_pair(host, b, c->name, e);
    encoder = avcodec_find_encoder_by_name(c->encoder);
    if (!encoder)
        return host->fail(e, ERR_ARG,
                          "the FFmpeg of this machine has no encoder %s for %s",
                          c->encoder, c->name);
    TRY(check_preset(host, c, t, e));
    TRY(check_quality(host, c, t, e));
    TRY(choose_pixels(host, c, encoder, t, like, fmt, e));
    TRY(settle_size(host, c, t, fmt, e));
    if (b->constant && !t->rate.den)
        return host->fail(e, ERR_ARG, "%s holds a constant frame rate only",
                          b->ext);
    settle_color(c, fmt, t);
    if (!strcmp(b->ext, "mov") && c->id == AV_CODEC_ID_FFV1 &&
        fmt->colors != FRAME_RGB && t->color.range == 1)
        return host->fail(e, ERR_ARG,
                          "mov cannot say that ffv1 is of full range: use mkv");
    rc = 0;
out:
    return rc;
}
