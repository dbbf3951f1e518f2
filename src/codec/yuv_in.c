/* A row of a film's frame to rows of R'G'B'. */

#include <string.h>

#include "codec/yuv_int.h"

/* One plane of full size to 0 … 1. */
static void plane_in(const struct yuv *c, const struct kern *k,
                     const struct frame *f, int p, int y, float *dst)
{
    const void *src = frame_row(f, p, y);
    const struct kern_yuv_join *j = &c->join;
    const size_t n = (size_t)f->w;

    if (c->fmt.bits == 32)
        memcpy(dst, src, n * sizeof(float));
    else if (yuv_is_wide(c))
        k->yuv->code_u16(dst, src, n, j->zero, j->scale, j->rest);
    else
        k->yuv->code_u8(dst, src, n, j->zero, j->scale, j->rest);
}

static void alpha_in(const struct yuv *c, const struct kern *k,
                     const struct frame *f, int y, float *dst)
{
    const int p = frame_planes(&c->fmt) - 1;
    const void *src = frame_row(f, p, y);
    const size_t n = (size_t)f->w;
    const double full = 1 / (double)c->code[3].max;
    const float scale = (float)full, rest = (float)(full - (double)scale);

    if (c->fmt.bits == 32)
        memcpy(dst, src, n * sizeof(float));
    else if (yuv_is_wide(c))
        k->yuv->code_u16(dst, src, n, 0, scale, rest);
    else
        k->yuv->code_u8(dst, src, n, 0, scale, rest);
}

/* Chroma of luma row y, of full height, 0 = grey, with room at its ends. */
static const float *chroma_in(const struct yuv *c, const struct kern *k,
                              const struct frame *f, int p, int y,
                              struct arena *scratch)
{
    const int w = yuv_chroma_w(c, f->w), last = yuv_chroma_h(c, f->h) - 1;
    const int size = 1 << c->fmt.ssy, j = y & (size - 1);
    float *row = arena_floats(scratch, (size_t)w + 2 * YUV_PAD) + YUV_PAD;
    const float *weight = c->up.w[j];
    const float zero = (float)c->chroma.zero;
    const bool copy = weight[1] == 1.0f;
    const void *at[4];

    for (int i = 0; i < 4; i++) {
        const int r = (y >> c->fmt.ssy) + c->up.at[j] + i;

        at[i] = frame_row(f, p, r < 0 ? 0 : r > last ? last : r);
    }
    if (copy && yuv_is_wide(c))
        k->yuv->code_u16(row, at[1], (size_t)w, zero, 1, 0);
    else if (copy)
        k->yuv->code_u8(row, at[1], (size_t)w, zero, 1, 0);
    else if (yuv_is_wide(c))
        k->yuv->fold_u16(row, (const uint16_t *const *)at, weight, (size_t)w,
                         zero);
    else
        k->yuv->fold_u8(row, (const uint8_t *const *)at, weight, (size_t)w,
                        zero);
    yuv_pad(row, w);
    return row;
}

/* Luma and chroma of one size. */
static void full_row_in(const struct yuv *c, const struct kern *k,
                        const struct frame *f, int y, float *const planes[])
{
    const void *at[3] = {frame_row(f, 0, y), frame_row(f, 1, y),
                         frame_row(f, 2, y)};
    const float zero = (float)c->chroma.zero;
    const size_t n = (size_t)f->w;

    if (yuv_is_wide(c))
        k->yuv->join3_u16(planes, (const uint16_t *const *)at, n, &c->join,
                          zero);
    else
        k->yuv->join3_u8(planes, (const uint8_t *const *)at, n, &c->join, zero);
}

static void yuv_row_in(const struct yuv *c, const struct kern *k,
                       const struct frame *f, int y, float *const planes[],
                       struct arena *scratch)
{
    const size_t used = scratch->used, n = (size_t)f->w;
    const float *u = chroma_in(c, k, f, 1, y, scratch);
    const float *v = chroma_in(c, k, f, 2, y, scratch);
    const void *luma = frame_row(f, 0, y);

    if (yuv_is_wide(c))
        k->yuv->join_u16(planes, luma, u, v, n, &c->join);
    else
        k->yuv->join_u8(planes, luma, u, v, n, &c->join);
    scratch->used = used;
}

void yuv_in(const struct yuv *c, const struct kern *k, const struct frame *f,
            int y, float *const planes[], struct arena *scratch)
{
    static const int rgb[3] = {2, 0, 1}; /* where red, green and blue lie */
    const size_t bytes = (size_t)f->w * sizeof(float);

    switch (c->fmt.colors) {
    case FRAME_YUV:
        if (c->fmt.ssx == 0 && c->fmt.ssy == 0)
            full_row_in(c, k, f, y, planes);
        else
            yuv_row_in(c, k, f, y, planes, scratch);
        break;
    case FRAME_RGB:
        for (int i = 0; i < 3; i++)
            plane_in(c, k, f, rgb[i], y, planes[i]);
        break;
    case FRAME_GREY:
        plane_in(c, k, f, 0, y, planes[0]);
        memcpy(planes[1], planes[0], bytes);
        memcpy(planes[2], planes[0], bytes);
    }
    if (c->fmt.alpha)
        alpha_in(c, k, f, y, planes[3]);
}
