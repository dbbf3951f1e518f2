#ifndef CODEC_PNG_H
#define CODEC_PNG_H

/*
 * PNG inside: shared by png*.c and their tests only.
 *
 * The chunks are walked by our own code, each bounded by the bytes that are
 * there; libpng is given the file only for its pixels and skips all ancillary
 * chunks. What is not pixels becomes blocks of struct meta, or an item with
 * the chunk's name as its key and its bytes as they were: so the same bytes
 * can be written again. Chunks from behind the pixels have the type "end".
 *
 * The colour chunks are items too. A writer derives the colour from them as
 * the reader did; as long as that is the picture's colour they are written
 * verbatim, else new ones are made.
 */

#include "codec/codec.h"

/* Items that tell what others mean, and are never written: the old IHDR. */
#define PNG_IHDR "IHDR"

extern const struct codec codec_png;

struct png_layout {
    int w, h;
    int depth; /* bits per sample as stored: 1, 2, 4, 8, 16 */
    int type;  /* colour type of IHDR                        */
    bool interlaced, palette, transparent, ended;
    uint64_t pixels; /* bytes of IDAT that are there */
};

/*
 * Walks the chunks: fills pic->meta, and the warning when a chunk is damaged.
 * A file that ends inside its pixels is left for the decoder to refuse.
 */
int png_scan(const struct infile *f, struct picture *pic,
             struct png_layout *out, struct err *e);

/* The first item of this chunk type, or NULL. */
const struct meta_item *png_item(const struct meta *m, const char *key);

/* What the colour chunks say, by the priority of the third edition; *out is
   NULL when they say nothing. A damaged one is passed over with a warning. */
int png_color_read(const struct meta *m, int colors, struct color **out,
                   char from[24], char warning[200], struct err *e);

/* Appends the colour chunks that pic->color needs. */
int png_color_write(const struct picture *pic, struct buf *out, struct err *e);

/* The profile inside an iCCP chunk. */
int png_iccp_unpack(const uint8_t *chunk, size_t len, struct buf *icc,
                    struct err *e);

/* Everything before the pixels but IHDR and colour, and what follows them. */
int png_meta_write(const struct picture *pic, bool end, struct buf *out,
                   struct err *e);

/* Appends one chunk with its length and CRC. */
int png_chunk(struct buf *out, const char *type, const void *bytes, size_t n,
              struct err *e);

/* A zlib stream, whole; out->max is the ceiling. */
int png_inflate(const void *z, size_t n, struct buf *out, struct err *e);
int png_deflate(const void *bytes, size_t n, struct buf *out, struct err *e);

/* ImageMagick's "Raw profile type …": hex digits in a compressed text. */
int png_raw_read(const uint8_t *chunk, size_t len, bool compressed,
                 struct buf *out, struct err *e);
int png_raw_write(const char *name, const void *bytes, size_t n,
                  struct buf *chunk, struct err *e);

static inline uint32_t png_u32(const uint8_t *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 |
           p[3];
}

static inline void png_put_u32(uint8_t *p, uint32_t v)
{
    p[0] = (uint8_t)(v >> 24);
    p[1] = (uint8_t)(v >> 16);
    p[2] = (uint8_t)(v >> 8);
    p[3] = (uint8_t)v;
}

/* Reading and writing, put together in png.c. */
int png_open(const char *path, const struct read_options *o,
             struct reader **out, struct err *e);
int png_chunk_rows(struct reader *base, int slot, int index, void *raw,
                   struct err *e);
void png_close(struct reader *base);
int png_create(struct outfile *f, const struct picture *pic, int want_rows,
               int slots, struct writer **out, struct err *e);
int png_pack(struct writer *base, int slot, int index, const void *raw,
             int rows, struct buf *packed, struct err *e);
int png_put(struct writer *base, int index, const void *bytes, size_t len,
            int rows, struct err *e);
int png_finish(struct writer *base, struct err *e);
void png_abort(struct writer *base);

#endif
