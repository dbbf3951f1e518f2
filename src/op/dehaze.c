/* Dehaze: removes the veil of air, or adds to it. */

#include <math.h>
#include <string.h>

#include "kern/filter.h"
#include "kern/local.h"
#include "kern/point.h"
#include "op/guide.h"
#include "op/row.h"

#define PATCH 0.012 /* half the side of a patch, share of the long edge */
#define SHARE 0.02  /* sigma of the refinement                          */
#define LIMIT 1.0f  /* haze is no brighter than diffuse white             */

struct dehaze {
    float amount;
};

static const struct param params[] = {
    P_FLOAT(dehaze, amount, .lo = -1, .hi = 1,
            .doc = "Haze to remove, where less than 0 adds haze"),
    P_END,
};

struct haze {
    float light;
    struct field *lines; /* how much of the scene reaches us */
};

static bool neutral(const void *values)
{
    const struct dehaze *v = values;

    return v->amount == 0;
}

static size_t scratch(const void *values, const struct op_site *site, int rows)
{
    (void)values;
    (void)rows;
    return guide_scratch(site);
}

/* Planes: the darkest colour of each pixel, and its luminance. */
static int look(const struct op_prep *prep, struct field **out, struct err *e)
{
    const struct kern *k = prep->k;
    struct field *f = NULL;
    int rc;

    TRY(field_at(prep->small, 2, &f, e));
    for (int y = 0; y < f->h; y++) {
        const float *c[3];

        op_row_near(&prep->proxy->v, y, c);
        k->local->darkest(field_row(f, 0, y), c, (size_t)f->w, LIMIT);
        k->filter->luma(field_row(f, 1, y), c, (size_t)f->w);
    }
    TRY(field_halve(&f, k, e));
    *out = f;
    f = NULL;
    rc = 0;
out:
    field_free(f);
    return rc;
}

/*
 * Plane 0 becomes the least of the patch around each point, then the most of
 * that: what is light and smaller than a patch goes, edges stay in place.
 */
static int patches(struct field *f, const struct kern *k, int r, struct err *e)
{
    const size_t n = 5 * f->pitch, bytes = (size_t)f->w * sizeof(float);
    float *line = mem_array(n, sizeof(float));
    struct field *made = NULL;
    float *other;
    int rc;

    if (!line) {
        rc = err_mem(e, n * sizeof(float));
        goto out;
    }
    other = line + 4 * f->pitch;
    TRY(field_like(f, 1, &made, e));
    for (int i = 0; i < 2 * r; i++) {
        for (int y = 0; y < f->h; y++) {
            float *row = field_row(made, 0, y);

            field_range(f, k, 0, y, line, i < r ? row : other,
                        i < r ? other : row);
        }
        for (int y = 0; y < f->h; y++)
            memcpy(field_row(f, 0, y), field_row(made, 0, y), bytes);
    }
out:
    mem_free(line);
    field_free(made);
    return rc;
}

#define BINS 1024

static int bin_of(float darkest)
{
    return (int)(sqrtf(darkest / LIMIT) * (BINS - 1));
}

/*
 * Light of the haze: luminance where a patch is brightest (one in a thousand).
 * One number for all colours, so that grey stays grey.
 */
static float haze_light(const struct field *f)
{
    const int want = f->w * f->h / 1000 + 1;
    int count[BINS] = {0}, bin = BINS - 1, have = 0;
    double sum = 0;

    for (int y = 0; y < f->h; y++)
        for (int x = 0; x < f->w; x++)
            count[bin_of(field_row(f, 0, y)[x])]++;
    for (; bin > 0 && have + count[bin] < want; bin--)
        have += count[bin];
    have = 0;
    for (int y = 0; y < f->h; y++)
        for (int x = 0; x < f->w; x++)
            if (bin_of(field_row(f, 0, y)[x]) >= bin) {
                sum += (double)field_row(f, 1, y)[x];
                have++;
            }
    return (float)fmin(fmax(sum / have, 0.3), (double)LIMIT);
}

/* Plane 0 of f as the share of light that is not haze, at proxy size. */
static int clearness(const struct field *f, const struct op_prep *prep,
                     float light, struct field **out, struct err *e)
{
    const int rc = field_at(prep->small, 1, out, e);

    if (rc < 0)
        return rc;
    for (int y = 0; y < (*out)->h; y++) {
        float *t = field_row(*out, 0, y);

        field_read(f, prep->k, prep->small, 0, y, t);
        prep->k->point->scale_bias(t, t, (size_t)(*out)->w, -0.95f / light,
                                   1.0f);
    }
    return 0;
}

static void release(void *state)
{
    struct haze *haze = state;

    if (haze)
        field_free(haze->lines);
    mem_free(haze);
}

static int prepare(const void *values, const struct op_prep *prep, void **state,
                   struct err *e)
{
    const struct op_site *s = prep->small;
    const double edge = fmax(s->full_w * s->sx, s->full_h * s->sy);
    struct haze *haze = mem_zero(1, sizeof(*haze));
    struct field *f = NULL, *t = NULL;
    double light;
    int rc;

    (void)values;
    if (!haze) {
        rc = err_mem(e, sizeof(*haze));
        goto out;
    }
    TRY(look(prep, &f, e));
    TRY(patches(f, prep->k, (int)lround(edge / 2 * PATCH), e));
    light = (double)haze_light(f);
    TRY(op_steady(prep, &light, 1, e));
    haze->light = (float)light;
    TRY(clearness(f, prep, haze->light, &t, e));
    TRY(guide_plane(prep, SHARE, t, &haze->lines, e));
    *state = haze;
    haze = NULL;
    rc = 0;
out:
    field_free(f);
    field_free(t);
    release(haze);
    return rc;
}

static void rows(const struct op_job *job, const void *values)
{
    const struct dehaze *v = values;
    const struct haze *haze = job->state;
    struct guide_rows g;

    guide_begin(&g, job);
    for (int y = job->y0; y < job->y1; y++) {
        const struct op_row r = op_row(job, y);

        guide_read(&g, haze->lines, job, y);
        job->k->local->dehaze(r.dst, g.a, g.b, r.n, v->amount, haze->light);
    }
}

const struct op op_dehaze = {
    .name = "dehaze",
    .doc = "Removes the veil of air in front of far things, or adds it",
    .params = params,
    .size = sizeof(struct dehaze),
    .domain = OP_LINEAR,
    .needs = OP_NEEDS_PROXY | OP_NEEDS_TURN,
    .neutral = neutral,
    .scratch = scratch,
    .prepare = prepare,
    .rows = rows,
    .release = release,
};
