#ifndef CODEC_EXR_WRITER_H
#define CODEC_EXR_WRITER_H

/* The state of a file that is being written, shared by exr_write.c (pixels)
   and exr_write_header.c. */

#include "codec/codec.h"
#include "codec/exr_layer.h"

struct exr_writer {
    struct writer base;
    const struct exr_module *module;
    struct exr_coder *coder;
    struct outfile *file;
    const struct picture *pic;
    int compression;                             /* number of the format */
    struct exr_channel channel[EXR_SAMPLES_MAX]; /* in the file's order  */
    int sample[EXR_SAMPLES_MAX];                 /* which is which       */
    int channels;
    struct exr_box data, display;
    int block_w, block_h;
    size_t block_bytes;
    uint8_t **block; /* one per slot, made when first needed */
    int slots;
    uint8_t *offsets;
    int64_t blocks, written;
    uint64_t table_at;
};

/* The windows of the input while the size is still the same. */
void exr_place_windows(struct exr_writer *x);

/* The header and a table of empty offsets; sets table_at. */
int exr_write_header(struct exr_writer *x, struct err *e);

#endif
