/* Depth from a picture file. */

#include "run/depth_file.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/trace.h"
#include "codec/convert.h"
#include "image/image.h"
#include "run/depth_find.h"
#include "run/depth_scan.h"

/* What one thread works with. */
struct bench {
    uint8_t *raw;
    float *plane[IMAGE_PLANES_MAX];
    struct arena scratch;
};

struct depth_tap {
    struct depth_read r;
    struct reader *reader;
    struct reader *own; /* that, when it was opened here */
    struct convert *convert;
    int sample; /* that alone is depth; -1: the colours, which must be grey */
    const struct kern *k;
    struct bench *bench;
    int slots;
    struct depth_scan *scan;
    bool decided;    /* the second time over the rows */
    char layer[128]; /* the channel that is read, or "" */
    const char *label;
};

static const struct picture *pic(const struct depth_tap *t)
{
    return &t->reader->pic;
}

static int bench_open(const struct depth_tap *t, struct bench *b, struct err *e)
{
    const size_t n = (size_t)pic(t)->w;
    const int planes = t->sample < 0 ? convert_planes(t->convert) : 1;

    if (b->plane[0])
        return 0;
    if (arena_init(&b->scratch, convert_scratch(t->convert, pic(t)->w), e) < 0)
        return e->code;
    for (int p = planes - 1; p >= 0; p--) {
        mem_free(b->plane[p]);
        b->plane[p] = mem_array(n, sizeof(float));
        if (!b->plane[p])
            return err_mem(e, n * sizeof(float));
    }
    return 0;
}

static void bench_release(struct bench *b)
{
    mem_free(b->raw);
    for (int p = 0; p < IMAGE_PLANES_MAX; p++)
        mem_free(b->plane[p]);
    arena_release(&b->scratch);
}

static void take_row(const struct depth_tap *t, struct bench *b, int y,
                     const void *raw)
{
    const size_t n = (size_t)pic(t)->w;
    float *v = b->plane[0], *const grey[3] = {v, v, v};

    arena_reset(&b->scratch);
    if (t->sample >= 0)
        convert_sample(t->convert, t->k, raw, t->sample, n, v);
    else
        convert_in(t->convert, t->k, raw, n, b->plane, &b->scratch);
    if (t->decided)
        depth_scan_make(t->scan, y, v);
    else
        depth_scan_show(t->scan, y, t->sample < 0 ? b->plane : grey);
}

static size_t row_bytes(const struct depth_tap *t)
{
    return (size_t)pic(t)->w * pixfmt_bytes(&pic(t)->fmt);
}

static int decode(struct depth_tap *t, struct bench *b, int i, int rows,
                  int slot, struct err *e)
{
    const size_t bytes = (size_t)t->reader->chunk_rows * row_bytes(t);
    struct span span;
    int rc;

    if (!b->raw)
        b->raw = mem_alloc(bytes);
    if (!b->raw)
        return err_mem(e, bytes);
    span = span_begin(STAGE_DECODE, NULL, t->label, i);
    rc = t->reader->codec->chunk(t->reader, slot, i, b->raw, e);
    span_end(&span, rows * (int64_t)row_bytes(t));
    return rc;
}

static int chunk(void *arg, int i, int slot, struct err *e)
{
    struct depth_tap *t = arg;
    struct bench *b = &t->bench[slot];
    const int y0 = i * t->reader->chunk_rows;
    const int left = pic(t)->h - y0;
    const int rows = left < t->reader->chunk_rows ? left
                                                  : t->reader->chunk_rows;
    const bool kept = t->decided && y0 + rows <= depth_scan_kept(t->scan);
    int rc = 0;

    for (int y = 0; kept && y < rows; y++)
        depth_scan_make(t->scan, y0 + y, NULL);
    if (kept)
        return 0;
    TRY(bench_open(t, b, e));
    TRY(decode(t, b, i, rows, slot, e));
    for (int y = 0; y < rows; y++)
        take_row(t, b, y0 + y, b->raw + (size_t)y * row_bytes(t));
out:
    return rc;
}

/* All chunks: on all threads, or in order. */
static int pass(struct depth_tap *t, struct pool *pool, struct err *e)
{
    const int n = reader_chunks(t->reader);
    int rc = 0;

    if (!t->reader->ordered ||
        (t->decided && depth_scan_kept(t->scan) == pic(t)->h))
        return pool_run(pool, n, chunk, t, e);
    for (int i = 0; rc == 0 && i < n; i++)
        rc = pool_stopped(pool) ? err_set(e, ERR_STOP, "stopped")
                                : chunk(t, i, 0, e);
    return rc;
}

static int check_shape(const struct depth_tap *t, struct err *e)
{
    const struct picture *p = pic(t);
    const struct depth_read *r = &t->r;

    if (t->sample < 0 && p->fmt.colors == 4)
        return err_set(e, ERR_DATA, "it is in ink colours, not depth");
    if (r->w > 0 && llabs((int64_t)p->w * r->h - (int64_t)p->h * r->w) >
                        2 * (int64_t)(r->w > r->h ? r->w : r->h))
        return err_set(e, ERR_DATA,
                       "its depth is %d x %d, which has not the shape of the "
                       "picture (%d x %d)",
                       p->w, p->h, r->w, r->h);
    return 0;
}

/*
 * Rows whose floats are worth keeping: whole chunks; of a file that must be
 * decoded from its start again all or none.
 */
static int rows_to_keep(const struct depth_tap *t)
{
    const int h = pic(t)->h, n = depth_scan_room(pic(t)->w, h);

    if (n == h)
        return n;
    return t->reader->ordered ? 0 : n - n % t->reader->chunk_rows;
}

static int prepare(struct depth_tap *t, int sample, int slots, struct err *e)
{
    const struct pixfmt *f = &pic(t)->fmt;
    const bool plain = f->colors == 1 && f->alpha < 0 && !f->inverted;
    int rc;

    t->sample = sample < 0 && plain ? 0 : sample;
    t->k = kern_best();
    t->slots = slots;
    t->label = trace_label(path_name(t->r.path));
    TRY(check_shape(t, e));
    TRY(convert_new(f, NULL, false, &t->convert, e));
    t->bench = mem_zero((size_t)slots, sizeof(*t->bench));
    if (!t->bench) {
        rc = err_mem(e, (size_t)slots * sizeof(*t->bench));
        goto out;
    }
    TRY(depth_scan_new(pic(t)->w, pic(t)->h, !sample_is_float(f->type),
                       rows_to_keep(t), t->r.encoding, &t->scan, e));
    if (t->r.film)
        depth_scan_film(t->scan, t->r.film);
out:
    return rc;
}

static int open_file(struct depth_tap *t, int slots, struct err *e)
{
    struct read_options o = {
        .page = t->r.page, .slots = slots, .layer = t->r.layer};
    int rc;

    TRY(reader_open(t->r.path, &o, &t->own, e));
    if (!o.layer && depth_channel(t->own->pic.channels, "", t->layer)) {
        o.layer = t->layer;
        reader_close(t->own);
        t->own = NULL;
        TRY(reader_open(t->r.path, &o, &t->own, e));
    }
    snprintf(t->layer, sizeof(t->layer), "%s", o.layer ? o.layer : "");
    t->reader = t->own;
    TRY(prepare(t, -1, slots, e));
out:
    return rc;
}

static void describe(const struct depth_tap *t, struct depth_map *map,
                     const struct depth_guess *guess)
{
    char what[64] = "";

    if (t->layer[0])
        snprintf(what, sizeof(what), "channel '%.40s' of ", t->layer);
    snprintf(map->from, sizeof(map->from), "%s'%.40s': %s (%s)", what,
             path_name(t->r.path), depth_encodings[guess->encoding],
             guess->why);
}

static int finish(struct depth_tap *t, struct pool *pool,
                  struct depth_map **out, struct err *e)
{
    const struct depth_guess *guess;
    int rc;

    TRY(depth_scan_decide(t->scan, e));
    t->decided = true;
    if (!depth_scan_done(t->scan))
        TRY(pass(t, pool, e));
    *out = depth_scan_take(t->scan, &guess);
    describe(t, *out, guess);
    if (t->r.took)
        *t->r.took = *guess;
out:
    return rc;
}

static int name_it(const char *path, int rc, struct err *e)
{
    if (rc < 0 && rc != ERR_STOP && rc != ERR_MEM)
        err_prefix(e, "depth '%s'", path_name(path));
    return rc;
}

int depth_file_read(const struct depth_read *r, struct pool *pool,
                    struct depth_map **out, struct err *e)
{
    struct depth_tap *t = mem_zero(1, sizeof(*t));
    int rc;

    if (!t)
        return err_mem(e, sizeof(*t));
    t->r = *r;
    TRY(open_file(t, pool_slots(pool), e));
    TRY(pass(t, pool, e));
    TRY(finish(t, pool, out, e));
out:
    depth_tap_free(t);
    return name_it(r->path, rc, e);
}

int depth_tap_new(const struct depth_read *r, struct reader *reader, int sample,
                  int slots, struct depth_tap **out, struct err *e)
{
    struct depth_tap *t = mem_zero(1, sizeof(*t));
    int rc;

    if (!t)
        return err_mem(e, sizeof(*t));
    t->r = *r;
    t->reader = reader;
    snprintf(t->layer, sizeof(t->layer), "%s", r->layer ? r->layer : "");
    TRY(prepare(t, sample, slots, e));
    *out = t;
    t = NULL;
out:
    depth_tap_free(t);
    return name_it(r->path, rc, e);
}

int depth_tap_row(struct depth_tap *t, int slot, int y, const void *raw,
                  struct err *e)
{
    struct bench *b = &t->bench[slot];

    if (bench_open(t, b, e) < 0)
        return e->code;
    take_row(t, b, y, raw);
    return 0;
}

int depth_tap_end(struct depth_tap *t, struct pool *pool,
                  struct depth_map **out, struct err *e)
{
    return name_it(t->r.path, finish(t, pool, out, e), e);
}

void depth_tap_free(struct depth_tap *t)
{
    if (!t)
        return;
    for (int i = 0; t->bench && i < t->slots; i++)
        bench_release(&t->bench[i]);
    mem_free(t->bench);
    depth_scan_free(t->scan);
    convert_free(t->convert);
    reader_close(t->own);
    mem_free(t);
}
