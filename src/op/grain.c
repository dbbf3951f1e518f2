/*
 * Grain: the noise of film. A lattice of hashed values, as fine as the grains,
 * is read through a quadratic spline; where it lies depends on the picture's
 * height alone, so a picture of twice the size shows the same grain. Small
 * blocks of the lattice add up to nothing, so that grain makes no picture
 * lighter or darker.
 */

#include <math.h>
#include <string.h>

#include "kern/filter.h"
#include "op/row.h"

struct grain {
    float amount;
    float size;
    float roughness;
    int seed;
};

static const struct param params[] = {
    P_FLOAT(grain, amount, .lo = 0, .hi = 1, .def = 0.2,
            .doc = "Strength, which is greatest in the mid-tones"),
    P_FLOAT(grain, size, .lo = 0.0003, .hi = 0.01, .def = 0.0008,
            .step = 0.0001,
            .doc = "Size of a grain as a share of the picture's height"),
    P_FLOAT(grain, roughness, .lo = 0, .hi = 1,
            .doc = "Larger clumps among the grains"),
    P_INT(grain, seed, .lo = 0, .hi = 1000000, .step = 1,
          .doc = "Another number gives another pattern"),
    P_END,
};

#define DEVIATION 0.1f /* of a mid-tone at amount 1, in display values */
#define CLUMP     2.7  /* size of clumps in grains                     */

static bool neutral(const void *values)
{
    const struct grain *v = values;

    return v->amount == 0;
}

/* Lattice points behind a row of w pixels that are at least a pixel large. */
static int points_of(int w)
{
    return w + 24;
}

static size_t scratch(const void *values, const struct op_site *site, int rows)
{
    (void)values;
    (void)rows;
    return op_row_bytes(site->w, 1) + op_row_bytes(points_of(site->w), 1);
}

struct layer {
    double cell; /* in pixels of the full picture */
    float gain;
    uint32_t seed;
};

#define BLOCK 64 /* points that add up to 0 */

/* The block of point i: smaller where the end is nearer. */
static int block_at(int i, int end)
{
    int block = BLOCK;

    while (i < end && i >= (end & -block))
        block /= 2;
    return block;
}

/* An even number of points that lie in this length, or nearly. */
static int points_in(int length, double cell)
{
    return ((int)(length / cell) + 1) & ~1;
}

/* n points from x on, of row y. */
static void add_points(const struct op_job *job, const struct layer *l,
                       double cell, float *line, int n, int x, int y,
                       float gain)
{
    const int end = points_in(job->site->full_w, cell);
    const int height = block_at(y, points_in(job->site->full_h, cell));

    for (int at = x; at < x + n;) {
        const int width = block_at(at, end);
        const int next = at < end ? end & -width : x + n;
        const int stop = next < x + n ? next : x + n;

        job->k->filter->lattice(line + (at - x), (size_t)(stop - at), at, y,
                                l->seed, gain, width, height);
        at = stop;
    }
}

/* Adds row y of one layer; `line` holds the lattice, mixed from three rows. */
static void make_layer(const struct op_job *job, const struct layer *l, int y,
                       float *noise, float *line)
{
    const struct op_site *s = job->site;
    const double cell = fmax(l->cell, 1 / s->sx);
    const double gain = (double)l->gain * fmin(1, l->cell * s->sx);
    const double v = (y + 0.5 - s->oy) / (s->sy * cell) - 0.5, j = rint(v);
    const double u = (0.5 - s->ox) / (s->sx * cell) - 0.5;
    const double first = rint(u) - 1, step = 1 / (s->sx * cell), t = v - j;
    const double w[3] = {0.5 * (t - 0.5) * (t - 0.5), 0.75 - t * t,
                         0.5 * (t + 0.5) * (t + 0.5)};
    const double norm = sqrt(w[0] * w[0] + w[1] * w[1] + w[2] * w[2]);
    const int points = (int)((s->w - 1) * step) + 4;

    memset(line, 0, (size_t)points_of(s->w) * sizeof(*line));
    for (int i = 0; i < 3; i++)
        add_points(job, l, cell, line, points, (int)first, (int)j + i - 1,
                   (float)(w[i] / norm));
    job->k->filter->spline(noise, line, (size_t)s->w, (float)(u - first),
                           (float)step, (float)gain);
}

static void rows(const struct op_job *job, const void *values)
{
    const struct grain *v = values;
    const size_t n = (size_t)job->dst.w;
    const uint32_t seed = (uint32_t)v->seed * 0x9e3779b1u +
                          (uint32_t)job->site->frame * 0x85ebca77u;
    const double rough = (double)v->roughness;
    const double gain = 1 / sqrt(1 + rough * rough);
    const double cell = (double)v->size * job->site->full_h;
    const struct layer fine = {cell, (float)gain, seed};
    const struct layer clumps = {cell * CLUMP, (float)(gain * rough), ~seed};
    float *noise = arena_floats(job->scratch, n);
    float *line = arena_floats(job->scratch, (size_t)points_of(job->dst.w));

    for (int y = job->y0; y < job->y1; y++) {
        const struct op_row r = op_row(job, y);

        memset(noise, 0, n * sizeof(*noise));
        make_layer(job, &fine, y, noise, line);
        if (rough > 0)
            make_layer(job, &clumps, y, noise, line);
        job->k->filter->grain(r.dst, noise, n, DEVIATION * v->amount);
    }
}

const struct op op_grain = {
    .name = "grain",
    .doc = "Adds grain as of film, the same at any size of the picture",
    .params = params,
    .size = sizeof(struct grain),
    .domain = OP_DISPLAY,
    .code = op_code_display,
    .neutral = neutral,
    .scratch = scratch,
    .rows = rows,
};
