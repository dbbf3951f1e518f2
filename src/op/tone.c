/* Tone: opens shadows and holds highlights without touching local contrast. */

#include "kern/local.h"
#include "op/guide.h"
#include "op/row.h"

#define SHARE 0.015 /* sigma of what counts as one area */

struct tone {
    float shadows, highlights, whites, blacks;
};

static const struct param params[] = {
    P_FLOAT(tone, shadows, .lo = -1, .hi = 1,
            .doc = "Brightens or darkens areas below mid-grey, leaving black"),
    P_FLOAT(tone, highlights, .lo = -1, .hi = 1,
            .doc = "Brightens or darkens areas between mid-grey and white"),
    P_FLOAT(tone, whites, .lo = -1, .hi = 1,
            .doc = "Moves the white end of the picture"),
    P_FLOAT(tone, blacks, .lo = -1, .hi = 1,
            .doc = "Moves the black end of the picture"),
    P_END,
};

static bool neutral(const void *values)
{
    const struct tone *v = values;

    return v->shadows == 0 && v->highlights == 0 && v->whites == 0 &&
           v->blacks == 0;
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
    struct field *f;
    const int rc = guide_base(prep, SHARE, &f, e);

    (void)values;
    if (rc == 0)
        *state = f;
    return rc;
}

static void rows(const struct op_job *job, const void *values)
{
    const struct tone *v = values;
    const struct kern_tone t = {1.5f * v->shadows, 0.45f * v->highlights,
                                0.4f * v->whites, v->blacks};
    struct guide_rows g;

    guide_begin(&g, job);
    for (int y = job->y0; y < job->y1; y++) {
        const struct op_row r = op_row(job, y);

        guide_read(&g, job->state, job, y);
        job->k->local->tone(r.dst, g.a, g.b, r.n, &t);
    }
}

static void release(void *state)
{
    field_free(state);
}

const struct op op_tone = {
    .name = "tone",
    .doc = "Shadows, highlights and the ends of the scale, edge-aware",
    .params = params,
    .size = sizeof(struct tone),
    .domain = OP_LINEAR,
    .needs = OP_NEEDS_PROXY,
    .neutral = neutral,
    .scratch = scratch,
    .prepare = prepare,
    .rows = rows,
    .release = release,
};
