/* Clarity: local contrast of areas, in stops, that stops at edges. */

#include "kern/local.h"
#include "op/guide.h"
#include "op/row.h"

struct clarity {
    float amount;
    float radius;
};

static const struct param params[] = {
    P_FLOAT(clarity, amount, .lo = -1, .hi = 1,
            .doc = "Local contrast, where less than 0 softens"),
    P_FLOAT(clarity, radius, .lo = 0.006, .hi = 0.05, .def = 0.016,
            .step = 0.001,
            .doc = "Size of the areas as a share of the long edge"),
    P_END,
};

static bool neutral(const void *values)
{
    const struct clarity *v = values;

    return v->amount == 0;
}

static size_t scratch(const void *values, const struct op_site *site, int rows)
{
    (void)values;
    (void)rows;
    return guide_scratch(site);
}

static int prepare(const void *values, const struct op_prep *prep, void **state,
                   struct err *e)
{
    const struct clarity *v = values;
    struct field *f;
    const int rc = guide_base(prep, (double)v->radius, &f, e);

    if (rc == 0)
        *state = f;
    return rc;
}

static void rows(const struct op_job *job, const void *values)
{
    const struct clarity *v = values;
    const float amount = v->amount * (v->amount > 0 ? 1.5f : 0.7f);
    struct guide_rows g;

    guide_begin(&g, job);
    for (int y = job->y0; y < job->y1; y++) {
        const struct op_row r = op_row(job, y);

        guide_read(&g, job->state, job, y);
        job->k->local->clarity(r.dst, g.a, g.b, r.n, amount);
    }
}

static void release(void *state)
{
    field_free(state);
}

const struct op op_clarity = {
    .name = "clarity",
    .doc = "Local contrast in the mid-tones without halos",
    .params = params,
    .size = sizeof(struct clarity),
    .domain = OP_LINEAR,
    .needs = OP_NEEDS_PROXY,
    .neutral = neutral,
    .scratch = scratch,
    .prepare = prepare,
    .rows = rows,
    .release = release,
};
