#ifndef NN_RESIZE_H
#define NN_RESIZE_H

/*
 * Bilinear resizing of an NHWC map whose corner pixels stay where they are
 * (align corners): x_in = x_out * (w_in - 1) / (w_out - 1).
 */

#include <stddef.h>

#include "nn/nn.h"

/* Need no scratch; fail only when the pool is stopped. */
int resize_run(const struct nn *nn, float *out, int out_w, int out_h,
               const float *in, int w, int h, int c, struct err *e);

/* Rows y0 … y1-1 of the result only; out is row y0. */
int resize_rows(const struct nn *nn, float *out, int out_w, int out_h, int y0,
                int y1, const float *in, int w, int h, int c, struct err *e);

#endif
