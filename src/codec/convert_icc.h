#ifndef CODEC_CONVERT_ICC_H
#define CODEC_CONVERT_ICC_H

/*
 * Colours that are no matrix and curves, through lcms2: relative colorimetric,
 * no black point compensation, to and from linear Rec.2020. A transform has no
 * cache, so threads may share it.
 */

#include <stdbool.h>

#include "image/color.h"

struct icc_link;

/* colors: 1 grey, 3 RGB, 4 CMYK. `out`: from the working space. */
int icc_link_new(const struct color *c, int colors, bool out,
                 struct icc_link **link, struct err *e);
void icc_link_free(struct icc_link *link);

/*
 * n pixels, interleaved. In: `colors` encoded floats in 0 … 1 (ink for CMYK)
 * to three of linear light; out: three of linear light to `colors` encoded.
 */
void icc_link_run(const struct icc_link *link, const float *src, float *dst,
                  size_t n);

#endif
