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
#define FRAME_BYTES ((size_t)160 << 20) /* of all strips of a thread */
#define FRAME_HALOS 32 /* strips are so many times what they look at */

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

static void decode_code(const void *arg, const struct kern *k,
                        float *const planes[3], size_t n)
{
    film_color_in(arg, k, planes, n);
}

static void encode_code(const void *arg, const struct kern *k,
                        float *const planes[3], size_t n)
{
    film_color_out(arg, k, planes, n);
}

struct chain_code film_chain_code(const struct film_color *color, bool footage)
{
    return (struct chain_code){.is = {color->color, footage},
                               .decode = decode_code,
                               .encode = encode_code,
                               .arg = color};
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

/* Cuts, ranks of depth; of each step its own, and ranks. */
int chain_places(const struct chain *film)
{
    bool any = film->depth > 0;

    for (int i = 0; i < film->count; i++)
        any |= film->node[i].op->needs & OP_NEEDS_TURN &&
               chain_looks(film, film->node[i].op);
    return any ? 2 + 2 * film->count : 0;
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

/*
 * Rows that steps look at beyond a strip are made for each strip again. Where
 * one thread makes all strips, as few as memory allows is best, but for steps
 * that look nowhere: their strips had better stay in the cache.
 */
int chain_frame_rows(const struct chain *c)
{
    const int usual = chain_strip_rows(c);
    const size_t blocks = 2 + 2 * (size_t)chain_frames_around(c);
    size_t row = (size_t)(c->w > c->out_w ? c->w : c->out_w);
    int halo = 0, rows;

    for (int i = 0; i < c->count; i++)
        halo += halo_of(&c->node[i]);
    row *= sizeof(float) * (size_t)c->planes;
    rows = (int)(FRAME_BYTES / (blocks * row)) - 2 * halo;
    if (rows > FRAME_HALOS * halo)
        rows = FRAME_HALOS * halo;
    return rows > usual ? rows : usual;
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
