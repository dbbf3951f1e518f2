#ifndef CODEC_EXR_IO_H
#define CODEC_EXR_IO_H

/* The functions of codec_exr; exr.c lists them. */

#include "codec/codec.h"
#include "codec/exr_module.h"

extern const struct exr_host exr_host;

int exr_module_get(const struct exr_module **m, struct err *e);

int exr_open(const char *path, const struct read_options *o,
             struct reader **out, struct err *e);
int exr_chunk(struct reader *r, int slot, int index, void *raw, struct err *e);
void exr_close(struct reader *r);
int exr_sample(const struct reader *r, const char *layer);

int exr_create(struct outfile *f, const struct picture *pic, int want_rows,
               int slots, struct writer **out, struct err *e);
int exr_pack(struct writer *w, int slot, int index, const void *raw, int rows,
             struct buf *packed, struct err *e);
int exr_put(struct writer *w, int index, const void *bytes, size_t len,
            int rows, struct err *e);
int exr_finish(struct writer *w, struct err *e);
void exr_abort(struct writer *w);

#endif
