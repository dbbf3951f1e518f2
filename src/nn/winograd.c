/* A task takes a run of tiles through all steps while they are cached. */

#include "nn/winograd.h"

#include <assert.h>
#include <string.h>

#include "base/pool.h"
#include "nn/kernel.h"

#define TILES 12 /* of a task: 64 channels in and out are 220 KB */

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

    j.tiles_x = (in->w + WINO_OUT - 1) / WINO_OUT;
    j.tiles = j.tiles_x * ((in->h + WINO_OUT - 1) / WINO_OUT);
    j.panels = (w->n + PANEL - 1) / PANEL;
    j.c = ((size_t)in->c + PANEL - 1) / PANEL * PANEL;
    j.n = (size_t)j.panels * PANEL;
    j.in_step = TILES * j.c + PANEL;
    j.out_step = TILES * j.n + PANEL;
    j.slot_floats = WINO_POINTS * (j.in_step + j.out_step + j.c) +
                    3 * WINO_OUT * WINO_OUT * j.n;
    return j;
}

size_t winograd_scratch(const struct gemm_in *in, const struct packed *w,
                        int slots)
{
    return job_of(in, w).slot_floats * sizeof(float) * (size_t)slots;
}

/* The part of a tile that lies in the map: rows y0 … y1-1, pixels x0 … x1-1. */
struct part {
    int x0, x1, y0, y1;
};

static int smaller(int a, int b)
{
    return a < b ? a : b;
}

static bool is_whole(const struct part *p, int side)
{
    return p->x0 == 0 && p->y0 == 0 && p->x1 == side && p->y1 == side;
}

/* Tiles over an edge are put together in `patch`, with zeros around. */
static void transform_in(const struct job *j, float *v, float *patch, int tile)
{
    const struct gemm_in *in = j->in;
    const int x = tile % j->tiles_x * WINO_OUT - 1;
    const int y = tile / j->tiles_x * WINO_OUT - 1;
    const int top = y + in->above;
    const struct part p = {
        .x0 = x < 0 ? 1 : 0,
        .x1 = smaller(WINO_IN, in->w - x),
        .y0 = top < 0 ? -top : 0,
        .y1 = smaller(WINO_IN, in->h + in->below - y),
    };
    const ptrdiff_t c = in->c, line = (ptrdiff_t)in->w * c;
    struct wino_in t = {.c = in->c, .relu = in->relu};

    if (is_whole(&p, WINO_IN)) {
        t.data = in->data + y * line + x * c;
        t.row = (size_t)line;
        t.pixel = (size_t)c;
    } else {
        t.data = patch;
        t.row = WINO_IN * j->c;
        t.pixel = j->c;
        memset(patch, 0, WINO_POINTS * j->c * sizeof(float));
        for (int r = p.y0; r < p.y1; r++)
            for (int i = p.x0; i < p.x1; i++)
                memcpy(patch + (size_t)r * t.row + (size_t)i * t.pixel,
                       in->data + (y + r) * line + (x + i) * c,
                       (size_t)c * sizeof(float));
    }
    j->nn->kern->wino_in(v, j->in_step, &t);
}

/* Pixels of a tile between the map and a patch, which has `n` floats each. */
static void move(float *to, size_t to_row, size_t to_pixel, const float *from,
                 size_t row, size_t pixel, const struct part *p, int n)
{
    for (int y = 0; y < p->y1; y++)
        for (int x = 0; x < p->x1; x++)
            memcpy(to + (size_t)y * to_row + (size_t)x * to_pixel,
                   from + (size_t)y * row + (size_t)x * pixel,
                   (size_t)n * sizeof(float));
}

static void transform_out(const struct job *j, const float *m, float *patch,
                          int tile)
{
    const struct gemm_out *o = j->out;
    const int n = j->w->n, x = tile % j->tiles_x * WINO_OUT;
    const int y = tile / j->tiles_x * WINO_OUT;
    const struct part p = {0, smaller(WINO_OUT, j->in->w - x), 0,
                           smaller(WINO_OUT, j->in->h - y)};
    const size_t line = (size_t)j->in->w * o->stride;
    const size_t at = (size_t)y * line + (size_t)x * o->stride;
    const size_t size = WINO_OUT * WINO_OUT * j->n;
    struct wino_out t = {.data = o->data + at,
                         .residual = o->residual ? o->residual + at : NULL,
                         .residual2 = o->residual2 ? o->residual2 + at : NULL,
                         .row = line,
                         .pixel = o->stride,
                         .bias = o->bias,
                         .scale = o->scale,
                         .act = o->act,
                         .n = n};

    if (is_whole(&p, WINO_OUT)) {
        j->nn->kern->wino_out(m, j->out_step, TILES * PANEL, &t);
        return;
    }
    t.data = patch;
    t.row = WINO_OUT * j->n;
    t.pixel = j->n;
    if (o->residual) {
        t.residual = patch + size;
        move(patch + size, t.row, t.pixel, o->residual + at, line, o->stride,
             &p, n);
    }
    if (o->residual2) {
        t.residual2 = patch + 2 * size;
        move(patch + 2 * size, t.row, t.pixel, o->residual2 + at, line,
             o->stride, &p, n);
    }
    j->nn->kern->wino_out(m, j->out_step, TILES * PANEL, &t);
    move(o->data + at, line, o->stride, patch, t.row, t.pixel, &p, n);
}

static int task(void *arg, int index, int slot, struct err *e)
{
    const struct job *j = arg;
    float *v = (float *)j->nn->scratch + (size_t)slot * j->slot_floats;
    float *m = v + WINO_POINTS * j->in_step;
    float *patch_in = m + WINO_POINTS * j->out_step;
    float *patch_out = patch_in + WINO_POINTS * j->c;
    const float *panels = j->w->panels;
    const int tile = index * TILES, n = smaller(TILES, j->tiles - tile);

    (void)e;
    for (int i = 0; i < n; i++)
        transform_in(j, v + (size_t)i * j->c, patch_in, tile + i);
    for (int i = 0; i < WINO_POINTS * j->panels; i++) {
        const size_t point = (size_t)(i / j->panels);
        const size_t p = (size_t)(i % j->panels);

        j->nn->kern->panel(m + point * j->out_step + p * TILES * PANEL,
                           v + point * j->in_step, j->c, n,
                           panels + (size_t)i * (size_t)j->in->c * PANEL,
                           j->in->c, false);
    }
    for (int i = 0; i < n; i++)
        transform_out(j, m + (size_t)i * PANEL, patch_out, tile + i);
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
