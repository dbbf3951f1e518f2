/*
 * Rows of R'G'B' to rows of a film's frame. Each row becomes luma codes and two
 * rows of chroma at the width of the frame's, of which as many are kept as the
 * filter across rows has taps.
 */

#include <string.h>

#include "codec/yuv_int.h"

/* One call of yuv_out(). */
struct strip {
    const struct yuv *c;
    const struct kern_yuv *k;
    const struct view *v;
    struct frame *f;
    int y0, y1, number;
    int next;          /* the first row that was not looked at */
    float *half[2][2]; /* a row of each chroma, of full width, in halves  */
    float *ring;       /* rows of chroma, two for each luma row */
    size_t ring_pitch; /* floats */
};

static float *ring_row(const struct strip *s, int plane, int y)
{
    const int at = 2 * (y % s->c->down.taps) + plane;

    return s->ring + (size_t)at * s->ring_pitch;
}

/* Weighted rows to codes of row y of plane p. */
static void store(const struct strip *s, int p, int y, int w,
                  const float *const *rows, const struct yuv_down *d,
                  const struct kern_yuv_code *q, const float *dither)
{
    void *dst = frame_row(s->f, p, y);

    if (yuv_is_wide(s->c))
        s->k->store_u16(dst, rows, d->w, d->taps, (size_t)w, q, dither);
    else
        s->k->store_u8(dst, rows, d->w, d->taps, (size_t)w, q, dither);
}

/* A plane that is stored as it is. */
static void plane_out(const struct strip *s, int p, int kind, int y,
                      const float *src)
{
    static const struct yuv_down one = {.taps = 1, .w = {1}};
    const struct yuv *c = s->c;

    if (c->fmt.bits == 32)
        s->k->number((float *)(void *)frame_row(s->f, p, y), src,
                     (size_t)s->f->w);
    else
        store(s, p, y, s->f->w, &src, &one, &c->code[kind],
              yuv_dither(c, kind, y, s->number));
}

static void opaque(const struct strip *s, int p, int y)
{
    uint8_t *row = frame_row(s->f, p, y);
    const uint16_t code = (uint16_t)s->c->code[3].max;

    for (int x = 0; x < s->f->w; x++)
        if (s->c->fmt.bits == 32)
            memcpy(row + 4 * x, &(float){1}, sizeof(float));
        else if (yuv_is_wide(s->c))
            memcpy(row + 2 * x, &code, sizeof(code));
        else
            row[x] = 255;
}

static void alpha_out(const struct strip *s, int y)
{
    const int p = frame_planes(&s->c->fmt) - 1;

    if (s->v->alpha)
        plane_out(s, p, 3, y, row_of(s->v, s->v->alpha, y));
    else
        opaque(s, p, y);
}

/* Luma codes of a row of the strip, and the chroma of any row. */
static void split_row(const struct strip *s, int y, float *u, float *v)
{
    const struct yuv *c = s->c;
    const float *src[3] = {row_of(s->v, 0, y), row_of(s->v, 1, y),
                           row_of(s->v, 2, y)};
    const size_t n = (size_t)s->f->w;
    const float *dither = yuv_dither(c, 0, y, s->number);
    void *luma = frame_row(s->f, 0, y);

    if (y < s->y0 || y >= s->y1)
        s->k->differ(u, v, src, n, &c->split);
    else if (yuv_is_wide(c))
        s->k->split_u16(luma, u, v, src, n, &c->split, &c->code[0], dither);
    else
        s->k->split_u8(luma, u, v, src, n, &c->split, &c->code[0], dither);
}

/* The same with chroma in halves. */
static void split_row2(const struct strip *s, int y)
{
    const struct yuv *c = s->c;
    const float *src[3] = {row_of(s->v, 0, y), row_of(s->v, 1, y),
                           row_of(s->v, 2, y)};
    const size_t n = (size_t)s->f->w;
    const float *dither = yuv_dither(c, 0, y, s->number);
    void *luma = frame_row(s->f, 0, y);
    float *const *u = s->half[0], *const *v = s->half[1];

    if (y < s->y0 || y >= s->y1)
        s->k->differ2(u, v, src, n, &c->split);
    else if (yuv_is_wide(c))
        s->k->split2_u16(luma, u, v, src, n, &c->split, &c->code[0], dither);
    else
        s->k->split2_u8(luma, u, v, src, n, &c->split, &c->code[0], dither);
}

/* Pixels of even and odd numbers, w in all, with the row's ends around them. */
static void pad_halves(float *const half[2], int w)
{
    float *even = half[0], *odd = half[1];
    const int evens = (w + 1) / 2, odds = w / 2;
    const float last = w % 2 ? even[evens - 1] : odd[odds - 1];

    for (int i = 1; i <= YUV_PAD; i++) {
        even[-i] = odd[-i] = even[0];
        even[evens - 1 + i] = odd[odds - 1 + i] = last;
    }
}

static void narrow_row2(const struct strip *s, float *const half[2], float *dst)
{
    const struct yuv_down *d = &s->c->across;
    const int odd = d->first & 1, pair = (d->first - odd) / 2;
    const size_t n = (size_t)yuv_chroma_w(s->c, s->f->w);

    pad_halves(half, s->f->w);
    s->k->narrow2(dst, half[odd] + pair, half[!odd] + pair + odd, n, d->w);
}

static void narrow_row4(const struct strip *s, float *row, float *dst)
{
    yuv_pad(row, s->f->w);
    s->k->narrow4(dst, row + s->c->across.first,
                  (size_t)yuv_chroma_w(s->c, s->f->w), s->c->across.w);
}

static void look_at(const struct strip *s, int y)
{
    const int shift = s->c->fmt.ssx;

    if (shift == 0)
        split_row(s, y, ring_row(s, 0, y), ring_row(s, 1, y));
    else if (shift == 1)
        split_row2(s, y);
    else
        split_row(s, y, s->half[0][0], s->half[1][0]);
    for (int p = 0; p < 2 && shift; p++)
        if (shift == 1)
            narrow_row2(s, s->half[p], ring_row(s, p, y));
        else
            narrow_row4(s, s->half[p][0], ring_row(s, p, y));
}

static void look_until(struct strip *s, int y)
{
    for (; s->next <= y; s->next++)
        look_at(s, s->next);
}

static int clamp(int y, int h)
{
    return y < 0 ? 0 : y >= h ? h - 1 : y;
}

static void chroma_row(struct strip *s, int cy)
{
    const struct yuv *c = s->c;
    const int first = (cy << c->fmt.ssy) + c->down.first;
    const int w = yuv_chroma_w(c, s->f->w);
    const float *rows[YUV_TAPS_MAX];

    look_until(s, clamp(first + c->down.taps - 1, s->f->h));
    for (int p = 1; p < 3; p++) {
        for (int i = 0; i < c->down.taps; i++)
            rows[i] = ring_row(s, p - 1, clamp(first + i, s->f->h));
        store(s, p, cy, w, rows, &c->down, &c->code[p],
              yuv_dither(c, p, cy, s->number));
    }
}

static float *padded(struct arena *a, int w)
{
    return arena_floats(a, (size_t)w + 2 * YUV_PAD) + YUV_PAD;
}

static void yuv_strip(struct strip *s, struct arena *scratch)
{
    const struct yuv *c = s->c;
    const int size = 1 << c->fmt.ssy, from = (s->y0 + size - 1) >> c->fmt.ssy;
    const int to = (s->y1 + size - 1) >> c->fmt.ssy;
    const int above = from < to ? (from << c->fmt.ssy) + c->down.first : s->y0;

    s->ring_pitch = view_pitch(yuv_chroma_w(c, s->f->w));
    s->ring = arena_floats(scratch, 2 * (size_t)c->down.taps * s->ring_pitch);
    for (int p = 0; p < 2; p++)
        for (int i = 0; i < 2; i++)
            s->half[p][i] = padded(scratch, s->f->w);
    s->next = clamp(above < s->y0 ? above : s->y0, s->f->h);
    for (int cy = from; cy < to; cy++)
        chroma_row(s, cy);
    look_until(s, s->y1 - 1);
}

static void grey_row(const struct strip *s, int y, float *luma)
{
    const struct view *v = s->v;
    const float *src[3] = {row_of(v, 0, y), row_of(v, 1, y), row_of(v, 2, y)};

    s->k->luma(luma, src, (size_t)s->f->w, &s->c->split);
    plane_out(s, 0, 0, y, luma);
}

void yuv_out(const struct yuv *c, const struct kern *k, const struct view *v,
             int y0, int y1, int number, struct frame *f, struct arena *scratch)
{
    static const int rgb[3] = {2, 0, 1}; /* where red, green and blue lie */
    struct strip s = {.c = c,
                      .k = k->yuv,
                      .v = v,
                      .f = f,
                      .y0 = y0,
                      .y1 = y1,
                      .number = number};
    const size_t used = scratch->used;

    switch (c->fmt.colors) {
    case FRAME_YUV:
        yuv_strip(&s, scratch);
        break;
    case FRAME_RGB:
        for (int y = y0; y < y1; y++)
            for (int i = 0; i < 3; i++)
                plane_out(&s, rgb[i], rgb[i], y, row_of(v, i, y));
        break;
    case FRAME_GREY:
        s.half[0][0] = padded(scratch, f->w);
        for (int y = y0; y < y1; y++)
            grey_row(&s, y, s.half[0][0]);
    }
    for (int y = y0; c->fmt.alpha && y < y1; y++)
        alpha_out(&s, y);
    scratch->used = used;
}
