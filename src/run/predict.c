/* Times the first rows of a picture and scales up. */

#include <assert.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/trace.h"
#include "run/predict.h"

struct trial {
    struct reader *reader;
    const struct target *target;
    struct chain *chain;
    const struct convert *in, *out;
    const struct kern *k;
    struct pool *pool;
    uint8_t *raw, *made; /* rows of the input, rows of the output */
    int raw_rows, made_rows;
    float *block[CHAIN_BLOCKS];
    struct rows *need;
    struct arena scratch;
    struct outfile file;
    struct writer *writer;
    double decode, proxy, prepare, render, encode; /* seconds, whole picture */
};

static double since(int64_t start)
{
    return (double)(time_ns() - start) * 1e-9;
}

static int decode(struct trial *t, struct err *e)
{
    const struct reader *r = t->reader;
    const size_t row = (size_t)r->pic.w * pixfmt_bytes(&r->pic.fmt);
    const int rows = r->chunk_rows < r->pic.h ? r->chunk_rows : r->pic.h;
    int64_t start;
    int rc;

    t->raw_rows = rows;
    t->raw = mem_array((size_t)rows, row);
    if (!t->raw)
        return err_mem(e, (size_t)rows * row);
    start = time_ns();
    TRY(r->codec->chunk(t->reader, 0, 0, t->raw, e));
    t->decode = since(start) * r->pic.h / rows;
out:
    return rc;
}

/* The first rows again and again stand for the whole picture. */
static void feed_raw(void *arg, int offset, int y, float *const planes[])
{
    struct trial *t = arg;
    const struct picture *p = &t->reader->pic;

    (void)offset;
    arena_reset(&t->scratch);
    convert_in(t->in, t->k,
               t->raw + (size_t)(y % t->raw_rows) * (size_t)p->w *
                            pixfmt_bytes(&p->fmt),
               (size_t)p->w, planes, &t->scratch);
    for (int x = 0; t->chain->depth && x < p->w; x++)
        planes[t->chain->depth][x] = (float)x / (float)p->w;
}

/* Behind a wall: rows of a rendered picture. */
static void feed_grey(void *arg, int offset, int y, float *const planes[])
{
    const struct trial *t = arg;

    (void)offset;
    for (int p = 0; p < t->chain->planes; p++)
        for (int x = 0; x < t->need[t->chain->count + 1].y1; x++)
            planes[p][x] = 0.18f + 1e-4f * (float)((x ^ y) & 63);
}

static int prepare(struct trial *t, struct err *e)
{
    const int f = chain_proxy_factor(t->chain);
    const struct picture *pic = &t->reader->pic;
    const size_t pitch = view_pitch(pic->w);
    const int planes = t->chain->planes, kept = t->chain->depth ? 4 : 3;
    float *row[IMAGE_PLANES_MAX];
    float *block = NULL;
    struct image *proxy = NULL;
    int64_t start = time_ns();
    int rc = 0;

    if (chain_needs_proxy(t->chain)) {
        TRY(image_new((pic->w + f - 1) / f, (pic->h + f - 1) / f, kept, &proxy,
                      e));
        proxy->v.depth = t->chain->depth ? 3 : 0;
        block = mem_array(pitch * (size_t)planes, sizeof(float));
        if (!block) {
            rc = err_mem(e, pitch * (size_t)planes * sizeof(float));
            goto out;
        }
        for (int p = 0; p < planes; p++)
            row[p] = block + (size_t)p * pitch;
        for (int y = 0; y < proxy->v.h; y++) {
            feed_raw(t, 0, y, row);
            for (int p = 0; p < kept; p++)
                for (int x = 0; x < proxy->v.w; x++)
                    row_of(&proxy->v, p, y)[x] =
                        row[p < 3 ? p : t->chain->depth][x * f];
        }
        t->proxy = since(start) * f;
    }
    start = time_ns();
    rc = chain_prepare_take(t->chain, t->k, t->pool, proxy, e);
    proxy = NULL;
    t->prepare = since(start);
out:
    image_free(proxy);
    mem_free(block);
    return rc;
}

/* One strip of the stage first … end-1; its rows stay in block[]. */
static int stage(struct trial *t, int first, int end, struct view *v,
                 struct err *e)
{
    const struct chain *c = t->chain;
    const int h = end < c->count ? c->node[end].from.h : c->out_h;
    const int want = chain_strip_rows(c), rows = want < h ? want : h;
    struct chain_room room;
    size_t scratch = convert_scratch(t->in, c->w);
    int64_t start;

    chain_plan(c, first, end, (struct rows){0, rows}, t->need);
    room = chain_room(c, first, end, t->need);
    if (convert_scratch(t->out, c->out_w) > scratch)
        scratch = convert_scratch(t->out, c->out_w);
    arena_release(&t->scratch);
    if (arena_init(&t->scratch, scratch > room.scratch ? scratch : room.scratch,
                   e) < 0)
        return e->code;
    for (int i = 0; i < 2; i++) {
        mem_free(t->block[i]);
        t->block[i] = mem_array(room.floats, sizeof(float));
        if (!t->block[i])
            return err_mem(e, room.floats * sizeof(float));
    }
    t->need[c->count + 1].y1 = first < c->count ? c->node[first].from.w
                                                : c->out_w;
    start = time_ns();
    *v = chain_run(c, t->k, first, end, t->need, first ? feed_grey : feed_raw,
                   t, t->block, &t->scratch);
    t->render += since(start) * h / rows;
    return 0;
}

static int render(struct trial *t, struct err *e)
{
    const struct chain *c = t->chain;
    const size_t row = (size_t)c->out_w * pixfmt_bytes(&t->target->pic.fmt);
    float *plane[IMAGE_PLANES_MAX];
    int first = 0, end;
    struct view v = {0};
    int64_t start;
    int rc;

    do {
        end = chain_stage_end(c, first, first == 0);
        TRY(stage(t, first, end, &v, e));
        first = end;
    } while (end < c->count);
    t->made_rows = v.y1;
    t->made = mem_array((size_t)v.y1, row);
    if (!t->made)
        return err_mem(e, (size_t)v.y1 * row);
    start = time_ns();
    for (int y = 0; y < v.y1; y++) {
        for (int p = 0; p < convert_planes(t->out); p++)
            plane[p] = row_of(&v, p < 3 ? p : 3, y);
        arena_reset(&t->scratch);
        convert_out(t->out, t->k, plane, (size_t)c->out_w, y,
                    t->made + (size_t)y * row, &t->scratch);
    }
    t->render += since(start) * c->out_h / v.y1;
out:
    return rc;
}

static int encode(struct trial *t, struct err *e)
{
    const struct codec *c = t->target->codec;
    const size_t row = (size_t)t->target->pic.w *
                       pixfmt_bytes(&t->target->pic.fmt);
    const int want = chain_strip_rows(t->chain);
    const uint8_t *from = t->made ? t->made : t->raw;
    const int have = t->made ? t->made_rows : t->raw_rows;
    struct buf packed = {0};
    uint8_t *raw = NULL;
    int64_t start;
    int rows, rc;

    t->file.fd = memfd_create("portal-trial", MFD_CLOEXEC);
    if (t->file.fd < 0)
        return err_errno(e, "cannot make", "a file in memory");
    TRY(c->create(&t->file, &t->target->pic, want, 1, &t->writer, e));
    rows = t->writer->chunk_rows < t->target->pic.h ? t->writer->chunk_rows
                                                    : t->target->pic.h;
    packed.max = (size_t)rows * row * 2 + (1 << 20);
    raw = mem_array((size_t)rows, row);
    if (!raw) {
        rc = err_mem(e, (size_t)rows * row);
        goto out;
    }
    assert(have > 0);
    for (int y = 0; y < rows; y++)
        memcpy(raw + (size_t)y * row, from + (size_t)(y % have) * row, row);
    start = time_ns();
    if (t->writer->packs)
        TRY(c->pack(t->writer, 0, 0, raw, rows, &packed, e));
    else
        TRY(c->put(t->writer, 0, raw, (size_t)rows * row, rows, e));
    t->encode = since(start) * t->target->pic.h / rows;
out:
    mem_free(raw);
    buf_release(&packed);
    return rc;
}

int predict_time(struct reader *reader, const struct target *target,
                 struct chain *chain, const struct convert *in,
                 const struct convert *out, struct pool *pool, int decodings,
                 double *seconds, struct err *e)
{
    struct trial t = {.reader = reader,
                      .target = target,
                      .chain = chain,
                      .in = in,
                      .out = out,
                      .k = kern_best(),
                      .pool = pool};
    const double slots = pool_slots(pool);
    int rc;

    TRY(decode(&t, e));
    if (in) {
        t.need = mem_array((size_t)chain->count + 2, sizeof(*t.need));
        if (!t.need) {
            rc = err_mem(e, (size_t)chain->count * sizeof(*t.need));
            goto out;
        }
        TRY(arena_init(&t.scratch, convert_scratch(in, chain->w), e));
        TRY(prepare(&t, e));
        TRY(render(&t, e));
    }
    TRY(encode(&t, e));
    *seconds = t.prepare +
               (t.decode * decodings + t.proxy + t.render + t.encode) / slots;
out:
    if (t.writer)
        target->codec->abort(t.writer);
    if (t.file.fd > 0)
        close(t.file.fd);
    for (int i = 0; i < 2; i++)
        mem_free(t.block[i]);
    arena_release(&t.scratch);
    mem_free(t.need);
    mem_free(t.raw);
    mem_free(t.made);
    return rc;
}
