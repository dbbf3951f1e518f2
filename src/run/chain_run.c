/* Rows of planes through the steps of a chain. */

#include <assert.h>
#include <string.h>

#include "kern/convert.h"
#include "op/op.h"
#include "op/row.h"
#include "run/chain.h"

void chain_domain(const struct chain *c, const struct kern *k,
                  float *const planes[3], size_t n, enum op_domain from,
                  enum op_domain to)
{
    if (from == to)
        return;
    if (from == OP_CODE)
        c->code->decode(c->code->arg, k, planes, n);
    for (int p = 0; p < 3; p++) {
        if (from == OP_DISPLAY)
            k->convert->to_linear(planes[p], planes[p], n);
        else if (from == OP_ROOT)
            k->convert->from_root(planes[p], planes[p], n);
        if (to == OP_DISPLAY)
            k->convert->to_display(planes[p], planes[p], n);
        else if (to == OP_ROOT)
            k->convert->to_root(planes[p], planes[p], n);
    }
    if (to == OP_CODE)
        c->code->encode(c->code->arg, k, planes, n);
}

static void change_domain(const struct chain *c, const struct kern *k,
                          const struct view *v, int y, enum op_domain from,
                          enum op_domain to)
{
    float *const planes[3] = {row_of(v, 0, y), row_of(v, 1, y),
                              row_of(v, 2, y)};

    chain_domain(c, k, planes, (size_t)v->w, from, to);
}

size_t chain_node_scratch(const struct node *n, const struct op_site *site,
                          int rows)
{
    return op_scratch(n->op, n->values, site, rows) +
           (n->mask ? op_row_bytes(site->w, n->wide ? 1 : 3 * rows + 1) : 0);
}

/* dst = before, or dst where the mask has weight. */
static void apply_mask(const struct node *n, const struct op_job *job, int y,
                       const float *const before[3], float *weight)
{
    const struct kern_depth *k = job->k->depth;
    const struct view *src = &job->src;
    const size_t w = (size_t)job->dst.w;

    k->window(weight, row_of(src, src->depth, y), w, &n->window);
    for (int p = 0; p < 3; p++) {
        float *dst = row_of(&job->dst, p, y);

        k->blend(dst, before[p], dst, weight, w);
    }
}

static void show_mask(const struct node *n, const struct op_job *job)
{
    const struct view *src = &job->src;
    const size_t w = (size_t)job->dst.w;
    float *weight = arena_floats(job->scratch, w);

    for (int y = job->y0; y < job->y1; y++) {
        job->k->depth->window(weight, row_of(src, src->depth, y), w,
                              &n->window);
        for (int p = 0; p < 3; p++)
            memcpy(row_of(&job->dst, p, y), weight, w * sizeof(float));
    }
}

void chain_node_rows(const struct node *n, struct op_job *job)
{
    const size_t w = (size_t)job->dst.w;
    const int rows = job->y1 - job->y0;
    const float *before[3];
    float *weight, *copy = NULL;

    arena_reset(job->scratch);
    if (n->show) {
        if (n->op->show)
            n->op->show(job, n->values);
        else
            show_mask(n, job);
        return;
    }
    if (!n->mask) {
        n->op->rows(job, n->values);
        return;
    }
    weight = arena_floats(job->scratch, w);
    if (!n->wide) {
        copy = arena_floats(job->scratch, w * 3 * (size_t)rows);
        for (int i = 0; i < 3 * rows; i++)
            memcpy(copy + (size_t)i * w,
                   row_of(&job->src, i % 3, job->y0 + i / 3),
                   w * sizeof(float));
    }
    n->op->rows(job, n->values);
    for (int y = job->y0; y < job->y1; y++) {
        for (int p = 0; p < 3; p++)
            before[p] = copy ? copy + (size_t)(3 * (y - job->y0) + p) * w
                             : row_of(&job->src, p, y);
        apply_mask(n, job, y, before, weight);
    }
}

/* Frames around the one that is made, as the temporal step sees them. */
struct around {
    struct view view[2 * OP_FRAMES_MAX];
    int before, after;
};

static void run_node(const struct kern *k, const struct node *n,
                     const struct op_site *from, const struct op_site *to,
                     const struct view *src, const struct view *dst, int y0,
                     int y1, const struct around *around, struct arena *scratch)
{
    struct op_job job = {
        .k = k,
        .src = *src,
        .dst = *dst,
        .y0 = y0,
        .y1 = y1,
        .site = to,
        .from = from,
        .state = n->state,
        .scratch = scratch,
        .code = n->domain == OP_CODE,
    };

    if (around && n->op->frames) {
        job.near = around->view;
        job.before = around->before;
        job.after = around->after;
    }
    chain_node_rows(n, &job);
}

/* What nodes from `first` on get, and what they leave at `end`. */
static enum op_domain domain_at(const struct chain *c, int i)
{
    if (i == 0 && chain_takes_code(c))
        return OP_CODE;
    return i == c->count && chain_gives_code(c) ? OP_CODE : OP_LINEAR;
}

/*
 * Takes one row through the pointwise nodes i … j-1 and leaves it in the
 * domain that node j wants, or as the stage ends.
 */
static void run_points(const struct chain *c, const struct kern *k, int i,
                       int j, int end, enum op_domain domain,
                       const struct view *v, int y, const struct around *around,
                       struct arena *scratch)
{
    for (; i < j; i++) {
        const struct node *n = &c->node[i];

        change_domain(c, k, v, y, domain, n->domain);
        domain = n->domain;
        run_node(k, n, &n->from, &n->to, v, v, y, y + 1, around, scratch);
    }
    change_domain(c, k, v, y, domain,
                  j < end ? c->node[j].domain : domain_at(c, end));
}

static int next_wide(const struct chain *c, int i, int end)
{
    while (i < end && !c->node[i].wide)
        i++;
    return i;
}

/* A neighbourhood step works on the colours; the rest moves along. */
static void copy_extras(const struct view *src, const struct view *dst)
{
    for (int p = 3; p < dst->planes; p++)
        for (int y = dst->y0; y < dst->y1; y++)
            memcpy(row_of(dst, p, y), row_of(src, p, y),
                   (size_t)dst->w * sizeof(float));
}

static struct view lay(const struct chain *c, float *block, int w, int h,
                       struct rows r)
{
    struct view v = view_over(block, w, h, c->planes, r.y0, r.y1);

    v.alpha = c->alpha;
    v.depth = c->depth;
    return v;
}

/* One frame of what is run through: where it is, what it needs. */
struct pass {
    const struct chain *c;
    const struct kern *k;
    const struct rows *need; /* of node `first` on */
    int first, end;          /* nodes of the stage */
    chain_feed *feed;
    void *arg;
    int offset;
    struct arena *scratch;
};

/* Nodes up to `stop`, in two blocks; the rows are in the domain of `stop`. */
static struct view run_until(const struct pass *p, int stop,
                             const struct around *around, float *const block[2])
{
    const struct chain *c = p->c;
    const bool any = p->first < c->count;
    struct view v = lay(c, block[0], any ? c->node[p->first].from.w : c->out_w,
                        any ? c->node[p->first].from.h : c->out_h, p->need[0]);
    float *row[IMAGE_PLANES_MAX];
    int i = p->first, j = next_wide(c, i, stop), turn = 0;

    for (int y = v.y0; y < v.y1; y++) {
        for (int n = 0; n < c->planes; n++)
            row[n] = row_of(&v, n, y);
        p->feed(p->arg, p->offset, y, row);
        run_points(c, p->k, i, j, p->end, domain_at(c, i), &v, y, around,
                   p->scratch);
    }
    while (j < stop) {
        const struct node *n = &c->node[j];
        const struct rows r = p->need[j + 1 - p->first];
        const struct view dst = lay(c, block[turn ^= 1], n->to.w, n->to.h, r);

        run_node(p->k, n, &n->from, &n->to, &v, &dst, r.y0, r.y1, around,
                 p->scratch);
        if (!n->op->shape)
            copy_extras(&v, &dst);
        v = dst;
        i = j + 1;
        j = next_wide(c, i, stop);
        for (int y = v.y0; y < v.y1; y++)
            run_points(c, p->k, i, j, p->end, n->domain, &v, y, around,
                       p->scratch);
    }
    return v;
}

/* The frames around, through what stands before the temporal step. */
static void look_around(struct pass *p, float *const block[CHAIN_BLOCKS],
                        struct around *around)
{
    const struct chain *c = p->c;
    int n = 0;

    around->before = c->before;
    around->after = c->after;
    for (int offset = -c->before; offset <= c->after; offset++) {
        float *const own[2] = {block[2 + n], block[1]};
        struct view v;

        if (offset == 0)
            continue;
        p->offset = offset;
        v = run_until(p, c->temporal, NULL, own);
        if (v.data == block[1]) {
            memcpy(own[0], v.data,
                   v.stride * (size_t)v.planes * sizeof(*v.data));
            v.data = own[0];
        }
        around->view[n++] = v;
    }
    p->offset = 0;
}

struct view chain_run(const struct chain *c, const struct kern *k, int first,
                      int end, const struct rows *need, chain_feed *feed,
                      void *arg, float *const block[CHAIN_BLOCKS],
                      struct arena *scratch)
{
    struct pass p = {c, k, need, first, end, feed, arg, 0, scratch};
    struct around around = {.before = 0};
    const bool looks = c->before + c->after > 0 && c->temporal >= first &&
                       c->temporal < end;

    if (looks)
        look_around(&p, block, &around);
    return run_until(&p, end, looks ? &around : NULL, block);
}
