/* Memory of frames: our own, and what is lent to the caller. */

#include "codec/video_int.h"

/* FFmpeg's filters and encoders read whole vectors, and blocks of 32 rows. */
#define ALIGN 64
#define ROWS  32

static size_t rounded(size_t n, size_t to)
{
    return (n + to - 1) / to * to;
}

static int planes(const struct frame_format *f)
{
    return (f->colors == FRAME_GREY ? 1 : 3) + f->alpha;
}

/* The plane's size is divided by powers of two: only chroma of YUV. */
static bool is_small(const struct frame_format *f, int p)
{
    return f->colors == FRAME_YUV && (p == 1 || p == 2);
}

int frame_pool_start(struct frame_pool *p, const struct frame_format *f, int w,
                     int h)
{
    const size_t sample = f->bits == 32 ? 4 : f->bits > 8 ? 2 : 1;
    size_t size = 0;

    *p = (struct frame_pool){
        .format = *f, .pixels = pixels_planar(f), .w = w, .h = h};
    for (int i = 0; i < planes(f); i++) {
        const size_t wide = rounded((size_t)w, 64) >> (is_small(f, i) * f->ssx);
        const size_t high = rounded((size_t)h, ROWS) >>
                            (is_small(f, i) * f->ssy);

        p->at[i] = size;
        p->pitch[i] = (ptrdiff_t)rounded(wide * sample, ALIGN);
        size += (size_t)p->pitch[i] * high + ALIGN;
    }
    if (size > INT32_MAX)
        return AVERROR(ENOMEM);
    p->buffers = av_buffer_pool_init(size + ALIGN, NULL);
    return p->buffers ? 0 : AVERROR(ENOMEM);
}

void frame_pool_stop(struct frame_pool *p)
{
    av_buffer_pool_uninit(&p->buffers); /* goes with the last frame */
}

AVFrame *frame_pool_get(struct frame_pool *p)
{
    AVFrame *f = av_frame_alloc();

    if (!f)
        return NULL;
    f->buf[0] = av_buffer_pool_get(p->buffers);
    if (!f->buf[0]) {
        av_frame_free(&f);
        return NULL;
    }
    f->width = p->w;
    f->height = p->h;
    f->format = p->pixels;
    for (int i = 0; i < planes(&p->format); i++) {
        f->data[i] = f->buf[0]->data + p->at[i];
        f->linesize[i] = (int)p->pitch[i];
    }
    return f;
}

int frame_lend(const struct video_host *host, AVFrame **av,
               const struct frame_format *f, struct video_frame *out,
               struct err *e)
{
    struct video_held *held = host->zero(1, sizeof(*held));

    if (!held) {
        av_frame_free(av);
        return host->fail(e, ERR_MEM, "out of memory");
    }
    held->own.module = &portal_module;
    held->host = host;
    held->format = *f;
    held->av = *av;
    atomic_init(&held->refs, 1);
    *av = NULL;
    *out = (struct video_frame){
        .pixels = {.w = held->av->width, .h = held->av->height},
        .own = held,
    };
    for (int i = 0; i < planes(f); i++) {
        out->pixels.data[i] = held->av->data[i];
        out->pixels.pitch[i] = held->av->linesize[i];
    }
    return 0;
}

void frame_ref(const struct video_frame *f, struct video_frame *copy)
{
    struct video_held *held = f->own;

    *copy = *f;
    atomic_fetch_add(&held->refs, 1);
}

void frame_unref(struct video_frame *f)
{
    struct video_held *held = f->own;

    if (atomic_fetch_sub(&held->refs, 1) > 1)
        return;
    av_frame_free(&held->av);
    held->host->free(held);
}
