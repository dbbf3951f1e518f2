/* A LUT in numbers. */

#include "run/lut_facts.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "codec/lut_write.h"
#include "image/lab.h"

/* More nodes than that a side are thinned out for what is slow. */
#define COLORS_MAX 65

/* Where channels do not mix. */
#define CURVE_POINTS 1025

static const float *node_at(const struct lut *cube, int r, int g, int b)
{
    const size_t n = (size_t)cube->size;

    return cube->node + 4 * (((size_t)b * n + (size_t)g) * n + (size_t)r);
}

static double input_at(const struct lut_facts *f, int c, double place)
{
    return (double)f->lo[c] + place * ((double)f->hi[c] - (double)f->lo[c]);
}

/* What a step of a line of n values is worth in slope. */
static double per_input(const struct lut_facts *f, int c, int n)
{
    return (n - 1) / ((double)f->hi[c] - (double)f->lo[c]);
}

/* One line of outputs of channel `out`, along axis `in`, n of them `step`
   floats apart. */
struct run {
    const float *v;
    size_t step;
    int n, in, out;
};

/* What is being counted. */
struct tally {
    struct lut_facts *f;
    long long steps[3], falls[3];
    bool bent;
};

static void see_step(struct tally *t, const struct run *r, int i, double d)
{
    struct lut_axis *a = &t->f->axis[r->in];

    t->steps[r->in]++;
    t->f->steepest =
        fmax(t->f->steepest, fabs(d) * per_input(t->f, r->in, r->n));
    if (d >= 0)
        return;
    t->falls[r->in]++;
    if (-d > a->worst) {
        a->worst = -d;
        a->at = input_at(t->f, r->in, (double)i / (r->n - 1));
    }
}

static void see_bend(struct tally *t, const struct run *r, int i, double bend)
{
    if (t->bent && bend <= t->f->bend)
        return;
    t->bent = true;
    t->f->bend = bend;
    t->f->kink = bend * per_input(t->f, r->in, r->n);
    t->f->bend_axis = r->in;
    t->f->bend_at = input_at(t->f, r->in, (double)i / (r->n - 1));
}

static void see_run(struct tally *t, const struct run *r)
{
    double before = (double)r->v[0], last = 0;

    for (int i = 1; i < r->n; i++) {
        const double v = (double)r->v[(size_t)i * r->step];
        const double d = v - before;

        if (r->in == r->out)
            see_step(t, r, i - 1, d);
        if (i > 1)
            see_bend(t, r, i - 1, fabs(d - last));
        last = d;
        before = v;
    }
}

static void see_cube(struct tally *t, const struct lut *cube)
{
    const int n = cube->size;
    const size_t step[3] = {4, 4 * (size_t)n, 4 * (size_t)n * (size_t)n};

    for (int in = 0; in < 3; in++)
        for (int i = 0; i < n * n; i++) {
            const int at[3][3] = {
                {0, i % n, i / n}, {i % n, 0, i / n}, {i % n, i / n, 0}};
            const float *node = node_at(cube, at[in][0], at[in][1], at[in][2]);

            for (int out = 0; out < 3; out++)
                see_run(t, &(struct run){node + out, step[in], n, in, out});
        }
}

static void see_curves(struct tally *t, const struct lut *curves)
{
    const int n = curves->points;

    for (int c = 0; c < 3; c++)
        see_run(t, &(struct run){curves->curve + (size_t)c * (size_t)n, 1, n, c,
                                 c});
}

static void end_tally(struct tally *t)
{
    for (int c = 0; c < 3; c++)
        if (t->steps[c])
            t->f->axis[c].falls = (double)t->falls[c] / (double)t->steps[c];
}

/*
 * The six tetrahedra of a cell are the orders of the axes, as kern/lut.c looks
 * colours up. The volume of what one becomes, in units of its own.
 */
static double volume(const struct lut *cube, const struct lut_facts *f,
                     const int at[3], const int order[3])
{
    double d[3][3];
    int p[3] = {at[0], at[1], at[2]};

    for (int i = 0; i < 3; i++) {
        const float *a = node_at(cube, p[0], p[1], p[2]), *b;

        p[order[i]]++;
        b = node_at(cube, p[0], p[1], p[2]);
        for (int c = 0; c < 3; c++)
            d[order[i]][c] = ((double)b[c] - (double)a[c]) *
                             per_input(f, order[i], cube->size);
    }
    return d[0][0] * (d[1][1] * d[2][2] - d[1][2] * d[2][1]) -
           d[0][1] * (d[1][0] * d[2][2] - d[1][2] * d[2][0]) +
           d[0][2] * (d[1][0] * d[2][1] - d[1][1] * d[2][0]);
}

static void see_volumes(const struct lut *cube, struct lut_facts *f)
{
    static const int orders[6][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2},
                                     {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
    const int n = cube->size - 1;
    const double all = 6.0 * n * n * n;
    long long folded = 0, flat = 0;

    for (int b = 0; b < n; b++)
        for (int g = 0; g < n; g++)
            for (int r = 0; r < n; r++)
                for (int i = 0; i < 6; i++) {
                    const int at[3] = {r, g, b};
                    const double v = volume(cube, f, at, orders[i]);

                    folded += v < -1e-6;
                    flat += fabs(v) <= 1e-6;
                }
    f->folded = (double)folded / all;
    f->flat = (double)flat / all;
}

static void see_outputs(const struct lut *cube, struct lut_facts *f)
{
    const size_t n = (size_t)cube->size, all = n * n * n;
    long long outside = 0;

    for (int c = 0; c < 3; c++)
        f->min[c] = f->max[c] = (double)cube->node[c];
    for (size_t i = 0; i < all; i++) {
        const float *v = cube->node + 4 * i;
        bool out = false;

        for (int c = 0; c < 3; c++) {
            f->min[c] = fmin(f->min[c], (double)v[c]);
            f->max[c] = fmax(f->max[c], (double)v[c]);
            out = out || v[c] < 0 || v[c] > 1;
        }
        outside += out;
    }
    f->outside = (double)outside / (double)all;
}

/* Below a billionth it is how doubles are rounded. */
static double difference(const struct lab *a, const struct lab *b)
{
    const double d = lab_ciede2000(a, b);

    return d < 1e-9 ? 0 : d;
}

static double looks(const double x[3], const double y[3])
{
    const struct lab a = lab_of_display(x), b = lab_of_display(y);

    return difference(&a, &b);
}

/* Of every `stride`-th node of each axis. */
static void see_changes(const struct lut *cube, struct lut_facts *f)
{
    const int n = cube->size, stride = (n + COLORS_MAX - 1) / COLORS_MAX;
    long long count = 0;
    double sum = 0;

    for (int b = 0; b < n; b += stride)
        for (int g = 0; g < n; g += stride)
            for (int r = 0; r < n; r += stride) {
                const float *v = node_at(cube, r, g, b);
                const int at[3] = {r, g, b};
                double in[3], out[3], d;

                for (int c = 0; c < 3; c++) {
                    in[c] = input_at(f, c, (double)at[c] / (n - 1));
                    out[c] = (double)v[c];
                    f->identity_code =
                        fmax(f->identity_code, fabs(out[c] - in[c]));
                }
                d = looks(in, out);
                f->identity_max = fmax(f->identity_max, d);
                sum += d;
                count++;
            }
    f->identity_mean = sum / (double)count;
}

static void through(const struct lut *lut, double x, double out[3])
{
    float v[3] = {(float)x, (float)x, (float)x};
    float *const row[3] = {&v[0], &v[1], &v[2]};

    lut_apply(lut, kern_best(), false, row, 1);
    for (int c = 0; c < 3; c++)
        out[c] = (double)v[c];
}

static void see_greys(const struct lut *lut, struct lut_facts *f)
{
    const double lo =
        fmax(fmax((double)f->lo[0], (double)f->lo[1]), (double)f->lo[2]);
    const double hi =
        fmin(fmin((double)f->hi[0], (double)f->hi[1]), (double)f->hi[2]);
    double sum = 0;

    for (int i = 0; i < LUT_GREYS; i++) {
        const double x = lo + (hi - lo) * i / (LUT_GREYS - 1);
        struct lab lab, grey;
        double out[3], d;

        through(lut, x, out);
        lab = lab_of_display(out);
        grey = (struct lab){lab.l, 0, 0};
        d = difference(&lab, &grey);
        sum += d;
        if (d > f->drift_max) {
            f->drift_max = d;
            f->drift_at = x;
        }
    }
    f->drift_mean = sum / LUT_GREYS;
    through(lut, 0, f->black);
    through(lut, 1, f->white);
}

/* Curves as they are in the file, or sampled. */
static int curves_of(const struct lut *lut, const struct lut_facts *f,
                     struct lut **made, const struct lut **curves,
                     struct err *e)
{
    int rc = 0;

    *curves = lut;
    if (lut->stages || !lut->points)
        TRY(lut_sample(lut, CURVE_POINTS, 0, f->lo, f->hi, made, e));
    if (*made)
        *curves = *made;
out:
    return rc;
}

int lut_measure(const struct lut *lut, struct lut_facts *f, struct err *e)
{
    const bool plain = lut->size && !lut->points && !lut->stages;
    struct lut *made[2] = {NULL, NULL};
    const struct lut *cube = lut, *curves;
    struct tally t = {.f = f};
    int rc = 0;

    *f = (struct lut_facts){0};
    lut_domain(lut, f->lo, f->hi);
    if (!plain) {
        const int side = lut_side(lut);

        TRY(lut_sample(lut, 0, side > LUT_LATTICE ? side : LUT_LATTICE, f->lo,
                       f->hi, &made[0], e));
        cube = made[0];
    }
    if (lut_is_separable(lut)) {
        TRY(curves_of(lut, f, &made[1], &curves, e));
        see_curves(&t, curves);
    } else {
        see_cube(&t, cube);
    }
    end_tally(&t);
    see_outputs(cube, f);
    see_volumes(cube, f);
    see_changes(cube, f);
    see_greys(lut, f);
out:
    lut_free(made[0]);
    lut_free(made[1]);
    return rc;
}

static bool is_near(const double v[3], double want)
{
    bool near = true;

    for (int c = 0; c < 3; c++)
        near = near && fabs(v[c] - want) <= 0.5 / 1023;
    return near;
}

bool lut_keeps_black(const struct lut_facts *f)
{
    return is_near(f->black, 0);
}

bool lut_keeps_white(const struct lut_facts *f)
{
    return is_near(f->white, 1);
}

const char *lut_risk(const struct lut_facts *f)
{
    return f->kink < 0.1   ? "none"
           : f->kink < 0.5 ? "low"
           : f->kink < 1.5 ? "some"
                           : "high";
}
