/*
 * Packets that go along: at what times, in what order. Our clock is that of the
 * input less the time of the first frame that was read. Packets wait until the
 * pictures have come as far, for nobody knows where these will end.
 */

#include "codec/video_out.h"

const AVRational micro = {1, AV_TIME_BASE};

/* How far behind the end of a cut packets are still looked for. */
#define BEHIND (10 * INT64_C(1000000))

/* Before what is heard, decoders may want so many microseconds. */
#define WARM_UP 100000

void ship_start(struct video_sink *w)
{
    const struct video_source *s = w->from;
    int64_t base;

    w->end = INT64_MAX;
    if (!s)
        return;
    base = micro_of(s->base, s->stream->time_base);
    /* Sound that begins before the pictures keeps its distance. */
    if (s->o.start <= 0 && !w->box->constant &&
        s->format->start_time != AV_NOPTS_VALUE)
        w->lead = FFMAX(base - s->format->start_time, 0);
    w->shift = w->lead - base;
}

static struct carried *carried_of(struct video_sink *w, const AVPacket *p)
{
    for (int i = 0; i < w->count; i++)
        if (w->carried[i].index == p->stream_index && !w->carried[i].cover)
            return &w->carried[i];
    return NULL;
}

static bool is_text(const struct carried *c)
{
    return c->out->codecpar->codec_type == AVMEDIA_TYPE_SUBTITLE;
}

static int64_t ours(const struct video_sink *w, const struct carried *c,
                    int64_t time)
{
    return micro_of(time, c->tick) + w->shift;
}

/* What an edit list of mov hides is not shown by containers without one; a
   decoder may want some of it. */
static bool is_hidden(const struct video_sink *w, const struct carried *c,
                      const AVPacket *p)
{
    return p->flags & AV_PKT_FLAG_DISCARD && !w->box->rotated && !is_text(c) &&
           p->pts != AV_NOPTS_VALUE && ours(w, c, p->pts) < -WARM_UP;
}

/*
 * Before the first picture of a cut there is nothing, but for a subtitle that
 * still stands then.
 */
static bool is_before(const struct video_sink *w, const struct carried *c,
                      AVPacket *p)
{
    int64_t late;

    if (p->pts == AV_NOPTS_VALUE || ours(w, c, p->pts) >= 0 ||
        (w->from->o.start <= 0 && !w->box->constant))
        return false;
    late = av_rescale_q(-ours(w, c, p->pts), micro, c->tick);
    if (!is_text(c) || p->duration <= late)
        return true;
    p->duration -= late;
    p->pts += late;
    p->dts = p->pts;
    return false;
}

/* Times beyond centuries are damage. */
static bool is_wild(const AVPacket *p, AVRational tick)
{
    const int64_t most = INT64_C(1) << 58;

    return (p->pts != AV_NOPTS_VALUE && llabs(micro_of(p->pts, tick)) > most) ||
           (p->dts != AV_NOPTS_VALUE && llabs(micro_of(p->dts, tick)) > most) ||
           p->duration < 0 || micro_of(p->duration, tick) > most;
}

/* Into the line of those that wait, behind all that are as early. */
static void insert(struct video_sink *w, struct parcel *one)
{
    struct parcel **at = &w->waiting;

    while (*at && (*at)->time <= one->time)
        at = &(*at)->next;
    one->next = *at;
    *at = one;
}

static void collect(struct video_sink *w)
{
    struct parcel *one = parcels_take(&w->from->parcels), *next;

    for (; one; one = next) {
        AVPacket *p = one->packet;
        struct carried *c = carried_of(w, p);

        next = one->next;
        if (c && p->pts == AV_NOPTS_VALUE)
            p->pts = p->dts;
        if (!c || is_wild(p, c->tick) || is_before(w, c, p) ||
            is_hidden(w, c, p)) {
            parcel_free(one, w->host);
            continue;
        }
        if (p->dts == AV_NOPTS_VALUE)
            p->dts = p->pts;
        one->time = p->dts == AV_NOPTS_VALUE ? c->seen : ours(w, c, p->dts);
        c->seen = one->time;
        insert(w, one);
    }
}

/*
 * Matroska stores how long an Opus decoder takes, and whoever reads it takes
 * that off the times; FFmpeg's muxer leaves adding it to the caller.
 */
static int64_t delay(const struct video_sink *w, const struct carried *c)
{
    const AVCodecParameters *par = c->out->codecpar;

    if (par->codec_id != AV_CODEC_ID_OPUS || par->sample_rate <= 0 ||
        (strcmp(w->box->muxer, "matroska") != 0 &&
         strcmp(w->box->muxer, "webm") != 0))
        return 0;
    return av_rescale_q(par->initial_padding, (AVRational){1, par->sample_rate},
                        c->out->time_base);
}

static int64_t moved(const struct video_sink *w, const struct carried *c,
                     int64_t time)
{
    if (time == AV_NOPTS_VALUE)
        return time;
    return av_rescale_q(time, c->tick, c->out->time_base) +
           av_rescale_q(w->shift, micro, c->out->time_base) + delay(w, c);
}

/* The first one that waits. */
static int ship(struct video_sink *w, struct err *e)
{
    const bool equal = w->format->oformat->flags & AVFMT_TS_NONSTRICT;
    struct parcel *one = w->waiting;
    AVPacket *p = one->packet;
    struct carried *c = carried_of(w, p);
    int rc;

    w->waiting = one->next;
    p->pts = moved(w, c, p->pts);
    p->dts = moved(w, c, p->dts);
    p->duration = av_rescale_q(p->duration, c->tick, c->out->time_base);
    if (c->last != AV_NOPTS_VALUE &&
        (p->dts == AV_NOPTS_VALUE || p->dts < c->last + !equal))
        p->dts = c->last + !equal;
    if (p->pts != AV_NOPTS_VALUE && p->pts < p->dts)
        p->pts = p->dts;
    c->last = p->dts;
    p->stream_index = c->out->index;
    p->pos = -1;
    rc = mux_packet(w, p, c->text, e);
    parcel_free(one, w->host);
    return rc;
}

int ship_until(struct video_sink *w, int64_t time, struct err *e)
{
    int rc = 0;

    if (!w->from)
        return 0;
    collect(w);
    while (rc >= 0 && w->waiting && w->waiting->time <= time)
        rc = ship(w, e);
    return rc;
}

/* Every stream without gaps has come to the end. */
static bool all_passed(const struct video_sink *w)
{
    bool any = false;

    for (int i = 0; i < w->count; i++) {
        const struct carried *c = &w->carried[i];

        if (c->out->codecpar->codec_type != AVMEDIA_TYPE_AUDIO)
            continue;
        any = true;
        if (c->seen < w->end)
            return false;
    }
    return any;
}

int ship_rest(struct video_sink *w, struct err *e)
{
    struct video_source *s = w->from;
    int rc = 1;

    if (!s || !w->count)
        return 0;
    if (!s->frames_ended || s->cut)
        w->end = av_rescale_q(w->last + w->last_long, w->tick, micro) + w->lead;
    collect(w);
    while (rc > 0 && !all_passed(w)) {
        rc = source_packet(s);
        if (rc == 1) {
            const int64_t dts = s->packet->dts;
            const bool far = dts != AV_NOPTS_VALUE && w->end < INT64_MAX &&
                             micro_of(dts, s->stream->time_base) + w->shift >
                                 w->end + BEHIND;

            av_packet_unref(s->packet);
            if (far)
                break;
        } else if (rc == 2) {
            collect(w);
        }
    }
    return rc < 0 ? w->host->fail(e, ERR_MEM, "out of memory") : 0;
}

int ship_end(struct video_sink *w, struct err *e)
{
    int rc = 0;

    while (rc >= 0 && w->waiting && w->waiting->time < w->end)
        rc = ship(w, e);
    return rc;
}

void ship_free(struct video_sink *w)
{
    while (w->waiting) {
        struct parcel *next = w->waiting->next;

        parcel_free(w->waiting, w->host);
        w->waiting = next;
    }
}
