/*
 * Grain: the noise of film. A lattice of hashed values, as fine as the grains,
 * is read through a quadratic spline; where it lies depends on the picture's
 * height alone, so a picture of twice the size shows the same grain.
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

/* Adds row y of one layer; `line` holds the lattice, mixed from three rows. */
static void make_layer(const struct op_job *job, const struct layer *l, int y,
                       float *noise, float *line)
{
    const struct op_site *s = job->site;
    const struct kern_filter *k = job->k->filter;
    const double cell = fmax(l->cell, 1 / s->sx);
    const double gain = (double)l->gain * fmin(1, l->cell * s->sx);
    const double v = (y + 0.5 - s->oy) / (s->sy * cell), j = rint(v);
    const double u = (0.5 - s->ox) / (s->sx * cell), first = rint(u) - 1;
    const double step = 1 / (s->sx * cell), t = v - j;
    const double w[3] = {0.5 * (t - 0.5) * (t - 0.5), 0.75 - t * t,
                         0.5 * (t + 0.5) * (t + 0.5)};
    const double norm = sqrt(w[0] * w[0] + w[1] * w[1] + w[2] * w[2]);
    const size_t points = (size_t)((s->w - 1) * step) + 4;

    memset(line, 0, (size_t)points_of(s->w) * sizeof(*line));
    for (int i = 0; i < 3; i++)
        k->lattice(line, points, (int32_t)first, (int32_t)j + i - 1, l->seed,
                   (float)(w[i] / norm));
    k->spline(noise, line, (size_t)s->w, (float)(u - first), (float)step,
              (float)gain);
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
    .neutral = neutral,
    .scratch = scratch,
    .rows = rows,
};
