/* A ring of rows. */

#include "op/ring.h"

#include <assert.h>

#include "kern/filter.h"
#include "op/row.h"

static size_t count_of(const struct ring_size *s)
{
    return 2 * (size_t)s->reach + 1;
}

static size_t pitch_of(const struct ring_size *s)
{
    return (size_t)(s->w + 2 * s->pad + 15) / 16 * 16;
}

size_t ring_bytes(const struct ring_size *s)
{
    return (pitch_of(s) * count_of(s) * (size_t)s->planes + 16) * sizeof(float);
}

void ring_begin(struct ring *r, const struct ring_size *size,
                struct arena *scratch, int y, ring_make *make, void *arg)
{
    assert(size->reach <= RING_REACH_MAX && size->planes <= RING_PLANES_MAX);
    *r = (struct ring){
        .size = *size,
        .next = y - size->reach < 0 ? 0 : y - size->reach,
        .pitch = pitch_of(size),
        .make = make,
        .arg = arg,
    };
    r->data =
        arena_floats(scratch, r->pitch * count_of(size) * (size_t)size->planes);
}

static float *slot(const struct ring *r, int y, int plane)
{
    const size_t at = (size_t)y % count_of(&r->size);

    return r->data + (at * (size_t)r->size.planes + (size_t)plane) * r->pitch +
           r->size.pad;
}

static void make_row(struct ring *r, int y)
{
    float *dst[RING_PLANES_MAX];

    for (int p = 0; p < r->size.planes; p++)
        dst[p] = slot(r, y, p);
    r->make(r->arg, y, dst);
    for (int p = 0; p < r->size.planes; p++) {
        float *first = dst[p], *last = first + r->size.w - 1;

        for (int i = 1; i <= r->size.pad; i++) {
            first[-i] = *first;
            last[i] = *last;
        }
    }
}

void ring_rows(struct ring *r, int y, int n, int plane, const float **rows)
{
    const int h = r->size.h;

    assert(n <= r->size.reach);
    for (; r->next <= y + n && r->next < h; r->next++)
        make_row(r, r->next);
    for (int i = -n; i <= n; i++) {
        const int near = y + i < 0 ? 0 : y + i >= h ? h - 1 : y + i;

        rows[i] = slot(r, near, plane);
    }
}

void luma_make(void *arg, int y, float *const dst[])
{
    const struct op_job *job = arg;
    const float *c[3];

    op_row_near(&job->src, y, c);
    job->k->filter->luma(dst[0], c, (size_t)job->src.w);
}

void lightness_make(void *arg, int y, float *const dst[])
{
    const struct op_job *job = arg;
    const float *c[3];

    op_row_near(&job->src, y, c);
    job->k->filter->lightness(dst[0], c, (size_t)job->src.w);
}
