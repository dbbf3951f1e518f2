#ifndef NN_KERNEL_H
#define NN_KERNEL_H

/*
 * The inner loops of the networks, compiled once per CPU level behind one
 * table. They know neither threads nor shapes of networks, allocate nothing
 * and take any alignment. A panel is 16 columns of a matrix, k rows.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "nn/attention.h"
#include "nn/gemm.h"

#define PANEL 16

/* Queries that attention works on at a time, and keys. */
#define QUERIES 48
#define KEYS    96

/* Where and how columns of a panel are stored; as in struct gemm_out, but from
 * the first of these columns on. */
struct tile_out {
    float *data;
    size_t stride;
    const float *bias, *scale, *residual, *residual2;
    enum gemm_act act;
};

/* The Winograd tiles: so many pixels a side come in, and go out. */
#define WINO_IN     6
#define WINO_OUT    4
#define WINO_POINTS (WINO_IN * WINO_IN)

/* A tile of c channels; rows and pixels are so many floats apart. */
struct wino_in {
    const float *data;
    size_t row, pixel;
    int c;
    bool relu;
};

struct wino_out {
    float *data;
    const float *residual, *residual2;
    size_t row, pixel;
    const float *bias, *scale;
    enum gemm_act act;
    int n;
};

struct nn_kern {
    /* acc[m][16] (+)= a[m][k] * b[k][16], a with rows lda apart. */
    void (*panel)(float *acc, const float *a, size_t lda, int m, const float *b,
                  int k, bool add);
    /* q = x / f rounded, in -most … most, with a 0 behind when n is odd;
     * returns f. */
    float (*quantise)(int16_t *q, const float *x, int n, int most);
    /* acc[m][16] = a[m][2 pairs] * b[pairs][16][2] * row[m] * col[16]; the sum
     * of integers must fit in 32 bits. */
    void (*panel_i8)(float *acc, const int16_t *a, size_t lda, int m,
                     const int8_t *b, int pairs, const float *row,
                     const float *col);
    /* Stores columns of acc, rows 16 apart: m rows of n <= 16. */
    void (*finish)(const float *acc, int m, int n, const struct tile_out *out);

    /* Out: 36 rows of c floats, `step` apart. Back: of each 16 channels a row,
     * the next 16 are `panel` floats away. */
    void (*wino_in)(float *v, size_t step, const struct wino_in *in);
    void (*wino_out)(const float *m, size_t step, size_t panel,
                     const struct wino_out *out);

    /* s[n][16 q] for q = 1 … 3 panels: scores of n keys against queries. */
    void (*scores)(float *s, const float *key, size_t step, int n,
                   const float *queries, int panels);
    /*
     * Turns scores into weights relative to the maximum so far, for 16 * panels
     * queries: s = exp(scale * (s - max)); `old` is what earlier sums must be
     * multiplied with; sum is kept.
     */
    void (*weigh)(float *s, int n, int panels, float scale, float *max,
                  float *sum, float *old);
    /* acc[m][64] = acc * old + s^T value, with s of 16 * panels columns. */
    void (*gather)(float *acc, int m, const float *old, const float *s,
                   int panels, const float *value, size_t step, int n);

    void (*norm)(float *out, const float *in, int n, const float *gain,
                 const float *bias, float eps);
    /* A row of out_w pixels between two rows of w: pixel x is at x * step, and
     * t of the way from above to below. */
    void (*bilinear)(float *out, int out_w, const float *above,
                     const float *below, int w, int c, float step, float t);
};

#endif
