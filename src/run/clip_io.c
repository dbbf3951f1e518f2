/* Frames of a film's file into the chain and out of it. */

#include <math.h>
#include <string.h>

#include "run/clip_int.h"

/* A part of a film looks as the whole does. */
static int64_t number_of(const struct clip *c, int64_t time)
{
    const double rate = ratio_value(&c->info.base);

    time += c->info.skipped;
    return rate > 0 ? llrint((double)time * ratio_value(&c->info.tick) * rate)
                    : time;
}

static int next_frame(void *arg, struct frame_in *f, struct err *e)
{
    struct clip *c = arg;
    struct video_frame *v = mem_zero(1, sizeof(*v));
    int rc;

    if (!v)
        return err_mem(e, sizeof(*v));
    rc = video_read(c->reader, v, e);
    if (rc <= 0) {
        mem_free(v);
        return rc;
    }
    f->own = v;
    f->time = v->time;
    f->duration = v->duration;
    f->number = number_of(c, v->time);
    return 1;
}

static void drop_frame(void *arg, struct frame_in *f)
{
    (void)arg;
    video_frame_unref(f->own);
    mem_free(f->own);
    f->own = NULL;
}

static void frame_in_row(const void *arg, const struct frame_in *f, bool linear,
                         int y, float *const planes[], struct arena *scratch)
{
    const struct clip *c = arg;
    const struct video_frame *v = f->own;

    yuv_in(c->in, c->k, &v->pixels, y, planes, scratch);
    if (linear)
        film_color_in(&c->from, c->k, planes, (size_t)c->info.w);
}

static int load_depth(void *arg, struct frame_in *f, struct err *e)
{
    const struct clip *c = arg;

    return depth_film_take(c->depth, f->number, NULL, NULL, &f->depth, e);
}

void clip_source(struct clip *c, struct frame_source *s)
{
    *s = (struct frame_source){
        .next = next_frame,
        .load = c->depth ? load_depth : NULL,
        .row = frame_in_row,
        .drop = drop_frame,
        .arg = c,
        .scratch = yuv_scratch(c->in, c->info.w),
    };
}

/* A result: a frame of the writer's, or one in memory that nobody keeps. */
struct made {
    struct video_frame frame;
    uint8_t *bytes;          /* without a writer */
    struct light_part light; /* of its pixels */
};

static void drop_made(void *arg, void *own)
{
    struct clip *c = arg;
    struct made *m = own;

    if (!m)
        return;
    if (!m->bytes)
        video_frame_unref(&m->frame);
    pthread_mutex_lock(&c->lock);
    if (m->bytes && c->spares < CLIP_SPARE) {
        c->spare[c->spares++] = m->bytes;
        m->bytes = NULL;
    }
    pthread_mutex_unlock(&c->lock);
    mem_free(m->bytes);
    mem_free(m);
}

/* One that was used before, or a fresh one. */
static uint8_t *take_bytes(struct clip *c, size_t bytes)
{
    uint8_t *found = NULL;

    pthread_mutex_lock(&c->lock);
    if (c->spares > 0)
        found = c->spare[--c->spares];
    pthread_mutex_unlock(&c->lock);
    return found ? found : mem_alloc(bytes);
}

static int lay_out(struct clip *c, struct made *m, struct err *e)
{
    const size_t sample = frame_sample_bytes(&c->fmt);
    const int planes = frame_planes(&c->fmt);
    size_t at[FRAME_PLANES + 1] = {0};
    struct frame *f = &m->frame.pixels;

    f->w = c->out_w;
    f->h = c->out_h;
    for (int p = 0; p < planes; p++) {
        const size_t row =
            ((size_t)frame_plane_w(&c->fmt, p, f->w) * sample + 63) & ~63ul;

        f->pitch[p] = (ptrdiff_t)row;
        at[p + 1] = at[p] + row * (size_t)frame_plane_h(&c->fmt, p, f->h);
    }
    m->bytes = take_bytes(c, at[planes]);
    if (!m->bytes)
        return err_mem(e, at[planes]);
    for (int p = 0; p < planes; p++)
        f->data[p] = m->bytes + at[p];
    return 0;
}

static int begin(void *arg, void **own, struct err *e)
{
    struct clip *c = arg;
    struct made *m = mem_zero(1, sizeof(*m));
    int rc;

    if (!m)
        return err_mem(e, sizeof(*m));
    rc = c->writer ? video_frame_new(c->writer, &m->frame, e)
                   : lay_out(c, m, e);
    if (rc < 0) {
        mem_free(m);
        return rc;
    }
    *own = m;
    return 0;
}

static void take(void *arg, void *own, bool linear, int64_t number,
                 const struct view *v, int y0, int y1, struct arena *scratch)
{
    struct clip *c = arg;
    struct made *m = own;

    if (y1 > c->out_h)
        y1 = c->out_h;
    if (linear && c->measures) {
        struct view seen = *v;

        seen.w = c->out_w;
        light_part_add(&m->light, c->k, &seen, y0, y1, scratch);
        arena_reset(scratch);
    }
    for (int y = v->y0; y < v->y1 && linear; y++) {
        float *const row[3] = {row_of(v, 0, y), row_of(v, 1, y),
                               row_of(v, 2, y)};

        film_color_out(&c->to, c->k, row, (size_t)v->w);
    }
    if (y0 < y1)
        yuv_out(c->out, c->k, v, y0, y1, (int)number, &m->frame.pixels,
                scratch);
}

static int put_take(void *arg, void *own, const struct frame_in *from,
                    int64_t time, int copies, struct err *e)
{
    struct clip *c = arg;
    struct made *m = own;
    int rc = 0;

    for (int i = 0; rc == 0 && i < copies && c->writer; i++) {
        struct video_frame f;

        video_frame_ref(m ? &m->frame : from->own, &f);
        f.time = time + i;
        f.duration = c->conform.rate.den ? 1 : from->duration;
        rc = video_write_take(c->writer, &f, e);
    }
    if (m && c->measures)
        light_level_add(&c->light, &m->light);
    drop_made(arg, own);
    if (rc == 0 && c->writer)
        c->r->bytes_out = video_bytes(c->writer);
    return rc;
}

void clip_sink(struct clip *c, struct frame_sink *s)
{
    const size_t light = light_part_scratch(c->out_w);
    const size_t out = yuv_scratch(c->out, c->out_w);

    *s = (struct frame_sink){
        .begin = begin,
        .take = take,
        .put_take = put_take,
        .drop = drop_made,
        .arg = c,
        .pass = c->pass,
        .margin = yuv_margin(c->out),
        .even = 2,
        .scratch = out > light ? out : light,
    };
}
