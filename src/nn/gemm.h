#ifndef NN_GEMM_H
#define NN_GEMM_H

/*
 * The matrix product out = f(in * W^T): linear layers, patch embeddings and
 * convolutions are this one path. What is multiplied is described by gemm_in
 * (a matrix, or windows of a map, which are never stored as a matrix), what
 * happens to a result by gemm_out.
 */

#include <stdbool.h>
#include <stddef.h>

#include "nn/nn.h"
#include "nn/packed.h"

enum gemm_source { GEMM_ROWS, GEMM_PATCHES, GEMM_WINDOWS };

struct gemm_in {
    enum gemm_source source;
    const float *data;
    int m, k;          /* rows of the product, and inputs of each           */
    size_t stride;     /* floats between rows, pixels or lines of a picture */
    size_t plane;      /* patches: floats between the planes                */
    int w, h, c;       /* windows: the map                                  */
    bool above, below; /* windows: one more row of the map is there        */
    int out_w, out_h;  /* patches, windows: the map of results              */
    int step;          /* patches: their side; windows: 1 or 2              */
    bool relu;         /* windows: max(0, x) on the way in                  */
};

/* A matrix of m rows of k floats. */
struct gemm_in gemm_rows(const float *data, int m, int k, size_t stride);

/*
 * Patches of side p from a planar picture of 3 planes, side by side, with no
 * gaps: the whole patches that fit. Inputs: plane, row, column.
 */
struct gemm_in gemm_patches(const float *data, int w, int h, size_t stride,
                            size_t plane, int p);

/*
 * 3x3 windows of a map w x h of c channels, with a border of zeros: every
 * pixel (step 1) or every other one (step 2, (w + 1) / 2 results a row). With
 * in.above and in.below set the map is a band of a larger one, whose rows go on
 * before `data` and behind row h - 1.
 */
struct gemm_in gemm_windows(const float *data, int w, int h, int c, int step,
                            bool relu);

enum gemm_act { GEMM_LINEAR, GEMM_RELU, GEMM_GELU };

/*
 * out = residual + residual2 + scale * act(x + bias), each optional. A residual
 * may be `data` itself. Rows of `data` and of residuals are `stride` floats
 * apart. Linear sources put outputs elsewhere when asked:
 *   group    outputs g * group … go to data + g * group_step (heads apart)
 *   shuffle  s: the s * s * n outputs of pixel (x, y) become the s x s pixels
 *            from (s x, s y) of a map s * shuffle_w wide; bias has n numbers
 */
struct gemm_out {
    float *data;
    size_t stride;
    const float *bias, *scale; /* per output */
    const float *residual, *residual2;
    enum gemm_act act;
    int group;
    size_t group_step;
    int shuffle, shuffle_w;
};

/* Bytes of scratch for such a product with a pool of that many slots. */
size_t gemm_scratch(const struct gemm_in *in, const struct packed *w,
                    int slots);

/* Fails only when the pool is stopped. in->k is w->k (asserted). */
int gemm_run(const struct nn *nn, const struct gemm_in *in,
             const struct packed *w, const struct gemm_out *out, struct err *e);

#endif
