/* What is said of a film beside its frames: tags, chapters, light, rotation. */

#include "codec/video_out.h"

#include <libavutil/display.h>
#include <libavutil/mastering_display_metadata.h>
#include <math.h>
#include <strings.h>

/* Tags that speak of the input's file and of who wrote it. */
static bool is_own(const char *key)
{
    static const char *const names[] = {
        "encoder",   "encoding_tool",     "major_brand", "minor_version",
        "vendor_id", "compatible_brands", "timecode",    "duration",
        "BPS",       "NUMBER_OF_FRAMES",  "DURATION",    "NUMBER_OF_BYTES",
        "SOURCE_ID",
    };

    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
        if (!strncasecmp(names[i], key, strlen(names[i])))
            return true;
    return key[0] == '_';
}

void tell_tags(AVDictionary **to, const AVDictionary *from)
{
    const AVDictionaryEntry *t = NULL;

    while ((t = av_dict_get(from, "", t, AV_DICT_IGNORE_SUFFIX)))
        if (!is_own(t->key))
            av_dict_set(to, t->key, t->value, 0);
}

static AVRational fraction(double v, int den)
{
    return (AVRational){(int)lrint(v * den), den};
}

static int tell_mastering(AVStream *st, const struct video_mastering *from)
{
    AVMasteringDisplayMetadata *m = av_mastering_display_metadata_alloc();

    if (!m)
        return AVERROR(ENOMEM);
    for (int i = 0; i < 4; i++)
        for (int k = 0; k < 2; k++)
            (i < 3 ? m->display_primaries[i] : m->white_point)[k] =
                fraction(from->xy[i][k], 50000);
    m->min_luminance = fraction(from->min, 10000);
    m->max_luminance = fraction(from->max, 10000);
    m->has_primaries = from->xy[0][0] > 0;
    m->has_luminance = from->max > 0;
    if (av_stream_add_side_data(st, AV_PKT_DATA_MASTERING_DISPLAY_METADATA,
                                (uint8_t *)m, sizeof(*m)) < 0) {
        av_free(m);
        return AVERROR(ENOMEM);
    }
    return 0;
}

int tell_light(AVStream *st, const struct video_light *light)
{
    size_t size;
    AVContentLightMetadata *l = av_content_light_metadata_alloc(&size);

    if (!l)
        return AVERROR(ENOMEM);
    l->MaxCLL = (unsigned)light->max_cll;
    l->MaxFALL = (unsigned)light->max_fall;
    if (av_stream_add_side_data(st, AV_PKT_DATA_CONTENT_LIGHT_LEVEL,
                                (uint8_t *)l, size) < 0) {
        av_free(l);
        return AVERROR(ENOMEM);
    }
    return 0;
}

/* As tags_rotation() reads it. */
static int tell_rotation(AVStream *st, int rotation, bool flipped)
{
    static const int sine[] = {0, 1, 0, -1}, cosine[] = {1, 0, -1, 0};
    const int turn = rotation / 90 & 3;
    int32_t *m = (int32_t *)(void *)av_stream_new_side_data(
        st, AV_PKT_DATA_DISPLAYMATRIX, 9 * sizeof(*m));

    if (!m)
        return AVERROR(ENOMEM);
    memset(m, 0, 9 * sizeof(*m));
    m[0] = 65536 * cosine[turn] * (flipped ? -1 : 1);
    m[1] = 65536 * sine[turn] * (flipped ? -1 : 1);
    m[3] = -65536 * sine[turn];
    m[4] = 65536 * cosine[turn];
    m[8] = 1 << 30;
    return 0;
}

/* Chapters within what is written, by its clock. */
static int tell_chapters(struct video_sink *w)
{
    const struct video_source *s = w->from;
    const AVRational us = {1, AV_TIME_BASE};
    const double seconds = s->o.seconds;
    AVFormatContext *f = w->format;

    for (unsigned i = 0; i < s->format->nb_chapters; i++) {
        const AVChapter *in = s->format->chapters[i];
        const int64_t start = av_rescale_q(in->start, in->time_base, us) +
                              w->shift;
        int64_t end = av_rescale_q(in->end, in->time_base, us) + w->shift;
        AVChapter **list, *out;

        if (seconds > 0)
            end = FFMIN(end, llrint(seconds * AV_TIME_BASE));
        if (end <= FFMAX(start, 0))
            continue;
        list = av_realloc_array(f->chapters, f->nb_chapters + 1,
                                sizeof(AVChapter *));
        if (!list)
            return AVERROR(ENOMEM);
        f->chapters = list;
        out = av_mallocz(sizeof(*out));
        if (!out)
            return AVERROR(ENOMEM);
        out->id = in->id;
        out->time_base = us;
        out->start = FFMAX(start, 0);
        out->end = end;
        tell_tags(&out->metadata, in->metadata);
        list[f->nb_chapters++] = out;
    }
    return 0;
}

int tell_all(struct video_sink *w, struct err *e)
{
    const struct video_target *t = &w->t;
    AVStream *st = w->stream;
    int rc = 0;

    if (w->from) {
        tell_tags(&w->format->metadata, w->from->format->metadata);
        tell_tags(&st->metadata, w->from->stream->metadata);
        st->disposition = w->from->stream->disposition &
                          ~AV_DISPOSITION_ATTACHED_PIC;
        rc = tell_chapters(w);
    }
    if (rc >= 0 && t->mastering.there)
        rc = tell_mastering(st, &t->mastering);
    if (rc >= 0 && t->light.there)
        rc = tell_light(st, &t->light);
    if (rc >= 0 && (t->rotation || t->flipped))
        rc = tell_rotation(st, t->rotation, t->flipped);
    if (t->timecode && t->timecode[0])
        av_dict_set(w->box->constant ? &w->format->metadata : &st->metadata,
                    "timecode", t->timecode, 0);
    if (t->writer) {
        av_dict_set(&w->format->metadata, "encoding_tool", t->writer, 0);
        av_dict_set(&w->format->metadata, "product_name", t->writer, 0);
    }
    return rc < 0 ? w->host->fail(e, ERR_MEM, "out of memory") : 0;
}
