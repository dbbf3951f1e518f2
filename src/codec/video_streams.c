/* Streams that go along with the pictures: which the container holds. */

#include "codec/video_out.h"

#include <libavutil/avstring.h>

/* avformat_query_codec() knows nothing of these two. */
static bool mxf_holds(const AVCodecParameters *par)
{
    return par->codec_type == AVMEDIA_TYPE_AUDIO && par->sample_rate == 48000 &&
           (par->codec_id == AV_CODEC_ID_PCM_S16LE ||
            par->codec_id == AV_CODEC_ID_PCM_S24LE);
}

static bool ts_holds(const AVCodecParameters *par)
{
    switch (par->codec_id) {
    case AV_CODEC_ID_AAC:
    case AV_CODEC_ID_MP2:
    case AV_CODEC_ID_MP3:
    case AV_CODEC_ID_AC3:
    case AV_CODEC_ID_EAC3:
    case AV_CODEC_ID_OPUS:
    case AV_CODEC_ID_DTS:
        return true;
    default:
        return false;
    }
}

/* QuickTime has no names for these, whatever avformat_query_codec() says. */
static bool only_mp4(const AVCodecParameters *par)
{
    return par->codec_id == AV_CODEC_ID_OPUS ||
           par->codec_id == AV_CODEC_ID_FLAC ||
           par->codec_id == AV_CODEC_ID_TRUEHD;
}

static bool is_cover(const AVStream *st)
{
    return st->disposition & AV_DISPOSITION_ATTACHED_PIC;
}

static bool holds(const struct video_sink *w, const AVStream *st)
{
    const AVCodecParameters *par = st->codecpar;
    const char *muxer = w->box->muxer;
    const bool mov = !strcmp(muxer, "mov") || !strcmp(muxer, "mp4");

    if (is_cover(st))
        return !strcmp(muxer, "mp4") || !strcmp(muxer, "mov");
    if (par->codec_type == AVMEDIA_TYPE_ATTACHMENT)
        return !strcmp(muxer, "matroska") &&
               av_dict_get(st->metadata, "mimetype", NULL, 0);
    if (par->codec_type == AVMEDIA_TYPE_VIDEO ||
        par->codec_id == AV_CODEC_ID_NONE)
        return false;
    if (par->codec_type == AVMEDIA_TYPE_DATA)
        return mov && par->codec_id != AV_CODEC_ID_BIN_DATA &&
               avformat_query_codec(w->format->oformat, par->codec_id,
                                    FF_COMPLIANCE_NORMAL) == 1;
    if (!strcmp(muxer, "mxf"))
        return mxf_holds(par);
    if (!strcmp(muxer, "mpegts"))
        return ts_holds(par);
    if (!strcmp(muxer, "mov") && only_mp4(par))
        return false;
    if (!strcmp(muxer, "nut") || !strcmp(muxer, "avi"))
        return par->codec_type == AVMEDIA_TYPE_AUDIO &&
               av_codec_get_tag(w->format->oformat->codec_tag, par->codec_id);
    return avformat_query_codec(w->format->oformat, par->codec_id,
                                FF_COMPLIANCE_NORMAL) == 1;
}

/* Made anew by the muxer, from what else is known. */
static bool is_remade(const struct video_sink *w, const AVStream *st)
{
    if (st->codecpar->codec_tag == MKTAG('t', 'm', 'c', 'd'))
        return true;
    /* The texts of QuickTime's chapters; nobody else has a track for them. */
    return st->codecpar->codec_type == AVMEDIA_TYPE_DATA &&
           st->codecpar->codec_tag == MKTAG('t', 'e', 'x', 't') &&
           w->from->format->nb_chapters > 0;
}

static uint32_t tag_for(const struct video_sink *w, const AVCodecParameters *in)
{
    const struct AVCodecTag *const *tags = w->format->oformat->codec_tag;
    unsigned tag;

    if (!tags || av_codec_get_id(tags, in->codec_tag) == in->codec_id ||
        !av_codec_get_tag2(tags, in->codec_id, &tag))
        return in->codec_tag;
    return 0;
}

static void name_stream(const AVStream *st, char *text, size_t size)
{
    struct video_stream about;

    stream_text(st, &about);
    snprintf(text, size, "%s (%s)", about.kind, about.text);
}

static int add(struct video_sink *w, AVStream *in)
{
    struct carried *c = &w->carried[w->count];
    int rc;

    c->index = in->index;
    c->tick = in->time_base;
    c->cover = is_cover(in);
    name_stream(in, c->text, sizeof(c->text));
    c->last = AV_NOPTS_VALUE;
    c->out = avformat_new_stream(w->format, NULL);
    if (!c->out)
        return AVERROR(ENOMEM);
    rc = avcodec_parameters_copy(c->out->codecpar, in->codecpar);
    if (rc < 0)
        return rc;
    c->out->codecpar->codec_tag = tag_for(w, in->codecpar);
    c->out->time_base = in->time_base;
    c->out->disposition = in->disposition;
    c->out->avg_frame_rate = in->avg_frame_rate;
    tell_tags(&c->out->metadata, in->metadata);
    in->discard = AVDISCARD_DEFAULT;
    w->count++;
    return 0;
}

static void drop(char dropped[static 240], const char *text)
{
    if (dropped[0])
        av_strlcat(dropped, "; ", 240);
    av_strlcat(dropped, text, 240);
}

/* Whether the codec itself says what its colours are. */
static bool says_colors(const struct coder *c)
{
    return c->crf_most > 0 || c->id == AV_CODEC_ID_PRORES;
}

/* Things that are no streams and have no room. */
static void drop_others(const struct video_sink *w, char dropped[static 240])
{
    const struct video_target *t = &w->t;
    const bool sei = w->coder->id == AV_CODEC_ID_HEVC ||
                     w->coder->id == AV_CODEC_ID_AV1;

    if ((t->rotation || t->flipped) && !w->box->rotated)
        drop(dropped, "rotation");
    if (t->timecode && t->timecode[0] && !w->box->timecode)
        drop(dropped, "timecode");
    if (!w->box->tagged && !says_colors(w->coder))
        drop(dropped, "colour tags");
    if (t->mastering.there && !w->box->tagged && !sei)
        drop(dropped, "mastering display");
    if (t->light.there && !sei && (!w->box->tagged || w->box->constant))
        drop(dropped, "content light level");
}

static void streams_tell(const struct video_sink *w, uint32_t *held,
                         char dropped[static 240])
{
    const AVFormatContext *in = w->from ? w->from->format : NULL;
    int n = 0;

    *held = 0;
    dropped[0] = '\0';
    for (unsigned i = 0; in && i < in->nb_streams; i++) {
        const AVStream *st = in->streams[i];
        const bool fits = n < VIDEO_STREAMS;
        char text[120];

        if (st == w->from->stream)
            continue;
        if (fits && (is_remade(w, st) || holds(w, st))) {
            *held |= UINT32_C(1) << n;
        } else if (!is_remade(w, st)) {
            name_stream(st, text, sizeof(text));
            drop(dropped, text);
        }
        n += fits;
    }
    drop_others(w, dropped);
}

int streams_foresee(const struct video_host *host, const struct video_target *t,
                    struct video_source *from, uint32_t *held,
                    char dropped[static 240], struct err *e)
{
    struct video_sink w = {.host = host,
                           .t = *t,
                           .from = from,
                           .coder = coder_named(t->codec),
                           .box = box_named(t->ext)};

    if (!w.coder || !w.box ||
        avformat_alloc_output_context2(&w.format, NULL, w.box->muxer, NULL) < 0)
        return host->fail(e, ERR_ARG, "a film that was not planned");
    streams_tell(&w, held, dropped);
    avformat_free_context(w.format);
    return 0;
}

int streams_add(struct video_sink *w, struct err *e)
{
    const AVFormatContext *in = w->from ? w->from->format : NULL;
    int rc = 0;

    for (unsigned i = 0; in && rc >= 0 && i < in->nb_streams; i++) {
        AVStream *st = in->streams[i];

        if (st == w->from->stream || is_remade(w, st))
            continue;
        if (holds(w, st) && w->count < VIDEO_STREAMS) {
            rc = add(w, st);
        } else {
            st->discard = AVDISCARD_ALL;
            w->from->partial = true;
        }
    }
    return rc < 0 ? w->host->fail(e, ERR_MEM, "out of memory") : 0;
}

/* Covers have one packet, known from the start. */
int streams_begin(struct video_sink *w, struct err *e)
{
    for (int i = 0; i < w->count; i++) {
        const struct carried *c = &w->carried[i];
        const AVPacket *cover;
        int rc;

        if (!c->cover)
            continue;
        cover = &w->from->format->streams[c->index]->attached_pic;
        if (!cover->data)
            continue;
        rc = av_packet_ref(w->packet, cover);
        if (rc < 0)
            return w->host->fail(e, ERR_MEM, "out of memory");
        w->packet->stream_index = c->out->index;
        w->packet->pts = w->packet->dts = 0;
        rc = mux_packet(w, w->packet, "its cover", e);
        if (rc < 0)
            return rc;
    }
    return 0;
}
