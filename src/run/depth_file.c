/* Depth from a picture file. */

#include "run/depth_file.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "codec/codec.h"
#include "codec/convert.h"
#include "image/image.h"
#include "run/depth_find.h"

#define CODES       65536 /* values of a whole number */
#define SAMPLE_EDGE 192   /* of the picture that is looked at */

/* Metres: further away is nothing a picture shows, whatever the file says. */
#define BEYOND 6.5e4f

/* Where relative depth ends that is not sky. */
#define END         0.995f
#define END_AND_SKY 0.97f

/* What one thread works with. */
struct bench {
    uint8_t *raw;
    float *plane[IMAGE_PLANES_MAX];
    struct arena scratch;
};

struct work {
    const struct depth_read *r;
    struct reader *reader;
    struct convert *convert;
    const struct kern *k;
    struct bench *bench;
    int slots;

    struct depth_sample sample;
    float *thin;               /* the sample's values */
    float *lo, *hi;            /* per chunk: least and most of what is finite */
    double *negative, *finite; /* per chunk: how many */
    double *color;             /* per chunk: how many have a hue */

    bool flip, zeros; /* negative distances; zeros are sky */
    struct depth_guess guess;
    float mul, add; /* value to depth */
    struct depth_map *map;
    struct depth_map *codes; /* whole numbers, as they are in the file */
    char layer[128];         /* the channel that was read, or "" */
};

static const struct picture *pic(const struct work *w)
{
    return &w->reader->pic;
}

static int bench_open(const struct work *w, struct bench *b, struct err *e)
{
    const size_t n = (size_t)pic(w)->w;
    const size_t raw = n * pixfmt_bytes(&pic(w)->fmt);
    const int planes = convert_planes(w->convert);

    if (b->raw)
        return 0;
    if (arena_init(&b->scratch, convert_scratch(w->convert, pic(w)->w), e) < 0)
        return e->code;
    for (int p = 0; p < planes; p++) {
        b->plane[p] = mem_array(n, sizeof(float));
        if (!b->plane[p])
            return err_mem(e, n * sizeof(float));
    }
    b->raw = mem_array((size_t)w->reader->chunk_rows, raw);
    return b->raw ? 0 : err_mem(e, raw);
}

static void bench_release(struct bench *b)
{
    mem_free(b->raw);
    for (int p = 0; p < IMAGE_PLANES_MAX; p++)
        mem_free(b->plane[p]);
    arena_release(&b->scratch);
}

/* What stands for sky whatever the encoding becomes INFINITY. */
static void clean_row(const struct work *w, float *v)
{
    if (w->sample.whole && !w->zeros)
        return;
    for (int x = 0; x < pic(w)->w; x++) {
        const float a = w->flip ? -v[x] : v[x];

        v[x] = isfinite(a) && fabsf(a) < BEYOND && !(w->zeros && a <= 0)
                   ? a
                   : INFINITY;
    }
}

static void survey_row(struct work *w, int chunk, int y, const struct bench *b)
{
    const struct depth_sample *s = &w->sample;
    const float *v = b->plane[0];
    const int sy = (int)((int64_t)y * s->h / pic(w)->h);

    if (w->codes)
        depth_map_put(w->codes, y, v);

    for (int x = 0; x < pic(w)->w; x++) {
        if (!isfinite(v[x]))
            continue;
        w->lo[chunk] = fminf(w->lo[chunk], v[x]);
        w->hi[chunk] = fmaxf(w->hi[chunk], v[x]);
        w->finite[chunk]++;
        w->negative[chunk] += v[x] < 0;
        w->color[chunk] += fabsf(v[x] - b->plane[1][x]) +
                               fabsf(v[x] - b->plane[2][x]) >
                           0.02f * fabsf(v[x]) + 0.01f;
    }
    /* The row in the middle of those that the sample's row stands for. */
    if (y != (int)(((int64_t)2 * sy + 1) * pic(w)->h / (2 * s->h)))
        return;
    for (int x = 0; x < s->w; x++)
        w->thin[(size_t)sy * (size_t)s->w + (size_t)x] =
            v[((int64_t)2 * x + 1) * pic(w)->w / (2 * s->w)];
}

static void map_row(const struct work *w, struct depth_map *map, int y,
                    float *v)
{
    const struct depth_guess *g = &w->guess;
    const bool up = g->far > g->near;
    const float sky = map->info.sky;
    const float most = map->info.kind == DEPTH_RELATIVE ? END : 0.998f * sky;

    for (int x = 0; x < map->w; x++) {
        const float d = v[x] * w->mul + w->add;
        const bool is_sky =
            isinf(v[x]) ||
            (isfinite(g->sky) && (up ? v[x] >= g->sky : v[x] <= g->sky));

        v[x] = is_sky ? sky : fminf(d, most);
    }
    depth_map_put(map, y, v);
}

static int chunk(void *arg, int i, int slot, struct err *e)
{
    struct work *w = arg;
    struct bench *b = &w->bench[slot];
    const int y0 = i * w->reader->chunk_rows;
    const int left = pic(w)->h - y0;
    const int rows = left < w->reader->chunk_rows ? left
                                                  : w->reader->chunk_rows;
    const size_t n = (size_t)pic(w)->w;
    int rc;

    TRY(bench_open(w, b, e));
    TRY(w->reader->codec->chunk(w->reader, slot, i, b->raw, e));
    w->lo[i] = INFINITY;
    w->hi[i] = -INFINITY;
    w->finite[i] = w->negative[i] = w->color[i] = 0;
    for (int y = 0; y < rows; y++) {
        arena_reset(&b->scratch);
        convert_in(w->convert, w->k,
                   b->raw + (size_t)y * n * pixfmt_bytes(&pic(w)->fmt), n,
                   b->plane, &b->scratch);
        clean_row(w, b->plane[0]);
        if (w->map)
            map_row(w, w->map, y0 + y, b->plane[0]);
        else
            survey_row(w, i, y0 + y, b);
    }
out:
    return rc;
}

/* All chunks: on all threads, or in order. */
static int pass(struct work *w, struct pool *pool, struct err *e)
{
    const int n = reader_chunks(w->reader);
    int rc = 0;

    if (!w->reader->ordered)
        return pool_run(pool, n, chunk, w, e);
    for (int i = 0; rc == 0 && i < n; i++)
        rc = pool_stopped(pool) ? err_set(e, ERR_STOP, "stopped")
                                : chunk(w, i, 0, e);
    return rc;
}

static int open_file(struct work *w, struct pool *pool, struct err *e)
{
    struct read_options o = {
        .page = w->r->page, .slots = w->slots, .layer = w->r->layer};
    const struct picture *p;
    size_t chunks, thin;
    int edge, rc;

    TRY(reader_open(w->r->path, &o, &w->reader, e));
    if (!o.layer && depth_channel(pic(w)->channels, w->layer)) {
        o.layer = w->layer;
        reader_close(w->reader);
        w->reader = NULL;
        TRY(reader_open(w->r->path, &o, &w->reader, e));
    }
    snprintf(w->layer, sizeof(w->layer), "%s", o.layer ? o.layer : "");
    p = pic(w);
    if (p->fmt.colors == 4) {
        rc = err_set(e, ERR_DATA, "it is in ink colours, not depth");
        goto out;
    }
    if (w->r->w > 0 &&
        llabs((int64_t)p->w * w->r->h - (int64_t)p->h * w->r->w) >
            2 * (int64_t)(w->r->w > w->r->h ? w->r->w : w->r->h)) {
        rc = err_set(e, ERR_DATA,
                     "its depth is %d x %d, which has not the shape of the "
                     "picture (%d x %d)",
                     p->w, p->h, w->r->w, w->r->h);
        goto out;
    }
    TRY(convert_new(&p->fmt, NULL, false, &w->convert, e));
    w->bench = mem_zero((size_t)pool_slots(pool), sizeof(*w->bench));
    edge = p->w > p->h ? p->w : p->h;
    w->sample.whole = !sample_is_float(p->fmt.type);
    w->sample.w = edge > SAMPLE_EDGE ? (int)((int64_t)p->w * SAMPLE_EDGE / edge)
                                     : p->w;
    w->sample.h = edge > SAMPLE_EDGE ? (int)((int64_t)p->h * SAMPLE_EDGE / edge)
                                     : p->h;
    w->sample.w += w->sample.w == 0;
    w->sample.h += w->sample.h == 0;
    chunks = (size_t)reader_chunks(w->reader);
    thin = (size_t)w->sample.w * (size_t)w->sample.h;
    w->thin = mem_zero(thin, sizeof(*w->thin));
    w->lo = mem_array(chunks, sizeof(*w->lo));
    w->hi = mem_array(chunks, sizeof(*w->hi));
    w->finite = mem_array(chunks, sizeof(*w->finite));
    w->negative = mem_array(chunks, sizeof(*w->negative));
    w->color = mem_array(chunks, sizeof(*w->color));
    if (w->sample.whole)
        TRY(depth_map_new(p->w, p->h, (struct depth_info){DEPTH_RELATIVE, 0, 1},
                          &w->codes, e));
    if (!w->bench || !w->thin || !w->lo || !w->hi || !w->finite ||
        !w->negative || !w->color)
        rc = err_mem(e, thin * sizeof(*w->thin));
out:
    return rc;
}

static void release(struct work *w)
{
    for (int i = 0; w->bench && i < w->slots; i++)
        bench_release(&w->bench[i]);
    mem_free(w->bench);
    mem_free(w->thin);
    mem_free(w->lo);
    mem_free(w->hi);
    mem_free(w->finite);
    mem_free(w->negative);
    mem_free(w->color);
    convert_free(w->convert);
    reader_close(w->reader);
    depth_map_free(w->map);
    depth_map_free(w->codes);
}

/* Ranges of the chunks become one; signs and zeros are made plain. */
static int sum_up(struct work *w, struct err *e)
{
    struct depth_sample *s = &w->sample;
    const size_t n = (size_t)s->w * (size_t)s->h;
    double finite = 0, negative = 0, color = 0;

    s->v = w->thin;
    s->lo = INFINITY;
    s->hi = -INFINITY;
    for (int i = 0; i < reader_chunks(w->reader); i++) {
        s->lo = fminf(s->lo, w->lo[i]);
        s->hi = fmaxf(s->hi, w->hi[i]);
        finite += w->finite[i];
        negative += w->negative[i];
        color += w->color[i];
    }
    if (color > 0.1 * finite)
        return err_set(e, ERR_DATA,
                       "it is in colour, and depth is grey; give the depth "
                       "itself, not a view of it");
    w->flip = negative > 0.5 * finite;
    if (w->flip) {
        const float lo = s->lo;

        s->lo = -s->hi;
        s->hi = -lo;
    }
    w->zeros =
        w->r->encoding == DEPTH_MILLIMETRES ||
        (!s->whole && s->hi > 1.001f && s->lo <= 0 &&
         (w->r->encoding == DEPTH_AUTO || w->r->encoding == DEPTH_METRES));
    for (size_t i = 0; i < n; i++) {
        w->thin[i] = w->flip ? -w->thin[i] : w->thin[i];
        if (!isfinite(w->thin[i]) || (w->zeros && w->thin[i] <= 0))
            w->thin[i] = INFINITY;
    }
    if (w->zeros) {
        s->lo = s->hi;
        for (size_t i = 0; i < n; i++)
            s->lo = fminf(s->lo, w->thin[i]);
    }
    return 0;
}

static int make_map(struct work *w, struct err *e)
{
    const struct depth_guess *g = &w->guess;
    struct depth_info info = {DEPTH_RELATIVE, 0, 1};
    const float end = g->has_sky ? END_AND_SKY : END;

    w->mul = end / (g->far - g->near);
    w->add = -g->near * w->mul;
    if (g->encoding == DEPTH_METRES || g->encoding == DEPTH_MILLIMETRES) {
        w->mul = g->encoding == DEPTH_METRES ? 1
                 : !w->sample.whole          ? 0.001f
                                             : 65.535f;
        w->add = 0;
        info = (struct depth_info){DEPTH_METRIC, 0.5f * g->near * w->mul,
                                   1.5f * g->far * w->mul};
    }
    return depth_map_new(w->codes ? CODES : pic(w)->w, w->codes ? 1 : pic(w)->h,
                         info, &w->map, e);
}

/*
 * Whole numbers need not be read again: w->map, one row of all that they can
 * be, becomes the table of what they are.
 */
static int translate(struct work *w, struct err *e)
{
    const size_t n = (size_t)w->codes->w * (size_t)w->codes->h;
    float *row = mem_array(CODES, sizeof(*row));

    if (!row)
        return err_mem(e, CODES * sizeof(*row));
    for (int i = 0; i < CODES; i++)
        row[i] = w->zeros && i == 0 ? INFINITY : (float)i / (CODES - 1);
    map_row(w, w->map, 0, row);
    mem_free(row);
    for (size_t i = 0; i < n; i++)
        w->codes->code[i] = w->map->code[w->codes->code[i]];
    w->codes->info = w->map->info;
    depth_map_free(w->map);
    w->map = w->codes;
    w->codes = NULL;
    return 0;
}

static void describe(const struct work *w)
{
    char what[64] = "";

    if (w->layer[0])
        snprintf(what, sizeof(what), "channel '%.40s' of ", w->layer);
    snprintf(w->map->from, sizeof(w->map->from), "%s'%.40s': %s (%s)", what,
             path_name(w->r->path), depth_encodings[w->guess.encoding],
             w->guess.why);
}

int depth_file_read(const struct depth_read *r, struct pool *pool,
                    struct depth_map **out, struct err *e)
{
    struct work w = {.r = r, .k = kern_best(), .slots = pool_slots(pool)};
    int rc;

    TRY(open_file(&w, pool, e));
    TRY(pass(&w, pool, e));
    TRY(sum_up(&w, e));
    TRY(depth_guess(&w.sample, r->encoding, &w.guess, e));
    TRY(make_map(&w, e));
    rc = w.codes ? translate(&w, e) : pass(&w, pool, e);
    if (rc < 0)
        goto out;
    describe(&w);
    *out = w.map;
    w.map = NULL;
out:
    release(&w);
    if (rc < 0 && rc != ERR_STOP && rc != ERR_MEM)
        err_prefix(e, "depth '%s'", path_name(r->path));
    return rc;
}
