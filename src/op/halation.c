/*
 * Halation: light that passes a film, comes back from its base and exposes it
 * again, the red layer most: a warm rim around highlights.
 */

#include "kern/local.h"
#include "op/glow.h"
#include "op/row.h"

struct halation {
    float amount;
    float threshold;
    float radius;
};

static const struct param params[] = {
    P_FLOAT(halation, amount, .lo = 0, .hi = 1, .def = 0.25,
            .doc = "Strength of the rim"),
    P_FLOAT(halation, threshold, .lo = 0.05, .hi = 4, .def = 0.7, .step = 0.01,
            .doc = "Linear light that makes a rim, 1 being white"),
    P_FLOAT(halation, radius, .lo = 0.001, .hi = 0.05, .def = 0.004,
            .step = 0.001,
            .doc = "Width of the rim as a share of the long edge"),
    P_END,
};

static bool neutral(const void *values)
{
    const struct halation *v = values;

    return v->amount == 0;
}

static size_t scratch(const void *values, const struct op_site *site, int rows)
{
    (void)values;
    (void)rows;
    return op_row_bytes(site->w, 1);
}

static struct kern_knee knee_of(const struct halation *v)
{
    return (struct kern_knee){v->threshold, 0.3f * v->threshold};
}

static int prepare(const void *values, const struct op_prep *prep, void **state,
                   struct err *e)
{
    const struct halation *v = values;
    const struct kern_knee knee = knee_of(v);
    const struct glow_scale scale[] = {
        {(double)v->radius, 0.6f},
        {3.0 * (double)v->radius, 0.4f},
    };
    struct field *f;
    const int rc = glow_make(prep, &knee, scale, 2, 1, &f, e);

    if (rc == 0)
        *state = f;
    return rc;
}

static void rows(const struct op_job *job, const void *values)
{
    const struct halation *v = values;
    const struct kern_knee knee = knee_of(v);
    const float tint[3] = {v->amount, 0.28f * v->amount, 0.06f * v->amount};
    const size_t n = (size_t)job->dst.w;
    float *glow = arena_floats(job->scratch, n);

    for (int y = job->y0; y < job->y1; y++) {
        const struct op_row r = op_row(job, y);

        field_read(job->state, job->k, job->site, 0, y, glow);
        job->k->local->halation(r.dst, glow, n, &knee, tint);
    }
}

static void release(void *state)
{
    field_free(state);
}

const struct op op_halation = {
    .name = "halation",
    .doc = "A warm rim of light around highlights, as on film",
    .params = params,
    .size = sizeof(struct halation),
    .domain = OP_LINEAR,
    .needs = OP_NEEDS_PROXY,
    .neutral = neutral,
    .scratch = scratch,
    .prepare = prepare,
    .rows = rows,
    .release = release,
};
