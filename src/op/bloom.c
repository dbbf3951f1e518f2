/* Bloom: the glow that bright light leaves in an eye or a lens. */

#include "kern/local.h"
#include "op/glow.h"
#include "op/row.h"

struct bloom {
    float amount;
    float threshold;
    float radius;
};

static const struct param params[] = {
    P_FLOAT(bloom, amount, .lo = 0, .hi = 1, .def = 0.15,
            .doc = "Share of the highlights' light that is scattered"),
    P_FLOAT(bloom, threshold, .lo = 0.05, .hi = 4, .def = 0.8, .step = 0.01,
            .doc = "Linear light from which on a pixel glows, 1 being white"),
    P_FLOAT(bloom, radius, .lo = 0.002, .hi = 0.1, .def = 0.012, .step = 0.001,
            .doc = "Size of the glow as a share of the long edge"),
    P_END,
};

static bool neutral(const void *values)
{
    const struct bloom *v = values;

    return v->amount == 0;
}

static size_t scratch(const void *values, const struct op_site *site, int rows)
{
    (void)values;
    (void)rows;
    return op_row_bytes(site->w, 1);
}

static int prepare(const void *values, const struct op_prep *prep, void **state,
                   struct err *e)
{
    const struct bloom *v = values;
    const struct kern_knee knee = {v->threshold, 0.4f * v->threshold};
    const struct glow_scale scale[] = {
        {(double)v->radius, 0.5f},
        {2.5 * (double)v->radius, 0.3f},
        {6.0 * (double)v->radius, 0.2f},
    };
    struct field *f;
    const int rc = glow_make(prep, &knee, scale, 3, 3, &f, e);

    if (rc == 0)
        *state = f;
    return rc;
}

static void rows(const struct op_job *job, const void *values)
{
    const struct bloom *v = values;
    const size_t n = (size_t)job->dst.w;
    float *glow = arena_floats(job->scratch, n);

    for (int y = job->y0; y < job->y1; y++)
        for (int p = 0; p < 3; p++) {
            field_read(job->state, job->k, job->site, p, y, glow);
            job->k->local->add(row_of(&job->dst, p, y), glow, n, v->amount);
        }
}

static void release(void *state)
{
    field_free(state);
}

const struct op op_bloom = {
    .name = "bloom",
    .doc = "Lets highlights glow, adding light and taking none",
    .params = params,
    .size = sizeof(struct bloom),
    .domain = OP_LINEAR,
    .needs = OP_NEEDS_PROXY,
    .neutral = neutral,
    .scratch = scratch,
    .prepare = prepare,
    .rows = rows,
    .release = release,
};
