/*
 * Curves through points, in the display domain. That of luminance comes first
 * and lets colours follow, then the one that all channels share, then one per
 * channel. Tables are fine enough to stay within 1e-6 of a smooth curve.
 */

#include "kern/convert.h"
#include "kern/grade.h"
#include "kern/lut.h"
#include "op/op.h"
#include "op/row.h"
#include "op/spline.h"

#define POINTS 4096
#define NEAR   0x1p-10f /* see kern_grade.follow */

enum { LUMA, ALL, RED, GREEN, BLUE, CURVES };

struct curve {
    char luma[256];
    char all[256];
    char red[256];
    char green[256];
    char blue[256];
};

#define POINT_LIST "as points x,y with x rising, of which 0,0 1,1 is straight"

static const struct param params[] = {
    P_TEXT(curve, luma, .doc = "Curve of luminance, " POINT_LIST),
    P_TEXT(curve, all, .doc = "Curve of all channels, " POINT_LIST),
    P_TEXT(curve, red, .doc = "Curve of red, " POINT_LIST),
    P_TEXT(curve, green, .doc = "Curve of green, " POINT_LIST),
    P_TEXT(curve, blue, .doc = "Curve of blue, " POINT_LIST),
    P_END,
};

struct state {
    bool active[CURVES];
    struct kern_line line[CURVES];
    float zero, slope; /* of luminance */
    float value[CURVES][POINTS];
};

static int parse(const void *values, struct spline spline[CURVES],
                 struct err *e)
{
    const struct curve *v = values;
    const char *text[CURVES] = {v->luma, v->all, v->red, v->green, v->blue};

    for (int i = 0; i < CURVES; i++) {
        const int rc = spline_parse(text[i], &spline[i], e);

        if (rc < 0)
            return err_prefix(e, "%s", params[i].key);
    }
    return 0;
}

static bool neutral(const void *values)
{
    struct spline spline[CURVES];
    struct err e = {0};

    if (parse(values, spline, &e) < 0)
        return false;
    for (int i = 0; i < CURVES; i++)
        if (!spline_is_straight(&spline[i]))
            return false;
    return true;
}

static int check(const void *values, struct err *e)
{
    struct spline spline[CURVES];

    return parse(values, spline, e);
}

static int prepare(const void *values, const struct op_prep *prep, void **state,
                   struct err *e)
{
    struct spline spline[CURVES];
    struct state *s = NULL;
    int rc;

    (void)prep;
    TRY(parse(values, spline, e));
    s = mem_zero(1, sizeof(*s));
    if (!s) {
        rc = err_mem(e, sizeof(*s));
        goto out;
    }
    for (int i = 0; i < CURVES; i++) {
        s->active[i] = !spline_is_straight(&spline[i]);
        s->line[i] = (struct kern_line){
            .value = s->value[i],
            .points = POINTS,
            .lo = (float)spline[i].x[0],
            .hi = (float)spline[i].x[spline[i].count - 1],
            .extend = true,
        };
        spline_table(&spline[i], s->value[i], POINTS);
    }
    s->zero = (float)spline_at(&spline[LUMA], 0);
    s->slope = ((float)spline_at(&spline[LUMA], (double)NEAR) - s->zero) / NEAR;
    *state = s;
    rc = 0;
out:
    return rc;
}

static size_t scratch(const void *values, const struct op_site *site, int rows)
{
    (void)values;
    (void)rows;
    return op_row_bytes(site->w, 2);
}

static void rows(const struct op_job *job, const void *values)
{
    const struct state *s = job->state;
    const struct kern_lut *lut = job->k->lut;
    float *luma = arena_floats(job->scratch, (size_t)job->dst.w);
    float *curved = arena_floats(job->scratch, (size_t)job->dst.w);

    (void)values;
    for (int y = job->y0; y < job->y1; y++) {
        struct op_row r = op_row(job, y);

        if (s->active[LUMA]) {
            job->k->convert->luminance(luma, r.src, r.n);
            lut->line(curved, luma, r.n, &s->line[LUMA]);
            job->k->grade->follow(r.dst, r.src, r.n, luma, curved, s->zero,
                                  s->slope);
            r = op_row_again(r);
        }
        for (int p = 0; p < 3; p++) {
            if (s->active[ALL]) {
                lut->line(r.dst[p], r.src[p], r.n, &s->line[ALL]);
                r.src[p] = r.dst[p];
            }
            if (s->active[RED + p]) {
                lut->line(r.dst[p], r.src[p], r.n, &s->line[RED + p]);
                r.src[p] = r.dst[p];
            }
        }
        op_row_copy(r);
    }
}

static void release(void *state)
{
    mem_free(state);
}

const struct op op_curve = {
    .name = "curve",
    .doc = "Smooth curves through points for luminance and channels",
    .params = params,
    .size = sizeof(struct curve),
    .domain = OP_DISPLAY,
    .code = op_code_display,
    .neutral = neutral,
    .check = check,
    .scratch = scratch,
    .prepare = prepare,
    .rows = rows,
    .release = release,
};
