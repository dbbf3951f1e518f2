/*
 * Deband: gradients that were stored in too few steps become smooth again. Of
 * blocks of pixels the mean and the range of values are known; windows of
 * blocks, each twice as wide as the one before, show how far a pixel's
 * surroundings are flat: no wider range than a few steps, and inside of the
 * blocks next to it less than noise would make. The mean over the widest flat
 * window, blocks weighed 1 2 1 from size to size (which makes a triangle),
 * replaces the pixel, as far as a step can have moved it and no further: what
 * differs more is detail, and stays.
 */

#include <math.h>
#include <string.h>

#include "kern/depth.h"
#include "kern/local.h"
#include "kern/point.h"
#include "kern/resample.h"
#include "op/blocks.h"
#include "op/field.h"
#include "op/row.h"

struct deband {
    float threshold;
    float radius;
    int iterations;
    float dither;
};

#define LEVELS_MAX 5

static const struct param params[] = {
    P_FLOAT(deband, threshold, .def = 1.5, .lo = 0, .hi = 20, .step = 0.1,
            .doc = "Largest step between bands, in 8-bit code values, where 1 "
                   "is a gradient stored in 8 bits"),
    P_FLOAT(deband, radius, .def = 0.05, .lo = 0.002, .hi = 0.1, .step = 0.001,
            .doc = "How far a gradient is looked at, as a share of the "
                   "picture's height, to the nearest power of two of pixels"),
    P_INT(deband, iterations, .def = 3, .lo = 1, .hi = LEVELS_MAX, .step = 1,
          .doc = "Sizes of surroundings that are tried, each half of the one "
                 "before"),
    P_FLOAT(
        deband, dither, .lo = 0, .hi = 4, .step = 0.1,
        .doc = "Fine pattern added where bands were, in 8-bit code values, "
               "where 0.7 to 1 keeps them from coming back in files of 8 bits"),
    P_END,
};

#define CODE 255.0f

/* In thresholds: ranges of a window, means of ranges in blocks that are flat,
   and are not any more; how far a pixel is moved. */
#define WINDOW_FLAT 2.0f
#define WINDOW_NOT  3.5f
#define BLOCK_FLAT  0.6f
#define BLOCK_NOT   1.2f
#define MOVED       0.6f

static bool neutral(const void *values)
{
    return ((const struct deband *)values)->threshold == 0;
}

/* Blocks are 2^shift pixels wide; windows reach as many blocks. */
struct sizes {
    int shift, levels, reach;
};

static struct sizes sizes_of(const struct deband *v, const struct op_site *s)
{
    const double r = (double)v->radius * s->full_h * s->sy;
    const double shift = rint(log2(r)) - v->iterations;

    return (struct sizes){(int)fmin(fmax(shift, 0), BLOCK_SHIFT_MAX),
                          v->iterations, (1 << v->iterations) - 1};
}

static int halo(const void *values, const struct op_site *site)
{
    const struct sizes z = sizes_of(values, site);

    return (z.reach + 2) << z.shift;
}

struct work {
    const struct op_job *job;
    struct sizes size;
    struct blocks blocks;
    struct sheet result; /* what pixels should be, and whether */
    float *trust, *want, *tall;
};

/* Rows of blocks for `rows` rows of pixels. */
static int block_rows(const struct sizes *z, int rows, int h)
{
    const int n = (rows >> z->shift) + 4 + 2 * z->reach;
    const int all = blocks_of(h, z->shift) + 2;

    return n < all ? n : all;
}

static size_t scratch(const void *values, const struct op_site *site, int rows)
{
    const struct sizes z = sizes_of(values, site);
    const int n = block_rows(&z, rows, site->h);

    return blocks_bytes(site, z.shift, n) + sheet_bytes(site, z.shift, n) +
           op_row_bytes(site->w, 3);
}

static void begin(struct work *w, const struct op_job *job)
{
    const struct sizes *z = &w->size;
    const int n = block_rows(z, job->y1 - job->y0, job->src.h);

    w->job = job;
    blocks_begin(&w->blocks, job, z->shift, n);
    sheet_begin(&w->result, &w->blocks, n);
    w->trust = arena_floats(job->scratch, (size_t)job->dst.w);
    w->want = arena_floats(job->scratch, (size_t)job->dst.w);
    w->tall = arena_floats(job->scratch, (size_t)job->dst.w);
}

enum { WANT, TRUST };

/* How far blocks are free of detail: the mean of their ranges, 3 x 3. */
static void trust_blocks(struct work *w, int y, float threshold)
{
    static const float weight[2] = {0.5f, 0.25f};
    const struct kern *k = w->job->k;
    const size_t n = (size_t)w->blocks.w;
    const float *rows[3], *wide;

    for (int kind = BLOCK_LEAST; kind <= BLOCK_MOST; kind++) {
        for (int j = 0; j < 3; j++)
            rows[j] = sheet_row(&w->blocks.now, kind,
                                row_within(y + j - 1, w->blocks.h));
        k->resample->blur_rows(w->tall, rows, weight, 1, n);
        wide = blocks_padded(w->blocks.line[BLOCK_MEAN], w->tall, w->blocks.w,
                             false);
        k->resample->blur(w->blocks.line[kind], wide - 1, weight, 1, n);
    }
    k->band->flat(sheet_row(&w->result, TRUST, y), w->blocks.line[BLOCK_LEAST],
                  w->blocks.line[BLOCK_MOST], n, BLOCK_FLAT * threshold,
                  BLOCK_NOT * threshold);
}

/* Means of windows of one size where these are flat; all of them, the first
   time. */
static void take_windows(struct work *w, int y, float threshold, bool first)
{
    const struct kern *k = w->job->k;
    const size_t n = (size_t)w->blocks.w;
    const float *mean = sheet_row(&w->blocks.now, BLOCK_MEAN, y);
    float *want = sheet_row(&w->result, WANT, y);
    float *trust = sheet_row(&w->result, TRUST, y), *flat = w->tall;

    k->band->flat(flat, sheet_row(&w->blocks.now, BLOCK_LEAST, y),
                  sheet_row(&w->blocks.now, BLOCK_MOST, y), n,
                  WINDOW_FLAT * threshold, WINDOW_NOT * threshold);
    if (first) {
        memcpy(want, mean, n * sizeof(*want));
        k->local->product(trust, trust, flat, n);
    } else {
        k->depth->blend(want, want, mean, flat, n);
    }
}

/* A block beside the first and the last, a row above and below the picture. */
static void rim(struct work *w, int kind)
{
    struct sheet *s = &w->result;
    const bool mean = kind == WANT;
    const int n = w->blocks.w, h = w->blocks.h;

    for (int y = row_within(s->y0, h); y < s->y1 && y < h; y++) {
        float *row = sheet_row(s, kind, y);
        const int in = mean && n > 1;

        row[-1] = 2 * row[0] - row[in];
        row[n] = 2 * row[n - 1] - row[n - 1 - in];
    }
    for (int i = 0; i < 2; i++) {
        const int to = i ? h : -1, edge = i ? h - 1 : 0;
        const int in = mean && h > 1 ? 2 * edge - to : edge;

        if (to >= s->y0 && to < s->y1)
            w->job->k->point->mix(
                sheet_row(s, kind, to) - 1, sheet_row(s, kind, in) - 1,
                sheet_row(s, kind, edge) - 1, (size_t)n + 2, 2);
    }
}

/* Rows y0 … y1-1 of blocks of the result, for plane p; rows -1 and h may be
   among them. */
static void make_result(struct work *w, int p, int y0, int y1, float threshold)
{
    const int h = w->blocks.h;
    int left = w->size.reach;

    if (y0 < 0 && y1 < 2 && h > 1)
        y1 = 2; /* what row -1 goes on from */
    if (y1 > h && y0 > h - 2 && h > 1)
        y0 = h - 2;
    w->result.y0 = y0;
    w->result.y1 = y1;
    y0 = row_within(y0, h);
    y1 = row_within(y1 - 1, h) + 1;
    blocks_fill(&w->blocks, p, row_within(y0 - left, h),
                row_within(y1 - 1 + left, h) + 1);
    for (int y = y0; y < y1; y++)
        trust_blocks(w, y, threshold);
    for (int i = 0; i < w->size.levels; i++) {
        left -= 1 << i;
        blocks_widen(&w->blocks, 1 << i, row_within(y0 - left, h),
                     row_within(y1 - 1 + left, h) + 1);
        for (int y = y0; y < y1; y++)
            take_windows(w, y, threshold, i == 0);
    }
    rim(w, WANT);
    rim(w, TRUST);
}

static void move_rows(struct work *w, const struct deband *v, int p)
{
    const struct op_job *job = w->job;
    const struct kern_band *k = job->k->band;
    const struct sheet *s = &w->result;
    const struct op_site site = {
        .w = job->dst.w, .h = job->dst.h, .sx = 1, .sy = 1};
    struct field f = {.w = w->blocks.w + 2,
                      .h = s->y1 - s->y0,
                      .planes = 1,
                      .ox = 1,
                      .oy = -s->y0,
                      .sx = 1.0 / (1 << w->size.shift),
                      .sy = 1.0 / (1 << w->size.shift),
                      .pitch = s->pitch};
    const uint32_t phase = (uint32_t)job->site->frame * 0x9e3779b9u;
    const size_t n = (size_t)job->dst.w;

    for (int y = job->y0; y < job->y1; y++) {
        f.data = s->data[WANT] - 1;
        field_read(&f, job->k, &site, 0, y, w->want);
        f.data = s->data[TRUST] - 1;
        field_read(&f, job->k, &site, 0, y, w->trust);
        k->deband(row_of(&job->dst, p, y), row_of(&job->src, p, y), w->want,
                  w->trust, n, MOVED * v->threshold / CODE);
        if (v->dither > 0)
            k->dither(row_of(&job->dst, p, y), w->trust, n, y, phase,
                      v->dither / CODE);
    }
}

/* The block above the middle of a row, whose mean has a part in it. */
static int block_above(int y, const struct sizes *z)
{
    return (int)floor((y + 0.5) / (1 << z->shift) - 0.5);
}

static void rows(const struct op_job *job, const void *values)
{
    const struct deband *v = values;
    struct work w = {.size = sizes_of(v, job->site)};
    const int first = block_above(job->y0, &w.size);
    const int last = block_above(job->y1 - 1, &w.size) + 1;

    begin(&w, job);
    for (int p = 0; p < 3; p++) {
        make_result(&w, p, first, last + 1, v->threshold / CODE);
        move_rows(&w, v, p);
    }
}

const struct op op_deband = {
    .name = "deband",
    .doc = "Makes gradients smooth that were stored in too few steps",
    .params = params,
    .size = sizeof(struct deband),
    .domain = OP_DISPLAY,
    .code = op_code_display,
    .neutral = neutral,
    .halo = halo,
    .scratch = scratch,
    .rows = rows,
};
