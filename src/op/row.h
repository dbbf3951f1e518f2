#ifndef OP_ROW_H
#define OP_ROW_H

/* The colour rows of one y, as kernels take them. */

#include <string.h>

#include "op/op.h"

struct op_row {
    const float *src[3];
    float *dst[3];
    size_t n;
};

static inline struct op_row op_row(const struct op_job *job, int y)
{
    struct op_row r = {.n = (size_t)job->dst.w};

    for (int p = 0; p < 3; p++) {
        r.src[p] = row_of(&job->src, p, y);
        r.dst[p] = row_of(&job->dst, p, y);
    }
    return r;
}

/* For a second kernel, which works on what the first one made. */
static inline struct op_row op_row_again(struct op_row r)
{
    for (int p = 0; p < 3; p++)
        r.src[p] = r.dst[p];
    return r;
}

/* Copies the rows that no kernel has made, where src and dst differ. */
static inline void op_row_copy(struct op_row r)
{
    for (int p = 0; p < 3; p++)
        if (r.src[p] != r.dst[p])
            memcpy(r.dst[p], r.src[p], r.n * sizeof(float));
}

/* Colours of row y of a view, the nearest row when it has no such. */
static inline void op_row_near(const struct view *v, int y, const float *c[3])
{
    for (int p = 0; p < 3; p++)
        c[p] = row_near(v, p, y);
}

/* Bytes an arena needs to give out `rows` rows of w floats. */
static inline size_t op_row_bytes(int w, int rows)
{
    return ((size_t)w + 16) * sizeof(float) * (size_t)rows;
}

#endif
