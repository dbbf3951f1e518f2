/* Frames in their order: decoded, timed, unpacked, deinterlaced. */

#include "codec/video_int.h"

/* Errors in a row after which a file is given up. */
#define PATIENCE 10000

/* A file that breaks in the middle may go on behind the break. */
#define RETRIES 16

/* How far the file has been read. */
static void note_end(struct video_source *s)
{
    const AVPacket *p = s->packet;
    const int64_t time = p->pts != AV_NOPTS_VALUE ? p->pts : p->dts;
    const AVStream *st = s->format->streams[p->stream_index];

    if (time != AV_NOPTS_VALUE)
        s->reached =
            FFMAX(s->reached, micro_of(time, st->time_base) +
                                  micro_of(p->duration, st->time_base));
}

int source_packet(struct video_source *s)
{
    int rc, tries = 0;

    if (s->packets_ended)
        return 0;
    do
        rc = av_read_frame(s->format, s->packet);
    while ((rc == AVERROR_INVALIDDATA || rc == AVERROR(EAGAIN)) &&
           !s->io.error && tries++ < RETRIES);
    if (rc < 0) {
        s->packets_ended = true;
        if (rc != AVERROR_EOF)
            s->read_error = rc;
        return rc == AVERROR(ENOMEM) ? rc : 0;
    }
    note_end(s);
    if (s->packet->flags & AV_PKT_FLAG_CORRUPT)
        s->cut_packets++;
    if (s->packet->stream_index == s->stream->index)
        return 1;
    rc = parcels_put(&s->parcels, s->host, s->packet);
    return rc < 0 ? rc : 2;
}

/* One more packet into the decoder; at the end it is told so. */
static int feed(struct video_source *s)
{
    int rc;

    do
        rc = source_packet(s);
    while (rc == 2);
    if (rc < 0)
        return rc;
    if (av_packet_get_side_data(s->packet, AV_PKT_DATA_ENCRYPTION_INFO, NULL))
        return AVERROR(EPERM);
    rc = avcodec_send_packet(s->codec, rc == 1 ? s->packet : NULL);
    av_packet_unref(s->packet);
    if (rc < 0 && rc != AVERROR_EOF && rc != AVERROR(ENOMEM)) {
        s->undecodable++;
        return 0;
    }
    return rc == AVERROR_EOF ? 0 : rc;
}

static int decode(struct video_source *s, AVFrame *f, struct err *e)
{
    int rc, wrong = 0;

    for (;;) {
        rc = avcodec_receive_frame(s->codec, f);
        if (rc >= 0)
            return 1;
        if (rc == AVERROR_EOF)
            break;
        if (rc == AVERROR(EAGAIN)) {
            rc = feed(s);
        } else if (rc != AVERROR(ENOMEM) && wrong++ < PATIENCE) {
            s->undecodable++;
            rc = 0;
        }
        if (rc == AVERROR(EPERM))
            return s->host->fail(e, ERR_DATA, "it is encrypted");
        if (rc < 0)
            return av_fail(s->host, e, rc, "cannot decode", NULL);
    }
    if (s->io.error)
        return s->host->fail(e, ERR_IO, "cannot read it: %s",
                             strerror(s->io.error));
    return 0;
}

/* What the first frame is decides for all. */
static int settle(struct video_source *s, const AVFrame *f, struct err *e)
{
    const bool pal = av_pix_fmt_desc_get(f->format) &&
                     av_pix_fmt_desc_get(f->format)->flags &
                         AV_PIX_FMT_FLAG_PAL;
    int rc;

    rc = pixels_format(s->host, f->format,
                       pal ? (const uint32_t *)(const void *)f->data[1] : NULL,
                       &s->info.fmt, e);
    if (rc < 0)
        return rc;
    s->pixels = f->format;
    s->w = f->width;
    s->h = f->height;
    s->direct = pixels_direct(f->format);
    if (!s->direct && frame_pool_start(&s->pool, &s->info.fmt, s->w, s->h) < 0)
        return s->host->fail(e, ERR_MEM, "out of memory");
    return 0;
}

static enum AVPixelFormat without_j(enum AVPixelFormat pixels)
{
    struct frame_format f;

    const bool known = pixels_direct(pixels) && pixels_layout(pixels, &f);

    return known ? pixels_planar(&f) : pixels;
}

static int check(struct video_source *s, const AVFrame *f, struct err *e)
{
    if (!s->w)
        return settle(s, f, e);
    if (f->width != s->w || f->height != s->h)
        return s->host->fail(e, ERR_DATA,
                             "at %.3f s its frames change from %d x %d to "
                             "%d x %d",
                             source_seconds(s, f->pts), s->w, s->h, f->width,
                             f->height);
    if (f->format != s->pixels && without_j(f->format) != without_j(s->pixels))
        return s->host->fail(
            e, ERR_DATA, "at %.3f s its pixels change from %s to %s",
            source_seconds(s, f->pts), av_get_pix_fmt_name(s->pixels),
            av_get_pix_fmt_name(f->format));
    return 0;
}

/* Codecs that know nothing of fields leave it to the header to say so. */
static bool silent_on_fields(enum AVCodecID id)
{
    switch (id) {
    case AV_CODEC_ID_V210:
    case AV_CODEC_ID_V410:
    case AV_CODEC_ID_V308:
    case AV_CODEC_ID_R210:
    case AV_CODEC_ID_R10K:
    case AV_CODEC_ID_UTVIDEO:
    case AV_CODEC_ID_QTRLE:
    case AV_CODEC_ID_PNG:
    case AV_CODEC_ID_CFHD:
    case AV_CODEC_ID_JPEG2000:
    case AV_CODEC_ID_HUFFYUV:
    case AV_CODEC_ID_FFVHUFF:
        return true;
    default:
        return false;
    }
}

static void tell_fields(const struct video_source *s, AVFrame *f)
{
    const enum AVFieldOrder order = s->stream->codecpar->field_order;

    if (f->interlaced_frame || order <= AV_FIELD_PROGRESSIVE ||
        !silent_on_fields(s->codec->codec_id))
        return;
    f->interlaced_frame = 1;
    f->top_field_first = order == AV_FIELD_TT || order == AV_FIELD_BT;
}

static int unpacked(struct video_source *s, AVFrame *f, struct err *e)
{
    AVFrame *to;

    if (s->direct)
        return 0;
    to = frame_pool_get(&s->pool);
    if (!to || av_frame_copy_props(to, f) < 0) {
        av_frame_free(&to);
        return s->host->fail(e, ERR_MEM, "out of memory");
    }
    pixels_unpack(f, &s->info.fmt, to);
    av_frame_unref(f);
    av_frame_move_ref(f, to);
    av_frame_free(&to);
    return 0;
}

/* 1, or 0 at the end. */
static int one(struct video_source *s, AVFrame *f, struct err *e)
{
    int rc = decode(s, f, e);

    if (rc <= 0)
        return rc;
    clock_stamp(&s->clock, f);
    rc = check(s, f, e);
    if (rc < 0)
        return rc;
    if (!s->described) {
        /* The tags need the frame as the decoder gives it. */
        s->info.color = tags_of_frame(f, s->stream->codecpar, &s->info.fmt);
        tags_light(f, s->stream, &s->info);
        tags_rotation(f, s->stream, &s->info);
        s->described = true;
    }
    tell_fields(s, f);
    if (f->interlaced_frame && !s->interlaced) {
        s->interlaced = true;
        s->top_first = f->top_field_first;
    }
    rc = unpacked(s, f, e);
    return rc < 0 ? rc : 1;
}

static int start_fields(struct video_source *s, const AVFrame *f, struct err *e)
{
    const int rc = fields_start(
        &s->fields, f, s->o.deinterlace == VIDEO_FIELDS_ON, s->o.threads);

    if (rc == AVERROR(ENOMEM))
        return s->host->fail(e, ERR_MEM, "out of memory");
    if (rc < 0)
        return s->host->fail(e, ERR_DATA,
                             "it is interlaced, and frames of %s cannot be "
                             "deinterlaced",
                             av_get_pix_fmt_name(s->pixels));
    return 0;
}

int source_next(struct video_source *s, AVFrame *f, struct err *e)
{
    int rc;

    for (;;) {
        if (s->fields.graph) {
            rc = fields_get(&s->fields, f);
            if (rc >= 0)
                return 1;
            if (rc == AVERROR_EOF || (rc == AVERROR(EAGAIN) && s->fields.ended))
                return 0;
            if (rc != AVERROR(EAGAIN))
                return av_fail(s->host, e, rc, "cannot deinterlace", NULL);
        }
        rc = one(s, f, e);
        if (rc < 0)
            return rc;
        if (rc > 0 && !s->fields.graph &&
            s->o.deinterlace != VIDEO_FIELDS_OFF &&
            (s->o.deinterlace == VIDEO_FIELDS_ON || f->interlaced_frame)) {
            const int bad = start_fields(s, f, e);

            if (bad < 0)
                return bad;
        }
        if (!s->fields.graph)
            return rc;
        rc = fields_put(&s->fields, rc > 0 ? f : NULL);
        if (rc < 0)
            return av_fail(s->host, e, rc, "cannot deinterlace", NULL);
    }
}
