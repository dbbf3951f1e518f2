/* The pixel format an encoder gets: as near to the input as it takes. */

#include "codec/video_out.h"

#include <libavutil/avstring.h>

/* Ours as they are, or packed in whole bytes. */
static bool fits(enum AVPixelFormat pixels, struct frame_format *f)
{
    const AVPixFmtDescriptor *d = av_pix_fmt_desc_get(pixels);

    if (!d || !strncmp(d->name, "yuvj", 4) || !pixels_layout(pixels, f))
        return false;
    return pixels_direct(pixels) || pixels_packs(pixels);
}

/* Whether `p` is the first of the encoder's formats that lies so. */
static bool is_first(const AVCodec *encoder, const enum AVPixelFormat *p)
{
    struct frame_format f, g;

    if (!fits(*p, &f))
        return false;
    for (const enum AVPixelFormat *q = encoder->pix_fmts; q < p; q++)
        if (fits(*q, &g) && pixels_same(&f, &g))
            return false;
    return true;
}

/* One that lies so. */
static enum AVPixelFormat taken(const AVCodec *encoder,
                                const struct frame_format *want)
{
    struct frame_format f;

    for (const enum AVPixelFormat *p = encoder->pix_fmts;
         p && *p != AV_PIX_FMT_NONE; p++)
        if (fits(*p, &f) && pixels_same(&f, want))
            return *p;
    return AV_PIX_FMT_NONE;
}

static int not_taken(const struct video_host *host, const struct coder *c,
                     const AVCodec *encoder, const char *name, struct err *e)
{
    char all[180] = "";

    for (const enum AVPixelFormat *p = encoder->pix_fmts;
         p && *p != AV_PIX_FMT_NONE; p++) {
        if (!is_first(encoder, p))
            continue;
        if (strlen(all) > 130) {
            av_strlcat(all, " and others", sizeof(all));
            break;
        }
        av_strlcatf(all, sizeof(all), "%s%s", all[0] ? ", " : "",
                    av_get_pix_fmt_name(*p));
    }
    return host->fail(e, ERR_ARG, "%s takes no %s; it takes %s", c->name, name,
                      all);
}

/* What is lost on the way costs much, what is added little. */
static int cost(const struct frame_format *from, const struct frame_format *to,
                bool alpha)
{
    const int bits = to->bits - from->bits;
    int n = 0;

    if (alpha && !to->alpha)
        n += 10000;
    if (!alpha && to->alpha)
        n += 40;
    if (from->colors != FRAME_GREY && to->colors == FRAME_GREY)
        n += 20000;
    else if (from->colors == FRAME_GREY && to->colors != FRAME_GREY)
        n += 20;
    else if (from->colors != to->colors)
        n += 3000;
    n += bits < 0 ? -300 * bits : 2 * bits;
    for (int i = 0; i < 2; i++) {
        const int more = i ? to->ssy - from->ssy : to->ssx - from->ssx;

        n += more > 0 ? 2000 * more : -10 * more;
    }
    return n;
}

static enum AVPixelFormat nearest(const AVCodec *encoder,
                                  const struct frame_format *from, bool alpha)
{
    enum AVPixelFormat best = AV_PIX_FMT_NONE;
    struct frame_format f;
    int least = INT_MAX;

    for (const enum AVPixelFormat *p = encoder->pix_fmts;
         p && *p != AV_PIX_FMT_NONE; p++)
        if (is_first(encoder, p) && fits(*p, &f) &&
            cost(from, &f, alpha) < least) {
            least = cost(from, &f, alpha);
            best = *p;
        }
    return best;
}

/* For delivery, what plays everywhere; for work, what loses nothing. */
static enum AVPixelFormat usual(const struct coder *c, const AVCodec *encoder,
                                const struct video_target *t,
                                const struct frame_format *from)
{
    static const struct frame_format none = {
        .colors = FRAME_YUV, .bits = 10, .ssx = 1};
    const struct frame_format *f = from ? from : &none;
    const bool whole = f->colors == FRAME_RGB ||
                       (f->colors == FRAME_YUV && !f->ssx && !f->ssy);

    switch (c->id) {
    case AV_CODEC_ID_H264:
        return AV_PIX_FMT_YUV420P;
    case AV_CODEC_ID_HEVC:
    case AV_CODEC_ID_AV1:
        return AV_PIX_FMT_YUV420P10;
    case AV_CODEC_ID_PRORES:
        return t->alpha ? AV_PIX_FMT_YUVA444P10
               : whole  ? AV_PIX_FMT_YUV444P10
                        : AV_PIX_FMT_YUV422P10;
    case AV_CODEC_ID_DNXHD:
        if (whole)
            return f->colors == FRAME_RGB ? AV_PIX_FMT_GBRP10
                                          : AV_PIX_FMT_YUV444P10;
        return f->bits > 8 ? AV_PIX_FMT_YUV422P10 : AV_PIX_FMT_YUV422P;
    default:
        return nearest(encoder, f, t->alpha);
    }
}

/* Profiles of ProRes and DNxHR are made for some formats. */
static bool agrees(const struct coder *c, const char *preset,
                   const struct frame_format *f)
{
    const bool whole = !strncmp(preset, "444", 3);

    if (c->id == AV_CODEC_ID_PRORES)
        return whole == (f->ssx == 0);
    if (c->id == AV_CODEC_ID_DNXHD)
        return whole ? f->ssx == 0
                     : f->ssx == 1 && !strcmp(preset, "hqx") == (f->bits > 8);
    return true;
}

static const char *usual_preset(const struct coder *c,
                                const struct frame_format *f)
{
    if (c->id == AV_CODEC_ID_PRORES)
        return f->ssx ? "hq" : "4444";
    if (c->id == AV_CODEC_ID_DNXHD)
        return !f->ssx ? "444" : f->bits > 8 ? "hqx" : "hq";
    return c->preset;
}

/* The format for a profile that somebody asked for. */
static enum AVPixelFormat of_preset(const struct coder *c,
                                    const AVCodec *encoder,
                                    const struct video_target *t,
                                    const struct frame_format *from)
{
    const enum AVPixelFormat pixels = usual(c, encoder, t, from);
    struct frame_format f;

    if (!t->preset || (fits(pixels, &f) && agrees(c, t->preset, &f)))
        return pixels;
    if (c->id == AV_CODEC_ID_PRORES)
        return !strncmp(t->preset, "444", 3) ? AV_PIX_FMT_YUV444P10
                                             : AV_PIX_FMT_YUV422P10;
    if (!strncmp(t->preset, "444", 3))
        return AV_PIX_FMT_YUV444P10;
    return !strcmp(t->preset, "hqx") ? AV_PIX_FMT_YUV422P10
                                     : AV_PIX_FMT_YUV422P;
}

int choose_pixels(const struct video_host *host, const struct coder *c,
                  const AVCodec *encoder, struct video_target *t,
                  const struct video_info *like, struct frame_format *fmt,
                  struct err *e)
{
    enum AVPixelFormat pixels;

    if (t->pixels) {
        pixels = av_get_pix_fmt(t->pixels);
        if (pixels == AV_PIX_FMT_NONE || !pixels_layout(pixels, fmt))
            return not_taken(host, c, encoder, t->pixels, e);
        pixels = taken(encoder, fmt);
        if (pixels == AV_PIX_FMT_NONE)
            return not_taken(host, c, encoder, t->pixels, e);
    } else {
        pixels = of_preset(c, encoder, t, like ? &like->fmt : NULL);
        if (!fits(pixels, fmt) || taken(encoder, fmt) == AV_PIX_FMT_NONE)
            return not_taken(host, c, encoder, "such pixels", e);
        pixels = taken(encoder, fmt);
    }
    if (t->preset && !agrees(c, t->preset, fmt))
        return host->fail(e, ERR_ARG, "%s in %s is not of preset %s but of %s",
                          c->name, av_get_pix_fmt_name(pixels), t->preset,
                          usual_preset(c, fmt));
    if (!t->preset)
        t->preset = usual_preset(c, fmt);
    t->pixels = av_get_pix_fmt_name(pixels);
    t->alpha = t->alpha && fmt->alpha;
    return 0;
}
