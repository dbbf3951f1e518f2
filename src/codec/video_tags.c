/* What a film says about its colours and how it wants to be shown. */

#include "codec/video_int.h"

#include <libavutil/display.h>
#include <libavutil/mastering_display_metadata.h>

/*
 * The decoder's word counts, and the container's where it has none. Not so with
 * DNxHD, whose decoder says BT.709 of what nobody has stated.
 */
static int stated(const AVCodecParameters *par, int decoder, int container,
                  int unknown)
{
    if (par->codec_id == AV_CODEC_ID_DNXHD && container != unknown)
        return container;
    return decoder != unknown ? decoder : container;
}

/* FFmpeg's ProRes puts the reserved 0 where its list lacks the number. */
static int unreserved(int number)
{
    return number ? number : AVCOL_PRI_UNSPECIFIED;
}

struct video_color tags_of_frame(const AVFrame *f, const AVCodecParameters *par,
                                 const struct frame_format *format)
{
    const AVPixFmtDescriptor *d = av_pix_fmt_desc_get(f->format);
    const int range =
        stated(par, f->color_range, par->color_range, AVCOL_RANGE_UNSPECIFIED);
    const int siting = stated(par, f->chroma_location, par->chroma_location,
                              AVCHROMA_LOC_UNSPECIFIED);
    struct video_color c = {
        .primaries = stated(par, unreserved(f->color_primaries),
                            par->color_primaries, AVCOL_PRI_UNSPECIFIED),
        .transfer = stated(par, unreserved(f->color_trc), par->color_trc,
                           AVCOL_TRC_UNSPECIFIED),
        .matrix =
            stated(par, f->colorspace, par->color_space, AVCOL_SPC_UNSPECIFIED),
        .range = range == AVCOL_RANGE_JPEG   ? 1
                 : range == AVCOL_RANGE_MPEG ? 0
                                             : -1,
        .siting = siting - 1,
    };

    if (d && !strncmp(d->name, "yuvj", 4))
        c.range = 1;
    if (format->colors == FRAME_RGB)
        c.matrix = AVCOL_SPC_RGB;
    if (d && !strncmp(d->name, "xyz12", 5)) {
        c.primaries = AVCOL_PRI_SMPTE428;
        c.transfer = AVCOL_TRC_SMPTE428;
    }
    if (format->ssx != 1 || format->ssy != 1)
        c.siting = -1;
    return c;
}

static const void *side_data(const AVFrame *f,
                             enum AVFrameSideDataType in_frame,
                             const AVStream *st,
                             enum AVPacketSideDataType in_stream, size_t least)
{
    const AVFrameSideData *sd = av_frame_get_side_data(f, in_frame);
    size_t size = 0;
    const void *data;

    if (sd && sd->size >= least)
        return sd->data;
    data = av_stream_get_side_data(st, in_stream, &size);
    return size >= least ? data : NULL;
}

/* x265 writes zeros when it was told of a display only: that is "unknown". */
static const AVContentLightMetadata *light_of(const AVFrame *f,
                                              const AVStream *st)
{
    const AVFrameSideData *sd =
        av_frame_get_side_data(f, AV_FRAME_DATA_CONTENT_LIGHT_LEVEL);
    const AVContentLightMetadata *l =
        sd && sd->size >= sizeof(*l) ? (const void *)sd->data : NULL;
    size_t size = 0;
    const void *data =
        av_stream_get_side_data(st, AV_PKT_DATA_CONTENT_LIGHT_LEVEL, &size);

    if (l && (l->MaxCLL || l->MaxFALL))
        return l;
    l = size >= sizeof(*l) ? data : NULL;
    return l && (l->MaxCLL || l->MaxFALL) ? l : NULL;
}

static double number(AVRational q)
{
    return q.den ? av_q2d(q) : 0;
}

void tags_light(const AVFrame *f, const AVStream *st, struct video_info *info)
{
    const AVMasteringDisplayMetadata *m =
        side_data(f, AV_FRAME_DATA_MASTERING_DISPLAY_METADATA, st,
                  AV_PKT_DATA_MASTERING_DISPLAY_METADATA, sizeof(*m));
    const AVContentLightMetadata *l = light_of(f, st);
    struct video_mastering *out = &info->mastering;

    if (m && m->has_primaries)
        for (int i = 0; i < 4; i++)
            for (int k = 0; k < 2; k++)
                out->xy[i][k] = number(i < 3 ? m->display_primaries[i][k]
                                             : m->white_point[k]);
    if (m && m->has_luminance) {
        out->min = number(m->min_luminance);
        out->max = number(m->max_luminance);
    }
    out->there = m && (m->has_primaries || m->has_luminance);
    if (l && l->MaxCLL <= 65535 && l->MaxFALL <= 65535)
        info->light = (struct video_light){.there = true,
                                           .max_cll = (int)l->MaxCLL,
                                           .max_fall = (int)l->MaxFALL};
}

/*
 * The matrix takes (x, y) to (a x + c y, b x + d y), with y downwards. Mirrored
 * ones have a negative determinant; x is turned round first there.
 */
void tags_rotation(const AVFrame *f, const AVStream *st,
                   struct video_info *info)
{
    const int32_t *m = side_data(f, AV_FRAME_DATA_DISPLAYMATRIX, st,
                                 AV_PKT_DATA_DISPLAYMATRIX, 9 * sizeof(*m));
    int64_t a, b, c, d;

    if (!m)
        return;
    a = m[0], b = m[1], c = m[3], d = m[4];
    if (a / 2 * (d / 2) - b / 2 * (c / 2) < 0) {
        info->flipped = true;
        a = -a;
        b = -b;
    }
    if (llabs(a) >= llabs(b))
        info->rotation = a < 0 ? 180 : 0;
    else
        info->rotation = b > 0 ? 90 : 270;
}
