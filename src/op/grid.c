/* The bilateral grid. */

#include "op/grid.h"

#include <assert.h>
#include <math.h>

#include "kern/resample.h"

#define SIDE_MIN 1.0 /* points along a cell, at least */
#define BAND     16  /* rows of a task                */

/* Cells in x, y and value, one empty cell around them. */
struct grid {
    int nx, ny, nz;
    double side, low, cell; /* points of a side; value of cell 1; its width */
    size_t count, around;   /* cells, and empty ones before and behind      */
    float *weight, *sum;    /* of the points in each cell                   */
    float *spare;
};

static size_t cell_at(const struct grid *g, int x, int y, int z)
{
    return g->around + ((size_t)y * (size_t)g->nx + (size_t)x) * (size_t)g->nz +
           (size_t)z;
}

static void range_of(const struct field *f, float *low, float *high)
{
    *low = *high = field_row(f, 0, 0)[0];
    for (int y = 0; y < f->h; y++)
        for (int x = 0; x < f->w; x++) {
            const float v = field_row(f, 0, y)[x];

            *low = v < *low ? v : *low;
            *high = v > *high ? v : *high;
        }
}

static int grid_new(struct grid *g, const struct field *f, float low,
                    float high, double sigma, double cell, struct err *e)
{
    size_t n;

    *g = (struct grid){.side = fmax(sigma, SIDE_MIN), .low = (double)low};
    g->cell = fmax(cell, (double)(high - low) / 250);
    g->nx = (int)((f->w - 1) / g->side + 0.5) + 4;
    g->ny = (int)((f->h - 1) / g->side + 0.5) + 4;
    g->nz = (int)((double)(high - low) / g->cell) + 4;
    g->count = (size_t)g->nx * (size_t)g->ny * (size_t)g->nz;
    g->around = (size_t)g->nx * (size_t)g->nz;
    n = g->count + 2 * g->around;
    g->weight = mem_zero(n, sizeof(float));
    g->sum = mem_zero(n, sizeof(float));
    g->spare = mem_zero(n, sizeof(float));
    return g->weight && g->sum && g->spare ? 0
                                           : err_mem(e, 3 * n * sizeof(float));
}

static void grid_release(struct grid *g)
{
    mem_free(g->weight);
    mem_free(g->sum);
    mem_free(g->spare);
}

/* Each point goes to the nearest cell in place and the two nearest in value. */
static void splat(struct grid *g, const struct field *f)
{
    const double across = 1 / g->side, up = 1 / g->cell;

    for (int y = 0; y < f->h; y++) {
        const float *row = field_row(f, 0, y), *w = field_row(f, 1, y);
        const int gy = (int)(y * across + 0.5) + 1;

        for (int x = 0; x < f->w; x++) {
            const int gx = (int)(x * across + 0.5) + 1;
            const double z = ((double)row[x] - g->low) * up + 1;
            const size_t at = cell_at(g, gx, gy, (int)z);
            const float b = (float)(z - (int)z) * w[x], a = w[x] - b;

            g->weight[at] += a;
            g->weight[at + 1] += b;
            g->sum[at] += a * row[x];
            g->sum[at + 1] += b * row[x];
        }
    }
}

/* 1 2 1 over cells that are `step` apart. */
static void blur_axis(struct grid *g, float **cells, size_t step,
                      const struct kern *k)
{
    static const float w[2] = {0.5f, 0.25f};
    const float *c = *cells + g->around;
    const float *const rows[3] = {c - step, c, c + step};
    float *made = g->spare;

    k->resample->blur_rows(made + g->around, rows, w, 1, g->count);
    g->spare = *cells;
    *cells = made;
}

static void blur(struct grid *g, const struct kern *k)
{
    float **const both[2] = {&g->weight, &g->sum};

    for (int i = 0; i < 2; i++) {
        blur_axis(g, both[i], 1, k);
        blur_axis(g, both[i], (size_t)g->nz, k);
        blur_axis(g, both[i], g->around, k);
    }
}

/* One place and value in the grid, between its eight cells. */
static float slice_at(const struct grid *g, float v, double x, double y,
                      double up)
{
    const double z = ((double)v - g->low) * up + 1;
    const float tx = (float)(x - (int)x), ty = (float)(y - (int)y);
    const float tz = (float)(z - (int)z);
    const size_t dx = (size_t)g->nz, dy = g->around;
    const size_t at = cell_at(g, (int)x, (int)y, (int)z);
    const size_t corner[4] = {at, at + dx, at + dy, at + dx + dy};
    const float share[4] = {(1 - tx) * (1 - ty), tx * (1 - ty), (1 - tx) * ty,
                            tx * ty};
    float weight = 0, sum = 0;

    for (int i = 0; i < 4; i++) {
        const float *w = g->weight + corner[i], *s = g->sum + corner[i];

        weight += share[i] * (w[0] + tz * (w[1] - w[0]));
        sum += share[i] * (s[0] + tz * (s[1] - s[0]));
    }
    return weight > 1e-6f ? sum / weight : v;
}

struct job {
    const struct field *f;
    const struct kern *k;
    const struct grid_scale *scale;
    int bands; /* of each scale */
    float low, high;
    double cell;
    struct grid grid[GRID_SCALES];
};

static int fill(void *arg, int index, int slot, struct err *e)
{
    struct job *j = arg;
    struct grid *g = &j->grid[index];

    (void)slot;
    if (grid_new(g, j->f, j->low, j->high, j->scale[index].sigma, j->cell, e) <
        0)
        return e->code;
    splat(g, j->f);
    blur(g, j->k);
    return 0;
}

static int slice(void *arg, int index, int slot, struct err *e)
{
    const struct job *j = arg;
    const struct field *f = j->f;
    const struct grid *g = &j->grid[index / j->bands];
    const int to = j->scale[index / j->bands].to;
    const int y0 = index % j->bands * BAND;
    const double across = 1 / g->side, up = 1 / g->cell;

    (void)slot;
    (void)e;
    for (int y = y0; y < y0 + BAND && y < f->h; y++) {
        const float *row = field_row(f, 0, y);
        float *dst = field_row(f, to, y);

        for (int x = 0; x < f->w; x++)
            dst[x] = slice_at(g, row[x], x * across + 1, y * across + 1, up);
    }
    return 0;
}

int grid_smooth(const struct field *f, const struct op_prep *prep,
                const struct grid_scale *scale, int scales, double cell,
                struct err *e)
{
    struct job j = {f, prep->k, scale, 0, 0, 0, cell, {{0}}};
    int rc;

    assert(scales <= GRID_SCALES);
    j.bands = (f->h + BAND - 1) / BAND;
    range_of(f, &j.low, &j.high);
    TRY(pool_run(prep->pool, scales, fill, &j, e));
    TRY(pool_run(prep->pool, scales * j.bands, slice, &j, e));
out:
    for (int i = 0; i < scales; i++)
        grid_release(&j.grid[i]);
    return rc;
}
