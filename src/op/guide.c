/* Smooth planes that respect edges. */

#include "op/guide.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "kern/local.h"
#include "kern/point.h"
#include "op/grid.h"
#include "op/row.h"

/*
 * Stops: edges above three times this stay whole in the base, and contrast
 * below it is texture.
 */
#define CELL 0.3

/* Points of a base that are enough. */
#define BASE_EDGE 320

/* Sigma, in points, of the neighbourhood of a line. */
#define FIT 1.5

/* Stops from both sides of an edge that a pixel on it may lie. */
#define MIXED 0.03f

/* Stops squared: where they vary less than that, there is nothing to follow. */
#define EPS_BASE  0.0005f
#define EPS_PLANE 0.2f

/* Planes of what lines are made from. */
enum { STOPS, WEIGHT, VALUE };

static int make_stops(const struct op_prep *prep, int planes,
                      struct field **out, struct err *e)
{
    struct field *f = NULL;
    const int rc = field_at(prep->small, planes, &f, e);

    if (rc < 0)
        return rc;
    for (int y = 0; y < f->h; y++) {
        const float *c[3];

        op_row_near(&prep->proxy->v, y, c);
        prep->k->local->log_light(field_row(f, 0, y), c, (size_t)f->w);
    }
    *out = f;
    return 0;
}

/*
 * From planes stops, weight, value: the weight, and its products with stops,
 * their square, the value, and the value and stops.
 */
static int make_products(const struct field *f, const struct kern *k,
                         struct field **out, struct err *e)
{
    const size_t n = (size_t)f->w;
    const int rc = field_like(f, 5, out, e);

    if (rc < 0)
        return rc;
    for (int y = 0; y < f->h; y++) {
        const float *stops = field_row(f, 0, y);
        const float *weight = field_row(f, WEIGHT, y);
        float *p[5];

        for (int i = 0; i < 5; i++)
            p[i] = field_row(*out, i, y);
        memcpy(p[0], weight, n * sizeof(float));
        k->local->product(p[1], weight, stops, n);
        k->local->product(p[2], p[1], stops, n);
        k->local->product(p[3], weight, field_row(f, VALUE, y), n);
        k->local->product(p[4], p[3], stops, n);
    }
    return 0;
}

/* Lines through neighbourhoods, from stops, a value and a weight. */
static int make_lines(const struct field *f, const struct kern *k, double sigma,
                      float eps, struct field **out, struct err *e)
{
    struct field *m = NULL, *lines = NULL;
    int rc;

    TRY(make_products(f, k, &m, e));
    TRY(field_blur(&m, k, sigma, e));
    TRY(field_like(m, 2, &lines, e));
    for (int y = 0; y < m->h; y++) {
        const float *mean[5];

        for (int i = 0; i < 5; i++)
            mean[i] = field_row(m, i, y);
        k->local->fit(field_row(lines, 0, y), field_row(lines, 1, y), mean,
                      (size_t)m->w, eps);
    }
    TRY(field_blur(&lines, k, sigma, e));
    *out = lines;
    lines = NULL;
    rc = 0;
out:
    field_free(m);
    field_free(lines);
    return rc;
}

static double sigma_of(const struct op_prep *prep, double share)
{
    const struct op_site *s = prep->small;

    return fmax(1, fmax(s->full_w * s->sx, s->full_h * s->sy) * share);
}

/* The weight: how well each point's stops stand for its side of an edge. */
static int weigh(const struct field *f, const struct kern *k, struct err *e)
{
    const size_t n = 6 * f->pitch;
    float *line = mem_array(n, sizeof(float));
    float *lo, *hi;

    if (!line)
        return err_mem(e, n * sizeof(float));
    lo = line + 4 * f->pitch;
    hi = line + 5 * f->pitch;
    for (int y = 0; y < f->h; y++) {
        field_range(f, k, 0, y, line, lo, hi);
        k->local->settled(field_row(f, WEIGHT, y), field_row(f, 0, y), lo, hi,
                          (size_t)f->w, MIXED);
    }
    mem_free(line);
    return 0;
}

int guide_bases(const struct op_prep *prep, const struct guide_scale *scale,
                int scales, struct field **out, struct err *e)
{
    struct grid_scale grid[GUIDE_SCALES];
    struct field *f = NULL;
    double size = 1;
    int rc;

    assert(scales <= GUIDE_SCALES && scales <= GRID_SCALES);
    TRY(make_stops(prep, 2 + scales, &f, e));
    if (f->w > BASE_EDGE || f->h > BASE_EDGE) {
        TRY(field_halve(&f, prep->k, e));
        size = 0.5;
    }
    for (int i = 0; i < scales; i++)
        grid[i] = (struct grid_scale){sigma_of(prep, scale[i].share) * size,
                                      VALUE + i};
    TRY(weigh(f, prep->k, e));
    TRY(grid_smooth(f, prep, grid, scales, CELL, e));
    for (int y = 0; y < f->h; y++) {
        float *sum = field_row(f, VALUE, y);

        prep->k->point->scale_bias(sum, sum, (size_t)f->w, scale[0].weight, 0);
        for (int i = 1; i < scales; i++)
            prep->k->local->add(sum, field_row(f, VALUE + i, y), (size_t)f->w,
                                scale[i].weight);
    }
    TRY(make_lines(f, prep->k, FIT, EPS_BASE, out, e));
out:
    field_free(f);
    return rc;
}

int guide_base(const struct op_prep *prep, double share, struct field **out,
               struct err *e)
{
    const struct guide_scale one = {share, 1};

    return guide_bases(prep, &one, 1, out, e);
}

int guide_plane(const struct op_prep *prep, double share,
                const struct field *plane, struct field **out, struct err *e)
{
    double sigma = sigma_of(prep, share);
    struct field *f = NULL;
    int rc;

    TRY(make_stops(prep, 3, &f, e));
    for (int y = 0; y < f->h; y++) {
        memcpy(field_row(f, VALUE, y), field_row(plane, 0, y),
               (size_t)f->w * sizeof(float));
        for (int x = 0; x < f->w; x++)
            field_row(f, WEIGHT, y)[x] = 1;
    }
    for (; sigma >= 5 && f->w > 8 && f->h > 8; sigma /= 2)
        TRY(field_halve(&f, prep->k, e));
    TRY(make_lines(f, prep->k, sigma, EPS_PLANE, out, e));
out:
    field_free(f);
    return rc;
}

size_t guide_scratch(const struct op_site *site)
{
    return op_row_bytes(site->w, 2);
}

void guide_begin(struct guide_rows *g, const struct op_job *job)
{
    g->a = arena_floats(job->scratch, (size_t)job->dst.w);
    g->b = arena_floats(job->scratch, (size_t)job->dst.w);
}

void guide_read(struct guide_rows *g, const struct field *f,
                const struct op_job *job, int y)
{
    field_read(f, job->k, job->site, 0, y, g->a);
    field_read(f, job->k, job->site, 1, y, g->b);
}
