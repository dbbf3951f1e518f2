/* What a caller gets of a film: from where, until when, and how whole it is. */

#include "codec/video_int.h"

#include <math.h>

/* Containers round times, the coarsest in use to milliseconds. */
#define SLACK 0.001

double source_seconds(const struct video_source *s, int64_t time)
{
    return (double)(time - s->zero) * av_q2d(s->stream->time_base);
}

static int64_t ticks(const struct video_source *s, double seconds)
{
    const double t = seconds / av_q2d(s->stream->time_base);

    return t < 4e18 ? llrint(t) : INT64_MAX / 2;
}

static void restart(struct video_source *s)
{
    avcodec_flush_buffers(s->codec);
    fields_stop(&s->fields);
    clock_start(&s->clock, s->format, s->stream);
    s->packets_ended = false;
    s->undecodable = 0;
    parcels_drop(&s->parcels, s->host);
}

/* Beyond the beginning, or where times cannot be sought: to the first byte. */
static bool seek(const struct video_source *s, int64_t where, bool *beyond)
{
    const int n = s->stream->index;

    if (!*beyond &&
        (av_seek_frame(s->format, n, where, AVSEEK_FLAG_BACKWARD) >= 0 ||
         avformat_seek_file(s->format, n, INT64_MIN, where, INT64_MAX, 0) >= 0))
        return true;
    *beyond = true;
    return av_seek_frame(s->format, n, 0, AVSEEK_FLAG_BYTE) >= 0 ||
           av_seek_frame(s->format, n, s->zero, AVSEEK_FLAG_BACKWARD) >= 0;
}

/*
 * To a point from which decoding leads over `from`. Indexes lie, and key frames
 * are found by other times than they are shown at: when the first frame that
 * comes is too late, it is tried from further back.
 */
static int seek_back(struct video_source *s, struct err *e)
{
    double back = 0;
    int rc;

    for (;;) {
        const int64_t far = s->from - ticks(s, back);
        bool beyond = far < s->zero - ticks(s, 2);

        restart(s);
        if (!seek(s, far > s->zero ? far : s->zero, &beyond))
            return s->host->fail(e, ERR_DATA,
                                 "it can be read from its beginning only");
        rc = source_next(s, s->first, e);
        if (rc < 0)
            return rc;
        if (beyond || (rc > 0 && s->first->pts <= s->from))
            return 0;
        av_frame_unref(s->first);
        back = back > 0 ? back * 4 : 2;
    }
}

/* Frames until one is wanted: 1, or 0. */
static int skip(struct video_source *s, AVFrame *f, struct err *e)
{
    int rc = 1;

    for (;;) {
        if (!f->buf[0])
            rc = source_next(s, f, e);
        if (rc <= 0)
            return rc;
        if (f->pts >= s->from)
            break;
        s->skipped = true;
        av_frame_unref(f);
    }
    if (f->pts < s->till)
        return 1;
    s->cut = true;
    av_frame_unref(f);
    return 0;
}

static int nothing(struct video_source *s, struct err *e)
{
    const char *said = complaint_text(&s->codec_said);

    if (s->cut || s->skipped)
        return s->host->fail(
            e, ERR_ARG,
            "it has no frame from %g s on, in the part that was asked for: it "
            "ends at %.3f s",
            s->o.start, source_seconds(s, s->clock.last + s->clock.last_long));
    if (s->undecodable > 0)
        return s->host->fail(e, ERR_DATA, "nothing of it can be decoded%s%s",
                             said[0] ? ": " : "", said);
    return s->host->fail(e, ERR_DATA, "it holds no frames");
}

int source_start(struct video_source *s, struct err *e)
{
    int rc;

    s->first = av_frame_alloc();
    if (!s->first)
        return s->host->fail(e, ERR_MEM, "out of memory");
    clock_start(&s->clock, s->format, s->stream);
    s->from = INT64_MIN;
    s->till = INT64_MAX;
    rc = source_next(s, s->first, e);
    if (rc < 0)
        return rc;
    if (rc > 0)
        s->zero = s->first->pts;
    if (s->o.start > 0) {
        s->from = s->zero + ticks(s, s->o.start - SLACK);
        av_frame_unref(s->first);
        rc = seek_back(s, e);
        if (rc < 0)
            return rc;
    }
    if (s->o.seconds > 0)
        s->till = s->zero +
                  ticks(s, fmax(s->o.start, 0) + s->o.seconds - SLACK);
    rc = skip(s, s->first, e);
    if (rc == 0)
        return nothing(s, e);
    if (rc < 0)
        return rc;
    if (s->o.start > 0) /* what came before is not asked for */
        atomic_store(&s->codec_said.state, 0);
    s->base = s->first->pts;
    s->end = s->base;
    return 0;
}

static void count_damage(struct video_source *s, const AVFrame *f)
{
    if (!(f->flags & AV_FRAME_FLAG_CORRUPT) && !f->decode_error_flags)
        return;
    if (!s->damaged++)
        s->damaged_at = source_seconds(s, f->pts);
}

static int give(struct video_source *s, AVFrame *f, struct video_frame *out,
                struct err *e)
{
    const struct video_frame about = {
        .time = f->pts - s->base,
        .duration = f->pkt_duration,
        .interlaced = f->interlaced_frame,
        .top_first = f->top_field_first,
        .damaged = f->flags & AV_FRAME_FLAG_CORRUPT || f->decode_error_flags,
    };
    const int64_t end = f->pts + f->pkt_duration;
    int rc;

    count_damage(s, f);
    rc = frame_lend(s->host, &f, &s->info.fmt, out, e);
    if (rc < 0)
        return rc;
    s->given++;
    s->end = end;
    out->time = about.time;
    out->duration = about.duration;
    out->interlaced = about.interlaced;
    out->top_first = about.top_first;
    out->damaged = about.damaged;
    return 1;
}

int source_read(struct video_source *s, struct video_frame *frame,
                struct err *e)
{
    AVFrame *f = s->first;
    int rc = 1;

    if (s->frames_ended)
        return 0;
    s->first = NULL;
    if (!f) {
        f = av_frame_alloc();
        if (!f)
            return s->host->fail(e, ERR_MEM, "out of memory");
        rc = skip(s, f, e);
    }
    if (rc > 0)
        return give(s, f, frame, e);
    av_frame_free(&f);
    s->frames_ended = true;
    if (rc == 0)
        source_sum_up(s);
    return rc;
}
