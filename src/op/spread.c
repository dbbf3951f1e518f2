/* Points spread over an aperture; see the header. */

#include "op/spread.h"

#include <math.h>
#include <string.h>

#include "kern/local.h"
#include "kern/lut.h"
#include "kern/point.h"
#include "kern/resample.h"
#include "op/field.h"
#include "op/ring.h"
#include "op/row.h"

#define COARSE 12 /* points of a coarse radius, while the step is below 8 */
#define SIDE   26 /* points to each side of it at most                    */
#define CELL   64 /* pixels whose largest radius is known  */
#define BEHIND 16 /* values that are read behind a row     */

struct spread_size spread_size(float most, bool wide)
{
    struct spread_size s = {most, 2, 0};

    while (most > (float)(COARSE * s.step) && s.step < 8)
        s.step *= 2;
    s.reach = (int)ceilf((wide ? (float)SHAPE_REACH : 1) *
                         (most / (float)s.step + 0.5f));
    return s;
}

int spread_halo(const struct spread_size *s)
{
    return s->step * (s->reach + 2);
}

int spread_make(struct spread *s, const struct outline *o, struct err *e)
{
    const float step = (float)s->size.step;
    const double radius = (double)(s->size.most / step);
    int rc;

    s->layers.far_from = 0.5f;
    s->layers.far_scale = 1;
    s->layers.near_from = step;
    s->layers.near_scale = 1 / step;
    s->layers.boost /= step * step;
    TRY(aperture_new(radius, o, false, &s->far, e));
    TRY(aperture_new(radius, o, true, &s->near, e));
    TRY(aperture_new(2.0 * s->size.step, o, false, &s->fine, e));
out:
    return rc;
}

void spread_release(struct spread *s)
{
    aperture_free(s->far);
    aperture_free(s->near);
    aperture_free(s->fine);
}

/* What of a strip is made at which size. */
struct plan {
    int step, reach, fine;
    int w, h;     /* of the coarse picture      */
    int i0, i1;   /* its rows that are read     */
    int j0, j1;   /* and those that are made    */
    size_t pitch; /* of its rows, sides counted */
};

static struct plan plan_of(const struct spread_size *size,
                           const struct op_site *site, int y0, int y1)
{
    const int s = size->step;
    struct plan p = {.step = s, .reach = size->reach, .fine = 3 * s};

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

size_t spread_scratch(const struct spread_size *size,
                      const struct op_site *site, int rows)
{
    const struct plan p = plan_of(size, site, 0, rows);
    const struct ring_size fine = fine_size(site, p.fine);
    const size_t made = (size_t)(rows / p.step) + 3;
    const size_t read = made + 2 * (size_t)p.reach;
    const size_t line = (p.pitch + 16) * sizeof(float);

    return ring_bytes(&fine) + read * PLANES * line + made * MADE * line +
           6 * line + 2 * read * (cells(p.w) + 16) * sizeof(float) +
           op_row_bytes(site->w + p.step, LENS_PLANES + 1) +
           op_row_bytes(site->w, MADE + 5) + 4096;
}

/* One strip at work. */
struct work {
    const struct op_job *job;
    const struct spread *o;
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
    for (int p = 0; p < PLANES; p++) {
        float *first = row[p], *last = first + w->p.w - 1;

        for (int x = 1; x <= w->p.reach; x++) {
            *(first - x) = *first;
            last[x] = *last;
        }
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
    const float most = 2.0f * (float)w->o->size.step;
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
    const float *rows[6][ROWS];
    const float *at[6][ROWS];
    const float *const *row[6];
    const float most = 2.0f * (float)w->o->size.step;
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

static void begin(struct work *w, const struct spread *s,
                  const struct op_job *job)
{
    struct arena *a = job->scratch;
    const size_t wide = (size_t)job->src.w + 8;
    struct ring_size fine;
    size_t read, rows;

    *w = (struct work){.job = job};
    w->o = s;
    w->p = plan_of(&s->size, job->site, job->y0, job->y1);
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

void spread_rows(const struct spread *s, const struct op_job *job)
{
    const size_t n = (size_t)job->dst.w;
    float *big[MADE], *base[4];
    struct work w;

    begin(&w, s, job);
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
