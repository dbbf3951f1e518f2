/* Planes to packed formats of whole samples, which some encoders want. */

#include "codec/video_int.h"

static bool is_big(const AVPixFmtDescriptor *d)
{
    return d->flags & AV_PIX_FMT_FLAG_BE;
}

bool pixels_packs(enum AVPixelFormat pixels)
{
    const AVPixFmtDescriptor *d = av_pix_fmt_desc_get(pixels);
    struct frame_format f;

    if (!d || !pixels_layout(pixels, &f) || (f.bits != 8 && f.bits != 16) ||
        d->flags & (AV_PIX_FMT_FLAG_PAL | AV_PIX_FMT_FLAG_BITSTREAM) ||
        pixels == AV_PIX_FMT_UYYVYY411)
        return false;
    if (f.bits == 16 && is_big(d) != AV_HAVE_BIGENDIAN)
        return false;
    for (int i = 0; i < d->nb_components; i++)
        if (d->comp[i].shift || d->comp[i].depth != f.bits)
            return false;
    return true;
}

static void pack_8(const uint8_t *from, int w, int step, uint8_t *to)
{
    for (int x = 0; x < w; x++)
        to[x * step] = from[x];
}

static void pack_16(const uint16_t *from, int w, int step, uint8_t *to)
{
    for (int x = 0; x < w; x++)
        memcpy(to + x * step, &from[x], 2);
}

void pixels_pack(const AVFrame *from, const struct frame_format *f, AVFrame *to)
{
    const AVPixFmtDescriptor *d = av_pix_fmt_desc_get(to->format);

    for (int i = 0; i < d->nb_components; i++) {
        const AVComponentDescriptor *c = &d->comp[i];
        const bool chroma = d->nb_components >= 3 && (i == 1 || i == 2);
        const int p = pixels_plane(d, i);
        const int w = AV_CEIL_RSHIFT(to->width, chroma ? f->ssx : 0);
        const int h = AV_CEIL_RSHIFT(to->height, chroma ? f->ssy : 0);

        for (int y = 0; y < h; y++) {
            const uint8_t *row = from->data[p] +
                                 (ptrdiff_t)y * from->linesize[p];
            uint8_t *out = to->data[c->plane] +
                           (ptrdiff_t)y * to->linesize[c->plane] + c->offset;

            if (f->bits == 8)
                pack_8(row, w, c->step, out);
            else
                pack_16((const uint16_t *)(const void *)row, w, c->step, out);
        }
    }
}
