/*
 * Times of frames. Files lack them, repeat them, let them fall back or jump by
 * hours; what comes out ascends. A frame without a time follows the one before
 * at the usual distance. One that is a little late is put between; a break, or
 * one late after the other, moves all that comes after.
 */

#include "codec/video_int.h"

/* Frames that a time may fall back before it counts as a break. */
#define BACK 4

int64_t micro_of(int64_t time, AVRational tick)
{
    const int64_t t = av_rescale_q(time, tick, AV_TIME_BASE_Q);

    return av_clip64(t, -(INT64_C(1) << 60), INT64_C(1) << 60);
}

void clock_start(struct clock *c, const AVFormatContext *format,
                 const AVStream *st)
{
    /* Formats that say so may begin anew; in others a still picture can stand
       for hours. */
    const int64_t pause = format->iformat->flags & AVFMT_TS_DISCONT ? 10
                                                                    : 30 * 3600;
    AVRational rate = st->avg_frame_rate;

    if (rate.num <= 0 || rate.den <= 0)
        rate = st->r_frame_rate;
    if (rate.num <= 0 || rate.den <= 0)
        rate = (AVRational){25, 1};
    *c = (struct clock){
        .tick = st->time_base,
        .last = AV_NOPTS_VALUE,
        .timeless = format->iformat->flags & AVFMT_NOTIMESTAMPS,
    };
    c->usual = av_rescale_q(1, av_inv_q(rate), c->tick);
    if (c->usual < 1)
        c->usual = 1;
    c->jump = av_rescale_q(pause, (AVRational){1, 1}, c->tick);
}

/* A time so far out that sums with it could overflow is none. */
static bool usable(int64_t time)
{
    return time != AV_NOPTS_VALUE && time > INT64_MIN / 4 &&
           time < INT64_MAX / 4;
}

void clock_stamp(struct clock *c, AVFrame *f)
{
    const bool has = usable(f->best_effort_timestamp);
    const int64_t length = f->pkt_duration > 0 && f->pkt_duration < c->jump
                               ? f->pkt_duration
                               : c->usual;
    const int64_t next = c->last == AV_NOPTS_VALUE ? 0 : c->last + c->last_long;
    int64_t time = has ? f->best_effort_timestamp + c->offset : next;

    if (c->last == AV_NOPTS_VALUE) {
        c->late = 0;
    } else if (has && (time > next + c->jump ||
                       time < c->last - BACK * c->usual || c->late > 1)) {
        c->offset += next - time;
        time = next;
        c->repaired++;
    } else if (time <= c->last) {
        time = c->last + FFMAX(c->last_long / 2, 1);
        c->late++;
        c->repaired++;
    } else {
        c->late = 0;
        c->missing += !has && !c->timeless;
    }
    c->last = time;
    c->last_long = length;
    f->pts = time;
    f->pkt_duration = length;
}
