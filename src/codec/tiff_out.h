#ifndef CODEC_TIFF_OUT_H
#define CODEC_TIFF_OUT_H

/* What the parts of the TIFF writer share. */

#include "codec/tiff_int.h"

/* What one thread needs to compress; made when it first does. */
struct tiff_out_slot {
    TIFF *tif;        /* writes into `sink`                          */
    struct buf *sink; /* lent for the call; NULL: bytes are dropped  */
    struct err *err;  /* … and where the sink's trouble goes         */
    bool failed;
    uint64_t pos;    /* what libtiff believes of its file           */
    uint8_t *unit;   /* strips or tiles cut out of a chunk          */
    uint8_t *packed; /* LZW: what the strips became                 */
    struct lzw_encoder *lzw;
};

struct tiff_writer {
    struct writer base;
    struct outfile *out;
    const struct picture *pic;
    enum compression compression;
    int predictor;
    bool own_lzw, tiled;
    bool slices; /* of tiles: each chunk is some of their rows  */
    size_t pixel;
    int planes;         /* 1: contiguous                        */
    int unit_w, unit_h; /* of a strip or tile                   */
    int across, down;   /* units in a row, rows of them         */
    size_t unit_count;  /* in all planes                        */
    uint64_t *at, *len; /* of each unit: plane, then row, column */
    struct tiff_out_slot *slot;
    int slots;
};

/* Bytes of a row of a strip or tile; of one sample when planar. */
size_t tiff_unit_row(const struct tiff_writer *w);

/* Rows of tiles that a chunk of `rows` rows makes when w->slices: the last one
   fills its tiles. */
int tiff_slice_rows(const struct tiff_writer *w, int index, int rows);

int tiff_compression_code(enum compression c);
void tiff_out_slot_free(struct tiff_out_slot *s);

/* Everything the page says: structure, and what the picture carries. */
int tiff_tags_make(const struct tiff_writer *w, struct ifd **out,
                   struct err *e);

/* A libtiff handle that compresses units of this writer. */
int tiff_out_open(const struct tiff_writer *w, struct tiff_out_slot *s,
                  struct err *e);

/* Compresses one unit of `bytes` bytes and appends it to `sink`. */
int tiff_out_unit(const struct tiff_writer *w, struct tiff_out_slot *s,
                  size_t unit, uint8_t *data, size_t bytes, struct buf *sink,
                  struct err *e);

#endif
