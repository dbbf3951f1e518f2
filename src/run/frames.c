/* Frames in flight: read in order, made side by side, written in order. */

#include "run/frames.h"

#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "run/depth_sequence.h"
#include "run/render.h"

#define RING  (2 * OP_FRAMES_MAX + 2)
#define AHEAD 2    /* results that wait, beyond one for each thread */
#define HOLD  0.8f /* of depth where nothing moves                  */

/* A frame that was read, shared by those around it. */
struct shot {
    struct frame_in in;
    int64_t place; /* among those that were read */
    atomic_int refs;
    pthread_mutex_t lock; /* of what follows */
    bool loaded;
};

/* A frame that is made. */
struct turn {
    struct shot *shot;
    struct shot *near[2 * OP_FRAMES_MAX]; /* in the order of time */
    int before, after;
    int64_t number, time;
    int copies; /* 0: it is left out */
    bool there; /* what it would become */
    void *own;  /* the sink's */
    bool ready;
};

/* What a thread makes its frames with. */
struct lane {
    struct pool *alone;
    struct render_room *room;
};

struct engine {
    struct frames *f;
    int around;        /* frames on either side */
    struct lane *lane; /* one for each thread */

    pthread_mutex_t reading; /* and of what follows */
    struct shot *ring[RING];
    int64_t low, high; /* numbers that are in the ring */
    int64_t next;      /* the next one to be made       */
    int64_t shown;     /* where it is shown             */
    bool over;

    pthread_mutex_t writing; /* and of what follows */
    pthread_cond_t moved;
    struct turn *waiting;
    int room;
    int64_t due; /* the next one to be written */
    bool busy, failed;
    int64_t failed_at;
    struct err err;

    atomic_llong depth_due; /* whose depth is next: has what follows */
    struct depth_sequence *sequence;

    struct steady *steady; /* or NULL: nothing is measured */
};

static void shot_unref(struct engine *g, struct shot *s)
{
    if (!s || atomic_fetch_sub(&s->refs, 1) > 1)
        return;
    g->f->source->drop(g->f->source->arg, &s->in);
    depth_map_free(s->in.depth);
    pthread_mutex_destroy(&s->lock);
    mem_free(s);
}

static struct shot *shot_ref(struct shot *s)
{
    atomic_fetch_add(&s->refs, 1);
    return s;
}

static void turn_release(struct engine *g, struct turn *t)
{
    if (t->own)
        g->f->sink->drop(g->f->sink->arg, t->own);
    for (int i = 0; i < t->before + t->after; i++)
        shot_unref(g, t->near[i]);
    shot_unref(g, t->shot);
    *t = (struct turn){0};
}

/* The error of the first frame that failed is the film's. */
static void fail(struct engine *g, int64_t number, const struct err *e)
{
    pthread_mutex_lock(&g->writing);
    if (!g->failed || number < g->failed_at) {
        g->failed = true;
        g->failed_at = number;
        g->err = *e;
    }
    pthread_cond_broadcast(&g->moved);
    pthread_mutex_unlock(&g->writing);
    pool_wake(g->f->pool);
    if (g->steady)
        steady_stop(g->steady, number);
}

static bool has_failed(struct engine *g)
{
    bool failed;

    pthread_mutex_lock(&g->writing);
    failed = g->failed;
    pthread_mutex_unlock(&g->writing);
    return failed;
}

/* One more frame into the ring. */
static int read_one(struct engine *g, struct err *e)
{
    const struct frame_source *src = g->f->source;
    struct shot *s = mem_zero(1, sizeof(*s));
    struct span span;
    int rc;

    if (!s)
        return err_mem(e, sizeof(*s));
    span = span_begin(STAGE_DECODE, g->f->times, g->f->label, (int)g->high);
    s->place = g->high;
    rc = src->next(src->arg, &s->in, e);
    span_end(&span, 0);
    if (rc <= 0) {
        g->over = true;
        mem_free(s);
        return rc;
    }
    pthread_mutex_init(&s->lock, NULL);
    atomic_init(&s->refs, 1);
    assert(!g->ring[g->high % RING]);
    g->ring[g->high++ % RING] = s;
    g->f->read++;
    return 0;
}

static struct shot *in_ring(const struct engine *g, int64_t number)
{
    return number >= g->low && number < g->high ? g->ring[number % RING] : NULL;
}

/* For how many frames of the output this one is shown. */
static int copies_of(const struct engine *g, const struct shot *s)
{
    const struct conform *c = g->f->conform;
    const struct shot *next = in_ring(g, s->place + 1);
    const int64_t end = next ? next->in.time : s->in.time + s->in.duration;
    int64_t n;

    if (c->rate.den == 0)
        return 1;
    if (c->changed)
        n = conform_index(c, &g->f->tick, end) - g->shown;
    else
        n = conform_index(c, &g->f->tick, end - s->in.time);
    if (n < 1 && (!c->changed || (!next && g->shown == 0)))
        n = 1;
    return n < 0 ? 0 : n > 100000 ? 100000 : (int)n;
}

static void let_go(struct engine *g)
{
    const int64_t keep = g->over && g->next >= g->high ? g->high
                                                       : g->next - g->around;

    for (; g->low < keep && g->low < g->high; g->low++) {
        shot_unref(g, g->ring[g->low % RING]);
        g->ring[g->low % RING] = NULL;
    }
}

/* The next frame to make, with those around it: 1, or 0 at the end. */
static int take_turn(struct engine *g, struct turn *t, struct err *e)
{
    const int64_t n = g->next, limit = g->f->limit;
    const int ahead = g->around > 1 ? g->around : 1;
    int rc = 0;

    if (limit && g->shown >= limit)
        return 0;
    while (!g->over && g->high <= n + ahead)
        TRY(read_one(g, e));
    if (!in_ring(g, n))
        return 0;
    t->shot = shot_ref(in_ring(g, n));
    for (int i = -g->around; i <= g->around; i++) {
        struct shot *s = i ? in_ring(g, n + i) : NULL;

        if (!s)
            continue;
        t->near[t->before + t->after] = shot_ref(s);
        t->before += i < 0;
        t->after += i > 0;
    }
    t->number = n;
    t->copies = copies_of(g, t->shot);
    if (limit && t->copies > limit - g->shown)
        t->copies = (int)(limit - g->shown);
    t->time = g->f->conform->rate.den ? g->shown : t->shot->in.time;
    g->shown += t->copies;
    g->next++;
    let_go(g);
    return 1;
out:
    return rc;
}

/* What the renderer asks about one frame. */
struct making {
    struct engine *g;
    struct turn *t;
    const struct chain *c;
};

static void feed_row(void *arg, int offset, int y, float *const planes[],
                     struct arena *scratch)
{
    const struct making *m = arg;
    const struct turn *t = m->t;
    const struct shot *s =
        offset == 0 ? t->shot
                    : t->near[t->before + offset - (offset > 0 ? 1 : 0)];
    const struct frame_source *src = m->g->f->source;

    src->row(src->arg, &s->in, !chain_takes_code(m->c), y, planes, scratch);
}

static void take_rows(void *arg, const struct view *v, int y0, int y1,
                      struct arena *scratch)
{
    const struct making *m = arg;
    const struct frame_sink *sink = m->g->f->sink;

    sink->take(sink->arg, m->t->own, !chain_gives_code(m->c),
               m->t->shot->in.number, v, y0, y1, scratch);
}

static bool may_go_deep(void *arg)
{
    const struct making *m = arg;

    return atomic_load(&m->g->depth_due) == m->t->number || has_failed(m->g);
}

/*
 * Frames get their depth one at a time, in order: those before are known. Who
 * waits helps the network with its map.
 */
static int begin_depth(struct making *m, struct err *e)
{
    int rc = pool_until(m->g->f->pool, may_go_deep, m, e);

    if (rc == 0 && atomic_load(&m->g->depth_due) != m->t->number)
        rc = err_set(e, ERR_STOP, "stopped");
    return rc;
}

static void end_depth(struct engine *g)
{
    atomic_fetch_add(&g->depth_due, 1);
    pool_wake(g->f->pool);
}

static int get_depth(void *arg, const struct image *proxy, struct pool *pool,
                     struct depth_map **out, struct err *e)
{
    struct making *m = arg;
    struct engine *g = m->g;
    struct frames *f = g->f;
    struct depth_found found = {.place = DEPTH_BY_MODEL};
    struct depth_map *map = NULL;
    int rc;

    (void)pool;
    *out = m->t->shot->in.depth;
    m->t->shot->in.depth = NULL;
    if (*out)
        return 0;
    TRY(begin_depth(m, e));
    TRY(depth_take(f->depth, &found, proxy, m->c->w, m->c->h, f->scene, f->pool,
                   &map, e));
    if (m->t->number == 0)
        snprintf(f->depth_from, sizeof(f->depth_from), "%s", map->from);
    TRY(depth_sequence_next(g->sequence, proxy, map, NULL, e));
    end_depth(g);
    *out = map;
    map = NULL;
out:
    depth_map_free(map);
    return rc;
}

static int load(struct engine *g, struct shot *s, struct err *e)
{
    const struct frame_source *src = g->f->source;
    int rc = 0;

    if (!src->load)
        return 0;
    pthread_mutex_lock(&s->lock);
    if (!s->loaded)
        rc = src->load(src->arg, &s->in, e);
    s->loaded = rc == 0;
    pthread_mutex_unlock(&s->lock);
    return rc;
}

static int render(struct engine *g, int slot, struct turn *t, struct chain *c,
                  struct err *e)
{
    const struct frames *f = g->f;
    struct making m = {g, t, c};
    const struct depth_source depth = {get_depth, &m};
    const struct render_frame frame = {
        .row = feed_row,
        .take = take_rows,
        .arg = &m,
        .margin = f->sink->margin,
        .even = f->sink->even > 1 ? f->sink->even : 1,
        .scratch = f->source->scratch > f->sink->scratch ? f->source->scratch
                                                         : f->sink->scratch,
    };
    struct render r = {
        .pool = g->lane[slot].alone,
        .room = g->lane[slot].room,
        .k = f->k,
        .chain = c,
        .frame = &frame,
        .depth = c->depth ? &depth : NULL,
        .strip_rows = f->strip_rows ? f->strip_rows : chain_frame_rows(c),
        .times = f->times,
        .label = f->label,
    };

    return render_frame(&r, t->there, e);
}

static int make(struct engine *g, int slot, struct turn *t, struct err *e)
{
    const struct frames *f = g->f;
    struct steady_turn turn = {g->steady, t->number,
                               (double)t->shot->in.time * ratio_value(&f->tick),
                               0, 0};
    struct chain *c = NULL;
    int rc = 0;

    t->there = t->copies && f->sink->there &&
               f->sink->there(f->sink->arg, t->time, t->copies);
    if (!t->copies || (t->there && !g->steady) || f->sink->pass) {
        if (g->sequence) {
            TRY(begin_depth(&(struct making){g, t, NULL}, e));
            end_depth(g);
        }
        if (g->steady)
            TRY(steady_leave(&turn, e));
        goto out;
    }
    TRY(load(g, t->shot, e));
    for (int i = 0; i < t->before + t->after; i++)
        TRY(load(g, t->near[i], e));
    TRY(chain_frame(f->film, (int)(t->shot->in.number & INT32_MAX), &c, e));
    c->before = t->before;
    c->after = t->after;
    c->turn = g->steady ? &turn : NULL;
    if (!t->there)
        TRY(f->sink->begin(f->sink->arg, &t->own, e));
    TRY(render(g, slot, t, c, e));
    if (f->sink->end && !t->there)
        TRY(f->sink->end(f->sink->arg, t->own, t->time, t->copies, e));
out:
    chain_free(c);
    return rc;
}

/* The frames that are due, by whoever brings the first of them. */
static int write_due(struct engine *g, struct err *e)
{
    const struct frame_sink *sink = g->f->sink;
    struct turn *slot;
    int rc = 0;

    while (rc == 0 && !g->failed &&
           (slot = &g->waiting[g->due % g->room])->ready) {
        struct turn t = *slot;
        struct span span;

        *slot = (struct turn){0};
        pthread_mutex_unlock(&g->writing);
        span =
            span_begin(STAGE_ENCODE, g->f->times, g->f->label, (int)t.number);
        if (t.copies && !t.there)
            rc = sink->put_take(sink->arg, t.own, &t.shot->in, t.time, t.copies,
                                e);
        t.own = NULL;
        span_end(&span, 0);
        g->f->made += t.copies > 0 && !t.there;
        g->f->there += t.there;
        g->f->left_out += t.copies == 0;
        g->f->repeated += t.copies > 1 ? t.copies - 1 : 0;
        turn_release(g, &t);
        if (rc == 0 && g->f->progress)
            g->f->progress(g->f->progress_arg, g->due + 1);
        pthread_mutex_lock(&g->writing);
        g->due++;
        pthread_cond_broadcast(&g->moved);
    }
    return rc;
}

static int deliver_take(struct engine *g, struct turn *t, struct err *e)
{
    int rc = 0;

    pthread_mutex_lock(&g->writing);
    while (!g->failed && t->number - g->due >= g->room)
        pthread_cond_wait(&g->moved, &g->writing);
    if (g->failed) {
        pthread_mutex_unlock(&g->writing);
        turn_release(g, t);
        return 0;
    }
    t->ready = true;
    g->waiting[t->number % g->room] = *t;
    if (!g->busy) {
        g->busy = true;
        rc = write_due(g, e);
        g->busy = false;
    }
    pthread_mutex_unlock(&g->writing);
    return rc;
}

/* One thread: frame after frame until there are no more. */
static int work(void *arg, int index, int slot, struct err *e)
{
    struct engine *g = arg;
    int rc = 1;

    (void)index;
    while (rc > 0 && !has_failed(g)) {
        struct turn t = {0};
        int64_t number;

        pthread_mutex_lock(&g->reading);
        rc = pool_stopped(g->f->pool) ? err_set(e, ERR_STOP, "stopped")
                                      : take_turn(g, &t, e);
        number = g->next;
        pthread_mutex_unlock(&g->reading);
        if (rc > 0 && make(g, slot, &t, e) < 0) {
            rc = e->code;
            number = t.number;
            turn_release(g, &t);
        }
        if (rc > 0 && deliver_take(g, &t, e) < 0)
            rc = e->code;
        if (rc < 0)
            fail(g, number, e);
    }
    return rc < 0 ? rc : 0;
}

static int open_engine(struct engine *g, struct err *e)
{
    const int slots = pool_slots(g->f->pool);
    const int places = chain_places(g->f->film);
    int rc = 0;

    g->around = chain_frames_around(g->f->film);
    g->room = slots + AHEAD;
    g->waiting = mem_zero((size_t)g->room, sizeof(*g->waiting));
    g->lane = mem_zero((size_t)slots, sizeof(*g->lane));
    if (!g->waiting || !g->lane)
        return err_mem(e, (size_t)g->room * sizeof(*g->waiting));
    for (int i = 0; rc == 0 && i < slots; i++) {
        rc = pool_new(1, &g->lane[i].alone, e);
        g->lane[i].room = render_room_new();
        if (rc == 0 && !g->lane[i].room)
            rc = err_mem(e, 0);
    }
    if (rc == 0 && g->f->film->depth && g->f->depth)
        rc = depth_sequence_new(HOLD, &g->sequence, e);
    if (rc == 0 && places)
        rc = steady_new(places, &g->steady, e);
    return rc;
}

static void close_engine(struct engine *g)
{
    for (int i = 0; g->waiting && i < g->room; i++)
        if (g->waiting[i].ready)
            turn_release(g, &g->waiting[i]);
    for (int i = 0; i < RING; i++)
        shot_unref(g, g->ring[i]);
    for (int i = 0; g->lane && i < pool_slots(g->f->pool); i++) {
        pool_free(g->lane[i].alone);
        render_room_free(g->lane[i].room);
    }
    depth_sequence_free(g->sequence);
    steady_free(g->steady);
    mem_free(g->lane);
    mem_free(g->waiting);
}

int frames_run(struct frames *f, struct err *e)
{
    struct engine g = {
        .f = f,
        .reading = PTHREAD_MUTEX_INITIALIZER,
        .writing = PTHREAD_MUTEX_INITIALIZER,
        .moved = PTHREAD_COND_INITIALIZER,
    };
    int rc;

    TRY(open_engine(&g, e));
    rc = pool_drive(f->pool, pool_slots(f->pool), work, &g, e);
    if (g.failed) {
        *e = g.err;
        rc = e->code;
    }
out:
    close_engine(&g);
    return rc;
}
