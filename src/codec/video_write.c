/* A film is written: frames into the encoder, packets into the file. */

#include "codec/video_out.h"

#include <libavutil/imgutils.h>

static int prepare(struct video_sink *w, const AVCodec **encoder, struct err *e)
{
    const struct video_target *t = &w->t;
    struct video_target plan = *t;
    int rc;

    /* Once more, for who has not planned or has changed its mind. */
    rc = target_plan(w->host, &plan, w->from ? &w->from->info : NULL, &w->fmt,
                     e);
    if (rc < 0)
        return rc;
    w->t = plan;
    w->coder = coder_named(plan.codec);
    w->box = box_named(plan.ext);
    w->pixels = av_get_pix_fmt(plan.pixels);
    w->packed = !pixels_direct(w->pixels);
    w->tick = plan.rate.den ? av_inv_q(rational(plan.rate))
                            : rational(plan.tick);
    if (w->tick.num <= 0 || w->tick.den <= 0 || plan.tick.den <= 0 ||
        plan.w < 1 || plan.h < 1)
        return w->host->fail(e, ERR_ARG, "a film needs a size and a time base");
    if (frame_pool_start(&w->pool, &w->fmt, plan.w, plan.h) < 0)
        return w->host->fail(e, ERR_MEM, "out of memory");
    *encoder = avcodec_find_encoder_by_name(w->coder->encoder);
    return 0;
}

int sink_open(const struct video_host *host, const char *path,
              const struct video_target *t, struct video_source *from,
              struct video_sink **out, struct err *e)
{
    struct video_sink *w = host->zero(1, sizeof(*w));
    const AVCodec *encoder = NULL;
    int rc;

    if (!w)
        return host->fail(e, ERR_MEM, "out of memory");
    log_catch();
    w->host = host;
    w->t = *t;
    w->from = from;
    w->io.fd = -1;
    w->last = AV_NOPTS_VALUE;
    if (w->t.threads < 1)
        w->t.threads = 1;
    if (from && from->parcels.lost) {
        rc = host->fail(e, ERR_ARG, "the streams of its input have passed by");
        goto out;
    }
    TRY(prepare(w, &encoder, e));
    TRY(mux_open(w, path, e));
    ship_start(w);
    TRY(encoder_open(w, encoder, e));
    TRY(streams_add(w, e));
    TRY(tell_all(w, e));
    TRY(mux_header(w, e));
    TRY(streams_begin(w, e));
    if (from)
        parcels_want(&from->parcels);
    *out = w;
    w = NULL;
out:
    sink_close(w);
    return rc;
}

int sink_frame(struct video_sink *w, struct video_frame *out, struct err *e)
{
    AVFrame *f = frame_pool_get(&w->pool);

    if (!f)
        return w->host->fail(e, ERR_MEM, "out of memory");
    return frame_lend(w->host, &f, &w->fmt, out, e);
}

static int write_packet(struct video_sink *w, struct err *e)
{
    AVPacket *p = w->packet;
    const AVRational tick = w->stream->time_base;
    const int64_t lead = av_rescale_q(w->lead, micro, tick);
    int rc;

    /* Encoders do not say how long the last frame is shown. */
    p->duration = p->pts == w->last ? w->last_long : w->t.rate.den ? 1 : 0;
    av_packet_rescale_ts(p, w->codec->time_base, tick);
    p->pts += lead;
    p->dts += lead;
    p->stream_index = w->stream->index;
    rc = ship_until(w, av_rescale_q(p->dts, tick, micro), e);
    if (rc < 0) {
        av_packet_unref(p);
        return rc;
    }
    return mux_packet(w, p, "its pictures", e);
}

/* Everything the encoder has ready. */
static int drain(struct video_sink *w, struct err *e)
{
    int rc;

    for (;;) {
        rc = avcodec_receive_packet(w->codec, w->packet);
        if (rc == AVERROR(EAGAIN) || rc == AVERROR_EOF)
            return 0;
        if (rc < 0)
            return av_fail(w->host, e, rc, "cannot encode", &w->codec_said);
        rc = write_packet(w, e);
        if (rc < 0)
            return rc;
    }
}

/* In ticks of the encoder, behind the last one. */
static void stamp(struct video_sink *w, const struct video_frame *frame,
                  AVFrame *f)
{
    const AVRational tick = rational(w->t.tick);
    int64_t time = av_rescale_q(frame->time, tick, w->tick);

    if (w->last != AV_NOPTS_VALUE && time <= w->last)
        time = w->last + 1;
    w->last_long = w->t.rate.den ? 1
                                 : av_rescale_q(frame->duration, tick, w->tick);
    w->last = time;
    f->pts = time;
    f->pkt_duration = w->last_long;
}

/* What the decoder has said of the frame is not true of the new one, except for
   closed captions. */
static void dress(struct video_sink *w, const struct video_frame *frame,
                  AVFrame *f)
{
    const AVCodecContext *c = w->codec;

    for (int i = 0; i < f->nb_side_data;)
        if (f->side_data[i]->type == AV_FRAME_DATA_A53_CC) {
            i++;
        } else { /* all of the type go, the others move up */
            av_frame_remove_side_data(f, f->side_data[i]->type);
            i = 0;
        }
    av_dict_free(&f->metadata);
    f->format = w->pixels;
    f->pict_type = AV_PICTURE_TYPE_NONE;
    f->key_frame = 0;
    f->quality = 0;
    f->flags = 0;
    f->decode_error_flags = 0;
    f->pkt_dts = AV_NOPTS_VALUE;
    f->interlaced_frame = frame->interlaced &&
                          c->flags & AV_CODEC_FLAG_INTERLACED_DCT;
    f->top_field_first = f->interlaced_frame && frame->top_first;
    f->sample_aspect_ratio = c->sample_aspect_ratio;
    f->color_primaries = c->color_primaries;
    f->color_trc = c->color_trc;
    f->colorspace = c->colorspace;
    f->color_range = c->color_range;
    f->chroma_location = c->chroma_sample_location;
    stamp(w, frame, f);
}

/* Encoders' vector code wants rows that start at even places. */
static bool is_aligned(const AVFrame *f)
{
    for (int i = 0; i < FRAME_PLANES && f->data[i]; i++)
        if (((uintptr_t)f->data[i] | (unsigned)f->linesize[i]) % 32)
            return false;
    return true;
}

/* A frame of the encoder's own: of its pixel format and alignment. */
static AVFrame *for_encoder(struct video_sink *w, const AVFrame *f)
{
    AVFrame *to;

    if (!w->packed && is_aligned(f))
        return av_frame_clone(f);
    to = av_frame_alloc();
    if (!to)
        return NULL;
    to->width = f->width;
    to->height = f->height;
    to->format = w->pixels;
    if (av_frame_get_buffer(to, 0) < 0 || av_frame_copy_props(to, f) < 0) {
        av_frame_free(&to);
        return NULL;
    }
    if (w->packed) {
        memset(to->buf[0]->data, 0, (size_t)to->buf[0]->size);
        pixels_pack(f, &w->fmt, to);
    } else {
        av_image_copy(to->data, to->linesize,
                      (const uint8_t **)(uintptr_t)f->data, f->linesize,
                      w->pixels, f->width, f->height);
    }
    return to;
}

static int encode(struct video_sink *w, const struct video_frame *frame,
                  struct err *e)
{
    const struct video_held *held = frame->own;
    AVFrame *f;
    int rc;

    if (held->av->width != w->t.w || held->av->height != w->t.h)
        return w->host->fail(e, ERR_ARG,
                             "a frame of %d x %d does not go into a film of "
                             "%d x %d",
                             held->av->width, held->av->height, w->t.w, w->t.h);
    if (!pixels_same(&held->format, &w->fmt))
        return w->host->fail(e, ERR_ARG,
                             "a frame has other pixels than was planned");
    f = for_encoder(w, held->av);
    if (!f)
        return w->host->fail(e, ERR_MEM, "out of memory");
    dress(w, frame, f);
    rc = avcodec_send_frame(w->codec, f);
    av_frame_free(&f);
    if (rc < 0)
        return av_fail(w->host, e, rc, "cannot encode", &w->codec_said);
    return drain(w, e);
}

int sink_take(struct video_sink *w, struct video_frame *frame, struct err *e)
{
    const int rc = encode(w, frame, e);

    frame_unref(frame);
    *frame = (struct video_frame){0};
    return rc;
}

void sink_light(struct video_sink *w, const struct video_light *light)
{
    if (tell_light(w->stream, light) >= 0)
        w->t.light = *light;
}

int sink_finish(struct video_sink *w, struct err *e)
{
    int rc;

    if (w->last == AV_NOPTS_VALUE)
        return w->host->fail(e, ERR_ARG, "a film without frames");
    TRY(ship_rest(w, e));
    w->flushed = true;
    rc = avcodec_send_frame(w->codec, NULL);
    if (rc < 0)
        return av_fail(w->host, e, rc, "cannot encode", &w->codec_said);
    TRY(drain(w, e));
    TRY(ship_end(w, e));
    TRY(mux_close(w, e));
out:
    return rc;
}

uint64_t sink_bytes(const struct video_sink *w)
{
    return (uint64_t)w->io.size;
}

/* SVT-AV1 waits forever for the end of what was begun, and for a beginning. */
static void wind_up(struct video_sink *w)
{
    AVFrame *f = NULL;

    if (w->last == AV_NOPTS_VALUE) {
        f = frame_pool_get(&w->pool);
        if (!f)
            return;
        f->pts = 0;
        avcodec_send_frame(w->codec, f);
        av_frame_free(&f);
    }
    if (!w->flushed)
        avcodec_send_frame(w->codec, NULL);
    while (avcodec_receive_packet(w->codec, w->packet) >= 0)
        av_packet_unref(w->packet);
}

void sink_close(struct video_sink *w)
{
    if (!w)
        return;
    if (w->codec && avcodec_is_open(w->codec) && w->packet &&
        w->coder->id == AV_CODEC_ID_AV1)
        wind_up(w);
    ship_free(w);
    avcodec_free_context(&w->codec);
    av_packet_free(&w->packet);
    mux_free(w);
    frame_pool_stop(&w->pool);
    w->host->free(w);
}
