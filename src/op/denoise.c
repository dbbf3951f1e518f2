/*
 * Denoise: averages each pixel with those around it that differ by no more
 * than noise does. Colour noise is coarse, so colour is treated at half the
 * size; luma at full size, compared through a light blur, because single noisy
 * values are bad judges. In the square root of light the noise of photons is
 * equally strong at all levels, so one limit fits all.
 */

#include <math.h>
#include <string.h>

#include "kern/filter.h"
#include "kern/local.h"
#include "kern/point.h"
#include "kern/resample.h"
#include "op/denoise.h"
#include "op/ring.h"
#include "op/row.h"

static const struct param params[] = {
    P_FLOAT(denoise, luma, .lo = 0, .hi = 1,
            .doc = "Noise in brightness to remove"),
    P_FLOAT(denoise, chroma, .lo = 0, .hi = 1, .def = 0.25,
            .doc = "Noise in colour to remove"),
    P_END,
};

#define LUMA_REACH   2  /* pixels                                     */
#define CHROMA_REACH 4  /* pixels of half the size                    */
#define CHROMA_HALO  11 /* rows that CHROMA_REACH and scaling up need */
#define LUMA_HALO    3  /* LUMA_REACH and the blur                    */

/* 5 x 5 without the middle. */
static const struct kern_taps luma_taps = {
    24,
    {-2, -1, 0,  1,  2, -2, -1, 0,  1,  2, -2, -1,
     1,  2,  -2, -1, 0, 1,  2,  -2, -1, 0, 1,  2},
    {-2, -2, -2, -2, -2, -1, -1, -1, -1, -1, 0, 0,
     0,  0,  1,  1,  1,  1,  1,  2,  2,  2,  2, 2},
};

/* Eight directions at distances 1, 2 and 4. */
static const struct kern_taps chroma_taps = {
    24,
    {-1, 0,  1, -1, 1,  -1, 0, 1,  -2, 0,  2, -2,
     2,  -2, 0, 2,  -4, 0,  4, -3, 3,  -3, 3, 0},
    {-1, -1, -1, 0, 0, 1,  1, 1,  -2, -2, -2, 0,
     0,  2,  2,  2, 0, -4, 0, -3, -3, 3,  3,  4},
};

static bool neutral(const void *values)
{
    const struct denoise *v = values;

    return v->luma == 0 && v->chroma == 0;
}

int denoise_halo(const void *values, const struct op_site *site)
{
    const struct denoise *v = values;

    (void)site;
    return v->chroma > 0 ? CHROMA_HALO : LUMA_HALO;
}

#define SIDES 4 /* values beside a row that taps and blurs may read */

static struct ring_size luma_size(const struct op_site *s)
{
    return (struct ring_size){s->w, s->h, 1, LUMA_HALO, SIDES};
}

static struct ring_size half_size(const struct op_site *s, int planes,
                                  int reach)
{
    return (struct ring_size){(s->w + 1) / 2, (s->h + 1) / 2, planes, reach,
                              SIDES};
}

size_t denoise_scratch(const void *values, const struct op_site *site, int rows)
{
    const struct denoise *v = values;
    const struct ring_size luma = luma_size(site);
    const struct ring_size half = half_size(site, 3, CHROMA_REACH);
    const struct ring_size done = half_size(site, 6, 1);
    const int w = site->w + 2 * SIDES;
    size_t size = 0;

    (void)rows;
    if (v->luma > 0)
        size += 2 * ring_bytes(&luma) + op_row_bytes(w, 2);
    if (v->chroma > 0)
        size += ring_bytes(&half) + ring_bytes(&done) + op_row_bytes(w, 12);
    return size;
}

/* Luma: a ring of it, and a ring of it lightly blurred. */
struct luma {
    struct ring plain, blurred;
    const struct op_job *job;
    float *tall, *delta;
};

static void blurred_make(void *arg, int y, float *const dst[])
{
    static const float w[2] = {0.5f, 0.25f};
    struct luma *l = arg;
    const struct kern_resample *k = l->job->k->resample;
    const size_t n = (size_t)l->job->src.w;
    const float *rows[3];

    ring_rows(&l->plain, y, 1, 0, rows + 1);
    for (int i = 0; i < 3; i++)
        rows[i]--;
    k->blur_rows(l->tall, rows, w, 1, n + 2);
    k->blur(dst[0], l->tall, w, 1, n);
}

static void luma_begin(struct luma *l, struct op_job *job)
{
    const struct ring_size size = luma_size(job->site);
    const size_t n = (size_t)job->src.w + 2 * SIDES;

    l->job = job;
    l->tall = arena_floats(job->scratch, n);
    l->delta = arena_floats(job->scratch, n);
    ring_begin(&l->plain, &size, job->scratch, job->y0, luma_make, job);
    ring_begin(&l->blurred, &size, job->scratch, job->y0 + 1, blurred_make, l);
}

/* dst = src, or dst itself, with steady luma. */
static void luma_row(struct luma *l, int y, float amount, float *const dst[3],
                     const float *const src[3])
{
    const struct kern_filter *k = l->job->k->filter;
    const size_t n = (size_t)l->job->src.w;
    const float *value[2 * LUMA_REACH + 1], *guide[2 * LUMA_REACH + 1];

    ring_rows(&l->blurred, y, LUMA_REACH, 0, guide + LUMA_REACH);
    ring_rows(&l->plain, y, LUMA_REACH, 0, value + LUMA_REACH);
    k->steady(l->delta, value + LUMA_REACH, guide + LUMA_REACH, n, &luma_taps,
              0.12f * amount);
    k->shift(dst, src, l->delta, n);
}

/*
 * Colour: a ring of half-size luma and chroma, and a ring of what came of it:
 * chroma before, its change, and chroma after.
 */
struct chroma {
    struct ring half, done;
    const struct op_job *job;
    float limit;
    float *line[6]; /* luma and chroma of two full rows */
    float *mixed;   /* a half row between two           */
    float *full[4]; /* planes of `done`, full width     */
    float *unrest;  /* where chroma has an edge         */
};

static void half_make(void *arg, int y, float *const dst[])
{
    struct chroma *c = arg;
    const struct kern *k = c->job->k;
    const int w = c->job->src.w;

    for (int i = 0; i < 2; i++) {
        float *const *l = c->line + 3 * i;
        const float *src[3];

        op_row_near(&c->job->src, 2 * y + i, src);
        k->filter->luma(l[0], src, (size_t)w);
        k->filter->chroma(l[1], l[2], src, (size_t)w);
        for (int p = 0; p < 3; p++)
            l[p][w] = l[p][w - 1];
    }
    for (int p = 0; p < 3; p++)
        k->resample->halve(dst[p], c->line[p], c->line[p + 3],
                           (size_t)(w + 1) / 2);
}

static void done_make(void *arg, int y, float *const dst[])
{
    struct chroma *c = arg;
    const size_t n = (size_t)(c->job->src.w + 1) / 2;
    const float *rows[3][2 * CHROMA_REACH + 1];

    for (int p = 0; p < 3; p++)
        ring_rows(&c->half, y, CHROMA_REACH, p, rows[p] + CHROMA_REACH);
    memcpy(dst[0], rows[1][CHROMA_REACH], n * sizeof(float));
    memcpy(dst[1], rows[2][CHROMA_REACH], n * sizeof(float));
    c->job->k->filter->steady2(dst[2], dst[3], rows[0] + CHROMA_REACH,
                               rows[1] + CHROMA_REACH, rows[2] + CHROMA_REACH,
                               n, &chroma_taps, 0.05f + 0.3f * c->limit,
                               c->limit);
    for (int p = 0; p < 2; p++) {
        memcpy(dst[4 + p], dst[p], n * sizeof(float));
        c->job->k->local->add(dst[4 + p], dst[2 + p], n, 1.0f);
    }
}

static void chroma_begin(struct chroma *c, const struct op_job *job,
                         float amount)
{
    const struct ring_size half = half_size(job->site, 3, CHROMA_REACH);
    const struct ring_size done = half_size(job->site, 6, 1);
    const size_t n = (size_t)job->src.w + 2 * SIDES;
    const int first = job->y0 / 2 < 1 ? 0 : job->y0 / 2 - 1;

    c->job = job;
    c->limit = 0.35f * sqrtf(amount);
    for (int i = 0; i < 6; i++)
        c->line[i] = arena_floats(job->scratch, n);
    for (int i = 0; i < 4; i++)
        c->full[i] = arena_floats(job->scratch, n);
    c->mixed = arena_floats(job->scratch, n);
    c->unrest = arena_floats(job->scratch, n);
    ring_begin(&c->half, &half, job->scratch, first, half_make, c);
    ring_begin(&c->done, &done, job->scratch, job->y0 / 2, done_make, c);
}

static void chroma_row(struct chroma *c, int y, float *const dst[3],
                       const float *const src[3])
{
    const struct kern *k = c->job->k;
    const size_t pairs = (size_t)(c->job->src.w + 1) / 2 + 1;
    const float *uv[2] = {c->full[0] + 1, c->full[1] + 1};
    const float *duv[2] = {c->full[2] + 1, c->full[3] + 1};
    const float *rows[3], *after[2][2];

    for (int p = 0; p < 6; p++) {
        ring_rows(&c->done, y / 2, 1, p, rows + 1);
        rows[0] = rows[y % 2 ? 2 : 0] - 1;
        rows[1]--;
        if (p >= 4) {
            after[p - 4][0] = rows[0];
            after[p - 4][1] = rows[1];
            continue;
        }
        k->point->mix(c->mixed, rows[1], rows[0], pairs + 1, 0.25f);
        k->resample->twice(c->full[p], c->mixed, pairs);
    }
    k->filter->unrest(c->unrest, after[0], after[1], pairs);
    k->filter->rechroma(dst, src, uv, duv, c->unrest + 1, (size_t)c->job->src.w,
                        0.35f * c->limit);
}

void denoise_rows(const struct op_job *job, const void *values)
{
    const struct denoise *v = values;
    struct op_job from = *job;
    struct chroma chroma = {.job = job};
    struct luma luma = {.job = job};

    if (v->luma > 0)
        luma_begin(&luma, &from);
    if (v->chroma > 0)
        chroma_begin(&chroma, job, v->chroma);
    for (int y = job->y0; y < job->y1; y++) {
        struct op_row r = op_row(job, y);

        if (v->chroma > 0) {
            chroma_row(&chroma, y, r.dst, r.src);
            r = op_row_again(r);
        }
        if (v->luma > 0) {
            luma_row(&luma, y, v->luma, r.dst, r.src);
            r = op_row_again(r);
        }
        op_row_copy(r);
    }
}

const struct op op_denoise = {
    .name = "denoise",
    .doc = "Removes noise in brightness and in colour, keeping edges",
    .params = params,
    .size = sizeof(struct denoise),
    .domain = OP_ROOT,
    .neutral = neutral,
    .halo = denoise_halo,
    .scratch = denoise_scratch,
    .rows = denoise_rows,
};
