/* The first pass of a chain: states from the proxy. */

#include <string.h>

#include "kern/convert.h"
#include "op/op.h"
#include "run/chain.h"

#define BAND 32

struct walk {
    const struct chain *c;
    const struct kern *k;
    struct pool *pool;
    struct image *proxy;
    enum op_domain domain;    /* what the proxy is in now */
    struct op_site site;      /* where the proxy lies now */
    struct distance whole;    /* of the picture, when there is depth */
    struct distance reshaped; /* of what steps have made of its shape */
    struct op_prep steady;    /* what op_steady() needs */
};

/* One step over the proxy, in bands. */
struct band {
    const struct walk *walk;
    const struct node *n;
    struct op_site from, to;
    struct view src, dst;
    bool convert; /* only bring src into the domain of n */
};

static int band_task(void *arg, int index, int slot, struct err *e)
{
    const struct band *b = arg;
    const struct kern *k = b->walk->k;
    const int y0 = index * BAND;
    const int y1 = y0 + BAND < b->dst.h ? y0 + BAND : b->dst.h;
    struct op_job job = {k,           b->src, b->dst, y0, y1, &b->to, &b->from,
                         b->n->state, NULL,   NULL,   0,  0,  false};
    struct arena scratch;
    int rc;

    (void)slot;
    if (b->convert) {
        for (int y = y0; y < y1; y++) {
            float *const planes[3] = {row_of(&b->dst, 0, y),
                                      row_of(&b->dst, 1, y),
                                      row_of(&b->dst, 2, y)};

            chain_domain(b->walk->c, k, planes, (size_t)b->dst.w,
                         b->walk->domain, b->n->domain);
        }
        return 0;
    }
    rc = arena_init(&scratch, chain_node_scratch(b->n, &b->to, y1 - y0), e);
    if (rc < 0)
        return rc;
    job.scratch = &scratch;
    job.code = b->n->domain == OP_CODE;
    chain_node_rows(b->n, &job);
    if (b->n->wide && !b->n->op->shape && b->src.depth)
        for (int y = y0; y < y1; y++)
            memcpy(row_of(&b->dst, b->dst.depth, y),
                   row_of(&b->src, b->src.depth, y),
                   (size_t)b->dst.w * sizeof(float));
    arena_release(&scratch);
    return 0;
}

static int bands(const struct view *v)
{
    return (v->h + BAND - 1) / BAND;
}

/* Brings the proxy into the domain of node n. */
static int enter(struct walk *w, const struct node *n, struct err *e)
{
    struct band b = {.walk = w, .n = n, .convert = true};

    int rc;

    if (w->domain == n->domain)
        return 0;
    b.src = b.dst = w->proxy->v;
    rc = pool_run(w->pool, bands(&b.dst), band_task, &b, e);
    w->domain = n->domain;
    return rc;
}

/* Takes the proxy through node n, as the picture will go. */
static int advance(struct walk *w, const struct node *n, struct err *e)
{
    struct band b = {.walk = w, .n = n, .from = w->site, .to = w->site};
    struct image *next = NULL;
    int rc;

    if (n->op->place && n->op->place(n->values, &b.to, n->to.w, n->to.h)) {
        w->site = b.to;
        return 0;
    }
    TRY(enter(w, n, e));
    b.src = b.dst = w->proxy->v;
    if (n->wide) {
        TRY(image_new(b.to.w, b.to.h, w->proxy->v.planes, &next, e));
        next->v.depth = w->proxy->v.depth;
        b.dst = next->v;
    }
    TRY(pool_run(w->pool, bands(&b.dst), band_task, &b, e));
    w->site = b.to;
    if (next) {
        image_free(w->proxy);
        w->proxy = next;
        next = NULL;
        if (n->op->shape && w->c->depth) {
            distance_release(&w->reshaped);
            TRY(distance_of(&w->proxy->v, &w->c->depth_info, &w->steady,
                            &w->reshaped, e));
        }
    }
out:
    image_free(next);
    return rc;
}

/* The last node that looks at the proxy, or -1. */
static int last_looker(const struct chain *c)
{
    int i = c->count - 1;

    while (i >= 0 && !chain_looks(c, c->node[i].op))
        i--;
    return i;
}

static int prepare(struct chain *c, struct walk *w, int i, struct err *e)
{
    struct node *n = &c->node[i];
    const bool looks = chain_looks(c, n->op);
    const struct op_prep prep = {
        .from = &n->from,
        .full = &n->to,
        .small = &w->site,
        .proxy = looks ? w->proxy : NULL,
        .depth = c->depth ? &c->depth_info : NULL,
        .distance = !c->depth          ? NULL
                    : w->reshaped.rank ? &w->reshaped
                                       : &w->whole,
        .focus = c->focused ? &c->focus : NULL,
        .peak = c->peak,
        .k = w->k,
        .pool = w->pool,
        .folder = n->folder,
        .follow = w->steady.follow,
        .turn = w->steady.turn,
    };
    int rc = 0;

    n->small = w->site;
    if (n->prepared)
        return 0;
    if (n->mask)
        rc = mask_window(n->mask, &w->whole, &n->window, e);
    if (rc == 0 && looks)
        rc = enter(w, n, e);
    if (rc == 0 && n->op->prepare)
        rc = n->op->prepare(n->values, &prep, &n->state, e);
    if (rc < 0)
        return err_prefix(e, "%s", n->op->name);
    n->prepared = true;
    return 0;
}

/* Nothing of a frame decides what this step does. */
static bool is_fixed(const struct chain *c, const struct node *n)
{
    return !chain_looks(c, n->op) && !n->mask;
}

int chain_prepare_film(struct chain *film, const struct kern *k,
                       struct pool *pool, struct err *e)
{
    struct walk w = {.c = film, .k = k, .pool = pool};
    int rc = 0;

    for (int i = 0; rc == 0 && i < film->count; i++)
        if (is_fixed(film, &film->node[i])) {
            w.site = film->node[i].from;
            rc = prepare(film, &w, i, e);
        }
    return rc;
}

int chain_prepare_take(struct chain *c, const struct kern *k, struct pool *pool,
                       struct image *proxy, struct err *e)
{
    const int f = chain_proxy_factor(c), last = last_looker(c);
    struct walk w = {
        .c = c, .k = k, .pool = pool, .proxy = proxy, .domain = OP_LINEAR};
    int rc = 0;

    w.site = (struct op_site){(c->w + f - 1) / f,
                              (c->h + f - 1) / f,
                              c->w,
                              c->h,
                              0,
                              0,
                              1.0 / f,
                              1.0 / f,
                              c->count ? c->node[0].from.frame : 0};
    if (c->turn) {
        w.steady.follow = steady_follow;
        w.steady.turn = c->turn;
        rc = steady_colors(c->turn, &proxy->v, e);
    }
    if (rc == 0 && c->depth)
        rc = distance_of(&proxy->v, &c->depth_info, &w.steady, &w.whole, e);
    if (c->focused)
        c->focus = distance_at(&proxy->v, &c->depth_info, c->focus_x * c->w / f,
                               c->focus_y * c->h / f);
    for (int i = 0; rc == 0 && i < c->count; i++) {
        rc = prepare(c, &w, i, e);
        if (rc == 0 && i < last)
            rc = advance(&w, &c->node[i], e);
    }
    if (rc == 0 && c->turn)
        rc = steady_leave(c->turn, e);
    image_free(w.proxy);
    distance_release(&w.whole);
    distance_release(&w.reshaped);
    return rc;
}
