#ifndef KERN_CURVE_H
#define KERN_CURVE_H

/* A transfer function (image/color.h) over a row, by the kernel of its kind. */

#include <stddef.h>

#include "image/color.h"
#include "kern/kern.h"

/* dst may be src. */
void curve_decode_row(const struct kern *k, const struct curve *c, float *dst,
                      const float *src, size_t n);
void curve_encode_row(const struct kern *k, const struct curve *c, float *dst,
                      const float *src, size_t n);

#endif
