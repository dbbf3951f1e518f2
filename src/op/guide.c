/* Smooth planes that respect edges. */

#include "op/guide.h"

#include <math.h>
#include <string.h>

#include "kern/local.h"
#include "op/row.h"

/* Stops squared: contrast well below the root of it is texture. */
#define EPS_BASE  0.04f
#define EPS_PLANE 0.2f

/* Planes: stops, and the plane if there is one. Halved until sigma is small. */
static int make_input(const struct op_prep *prep, const struct field *plane,
                      double *sigma, struct field **out, struct err *e)
{
    const struct view *v = &prep->proxy->v;
    struct field *f = NULL;
    int rc;

    TRY(field_at(prep->small, plane ? 2 : 1, &f, e));
    for (int y = 0; y < f->h; y++) {
        const float *src[3] = {row_of(v, 0, y), row_of(v, 1, y),
                               row_of(v, 2, y)};

        prep->k->local->log_light(field_row(f, 0, y), src, (size_t)f->w);
        if (plane)
            memcpy(field_row(f, 1, y), field_row(plane, 0, y),
                   (size_t)f->w * sizeof(float));
    }
    for (; *sigma >= 5 && f->w > 8 && f->h > 8; *sigma /= 2)
        TRY(field_halve(&f, prep->k, e));
    *out = f;
    f = NULL;
    rc = 0;
out:
    field_free(f);
    return rc;
}

/* Planes: stops, their square; the plane and its product with stops. */
static int make_products(const struct field *f, const struct kern *k,
                         struct field **out, struct err *e)
{
    const int rc = field_like(f, 2 * f->planes, out, e);

    if (rc < 0)
        return rc;
    for (int p = 0; p < f->planes; p++)
        for (int y = 0; y < f->h; y++) {
            memcpy(field_row(*out, 2 * p, y), field_row(f, p, y),
                   (size_t)f->w * sizeof(float));
            k->local->product(field_row(*out, 2 * p + 1, y), field_row(f, p, y),
                              field_row(f, 0, y), (size_t)f->w);
        }
    return 0;
}

/* Lines from means; planes of the result: a, b, and the weight of the base. */
static int make_lines(const struct field *m, const struct kern *k,
                      struct field **out, struct err *e)
{
    const bool base = m->planes == 2;
    const int rc = field_like(m, base ? 3 : 2, out, e);

    if (rc < 0)
        return rc;
    for (int y = 0; y < m->h; y++) {
        float *a = field_row(*out, 0, y), *b = field_row(*out, 1, y);
        const float *mean = field_row(m, 0, y), *square = field_row(m, 1, y);

        if (base)
            k->local->fit(a, b, field_row(*out, 2, y), mean, square,
                          (size_t)m->w, EPS_BASE);
        else
            k->local->fit_plane(a, b, mean, square, field_row(m, 2, y),
                                field_row(m, 3, y), (size_t)m->w, EPS_PLANE);
    }
    return 0;
}

int guide_plane(const struct op_prep *prep, double share,
                const struct field *plane, struct field **out, struct err *e)
{
    const struct op_site *s = prep->small;
    const struct kern *k = prep->k;
    struct field *in = NULL, *means = NULL, *lines = NULL;
    double sigma;
    int rc;

    sigma = fmax(1, fmax(s->full_w * s->sx, s->full_h * s->sy) * share);
    TRY(make_input(prep, plane, &sigma, &in, e));
    TRY(make_products(in, k, &means, e));
    TRY(field_blur(&means, k, sigma, e));
    TRY(make_lines(means, k, &lines, e));
    TRY(field_blur(&lines, k, sigma, e));
    if (!plane)
        for (int y = 0; y < lines->h; y++)
            k->local->fit_done(field_row(lines, 0, y), field_row(lines, 1, y),
                               field_row(lines, 2, y), (size_t)lines->w);
    *out = lines;
    lines = NULL;
    rc = 0;
out:
    field_free(in);
    field_free(means);
    field_free(lines);
    return rc;
}

int guide_base(const struct op_prep *prep, double share, struct field **out,
               struct err *e)
{
    return guide_plane(prep, share, NULL, out, e);
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
