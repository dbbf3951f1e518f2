#ifndef CODEC_SAVE_H
#define CODEC_SAVE_H

/* Pictures whose pixels are all in memory, small enough for one thread. */

#include "codec/codec.h"

/*
 * Writes pic->h rows of pic->w * pixfmt_bytes(&pic->fmt) bytes to `f`, which is
 * open and stays so.
 */
int picture_write(struct outfile *f, const struct codec *codec,
                  const struct picture *pic, const void *raw, struct err *e);

#endif
