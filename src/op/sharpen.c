/*
 * Sharpen: an unsharp mask on lightness that does not overshoot at edges: what
 * leaves the range of the nearest pixels is kept only in part. Colours keep
 * their ratio.
 */

#include "kern/filter.h"
#include "kern/resample.h"
#include "op/field.h"
#include "op/ring.h"
#include "op/row.h"

struct sharpen {
    float amount;
    float radius;
    float threshold;
    float overshoot;
};

static const struct param params[] = {
    P_FLOAT(sharpen, amount, .lo = 0, .hi = 3, .def = 0.5, .step = 0.05,
            .doc = "How strongly details are raised"),
    P_FLOAT(sharpen, radius, .lo = 0.3, .hi = 5, .def = 0.8, .step = 0.1,
            .unit = "px", .doc = "Sigma of the blur that finds details"),
    P_FLOAT(sharpen, threshold, .lo = 0, .hi = 0.1, .def = 0.004, .step = 0.001,
            .doc = "Contrast below which noise, not detail, is assumed"),
    P_FLOAT(sharpen, overshoot, .lo = 0, .hi = 1, .def = 0.4,
            .doc = "Share of the overshoot at edges that is kept"),
    P_END,
};

static bool neutral(const void *values)
{
    const struct sharpen *v = values;

    return v->amount == 0;
}

static double sigma_of(const struct sharpen *v, const struct op_site *site)
{
    return (double)v->radius * site->sx;
}

static int halo(const void *values, const struct op_site *site)
{
    return gauss_radius(sigma_of(values, site));
}

static size_t scratch(const void *values, const struct op_site *site, int rows)
{
    const int r = halo(values, site);
    const struct ring_size ring = {site->w, site->h, 1, r, r};

    (void)rows;
    return ring_bytes(&ring) + op_row_bytes(site->w + 2 * r, 1) +
           op_row_bytes(site->w, 3);
}

static void rows(const struct op_job *job, const void *values)
{
    const struct sharpen *v = values;
    const struct kern_sharpen s = {v->amount, v->threshold, v->overshoot};
    const struct kern *k = job->k;
    const int r = halo(values, job->site);
    const size_t n = (size_t)job->dst.w;
    const float *ring[2 * GAUSS_MAX + 1], *wide[2 * GAUSS_MAX + 1];
    float *tall = arena_floats(job->scratch, n + 2 * (size_t)r);
    float *blur = arena_floats(job->scratch, n);
    float *lo = arena_floats(job->scratch, n);
    float *hi = arena_floats(job->scratch, n);
    float w[GAUSS_MAX + 1];
    const struct ring_size size = {job->src.w, job->src.h, 1, r, r};
    struct op_job from = *job;
    struct ring light;

    gauss_weights(sigma_of(v, job->site), r, w);
    ring_begin(&light, &size, job->scratch, job->y0, lightness_make, &from);
    for (int y = job->y0; y < job->y1; y++) {
        const struct op_row o = op_row(job, y);

        ring_rows(&light, y, r, 0, ring + r);
        for (int i = 0; i <= 2 * r; i++)
            wide[i] = ring[i] - r;
        k->resample->blur_rows(tall, wide, w, r, n + 2 * (size_t)r);
        k->resample->blur(blur, tall, w, r, n);
        k->filter->range3(lo, hi, ring + r - 1, n);
        k->filter->sharpen(o.dst, o.src, ring[r], blur, lo, hi, n, &s);
    }
}

const struct op op_sharpen = {
    .name = "sharpen",
    .doc = "Sharpens details, with little overshoot at edges",
    .params = params,
    .size = sizeof(struct sharpen),
    .domain = OP_LINEAR,
    .neutral = neutral,
    .halo = halo,
    .scratch = scratch,
    .rows = rows,
};
