/* Orient: turns and mirrors. Pixels move, their values stay. */

#include <math.h>
#include <string.h>

#include "kern/resample.h"
#include "op/row.h"

static const char *const turn_names[] = {"none", "right", "half", "left", NULL};
static const char *const flip_names[] = {"none", "horizontal", "vertical",
                                         NULL};

struct orient {
    int orientation;
    int turn;
    int flip;
};

static const struct param params[] = {
    P_INT(orient, orientation, .lo = 1, .hi = 8, .def = 1, .step = 1,
          .doc = "The EXIF orientation to make upright, before the rest"),
    P_CHOICE(orient, turn, .names = turn_names,
             .doc = "Quarter turn to the right or to the left, or half a turn"),
    P_CHOICE(orient, flip, .names = flip_names,
             .doc = "Direction to mirror after the turn"),
    P_END,
};

/*
 * Result (x, y) is source (u, v): mirrored first, u = right ? w - 1 - x : x,
 * v = down ? h - 1 - y : y, in the result's w and h; then, if swap, u and v
 * change places.
 */
struct move {
    bool swap, right, down;
};

/* EXIF orientations 1 … 8 (CIPA DC-008, tag 274). */
static const struct move upright[] = {
    {false, false, false}, {false, true, false}, {false, true, true},
    {false, false, true},  {true, false, false}, {true, true, false},
    {true, true, true},    {true, false, true},
};

/* First a, then b. */
static struct move join(struct move a, struct move b)
{
    return (struct move){
        a.swap != b.swap,
        b.right != (b.swap ? a.down : a.right),
        b.down != (b.swap ? a.right : a.down),
    };
}

static struct move move_of(const struct orient *v)
{
    /* Orientations that turn_names and flip_names make upright. */
    static const int turns[] = {1, 6, 3, 8}, flips[] = {1, 2, 4};

    return join(join(upright[v->orientation - 1], upright[turns[v->turn] - 1]),
                upright[flips[v->flip] - 1]);
}

static bool neutral(const void *values)
{
    const struct move m = move_of(values);

    return !m.swap && !m.right && !m.down;
}

static int shape(const void *values, int w, int h, int *new_w, int *new_h,
                 struct err *e)
{
    const struct move m = move_of(values);

    (void)e;
    *new_w = m.swap ? h : w;
    *new_h = m.swap ? w : h;
    return 0;
}

static void need(const void *values, const struct op_site *from,
                 const struct op_site *to, int y0, int y1, int *s0, int *s1)
{
    const struct move m = move_of(values);

    *s0 = m.swap ? 0 : m.down ? to->h - y1 : y0;
    *s1 = m.swap ? from->h : m.down ? to->h - y0 : y1;
}

static bool place(const void *values, struct op_site *s, int new_w, int new_h)
{
    const struct move m = move_of(values);
    const struct op_site f = *s;

    if (m.swap) {
        s->w = f.h;
        s->h = f.w;
        s->ox = f.oy;
        s->oy = f.ox;
        s->sx = f.sy;
        s->sy = f.sx;
    }
    s->full_w = new_w;
    s->full_h = new_h;
    if (m.right)
        s->ox = s->w - s->ox - new_w * s->sx;
    if (m.down)
        s->oy = s->h - s->oy - new_h * s->sy;
    return false;
}

#define BLOCK_W 64 /* pixels of a result row that are made at once */
#define BLOCK_H 16 /* rows: a cache line of each source row        */

/* n pixels of result row y from column x on, which lie in source column v. */
static void put(const struct op_job *job, const struct move *m, int p, int y,
                int u, int n, const float *values)
{
    float *row = row_of(&job->dst, p, y);

    if (m->right)
        job->k->resample->reverse(row + job->dst.w - u - n, values, (size_t)n);
    else
        memcpy(row + u, values, (size_t)n * sizeof(float));
}

/* Rows y0 … y1-1 of the result, columns of the source. */
static void turned(const struct op_job *job, const struct move *m, int p,
                   int y0, int y1)
{
    const int h = job->dst.h, n = y1 - y0, v = m->down ? h - y1 : y0;
    float block[BLOCK_H * BLOCK_W];

    for (int u = 0; u < job->src.h; u += BLOCK_W) {
        const int w = job->src.h - u < BLOCK_W ? job->src.h - u : BLOCK_W;

        job->k->resample->transpose(block, BLOCK_W, row_of(&job->src, p, u) + v,
                                    job->src.pitch, (size_t)n, (size_t)w);
        for (int i = 0; i < n; i++)
            put(job, m, p, m->down ? y1 - 1 - i : y0 + i, u, w,
                block + i * BLOCK_W);
    }
}

static void rows(const struct op_job *job, const void *values)
{
    const struct move m = move_of(values);

    for (int p = 0; p < job->dst.planes; p++) {
        if (m.swap)
            for (int y = job->y0; y < job->y1; y += BLOCK_H)
                turned(job, &m, p, y,
                       y + BLOCK_H < job->y1 ? y + BLOCK_H : job->y1);
        else
            for (int y = job->y0; y < job->y1; y++)
                put(job, &m, p, y, 0, job->dst.w,
                    row_of(&job->src, p, m.down ? job->dst.h - 1 - y : y));
    }
}

const struct op op_orient = {
    .name = "orient",
    .doc = "Turns and mirrors the picture, every pixel exact",
    .params = params,
    .size = sizeof(struct orient),
    .domain = OP_LINEAR,
    .neutral = neutral,
    .rows = rows,
    .shape = shape,
    .need = need,
    .place = place,
};
