/*
 * Temporal denoise: of footage, averages each pixel with the same place in the
 * frames around, where nothing moves. Whether something does is asked of the
 * 3 x 3 pixels around: a difference that noise of the stated strength hardly
 * ever makes is motion, and such a frame has no part in that pixel, nor has one
 * beyond it in time. Frames are averages of their neighbours as these came, not
 * of results: each can be made alone, and nothing drags on.
 *
 * In the square root of light a step in display values is about as large
 * everywhere; what it is exactly scales the noise. Code values need no scale.
 */

#include <math.h>
#include <string.h>

#include "kern/filter.h"
#include "kern/temporal.h"
#include "op/ring.h"
#include "op/row.h"

struct temporal_denoise {
    float luma;
    float chroma;
    int radius;
};

static const struct param params[] = {
    P_FLOAT(temporal_denoise, luma, .def = 1.5, .lo = 0, .hi = 20, .step = 0.1,
            .doc = "Noise in brightness to remove, as its deviation in 8-bit "
                   "code values: 1 is soft, 2 medium, 3.5 strong"),
    P_FLOAT(temporal_denoise, chroma, .def = 1.5, .lo = 0, .hi = 20,
            .step = 0.1,
            .doc = "Noise in colour to remove, as the deviation of Cb and Cr "
                   "in 8-bit code values"),
    P_INT(temporal_denoise, radius, .def = 2, .lo = 1, .hi = OP_FRAMES_MAX,
          .step = 1, .doc = "Frames before and after that are looked at"),
    P_END,
};

/* How much each says, and what makes a weight of 0; see match_of(). */
#define MEAN   0.05
#define SQUARE 0.18
#define LIMIT  1.4f

static bool neutral(const void *values)
{
    const struct temporal_denoise *v = values;

    return v->luma == 0 && v->chroma == 0;
}

static int frames(const void *values)
{
    return ((const struct temporal_denoise *)values)->radius;
}

static int halo(const void *values, const struct op_site *site)
{
    (void)values;
    (void)site;
    return 1;
}

/* Luma and chroma of a difference. */
static struct ring_size ring_of(const struct op_site *s)
{
    return (struct ring_size){s->w, s->h, 2, 1, 1};
}

#define ROWS  9   /* five sums, two weights, luma, its scale */
#define PIECE 512 /* pixels whose sums stay in the first cache */

static size_t scratch(const void *values, const struct op_site *site, int rows)
{
    const struct ring_size ring = ring_of(site);

    (void)rows;
    return 2 * (size_t)frames(values) * ring_bytes(&ring) +
           op_row_bytes(PIECE, ROWS);
}

/* Another frame, compared with the one that is made. */
struct other {
    const struct op_job *job;
    const struct view *view;
    struct ring change;
};

static void change_make(void *arg, int y, float *const dst[])
{
    const struct other *o = arg;
    const float *a[3], *b[3];

    op_row_near(&o->job->src, y, a);
    op_row_near(o->view, y, b);
    o->job->k->temporal->change(dst[0], dst[1], a, b, (size_t)o->job->src.w);
}

struct work {
    const struct op_job *job;
    struct kern_match match;
    float *sum[5], *wy, *wc, *luma, *scale;
    struct other other[2 * OP_FRAMES_MAX];
};

/*
 * Noise alone gives a squared sum of 18 of its variances on average (but often
 * several times that), a sum of squares of 18 too (which varies little), and 36
 * of Cb and Cr together.
 */
static struct kern_match match_of(const struct temporal_denoise *v)
{
    const double most = fmax(fmax((double)v->luma, (double)v->chroma), 0.1);
    const double y = (v->luma > 0 ? (double)v->luma : most) / 255;
    const double c = (v->chroma > 0 ? (double)v->chroma : most) / 255;
    const double loose = y * 255 / most;

    return (struct kern_match){
        .mean = (float)(MEAN / (18 * y * y)),
        .square = (float)(SQUARE / (18 * y * y)),
        .chroma = (float)(SQUARE / (36 * c * c)),
        .loose = (float)(loose * loose),
        .limit = LIMIT,
        .keep_y = v->luma > 0,
        .keep_c = v->chroma > 0,
    };
}

static void begin(struct work *w, const struct op_job *job)
{
    const struct ring_size size = ring_of(job->site);

    for (int i = 0; i < 5; i++)
        w->sum[i] = arena_floats(job->scratch, PIECE);
    w->wy = arena_floats(job->scratch, PIECE);
    w->wc = arena_floats(job->scratch, PIECE);
    w->luma = arena_floats(job->scratch, PIECE);
    w->scale = arena_floats(job->scratch, PIECE);
    for (int i = 0; i < PIECE; i++)
        w->scale[i] = 1;
    for (int i = 0; i < job->before + job->after; i++) {
        struct other *o = &w->other[i];

        o->job = job;
        o->view = &job->near[i];
        ring_begin(&o->change, &size, job->scratch, job->y0, change_make, o);
    }
}

/*
 * Frames on one side for n pixels from x on, the nearest first: what one has
 * lost, those beyond it have lost too.
 */
static void one_side(struct work *w, int y, int x, size_t n, int from,
                     int count, int step)
{
    const struct kern_temporal *k = w->job->k->temporal;
    const float *a[3], *b[3], *luma[3], *chroma[3];

    for (size_t i = 0; i < n; i++)
        w->wy[i] = w->wc[i] = 1;
    op_row_near(&w->job->src, y, a);
    for (int i = 0; i < count; i++) {
        struct other *o = &w->other[from + i * step];

        ring_rows(&o->change, y, 1, 0, luma + 1);
        ring_rows(&o->change, y, 1, 1, chroma + 1);
        op_row_near(o->view, y, b);
        for (int p = 0; p < 3; p++) {
            luma[p] += x;
            chroma[p] += x;
            b[p] += x;
        }
        if (i == 0)
            for (int p = 0; p < 3; p++)
                a[p] += x;
        k->match(w->wy, w->wc, luma, chroma, w->scale, n, &w->match);
        k->gather(w->sum, a, b, luma[1], w->wy, w->wc, n);
    }
}

static void make_piece(struct work *w, const struct op_row *r, int y, int x,
                       size_t n)
{
    const struct op_job *job = w->job;
    const float *src[3] = {r->src[0] + x, r->src[1] + x, r->src[2] + x};
    float *dst[3] = {r->dst[0] + x, r->dst[1] + x, r->dst[2] + x};

    if (!job->code) { /* w->scale is 1 */
        job->k->filter->luma(w->luma, src, n);
        job->k->temporal->step_scale(w->scale, w->luma, n);
    }
    for (int i = 0; i < 5; i++)
        memset(w->sum[i], 0, n * sizeof(float));
    one_side(w, y, x, n, job->before - 1, job->before, -1);
    one_side(w, y, x, n, job->before, job->after, 1);
    job->k->temporal->settle(dst, src, (const float *const *)w->sum, n);
}

static void rows(const struct op_job *job, const void *values)
{
    struct work w = {.job = job, .match = match_of(values)};
    const int width = job->dst.w;

    begin(&w, job);
    for (int y = job->y0; y < job->y1; y++) {
        const struct op_row r = op_row(job, y);

        if (job->before + job->after == 0)
            op_row_copy(r);
        else
            for (int x = 0; x < width; x += PIECE)
                make_piece(&w, &r, y, x,
                           (size_t)(width - x < PIECE ? width - x : PIECE));
    }
}

const struct op op_temporal_denoise = {
    .name = "temporal_denoise",
    .doc = "Averages frames of footage where nothing moves, stills stay as "
           "they are",
    .params = params,
    .size = sizeof(struct temporal_denoise),
    .domain = OP_ROOT,
    .code = op_code_display,
    .neutral = neutral,
    .halo = halo,
    .frames = frames,
    .scratch = scratch,
    .rows = rows,
};
