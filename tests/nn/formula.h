#ifndef TESTS_NN_FORMULA_H
#define TESTS_NN_FORMULA_H

/*
 * Depth Anything V2 models of any size whose weights follow a formula: element
 * i of tensor t is u(seed, t, i) * scale + offset, u being a hash (SplitMix64)
 * turned into a number of [-1, 1). So a test needs no file of weights.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "nn/safetensors.h"

struct formula {
    int embed, layers, hidden, channels[4], features, grid;
    uint64_t seed;
    double embed_gain, conv3_gain, conv3_bias;
};

extern const struct formula formula_tiny;  /* 128 wide, 4 layers          */
extern const struct formula formula_small; /* the shape of Small: 99 MB   */

double formula_u(uint64_t seed, uint64_t t, uint64_t i);

/* One tensor, in the order of the formula. */
struct formula_tensor {
    int number;
    char name[100]; /* of Hugging Face */
    int dims;
    uint64_t shape[4];
    size_t count;
    double scale, offset;
};

/* Calls see() for each tensor until it returns something else than 0. */
int formula_each(const struct formula *f,
                 int (*see)(void *arg, const struct formula_tensor *t),
                 void *arg);
float formula_value(const struct formula *f, const struct formula_tensor *t,
                    size_t i);

/*
 * Writes the safetensors file; with `original` under the authors' names, query,
 * key and value in one tensor. Dies on failure: this is for tests.
 */
void formula_write(const struct formula *f, const char *path, bool original,
                   enum safetensors_type type);

/* n values of the stream that reference runs of `formula_tiny` are shown. */
void formula_stream(uint64_t seed, float *v, size_t n);

/* The input of those of `formula_small`: 3 x h x w values. */
void formula_input(uint64_t seed, float *chw, int h, int w);

#endif
