#ifndef CODEC_FRAME_H
#define CODEC_FRAME_H

/*
 * How the pixels of a film lie in memory: planes of unsigned integers or
 * floats, with chroma of full size or subsampled, or red, green and blue. What
 * the colours mean is said elsewhere (codec/video.h).
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum frame_colors {
    FRAME_GREY, /* luma alone                                       */
    FRAME_YUV,  /* luma, Cb, Cr: planes 0, 1, 2                     */
    FRAME_RGB,  /* green, blue, red: planes 0, 1, 2, as H.273 has it */
};

struct frame_format {
    enum frame_colors colors;
    int bits;     /* 8 … 16 of an integer, in words of 2 bytes above 8;
                     32: floats, 1.0 = white */
    int ssx, ssy; /* chroma is 2^ssx times narrower, 2^ssy times lower */
    bool alpha;   /* the plane behind the colours, of full size, and always of
                     full range */
};

#define FRAME_PLANES 4

/* Planes that such a frame has: 1 … 4. */
int frame_planes(const struct frame_format *f);

/* Size of plane p of a picture of w by h; the chroma of odd sizes is rounded
   up. */
int frame_plane_w(const struct frame_format *f, int p, int w);
int frame_plane_h(const struct frame_format *f, int p, int h);

/* 1, 2, 4. */
size_t frame_sample_bytes(const struct frame_format *f);

/* Planes of one frame; owns nothing. */
struct frame {
    uint8_t *data[FRAME_PLANES];
    ptrdiff_t pitch[FRAME_PLANES]; /* bytes from one row to the next */
    int w, h;
};

static inline uint8_t *frame_row(const struct frame *f, int p, int y)
{
    return f->data[p] + (ptrdiff_t)y * f->pitch[p];
}

#endif
