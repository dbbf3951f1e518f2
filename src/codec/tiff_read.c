/* Opens a page: what its samples are, and in which pieces to decode it. */

#include <limits.h>
#include <stdarg.h>

#include "codec/tiff_int.h"
#include "image/image.h"

#define CHUNK_ROWS  64
#define CHUNK_BYTES ((size_t)16 << 20) /* fewer rows when they are wide     */
#define STRIP_ROWS  256                /* a taller strip is not one chunk … */
#define STRIP_BYTES ((size_t)8 << 20)  /* … unless it is small              */

void tiff_warn(struct picture *pic, const char *fmt, ...)
{
    const size_t n = strlen(pic->warning);
    va_list args;

    va_start(args, fmt);
    if (n + 2 < sizeof(pic->warning)) {
        snprintf(pic->warning + n, sizeof(pic->warning) - n, "%s",
                 n ? "; " : "");
        vsnprintf(pic->warning + strlen(pic->warning),
                  sizeof(pic->warning) - strlen(pic->warning), fmt, args);
    }
    va_end(args);
}

/* The most that decompression can make of a byte; 0: no bound is known. */
static uint64_t most_of(int compression)
{
    switch (compression) {
    case COMPRESSION_NONE:
        return 1;
    case COMPRESSION_LZW:
        return 2600; /* a string of 3838 bytes from 12 bits */
    case COMPRESSION_DEFLATE:
    case COMPRESSION_ADOBE_DEFLATE:
        return 1032;
    case COMPRESSION_PACKBITS:
        return 64;
    case COMPRESSION_ZSTD:
        return 40000; /* blocks of 128 KB from four bytes */
    default:
        return 0;
    }
}

/* Sizes against the bytes that are there; sets w, h and the units. */
static int read_sizes(TIFF *tif, struct tiff_reader *r,
                      const struct read_options *o, struct err *e)
{
    const struct tiff_samples *s = &r->samples;
    struct picture *pic = &r->base.pic;
    uint32_t w = 0, h = 0, uw, uh = UINT32_MAX;
    uint64_t ratio = most_of(r->compression), units;
    int rc;

    TIFFGetField(tif, TIFFTAG_IMAGEWIDTH, &w);
    TIFFGetField(tif, TIFFTAG_IMAGELENGTH, &h);
    uw = w;
    if (TIFFIsTiled(tif)) {
        TIFFGetField(tif, TIFFTAG_TILEWIDTH, &uw);
        TIFFGetField(tif, TIFFTAG_TILELENGTH, &uh);
    } else {
        TIFFGetFieldDefaulted(tif, TIFFTAG_ROWSPERSTRIP, &uh);
        uh = uh < h ? uh : h;
    }
    /* A raw row may be larger than what the file has of it: palette, bits. */
    if (s->bits < 8 || s->map)
        ratio *= 48;
    TRY(codec_check_size(w, h, &pic->fmt, r->in.size, ratio, o, e));
    if (uw < 1 || uh < 1 || uw > INT_MAX || uh > INT_MAX)
        return err_set(e, ERR_DATA, "its strips or tiles have no size");
    TRY(codec_check_size(uw, uh, &pic->fmt, r->in.size, ratio, o, e));
    r->unit_w = (int)uw;
    r->unit_h = (int)uh;
    r->across = (int)((w + (uint64_t)uw - 1) / uw);
    r->down = (int)((h + (uint64_t)uh - 1) / uh);
    units = (uint64_t)r->across * (uint64_t)r->down;
    if (units * (s->planar ? (uint64_t)s->spp : 1) > r->in.size / 2)
        return err_set(e, ERR_DATA,
                       "it claims %llu strips or tiles, more than it has "
                       "room for",
                       (unsigned long long)units);
    pic->w = (int)w;
    pic->h = (int)h;
out:
    return rc;
}

static int rows_within(size_t row, size_t bytes)
{
    const size_t n = bytes / row;

    return n < 1 ? 1 : n < CHUNK_ROWS ? (int)n : CHUNK_ROWS;
}

/* Chooses the way, and the rows of a chunk. */
static int plan(TIFF *tif, struct tiff_reader *r, struct err *e)
{
    const struct picture *pic = &r->base.pic;
    const size_t row = (size_t)pic->w * r->samples.pixel;
    const bool plain = tiff_field(tif, TIFFTAG_FILLORDER, FILLORDER_MSB2LSB) ==
                       FILLORDER_MSB2LSB;
    const int most = rows_within(row, CHUNK_BYTES);
    uint64_t bytes;

    r->own_lzw = plain && r->compression == COMPRESSION_LZW &&
                 (r->predictor == PREDICTOR_NONE ||
                  (r->predictor == PREDICTOR_HORIZONTAL &&
                   r->samples.bits >= 8 && r->samples.bits <= 32));
    if (r->compression == COMPRESSION_NONE && plain) {
        r->way = WAY_DIRECT;
        r->base.chunk_rows = most;
    } else if (TIFFIsTiled(tif)) {
        r->way = WAY_UNITS;
        r->base.chunk_rows = r->unit_h;
    } else if (r->unit_h > STRIP_ROWS &&
               (uint64_t)r->unit_h * row > STRIP_BYTES) {
        r->way = WAY_SEQUENTIAL;
        r->base.ordered = true;
        r->base.chunk_rows = most;
    } else {
        r->way = WAY_UNITS;
        r->base.chunk_rows = r->unit_h < most ? most / r->unit_h * r->unit_h
                                              : r->unit_h;
    }
    bytes = (uint64_t)r->base.chunk_rows * row;
    if (r->way == WAY_UNITS)
        bytes += (uint64_t)r->unit_h *
                 tiff_row_bytes(&r->samples, (size_t)r->unit_w);
    if ((r->memory && bytes > r->memory) || bytes > PTRDIFF_MAX / 2)
        return err_set(e, ERR_MEM,
                       "its strips or tiles need %llu MB at a time, more than "
                       "is allowed",
                       (unsigned long long)(bytes >> 20));
    return 0;
}

static enum compression same_compression(int compression)
{
    switch (compression) {
    case COMPRESSION_NONE:
        return COMP_NONE;
    case COMPRESSION_LZW:
        return COMP_LZW;
    case COMPRESSION_ZSTD:
        return COMP_ZSTD;
    case COMPRESSION_PACKBITS:
        return COMP_PACKBITS;
    case COMPRESSION_JPEG:
        return COMP_JPEG;
    default:
        return COMP_DEFLATE;
    }
}

static void describe(TIFF *tif, struct tiff_reader *r)
{
    struct picture *pic = &r->base.pic;

    pic->storage.compression = same_compression(r->compression);
    pic->storage.predictor = r->predictor;
    pic->storage.big = r->head.big;
    pic->storage.planar = r->samples.planar;
    if (TIFFIsTiled(tif)) {
        pic->storage.tile_w = r->unit_w;
        pic->storage.tile_h = r->unit_h;
    }
    pic->pages = r->head.pages;
    pic->file_size = r->in.size;
}

/* Strips and tiles hold nothing that belongs among the tags. */
static bool is_place(uint16_t id)
{
    return id == TAG_OFFSETS || id == TAG_COUNTS || id == TAG_TILE_OFFSETS ||
           id == TAG_TILE_COUNTS;
}

static int read_bytes(void *arg, uint64_t at, void *bytes, size_t n,
                      struct err *e)
{
    return infile_read(arg, at, bytes, n, e);
}

static int read_meta(struct tiff_reader *r, struct err *e)
{
    struct picture *pic = &r->base.pic;
    struct ifd *tags = NULL;
    uint64_t next;
    double subfile = 0;
    int rc;

    TRY(ifd_read(read_bytes, &r->in, r->in.size, r->head.page_at, r->head.big,
                 r->head.swap, is_place, &tags, &next, e));
    (void)ifd_number(ifd_find(tags, TAG_SUBFILE), 0, &subfile);
    if (((unsigned)subfile & 1) && ifd_find(tags, TAG_SUB_IFDS)) {
        rc = err_set(e, ERR_DATA,
                     "its page is only the preview of a raw file; develop it "
                     "first");
        goto out;
    }
    TRY(meta_new(&pic->meta, e));
    rc = tiff_meta_take(tags, r->head.swap, pic, e);
    tags = NULL;
out:
    ifd_free(tags);
    return rc;
}

static int read_color(struct picture *pic, struct err *e)
{
    struct err why = {0};
    int rc;

    if (!pic->meta->icc.len)
        return 0;
    rc = color_from_icc(pic->meta->icc.data, pic->meta->icc.len,
                        pic->fmt.colors, &pic->color, &why);
    if (rc == ERR_DATA) {
        tiff_warn(pic, "its colour profile cannot be used: %s", why.text);
        return 0;
    }
    if (rc < 0 && e)
        *e = why;
    if (rc == 0)
        snprintf(pic->color_from, sizeof(pic->color_from), "ICC");
    return rc;
}

static int read_compression(TIFF *tif, struct tiff_reader *r, struct err *e)
{
    r->compression = tiff_field(tif, TIFFTAG_COMPRESSION, COMPRESSION_NONE);
    if (r->compression == COMPRESSION_OJPEG)
        return tiff_refuse(e, "JPEG data in the old way of TIFF 6.0");
    if (!TIFFIsCODECConfigured((uint16_t)r->compression))
        return err_set(e, ERR_DATA,
                       "it is compressed by method %d, which we do not read",
                       r->compression);
    r->predictor = PREDICTOR_NONE;
    if (r->compression != COMPRESSION_NONE)
        r->predictor = tiff_field(tif, TIFFTAG_PREDICTOR, PREDICTOR_NONE);
    return 0;
}

static int read_page(struct tiff_reader *r, const struct read_options *o,
                     struct err *e)
{
    struct tiff_lib *lib = NULL;
    TIFF *tif;
    int rc;

    TRY(tiff_head_read(&r->in, o->page, &r->head, e));
    TRY(tiff_head_dir(&r->in, &r->head, &r->dir, e));
    TRY(read_meta(r, e));
    TRY(tiff_lib_open(&r->in, &r->dir, &lib, e));
    tif = lib->tif;
    TRY(read_compression(tif, r, e));
    r->predictor = tiff_field(tif, TIFFTAG_PREDICTOR, PREDICTOR_NONE);
    TRY(tiff_read_samples(tif, r, e));
    TRY(read_sizes(tif, r, o, e));
    TRY(plan(tif, r, e));
    describe(tif, r);
    TRY(read_color(&r->base.pic, e));
out:
    tiff_lib_close(lib);
    return rc;
}

int tiff_open(const char *path, const struct read_options *o,
              struct reader **out, struct err *e)
{
    struct tiff_reader *r = mem_zero(1, sizeof(*r));
    int rc;

    if (!r)
        return err_mem(e, sizeof(*r));
    r->base.codec = codec_named("tiff");
    r->base.pic.page = o->page;
    r->dir.max = (size_t)2 << 20;
    r->memory = o->memory;
    r->slots = o->slots < 1 ? 1 : o->slots;
    r->slot = mem_zero((size_t)r->slots, sizeof(*r->slot));
    if (!r->slot) {
        rc = err_mem(e, (size_t)r->slots * sizeof(*r->slot));
        goto out;
    }
    TRY(infile_open(&r->in, path, e));
    TRY(read_page(r, o, e));
    *out = &r->base;
    r = NULL;
out:
    tiff_close(r ? &r->base : NULL);
    return rc;
}
