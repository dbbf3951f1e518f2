#ifndef NN_NORM_H
#define NN_NORM_H

/* Layer normalisation; needs no scratch. */

#include <stddef.h>

#include "nn/nn.h"

/*
 * Each of m rows of n floats: (x - mean) / sqrt(variance + eps) * gain + bias,
 * with the variance divided by n. out may be in. Fails only when the pool is
 * stopped.
 */
int norm_run(const struct nn *nn, float *out, size_t out_stride,
             const float *in, size_t in_stride, int m, int n, const float *gain,
             const float *bias, float eps, struct err *e);

#endif
