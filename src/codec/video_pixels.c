/*
 * How FFmpeg's pixel formats lie. Planar ones are ours as they are; the others
 * that FFmpeg can describe (components at fixed steps of bytes or bits) are
 * unpacked by video_unpack.c.
 */

#include "codec/video_int.h"

static bool is_pal(const AVPixFmtDescriptor *d)
{
    return d->flags & AV_PIX_FMT_FLAG_PAL;
}

/* XYZ of digital cinema lies like RGB; its tags say what it is. */
bool pixels_rgb(const AVPixFmtDescriptor *d)
{
    return d->flags & (AV_PIX_FMT_FLAG_RGB | AV_PIX_FMT_FLAG_PAL) ||
           !strncmp(d->name, "xyz12", 5);
}

static int most_bits(const AVPixFmtDescriptor *d)
{
    int bits = 8;

    for (int i = 0; i < d->nb_components; i++)
        if (d->comp[i].depth > bits)
            bits = d->comp[i].depth;
    return bits;
}

int pixels_plane(const AVPixFmtDescriptor *d, int component)
{
    static const int rgb[] = {2, 0, 1, 3};

    return d->nb_components >= 3 && pixels_rgb(d) ? rgb[component] : component;
}

/* Not for a palette of opaque colours, nor for one whose alpha is unused. */
static bool see_through(const uint32_t *palette)
{
    bool some = false, all = true;

    if (!palette)
        return false;
    for (int i = 0; i < 256; i++) {
        some |= palette[i] >> 24 != 255;
        all &= palette[i] >> 24 == 0;
    }
    return some && !all;
}

/* False for what this program cannot have. */
static bool layout(const AVPixFmtDescriptor *d, const uint32_t *palette,
                   struct frame_format *f)
{
    const bool colors = d->nb_components >= 3;

    *f = (struct frame_format){
        .colors = pixels_rgb(d) ? FRAME_RGB
                  : colors      ? FRAME_YUV
                                : FRAME_GREY,
        .bits = most_bits(d),
        .ssx = colors ? d->log2_chroma_w : 0,
        .ssy = colors ? d->log2_chroma_h : 0,
        .alpha = is_pal(d) ? see_through(palette) : d->nb_components % 2 == 0,
    };
    if (d->nb_components < 1 ||
        d->flags & (AV_PIX_FMT_FLAG_HWACCEL | AV_PIX_FMT_FLAG_BAYER))
        return false;
    return d->flags & AV_PIX_FMT_FLAG_FLOAT ? f->bits == 32 : f->bits <= 16;
}

bool pixels_layout(enum AVPixelFormat pixels, struct frame_format *f)
{
    const AVPixFmtDescriptor *d = av_pix_fmt_desc_get(pixels);

    return d && layout(d, NULL, f);
}

int pixels_format(const struct video_host *host, enum AVPixelFormat pixels,
                  const uint32_t *palette, struct frame_format *f,
                  struct err *e)
{
    const AVPixFmtDescriptor *d = av_pix_fmt_desc_get(pixels);

    if (!d)
        return host->fail(e, ERR_DATA, "its pixel format is unknown");
    if (layout(d, palette, f))
        return 0;
    if (d->flags & AV_PIX_FMT_FLAG_BAYER)
        return host->fail(e, ERR_DATA,
                          "it holds raw data of a sensor (%s), which has to be "
                          "developed first",
                          d->name);
    if (d->flags & AV_PIX_FMT_FLAG_HWACCEL)
        return host->fail(e, ERR_DATA,
                          "its frames are in the memory of a device (%s)",
                          d->name);
    return host->fail(e, ERR_DATA, "its pixel format %s is not known here",
                      d->name);
}

static bool is_big(const AVPixFmtDescriptor *d)
{
    return d->flags & AV_PIX_FMT_FLAG_BE;
}

bool pixels_direct(enum AVPixelFormat pixels)
{
    const AVPixFmtDescriptor *d = av_pix_fmt_desc_get(pixels);
    const int bits = d ? most_bits(d) : 0;
    const int bytes = bits > 16 ? 4 : bits > 8 ? 2 : 1;

    if (!d || d->nb_components < 1 ||
        d->flags & (AV_PIX_FMT_FLAG_PAL | AV_PIX_FMT_FLAG_BITSTREAM |
                    AV_PIX_FMT_FLAG_HWACCEL | AV_PIX_FMT_FLAG_BAYER))
        return false;
    if (bytes > 1 && is_big(d) != AV_HAVE_BIGENDIAN)
        return false;
    for (int i = 0; i < d->nb_components; i++)
        if (d->comp[i].plane != pixels_plane(d, i) ||
            d->comp[i].step != bytes || d->comp[i].offset || d->comp[i].shift ||
            d->comp[i].depth != bits)
            return false;
    return true;
}

bool pixels_same(const struct frame_format *a, const struct frame_format *b)
{
    return a->colors == b->colors && a->bits == b->bits && a->ssx == b->ssx &&
           a->ssy == b->ssy && a->alpha == b->alpha;
}

enum AVPixelFormat pixels_planar(const struct frame_format *f)
{
    const AVPixFmtDescriptor *d = NULL;
    struct frame_format g;

    while ((d = av_pix_fmt_desc_next(d)))
        if (strncmp(d->name, "yuvj", 4) != 0 && layout(d, NULL, &g) &&
            pixels_same(&g, f) && pixels_direct(av_pix_fmt_desc_get_id(d)))
            return av_pix_fmt_desc_get_id(d);
    return AV_PIX_FMT_NONE;
}
