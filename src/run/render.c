/* A picture through its chain: passes, stages, strips. */

#include <assert.h>
#include <string.h>

#include "run/proxy.h"
#include "run/render.h"
#include "run/sink.h"
#include "run/source.h"

/* What one thread needs to make strips. */
struct bench {
    float *block[CHAIN_BLOCKS];
    size_t floats; /* of each block */
    struct arena scratch;
    size_t bytes; /* of it */
    struct rows *need;
    int nodes; /* for which `need` has room */
    bool open; /* since the stage began */
};

struct render_room {
    struct bench bench;
};

/* One stage: from the file or a rendered picture to a picture or the file. */
struct stage_job {
    struct render *r;
    struct source *source;     /* or NULL: */
    const struct image *image; /* what the stage before rendered; or NULL: */
    bool from_frame;
    struct image *target; /* or NULL: */
    struct sink *sink;    /* or NULL: r->frame takes it */
    int first, end;       /* nodes */
    int h;                /* of the result */
    int rows;             /* of a strip */
    int chunk; /* rows of a task: a multiple of what the sink takes */
    struct bench *bench;
    struct chain_room room;
    int done; /* tasks, counted atomically */
};

static struct rows strip(const struct stage_job *j, int task, int y)
{
    const int y1 = (task + 1) * j->chunk < j->h ? (task + 1) * j->chunk : j->h;

    return (struct rows){y, y + j->rows < y1 ? y + j->rows : y1};
}

static int tasks(const struct stage_job *j)
{
    return (j->h + j->chunk - 1) / j->chunk;
}

/* Rows of the file that a strip needs. */
static struct rows wanted(const struct stage_job *j, struct rows out,
                          struct rows *need)
{
    if (j->r->frame && !j->target) {
        const int margin = j->r->frame->margin;

        out.y0 = out.y0 > margin ? out.y0 - margin : 0;
        out.y1 = out.y1 + margin < j->h ? out.y1 + margin : j->h;
    }
    chain_plan(j->r->chain, j->first, j->end, out, need);
    return need[0];
}

/* Visits every strip once before the work: announcements and room. */
static void survey(struct stage_job *j, struct rows *need)
{
    for (int t = 0; t < tasks(j); t++)
        for (int y = t * j->chunk; y < j->h && y < (t + 1) * j->chunk;
             y += j->rows) {
            const struct rows w = wanted(j, strip(j, t, y), need);
            struct chain_room room =
                chain_room(j->r->chain, j->first, j->end, need);

            if (j->source)
                source_announce(j->source, w.y0, w.y1);
            if (room.floats > j->room.floats)
                j->room.floats = room.floats;
            if (room.scratch > j->room.scratch)
                j->room.scratch = room.scratch;
            j->room.blocks = room.blocks;
        }
}

/* Raw rows go straight through. */
static bool is_copy(const struct render *r)
{
    return !r->in && !r->image && !r->frame;
}

static size_t scratch_of(const struct stage_job *j)
{
    const struct render *r = j->r;
    size_t most = j->room.scratch;

    if (r->in && convert_scratch(r->in, r->chain->w) > most)
        most = convert_scratch(r->in, r->chain->w);
    if (r->out && convert_scratch(r->out, r->chain->out_w) > most)
        most = convert_scratch(r->out, r->chain->out_w);
    if (r->refine && refine_scratch(r->refine) > most)
        most = refine_scratch(r->refine);
    if (r->frame && r->frame->scratch > most)
        most = r->frame->scratch;
    return most;
}

static void drop_blocks(struct bench *b)
{
    for (int i = 0; i < CHAIN_BLOCKS; i++) {
        mem_free(b->block[i]);
        b->block[i] = NULL;
    }
}

static int open_blocks(const struct stage_job *j, struct bench *b,
                       struct err *e)
{
    if (b->floats < j->room.floats) {
        drop_blocks(b);
        b->floats = j->room.floats;
    }
    for (int i = 0; i < j->room.blocks && !is_copy(j->r); i++) {
        if (!b->block[i])
            b->block[i] = mem_array(b->floats, sizeof(float));
        if (!b->block[i])
            return err_mem(e, b->floats * sizeof(float));
    }
    return 0;
}

static int bench_open(const struct stage_job *j, struct bench *b, struct err *e)
{
    const int nodes = j->r->chain->count + 1;
    const size_t scratch = scratch_of(j);

    if (b->open)
        return 0;
    if (open_blocks(j, b, e) < 0)
        return e->code;
    if (b->bytes < scratch || !b->need) {
        arena_release(&b->scratch);
        b->bytes = scratch;
        if (arena_init(&b->scratch, scratch, e) < 0)
            return e->code;
    }
    if (b->nodes < nodes) {
        mem_free(b->need);
        b->need = mem_array((size_t)nodes, sizeof(*b->need));
        b->nodes = b->need ? nodes : 0;
    }
    b->open = b->need != NULL;
    return b->open ? 0 : err_mem(e, (size_t)nodes * sizeof(*b->need));
}

static void bench_release(struct bench *b)
{
    drop_blocks(b);
    arena_release(&b->scratch);
    mem_free(b->need);
}

struct render_room *render_room_new(void)
{
    return mem_zero(1, sizeof(struct render_room));
}

void render_room_free(struct render_room *room)
{
    if (room)
        bench_release(&room->bench);
    mem_free(room);
}

struct feed_arg {
    const struct stage_job *j;
    struct bench *b;
};

/* The plane that neither a file nor a picture that is lent brings along. */
static void feed_depth(const struct feed_arg *f, int y, float *const planes[])
{
    const struct render *r = f->j->r;

    arena_reset(&f->b->scratch);
    refine_row(r->refine, r->k, y, planes, planes[r->chain->depth],
               &f->b->scratch);
}

static void feed(void *arg, int offset, int y, float *const planes[])
{
    const struct feed_arg *f = arg;
    const struct stage_job *j = f->j;
    const struct render *r = j->r;
    const bool depth = r->chain->depth &&
                       (j->source || j->from_frame || j->image == r->image);
    const int given = r->chain->planes - depth;

    if (j->from_frame) {
        arena_reset(&f->b->scratch);
        r->frame->row(r->frame->arg, offset, y, planes, &f->b->scratch);
    }
    if (j->source) {
        arena_reset(&f->b->scratch);
        convert_in(r->in, r->k, source_row(j->source, y), (size_t)r->chain->w,
                   planes, &f->b->scratch);
    }
    for (int p = 0; p < given && j->image; p++)
        memcpy(planes[p], row_of(&j->image->v, p, y),
               (size_t)j->image->v.w * sizeof(float));
    if (depth)
        feed_depth(f, y, planes);
}

/* A finished strip to raw rows, or into the rendered picture. */
static void deliver(const struct stage_job *j, struct bench *b,
                    const struct view *v, struct rows out, uint8_t *raw)
{
    const struct render *r = j->r;
    const size_t n = (size_t)v->w;
    float *plane[IMAGE_PLANES_MAX];

    if (r->frame && !j->target) {
        arena_reset(&b->scratch);
        r->frame->take(r->frame->arg, v, out.y0, out.y1, &b->scratch);
        return;
    }
    for (int y = out.y0; y < out.y1; y++) {
        if (j->target) {
            for (int p = 0; p < v->planes; p++)
                memcpy(row_of(&j->target->v, p, y), row_of(v, p, y),
                       n * sizeof(float));
            continue;
        }
        for (int p = 0; p < convert_planes(r->out); p++)
            plane[p] = row_of(v, r->out_plane[p], y);
        arena_reset(&b->scratch);
        convert_out(r->out, r->k, plane, n, y,
                    raw + (size_t)(y - out.y0) * n * pixfmt_bytes(r->out_fmt),
                    &b->scratch);
    }
}

static int make_strip(const struct stage_job *j, int slot, struct rows out,
                      uint8_t *raw, struct err *e)
{
    struct render *r = j->r;
    struct bench *b = &j->bench[slot];
    const struct rows src = wanted(j, out, b->need);
    struct feed_arg arg = {j, b};
    struct span span;
    struct view v;

    if (j->source && source_pin(j->source, slot, src.y0, src.y1, e) < 0)
        return e->code;
    span = span_begin(STAGE_RENDER, r->times, r->label, out.y0);
    if (!is_copy(r)) {
        v = chain_run(r->chain, r->k, j->first, j->end, b->need, feed, &arg,
                      b->block, &b->scratch);
        deliver(j, b, &v, out, raw);
    } else {
        const size_t row = (size_t)r->reader->pic.w *
                           pixfmt_bytes(&r->reader->pic.fmt);

        assert(raw); /* a copy goes to the sink */
        for (int y = out.y0; y < out.y1; y++)
            memcpy(raw + (size_t)(y - out.y0) * row, source_row(j->source, y),
                   row);
    }
    span_end(&span, 0);
    if (j->source)
        source_unpin(j->source, src.y0, src.y1);
    return 0;
}

static int task(void *arg, int index, int slot, struct err *e)
{
    struct stage_job *j = arg;
    struct render *r = j->r;
    const int y0 = index * j->chunk;
    const int y1 = y0 + j->chunk < j->h ? y0 + j->chunk : j->h;
    const size_t row =
        j->sink ? (size_t)r->chain->out_w * pixfmt_bytes(r->out_fmt) : 0;
    const size_t bytes = (size_t)(y1 - y0) * row;
    uint8_t *raw = NULL;
    int rc;

    TRY(bench_open(j, &j->bench[slot], e));
    if (j->sink) {
        raw = mem_alloc(bytes);
        if (!raw) {
            rc = err_mem(e, bytes);
            goto out;
        }
    }
    for (int y = y0; y < y1; y += j->rows)
        TRY(make_strip(j, slot, strip(j, index, y),
                       raw ? raw + (size_t)(y - y0) * row : NULL, e));
    if (j->sink) {
        rc = sink_add_take(j->sink, slot, index, raw, bytes, y1 - y0, e);
        raw = NULL;
        if (rc == 0 && r->progress)
            r->progress(r->progress_arg,
                        __atomic_add_fetch(&j->done, 1, __ATOMIC_RELAXED),
                        tasks(j));
    }
out:
    if (rc < 0 && j->sink)
        sink_fail(j->sink, e);
    mem_free(raw);
    return rc;
}

static int run_stage(struct stage_job *j, struct err *e)
{
    const int slots = pool_slots(j->r->pool);
    struct render_room *room = slots == 1 ? j->r->room : NULL;
    struct rows *need = NULL;
    int rc;

    if (room)
        room->bench.open = false;
    j->bench = room ? &room->bench : mem_zero((size_t)slots, sizeof(*j->bench));
    need = mem_array((size_t)j->r->chain->count + 1, sizeof(*need));
    if (!j->bench || !need) {
        rc = err_mem(e, (size_t)slots * sizeof(*j->bench));
        goto out;
    }
    if (j->source)
        source_pass(j->source, true);
    survey(j, need);
    rc = pool_run(j->r->pool, tasks(j), task, j, e);
out:
    for (int i = 0; j->bench && i < slots && !room; i++)
        bench_release(&j->bench[i]);
    if (!room)
        mem_free(j->bench);
    mem_free(need);
    return rc;
}

/* Height of the picture in front of node i. */
static int height_at(const struct chain *c, int i)
{
    return i < c->count ? c->node[i].from.h : c->out_h;
}

static int strip_rows(const struct render *r)
{
    const int rows = r->strip_rows ? r->strip_rows : chain_strip_rows(r->chain);
    const int even = r->frame ? r->frame->even : 1;

    return (rows + even - 1) / even * even;
}

/* From a source, a picture or a frame that is lent, to the writer, to *out, or
   to the frame. */
static int run_stages(struct render *r, struct source *source,
                      struct image **out, struct err *e)
{
    const struct chain *c = r->chain;
    const int rows = strip_rows(r);
    bool done = false;
    struct image *own = NULL, *target = NULL;
    struct sink *sink = NULL;
    int rc, first = 0, end;

    do {
        struct stage_job j = {.r = r, .first = first, .rows = rows};

        j.image = own ? own : r->image;
        end = chain_stage_end(c, first, !j.image);
        j.end = end;
        j.source = j.image ? NULL : source;
        j.from_frame = !j.image && !source;
        j.h = height_at(c, end);
        j.chunk = rows;
        if (end < c->count || out) {
            TRY(image_new(end < c->count ? c->node[end].from.w : c->out_w, j.h,
                          c->planes, &target, e));
            target->v.alpha = c->alpha;
            target->v.depth = c->depth;
            j.target = target;
        } else if (!r->frame) {
            j.chunk = r->writer->chunk_rows;
            j.rows = rows < j.chunk ? rows : j.chunk;
            TRY(sink_new(r->writer, tasks(&j), r->times, r->label, &sink, e));
            j.sink = sink;
        }
        TRY(run_stage(&j, e));
        image_free(own);
        own = target;
        target = NULL;
        first = end;
        done = end == c->count && (!out || own);
    } while (!done);
    if (out) {
        *out = own;
        own = NULL;
    }
out:
    sink_free(sink);
    image_free(target);
    image_free(own);
    return rc;
}

/* The depth map, and a proxy for the steps with depth. */
static int find_depth(struct render *r, struct image **proxy, struct err *e)
{
    struct depth_map *map = NULL;
    int rc;

    if (!r->depth)
        return err_set(e, ERR_ARG, "a step needs depth, and there is none");
    TRY(r->depth->get(r->depth->arg, *proxy, r->pool, &map, e));
    r->chain->depth_info = map->info;
    TRY(refine_new_take(map, *proxy, r->chain->w, r->chain->h, r->k, r->pool,
                        &r->refine, e));
    map = NULL;
    TRY(proxy_shrink(r, proxy, e));
    TRY(refine_proxy(r->refine, r->k, r->pool, *proxy, e));
out:
    depth_map_free(map);
    return rc;
}

/* States of the steps, from the source or, without one, r->image. */
static int prepare(struct render *r, struct source *source, struct err *e)
{
    struct image *proxy = NULL;
    struct span span;
    int rc = 0;

    if (chain_needs_proxy(r->chain))
        TRY(proxy_make(r, source, &proxy, e));
    span = span_begin(STAGE_PREPARE, r->times, r->label, -1);
    if (r->chain->depth)
        rc = find_depth(r, &proxy, e);
    if (rc == 0) {
        rc = chain_prepare_take(r->chain, r->k, r->pool, proxy, e);
        proxy = NULL;
    }
    span_end(&span, 0);
out:
    image_free(proxy);
    return rc;
}

static int run(struct render *r, struct source *source, struct image **out,
               bool only_measure, struct err *e)
{
    int rc;

    TRY(prepare(r, source, e));
    if (!only_measure)
        TRY(run_stages(r, source, out, e));
out:
    refine_free(r->refine);
    r->refine = NULL;
    return rc;
}

int render_run(struct render *r, struct err *e)
{
    struct source *source = NULL;
    int rc;

    TRY(source_new(r->reader, r->retain, r->times, r->label, &source, e));
    TRY(run(r, source, NULL, false, e));
out:
    source_free(source);
    return rc;
}

int render_image(struct render *r, struct image **out, struct err *e)
{
    return run(r, NULL, out, false, e);
}

int render_frame(struct render *r, bool only_measure, struct err *e)
{
    return run(r, NULL, NULL, only_measure, e);
}
