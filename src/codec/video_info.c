/* What is known of a film when its first frame is there. */

#include "codec/video_int.h"

#include <libavutil/avstring.h>
#include <libavutil/channel_layout.h>
#include <libavutil/parseutils.h>
#include <libavutil/timecode.h>
#include <math.h>

static struct video_ratio ratio(AVRational q)
{
    return q.num > 0 && q.den > 0 ? (struct video_ratio){q.num, q.den}
                                  : (struct video_ratio){0, 0};
}

static const char *tag(const AVDictionary *d, const char *key)
{
    const AVDictionaryEntry *t = av_dict_get(d, key, NULL, 0);

    return t ? t->value : "";
}

static const char *kind_of(const AVStream *st)
{
    if (st->disposition & AV_DISPOSITION_ATTACHED_PIC)
        return "attachment";
    switch (st->codecpar->codec_type) {
    case AVMEDIA_TYPE_AUDIO:
        return "audio";
    case AVMEDIA_TYPE_SUBTITLE:
        return "subtitle";
    case AVMEDIA_TYPE_ATTACHMENT:
        return "attachment";
    case AVMEDIA_TYPE_VIDEO:
        return "video";
    default:
        return "data";
    }
}

void stream_text(const AVStream *st, struct video_stream *out)
{
    const AVCodecParameters *par = st->codecpar;
    const char *language = tag(st->metadata, "language");
    const char *file = tag(st->metadata, "filename");
    char layout[40] = "", four[AV_FOURCC_MAX_STRING_SIZE] = "";
    const char *name = avcodec_get_name(par->codec_id);

    av_strlcpy(out->kind, kind_of(st), sizeof(out->kind));
    if (par->codec_tag && (par->codec_id == AV_CODEC_ID_NONE ||
                           par->codec_id == AV_CODEC_ID_BIN_DATA))
        name = av_fourcc_make_string(four, par->codec_tag);
    av_strlcpy(out->text, name, sizeof(out->text));
    if (par->codec_type == AVMEDIA_TYPE_AUDIO) {
        av_channel_layout_describe(&par->ch_layout, layout, sizeof(layout));
        av_strlcatf(out->text, sizeof(out->text), ", %d Hz, %s",
                    par->sample_rate, layout);
    }
    if (language[0] && strcmp(language, "und") != 0)
        av_strlcatf(out->text, sizeof(out->text), ", %s", language);
    if (file[0] && par->codec_id == AV_CODEC_ID_NONE)
        av_strlcpy(out->text, file, sizeof(out->text));
    else if (file[0])
        av_strlcatf(out->text, sizeof(out->text), ", %s", file);
}

static void describe_streams(struct video_source *s)
{
    struct video_info *info = &s->info;

    for (unsigned i = 0; i < s->format->nb_streams; i++) {
        const AVStream *st = s->format->streams[i];

        if (st != s->stream && info->streams < VIDEO_STREAMS)
            stream_text(st, &info->stream[info->streams++]);
    }
}

/* The timecode of the film's first frame, wherever it is told. */
static const char *find_timecode(const struct video_source *s)
{
    const char *text = tag(s->stream->metadata, "timecode");

    for (unsigned i = 0; !text[0] && i < s->format->nb_streams; i++)
        if (s->format->streams[i]->codecpar->codec_type == AVMEDIA_TYPE_DATA)
            text = tag(s->format->streams[i]->metadata, "timecode");
    if (!text[0])
        text = tag(s->format->metadata, "timecode");
    return text;
}

/* And of the first that is given. */
static void describe_timecode(struct video_source *s)
{
    const AVRational rate = {(int)s->info.rate.num, (int)s->info.rate.den};
    const char *text = find_timecode(s);
    char now[AV_TIMECODE_STR_SIZE];
    AVTimecode tc;

    if (!text[0] || rate.num <= 0 || rate.den <= 0 ||
        av_timecode_init_from_string(&tc, rate, text, NULL) < 0)
        return;
    av_timecode_make_string(
        &tc, now, (int)lrint(source_seconds(s, s->base) * av_q2d(rate)));
    av_strlcpy(s->info.timecode, now, sizeof(s->info.timecode));
}

/* Matroska has the length of a stream as a tag, "00:00:01.000000000". */
static double tagged_length(const AVStream *st)
{
    int64_t length = 0;

    if (av_parse_time(&length, tag(st->metadata, "DURATION"), 1) < 0)
        return 0;
    return (double)length / AV_TIME_BASE;
}

static void describe_length(struct video_source *s)
{
    struct video_info *info = &s->info;
    const AVStream *st = s->stream;

    if (st->start_time != AV_NOPTS_VALUE)
        info->start = (double)st->start_time * av_q2d(st->time_base);
    if (st->duration > 0)
        info->seconds = (double)st->duration * av_q2d(st->time_base);
    else
        info->seconds = tagged_length(st);
    s->own_length = info->seconds > 0;
    if (!s->own_length && s->format->duration > 0)
        info->seconds = (double)s->format->duration / AV_TIME_BASE;
    if (st->nb_frames > 0)
        info->frames = st->nb_frames;
    if (info->seconds <= 0)
        av_strlcpy(info->warning, "its header does not say how long it is",
                   sizeof(info->warning));
}

void source_describe(struct video_source *s)
{
    struct video_info *info = &s->info;
    const AVCodecParameters *par = s->stream->codecpar;
    const char *profile =
        avcodec_profile_name(par->codec_id, s->codec->profile);
    const enum AVFieldOrder order = par->field_order;

    av_strlcpy(info->container, s->format->iformat->name,
               sizeof(info->container));
    av_strlcpy(info->codec, avcodec_get_name(par->codec_id),
               sizeof(info->codec));
    av_strlcpy(info->profile, profile ? profile : "", sizeof(info->profile));
    av_strlcpy(info->pixels, av_get_pix_fmt_name(s->pixels),
               sizeof(info->pixels));
    info->w = s->w;
    info->h = s->h;
    info->sar =
        ratio(av_guess_sample_aspect_ratio(s->format, s->stream, s->first));
    if (!info->sar.den)
        info->sar.den = 1; /* not stated */
    info->rate = ratio(s->stream->avg_frame_rate);
    info->base = ratio(s->stream->r_frame_rate);
    if (!info->rate.den)
        info->rate = info->base;
    info->tick = ratio(s->stream->time_base);
    info->skipped = s->base - s->zero;
    info->bit_rate = par->bit_rate;
    info->interlaced = order > AV_FIELD_PROGRESSIVE || s->interlaced;
    info->top_first = s->interlaced
                          ? s->top_first
                          : order == AV_FIELD_TT || order == AV_FIELD_BT;
    info->file_size = (uint64_t)FFMAX(avio_size(s->format->pb), 0);
    describe_length(s);
    describe_timecode(s);
    describe_streams(s);
}
