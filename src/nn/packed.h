#ifndef NN_PACKED_H
#define NN_PACKED_H

/*
 * Weights of a matrix product, laid out for the GEMM core: panels of 16 output
 * channels, each with its inputs in order. A packed block is position
 * independent, carries its own description, needs an alignment of 64 bytes, and
 * is the same at every CPU level, so it may be written to disk and mapped.
 */

#include <stddef.h>

#include "base/err.h"

/* Part of the key of a cache: blocks of another version must not be read. */
#define PACKED_VERSION 3

enum packed_type {
    PACKED_F32,
    PACKED_I8,      /* 8 bits and one factor per row; inputs become 16 bits  */
    PACKED_WINOGRAD /* 3x3, stride 1: transformed for F(4x4,3x3), 4 times the
                       size */
};

/* A packed block in memory that somebody else owns. */
struct packed {
    enum packed_type type;
    int n, k; /* outputs; inputs, counted with the window: 9 c for 3x3 */
    const void *panels;
};

/*
 * Where weight (n, k) is: n = n1 * n0s + n0 and k = k1 * k0s + k0, at
 * n1 * step_n1 + n0 * step_n0 + k1 * step_k1 + k0 * step_k0. `scale`, unless
 * NULL, has a factor per n that is folded in.
 */
struct weights {
    const float *data, *scale;
    int n, k, n0s, k0s;
    size_t step_n1, step_n0, step_k1, step_k0;
};

/* Linear [n][k]; also 1x1 and patch convolutions, [n][c][p][p]. */
struct weights weights_linear(const float *data, int n, int k);

/* Conv2d [n][c][3][3]; k is the window's row, column, channel. */
struct weights weights_conv3(const float *data, int n, int c);

/*
 * ConvTranspose2d [c][n][s][s] with kernel = stride = s as a product with
 * s * s * n outputs: row, column, channel. `scale` has s * s * n factors.
 */
struct weights weights_deconv(const float *data, int c, int n, int s);

/*
 * Bytes of a block; 0 when n or k is not in 1 … 2^24 (k of 8 bits: 2^16) or the
 * sum is too large. Winograd counts k with the window: a multiple of 9.
 */
size_t packed_size(enum packed_type type, int n, int k);

/*
 * Starts a block in memory of packed_size() bytes; then packed_rows() fills in
 * the rows from `at` on: weights that are used as one matrix (query, key,
 * value) are put below each other. Winograd wants the order of weights_conv3().
 * Rows that are not filled in are 0.
 */
void packed_begin(void *block, enum packed_type type, int n, int k);
void packed_rows(void *block, int at, const struct weights *w);

/* Looks at a block of `size` bytes, which may come from disk: ERR_DATA when it
 * is no block of this version or is cut short. */
int packed_open(const void *block, size_t size, struct packed *out,
                struct err *e);

#endif
