/* Cuts chunks into strips or tiles and compresses them. */

#include <assert.h>

#include "codec/tiff_out.h"

/* One strip or tile of a chunk. */
struct piece {
    size_t unit;    /* its number in the file           */
    int x, y, rows; /* first column; rows in the chunk  */
    int tall;       /* rows in the file                 */
    int plane;
};

size_t tiff_unit_row(const struct tiff_writer *w)
{
    return (size_t)w->unit_w *
           (w->pixel /
            (size_t)(w->planes > 1 ? pixfmt_samples(&w->pic->fmt) : 1));
}

static size_t bytes_of(const struct tiff_writer *w, const struct piece *p)
{
    return tiff_unit_row(w) * (size_t)p->tall;
}

/* Sample `plane` of n pixels. */
static void pick(uint8_t *dst, const uint8_t *src, size_t n, size_t pixel,
                 size_t size, int plane)
{
    src += (size_t)plane * size;
    for (size_t i = 0; i < n; i++)
        memcpy(dst + i * size, src + i * pixel, size);
}

/*
 * The piece's rows from raw rows, in the layout of the file. A tile that
 * sticks out repeats its last pixel and row, which compresses to little.
 */
static void cut(const struct tiff_writer *w, const struct piece *p,
                const uint8_t *raw, uint8_t *dst)
{
    const size_t raw_row = (size_t)w->pic->w * w->pixel;
    const size_t row = tiff_unit_row(w), size = row / (size_t)w->unit_w;
    const int left = w->pic->w - p->x;
    const size_t n = (size_t)(left < w->unit_w ? left : w->unit_w);
    const size_t bytes = bytes_of(w, p);
    size_t at = 0;

    for (int y = 0; y < p->rows; y++, at += row) {
        const uint8_t *src = raw + (size_t)(p->y + y) * raw_row +
                             (size_t)p->x * w->pixel;

        if (w->planes > 1)
            pick(dst + at, src, n, w->pixel, size, p->plane);
        else
            memcpy(dst + at, src, n * size);
        for (size_t x = n; x < (size_t)w->unit_w; x++)
            memcpy(dst + at + x * size, dst + at + (n - 1) * size, size);
    }
    for (; at < bytes; at += row)
        memcpy(dst + at, dst + at - row, row);
}

/* Piece number i of a chunk: plane by plane, then row by row. */
static struct piece piece_at(const struct tiff_writer *w, int index, int rows,
                             size_t i)
{
    const size_t per_chunk = (size_t)((rows - 1) / w->unit_h + 1) *
                             (size_t)w->across;
    const size_t in_plane = i % per_chunk;
    const int y = (int)(in_plane / (size_t)w->across) * w->unit_h;
    const int left = rows - y;
    struct piece p = {
        .plane = (int)(i / per_chunk),
        .x = (int)(in_plane % (size_t)w->across) * w->unit_w,
        .y = y,
        .rows = left < w->unit_h ? left : w->unit_h,
    };

    p.tall = w->tiled ? w->unit_h : p.rows;
    p.unit = (size_t)p.plane * (size_t)w->across * (size_t)w->down +
             (size_t)index * (size_t)(w->base.chunk_rows / w->unit_h) *
                 (size_t)w->across +
             in_plane;
    return p;
}

/* The piece as differences, in scratch of this slot. */
static void make_diffs(const struct tiff_writer *w, const struct piece *p,
                       const uint8_t *src, uint8_t *dst)
{
    const int bits = 8 * (int)sample_bytes(w->pic->fmt.type);
    const int step = w->planes > 1 ? 1 : pixfmt_samples(&w->pic->fmt);
    const size_t row = tiff_unit_row(w), bytes = bytes_of(w, p);

    for (size_t at = 0; at < bytes; at += row)
        tiff_make_diff(dst + at, src + at, (size_t)w->unit_w, bits, step);
}

/* Whether the piece already lies in the chunk as the file wants it. */
static bool is_whole(const struct tiff_writer *w)
{
    return !w->tiled && w->planes == 1;
}

/* Bytes of scratch that LZW needs for one piece, aligned for its samples. */
static size_t room_for(const struct tiff_writer *w)
{
    return (tiff_unit_row(w) * (size_t)w->unit_h + 63) / 64 * 64;
}

static int ready(struct tiff_writer *w, struct tiff_out_slot *s, struct err *e)
{
    const size_t room = room_for(w), n = 2 * LZW_STREAMS * room;

    if (!s->unit) {
        s->unit = mem_alloc(n);
        if (!s->unit)
            return err_mem(e, n);
    }
    if (w->own_lzw && !s->lzw) {
        mem_free(s->packed); /* of a try that failed */
        s->packed = mem_array(LZW_STREAMS, lzw_bound(room));
        s->lzw = mem_alloc(sizeof(*s->lzw));
        if (!s->packed || !s->lzw)
            return err_mem(e, sizeof(*s->lzw) + LZW_STREAMS * lzw_bound(room));
    }
    return w->own_lzw || s->tif || w->compression == COMP_NONE
               ? 0
               : tiff_out_open(w, s, e);
}

/* The piece in the layout of the file: in place, or cut into scratch. */
static const uint8_t *layout(const struct tiff_writer *w, const struct piece *p,
                             const uint8_t *raw, uint8_t *scratch)
{
    if (is_whole(w))
        return raw + (size_t)p->y * (size_t)w->pic->w * w->pixel;
    cut(w, p, raw, scratch);
    return scratch;
}

/* Two pieces side by side. */
static int pack_lzw(struct tiff_writer *w, struct tiff_out_slot *s,
                    const struct piece *p, int n, const uint8_t *raw,
                    struct buf *packed, struct err *e)
{
    const size_t room = room_for(w);
    struct lzw_job jobs[LZW_STREAMS];
    int rc = 0;

    for (int i = 0; i < n; i++) {
        uint8_t *scratch = s->unit + 2 * (size_t)i * room;
        const uint8_t *src = layout(w, &p[i], raw, scratch);

        if (w->predictor == PREDICTOR_HORIZONTAL) {
            make_diffs(w, &p[i], src, scratch + room);
            src = scratch + room;
        }
        jobs[i] = (struct lzw_job){
            .src = src,
            .n = bytes_of(w, &p[i]),
            .dst = s->packed + (size_t)i * lzw_bound(room),
        };
    }
    lzw_encode(s->lzw, jobs, n);
    for (int i = 0; i < n; i++) {
        TRY(buf_add(packed, jobs[i].dst, jobs[i].len, e));
        w->len[p[i].unit] = jobs[i].len;
    }
out:
    return rc;
}

/* One piece by libtiff, or as it is. */
static int pack_piece(struct tiff_writer *w, struct tiff_out_slot *s,
                      const struct piece *p, const uint8_t *raw,
                      struct buf *packed, struct err *e)
{
    const uint8_t *src = layout(w, p, raw, s->unit);
    const size_t bytes = bytes_of(w, p), before = packed->len;
    int rc;

    if (w->compression == COMP_NONE) {
        TRY(buf_add(packed, src, bytes, e));
    } else {
        /* libtiff may swap or difference in place: it gets a copy. */
        if (src != s->unit)
            memcpy(s->unit, src, bytes);
        TRY(tiff_out_unit(w, s, p->unit, s->unit, bytes, packed, e));
    }
    w->len[p->unit] = packed->len - before;
out:
    return rc;
}

int tiff_slice_rows(const struct tiff_writer *w, int index, int rows)
{
    const int y = index * w->base.chunk_rows;

    return y + rows < w->pic->h ? rows : w->unit_h - y % w->unit_h;
}

/* The chunk's rows of each tile, tile by tile, as put() places them. */
static int pack_slices(const struct tiff_writer *w, int index,
                       const uint8_t *raw, int rows, struct buf *packed,
                       struct err *e)
{
    struct piece p = {.rows = rows, .tall = tiff_slice_rows(w, index, rows)};
    const size_t bytes = bytes_of(w, &p);
    int rc;

    TRY(buf_reserve(packed, bytes * (size_t)w->across * (size_t)w->planes, e));
    for (p.plane = 0; p.plane < w->planes; p.plane++)
        for (int x = 0; x < w->across; x++, packed->len += bytes) {
            p.x = x * w->unit_w;
            cut(w, &p, raw, packed->data + packed->len);
        }
out:
    return rc;
}

int tiff_pack(struct writer *base, int slot, int index, const void *raw,
              int rows, struct buf *packed, struct err *e)
{
    struct tiff_writer *w = (struct tiff_writer *)base;
    struct tiff_out_slot *s = &w->slot[slot];
    const size_t pieces = (size_t)((rows - 1) / w->unit_h + 1) *
                          (size_t)w->across * (size_t)w->planes;
    struct piece p[LZW_STREAMS];
    size_t step;
    int rc;

    assert(slot >= 0 && slot < w->slots && rows > 0);
    if (w->slices)
        return pack_slices(w, index, raw, rows, packed, e);
    TRY(ready(w, s, e));
    for (size_t i = 0; i < pieces; i += step) {
        step = w->own_lzw && pieces - i >= 2 ? 2 : 1;
        for (size_t k = 0; k < step; k++)
            p[k] = piece_at(w, index, rows, i + k);
        if (w->own_lzw)
            TRY(pack_lzw(w, s, p, (int)step, raw, packed, e));
        else
            TRY(pack_piece(w, s, p, raw, packed, e));
    }
out:
    return rc;
}
