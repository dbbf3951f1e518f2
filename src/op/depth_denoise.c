/*
 * Denoise by depth: what denoise makes of a pixel counts the more, the farther
 * away it is, and not at the edges of depth, where its neighbours belong to
 * something else.
 */

#include "kern/depth.h"
#include "op/denoise.h"
#include "op/distance.h"
#include "op/ring.h"
#include "op/row.h"

#define REACH 2     /* rows and columns that are looked at for edges */
#define EDGE  0.02f /* of share: what lies closer is one surface     */

struct depth_denoise {
    float luma;
    float chroma;
    float near;
    float far;
    float edges;
};

static const struct param params[] = {
    P_FLOAT(depth_denoise, luma, .lo = 0, .hi = 1,
            .doc = "Noise in brightness to remove"),
    P_FLOAT(depth_denoise, chroma, .lo = 0, .hi = 1,
            .doc = "Noise in colour to remove"),
    P_FLOAT(depth_denoise, near, .def = 0.2, .lo = 0, .hi = 1,
            .doc = "Share of it that is removed in the nearest things"),
    P_FLOAT(depth_denoise, far, .def = 1, .lo = 0, .hi = 1,
            .doc = "Share of it that is removed in the farthest things"),
    P_FLOAT(depth_denoise, edges, .def = 1, .lo = 0, .hi = 1,
            .doc = "How much of the picture stays at the edges of depth"),
    P_END,
};

struct state {
    struct kern_fade share, strength;
};

static struct denoise all_of(const struct depth_denoise *v)
{
    return (struct denoise){v->luma, v->chroma};
}

static bool neutral(const void *values)
{
    const struct depth_denoise *v = values;

    return (v->luma == 0 && v->chroma == 0) || (v->near == 0 && v->far == 0);
}

static int halo(const void *values, const struct op_site *site)
{
    const struct denoise d = all_of(values);

    return denoise_halo(&d, site);
}

static struct ring_size ring_size(const struct op_site *s)
{
    return (struct ring_size){s->w, s->h, 1, REACH, REACH};
}

static size_t scratch(const void *values, const struct op_site *site, int rows)
{
    const struct denoise d = all_of(values);
    const struct ring_size size = ring_size(site);

    return denoise_scratch(&d, site, rows) + ring_bytes(&size) +
           op_row_bytes(site->w, 1);
}

static int prepare(const void *values, const struct op_prep *prep, void **state,
                   struct err *e)
{
    const struct depth_denoise *v = values;
    struct state *s = mem_zero(1, sizeof(*s));

    if (!s)
        return err_mem(e, sizeof(*s));
    s->share = distance_fade(prep->distance, 0, 1);
    s->strength = distance_fade(prep->distance, v->near, v->far);
    *state = s;
    return 0;
}

static void share_make(void *arg, int y, float *const dst[])
{
    const struct op_job *job = arg;
    const struct state *s = job->state;

    job->k->depth->fade(dst[0], row_near(&job->src, job->src.depth, y),
                        (size_t)job->src.w, &s->share);
}

/* The weight of row y. */
static void weigh(const struct op_job *job, const struct depth_denoise *v,
                  struct ring *shares, int y, float *weight)
{
    const struct state *s = job->state;
    const size_t n = (size_t)job->dst.w;
    const float *around[2 * REACH + 1];

    job->k->depth->fade(weight, row_of(&job->src, job->src.depth, y), n,
                        &s->strength);
    ring_rows(shares, y, REACH, 0, around + REACH);
    job->k->depth->guard(weight, around, n, EDGE, v->edges);
}

static void rows(const struct op_job *job, const void *values)
{
    const struct denoise d = all_of(values);
    const struct ring_size size = ring_size(job->site);
    const size_t n = (size_t)job->dst.w;
    struct op_job from = *job;
    struct ring shares;
    float *weight;

    denoise_rows(job, &d);
    weight = arena_floats(job->scratch, n);
    ring_begin(&shares, &size, job->scratch, job->y0, share_make, &from);
    for (int y = job->y0; y < job->y1; y++) {
        const struct op_row r = op_row(job, y);

        weigh(job, values, &shares, y, weight);
        for (int p = 0; p < 3; p++)
            job->k->depth->blend(r.dst[p], r.src[p], r.dst[p], weight, n);
    }
}

/* How much is removed: white is all. */
static void show(const struct op_job *job, const void *values)
{
    const struct ring_size size = ring_size(job->site);
    struct op_job from = *job;
    struct ring shares;

    ring_begin(&shares, &size, job->scratch, job->y0, share_make, &from);
    for (int y = job->y0; y < job->y1; y++) {
        const struct op_row r = op_row(job, y);

        weigh(job, values, &shares, y, r.dst[0]);
        for (size_t x = 0; x < r.n; x++)
            r.dst[1][x] = r.dst[2][x] = r.dst[0][x];
    }
}

static void release(void *state)
{
    mem_free(state);
}

const struct op op_depth_denoise = {
    .name = "depth_denoise",
    .doc = "Removes noise, more of it far away and none at edges of depth",
    .params = params,
    .size = sizeof(struct depth_denoise),
    .domain = OP_ROOT,
    .needs = OP_NEEDS_DEPTH,
    .neutral = neutral,
    .halo = halo,
    .scratch = scratch,
    .prepare = prepare,
    .rows = rows,
    .release = release,
    .show = show,
};
