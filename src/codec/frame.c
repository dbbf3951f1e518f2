/* Sizes of the planes of a film's frame. */

#include "codec/frame.h"

int frame_planes(const struct frame_format *f)
{
    return (f->colors == FRAME_GREY ? 1 : 3) + (f->alpha ? 1 : 0);
}

/* The subsampling of a plane: only chroma has one. */
static int part(const struct frame_format *f, int p, int shift)
{
    return f->colors == FRAME_YUV && (p == 1 || p == 2) ? shift : 0;
}

int frame_plane_w(const struct frame_format *f, int p, int w)
{
    const int shift = part(f, p, f->ssx);

    return (w >> shift) + (w & ((1 << shift) - 1) ? 1 : 0);
}

int frame_plane_h(const struct frame_format *f, int p, int h)
{
    const int shift = part(f, p, f->ssy);

    return (h >> shift) + (h & ((1 << shift) - 1) ? 1 : 0);
}

size_t frame_sample_bytes(const struct frame_format *f)
{
    return f->bits <= 8 ? 1 : f->bits <= 16 ? 2 : 4;
}
