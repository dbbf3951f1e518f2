#ifndef CODEC_TIFF_INT_H
#define CODEC_TIFF_INT_H

/*
 * What the parts of the TIFF codec share. Tags are read and written by our own
 * code (image/ifd.h), pixels are decompressed by libtiff, which gets to see
 * only the tags about pixels; LZW and uncompressed data, the common cases, are
 * our own as well.
 */

#include <tiffio.h>

#include "codec/codec.h"
#include "codec/lzw.h"

/* Tags, by their names in TIFF 6.0. */
enum {
    TAG_SUBFILE = 254,
    TAG_OLD_SUBFILE = 255,
    TAG_WIDTH = 256,
    TAG_LENGTH = 257,
    TAG_BITS = 258,
    TAG_COMPRESSION = 259,
    TAG_PHOTOMETRIC = 262,
    TAG_OFFSETS = 273,
    TAG_ORIENTATION = 274,
    TAG_SAMPLES = 277,
    TAG_ROWS = 278,
    TAG_COUNTS = 279,
    TAG_XRES = 282,
    TAG_YRES = 283,
    TAG_PLANAR = 284,
    TAG_RES_UNIT = 296,
    TAG_TRANSFER = 301,
    TAG_PREDICTOR = 317,
    TAG_TILE_W = 322,
    TAG_TILE_H = 323,
    TAG_TILE_OFFSETS = 324,
    TAG_TILE_COUNTS = 325,
    TAG_SUB_IFDS = 330,
    TAG_INK_SET = 332,
    TAG_DOT_RANGE = 336,
    TAG_EXTRA = 338,
    TAG_FORMAT = 339,
    TAG_XMP = 700,
    TAG_IPTC = 33723,
    TAG_PSIR = 34377,
    TAG_ICC = 34675,
};

/* The first bytes of a file, and where its chosen page begins. */
struct tiff_head {
    bool swap, big;
    uint64_t page_at;
    int pages;
};

/* Reads the header and walks to page `page`; the others are only counted. */
int tiff_head_read(const struct infile *f, int page, struct tiff_head *head,
                   struct err *e);

/*
 * The page's directory cut down to the tags about pixels, byte for byte, so
 * that neither large nor damaged metadata ever reaches libtiff.
 */
int tiff_head_dir(const struct infile *f, const struct tiff_head *head,
                  struct buf *dir, struct err *e);

/* A libtiff handle on such a directory. Each is for one thread at a time. */
struct tiff_lib {
    TIFF *tif;
    const struct infile *in;
    const struct buf *dir;
    uint64_t dir_at, pos;
    char text[200]; /* the first complaint since it was cleared */
};

int tiff_lib_open(const struct infile *f, const struct buf *dir,
                  struct tiff_lib **out, struct err *e);
void tiff_lib_close(struct tiff_lib *lib);

/* Samples as the file has them, and the way to raw pixels. */
struct tiff_samples {
    int bits, format; /* of a sample in the file: SAMPLEFORMAT_…            */
    int spp;          /* samples of a pixel in the file                     */
    bool planar;      /* a row holds one sample of each pixel               */
    bool expand;      /* rows differ from raw rows                          */
    uint16_t *map;    /* palette of 3 * 2^bits, or NULL                     */
    enum sample type; /* of the raw pixels                                  */
    size_t pixel;     /* bytes of a raw pixel                               */
};

/* Bytes of a row of w pixels as the file has it. */
size_t tiff_row_bytes(const struct tiff_samples *s, size_t w);

/* Turns the bytes of each sample around. */
void tiff_swap(void *data, size_t bytes, int bits);

/* Rows of differences (predictor 2) to values and back; in place. `step`:
   samples of a pixel that lie side by side. */
void tiff_undo_diff(uint8_t *row, size_t w, int bits, int step);
void tiff_make_diff(uint8_t *dst, const uint8_t *src, size_t w, int bits,
                    int step);

/* One row of w pixels to raw pixels; plane: which sample, when planar. */
void tiff_expand(const struct tiff_samples *s, const uint8_t *src, size_t w,
                 int plane, uint8_t *raw);

enum tiff_way {
    WAY_DIRECT,     /* uncompressed: any row is read where it lies */
    WAY_UNITS,      /* chunks of whole strips or tiles             */
    WAY_SEQUENTIAL, /* strips too tall to hold: row after row      */
};

/* What one thread needs; made when it first decodes. */
struct tiff_slot {
    struct tiff_lib *lib;
    uint8_t *unit;   /* a strip, tile or rows before they are expanded */
    uint8_t *packed; /* compressed bytes                               */
    size_t packed_size;
    struct lzw_decoder *lzw;
};

struct tiff_reader {
    struct reader base;
    struct infile in;
    struct tiff_head head;
    struct buf dir;
    struct tiff_samples samples;
    enum tiff_way way;
    int compression, predictor;
    bool own_lzw;       /* libtiff is not asked                        */
    bool jpeg_rgb;      /* libjpeg makes RGB of YCbCr                  */
    int unit_w, unit_h; /* of a strip or tile                 */
    int across, down;   /* units in a row, rows of them       */
    uint64_t memory;
    struct tiff_slot *slot;
    int slots;
    struct tiff_lib **row_lib; /* sequential: one per plane          */
    int next;                  /* … and the chunk that comes next    */
};

/* A tag of one 16-bit number; `unsaid` when there is none. */
int tiff_field(TIFF *tif, uint32_t tag, int unsaid);

/* ERR_DATA "it holds <what>, which we do not read". */
int tiff_refuse(struct err *e, const char *what);

/* Sample type, colours, extras: fills r->samples and the picture's format. */
int tiff_read_samples(TIFF *tif, struct tiff_reader *r, struct err *e);

/* The functions of the codec. */
int tiff_open(const char *path, const struct read_options *o,
              struct reader **out, struct err *e);
int tiff_chunk(struct reader *base, int slot, int index, void *raw,
               struct err *e);
void tiff_close(struct reader *base);
int tiff_create(struct outfile *f, const struct picture *pic, int want_rows,
                int slots, struct writer **out, struct err *e);
int tiff_pack(struct writer *base, int slot, int index, const void *raw,
              int rows, struct buf *packed, struct err *e);
int tiff_put(struct writer *base, int index, const void *bytes, size_t len,
             int rows, struct err *e);
int tiff_finish(struct writer *base, struct err *e);
void tiff_abort(struct writer *base);

/*
 * Moves what the page's tags say into the picture: blobs, resolution,
 * orientation; what remains becomes meta->tags.
 */
int tiff_meta_take(struct ifd *tags, bool swap, struct picture *pic,
                   struct err *e);

/* Adds a sentence to what a user is warned of. */
void tiff_warn(struct picture *pic, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

#endif
