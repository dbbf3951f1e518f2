/* Chunks of a page: strips, tiles, or rows where they lie. */

#include <assert.h>

#include "codec/tiff_int.h"

/* A handle, told to make RGB of JPEG's YCbCr. */
static int open_lib(struct tiff_reader *r, struct tiff_lib **out, struct err *e)
{
    int rc;

    if (*out)
        return 0;
    rc = tiff_lib_open(&r->in, &r->dir, out, e);
    if (rc == 0 && r->jpeg_rgb)
        TIFFSetField((*out)->tif, TIFFTAG_JPEGCOLORMODE, JPEGCOLORMODE_RGB);
    return rc;
}

/* What the slot needs, at its first chunk. */
static int ready(struct tiff_reader *r, struct tiff_slot *s, struct err *e)
{
    const int rows = r->way == WAY_UNITS ? r->unit_h : r->base.chunk_rows;
    const size_t bytes = (size_t)rows *
                         tiff_row_bytes(&r->samples, (size_t)r->unit_w);
    const bool tiled = r->base.pic.storage.tile_w != 0;

    if (!s->unit && (r->samples.expand || tiled)) {
        s->unit = mem_alloc(bytes);
        if (!s->unit)
            return err_mem(e, bytes);
    }
    if (!s->lzw && r->own_lzw && r->way == WAY_UNITS) {
        s->lzw = mem_alloc(sizeof(*s->lzw));
        if (!s->lzw)
            return err_mem(e, sizeof(*s->lzw));
        lzw_decoder_init(s->lzw);
    }
    return open_lib(r, &s->lib, e);
}

/* Where strip or tile number `unit` lies in the file. */
static int place_of(struct tiff_reader *r, struct tiff_slot *s, uint32_t unit,
                    uint64_t *at, uint64_t *len, struct err *e)
{
    int bad = 0, bad_len = 0;

    *at = TIFFGetStrileOffsetWithErr(s->lib->tif, unit, &bad);
    *len = r->way == WAY_DIRECT
               ? 0
               : TIFFGetStrileByteCountWithErr(s->lib->tif, unit, &bad_len);
    if (bad || bad_len || *at == 0)
        return err_set(e, ERR_DATA,
                       "the place of its strip or tile %u is not stated", unit);
    if (*at > r->in.size || *len > r->in.size - *at)
        return err_set(e, ERR_DATA,
                       "it is cut short: its strip or tile %u should lie at "
                       "bytes %llu to %llu of %llu",
                       unit, (unsigned long long)*at,
                       (unsigned long long)(*at + *len),
                       (unsigned long long)r->in.size);
    return 0;
}

/* The compressed bytes of a strip or tile, in s->packed. */
static int load_packed(struct tiff_reader *r, struct tiff_slot *s,
                       uint32_t unit, size_t *len, struct err *e)
{
    uint64_t at, n;
    int rc;

    TRY(place_of(r, s, unit, &at, &n, e));
    if (n > s->packed_size) {
        const size_t room = (size_t)(n + n / 4);

        mem_free(s->packed);
        s->packed_size = 0;
        s->packed = mem_alloc(room);
        if (!s->packed)
            return err_mem(e, room);
        s->packed_size = room;
    }
    TRY(infile_read(&r->in, at, s->packed, (size_t)n, e));
    *len = (size_t)n;
out:
    return rc;
}

static int damaged(const struct tiff_lib *lib, uint32_t unit, struct err *e)
{
    return err_set(e, ERR_DATA, "its strip or tile %u is damaged%s%s", unit,
                   lib->text[0] ? ": " : "", lib->text);
}

/* A strip or tile through libtiff. */
static int unit_by_lib(struct tiff_reader *r, struct tiff_slot *s,
                       uint32_t unit, uint8_t *dst, size_t size, struct err *e)
{
    TIFF *tif = s->lib->tif;
    tmsize_t got;

    s->lib->text[0] = '\0';
    got = r->base.pic.storage.tile_w
              ? TIFFReadEncodedTile(tif, unit, dst, (tmsize_t)size)
              : TIFFReadEncodedStrip(tif, unit, dst, (tmsize_t)size);
    return got == (tmsize_t)size ? 0 : damaged(s->lib, unit, e);
}

/* A strip or tile through our own LZW. */
static int unit_by_lzw(struct tiff_reader *r, struct tiff_slot *s,
                       uint32_t unit, uint8_t *dst, size_t size, struct err *e)
{
    const struct tiff_samples *f = &r->samples;
    const int step = f->planar ? 1 : f->spp;
    const size_t w = (size_t)r->unit_w, row = tiff_row_bytes(f, w);
    size_t len = 0;
    int rc;

    TRY(load_packed(r, s, unit, &len, e));
    if (len >= 2 && s->packed[0] == 0 && (s->packed[1] & 1))
        return unit_by_lib(r, s, unit, dst, size, e); /* the old bit order */
    if (lzw_decode(s->lzw, s->packed, len, dst, size) != size)
        return damaged(s->lib, unit, e);
    if (r->head.swap)
        tiff_swap(dst, size, f->bits);
    if (r->predictor == PREDICTOR_HORIZONTAL)
        for (size_t at = 0; at < size; at += row)
            tiff_undo_diff(dst + at, w, f->bits, step);
out:
    return rc;
}

static int read_unit(struct tiff_reader *r, struct tiff_slot *s, uint32_t unit,
                     uint8_t *dst, size_t size, struct err *e)
{
    return r->own_lzw ? unit_by_lzw(r, s, unit, dst, size, e)
                      : unit_by_lib(r, s, unit, dst, size, e);
}

/* Number of the strip or tile in column x that row y is in. */
static uint32_t unit_at(const struct tiff_reader *r, int x, int y, int plane)
{
    const uint32_t across = (uint32_t)r->across;

    return ((uint32_t)plane * (uint32_t)r->down + (uint32_t)(y / r->unit_h)) *
               across +
           (uint32_t)x;
}

/* Rows of a strip or tile in s->unit to their place in raw rows. */
static void expand_unit(const struct tiff_reader *r, const struct tiff_slot *s,
                        int x, int rows, int plane, uint8_t *raw)
{
    const struct tiff_samples *f = &r->samples;
    const size_t row = tiff_row_bytes(f, (size_t)r->unit_w);
    const size_t raw_row = (size_t)r->base.pic.w * f->pixel;
    const int x0 = x * r->unit_w, left = r->base.pic.w - x0;
    const size_t w = (size_t)(left < r->unit_w ? left : r->unit_w);

    raw += (size_t)x0 * f->pixel;
    for (int i = 0; i < rows; i++)
        tiff_expand(f, s->unit + (size_t)i * row, w, plane,
                    raw + (size_t)i * raw_row);
}

/* Rows y … of the strip or tile in column x and plane `plane` to raw. */
static int place_unit(struct tiff_reader *r, struct tiff_slot *s, int x, int y,
                      int plane, int rows, uint8_t *raw, struct err *e)
{
    const uint32_t unit = unit_at(r, x, y, plane);
    const bool tiled = r->base.pic.storage.tile_w != 0;
    const size_t size = tiff_row_bytes(&r->samples, (size_t)r->unit_w) *
                        (size_t)(tiled ? r->unit_h : rows);
    int rc;

    if (!s->unit)
        return read_unit(r, s, unit, raw, size, e);
    TRY(read_unit(r, s, unit, s->unit, size, e));
    expand_unit(r, s, x, rows, plane, raw);
out:
    return rc;
}

static int chunk_of_units(struct tiff_reader *r, struct tiff_slot *s, int y0,
                          int y1, uint8_t *raw, struct err *e)
{
    const int planes = r->samples.planar ? r->samples.spp : 1;
    const size_t raw_row = (size_t)r->base.pic.w * r->samples.pixel;
    int rc = 0;

    for (int y = y0; y < y1; y += r->unit_h) {
        const int rows = y1 - y < r->unit_h ? y1 - y : r->unit_h;

        for (int x = 0; x < r->across; x++)
            for (int p = 0; p < planes; p++)
                TRY(place_unit(r, s, x, y, p, rows,
                               raw + (size_t)(y - y0) * raw_row, e));
    }
out:
    return rc;
}

/* Rows of one uncompressed strip or tile, where they lie. */
static int rows_of_unit(struct tiff_reader *r, struct tiff_slot *s, int x,
                        int y, int rows, int plane, uint8_t *raw, struct err *e)
{
    const struct tiff_samples *f = &r->samples;
    const size_t row = tiff_row_bytes(f, (size_t)r->unit_w);
    const size_t bytes = row * (size_t)rows;
    const uint32_t unit = unit_at(r, x, y, plane);
    uint8_t *dst = s->unit ? s->unit : raw;
    uint64_t at, len;
    int rc;

    TRY(place_of(r, s, unit, &at, &len, e));
    at += (uint64_t)(y % r->unit_h) * row;
    TRY(infile_read(&r->in, at, dst, bytes, e));
    if (r->head.swap)
        tiff_swap(dst, bytes, f->bits);
    if (s->unit)
        expand_unit(r, s, x, rows, plane, raw);
out:
    return rc;
}

static int chunk_of_rows(struct tiff_reader *r, struct tiff_slot *s, int y0,
                         int y1, uint8_t *raw, struct err *e)
{
    const int planes = r->samples.planar ? r->samples.spp : 1;
    const size_t raw_row = (size_t)r->base.pic.w * r->samples.pixel;
    int rc = 0, rows;

    for (int y = y0; y < y1; y += rows) {
        const int left = r->unit_h - y % r->unit_h;

        rows = y1 - y < left ? y1 - y : left;
        for (int x = 0; x < r->across; x++)
            for (int p = 0; p < planes; p++)
                TRY(rows_of_unit(r, s, x, y, rows, p,
                                 raw + (size_t)(y - y0) * raw_row, e));
    }
out:
    return rc;
}

static void close_rows(struct tiff_reader *r)
{
    const int planes = r->samples.planar ? r->samples.spp : 1;

    for (int p = 0; r->row_lib && p < planes; p++) {
        tiff_lib_close(r->row_lib[p]);
        r->row_lib[p] = NULL;
    }
}

/* Row after row, each plane with its own handle, which remembers where it is.
 */
static int chunk_in_order(struct tiff_reader *r, struct tiff_slot *s, int y0,
                          int y1, uint8_t *raw, struct err *e)
{
    const struct tiff_samples *f = &r->samples;
    const int planes = f->planar ? f->spp : 1;
    const size_t w = (size_t)r->base.pic.w, row = tiff_row_bytes(f, w);
    int rc = 0;

    if (!r->row_lib) {
        r->row_lib = mem_zero((size_t)planes, sizeof(void *));
        if (!r->row_lib)
            return err_mem(e, (size_t)planes * sizeof(void *));
    }
    for (int p = 0; p < planes; p++) {
        TRY(open_lib(r, &r->row_lib[p], e));
        if (TIFFScanlineSize(r->row_lib[p]->tif) != (tmsize_t)row)
            return err_set(e, ERR_DATA, "its rows have an odd size");
    }
    for (int y = y0; y < y1; y++, raw += w * f->pixel)
        for (int p = 0; p < planes; p++) {
            struct tiff_lib *lib = r->row_lib[p];
            uint8_t *dst = s->unit ? s->unit : raw;

            lib->text[0] = '\0';
            if (TIFFReadScanline(lib->tif, dst, (uint32_t)y, (uint16_t)p) < 0)
                return damaged(lib, (uint32_t)(y / r->unit_h), e);
            if (s->unit)
                tiff_expand(f, s->unit, w, p, raw);
        }
out:
    return rc;
}

int tiff_chunk(struct reader *base, int slot, int index, void *raw,
               struct err *e)
{
    struct tiff_reader *r = (struct tiff_reader *)base;
    struct tiff_slot *s = &r->slot[slot];
    const int y0 = index * base->chunk_rows, left = base->pic.h - y0;
    const int y1 = y0 + (left < base->chunk_rows ? left : base->chunk_rows);
    int rc;

    assert(slot >= 0 && slot < r->slots && y0 >= 0 && left > 0);
    TRY(ready(r, s, e));
    switch (r->way) {
    case WAY_DIRECT:
        rc = chunk_of_rows(r, s, y0, y1, raw, e);
        break;
    case WAY_UNITS:
        rc = chunk_of_units(r, s, y0, y1, raw, e);
        break;
    case WAY_SEQUENTIAL:
        assert(index == 0 || index == r->next);
        if (index == 0)
            close_rows(r);
        rc = chunk_in_order(r, s, y0, y1, raw, e);
        r->next = index + 1;
        break;
    }
out:
    return rc;
}

void tiff_close(struct reader *base)
{
    struct tiff_reader *r = (struct tiff_reader *)base;

    if (!r)
        return;
    for (int i = 0; r->slot && i < r->slots; i++) {
        tiff_lib_close(r->slot[i].lib);
        mem_free(r->slot[i].unit);
        mem_free(r->slot[i].packed);
        mem_free(r->slot[i].lzw);
    }
    close_rows(r);
    mem_free(r->row_lib);
    mem_free(r->slot);
    mem_free(r->samples.map);
    buf_release(&r->dir);
    infile_close(&r->in);
    picture_release(&base->pic);
    mem_free(r);
}
