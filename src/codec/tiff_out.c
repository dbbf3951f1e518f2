/* libtiff as a compressor: a file in memory of which only the data is kept. */

#include "codec/tiff_out.h"

/* zstd's own default. libtiff's, 9, takes thirteen times as long on 16-bit
   pictures with noise and saves nothing. */
#define ZSTD_LEVEL 3

static tmsize_t write_proc(thandle_t h, void *bytes, tmsize_t n)
{
    struct tiff_out_slot *s = h;

    if (n < 0)
        return -1;
    s->pos += (uint64_t)n;
    if (!s->sink)
        return n; /* the header and directory, which are ours to write */
    if (buf_add(s->sink, bytes, (size_t)n, s->err) < 0) {
        s->failed = true;
        return -1;
    }
    return n;
}

static tmsize_t read_proc(thandle_t h, void *bytes, tmsize_t n)
{
    (void)h;
    (void)bytes;
    (void)n;
    return 0;
}

/* Every strip goes to a place of its own, so no data is ever written twice. */
static toff_t seek_proc(thandle_t h, toff_t at, int whence)
{
    struct tiff_out_slot *s = h;

    if (whence == SEEK_SET)
        s->pos = at;
    else if (whence == SEEK_CUR)
        s->pos += at;
    return s->pos;
}

static toff_t size_proc(thandle_t h)
{
    const struct tiff_out_slot *s = h;

    return s->pos;
}

static int close_proc(thandle_t h)
{
    (void)h;
    return 0;
}

static int quiet(TIFF *tif, void *user, const char *module, const char *fmt,
                 va_list args)
{
    (void)tif;
    (void)user;
    (void)module;
    (void)fmt;
    (void)args;
    return 1;
}

static bool set_fields(TIFF *tif, const struct tiff_writer *w)
{
    const struct pixfmt *fmt = &w->pic->fmt;
    const int asked = w->pic->storage.level;
    const int samples = pixfmt_samples(fmt);
    bool ok = true;

    ok &= TIFFSetField(tif, TIFFTAG_IMAGEWIDTH, (uint32_t)w->pic->w) == 1;
    ok &= TIFFSetField(tif, TIFFTAG_IMAGELENGTH, (uint32_t)w->pic->h) == 1;
    ok &= TIFFSetField(tif, TIFFTAG_BITSPERSAMPLE,
                       8 * (int)sample_bytes(fmt->type)) == 1;
    ok &= TIFFSetField(tif, TIFFTAG_SAMPLESPERPIXEL, samples) == 1;
    ok &= TIFFSetField(tif, TIFFTAG_SAMPLEFORMAT,
                       sample_is_float(fmt->type) ? SAMPLEFORMAT_IEEEFP
                                                  : SAMPLEFORMAT_UINT) == 1;
    ok &= TIFFSetField(tif, TIFFTAG_PLANARCONFIG,
                       w->planes > 1 ? PLANARCONFIG_SEPARATE
                                     : PLANARCONFIG_CONTIG) == 1;
    ok &= TIFFSetField(tif, TIFFTAG_PHOTOMETRIC, PHOTOMETRIC_MINISBLACK) == 1;
    if (w->tiled) {
        ok &= TIFFSetField(tif, TIFFTAG_TILEWIDTH, (uint32_t)w->unit_w) == 1;
        ok &= TIFFSetField(tif, TIFFTAG_TILELENGTH, (uint32_t)w->unit_h) == 1;
    } else {
        ok &= TIFFSetField(tif, TIFFTAG_ROWSPERSTRIP, (uint32_t)w->unit_h) == 1;
    }
    ok &= TIFFSetField(tif, TIFFTAG_COMPRESSION,
                       tiff_compression_code(w->compression)) == 1;
    if (w->predictor != PREDICTOR_NONE)
        ok &= TIFFSetField(tif, TIFFTAG_PREDICTOR, w->predictor) == 1;
    if (asked && w->compression == COMP_DEFLATE)
        ok &= TIFFSetField(tif, TIFFTAG_ZIPQUALITY, asked) == 1;
    if (w->compression == COMP_ZSTD)
        ok &= TIFFSetField(tif, TIFFTAG_ZSTD_LEVEL,
                           asked ? asked : ZSTD_LEVEL) == 1;
    return ok;
}

int tiff_compression_code(enum compression c)
{
    return c == COMP_NONE       ? COMPRESSION_NONE
           : c == COMP_DEFLATE  ? COMPRESSION_ADOBE_DEFLATE
           : c == COMP_ZSTD     ? COMPRESSION_ZSTD
           : c == COMP_PACKBITS ? COMPRESSION_PACKBITS
                                : COMPRESSION_LZW;
}

int tiff_out_open(const struct tiff_writer *w, struct tiff_out_slot *s,
                  struct err *e)
{
    TIFFOpenOptions *options = TIFFOpenOptionsAlloc();

    if (!options)
        return err_mem(e, 0);
    TIFFOpenOptionsSetErrorHandlerExtR(options, quiet, NULL);
    TIFFOpenOptionsSetWarningHandlerExtR(options, quiet, NULL);
    /* 8: offsets of any size; l: our byte order. */
    s->tif = TIFFClientOpenExt("", "w8lm", s, read_proc, write_proc, seek_proc,
                               close_proc, size_proc, NULL, NULL, options);
    TIFFOpenOptionsFree(options);
    if (!s->tif)
        return err_mem(e, 0);
    if (!set_fields(s->tif, w))
        return err_set(e, ERR_ARG,
                       "libtiff cannot compress these samples with %s",
                       compression_names[w->compression]);
    return 0;
}

int tiff_out_unit(const struct tiff_writer *w, struct tiff_out_slot *s,
                  size_t unit, uint8_t *data, size_t bytes, struct buf *sink,
                  struct err *e)
{
    tmsize_t done;

    (void)buf_reserve(sink, bytes, NULL); /* it may well need less */
    s->sink = sink;
    s->err = e;
    s->failed = false;
    done = w->tiled ? TIFFWriteEncodedTile(s->tif, (uint32_t)unit, data,
                                           (tmsize_t)bytes)
                    : TIFFWriteEncodedStrip(s->tif, (uint32_t)unit, data,
                                            (tmsize_t)bytes);
    s->sink = NULL;
    if (s->failed)
        return ERR_MEM;
    if (done < 0)
        return err_set(e, ERR_MEM, "libtiff failed to compress strip %zu",
                       unit);
    return 0;
}

void tiff_out_slot_free(struct tiff_out_slot *s)
{
    if (s->tif)
        TIFFCleanup(s->tif); /* without writing a directory */
    mem_free(s->unit);
    mem_free(s->packed);
    mem_free(s->lzw);
}
