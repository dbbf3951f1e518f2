/* How whole a film was, in words, when its end has come. */

#include "codec/video_int.h"

/* Times that the last frames of an AVI lack, held back for the order. */
#define FEW 4

__attribute__((format(printf, 2, 3))) static void add(struct video_source *s,
                                                      const char *fmt, ...)
{
    size_t n = strlen(s->damage);
    va_list args;

    if (n > 0 && n + 2 < sizeof(s->damage)) {
        memcpy(s->damage + n, "; ", 3);
        n += 2;
    }
    va_start(args, fmt);
    vsnprintf(s->damage + n, sizeof(s->damage) - n, fmt, args);
    va_end(args);
}

/* Seconds of pictures that the header promised, 0: it did not. AVI's length is
   taken from what is there, its number of frames is not. */
static double promised(const struct video_source *s)
{
    const double frame = (double)s->clock.usual * av_q2d(s->clock.tick);

    if (!s->own_length)
        return 0;
    if (strcmp(s->format->iformat->name, "avi") != 0)
        return s->info.seconds;
    return FFMAX(s->info.seconds, (double)s->info.frames * frame);
}

/* More than two frames are missing. */
static bool is_short(const struct video_source *s)
{
    const double frame = (double)s->clock.usual * av_q2d(s->clock.tick);
    const double end = source_seconds(s, s->end);

    return !s->cut && !s->clock.offset && end + 2 * frame + 0.05 < promised(s);
}

/* No stream comes as far as the file's length. */
static bool is_cut_off(const struct video_source *s)
{
    const AVFormatContext *f = s->format;

    return !s->cut && !s->clock.offset && !s->partial && f->duration > 0 &&
           f->duration_estimation_method != AVFMT_DURATION_FROM_BITRATE &&
           f->start_time != AV_NOPTS_VALUE &&
           s->reached + AV_TIME_BASE / 5 < f->start_time + f->duration;
}

static const char *s_if(int64_t n)
{
    return n == 1 ? "" : "s";
}

void source_sum_up(struct video_source *s)
{
    const char *said = complaint_text(&s->codec_said);

    if (!said[0])
        said = complaint_text(&s->format_said);
    s->damage[0] = '\0';
    if (s->damaged > 0)
        add(s, "%lld frame%s damaged, the first at %.3f s",
            (long long)s->damaged, s_if(s->damaged), s->damaged_at);
    if (s->undecodable > 0)
        add(s, "%lld piece%s not decodable", (long long)s->undecodable,
            s_if(s->undecodable));
    if (is_short(s))
        add(s, "the frames end at %.3f s of %.3f s", source_seconds(s, s->end),
            promised(s));
    else if (is_cut_off(s))
        add(s, "the file ends at %.3f s of %.3f s",
            (double)(s->reached - s->format->start_time) / AV_TIME_BASE,
            (double)s->format->duration / AV_TIME_BASE);
    else if (s->cut_packets > 0 && s->damaged + s->undecodable == 0)
        add(s, "%lld piece%s incomplete", (long long)s->cut_packets,
            s_if(s->cut_packets));
    if (s->read_error && !is_short(s) && !is_cut_off(s))
        add(s, "the file is damaged at %.3f s", source_seconds(s, s->end));
    if (s->damage[0] && said[0])
        add(s, "%s", said);
    else if (complaint_text(&s->codec_said)[0])
        add(s, "the decoder complains: %s", complaint_text(&s->codec_said));
    if (s->clock.missing > FEW)
        add(s, "%d times are missing", s->clock.missing);
    if (s->clock.repaired > 0)
        add(s, "%d time%s out of order", s->clock.repaired,
            s_if(s->clock.repaired));
}
