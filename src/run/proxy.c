/* Box averages of the whole source, in one pass over its strips. */

#include <assert.h>
#include <string.h>

#include "kern/convert.h"
#include "kern/point.h"
#include "run/proxy.h"

#define BAND_ROWS 64

struct proxy_job {
    const struct render *r;
    struct source *s;        /* or NULL: */
    const struct view *from; /* a picture in memory, or NULL: r->frame */
    int w, h;                /* of either */
    int f;                   /* pixels per proxy pixel */
    int rows;                /* proxy rows of a task */
    int planes;
    struct image *image;
};

static struct rows source_rows(const struct proxy_job *j, int index)
{
    const int h = j->h, n = j->f * j->rows;
    const int64_t y0 = (int64_t)index * n, y1 = y0 + n;

    return (struct rows){(int)y0, y1 < h ? (int)y1 : h};
}

/* A row of the source in linear light. */
static void see_row(const struct proxy_job *j, int y, float *const row[],
                    struct arena *scratch)
{
    const struct render *r = j->r;

    if (j->s)
        convert_in(r->in, r->k, source_row(j->s, y), (size_t)j->w, row,
                   scratch);
    else
        r->frame->row(r->frame->arg, 0, y, row, scratch);
    if (chain_takes_code(r->chain))
        chain_domain(r->chain, r->k, row, (size_t)j->w, OP_CODE, OP_LINEAR);
}

/*
 * One row of the proxy: rows of the source are summed, then boxes along the
 * sum. Where a box is four or more rows high every second one will do, and of
 * a frame, which is there for a moment only, where it is three. `row`
 * holds the planes of the source and behind them three for the sums.
 */
static void average(const struct proxy_job *j, int y, float *const row[],
                    struct arena *scratch)
{
    const struct kern_convert *k = j->r->k->convert;
    const struct view *v = &j->image->v;
    const size_t n = (size_t)j->w, small = (size_t)v->w;
    const int y0 = y * j->f, y1 = y0 + j->f < j->h ? y0 + j->f : j->h;
    const int step = j->f >= (j->r->frame ? 3 : 4) ? 2 : 1,
              rows = (y1 - y0 + step - 1) / step;
    const int tail = j->w - (v->w - 1) * j->f;
    const float area = 1.0f / (float)(j->f * rows);
    float *const *sum = row + j->planes;

    assert(sum[0] && sum[1] && sum[2]);
    for (int p = 0; p < 3; p++)
        memset(sum[p], 0, n * sizeof(float));
    for (int i = y0; i < y1; i += step) {
        arena_reset(scratch);
        if (!j->from)
            see_row(j, i, row, scratch);
        for (int p = 0; p < 3; p++)
            k->add_finite(sum[p], j->from ? row_of(j->from, p, i) : row[p], n);
    }
    for (int p = 0; p < 3; p++) {
        float *dst = row_of(v, p, y);

        k->box_add(dst, sum[p], n, j->f);
        j->r->k->point->scale_bias(dst, dst, small, area, 0.0f);
        dst[small - 1] *= (float)j->f / (float)tail;
    }
}

/* The rows that depth is made of pass here for the first time. */
static int tap_depth(const struct proxy_job *j, int slot, struct rows src,
                     struct err *e)
{
    const struct render *r = j->r;
    int rc = 0;

    if (!j->s || !r->depth_row)
        return 0;
    for (int y = src.y0; rc == 0 && y < src.y1; y++)
        rc = r->depth_row(r->depth->arg, slot, y, source_row(j->s, y), e);
    return rc;
}

static int task(void *arg, int index, int slot, struct err *e)
{
    const struct proxy_job *j = arg;
    const struct rows src = source_rows(j, index);
    const size_t pitch = view_pitch(j->w);
    const size_t floats = pitch * (size_t)(j->planes + 3);
    float *row[IMAGE_PLANES_MAX + 3] = {0}, *block = NULL;
    struct arena scratch = {0};
    struct span span;
    int rc;

    if (j->s)
        TRY(source_pin(j->s, slot, src.y0, src.y1, e));
    block = mem_array(floats, sizeof(float));
    if (!block) {
        rc = err_mem(e, floats * sizeof(float));
        goto out;
    }
    for (int p = 0; p < j->planes + 3; p++)
        row[p] = block + (size_t)p * pitch;
    if (!j->from)
        TRY(arena_init(
            &scratch,
            j->s ? convert_scratch(j->r->in, j->w) : j->r->frame->scratch, e));
    TRY(tap_depth(j, slot, src, e));
    span = span_begin(STAGE_PROXY, j->r->times, j->r->label, index);
    for (int y = src.y0 / j->f; y * j->f < src.y1; y++)
        average(j, y, row, &scratch);
    span_end(&span, 0);
    if (j->s)
        source_unpin(j->s, src.y0, src.y1);
    rc = 0;
out:
    arena_release(&scratch);
    mem_free(block);
    return rc;
}

static int make(struct proxy_job *j, struct image **out, struct err *e)
{
    const int w = (j->w + j->f - 1) / j->f, h = (j->h + j->f - 1) / j->f;
    const bool depth = j->r->chain->depth;
    int n, rc;

    j->rows = (BAND_ROWS + j->f - 1) / j->f;
    n = (h + j->rows - 1) / j->rows;
    TRY(image_new(w, h, depth ? 4 : 3, &j->image, e));
    j->image->v.depth = depth ? 3 : 0;
    for (int p = 0; p < 3; p++)
        for (int y = 0; y < h; y++)
            memset(row_of(&j->image->v, p, y), 0, (size_t)w * sizeof(float));
    if (j->s)
        source_pass(j->s, false);
    for (int i = 0; j->s && i < n; i++)
        source_announce(j->s, source_rows(j, i).y0, source_rows(j, i).y1);
    TRY(pool_run(j->r->pool, n, task, j, e));
    *out = j->image;
    j->image = NULL;
out:
    image_free(j->image);
    return rc;
}

int proxy_make(const struct render *r, struct source *s, struct image **out,
               struct err *e)
{
    const struct chain *c = r->chain;
    struct proxy_job j = {.r = r,
                          .s = s,
                          .from = s || r->frame ? NULL : &r->image->v,
                          .w = c->w,
                          .h = c->h,
                          .f = chain_depth_factor(c),
                          .planes = s          ? convert_planes(r->in)
                                    : r->frame ? c->planes
                                               : 0};

    return make(&j, out, e);
}

int proxy_shrink(const struct render *r, struct image **proxy, struct err *e)
{
    const struct view *v = &(*proxy)->v;
    struct proxy_job j = {.r = r,
                          .from = v,
                          .w = v->w,
                          .h = v->h,
                          .f = chain_proxy_factor(r->chain) /
                               chain_depth_factor(r->chain)};
    struct image *made;
    int rc = 0;

    if (j.f == 1)
        return 0;
    TRY(make(&j, &made, e));
    image_free(*proxy);
    *proxy = made;
out:
    return rc;
}
