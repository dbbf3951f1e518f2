/*
 * Depth for every pixel. A map of full size is taken as it is. Of a smaller
 * one, values are interpolated where depth is smooth; where it jumps between
 * neighbouring points each pixel goes with those whose colour it has.
 */

#include "run/refine.h"

#include <math.h>
#include <string.h>

#include "kern/refine.h"
#include "op/field.h"
#include "run/snap.h"

/* Points beside each other differ by more than a slope would explain when the
   second difference exceeds this share of the distance, or of 0 … 1. */
#define JUMP_RATIO 0.05f
#define JUMP_SHARE 0.01f

#define VALUE 3 /* plane of the field behind the colours */

struct refine {
    struct depth_map *map;
    /*
     * When the map is smaller: the roots of colours, and relative depth or
     * 1 / metres, which is even along planes.
     */
    struct field *field;
    uint8_t *jump; /* per point: somewhere between it and right and below */
    int w, h;
};

#define BAND 16 /* rows of a task */

/* Rows made side by side; `site` is what they are rows of. */
struct band {
    const struct refine *r;
    const struct kern *k;
    const struct view *v;  /* the proxy */
    const struct field *c; /* its colours */
    const struct op_site *site;
    void (*row)(const struct band *b, int y);
    int h;
};

static int band_task(void *arg, int index, int slot, struct err *e)
{
    const struct band *b = arg;

    (void)slot;
    (void)e;
    for (int y = index * BAND; y < (index + 1) * BAND && y < b->h; y++)
        b->row(b, y);
    return 0;
}

static int band_run(struct band *b, struct pool *pool, int h,
                    void (*row)(const struct band *b, int y), struct err *e)
{
    b->h = h;
    b->row = row;
    return pool_run(pool, (h + BAND - 1) / BAND, band_task, b, e);
}

static bool is_metric(const struct refine *r)
{
    return r->map->info.kind == DEPTH_METRIC;
}

static void root_row(const struct band *b, int y)
{
    for (int p = 0; p < 3; p++)
        b->k->refine->root(field_row(b->c, p, y), row_of(b->v, p, y),
                           (size_t)b->v->w);
}

/* Colours and the value of a row of points. */
static void guide_row(const struct band *b, int y)
{
    const struct refine *r = b->r;
    float *value = field_row(r->field, VALUE, y);

    for (int p = 0; p < 3; p++)
        field_read(b->c, b->k, b->site, p, y, field_row(r->field, p, y));
    depth_map_get(r->map, y, value);
    if (is_metric(r))
        b->k->refine->invert(value, value, (size_t)r->field->w);
    /* A point behind the last one, as far as kernels look. */
    for (int p = 0; p <= VALUE; p++) {
        float *row = field_row(r->field, p, y);

        row[r->field->w] = row[r->field->w - 1];
    }
}

/* The map's values, and the proxy's colours at its points. */
static int take_guide(struct refine *r, const struct view *v,
                      const struct kern *k, struct pool *pool, struct err *e)
{
    const int f = (r->w + v->w - 1) / v->w;
    const struct field *to = r->field;
    const struct op_site small = {v->w, v->h,    r->w,    r->h, 0,
                                  0,    1.0 / f, 1.0 / f, 0};
    const struct op_site site = {to->w,  to->h,  r->w,   r->h, to->ox,
                                 to->oy, to->sx, to->sy, 0};
    struct band b = {.r = r, .k = k, .v = v, .site = &site};
    struct field *c = NULL;
    int rc;

    TRY(field_at(&small, 3, &c, e));
    b.c = c;
    TRY(band_run(&b, pool, v->h, root_row, e));
    while (c->sx > 1.8 * to->sx && c->w > 1 && c->h > 1)
        TRY(field_halve(&c, k, e));
    b.c = c;
    TRY(band_run(&b, pool, to->h, guide_row, e));
out:
    field_free(c);
    return rc;
}

static bool jumps(const struct refine *r, int x, int y)
{
    const struct field *f = r->field;
    const float *row = field_row(f, VALUE, y);
    const float *above = field_row(f, VALUE, y - 1);
    const float *below = field_row(f, VALUE, y + 1);
    const float v = row[x];
    const float a = row[x > 0 ? x - 1 : 0];
    const float b = row[x + 1 < f->w ? x + 1 : x];
    const float across = fabsf(a + b - 2 * v);
    const float down = fabsf(above[x] + below[x] - 2 * v);
    const float least = fminf(fminf(fminf(a, b), v), fminf(above[x], below[x]));

    return fmaxf(across, down) >
           (is_metric(r) ? JUMP_RATIO * least : JUMP_SHARE);
}

static void jump_row(const struct band *b, int y)
{
    const int w = b->r->field->w;

    for (int x = 0; x < w; x++)
        b->r->jump[(size_t)y * (size_t)w + x] = jumps(b->r, x, y);
}

/* A jump at a point concerns the four cells that it is a corner of. */
static void spread_jumps(struct refine *r)
{
    const int w = r->field->w, h = r->field->h;

    for (int y = 0; y < h; y++) {
        uint8_t *here = r->jump + (size_t)y * (size_t)w;
        const uint8_t *below = y < h - 1 ? here + w : here;

        for (int x = 0; x < w - 1; x++)
            here[x] = here[x] | here[x + 1] | below[x] | below[x + 1];
        here[w - 1] |= below[w - 1];
    }
}

static int make_guide(struct refine *r, const struct image *proxy,
                      const struct kern *k, struct pool *pool, struct err *e)
{
    struct band b = {.r = r};
    const size_t n = (size_t)r->map->w * (size_t)r->map->h;
    int rc;

    TRY(field_new(r->map->w, r->map->h, VALUE + 1, &r->field, e));
    r->field->sx = (double)r->map->w / r->w;
    r->field->sy = (double)r->map->h / r->h;
    r->jump = mem_zero(n, 1);
    if (!r->jump) {
        rc = err_mem(e, n);
        goto out;
    }
    TRY(take_guide(r, &proxy->v, k, pool, e));
    TRY(band_run(&b, pool, r->map->h, jump_row, e));
    spread_jumps(r);
out:
    return rc;
}

int refine_new_take(struct depth_map *map, const struct image *proxy, int w,
                    int h, const struct kern *k, struct pool *pool,
                    struct refine **out, struct err *e)
{
    struct refine *r = mem_zero(1, sizeof(*r));
    int rc;

    if (!r)
        return err_mem(e, sizeof(*r));
    r->map = map;
    r->w = w;
    r->h = h;
    if (map->w == w && map->h == h)
        TRY(depth_snap(map, pool, e));
    else
        TRY(make_guide(r, proxy, k, pool, e));
    *out = r;
    r = NULL;
    rc = 0;
out:
    if (r)
        r->map = NULL; /* still the caller's */
    refine_free(r);
    return rc;
}

void refine_free(struct refine *r)
{
    if (!r)
        return;
    depth_map_free(r->map);
    field_free(r->field);
    mem_free(r->jump);
    mem_free(r);
}

size_t refine_scratch(const struct refine *r)
{
    (void)r;
    return 0;
}

/* Pixels x0 … x1-1 between points `from` … `to` of the row at fy. */
static void guide_run(const struct refine *r, const struct kern *k, double fy,
                      double at, double step, int from, int to, int w,
                      float *const rgb[3], float *dst)
{
    const struct field *f = r->field;
    const double first = ceil((from - at) / step), end = ceil((to - at) / step);
    const int x0 = from == 0 ? 0 : (int)fmin(fmax(first, 0), w);
    const int x1 = to >= f->w ? w : (int)fmin(fmax(end, x0), w);
    const float *c[3], *above[4], *below[4];

    for (int p = 0; p < 3; p++)
        c[p] = rgb[p] + x0;
    for (int p = 0; p <= VALUE; p++) {
        above[p] = field_row(f, p, (int)fy) + from;
        below[p] = field_row(f, p, (int)fy + 1) + from;
    }
    k->refine->guided(dst + x0, c, above, below, f->w - from, (size_t)(x1 - x0),
                      (float)(at + x0 * step - from), (float)step,
                      (float)(fy - (int)fy));
}

/* A row of the picture at `site`. */
static void make_row(const struct refine *r, const struct kern *k,
                     const struct op_site *site, int y, float *const rgb[3],
                     float *dst)
{
    const struct field *f = r->field;
    const double step = f->sx / site->sx, at = 0.5 * step - 0.5;
    const double fy =
        fmin(fmax((y + 0.5) / site->sy * f->sy - 0.5, 0), f->h - 1);
    const uint8_t *jump = r->jump + (size_t)fy * (size_t)f->w;

    field_read(f, k, site, VALUE, y, dst);
    for (int j = 0, end; j < f->w; j = end) {
        const uint8_t *next = memchr(jump + j, 1, (size_t)(f->w - j));

        if (!next)
            break;
        j = (int)(next - jump);
        for (end = j; end < f->w && jump[end]; end++)
            ;
        guide_run(r, k, fy, at, step, j, end, site->w, rgb, dst);
    }
    if (is_metric(r))
        k->refine->invert(dst, dst, (size_t)site->w);
}

void refine_row(const struct refine *r, const struct kern *k, int y,
                float *const rgb[3], float *dst, struct arena *scratch)
{
    const struct op_site site = {r->w, r->h, r->w, r->h, 0, 0, 1, 1, 0};

    (void)scratch;
    if (r->field)
        make_row(r, k, &site, y, rgb, dst);
    else
        depth_map_get(r->map, y, dst);
}

/* A full-size map has more points than the proxy: every f-th one. */
static int thin_out(const struct refine *r, const struct view *v, int f,
                    struct err *e)
{
    float *row = mem_array((size_t)r->w, sizeof(*row));

    if (!row)
        return err_mem(e, (size_t)r->w * sizeof(*row));
    for (int y = 0; y < v->h; y++) {
        float *dst = row_of(v, v->depth, y);

        depth_map_get(r->map, y * f + f / 2 < r->h ? y * f + f / 2 : y * f,
                      row);
        for (int x = 0; x < v->w; x++)
            dst[x] = row[x * f + f / 2 < r->w ? x * f + f / 2 : x * f];
    }
    mem_free(row);
    return 0;
}

static void proxy_row(const struct band *b, int y)
{
    const struct view *v = b->v;
    float *rgb[3] = {row_of(v, 0, y), row_of(v, 1, y), row_of(v, 2, y)};

    make_row(b->r, b->k, b->site, y, rgb, row_of(v, v->depth, y));
}

int refine_proxy(const struct refine *r, const struct kern *k,
                 struct pool *pool, struct image *proxy, struct err *e)
{
    const struct view *v = &proxy->v;
    const int f = (r->w + v->w - 1) / v->w;
    const struct op_site site = {v->w, v->h,    r->w,    r->h, 0,
                                 0,    1.0 / f, 1.0 / f, 0};
    struct band b = {.r = r, .k = k, .v = v, .site = &site};

    return r->field ? band_run(&b, pool, v->h, proxy_row, e)
                    : thin_out(r, v, f, e);
}
