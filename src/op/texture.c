/* Texture: contrast of what is finer than clarity and coarser than noise. */

#include <math.h>

#include "kern/filter.h"
#include "kern/resample.h"
#include "op/field.h"
#include "op/ring.h"
#include "op/row.h"

struct texture {
    float amount;
};

static const struct param params[] = {
    P_FLOAT(texture, amount, .lo = -1, .hi = 1,
            .doc = "Contrast of fine structure, where less than 0 smooths"),
    P_END,
};

#define COARSE 0.0011 /* sigma as a share of the long edge       */
#define FINE   0.3    /* share of that: what is finer is noise   */
#define EDGE   0.12f  /* contrast above it is an edge            */

static bool neutral(const void *values)
{
    const struct texture *v = values;

    return v->amount == 0;
}

static double sigma_of(const struct op_site *site)
{
    const double edge = fmax(site->full_w, site->full_h);

    return fmin(fmax(COARSE * edge, 0.8), 6) * site->sx;
}

static int halo(const void *values, const struct op_site *site)
{
    (void)values;
    return gauss_radius(sigma_of(site));
}

static size_t scratch(const void *values, const struct op_site *site, int rows)
{
    const int r = halo(values, site);
    const struct ring_size ring = {site->w, site->h, 1, r, r};

    (void)rows;
    return ring_bytes(&ring) + op_row_bytes(site->w + 2 * r, 1) +
           op_row_bytes(site->w, 2);
}

/* Rows from the middle one, `ring`, blurred by sigma. */
static void blur(const struct op_job *job, const float *const *ring,
                 double sigma, float *tall, float *dst)
{
    const int r = gauss_radius(sigma);
    const size_t n = (size_t)job->dst.w;
    const float *wide[2 * GAUSS_MAX + 1];
    float w[GAUSS_MAX + 1];

    gauss_weights(sigma, r, w);
    for (int i = -r; i <= r; i++)
        wide[i + r] = ring[i] - r;
    job->k->resample->blur_rows(tall, wide, w, r, n + 2 * (size_t)r);
    job->k->resample->blur(dst, tall, w, r, n);
}

static void rows(const struct op_job *job, const void *values)
{
    const struct texture *v = values;
    const double sigma = sigma_of(job->site);
    const int r = halo(values, job->site);
    const float amount = v->amount * (v->amount > 0 ? 1.5f : 0.8f);
    const size_t n = (size_t)job->dst.w;
    const float *ring[2 * GAUSS_MAX + 1];
    float *tall = arena_floats(job->scratch, n + 2 * (size_t)r);
    float *fine = arena_floats(job->scratch, n);
    float *coarse = arena_floats(job->scratch, n);
    const struct ring_size size = {job->src.w, job->src.h, 1, r, r};
    struct op_job from = *job;
    struct ring luma;

    ring_begin(&luma, &size, job->scratch, job->y0, luma_make, &from);
    for (int y = job->y0; y < job->y1; y++) {
        const struct op_row o = op_row(job, y);

        ring_rows(&luma, y, r, 0, ring + r);
        blur(job, ring + r, sigma * FINE, tall, fine);
        blur(job, ring + r, sigma, tall, coarse);
        job->k->filter->texture(o.dst, o.src, fine, coarse, n, amount, EDGE);
    }
}

const struct op op_texture = {
    .name = "texture",
    .doc = "Strengthens or smooths fine structure, not edges and not noise",
    .params = params,
    .size = sizeof(struct texture),
    .domain = OP_DISPLAY,
    .neutral = neutral,
    .halo = halo,
    .scratch = scratch,
    .rows = rows,
};
