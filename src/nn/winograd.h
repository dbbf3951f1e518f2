#ifndef NN_WINOGRAD_H
#define NN_WINOGRAD_H

/*
 * 3x3 convolution of stride 1 by Winograd's F(4x4,3x3): 4 times fewer
 * multiplications than the product of windows, and up to 6 times its rounding
 * error. Called by gemm_run() for weights
 * that are packed so; the contracts are those of gemm.h.
 */

#include "nn/gemm.h"

size_t winograd_scratch(const struct gemm_in *in, const struct packed *w,
                        int slots);
int winograd_run(const struct nn *nn, const struct gemm_in *in,
                 const struct packed *w, const struct gemm_out *out,
                 struct err *e);

#endif
