#ifndef CODEC_CODEC_H
#define CODEC_CODEC_H

/*
 * File formats. A codec is one const struct: how to recognise its files, read
 * them and write them. Pixels pass as chunks: a fixed number of whole rows of
 * raw samples (image/pixfmt.h). A codec knows nothing of colour arithmetic,
 * threads or looks; it may be called from several threads at once, each with
 * its own slot. Its errors speak of "it": the caller puts the file's name
 * before them.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/param.h"
#include "image/color.h"
#include "image/meta.h"
#include "image/pixfmt.h"

enum compression {
    COMP_SAME, /* as the input; the codec's default for another format */
    COMP_NONE,
    COMP_LZW,
    COMP_DEFLATE,
    COMP_ZSTD,
    COMP_PACKBITS,
    COMP_JPEG,
    COMP_RLE,
    COMP_ZIPS,
    COMP_ZIP,
    COMP_PIZ,
    COMP_PXR24,
    COMP_B44,
    COMP_B44A,
    COMP_DWAA,
    COMP_DWAB,
    COMP_COUNT,
};

/* "same", "none", "lzw", … , ends with NULL: a choice of the command line. */
extern const char *const compression_names[];

/* How a file stores its samples. Zero: the codec's default. */
struct storage {
    enum compression compression;
    int predictor;      /* TIFF: 1, 2, 3                             */
    int level;          /* effort of deflate, zstd, and of JPEG's
                           Huffman tables; 0: default                 */
    int quality;        /* JPEG 1 … 100; 0: default 95, or as input   */
    int subsampling;    /* JPEG: 444, 440, 422, 420, 411; 0: 444 above
                           a quality of 90                            */
    bool big;           /* BigTIFF                                    */
    int tile_w, tile_h; /* 0: strips                                  */
    bool planar;        /* TIFF: separate planes                      */
    bool interlaced;    /* progressive JPEG; PNG Adam7, read only     */
};

/* Room for names: renders of several layers have hundreds of channels, and Z is
   the last of them. */
#define PICTURE_NAMES 16384

/* Everything a file says of one picture, but its pixels. */
struct picture {
    int w, h;
    struct pixfmt fmt;
    struct storage storage;
    struct color *color; /* NULL: the file does not say; owned         */
    struct meta *meta;   /* never NULL; owned                          */
    char color_from[24]; /* where color was found: "ICC", "gAMA", …     */
    char warning[200];   /* e.g. a damaged profile; "" when all is well */
    int page, pages;
    uint64_t file_size;
    /* EXR: names of the samples, comma-separated; else "". */
    char channels[PICTURE_NAMES];
    char layers[PICTURE_NAMES];
};

void picture_release(struct picture *p);

struct codec;

struct read_options {
    int page;          /* 0: the first                                  */
    int slots;         /* threads that will call chunk(), at least 1    */
    const char *layer; /* EXR: "" or NULL: the default layer          */
    uint64_t memory;   /* refuse a picture whose rows alone need more   */
};

struct reader {
    const struct codec *codec;
    struct picture pic;
    /*
     * Rows of a chunk; chunk i holds rows i * chunk_rows … , the last may be
     * shorter. ordered: chunks must be asked for one at a time, ascending;
     * asking for 0 again starts anew.
     */
    int chunk_rows;
    bool ordered;
};

struct writer {
    const struct codec *codec;
    int chunk_rows; /* rows that pack() or put() takes at a time */
    bool packs;     /* pack() must be called, from any thread    */
};

struct codec {
    const char *name; /* "tiff" */
    const char *doc;
    const char *const *exts; /* lower case, the usual one first, ends NULL */
    const enum compression *compressions; /* writable; ends with COMP_SAME */
    unsigned samples; /* writable sample types, bit per enum sample        */
    bool alpha, extras, cmyk; /* can write these                           */

    /* Whether the first n bytes of a file (up to 64) are of this format. */
    bool (*probe)(const uint8_t *head, size_t n);

    /* Reads the header. `path` must outlive the reader. */
    int (*open)(const char *path, const struct read_options *o,
                struct reader **out, struct err *e);
    /* Decodes chunk `index` into raw: rows of w * pixfmt_bytes() bytes. */
    int (*chunk)(struct reader *r, int slot, int index, void *raw,
                 struct err *e);
    void (*close)(struct reader *r);
    /* Which sample of a pixel that layer is, when it is one alone and among
       them, else -1. NULL: there are no layers. */
    int (*sample)(const struct reader *r, const char *layer);

    /*
     * Starts a file in `f`. want_rows is the height of strip the caller would
     * like; chunk_rows of the result is what it gets. The picture says what to
     * write (fmt, storage, color, meta) and is lent until finish() or abort().
     */
    int (*create)(struct outfile *f, const struct picture *pic, int want_rows,
                  int slots, struct writer **out, struct err *e);
    /* Compresses a chunk, on any thread; `packed` is appended to. */
    int (*pack)(struct writer *w, int slot, int index, const void *raw,
                int rows, struct buf *packed, struct err *e);
    /* Adds a chunk, ascending, one at a time: packed bytes, or raw rows when
       the writer does not pack. */
    int (*put)(struct writer *w, int index, const void *bytes, size_t len,
               int rows, struct err *e);
    int (*finish)(struct writer *w, struct err *e);
    void (*abort)(struct writer *w); /* frees; fine after finish() */
};

/* All codecs, ends with NULL. */
extern const struct codec *const codecs[];

const struct codec *codec_named(const char *name);
const struct codec *codec_for_ext(const char *ext);
const struct codec *codec_for_head(const uint8_t *head, size_t n);

/*
 * Finds the codec by content and opens the file. A file that none recognises
 * is ERR_DATA and says what its first bytes look like. reader_close() accepts
 * NULL.
 */
int reader_open(const char *path, const struct read_options *o,
                struct reader **out, struct err *e);
void reader_close(struct reader *r);

static inline int reader_chunks(const struct reader *r)
{
    return (r->pic.h + r->chunk_rows - 1) / r->chunk_rows;
}

/*
 * Largest picture: 2^31 - 1 pixels a side, and rows that fit in memory. Every
 * codec calls this on the sizes it finds before it allocates anything;
 * `stored` are the bytes of pixel data the file really has, `ratio` the most
 * the compression can expand (0: no bound).
 */
int codec_check_size(int64_t w, int64_t h, const struct pixfmt *fmt,
                     uint64_t stored, uint64_t ratio,
                     const struct read_options *o, struct err *e);

#endif
