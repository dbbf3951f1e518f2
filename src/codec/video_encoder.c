/* An encoder, set up for what was planned. */

#include "codec/video_out.h"

#include <libavutil/avstring.h>
#include <libavutil/opt.h>
#include <math.h>

/* Seconds from one key frame to the next, at most. */
#define KEYS 5

AVRational rational(struct video_ratio r)
{
    AVRational q = {0, 1};

    if (r.den > 0)
        av_reduce(&q.num, &q.den, r.num, r.den, INT_MAX);
    return q;
}

/* "G(x,y)B(x,y)R(x,y)WP(x,y)L(max,min)", as x265 and SVT-AV1 write it. */
static void mastering_text(const struct video_mastering *m, double unit,
                           double nit, int decimals, char *text, size_t size)
{
    static const char *const names[] = {"G", "B", "R", "WP"};
    static const int order[] = {1, 2, 0, 3};

    text[0] = '\0';
    for (int i = 0; i < 4; i++)
        av_strlcatf(text, size, "%s(%.*f,%.*f)", names[i], decimals,
                    m->xy[order[i]][0] * unit, decimals,
                    m->xy[order[i]][1] * unit);
    av_strlcatf(text, size, "L(%.*f,%.*f)", decimals, m->max * nit, decimals,
                m->min * nit);
}

static bool is_mastering(const struct video_mastering *m)
{
    return m->there && m->max > 0 && m->xy[0][0] > 0;
}

static void x265_options(const struct video_sink *w, AVDictionary **o)
{
    const struct video_target *t = &w->t;
    char text[500], m[200];

    snprintf(text, sizeof(text), "log-level=none:pools=%d:frame-threads=%d",
             t->threads, FFMIN(t->threads, 16));
    if (is_mastering(&t->mastering) || t->light.there)
        av_strlcat(text, ":hdr10=1:hdr10-opt=1:repeat-headers=1", sizeof(text));
    if (is_mastering(&t->mastering)) {
        mastering_text(&t->mastering, 50000, 10000, 0, m, sizeof(m));
        av_strlcatf(text, sizeof(text), ":master-display=%s", m);
    }
    if (t->light.there)
        av_strlcatf(text, sizeof(text), ":max-cll=%d,%d", t->light.max_cll,
                    t->light.max_fall);
    av_dict_set(o, "x265-params", text, 0);
}

static void svt_options(const struct video_sink *w, AVDictionary **o)
{
    const struct video_target *t = &w->t;
    char text[500], m[200];

    snprintf(text, sizeof(text), "lp=%d", t->threads);
    if (is_mastering(&t->mastering)) {
        mastering_text(&t->mastering, 1, 1, 5, m, sizeof(m));
        av_strlcatf(text, sizeof(text), ":mastering-display=%s", m);
    }
    if (t->light.there)
        av_strlcatf(text, sizeof(text), ":content-light=%d,%d",
                    t->light.max_cll, t->light.max_fall);
    av_dict_set(o, "svtav1-params", text, 0);
    /* It talks on stderr by itself; nobody else reads this variable. */
    setenv("SVT_LOG", "0", 0);
}

static int index_of(const char *const *names, const char *name)
{
    for (int i = 0; names[i]; i++)
        if (!strcmp(names[i], name))
            return i;
    return 0;
}

static void options(struct video_sink *w, AVDictionary **o)
{
    const struct video_target *t = &w->t;
    AVCodecContext *c = w->codec;
    char text[40];

    switch (w->coder->id) {
    case AV_CODEC_ID_PRORES:
        c->profile = index_of(video_presets(w->coder->name), t->preset);
        if (!strcmp(w->coder->encoder, "prores_ks"))
            av_dict_set(o, "profile", t->preset, 0);
        av_dict_set(o, "vendor", "apl0", 0);
        break;
    case AV_CODEC_ID_DNXHD:
        snprintf(text, sizeof(text), "dnxhr_%s", t->preset);
        av_dict_set(o, "profile", text, 0);
        break;
    case AV_CODEC_ID_FFV1:
        c->level = 3;
        c->gop_size = 1;
        /* The same bits for any number of threads. */
        c->slices = t->w * t->h > 1280 * 720 ? 16 : t->w > 352 ? 4 : 0;
        av_dict_set(o, "slicecrc", "1", 0);
        break;
    default:
        av_dict_set(o, "preset", t->preset, 0);
        if (t->bit_rate > 0)
            c->bit_rate = t->bit_rate;
        else
            av_dict_set(o, "crf", av_asprintf("%.6g", t->crf),
                        AV_DICT_DONT_STRDUP_VAL);
        if (c->framerate.num > 0)
            c->gop_size =
                (int)av_clipd(KEYS * av_q2d(c->framerate) + 0.5, 1, 600);
        if (!strcmp(w->box->muxer, "avi"))
            c->max_b_frames = 0; /* it has one time for each frame only */
        if (w->coder->id == AV_CODEC_ID_HEVC)
            x265_options(w, o);
        if (w->coder->id == AV_CODEC_ID_AV1)
            svt_options(w, o);
    }
}

/* Interlaced frames that nobody has made whole stay known as such. */
static void fields(struct video_sink *w)
{
    const struct video_info *like = w->from ? &w->from->info : NULL;
    AVCodecContext *c = w->codec;

    if (!like || !like->interlaced ||
        w->from->o.deinterlace != VIDEO_FIELDS_OFF ||
        w->coder->id == AV_CODEC_ID_DNXHD || w->coder->id == AV_CODEC_ID_HEVC ||
        w->coder->id == AV_CODEC_ID_AV1)
        return;
    c->flags |= AV_CODEC_FLAG_INTERLACED_DCT;
    if (w->coder->id == AV_CODEC_ID_H264)
        c->flags |= AV_CODEC_FLAG_INTERLACED_ME;
    c->field_order = like->top_first ? AV_FIELD_TT : AV_FIELD_BB;
}

static void describe(struct video_sink *w)
{
    const struct video_target *t = &w->t;
    AVCodecContext *c = w->codec;

    c->width = t->w;
    c->height = t->h;
    c->pix_fmt = w->pixels;
    c->time_base = w->tick;
    c->framerate = rational(t->rate);
    if (!t->rate.den && w->from)
        c->framerate = rational(w->from->info.rate);
    c->sample_aspect_ratio = rational(t->sar);
    c->color_primaries = (enum AVColorPrimaries)t->color.primaries;
    c->color_trc = (enum AVColorTransferCharacteristic)t->color.transfer;
    c->colorspace = (enum AVColorSpace)t->color.matrix;
    c->color_range = t->color.range < 0    ? AVCOL_RANGE_UNSPECIFIED
                     : t->color.range == 0 ? AVCOL_RANGE_MPEG
                                           : AVCOL_RANGE_JPEG;
    c->chroma_sample_location = (enum AVChromaLocation)(t->color.siting + 1);
    c->thread_count = t->threads;
    c->opaque = &w->codec_said;
    if (w->format->oformat->flags & AVFMT_GLOBALHEADER)
        c->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
    fields(w);
}

int encoder_open(struct video_sink *w, const AVCodec *encoder, struct err *e)
{
    AVDictionary *o = NULL;
    int rc;

    w->codec = avcodec_alloc_context3(encoder);
    if (!w->codec)
        return w->host->fail(e, ERR_MEM, "out of memory");
    describe(w);
    options(w, &o);
    rc = avcodec_open2(w->codec, encoder, &o);
    av_dict_free(&o);
    if (rc < 0)
        return w->host->fail(e, rc == AVERROR(ENOMEM) ? ERR_MEM : ERR_ARG,
                             "the encoder %s does not start: %s", encoder->name,
                             complaint_text(&w->codec_said)[0]
                                 ? complaint_text(&w->codec_said)
                                 : "it does not say why");
    return 0;
}
