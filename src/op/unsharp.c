/*
 * Unsharp mask as video tools have it: what a binomial blur of `size` pixels
 * takes from luma, and another one from chroma, is added again so many times.
 * On display values, without limits; FFmpeg's filter of that name does the same
 * on planes of a file. A picture is blurred by [1 1] size - 1 times each way;
 * of a picture made smaller the blur has as much of its size.
 */

#include <math.h>
#include <string.h>

#include "kern/filter.h"
#include "kern/resample.h"
#include "op/ring.h"
#include "op/row.h"

struct unsharp {
    int size;
    float amount;
    int chroma_size;
    float chroma;
};

#define SIZE_MAX_PX 23
#define REACH_MAX   ((SIZE_MAX_PX - 1) / 2)

static const struct param params[] = {
    P_INT(unsharp, size, .def = 5, .lo = 3, .hi = SIZE_MAX_PX, .step = 2,
          .unit = "px",
          .doc = "Width of the blur of brightness, an odd number"),
    P_FLOAT(unsharp, amount, .def = 1, .lo = -2, .hi = 5, .step = 0.05,
            .doc = "How much sharper brightness gets, where less than 0 blurs"),
    P_INT(unsharp, chroma_size, .def = 5, .lo = 3, .hi = SIZE_MAX_PX, .step = 2,
          .unit = "px", .doc = "Width of the blur of colour, an odd number"),
    P_FLOAT(unsharp, chroma, .lo = -2, .hi = 5, .step = 0.05,
            .doc = "How much sharper colour gets, where less than 0 blurs"),
    P_END,
};

static bool neutral(const void *values)
{
    const struct unsharp *v = values;

    return v->amount == 0 && v->chroma == 0;
}

static int check(const void *values, struct err *e)
{
    const struct unsharp *v = values;
    const int even = v->size % 2 == 0 ? v->size : v->chroma_size;

    if (even % 2 == 0)
        return err_set(e, ERR_ARG, "size %d: expected an odd number, 3 … %d",
                       even, SIZE_MAX_PX);
    return 0;
}

/* Variance goes with the square of the scale. */
static int reach_of(int size, double scale)
{
    return (int)rint((size - 1) * scale * scale / 2);
}

struct reach {
    int luma, chroma, most;
};

static struct reach reaches(const struct unsharp *v, const struct op_site *s)
{
    struct reach r = {reach_of(v->size, s->sx), 0, 0};

    if (v->chroma != 0)
        r.chroma = reach_of(v->chroma_size, s->sx);
    r.most = r.luma > r.chroma ? r.luma : r.chroma;
    return r;
}

static int halo(const void *values, const struct op_site *site)
{
    return reaches(values, site).most;
}

static struct ring_size ring_of(const struct op_site *s, const struct reach *r)
{
    return (struct ring_size){s->w, s->h, 3, r->most, r->most};
}

static size_t scratch(const void *values, const struct op_site *site, int rows)
{
    const struct reach r = reaches(values, site);
    const struct ring_size ring = ring_of(site, &r);

    (void)rows;
    return ring_bytes(&ring) + op_row_bytes(site->w + 2 * r.most, 4);
}

/* Weights from the middle on of a blur by [1 1] 2 r times. */
static void binomial(int r, float w[REACH_MAX + 1])
{
    double c = 1;

    for (int k = 1; k <= r; k++)
        c = c * (r + k) / k;
    for (int k = 0; k <= r; k++) {
        w[k] = (float)ldexp(c, -2 * r);
        c = c * (r - k) / (r + k + 1);
    }
}

struct work {
    const struct op_job *job;
    struct ring planes; /* luma, red and blue less green */
    float *tall, *blur[3];
    float weight[2][REACH_MAX + 1];
    struct reach reach;
};

static void planes_make(void *arg, int y, float *const dst[])
{
    const struct op_job *job = arg;
    const float *c[3];

    op_row_near(&job->src, y, c);
    job->k->filter->luma(dst[0], c, (size_t)job->src.w);
    job->k->filter->chroma(dst[1], dst[2], c, (size_t)job->src.w);
}

/* What the blur takes from a plane: its own row, and that row blurred. */
static const float *blur_row(struct work *w, int plane, int y)
{
    const struct kern_resample *k = w->job->k->resample;
    const int r = plane ? w->reach.chroma : w->reach.luma;
    const float *weight = w->weight[plane > 0];
    const float *ring[2 * REACH_MAX + 1], *wide[2 * REACH_MAX + 1];
    const size_t n = (size_t)w->job->src.w;

    ring_rows(&w->planes, y, r, plane, ring + r);
    for (int i = 0; i <= 2 * r; i++)
        wide[i] = ring[i] - r;
    k->blur_rows(w->tall, wide, weight, r, n + 2 * (size_t)r);
    k->blur(w->blur[plane], w->tall, weight, r, n);
    return ring[r];
}

static void rows(const struct op_job *job, const void *values)
{
    const struct unsharp *v = values;
    struct work w = {.job = job, .reach = reaches(v, job->site)};
    const struct ring_size size = ring_of(job->site, &w.reach);
    struct op_job from = *job;

    binomial(w.reach.luma, w.weight[0]);
    binomial(w.reach.chroma, w.weight[1]);
    w.tall = arena_floats(job->scratch,
                          (size_t)job->src.w + 2 * (size_t)w.reach.most);
    for (int i = 0; i < 3; i++)
        w.blur[i] = arena_floats(job->scratch, (size_t)job->src.w);
    ring_begin(&w.planes, &size, job->scratch, job->y0, planes_make, &from);
    for (int y = job->y0; y < job->y1; y++) {
        const struct op_row r = op_row(job, y);
        const float *luma = blur_row(&w, 0, y), *u, *c;

        job->k->filter->unsharp(r.dst, r.src, luma, w.blur[0], r.n, v->amount);
        if (w.reach.chroma == 0)
            continue;
        u = blur_row(&w, 1, y);
        c = blur_row(&w, 2, y);
        job->k->filter->unsharp_chroma(
            r.dst, (const float *const[2]){u, c},
            (const float *const[2]){w.blur[1], w.blur[2]}, r.n, v->chroma);
    }
}

const struct op op_unsharp = {
    .name = "unsharp",
    .doc = "The unsharp mask of video tools, for brightness and for colour",
    .params = params,
    .size = sizeof(struct unsharp),
    .domain = OP_DISPLAY,
    .code = op_code_display,
    .neutral = neutral,
    .check = check,
    .halo = halo,
    .scratch = scratch,
    .rows = rows,
};
