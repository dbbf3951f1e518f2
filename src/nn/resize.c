/* Bilinear resizing, a few rows at a time. */

#include "nn/resize.h"

#include "base/pool.h"
#include "nn/kernel.h"

#define ROWS 4

struct job {
    const struct nn *nn;
    float *out;
    const float *in;
    int out_w, out_h, y0, y1, w, h, c;
};

static float ratio(int in, int out)
{
    return out > 1 ? (float)(in - 1) / (float)(out - 1) : 0.0f;
}

static int task(void *arg, int index, int slot, struct err *e)
{
    const struct job *j = arg;
    const int first = j->y0 + index * ROWS;
    const int last = first + ROWS < j->y1 ? first + ROWS : j->y1;
    const size_t row = (size_t)j->w * (size_t)j->c;
    const float step = ratio(j->h, j->out_h);

    (void)slot;
    (void)e;
    for (int y = first; y < last; y++) {
        const float at = step * (float)y;
        const int i = (int)at < j->h - 1 ? (int)at : j->h - 1;
        const float *above = j->in + (size_t)i * row;

        j->nn->kern->bilinear(
            j->out + (size_t)(y - j->y0) * (size_t)j->out_w * (size_t)j->c,
            j->out_w, above, i < j->h - 1 ? above + row : above, j->w, j->c,
            ratio(j->w, j->out_w), at - (float)i);
    }
    return 0;
}

int resize_rows(const struct nn *nn, float *out, int out_w, int out_h, int y0,
                int y1, const float *in, int w, int h, int c, struct err *e)
{
    struct job j = {nn, out, in, out_w, out_h, y0, y1, w, h, c};

    return pool_run(nn->pool, (y1 - y0 + ROWS - 1) / ROWS, task, &j, e);
}

int resize_run(const struct nn *nn, float *out, int out_w, int out_h,
               const float *in, int w, int h, int c, struct err *e)
{
    return resize_rows(nn, out, out_w, out_h, 0, out_h, in, w, h, c, e);
}
