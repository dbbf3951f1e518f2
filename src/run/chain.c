/* A look made ready for one picture, and its strips. */

#include <assert.h>
#include <string.h>

#include "kern/convert.h"
#include "op/op.h"
#include "op/row.h"
#include "run/chain.h"

#define PROXY_EDGE  640
#define DEPTH_EDGE  518 /* the short edge that depth networks are made for */
#define STRIP_ROWS  64
#define STRIP_BYTES (64u << 20)

static int add_node(struct chain *c, const struct step *s, int frame,
                    struct err *e)
{
    struct node *n = &c->node[c->count];
    const int w = c->out_w, h = c->out_h;

    if (s->op->neutral && s->op->neutral(s->values))
        return 0;
    if (look_check_step(s, e) < 0)
        return err_prefix(e, "%s", s->op->name);
    n->op = s->op;
    n->domain = s->op->domain;
    n->values = s->values;
    n->folder = s->folder;
    n->mask = s->mask.kind ? &s->mask : NULL;
    if (s->op->shape &&
        s->op->shape(s->values, w, h, &c->out_w, &c->out_h, e) < 0)
        return err_prefix(e, "%s", s->op->name);
    n->from = (struct op_site){w, h, w, h, 0, 0, 1, 1, frame};
    n->to = (struct op_site){c->out_w, c->out_h, c->out_w, c->out_h, 0,
                             0,        1,        1,        frame};
    n->wide = s->op->shape ||
              (s->op->halo && s->op->halo(s->values, &n->to) > 0);
    c->count++;
    return 0;
}

static int frames_of(const struct node *n)
{
    return n->op->frames ? n->op->frames(n->values) : 0;
}

/*
 * What stands before a step that looks at frames around is made for these too,
 * each time: it must be cheap to repeat and not hang on the frame.
 */
static int find_temporal(struct chain *c, struct err *e)
{
    for (int i = 0; i < c->count; i++) {
        if (!frames_of(&c->node[i]))
            continue;
        if (c->temporal >= 0)
            return err_set(e, ERR_ARG,
                           "'%s' and '%s' both look at the frames around: a "
                           "look has one such step",
                           c->node[c->temporal].op->name, c->node[i].op->name);
        for (int j = 0; j < i; j++)
            if (c->node[j].op->needs || c->node[j].op->shape || c->node[j].mask)
                return err_set(e, ERR_ARG,
                               "'%s' looks at the frames around and must stand "
                               "before '%s'",
                               c->node[i].op->name, c->node[j].op->name);
        assert(frames_of(&c->node[i]) <= OP_FRAMES_MAX);
        c->temporal = i;
    }
    return 0;
}

int chain_frames_around(const struct chain *c)
{
    return c->temporal < 0 ? 0 : frames_of(&c->node[c->temporal]);
}

void chain_use_code(struct chain *c, const struct chain_code *code, bool out)
{
    c->code = code;
    c->code_out = out;
    for (int i = 0; i < c->count; i++) {
        struct node *n = &c->node[i];

        if (n->op->code && n->op->code(n->values, &code->is))
            n->domain = OP_CODE;
    }
}

bool chain_takes_code(const struct chain *c)
{
    return c->code && (c->count ? c->node[0].domain == OP_CODE : c->code_out);
}

bool chain_gives_code(const struct chain *c)
{
    return c->code && c->code_out &&
           (c->count == 0 || c->node[c->count - 1].domain == OP_CODE);
}

int chain_new(const struct look *look, int w, int h, int planes, int alpha,
              int frame, struct chain **out, struct err *e)
{
    struct chain *c = mem_zero(1, sizeof(*c));
    int rc = 0;

    if (!c)
        return err_mem(e, sizeof(*c));
    c->node = mem_zero((size_t)look->count + 1, sizeof(*c->node));
    if (!c->node) {
        mem_free(c);
        return err_mem(e, (size_t)look->count * sizeof(*c->node));
    }
    c->w = c->out_w = w;
    c->h = c->out_h = h;
    c->planes = planes;
    c->alpha = alpha;
    c->depth_info = (struct depth_info){DEPTH_RELATIVE, 0.0f, 1.0f};
    c->temporal = -1;
    for (int i = 0; rc == 0 && i < look->count; i++)
        rc = add_node(c, &look->step[i], frame, e);
    if (rc == 0)
        rc = find_temporal(c, e);
    for (int i = 0; i < c->count && !c->depth; i++)
        if (c->node[i].mask || c->node[i].op->needs & OP_NEEDS_DEPTH)
            c->depth = c->planes++;
    if (rc < 0) {
        chain_free(c);
        return rc;
    }
    *out = c;
    return 0;
}

void chain_free(struct chain *c)
{
    if (!c)
        return;
    for (int i = 0; i < c->count; i++)
        if (c->node[i].prepared && !c->node[i].lent && c->node[i].op->release)
            c->node[i].op->release(c->node[i].state);
    mem_free(c->node);
    mem_free(c);
}

int chain_frame(const struct chain *film, int frame, struct chain **out,
                struct err *e)
{
    const size_t bytes = (size_t)(film->count + 1) * sizeof(*film->node);
    struct chain *c = mem_copy(film, sizeof(*film));

    if (!c)
        return err_mem(e, sizeof(*c));
    c->node = mem_copy(film->node, bytes);
    if (!c->node) {
        mem_free(c);
        return err_mem(e, bytes);
    }
    for (int i = 0; i < c->count; i++) {
        c->node[i].lent = c->node[i].prepared;
        c->node[i].from.frame = c->node[i].to.frame = frame;
    }
    *out = c;
    return 0;
}

static int check_show(const struct op *op, bool there, bool masked,
                      struct err *e)
{
    if (!there)
        return err_set(e, ERR_ARG, "there is no step '%s' that does anything",
                       op->name);
    if (!op->show && !masked)
        return err_set(e, ERR_ARG,
                       "'%s' has nothing to show: it has no mask and does not "
                       "look at depth",
                       op->name);
    return 0;
}

int chain_may_show(const struct look *look, const char *name, struct err *e)
{
    const struct op *op;
    int i = look->count - 1;

    if (look_op(name, &op, e) < 0)
        return e->code;
    while (i >= 0 && (look->step[i].op != op ||
                      (op->neutral && op->neutral(look->step[i].values))))
        i--;
    return check_show(op, i >= 0, i >= 0 && look->step[i].mask.kind, e);
}

int chain_show(struct chain *c, const char *name, struct err *e)
{
    const struct op *op;
    int i = c->count - 1;

    if (look_op(name, &op, e) < 0)
        return e->code;
    while (i >= 0 && c->node[i].op != op)
        i--;
    if (check_show(op, i >= 0, i >= 0 && c->node[i].mask, e) < 0)
        return e->code;
    c->node[i].show = true;
    c->count = i + 1;
    c->out_w = c->node[i].to.w;
    c->out_h = c->node[i].to.h;
    return 0;
}

static int up(int n, int by)
{
    return (n + by - 1) / by;
}

void chain_focus(struct chain *c, double x, double y)
{
    c->focused = c->depth > 0;
    c->focus_x = x;
    c->focus_y = y;
}

bool chain_looks(const struct chain *c, const struct op *op)
{
    return op->needs & (OP_NEEDS_PROXY | OP_NEEDS_DEPTH) ||
           (op->needs & OP_NEEDS_PEAK && c->peak <= 0);
}

bool chain_needs_proxy(const struct chain *c)
{
    for (int i = 0; i < c->count; i++)
        if (chain_looks(c, c->node[i].op))
            return true;
    return c->depth > 0;
}

int chain_depth_factor(const struct chain *c)
{
    const int edge = c->w > c->h ? c->w : c->h;
    const int low = c->w < c->h ? c->w : c->h;
    const int f = up(edge, PROXY_EDGE), fine = low / DEPTH_EDGE;

    return !c->depth || fine >= f ? f : fine > 1 ? fine : 1;
}

int chain_proxy_factor(const struct chain *c)
{
    const int edge = c->w > c->h ? c->w : c->h, f = chain_depth_factor(c);

    return f * up(up(edge, f), PROXY_EDGE);
}

static int halo_of(const struct node *n)
{
    return n->op->halo ? n->op->halo(n->values, &n->to) : 0;
}

/*
 * A row of the result may need more than half of the source, and one of the two
 * is tall: with strips, the source would be made again for each.
 */
static bool is_wall(const struct node *n)
{
    const int tall = n->from.h > n->to.h ? n->from.h : n->to.h;
    int s0, s1;

    if (!n->op->need || tall <= 4 * STRIP_ROWS)
        return false;
    n->op->need(n->values, &n->from, &n->to, 0, 1, &s0, &s1);
    return s1 - s0 > n->from.h / 2;
}

int chain_stage_end(const struct chain *c, int first, bool from_file)
{
    int i = first + (from_file ? 0 : 1);

    while (i < c->count && !is_wall(&c->node[i]))
        i++;
    return i < c->count ? i : c->count;
}

int chain_strip_rows(const struct chain *c)
{
    size_t row = (size_t)c->w;
    int halo = 0, rows = STRIP_ROWS;

    for (int i = 0; i < c->count; i++) {
        halo += halo_of(&c->node[i]);
        if ((size_t)c->node[i].to.w > row)
            row = (size_t)c->node[i].to.w;
    }
    row *= sizeof(float) * (size_t)c->planes;
    while (rows < 2 * halo && rows < 512)
        rows += STRIP_ROWS;
    while (rows > 16 && (size_t)(rows + 2 * halo) * row > STRIP_BYTES)
        rows /= 2;
    return rows;
}

static struct rows clip(int y0, int y1, int h)
{
    y0 = y0 < 0 ? 0 : y0;
    y1 = y1 > h ? h : y1;
    if (y0 >= h)
        y0 = h - 1;
    if (y1 <= y0)
        y1 = y0 + 1;
    return (struct rows){y0, y1};
}

void chain_plan(const struct chain *c, int first, int end, struct rows out,
                struct rows *need)
{
    need[end - first] = out;
    for (int i = end - 1; i >= first; i--) {
        const struct node *n = &c->node[i];
        const struct rows r = need[i + 1 - first];
        int y0 = r.y0, y1 = r.y1;

        if (n->op->need) {
            n->op->need(n->values, &n->from, &n->to, r.y0, r.y1, &y0, &y1);
        } else if (n->wide) {
            y0 -= halo_of(n);
            y1 += halo_of(n);
        }
        need[i - first] = clip(y0, y1, n->from.h);
    }
}

struct chain_room chain_room(const struct chain *c, int first, int end,
                             const struct rows *need)
{
    struct chain_room room = {0, 2 + c->before + c->after, 0};
    int w = first < c->count ? c->node[first].from.w : c->out_w;

    for (int i = first; i <= end; i++) {
        const struct rows r = need[i - first];
        const size_t n = view_bytes(w, r.y1 - r.y0, c->planes) / sizeof(float);

        if (n > room.floats)
            room.floats = n;
        if (i < end) {
            const struct node *d = &c->node[i];
            const struct rows t = need[i + 1 - first];
            const size_t s =
                chain_node_scratch(d, &d->to, d->wide ? t.y1 - t.y0 : 1);

            if (s > room.scratch)
                room.scratch = s;
            w = d->to.w;
        }
    }
    return room;
}

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
