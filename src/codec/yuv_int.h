#ifndef CODEC_YUV_INT_H
#define CODEC_YUV_INT_H

/* What yuv_new() prepares for rows in and rows out. */

#include <stdint.h>

#include "codec/yuv.h"
#include "kern/yuv.h"

#define YUV_TAPS_MAX 16
#define YUV_PAD      16 /* values around a row, its first and last again */

/* A linear map to codes: nominal 0 and 1 lie at zero and zero + size. */
struct yuv_range {
    double zero, size;
};

/* The way to full size, as in struct kern_yuv_join. */
struct yuv_up {
    int at[4];
    float w[4][4];
};

/* The way back: chroma sample i is made of luma samples 2^shift i + first on.
 */
struct yuv_down {
    int first, taps;
    float w[YUV_TAPS_MAX];
};

struct yuv {
    struct frame_format fmt;
    struct yuv_range luma, chroma;

    struct kern_yuv_join join;
    struct yuv_up up;       /* of rows */
    struct yuv_down across; /* of columns */
    struct yuv_down down;   /* of rows    */

    struct kern_yuv_split split;
    struct kern_yuv_code code[4];      /* of each plane */
    float dither[2 * KERN_YUV_DITHER]; /* thresholds of a row, twice */
    float half[KERN_YUV_DITHER];       /* those that only round      */
};

/* Codes of two bytes; not asked of floats. */
static inline bool yuv_is_wide(const struct yuv *c)
{
    return c->fmt.bits > 8;
}

/* Chroma samples in a row and a column of a picture. */
static inline int yuv_chroma_w(const struct yuv *c, int w)
{
    return frame_plane_w(&c->fmt, 1, w);
}

static inline int yuv_chroma_h(const struct yuv *c, int h)
{
    return frame_plane_h(&c->fmt, 1, h);
}

/* Repeats the ends of a row of n values that has room around it. */
void yuv_pad(float *row, int n);

/* Thresholds of row y of a plane; see KERN_YUV_DITHER. */
const float *yuv_dither(const struct yuv *c, int plane, int y, int number);

#endif
