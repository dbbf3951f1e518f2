/* A task takes a run of 4x4 tiles through all steps while they are cached. */

#include "nn/winograd.h"

#include <assert.h>
#include <string.h>

#include "base/pool.h"
#include "nn/kernel.h"

#define POINTS 16
#define TILES  24 /* of a task: transformed in and out they are 200 KB */

struct job {
    const struct nn *nn;
    const struct gemm_in *in;
    const struct packed *w;
    const struct gemm_out *out;
    int tiles_x, tiles, panels;
    size_t c, n;              /* channels in and out, rounded up */
    size_t in_step, out_step; /* floats from point to point      */
    size_t slot_floats;
};

static struct job job_of(const struct gemm_in *in, const struct packed *w)
{
    struct job j = {.in = in, .w = w};

    j.tiles_x = (in->w + 1) / 2;
    j.tiles = j.tiles_x * ((in->h + 1) / 2);
    j.panels = (w->n + PANEL - 1) / PANEL;
    j.c = ((size_t)in->c + PANEL - 1) / PANEL * PANEL;
    j.n = (size_t)j.panels * PANEL;
    j.in_step = TILES * j.c + PANEL;
    j.out_step = TILES * j.n + PANEL;
    j.slot_floats = POINTS * (j.in_step + j.out_step) + 2 * (j.c + j.n);
    return j;
}

size_t winograd_scratch(const struct gemm_in *in, const struct packed *w,
                        int slots)
{
    return job_of(in, w).slot_floats * sizeof(float) * (size_t)slots;
}

/* Pixels outside the map read `zeros`. */
static void transform_in(const struct job *j, float *v, const float *zeros,
                         int tile)
{
    const struct gemm_in *in = j->in;
    const int x0 = tile % j->tiles_x * 2 - 1, y0 = tile / j->tiles_x * 2 - 1;
    struct wino_in t = {.c = in->c, .relu = in->relu};

    for (int i = 0; i < POINTS; i++) {
        const int x = x0 + i % 4, y = y0 + i / 4;
        const bool inside = x >= 0 && x < in->w && y >= -in->above &&
                            y < in->h + in->below;

        t.pixel[i] = inside ? in->data + ((ptrdiff_t)y * in->w + x) * in->c
                            : zeros;
    }
    j->nn->kern->wino_in(v, j->in_step, &t);
}

/* Pixels outside the map go to `dump`. */
static void transform_out(const struct job *j, const float *m,
                          const float *zeros, float *dump, int tile)
{
    const struct gemm_out *o = j->out;
    const int x0 = tile % j->tiles_x * 2, y0 = tile / j->tiles_x * 2;
    struct wino_out t = {
        .bias = o->bias, .scale = o->scale, .act = o->act, .n = j->w->n};

    for (int i = 0; i < 4; i++) {
        const int x = x0 + i % 2, y = y0 + i / 2;
        const bool inside = x < j->in->w && y < j->in->h;
        const size_t at = ((size_t)y * (size_t)j->in->w + (size_t)x) *
                          o->stride;

        t.pixel[i] = inside ? o->data + at : dump;
        if (o->residual)
            t.residual[i] = inside ? o->residual + at : zeros;
        if (o->residual2)
            t.residual2[i] = inside ? o->residual2 + at : zeros;
    }
    j->nn->kern->wino_out(m, j->out_step, TILES * PANEL, &t);
}

static int task(void *arg, int index, int slot, struct err *e)
{
    const struct job *j = arg;
    float *v = (float *)j->nn->scratch + (size_t)slot * j->slot_floats;
    float *m = v + POINTS * j->in_step, *zeros = m + POINTS * j->out_step;
    float *dump = zeros + j->c + j->n;
    const float *panels = j->w->panels;
    const int tile = index * TILES;
    const int n = j->tiles - tile < TILES ? j->tiles - tile : TILES;

    (void)e;
    memset(zeros, 0, (j->c + j->n) * sizeof(float));
    for (int i = 0; i < n; i++)
        transform_in(j, v + (size_t)i * j->c, zeros, tile + i);
    for (int i = 0; i < POINTS * j->panels; i++) {
        const size_t point = (size_t)(i / j->panels);
        const size_t p = (size_t)(i % j->panels);

        j->nn->kern->panel(m + point * j->out_step + p * TILES * PANEL,
                           v + point * j->in_step, j->c, n,
                           panels + (size_t)i * (size_t)j->in->c * PANEL,
                           j->in->c, false);
    }
    for (int i = 0; i < n; i++)
        transform_out(j, m + (size_t)i * PANEL, zeros, dump, tile + i);
    return 0;
}

int winograd_run(const struct nn *nn, const struct gemm_in *in,
                 const struct packed *w, const struct gemm_out *out,
                 struct err *e)
{
    struct job j = job_of(in, w);

    assert(in->source == GEMM_WINDOWS && in->step == 1);
    assert(!out->group && !out->shuffle);
    j.nn = nn;
    j.out = out;
    return pool_run(nn->pool, (j.tiles + TILES - 1) / TILES, task, &j, e);
}
