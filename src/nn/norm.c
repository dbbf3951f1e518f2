/* Layer normalisation, a few rows at a time. */

#include "nn/norm.h"

#include "base/pool.h"
#include "nn/kernel.h"

#define ROWS 32

struct job {
    const struct nn *nn;
    float *out;
    const float *in, *gain, *bias;
    size_t out_stride, in_stride;
    int m, n;
    float eps;
};

static int task(void *arg, int index, int slot, struct err *e)
{
    const struct job *j = arg;
    const int first = index * ROWS;
    const int last = first + ROWS < j->m ? first + ROWS : j->m;

    (void)slot;
    (void)e;
    for (int i = first; i < last; i++)
        j->nn->kern->norm(j->out + (size_t)i * j->out_stride,
                          j->in + (size_t)i * j->in_stride, j->n, j->gain,
                          j->bias, j->eps);
    return 0;
}

int norm_run(const struct nn *nn, float *out, size_t out_stride,
             const float *in, size_t in_stride, int m, int n, const float *gain,
             const float *bias, float eps, struct err *e)
{
    struct job j = {nn, out, in, gain, bias, out_stride, in_stride, m, n, eps};

    return pool_run(nn->pool, (m + ROWS - 1) / ROWS, task, &j, e);
}
