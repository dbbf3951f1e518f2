/* One operation on one picture; see the header. */

#include <string.h>

#include "apply.h"
#include "op/distance.h"

#define PROXY_STEP 2 /* at least, so that a proxy is one */
#define PROXY_EDGE 640

struct run {
    const struct op *op;
    const void *values;
    const struct kern *k;
    struct op_site from, to;
    void *state;
    struct arena scratch;
    struct image *near[2 * OP_FRAMES_MAX]; /* frames around the picture */
    int frames;                            /* on either side            */
};

static struct op_site whole(const struct view *v)
{
    return (struct op_site){
        .w = v->w, .h = v->h, .full_w = v->w, .full_h = v->h, .sx = 1, .sy = 1};
}

static int make_proxy(const struct image *in, struct image **out,
                      struct op_site *site, struct err *e)
{
    const int edge = in->v.w > in->v.h ? in->v.w : in->v.h;
    const int least = (edge + PROXY_EDGE - 1) / PROXY_EDGE;
    const int n = least > PROXY_STEP ? least : PROXY_STEP;
    const int w = (in->v.w + n - 1) / n, h = (in->v.h + n - 1) / n;
    const int rc = image_new(w, h, in->v.planes, out, e);

    if (rc < 0)
        return rc;
    for (int p = 0; p < in->v.planes; p++)
        for (int y = 0; y < h; y++)
            for (int x = 0; x < w; x++) {
                double sum = 0;
                int count = 0;

                for (int v = y * n; v < y * n + n && v < in->v.h; v++)
                    for (int u = x * n; u < x * n + n && u < in->v.w; u++) {
                        sum += (double)row_of(&in->v, p, v)[u];
                        count++;
                    }
                row_of(&(*out)->v, p, y)[x] = (float)(sum / count);
            }
    *site = whole(&in->v);
    site->w = w;
    site->h = h;
    site->sx = site->sy = 1.0 / n;
    return 0;
}

static int prepare(struct run *r, const struct image *in, const char *folder,
                   struct err *e)
{
    static const struct depth_info depth = {DEPTH_RELATIVE, 0, 1};
    struct op_prep prep = {.from = &r->from, .full = &r->to, .k = r->k};
    struct distance distance = {0};
    struct op_site small;
    struct image *proxy = NULL;
    struct pool *pool = NULL;
    int rc = 0;

    if (!r->op->prepare)
        goto out;
    TRY(make_proxy(in, &proxy, &small, e));
    TRY(pool_new(1, &pool, e));
    prep.small = &small;
    proxy->v.depth = in->v.depth;
    prep.proxy = r->op->needs ? proxy : NULL;
    prep.depth = in->v.depth ? &depth : NULL;
    if (in->v.depth) {
        TRY(distance_of(&proxy->v, &depth, &prep, &distance, e));
        prep.distance = &distance;
    }
    prep.pool = pool;
    prep.folder = folder ? folder : ".";
    TRY(r->op->prepare(r->values, &prep, &r->state, e));
out:
    distance_release(&distance);
    image_free(proxy);
    pool_free(pool);
    return rc;
}

/* Rows of the source that rows y0 … y1-1 need. */
static void reach(const struct run *r, int y0, int y1, int *s0, int *s1)
{
    const int halo = r->op->halo ? r->op->halo(r->values, &r->to) : 0;

    *s0 = y0 - halo;
    *s1 = y1 + halo;
    if (r->op->need)
        r->op->need(r->values, &r->from, &r->to, y0, y1, s0, s1);
    *s0 = *s0 < 0 ? 0 : *s0;
    *s1 = *s1 > r->from.h ? r->from.h : *s1;
}

static void copy_rows(struct view *to, const struct view *from, int first,
                      int y0, int y1)
{
    for (int p = first; p < to->planes; p++)
        for (int y = y0; y < y1; y++)
            memcpy(row_of(to, p, y), row_of(from, p, y),
                   (size_t)to->w * sizeof(float));
}

/* As `in`, but the right half has moved and a little noise is another. */
static int make_frame(const struct image *in, int step, struct image **out,
                      struct err *e)
{
    const int w = in->v.w, rc = image_new(w, in->v.h, in->v.planes, out, e);
    uint32_t noise = (uint32_t)(step + 100);

    if (rc < 0)
        return rc;
    for (int p = 0; p < in->v.planes; p++)
        for (int y = 0; y < in->v.h; y++)
            for (int x = 0; x < w; x++) {
                const int from = x < w / 2 ? x : (x + w + step) % w;

                noise = noise * 1664525u + 1013904223u;
                row_of(&(*out)->v, p, y)[x] = row_of(&in->v, p, y)[from] +
                                              0.004f * (float)(noise >> 8) *
                                                  0x1p-24f;
            }
    return 0;
}

static int make_near(struct run *r, const struct image *in, struct err *e)
{
    int rc = 0;

    r->frames = r->op->frames ? r->op->frames(r->values) : 0;
    for (int i = 0; i < 2 * r->frames; i++)
        TRY(make_frame(in, i < r->frames ? i - r->frames : i - r->frames + 1,
                       &r->near[i], e));
out:
    return rc;
}

/* Rows s0 … s1-1 of the frames around, in room of their own. */
static int near_rows(const struct run *r, struct view near[], int s0, int s1,
                     struct err *e)
{
    for (int i = 0; i < 2 * r->frames; i++) {
        const struct view *from = &r->near[i]->v;
        float *data = mem_alloc(view_bytes(from->w, s1 - s0, from->planes));

        if (!data)
            return err_mem(e, 0);
        near[i] = view_over(data, from->w, from->h, from->planes, s0, s1);
        copy_rows(&near[i], from, 0, s0, s1);
    }
    return 0;
}

static int make_strip(struct run *r, const struct image *in, struct image *out,
                      int y0, int y1, struct err *e)
{
    const bool pointwise = !r->op->halo && !r->op->shape;
    struct op_job job = {.k = r->k,
                         .y0 = y0,
                         .y1 = y1,
                         .site = &r->to,
                         .from = &r->from,
                         .state = r->state,
                         .scratch = &r->scratch};
    struct view near[2 * OP_FRAMES_MAX] = {0};
    float *src = NULL, *dst = NULL;
    int rc, s0, s1;

    reach(r, y0, y1, &s0, &s1);
    TRY(near_rows(r, near, s0, s1, e));
    job.near = near;
    job.before = job.after = r->frames;
    src = mem_alloc(view_bytes(in->v.w, s1 - s0, in->v.planes));
    dst = mem_alloc(view_bytes(out->v.w, y1 - y0, out->v.planes));
    if (!src || !dst) {
        rc = err_mem(e, 0);
        goto out;
    }
    job.src = view_over(src, in->v.w, in->v.h, in->v.planes, s0, s1);
    job.dst = pointwise
                  ? job.src
                  : view_over(dst, out->v.w, out->v.h, out->v.planes, y0, y1);
    job.src.alpha = job.dst.alpha = in->v.alpha;
    job.src.depth = job.dst.depth = in->v.depth;
    copy_rows(&job.src, &in->v, 0, s0, s1);
    if (!r->op->shape)
        copy_rows(&job.dst, &in->v, 3, y0, y1);
    arena_reset(&r->scratch);
    r->op->rows(&job, r->values);
    copy_rows(&out->v, &job.dst, 0, y0, y1);
    rc = 0;
out:
    for (int i = 0; i < 2 * r->frames; i++)
        mem_free(near[i].data);
    mem_free(src);
    mem_free(dst);
    return rc;
}

int apply(const struct op *op, const void *values, const struct image *in,
          const struct apply_how *how, struct image **out, struct err *e)
{
    struct run r = {.op = op,
                    .values = values,
                    .k = kern_for(how->isa),
                    .from = whole(&in->v),
                    .to = whole(&in->v)};
    struct image *made = NULL;
    size_t scratch;
    int rc, strips, strip;

    if (op->shape)
        TRY(op->shape(values, in->v.w, in->v.h, &r.to.w, &r.to.h, e));
    r.from.frame = r.to.frame = how->frame;
    r.to.full_w = r.to.w;
    r.to.full_h = r.to.h;
    strip = how->strip ? how->strip : r.to.h;
    strips = (r.to.h + strip - 1) / strip;
    scratch = op_scratch(op, values, &r.to, strip);
    TRY(arena_init(&r.scratch, scratch ? scratch : 1, e));
    TRY(prepare(&r, in, how->folder, e));
    TRY(make_near(&r, in, e));
    TRY(image_new(r.to.w, r.to.h, in->v.planes, &made, e));
    made->v.alpha = in->v.alpha;
    for (int i = 0; i < strips; i++) {
        const int y0 = (how->backwards ? strips - 1 - i : i) * strip;
        const int y1 = y0 + strip < r.to.h ? y0 + strip : r.to.h;

        TRY(make_strip(&r, in, made, y0, y1, e));
    }
    *out = made;
    made = NULL;
    rc = 0;
out:
    if (op->release && r.state)
        op->release(r.state);
    arena_release(&r.scratch);
    for (int i = 0; i < 2 * OP_FRAMES_MAX; i++)
        image_free(r.near[i]);
    image_free(made);
    return rc;
}
