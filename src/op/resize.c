/*
 * Resize: separable filters in linear light, widened when shrinking so that
 * nothing aliases. Eight rows of the result are made at a time, in tiles that
 * stay in the first cache: across rows first, then, woven, along them.
 */

#include <math.h>
#include <string.h>

#include "kern/local.h"
#include "kern/resample.h"
#include "op/filters.h"
#include "op/row.h"

enum fit { FIT_INSIDE, FIT_COVER, FIT_STRETCH };

static const char *const fit_names[] = {"inside", "cover", "stretch", NULL};

struct resize {
    int long_edge, width, height;
    float percent;
    int fit;
    int filter;
    bool enlarge;
};

static const struct param params[] = {
    P_INT(resize, long_edge, .lo = 0, .hi = 1000000, .step = 1, .unit = "px",
          .doc = "Length of the longer edge of the result, or 0"),
    P_INT(resize, width, .lo = 0, .hi = 1000000, .step = 1, .unit = "px",
          .doc = "Width of the box to fit into, or 0 for any"),
    P_INT(resize, height, .lo = 0, .hi = 1000000, .step = 1, .unit = "px",
          .doc = "Height of the box to fit into, or 0 for any"),
    P_FLOAT(resize, percent, .lo = 0.1, .hi = 1000, .def = 100, .step = 1,
            .unit = "%", .doc = "Share of both edges"),
    P_CHOICE(resize, fit, .names = fit_names,
             .doc = "Lie inside the box, cover it, or take its shape"),
    P_CHOICE(resize, filter, .names = filter_names,
             .doc = "Filter that makes new pixels out of old ones"),
    P_BOOL(resize, enlarge,
           .doc = "Also make pictures larger, which is not done otherwise"),
    P_END,
};

static bool neutral(const void *values)
{
    const struct resize *v = values;

    return v->long_edge == 0 && v->width == 0 && v->height == 0 &&
           v->percent == 100;
}

static int check(const void *values, struct err *e)
{
    const struct resize *v = values;
    const int ways = (v->long_edge > 0) + (v->width > 0 || v->height > 0) +
                     (v->percent != 100);

    if (ways > 1)
        return err_set(e, ERR_ARG,
                       "give one of long_edge, percent, and a box "
                       "of width and height");
    return 0;
}

static void factors(const struct resize *v, int w, int h, double *fx,
                    double *fy)
{
    const double x = v->width > 0 ? (double)v->width / w : 0;
    const double y = v->height > 0 ? (double)v->height / h : 0;

    *fx = *fy = (double)v->percent / 100;
    if (v->long_edge > 0) {
        *fx = *fy = (double)v->long_edge / (w > h ? w : h);
    } else if (x > 0 || y > 0) {
        *fx = *fy = x == 0 || y == 0      ? fmax(x, y)
                    : v->fit == FIT_COVER ? fmax(x, y)
                                          : fmin(x, y);
        if (v->fit == FIT_STRETCH) {
            *fx = x > 0 ? x : 1;
            *fy = y > 0 ? y : 1;
        }
    }
    if (!v->enlarge) {
        *fx = fmin(*fx, 1);
        *fy = fmin(*fy, 1);
    }
}

static int shape(const void *values, int w, int h, int *new_w, int *new_h,
                 struct err *e)
{
    double fx, fy;

    factors(values, w, h, &fx, &fy);
    fx = fmax(rint(w * fx), 1);
    fy = fmax(rint(h * fy), 1);
    if (fx > 1e6 || fy > 1e6)
        return err_set(e, ERR_ARG,
                       "a result of %.0f x %.0f, the most is "
                       "1000000 pixels a side",
                       fx, fy);
    *new_w = (int)fx;
    *new_h = (int)fy;
    return 0;
}

static void need(const void *values, const struct op_site *from,
                 const struct op_site *to, int y0, int y1, int *s0, int *s1)
{
    const struct resize *v = values;
    int taps;

    *s0 = filter_start(v->filter, from->h, to->h, y0, &taps);
    *s1 = filter_start(v->filter, from->h, to->h, y1 - 1, &taps) + taps;
}

static bool place(const void *values, struct op_site *s, int new_w, int new_h)
{
    (void)values;
    s->sx *= (double)s->full_w / new_w;
    s->sy *= (double)s->full_h / new_h;
    s->full_w = new_w;
    s->full_h = new_h;
    return true;
}

struct state {
    struct filter_table *x, *y;
};

static void release(void *state)
{
    struct state *s = state;

    if (s) {
        filter_table_free(s->x);
        filter_table_free(s->y);
    }
    mem_free(s);
}

static int prepare(const void *values, const struct op_prep *prep, void **state,
                   struct err *e)
{
    const struct resize *v = values;
    struct state *s = mem_zero(1, sizeof(*s));
    int rc;

    if (!s) {
        rc = err_mem(e, sizeof(*s));
        goto out;
    }
    TRY(filter_table_new(v->filter, prep->from->w, prep->full->w, &s->x, e));
    TRY(filter_table_new(v->filter, prep->from->h, prep->full->h, &s->y, e));
    *state = s;
    s = NULL;
    rc = 0;
out:
    release(s);
    return rc;
}

#define LANES 8
#define TILE  256  /* columns of the result in a tile, at most            */
#define SPAN  1024 /* columns of the source in a tile, at most            */
#define BATCH 16   /* source rows that are weighed by alpha at once       */

/* What a tile needs; made from scratch once per call. */
struct tile {
    float *tall[LANES];  /* rows of the result, columns of the source   */
    float *woven;        /* the same, eight rows in one                 */
    float *out;          /* columns of the result, eight rows in one    */
    float *spare[LANES]; /* results for rows that are not asked for    */
    float *weighed[BATCH];
};

static size_t scratch(const void *values, const struct op_site *site, int rows)
{
    (void)values;
    (void)site;
    (void)rows;
    return op_row_bytes(SPAN, LANES + LANES + BATCH) +
           op_row_bytes(TILE, LANES + LANES);
}

static void tile_init(struct tile *t, struct arena *scratch)
{
    for (int i = 0; i < LANES; i++) {
        t->tall[i] = arena_floats(scratch, SPAN);
        t->spare[i] = arena_floats(scratch, TILE);
    }
    for (int i = 0; i < BATCH; i++)
        t->weighed[i] = arena_floats(scratch, SPAN);
    t->woven = arena_floats(scratch, SPAN * LANES);
    t->out = arena_floats(scratch, TILE * LANES);
}

/* Source columns x … x+n-1 of plane p, for row y of the result. */
static void across(const struct op_job *job, const struct tile *t, int p, int y,
                   int x, int n, float *dst)
{
    const struct kern_resample *k = job->k->resample;
    const struct filter_table *f = ((const struct state *)job->state)->y;
    const float *w = f->weight + (size_t)y * (size_t)f->taps;
    const int a = p < 3 ? job->src.alpha : 0;
    const float *rows[BATCH];

    for (int i = 0; i < f->taps; i += BATCH) {
        const int m = f->taps - i < BATCH ? f->taps - i : BATCH;

        for (int j = 0; j < m; j++) {
            const int sy = f->start[y] + i + j;

            rows[j] = row_near(&job->src, p, sy) + x;
            if (a) {
                job->k->local->product(t->weighed[j], rows[j],
                                       row_near(&job->src, a, sy) + x,
                                       (size_t)n);
                rows[j] = t->weighed[j];
            }
        }
        if (i == 0)
            k->blend(dst, rows, w, m, (size_t)n);
        else
            k->blend_add(dst, rows, w + i, m, (size_t)n);
    }
}

/* Source columns x … x+n-1 for eight rows, woven. */
static void weave(const struct op_job *job, const struct tile *t, int p, int y,
                  int x, int n)
{
    const float *tall[LANES];

    for (int l = 0; l < LANES; l++) {
        const int near = y + l < job->y1 ? y + l : job->y1 - 1;

        tall[l] = t->tall[y + l < job->y1 ? l : near - y];
        if (y + l < job->y1)
            across(job, t, p, near, x, n, t->tall[l]);
    }
    job->k->resample->weave8(t->woven, tall, (size_t)n);
}

/* One column of the result out of more source columns than a tile has. */
static void along_far(const struct op_job *job, const struct tile *t, int p,
                      int y, int x)
{
    const struct kern *k = job->k;
    const struct filter_table *f = ((const struct state *)job->state)->x;
    const float *w = f->weight + (size_t)x * (size_t)f->taps;
    float part[LANES];

    memset(t->out, 0, sizeof(part));
    for (int i = 0; i < f->taps; i += SPAN) {
        const int n = f->taps - i < SPAN ? f->taps - i : SPAN;

        weave(job, t, p, y, f->start[x] + i, n);
        k->resample->taps8(part, t->woven, f->start + x, w + i, n, 1);
        k->local->add(t->out, part, LANES, 1.0f);
    }
}

/* Columns x … x+n-1 of eight rows of plane p, into dst. */
static void finish(const struct op_job *job, const struct tile *t, int p, int y,
                   int x, int n)
{
    const struct kern_resample *k = job->k->resample;
    const int a = job->dst.alpha;
    float *dst[LANES];

    for (int l = 0; l < LANES; l++)
        dst[l] = y + l < job->y1 ? row_of(&job->dst, p, y + l) + x
                                 : t->spare[l];
    k->unweave8(dst, t->out, (size_t)n);
    for (int l = 0; a && p < 3 && l < LANES && y + l < job->y1; l++)
        k->unweigh(dst[l], row_of(&job->dst, a, y + l) + x, (size_t)n);
}

/* Eight rows of one plane. */
static void lanes(const struct op_job *job, const struct tile *t, int p, int y)
{
    const struct filter_table *f = ((const struct state *)job->state)->x;
    int x = 0, n;

    for (; x < job->dst.w; x += n) {
        const int room = job->dst.w - x < TILE ? job->dst.w - x : TILE;
        const int first = f->start[x];

        if (f->taps > SPAN) {
            n = 1;
            along_far(job, t, p, y, x);
        } else {
            for (n = 1; n < room && f->start[x + n] + f->taps - first <= SPAN;)
                n++;
            weave(job, t, p, y, first, f->start[x + n - 1] + f->taps - first);
            job->k->resample->taps8(t->out, t->woven, f->start + x,
                                    f->weight + (size_t)x * (size_t)f->taps,
                                    f->taps, (size_t)n);
        }
        finish(job, t, p, y, x, n);
    }
}

static void copy(const struct op_job *job)
{
    for (int p = 0; p < job->dst.planes; p++)
        for (int y = job->y0; y < job->y1; y++)
            memcpy(row_of(&job->dst, p, y), row_of(&job->src, p, y),
                   (size_t)job->dst.w * sizeof(float));
}

static void rows(const struct op_job *job, const void *values)
{
    const int a = job->dst.alpha;
    struct tile t;

    (void)values;
    if (job->src.w == job->dst.w && job->src.h == job->dst.h) {
        copy(job);
        return;
    }
    tile_init(&t, job->scratch);
    for (int y = job->y0; y < job->y1; y += LANES) {
        if (a)
            lanes(job, &t, a, y);
        for (int p = 0; p < job->dst.planes; p++)
            if (p != a || !a)
                lanes(job, &t, p, y);
        for (int l = y; a && l < y + LANES && l < job->y1; l++)
            job->k->resample->coverage(row_of(&job->dst, a, l),
                                       (size_t)job->dst.w);
    }
}

const struct op op_resize = {
    .name = "resize",
    .doc = "Makes the picture smaller, or larger where that is asked for",
    .params = params,
    .size = sizeof(struct resize),
    .domain = OP_LINEAR,
    .neutral = neutral,
    .check = check,
    .scratch = scratch,
    .prepare = prepare,
    .rows = rows,
    .release = release,
    .shape = shape,
    .need = need,
    .place = place,
};
