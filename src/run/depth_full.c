/* Depth at full size: a look of one step that keeps what it sees. */

#include "run/depth_full.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "run/render.h"
#include "run/target.h"

struct keep {
    float *to;
};

static const struct param no_params[] = {P_END};

static void keep_rows(const struct op_job *job, const void *values)
{
    const struct keep *k = values;
    const size_t w = (size_t)job->src.w;

    for (int y = job->y0; y < job->y1; y++)
        memcpy(k->to + (size_t)y * w, row_of(&job->src, job->src.depth, y),
               w * sizeof(float));
}

static const struct op keep = {
    .name = "keep_depth",
    .doc = "Keeps depth",
    .params = no_params,
    .size = sizeof(struct keep),
    .needs = OP_NEEDS_DEPTH,
    .rows = keep_rows,
};

/* A file that nobody wants: only what the step keeps counts. */
static int put_nowhere(struct writer *w, int index, const void *bytes,
                       size_t len, int rows, struct err *e)
{
    (void)w;
    (void)index;
    (void)bytes;
    (void)len;
    (void)rows;
    (void)e;
    return 0;
}

static const struct codec nowhere = {.name = "nowhere", .put = put_nowhere};

struct work {
    struct depth_want want;
    struct depth_found found;
    struct depth_full *full;
    bool scene;
    struct look *look;
    struct render render;
};

static int get(void *arg, const struct image *proxy, struct pool *pool,
               struct depth_map **out, struct err *e)
{
    struct work *w = arg;
    const int rc = depth_take(&w->want, &w->found, proxy, w->full->w,
                              w->full->h, w->scene, pool, out, e);

    if (rc < 0)
        return rc;
    w->full->info = (*out)->info;
    snprintf(w->full->from, sizeof(w->full->from), "%s", (*out)->from);
    return 0;
}

static int see_row(void *arg, int slot, int y, const void *raw, struct err *e)
{
    struct work *w = arg;

    return depth_pass_row(&w->found, slot, y, raw, e);
}

static int prepare(struct work *w, int width, int height, int planes,
                   struct err *e)
{
    struct depth_full *d = w->full;
    struct step *step;
    int rc;

    d->w = width;
    d->h = height;
    d->v = mem_array((size_t)width * (size_t)height, sizeof(*d->v));
    if (!d->v) {
        rc = err_mem(e, (size_t)width * (size_t)height * sizeof(*d->v));
        goto out;
    }
    TRY(look_new(&w->look, e));
    TRY(look_add(w->look, &keep, &step, e));
    ((struct keep *)step->values)->to = d->v;
    TRY(chain_new(w->look, width, height, planes, 0, 0, &w->render.chain, e));
out:
    return rc;
}

static void finish(struct work *w, int rc)
{
    chain_free(w->render.chain);
    look_free(w->look);
    depth_found_release(&w->found);
    if (rc < 0)
        depth_full_release(w->full);
}

int depth_full_of_file(const struct depth_job *job, struct pool *pool,
                       struct depth_full *out, struct err *e)
{
    const struct read_options read = {.page = job->page,
                                      .slots = pool_slots(pool),
                                      .layer = job->layer,
                                      .memory = job->memory};
    const struct process_options o = {.assume = job->assume, .keep = KEEP_ALL};
    const struct pixfmt grey = {SAMPLE_U8, 1, 0, -1, false, false};
    struct writer writer = {.codec = &nowhere, .chunk_rows = 64};
    struct work w = {.want = job->want, .full = out};
    struct depth_source source = {get, &w};
    struct convert *from = NULL, *to = NULL;
    struct target *target = NULL;
    struct stage_times times = {0};
    struct reader *reader = NULL;
    int rc;

    *out = (struct depth_full){0};
    TRY(reader_open(job->in, &read, &reader, e));
    TRY(depth_find(&w.want, job->in, reader, &w.found, e));
    out->path = w.found.path ? mem_text(w.found.path) : NULL;
    if (w.found.path && !out->path)
        TRY(err_mem(e, strlen(w.found.path)));
    TRY(target_new(reader, &o, NULL, &target, e));
    TRY(convert_new(&reader->pic.fmt, target->from, false, &from, e));
    TRY(convert_new(&grey, NULL, false, &to, e));
    TRY(prepare(&w, reader->pic.w, reader->pic.h, 3 + reader->pic.fmt.extras,
                e));
    TRY(depth_start(&w.want, &w.found, reader, pool_slots(pool), e));
    if (w.found.tap)
        w.render.depth_row = see_row;
    w.scene = sample_is_float(reader->pic.fmt.type);
    w.render.pool = pool;
    w.render.k = kern_best();
    w.render.reader = reader;
    w.render.writer = &writer;
    w.render.in = from;
    w.render.out = to;
    w.render.out_fmt = &grey;
    for (int p = 0; p < 3; p++)
        w.render.out_plane[p] = p;
    w.render.depth = &source;
    w.render.times = &times;
    w.render.retain = (size_t)64 << 20;
    TRY(render_run(&w.render, e));
out:
    finish(&w, rc);
    convert_free(from);
    convert_free(to);
    target_free(target);
    reader_close(reader);
    return rc;
}

int depth_full_of_image(const struct image *image, bool scene,
                        const struct depth_want *want, struct pool *pool,
                        struct depth_full *out, struct err *e)
{
    struct work w = {.want = *want,
                     .found = {.place = DEPTH_BY_MODEL},
                     .full = out,
                     .scene = scene};
    struct depth_source source = {get, &w};
    struct image *made = NULL;
    int rc;

    *out = (struct depth_full){0};
    TRY(prepare(&w, image->v.w, image->v.h, image->v.planes, e));
    w.render.pool = pool;
    w.render.k = kern_best();
    w.render.image = image;
    w.render.depth = &source;
    TRY(render_image(&w.render, &made, e));
out:
    image_free(made);
    finish(&w, rc);
    return rc;
}

void depth_full_release(struct depth_full *d)
{
    mem_free(d->v);
    mem_free(d->path);
    d->v = NULL;
    d->path = NULL;
}
