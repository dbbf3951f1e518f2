/*
 * Clarity by depth: local contrast at three sizes at once, near things more
 * than far ones, and less of it where the depth makes a step: there the
 * neighbourhood belongs to something else, and contrast to it is no texture.
 *
 * A base is a line over stops for each place (op/guide.h), and so is the mean
 * of three: all sizes cost what one does.
 */

#include <assert.h>
#include <math.h>
#include <string.h>

#include "kern/depth.h"
#include "kern/local.h"
#include "kern/point.h"
#include "op/distance.h"
#include "op/guide.h"
#include "op/row.h"

#define EDGE 0.04f /* of share: a step between two points of the proxy */

struct depth_clarity {
    float amount;
    float near;
    float far;
    float radius;
    float edges;
};

static const struct param params[] = {
    P_FLOAT(depth_clarity, amount, .lo = -1, .hi = 1,
            .doc = "Local contrast, where less than 0 softens"),
    P_FLOAT(depth_clarity, near, .def = 1, .lo = 0, .hi = 1,
            .doc = "Share of it that the nearest things get"),
    P_FLOAT(depth_clarity, far, .def = 0.5, .lo = 0, .hi = 1,
            .doc = "Share of it that the farthest things and the sky get"),
    P_FLOAT(depth_clarity, radius, .def = 0.016, .lo = 0.006, .hi = 0.05,
            .step = 0.001,
            .doc = "Middle one of the three sizes as a share of the long edge"),
    P_FLOAT(depth_clarity, edges, .def = 0.7, .lo = 0, .hi = 1,
            .doc = "How much less of it there is at the edges of depth"),
    P_END,
};

struct state {
    struct field *base;  /* lines: a and b */
    struct field *edges; /* 1 at edges of depth */
    struct kern_fade fade;
};

static bool neutral(const void *values)
{
    const struct depth_clarity *v = values;

    return v->amount == 0 || (v->near == 0 && v->far == 0);
}

static size_t scratch(const void *values, const struct op_site *site, int rows)
{
    (void)values;
    (void)rows;
    return guide_scratch(site) + op_row_bytes(site->w, 2);
}

static void release(void *state)
{
    struct state *s = state;

    if (!s)
        return;
    field_free(s->base);
    field_free(s->edges);
    mem_free(s);
}

/* The mean of three bases, small ones first. */
static int make_base(const struct depth_clarity *v, const struct op_prep *prep,
                     struct field **out, struct err *e)
{
    const double r = (double)v->radius;
    const struct guide_scale scale[3] = {
        {0.4 * r, 0.3f}, {r, 0.4f}, {2.5 * r, 0.3f}};

    return guide_bases(prep, scale, 3, out, e);
}

/* Where the share of depth makes a step, widened by the radius. */
static int make_edges(const struct depth_clarity *v, const struct op_prep *prep,
                      struct field **out, struct err *e)
{
    const struct kern_fade share = distance_fade(prep->distance, 0, 1);
    const struct op_site *s = prep->small;
    const double sigma = 0.5 * (double)v->radius *
                         fmax(s->full_w * s->sx, s->full_h * s->sy);
    struct field *f = NULL, *edge = NULL;
    float *line = NULL, *lo, *hi;
    int rc;

    TRY(field_at(s, 1, &f, e));
    TRY(field_like(f, 1, &edge, e));
    line = mem_array(6 * f->pitch, sizeof(*line));
    if (!line) {
        rc = err_mem(e, 6 * f->pitch * sizeof(*line));
        goto out;
    }
    lo = line + 4 * f->pitch;
    hi = line + 5 * f->pitch;
    for (int y = 0; y < f->h; y++)
        prep->k->depth->fade(field_row(f, 0, y),
                             row_of(&prep->proxy->v, prep->proxy->v.depth, y),
                             (size_t)f->w, &share);
    for (int y = 0; y < f->h; y++) {
        float *dst = field_row(edge, 0, y);

        field_range(f, prep->k, 0, y, line, lo, hi);
        for (int x = 0; x < f->w; x++)
            dst[x] = fminf(fmaxf((hi[x] - lo[x] - EDGE) / EDGE, 0), 1);
    }
    TRY(field_blur(&edge, prep->k, fmax(sigma, 1), e));
    *out = edge;
    edge = NULL;
out:
    mem_free(line);
    field_free(f);
    field_free(edge);
    return rc;
}

static int prepare(const void *values, const struct op_prep *prep, void **state,
                   struct err *e)
{
    const struct depth_clarity *v = values;
    const float amount = v->amount * (v->amount > 0 ? 1.5f : 0.7f);
    struct state *s = mem_zero(1, sizeof(*s));
    int rc;

    if (!s) {
        rc = err_mem(e, sizeof(*s));
        goto out;
    }
    TRY(make_base(v, prep, &s->base, e));
    TRY(make_edges(v, prep, &s->edges, e));
    s->fade = distance_fade(prep->distance, amount * v->near, amount * v->far);
    *state = s;
    s = NULL;
    rc = 0;
out:
    release(s);
    return rc;
}

/* How strong it is in row y. */
static void strength(const struct op_job *job, const struct depth_clarity *v,
                     int y, float *edge, float *amount)
{
    const struct state *s = job->state;
    const size_t n = (size_t)job->dst.w;

    field_read(s->edges, job->k, job->site, 0, y, edge);
    for (size_t x = 0; x < n; x++)
        edge[x] = 1 - v->edges * fminf(3 * edge[x], 1);
    job->k->depth->fade(amount, row_of(&job->src, job->src.depth, y), n,
                        &s->fade);
    job->k->local->product(amount, amount, edge, n);
}

static void rows(const struct op_job *job, const void *values)
{
    const struct state *s = job->state;
    const size_t n = (size_t)job->dst.w;
    float *edge = arena_floats(job->scratch, n);
    float *amount = arena_floats(job->scratch, n);
    struct guide_rows g;

    guide_begin(&g, job);
    for (int y = job->y0; y < job->y1; y++) {
        const struct op_row r = op_row(job, y);

        strength(job, values, y, edge, amount);
        guide_read(&g, s->base, job, y);
        job->k->local->clarity_by(r.dst, g.a, g.b, amount, r.n);
    }
}

/* Where it works: white is all. */
static void show(const struct op_job *job, const void *values)
{
    const struct depth_clarity *v = values;
    const float all = v->amount * (v->amount > 0 ? 1.5f : 0.7f);
    const size_t n = (size_t)job->dst.w;
    float *edge = arena_floats(job->scratch, n);
    float *amount = arena_floats(job->scratch, n);

    for (int y = job->y0; y < job->y1; y++) {
        const struct op_row r = op_row(job, y);

        strength(job, v, y, edge, amount);
        for (int p = 0; p < 3; p++)
            job->k->point->scale_bias(r.dst[p], amount, n, 1 / all, 0);
    }
}

const struct op op_depth_clarity = {
    .name = "depth_clarity",
    .doc = "Local contrast at three sizes, more of it near than far",
    .params = params,
    .size = sizeof(struct depth_clarity),
    .domain = OP_LINEAR,
    .needs = OP_NEEDS_DEPTH,
    .neutral = neutral,
    .scratch = scratch,
    .prepare = prepare,
    .rows = rows,
    .release = release,
    .show = show,
};
