/*
 * Writes a page. Strips and tiles are compressed on any thread, LZW by our own
 * code, the rest by libtiff into memory; the container is ours. Sixteen bytes
 * are left free at the front: whether the file needs BigTIFF is known only
 * when all its bytes are.
 */

#include <assert.h>

#include "codec/tiff_int.h"
#include "codec/tiff_out.h"

#define HEADER      16
#define CHUNK_BYTES ((size_t)16 << 20)
#define STRIP_BYTES ((size_t)64 << 10) /* a strip is not made smaller */

/* Rows of a strip: a part of the chunk, so that LZW has several at once. */
static int strip_rows(int chunk_rows, size_t row)
{
    int n = chunk_rows;

    while (n % 2 == 0 && n > chunk_rows / 4 &&
           (size_t)n / 2 * row >= STRIP_BYTES)
        n /= 2;
    return n;
}

/* TIFF 6.0 wants multiples of 16; none is larger than the picture needs. */
static int tile_side(int asked, int whole)
{
    const int64_t n = ((int64_t)asked + 15) / 16 * 16;
    const int64_t most = ((int64_t)whole + 15) / 16 * 16;

    return (int)(n < most ? n : most);
}

/* Rows of a slice: a part of the tile, so that no chunk ends within one. */
static int slice_rows(const struct tiff_writer *w, int most)
{
    int n = w->unit_h;

    while (n % 2 == 0 && n > most)
        n /= 2;
    return n;
}

static void plan_units(struct tiff_writer *w, const struct storage *st,
                       int want_rows)
{
    const struct picture *pic = w->pic;
    const size_t row = (size_t)pic->w * w->pixel;
    size_t most = CHUNK_BYTES / row;

    if (want_rows < 1)
        want_rows = 64;
    if (want_rows > pic->h)
        want_rows = pic->h;
    most = most < 1 ? 1 : most;
    if ((size_t)want_rows > most)
        want_rows = (int)most;
    if (st->tile_w > 0 && st->tile_h > 0) {
        w->unit_w = tile_side(st->tile_w, pic->w);
        w->unit_h = tile_side(st->tile_h, pic->h);
        w->tiled = true;
        w->slices = w->compression == COMP_NONE;
        w->base.chunk_rows = w->slices ? slice_rows(w, want_rows) : w->unit_h;
    } else {
        w->base.chunk_rows = want_rows;
        w->unit_w = pic->w;
        w->unit_h = w->compression == COMP_NONE
                        ? w->base.chunk_rows
                        : strip_rows(w->base.chunk_rows, row);
    }
    w->across = (pic->w - 1) / w->unit_w + 1;
    w->down = (pic->h - 1) / w->unit_h + 1;
}

/* Predictor: as asked when the samples allow it, else the best for them. */
static int predictor_for(const struct tiff_writer *w, int asked)
{
    const bool floats = sample_is_float(w->pic->fmt.type);

    if (w->compression == COMP_NONE || w->compression == COMP_PACKBITS)
        return PREDICTOR_NONE;
    if (asked == PREDICTOR_NONE || asked == PREDICTOR_HORIZONTAL)
        return asked;
    return floats ? PREDICTOR_FLOATINGPOINT : PREDICTOR_HORIZONTAL;
}

static int start(struct tiff_writer *w, int want_rows, struct err *e)
{
    const struct storage *st = &w->pic->storage;
    const uint8_t zeros[HEADER] = {0};
    int rc;

    w->compression = st->compression;
    if (w->compression != COMP_NONE && w->compression != COMP_DEFLATE &&
        w->compression != COMP_ZSTD && w->compression != COMP_PACKBITS)
        w->compression = COMP_LZW;
    if (w->compression == COMP_ZSTD && !TIFFIsCODECConfigured(COMPRESSION_ZSTD))
        return err_set(e, ERR_ARG, "this libtiff cannot write ZSTD");
    w->predictor = predictor_for(w, st->predictor);
    w->own_lzw = w->compression == COMP_LZW &&
                 w->predictor != PREDICTOR_FLOATINGPOINT;
    w->pixel = pixfmt_bytes(&w->pic->fmt);
    w->planes = st->planar ? pixfmt_samples(&w->pic->fmt) : 1;
    plan_units(w, st, want_rows);
    w->base.packs = w->compression != COMP_NONE || w->tiled || w->planes > 1;

    w->unit_count = (size_t)w->across * (size_t)w->down * (size_t)w->planes;
    w->at = mem_zero(w->unit_count, sizeof(*w->at));
    w->len = mem_zero(w->unit_count, sizeof(*w->len));
    if (!w->at || !w->len)
        return err_mem(e, w->unit_count * 16);
    TRY(outfile_add(w->out, zeros, HEADER, e));
out:
    return rc;
}

int tiff_create(struct outfile *f, const struct picture *pic, int want_rows,
                int slots, struct writer **out, struct err *e)
{
    struct tiff_writer *w = NULL;
    int rc;

    if (pic->w < 1 || pic->h < 1)
        return err_set(e, ERR_ARG, "a picture of %d x %d", pic->w, pic->h);
    w = mem_zero(1, sizeof(*w));
    if (!w)
        return err_mem(e, sizeof(*w));
    w->base.codec = codec_named("tiff");
    w->out = f;
    w->pic = pic;
    w->slots = slots < 1 ? 1 : slots;
    w->slot = mem_zero((size_t)w->slots, sizeof(*w->slot));
    if (!w->slot) {
        rc = err_mem(e, (size_t)w->slots * sizeof(*w->slot));
        goto out;
    }
    TRY(start(w, want_rows, e));
    *out = &w->base;
    w = NULL;
out:
    tiff_abort(w ? &w->base : NULL);
    return rc;
}

/* Number of the first strip or tile of a chunk, within a plane. */
static size_t first_unit(const struct tiff_writer *w, int index)
{
    return (size_t)index * (size_t)(w->base.chunk_rows / w->unit_h) *
           (size_t)w->across;
}

static size_t units_of(const struct tiff_writer *w, int rows)
{
    return (size_t)((rows - 1) / w->unit_h + 1) * (size_t)w->across;
}

/* Rows of each tile in a row of tiles to where they belong. */
static int put_slices(struct tiff_writer *w, int index, const uint8_t *bytes,
                      int rows, struct err *e)
{
    const int y = index * w->base.chunk_rows, in_tile = y % w->unit_h;
    const int tall = tiff_slice_rows(w, index, rows);
    const size_t row = tiff_unit_row(w), n = row * (size_t)tall;
    const size_t tile = row * (size_t)w->unit_h;
    uint64_t at = w->out->at;
    int rc = 0;

    for (size_t p = 0; p < (size_t)w->planes; p++)
        for (size_t x = 0; x < (size_t)w->across; x++) {
            const size_t unit =
                (p * (size_t)w->down + (size_t)(y / w->unit_h)) *
                    (size_t)w->across +
                x;

            w->at[unit] = at;
            w->len[unit] = tile;
            TRY(outfile_write(w->out, at + (uint64_t)in_tile * row, bytes, n,
                              e));
            at += tile;
            bytes += n;
        }
    if (in_tile + tall == w->unit_h)
        outfile_extend(w->out, at);
out:
    return rc;
}

int tiff_put(struct writer *base, int index, const void *bytes, size_t len,
             int rows, struct err *e)
{
    struct tiff_writer *w = (struct tiff_writer *)base;
    const size_t per_plane = (size_t)w->across * (size_t)w->down;
    const size_t first = first_unit(w, index), n = units_of(w, rows);
    uint64_t at = w->out->at;

    if (w->slices)
        return put_slices(w, index, bytes, rows, e);
    assert(first + n <= per_plane);
    if (!base->packs)
        w->len[first] = len; /* a chunk is one strip */
    for (size_t p = 0; p < (size_t)w->planes; p++)
        for (size_t i = 0; i < n; i++) {
            const size_t unit = p * per_plane + first + i;

            w->at[unit] = at;
            at += w->len[unit];
        }
    assert(at == w->out->at + len);
    return outfile_add(w->out, bytes, len, e);
}

/* The header, now that all else is in the file. */
static int write_header(struct tiff_writer *w, bool big, uint64_t dir,
                        struct err *e)
{
    uint8_t b[HEADER] = {'I', 'I', big ? 43 : 42, 0, 8};
    uint8_t *at = b + (big ? 8 : 4);

    for (int i = 0; i < (big ? 8 : 4); i++)
        at[i] = (uint8_t)(dir >> (8 * i));
    return outfile_write(w->out, 0, b, sizeof(b), e);
}

/* The most a directory may fill: metadata is bounded when it is read. */
#define DIR_MAX ((size_t)1 << 30)

int tiff_finish(struct writer *base, struct err *e)
{
    struct tiff_writer *w = (struct tiff_writer *)base;
    struct buf dir = {.max = DIR_MAX};
    struct ifd *tags = NULL;
    uint64_t at, data_end = w->out->at;
    bool big;
    int rc;

    if (data_end % 2)
        TRY(outfile_add(w->out, "", 1, e));
    data_end = w->out->at;
    TRY(tiff_tags_make(w, &tags, e));
    /* Written for BigTIFF first: that is the larger form. */
    TRY(ifd_write(tags, data_end, true, &dir, &at, e));
    big = w->pic->storage.big || data_end + dir.len > UINT32_MAX;
    if (!big) {
        dir.len = 0;
        TRY(ifd_write(tags, data_end, false, &dir, &at, e));
    }
    TRY(outfile_add(w->out, dir.data, dir.len, e));
    TRY(write_header(w, big, at, e));
out:
    ifd_free(tags);
    buf_release(&dir);
    return rc;
}

void tiff_abort(struct writer *base)
{
    struct tiff_writer *w = (struct tiff_writer *)base;

    if (!w)
        return;
    for (int i = 0; w->slot && i < w->slots; i++)
        tiff_out_slot_free(&w->slot[i]);
    mem_free(w->slot);
    mem_free(w->at);
    mem_free(w->len);
    mem_free(w);
}
