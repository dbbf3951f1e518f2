#ifndef CODEC_EXR_PIXELS_H
#define CODEC_EXR_PIXELS_H

/*
 * One line of one channel as the file stores it (`src` or `dst` at any
 * address), to or from every step-th sample of raw pixels of the given type.
 * Halves pass through floats and back with the same bits, NaNs included.
 */

#include <stddef.h>

#include "codec/exr_module.h"
#include "image/pixfmt.h"

void exr_line_in(enum exr_type type, const void *src, enum sample as, void *raw,
                 size_t step, size_t n);
void exr_line_out(enum exr_type type, void *dst, enum sample as,
                  const void *raw, size_t step, size_t n);

#endif
