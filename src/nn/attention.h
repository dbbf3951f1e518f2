#ifndef NN_ATTENTION_H
#define NN_ATTENTION_H

/*
 * Multi-head attention, out = softmax(scale * q k^T) v per head, with heads 64
 * wide. Scores live for one block of queries and keys only.
 */

#include <stddef.h>

#include "nn/nn.h"

#define ATTENTION_HEAD 64

/*
 * Element d of token i in head h is at h * head_step + i * row_step + d. For q,
 * k, v side by side in one [n][3 D] buffer: row_step 3 D, head_step 64. Faster
 * when the heads are apart (gemm_out.group = 64): row_step 64, head_step 64 n.
 */
struct attention {
    const float *q, *k, *v;
    size_t row_step, head_step;
    float *out; /* head h of token i at i * out_stride + 64 h */
    size_t out_stride;
    int tokens, heads;
    float scale; /* of the scores: 0.125, or 1 when folded into q */
};

size_t attention_scratch(const struct attention *a, int slots);

/* Fails only when the pool is stopped. */
int attention_run(const struct nn *nn, const struct attention *a,
                  struct err *e);

#endif
