/*
 * Depth of field: what is not at the focus is spread over the aperture's shape,
 * as wide as the thin lens says. What is behind the focus is gathered without
 * what is in front of it, so nothing in focus bleeds; what is in front of the
 * focus is gathered apart and laid over it, with what is behind filled in.
 *
 * Small radii are gathered at full size, large ones at a half to an eighth of
 * it, where few points lie to each side: the cost is bounded.
 */

#include <math.h>
#include <string.h>

#include "kern/local.h"
#include "kern/lut.h"
#include "kern/point.h"
#include "kern/resample.h"
#include "op/aperture.h"
#include "op/distance.h"
#include "op/field.h"
#include "op/ring.h"
#include "op/row.h"

#define COARSE       12 /* points of a coarse radius, while the step is below 8 */
#define SIDE         26 /* points to each side of it at most                    */
#define MOST         160 /* pixels of a radius                    */
#define CELL         64  /* pixels whose largest radius is known  */
#define BEHIND       16  /* values that are read behind a row     */
#define NORMAL_N     2.8
#define NORMAL_FOCAL 50.0
#define NORMAL_WIDTH 36.0

struct depth_of_field {
    float focus;
    float focus_x;
    float focus_y;
    float aperture;
    float focal;
    float sensor;
    float radius;
    int blades;
    float rotation;
    float highlights;
    float threshold;
};

static const struct param params[] = {
    P_FLOAT(depth_of_field, focus, .lo = 0, .hi = 10000, .step = 0.01,
            .doc = "Depth that is sharp, in metres or as 0 … 1 if depth is "
                   "relative, with 0 for what focus_x and focus_y point at"),
    P_FLOAT(depth_of_field, focus_x, .def = 0.5, .lo = 0, .hi = 1,
            .doc = "Point that is sharp, as a share of the width"),
    P_FLOAT(depth_of_field, focus_y, .def = 0.5, .lo = 0, .hi = 1,
            .doc = "Point that is sharp, as a share of the height"),
    P_FLOAT(depth_of_field, aperture, .def = 2.8, .lo = 0.7, .hi = 64,
            .step = 0.1, .doc = "The f-number, where less blurs more"),
    P_FLOAT(depth_of_field, focal, .def = 50, .lo = 4, .hi = 800, .step = 1,
            .unit = "mm", .doc = "Focal length of the lens"),
    P_FLOAT(depth_of_field, sensor, .def = 36, .lo = 4, .hi = 100, .step = 1,
            .unit = "mm", .doc = "Width of the sensor"),
    P_FLOAT(depth_of_field, radius, .def = 0.008, .lo = 0, .hi = 0.05,
            .step = 0.001,
            .doc = "Largest blur as a share of the long edge, up to 160 "
                   "pixels; with relative depth that of half its range at "
                   "f/2.8 and 50 mm"),
    P_INT(depth_of_field, blades, .lo = 0, .hi = 12,
          .doc = "Blades of the aperture, from 5 on, with 0 for a disc"),
    P_FLOAT(depth_of_field, rotation, .lo = 0, .hi = 90, .step = 1,
            .unit = "deg", .doc = "Turns the blades"),
    P_FLOAT(depth_of_field, highlights, .lo = 0, .hi = 8,
            .doc = "How much stronger lights become before they are spread"),
    P_FLOAT(depth_of_field, threshold, .def = 1, .lo = 0.1, .hi = 10,
            .doc = "Linear light from which on that is so"),
    P_END,
};

/* For pictures of one size. */
struct optics {
    int step; /* full pixels per coarse one */
    float most;
    struct kern_focus focus;
    struct kern_layers layers;
    struct aperture *far, *near, *fine;
};

struct state {
    struct optics full, small;
    struct op_site site; /* of full */
};

static float most_pixels(const struct depth_of_field *v,
                         const struct op_site *s)
{
    const double edge = fmax(s->full_w * s->sx, s->full_h * s->sy);

    return (float)fmin((double)v->radius * edge, MOST);
}

static int step_of(float most)
{
    int s = 2;

    while (most > (float)(COARSE * s) && s < 8)
        s *= 2;
    return s;
}

static int reach_of(const struct depth_of_field *v, float most, int step)
{
    return (int)ceilf((v->blades ? 1.15f : 1) * (most / (float)step + 0.5f));
}

static bool neutral(const void *values)
{
    return ((const struct depth_of_field *)values)->radius == 0;
}

static int check(const void *values, struct err *e)
{
    const struct depth_of_field *v = values;

    if (v->blades > 0 && v->blades < 5)
        return err_set(e, ERR_ARG, "an aperture has 5 blades or more, or 0");
    return 0;
}

static int halo(const void *values, const struct op_site *site)
{
    const float most = most_pixels(values, site);
    const int s = step_of(most);

    return s * (reach_of(values, most, s) + 2);
}

/* What of a strip is made at which size. */
struct plan {
    int step, reach, fine;
    int w, h;     /* of the coarse picture      */
    int i0, i1;   /* its rows that are read     */
    int j0, j1;   /* and those that are made    */
    size_t pitch; /* of its rows, sides counted */
};

static struct plan plan_of(const struct depth_of_field *v,
                           const struct op_site *site, int y0, int y1)
{
    const float most = most_pixels(v, site);
    const int s = step_of(most);
    struct plan p = {.step = s, .reach = reach_of(v, most, s), .fine = 3 * s};

    p.w = (site->w + s - 1) / s;
    p.h = (site->h + s - 1) / s;
    p.j0 = (y0 - s / 2) < 0 ? 0 : (y0 - s / 2) / s;
    p.j1 = (y1 - 1 + s / 2) / s + 1;
    p.j1 = p.j1 > p.h ? p.h : p.j1;
    p.i0 = p.j0 - p.reach < 0 ? 0 : p.j0 - p.reach;
    p.i1 = p.j1 + p.reach > p.h ? p.h : p.j1 + p.reach;
    p.pitch = view_pitch(p.w + 2 * p.reach + BEHIND);
    return p;
}

static struct ring_size fine_size(const struct op_site *site, int fine)
{
    return (struct ring_size){site->w, site->h, 6, fine, fine};
}

enum { SHARE = LENS_PLANES, PLANES };
enum { FAR, NEAR = 4, REST = 8, MADE = 12 };

static size_t cells(int w)
{
    return ((size_t)w + CELL - 1) / CELL;
}

static size_t scratch(const void *values, const struct op_site *site, int rows)
{
    const struct depth_of_field *v = values;
    const struct plan p = plan_of(v, site, 0, rows);
    const struct ring_size fine = fine_size(site, p.fine);
    const size_t made = (size_t)(rows / p.step + 3);
    const size_t read = made + 2 * (size_t)p.reach;
    const size_t line = (p.pitch + 16) * sizeof(float);

    return ring_bytes(&fine) + read * PLANES * line + made * MADE * line +
           6 * line + 2 * read * (cells(p.w) + 16) * sizeof(float) +
           op_row_bytes(site->w + p.step, LENS_PLANES + 1) +
           op_row_bytes(site->w, MADE + 5) + 4096;
}

static void optics_release(struct optics *o)
{
    aperture_free(o->far);
    aperture_free(o->near);
    aperture_free(o->fine);
}

static void release(void *state)
{
    struct state *s = state;

    if (!s)
        return;
    optics_release(&s->full);
    optics_release(&s->small);
    mem_free(s);
}

/* The depth in focus: as given, or the middle of nine points. */
static float focus_of(const struct depth_of_field *v,
                      const struct op_prep *prep)
{
    const struct view *p = &prep->proxy->v;
    const int x0 = (int)(v->focus_x * (float)p->w);
    const int y0 = (int)(v->focus_y * (float)p->h);
    float list[9];
    int n = 0;

    if (v->focus > 0)
        return prep->depth->kind == DEPTH_METRIC ? v->focus
                                                 : fminf(v->focus, 1);
    for (int dy = -1; dy <= 1; dy++)
        for (int dx = -1; dx <= 1; dx++) {
            const int x = x0 + dx < 0       ? 0
                          : x0 + dx >= p->w ? p->w - 1
                                            : x0 + dx;
            const float d = row_near(p, p->depth, y0 + dy)[x];
            int i = n++;

            for (; i > 0 && list[i - 1] > d; i--)
                list[i] = list[i - 1];
            list[i] = d;
        }
    return list[4];
}

static int make_optics(const struct depth_of_field *v,
                       const struct op_prep *prep, const struct op_site *site,
                       struct optics *o, struct err *e)
{
    const double f = (double)v->focal / 1000, n = (double)v->aperture;
    const double sensor = (double)v->sensor / 1000;
    const double width = site->full_w * site->sx;
    double focus = (double)focus_of(v, prep), gain;
    int rc;

    o->most = most_pixels(v, site);
    o->step = step_of(o->most);
    if (prep->depth->kind == DEPTH_METRIC) {
        focus = fmax(focus, 2 * f);
        gain = f * f / (n * (focus - f)) / sensor * width / 2;
    } else {
        gain = 2 * (double)o->most * NORMAL_N / n *
               (double)(v->focal * v->focal) / (NORMAL_FOCAL * NORMAL_FOCAL) *
               NORMAL_WIDTH / (double)v->sensor;
    }
    o->focus = (struct kern_focus){prep->depth->kind == DEPTH_RELATIVE,
                                   (float)focus, (float)gain, o->most};
    o->layers = (struct kern_layers){
        .far_from = 0.5f,
        .far_scale = 1,
        .near_from = (float)o->step,
        .near_scale = 1 / (float)o->step,
        .boost = v->highlights / (float)(o->step * o->step),
        .threshold = v->threshold,
    };
    TRY(aperture_new((double)(o->most / (float)o->step), v->blades,
                     (double)v->rotation, false, &o->far, e));
    TRY(aperture_new((double)(o->most / (float)o->step), v->blades,
                     (double)v->rotation, true, &o->near, e));
    TRY(aperture_new(2.0 * o->step, v->blades, (double)v->rotation, false,
                     &o->fine, e));
out:
    return rc;
}

static int prepare(const void *values, const struct op_prep *prep, void **state,
                   struct err *e)
{
    struct state *s = mem_zero(1, sizeof(*s));
    int rc;

    if (!s) {
        rc = err_mem(e, sizeof(*s));
        goto out;
    }
    s->site = *prep->full;
    TRY(make_optics(values, prep, prep->full, &s->full, e));
    TRY(make_optics(values, prep, prep->small, &s->small, e));
    *state = s;
    s = NULL;
out:
    release(s);
    return rc;
}

/* One strip at work. */
struct work {
    const struct op_job *job;
    const struct optics *o;
    struct plan p;
    float *plane[PLANES]; /* coarse rows i0 …, sides in front and behind */
    float *made[MADE];    /* coarse rows j0 …                            */
    float *most[2];       /* largest radius, far and near, of each cell  */
    float *split[LENS_PLANES], *radius;
    float *own, *own_share, *line;
    struct ring fine;
    bool near;
};

static float *coarse(const struct work *w, int plane, int i)
{
    i = i < w->p.i0 ? w->p.i0 : i >= w->p.i1 ? w->p.i1 - 1 : i;
    return w->plane[plane] + (size_t)(i - w->p.i0) * w->p.pitch +
           (size_t)w->p.reach;
}

static float *made(const struct work *w, int plane, int j)
{
    j = j < w->p.j0 ? w->p.j0 : j >= w->p.j1 ? w->p.j1 - 1 : j;
    return w->made[plane] + (size_t)(j - w->p.j0) * w->p.pitch;
}

static struct kern_line shares_of(const struct aperture *a)
{
    return (struct kern_line){.value = a->share,
                              .points = a->shares,
                              .hi = (float)(a->shares - 1) / APERTURE_FINE};
}

/* Coarse row i: sums of full rows, then what becomes of them. */
static void make_coarse(struct work *w, int i)
{
    const struct kern *k = w->job->k;
    const struct view *src = &w->job->src;
    const int s = w->p.step, pad = s * w->p.w - src->w;
    const size_t n = (size_t)src->w, m = (size_t)w->p.w;
    const struct kern_line far = shares_of(w->o->far);
    const struct kern_line near = shares_of(w->o->near);
    float *row[PLANES];

    for (int p = 0; p < LENS_PLANES; p++)
        memset(w->split[p], 0, n * sizeof(float));
    for (int y = i * s; y < i * s + s; y++) {
        const float *c[3];

        op_row_near(src, y, c);
        k->lens->radius(w->radius, row_near(src, src->depth, y), n,
                        &w->o->focus);
        k->lens->split(w->split, c, w->radius, n, &w->o->layers,
                       1 / (float)(s * s));
    }
    for (int p = 0; p < PLANES; p++) {
        row[p] = coarse(w, p, i);
        if (p == SHARE)
            break;
        for (int x = 0; x < pad; x++)
            w->split[p][src->w + x] = w->split[p][src->w - 1];
        k->lens->join(row[p], w->split[p], m, s);
    }
    k->lens->over(row[LENS_FAR_RADIUS], row[LENS_FAR_RADIUS], row[LENS_FAR], m,
                  0);
    k->lens->over(row[LENS_NEAR_RADIUS], row[LENS_NEAR_RADIUS], row[LENS_NEAR],
                  m, 0);
    k->point->scale_bias(row[LENS_FAR_RADIUS], row[LENS_FAR_RADIUS], m,
                         1 / (float)s, 0);
    k->point->scale_bias(row[LENS_NEAR_RADIUS], row[LENS_NEAR_RADIUS], m,
                         1 / (float)s, 0);
    k->lut->line(row[SHARE], row[LENS_NEAR_RADIUS], m, &near);
    for (int p = LENS_NEAR_R; p <= LENS_NEAR; p++)
        k->local->product(row[p], row[p], row[SHARE], m);
    k->lut->line(row[SHARE], row[LENS_FAR_RADIUS], m, &far);
    for (int p = 0; p < PLANES; p++)
        for (int x = 1; x <= w->p.reach; x++) {
            row[p][-x] = row[p][0];
            row[p][w->p.w - 1 + x] = row[p][w->p.w - 1];
        }
}

/* The largest radii of each cell of a coarse row. */
static void survey(struct work *w, int i)
{
    const size_t n = cells(w->p.w);
    float *far = w->most[0] + (size_t)(i - w->p.i0) * n;
    float *near = w->most[1] + (size_t)(i - w->p.i0) * n;

    memset(far, 0, n * sizeof(float));
    memset(near, 0, n * sizeof(float));
    for (int x = 0; x < w->p.w; x++) {
        far[x / CELL] = fmaxf(far[x / CELL], coarse(w, LENS_FAR_RADIUS, i)[x]);
        near[x / CELL] =
            fmaxf(near[x / CELL], coarse(w, LENS_NEAR_RADIUS, i)[x]);
    }
    for (size_t c = 0; c < n; c++)
        w->near = w->near || near[c] > 0;
}

/* The largest radius that may reach cell c of row j. */
static float around(const struct work *w, int which, int j, int c)
{
    const int n = (int)cells(w->p.w);
    float most = 0;

    for (int i = j - w->p.reach; i <= j + w->p.reach; i++) {
        const int y = i < w->p.i0 ? w->p.i0 : i >= w->p.i1 ? w->p.i1 - 1 : i;
        const float *row = w->most[which] + (size_t)(y - w->p.i0) * (size_t)n;

        for (int x = c > 0 ? c - 1 : 0; x <= c + 1 && x < n; x++)
            most = fmaxf(most, row[x]);
    }
    return most;
}

/* Gathers cell c of coarse row j: what is far, then what is near. */
static void gather(struct work *w, int j, int c)
{
    static const int far[6] = {LENS_FAR_R, LENS_FAR_G,      LENS_FAR_B,
                               LENS_FAR,   LENS_FAR_RADIUS, SHARE};
    static const int near[5] = {LENS_NEAR_R, LENS_NEAR_G, LENS_NEAR_B,
                                LENS_NEAR, LENS_NEAR_RADIUS};
    enum { ROWS = 2 * SIDE + 1, MID = SIDE };
    const float *rows[6][ROWS], *const *row[6];
    const struct kern_lens *k = w->job->k->lens;
    const int x = c * CELL, r = w->p.reach;
    const size_t n = (size_t)(x + CELL < w->p.w ? CELL : w->p.w - x);
    struct kern_gather g = aperture_within(w->o->far, around(w, 0, j, c));
    float *dst[4];

    for (int p = 0; p < 6; p++) {
        for (int i = -r; i <= r; i++)
            rows[p][MID + i] = coarse(w, far[p], j + i) + x;
        row[p] = rows[p] + MID;
    }
    for (int p = 0; p < 4; p++)
        dst[p] = made(w, FAR + p, j) + x;
    k->gather_far(dst, row, w->own + x, w->own_share + x, n, &g);
    if (!w->near)
        return;
    g = aperture_within(w->o->near, around(w, 1, j, c));
    for (int p = 0; p < 5; p++)
        for (int i = -r; i <= r; i++)
            rows[p][MID + i] = coarse(w, near[p], j + i) + x;
    for (int p = 0; p < 4; p++)
        dst[p] = made(w, NEAR + p, j) + x;
    k->gather_near(dst, row, n, &g);
}

/* What is behind the near things: the rest, blurred over them. */
static void fill(struct work *w, int j)
{
    const int r = w->p.reach;
    const float *rows[2 * SIDE + 1];
    float weight[GAUSS_MAX + 1];

    gauss_weights(0.5 * r, r, weight);
    for (int p = 0; p < 4; p++) {
        for (int i = -r; i <= r; i++)
            rows[i + r] = coarse(w, LENS_REST_R + p, j + i) - r;
        w->job->k->resample->blur_rows(w->line, rows, weight, r,
                                       (size_t)w->p.w + 2 * (size_t)r);
        w->job->k->resample->blur(made(w, REST + p, j), w->line, weight, r,
                                  (size_t)w->p.w);
    }
}

static void make_made(struct work *w, int j)
{
    const struct kern_lens *k = w->job->k->lens;
    const float *weight = coarse(w, LENS_FAR, j);
    const float *radius = coarse(w, LENS_FAR_RADIUS, j);
    const float *share = coarse(w, SHARE, j);
    float *sum = made(w, FAR + 3, j);

    for (int x = 0; x < w->p.w; x++) {
        w->own[x] = weight[x] > 1e-6f ? radius[x] : 1e6f;
        w->own_share[x] = weight[x] > 1e-6f ? share[x] : 0;
    }
    for (int c = 0; c < (int)cells(w->p.w); c++)
        gather(w, j, c);
    for (int p = 0; p < 3; p++)
        k->over(made(w, FAR + p, j), made(w, FAR + p, j), sum, (size_t)w->p.w,
                0);
    for (int x = 0; x < w->p.w; x++)
        sum[x] = sum[x] > 1e-6f ? 1 : 0;
    if (w->near)
        fill(w, j);
    for (int p = 0; p < (w->near ? MADE : NEAR); p++)
        memset(made(w, p, j) + w->p.w, 0, BEHIND * sizeof(float));
}

/* Full rows for what is nearly in focus: colours, weight, radius, share. */
static void fine_make(void *arg, int y, float *const dst[])
{
    const struct work *w = arg;
    const struct kern *k = w->job->k;
    const struct kern_line share = shares_of(w->o->fine);
    const float most = 2.0f * (float)w->o->step;
    const size_t n = (size_t)w->job->src.w;
    const float *c[3];

    op_row_near(&w->job->src, y, c);
    k->lens->radius(dst[4], row_near(&w->job->src, w->job->src.depth, y), n,
                    &w->o->focus);
    for (size_t x = 0; x < n; x++) {
        const float r = c[0][x], g = c[1][x], b = c[2][x];
        const bool good = fabsf(r) < 1e30f && fabsf(g) < 1e30f &&
                          fabsf(b) < 1e30f;

        dst[0][x] = good ? r : 0;
        dst[1][x] = good ? g : 0;
        dst[2][x] = good ? b : 0;
        dst[3][x] = good ? 1 : 0;
        dst[4][x] = fminf(fabsf(dst[4][x]), most);
    }
    k->lut->line(dst[5], dst[4], n, &share);
}

/* Row y gathered at full size, where anything is nearly in focus. */
static void gather_fine(struct work *w, int y, float *const base[4])
{
    enum { ROWS = 2 * RING_REACH_MAX + 1 };
    const float *rows[6][ROWS], *const *row[6], *at[6][ROWS];
    const float most = 2.0f * (float)w->o->step;
    const int r = w->p.fine, width = w->job->dst.w;

    for (int p = 0; p < 6; p++) {
        ring_rows(&w->fine, y, r, p, rows[p] + r);
        row[p] = at[p] + r;
    }
    for (int x = 0; x < width; x += CELL) {
        const int n = x + CELL < width ? CELL : width - x;
        float *dst[4] = {base[0] + x, base[1] + x, base[2] + x, base[3] + x};
        float largest = 0;
        struct kern_gather g;

        for (int i = x; i < x + n; i++)
            if (rows[4][r][i] < most)
                largest = fmaxf(largest, rows[4][r][i]);
        if (largest <= 0.5f) {
            memset(dst[3], 0, (size_t)n * sizeof(float));
            continue;
        }
        for (int p = 0; p < 6; p++)
            for (int i = 0; i <= 2 * r; i++)
                at[p][i] = rows[p][i] + x;
        g = aperture_within(w->o->fine, most);
        w->job->k->lens->gather_far(dst, row, at[4][r], at[5][r], (size_t)n,
                                    &g);
    }
}

/* A coarse plane at row y and full width. */
static void enlarge(const struct work *w, int plane, int y, float *dst)
{
    const int s = w->p.step, width = w->job->dst.w;
    const float at = ((float)y + 0.5f) / (float)s - 0.5f;
    const int j = (int)floorf(at);

    w->job->k->point->mix(w->line, made(w, plane, j), made(w, plane, j + 1),
                          (size_t)w->p.w, at - (float)j);
    memset(w->line + w->p.w, 0, BEHIND * sizeof(float));
    w->job->k->resample->stretch(dst, w->line, w->p.w, (size_t)width,
                                 0.5f / (float)s - 0.5f, 1 / (float)s);
}

static void begin(struct work *w, const struct op_job *job,
                  const struct depth_of_field *v)
{
    const struct state *s = job->state;
    struct arena *a = job->scratch;
    const size_t wide = (size_t)(job->src.w + 8);
    struct ring_size fine;
    size_t read, rows;

    *w = (struct work){.job = job};
    w->o = job->site->sx == s->site.sx ? &s->full : &s->small;
    w->p = plan_of(v, job->site, job->y0, job->y1);
    read = (size_t)(w->p.i1 - w->p.i0);
    rows = (size_t)(w->p.j1 - w->p.j0);
    for (int p = 0; p < PLANES; p++)
        w->plane[p] = arena_floats(a, read * w->p.pitch);
    for (int p = 0; p < MADE; p++)
        w->made[p] = arena_floats(a, rows * w->p.pitch);
    for (int i = 0; i < 2; i++)
        w->most[i] = arena_floats(a, read * cells(w->p.w));
    for (int p = 0; p < LENS_PLANES; p++)
        w->split[p] = arena_floats(a, wide);
    w->radius = arena_floats(a, wide);
    w->own = arena_floats(a, w->p.pitch);
    w->own_share = arena_floats(a, w->p.pitch);
    w->line = arena_floats(a, w->p.pitch);
    fine = fine_size(job->site, w->p.fine);
    ring_begin(&w->fine, &fine, a, job->y0, fine_make, w);
}

static void rows(const struct op_job *job, const void *values)
{
    const size_t n = (size_t)job->dst.w;
    float *big[MADE], *base[4];
    struct work w;

    begin(&w, job, values);
    for (int i = 0; i < MADE; i++)
        big[i] = arena_floats(job->scratch, n);
    for (int i = 0; i < 4; i++)
        base[i] = arena_floats(job->scratch, n);
    for (int i = w.p.i0; i < w.p.i1; i++) {
        make_coarse(&w, i);
        survey(&w, i);
    }
    for (int j = w.p.j0; j < w.p.j1; j++)
        make_made(&w, j);
    for (int y = job->y0; y < job->y1; y++) {
        const struct op_row r = op_row(job, y);
        const float *const *made_rows = (const float *const *)big;

        gather_fine(&w, y, base);
        for (int p = 0; p < (w.near ? MADE : NEAR); p++)
            enlarge(&w, p, y, big[p]);
        job->k->lens->radius(w.radius, row_of(&job->src, job->src.depth, y), n,
                             &w.o->focus);
        job->k->lens->compose(r.dst, r.src, (const float *const *)base,
                              made_rows, w.near ? made_rows + NEAR : NULL,
                              made_rows + REST, w.radius, n, &w.o->layers);
    }
}

/* Blur as light: red in front of the focus, blue behind, green in it. */
static void show(const struct op_job *job, const void *values)
{
    const struct state *s = job->state;
    const struct optics *o = job->site->sx == s->site.sx ? &s->full : &s->small;
    float *radius = arena_floats(job->scratch, (size_t)job->dst.w);

    (void)values;
    for (int y = job->y0; y < job->y1; y++) {
        const struct op_row r = op_row(job, y);

        job->k->lens->radius(radius, row_of(&job->src, job->src.depth, y), r.n,
                             &o->focus);
        for (size_t x = 0; x < r.n; x++) {
            const float light = fminf(fmaxf(r.src[1][x], 0), 1);
            const float t = radius[x] / fmaxf(o->most, 0.5f);

            r.dst[0][x] = 0.2f * light + 0.8f * fmaxf(-t, 0);
            r.dst[1][x] = 0.2f * light + 0.6f * fmaxf(1 - fabsf(radius[x]), 0);
            r.dst[2][x] = 0.2f * light + 0.8f * fmaxf(t, 0);
        }
    }
}

const struct op op_depth_of_field = {
    .name = "depth_of_field",
    .doc = "Blurs what is nearer or farther than the focus, as a lens does",
    .params = params,
    .size = sizeof(struct depth_of_field),
    .domain = OP_LINEAR,
    .needs = OP_NEEDS_DEPTH,
    .neutral = neutral,
    .check = check,
    .halo = halo,
    .scratch = scratch,
    .prepare = prepare,
    .rows = rows,
    .release = release,
    .show = show,
};
