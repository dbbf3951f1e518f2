/*
 * From taps to depth: each tap becomes a map (a stage), the maps are fused from
 * the coarsest to the finest, and the head makes depth of the result.
 *
 * Two exact shortcuts: a 1x1 convolution commutes with enlarging, so it runs on
 * the smaller map; and what the head sees at full size exists a band of rows at
 * a time.
 */

#include <math.h>
#include <string.h>

#include "nn/dav2_int.h"
#include "nn/resize.h"

/* A map of a stage. */
struct map {
    float *data;
    int w, h, c;
};

static struct gemm_in windows(const struct map *m, bool relu)
{
    return gemm_windows(m->data, m->w, m->h, m->c, 1, relu);
}

static struct gemm_in points(const struct map *m)
{
    return gemm_rows(m->data, m->w * m->h, m->c, (size_t)m->c);
}

static int enlarge(struct dav2_run *r, const struct map *from,
                   const struct map *to, int y0, int y1, float *rows,
                   struct err *e)
{
    return r->plan ? 0
                   : resize_rows(&r->nn, rows, to->w, to->h, y0, y1, from->data,
                                 from->w, from->h, from->c, e);
}

/* The grid of stage k: 4, 2, 1 and half as fine as the patches. */
static struct map grid_of(const struct dav2_run *r, int k, float *data, int c)
{
    struct map m = {data, r->pw, r->ph, c};

    if (k < 2) {
        m.w *= k == 0 ? 4 : 2;
        m.h *= k == 0 ? 4 : 2;
    } else if (k == 3) {
        m.w = (m.w + 1) / 2;
        m.h = (m.h + 1) / 2;
    }
    return m;
}

int dav2_stage(struct dav2_run *r, int k, const float *tokens, struct err *e)
{
    const struct dav2_shape *s = &r->m->shape;
    const struct dav2_stage *g = &r->m->net.stage[k];
    const int c = s->channels[k], n = r->n - 1;
    const struct gemm_in in = gemm_rows(tokens, n, s->embed, (size_t)s->embed);
    struct map m = {r->room->wide, r->pw, r->ph, c};
    struct map fine = grid_of(r, k, r->room->other, c);
    struct gemm_in resample = points(&m), neck;
    int rc;

    TRY(dav2_product(r, &in, &g->project,
                     (struct gemm_out){.data = m.data, .stride = (size_t)c},
                     e));
    if (k == 3)
        resample = gemm_windows(m.data, m.w, m.h, c, 2, false);
    if (g->resample.size) {
        TRY(dav2_product(r, &resample, &g->resample,
                         (struct gemm_out){
                             .data = fine.data,
                             .stride = (size_t)c,
                             .shuffle = k < 2 ? fine.w / m.w : 0,
                             .shuffle_w = m.w,
                         },
                         e));
        m = fine;
    }
    dav2_see(r, "reassemble", k, m.data, m.h, m.w, c);
    neck = windows(&m, false);
    TRY(dav2_product(r, &neck, &g->neck,
                     (struct gemm_out){.data = r->room->map[k],
                                       .stride = (size_t)s->features},
                     e));
    dav2_see(r, "conv", k, r->room->map[k], m.h, m.w, s->features);
out:
    return rc;
}

/* map += what the unit makes of it, and += more unless NULL. */
static int unit(struct dav2_run *r, const struct dav2_unit *u,
                const struct map *map, const float *more, struct err *e)
{
    const struct map inner = {r->room->twin, map->w, map->h, map->c};
    const struct gemm_in a = windows(map, true), b = windows(&inner, false);
    const size_t c = (size_t)map->c;
    int rc;

    TRY(dav2_product(
        r, &a, &u->a,
        (struct gemm_out){.data = inner.data, .stride = c, .act = GEMM_RELU},
        e));
    TRY(dav2_product(r, &b, &u->b,
                     (struct gemm_out){.data = map->data,
                                       .stride = c,
                                       .residual = map->data,
                                       .residual2 = more},
                     e));
out:
    return rc;
}

/* The last result of the fusion, before it is enlarged, is room->twin. */
static int fuse(struct dav2_run *r, struct map *last, struct err *e)
{
    const int features = r->m->shape.features;
    const float *sofar = NULL;
    int rc;

    for (int k = DAV2_TAPS - 1; k >= 0; k--) {
        const struct dav2_stage *g = &r->m->net.stage[k];
        const struct map m = grid_of(r, k, r->room->map[k], features);
        const struct map projected = {r->room->twin, m.w, m.h, features};
        const struct map next =
            grid_of(r, k ? k - 1 : 0, r->room->larger, features);
        const struct gemm_in in = points(&m);

        if (k < DAV2_TAPS - 1)
            TRY(unit(r, &g->unit1, &m, sofar, e));
        TRY(unit(r, &g->unit2, &m, NULL, e));
        TRY(dav2_product(r, &in, &g->fuse,
                         (struct gemm_out){.data = projected.data,
                                           .stride = (size_t)features},
                         e));
        *last = projected;
        if (k == 0)
            break;
        TRY(enlarge(r, &projected, &next, 0, next.h, next.data, e));
        dav2_see(r, "fusion", DAV2_TAPS - 1 - k, next.data, next.h, next.w,
                 features);
        sofar = next.data;
    }
    rc = 0;
out:
    return rc;
}

/*
 * Rows y0 … y1-1 of a map, made by enlarging another, go through a convolution.
 * The band begins with room for the row above.
 */
static int band(struct dav2_run *r, const struct map *from,
                const struct map *large, int y0, int y1,
                const struct dav2_linear *w, struct gemm_out out, struct err *e)
{
    const size_t row = (size_t)large->w * (size_t)large->c;
    const int above = y0 > 0, below = y1 < large->h;
    float *data = r->plan ? NULL : r->room->band + row;
    struct gemm_in in =
        gemm_windows(data, large->w, y1 - y0, large->c, 1, false);
    int rc;

    in.above = above;
    in.below = below;
    TRY(enlarge(r, from, large, y0 - above, y1 + below,
                r->plan ? NULL : data - (above ? row : 0), e));
    if (r->room->full)
        memcpy(r->room->full + (size_t)y0 * row, data,
               (size_t)(y1 - y0) * row * sizeof(float));
    TRY(dav2_product(r, &in, w, out, e));
out:
    return rc;
}

size_t dav2_band_floats(const struct dav2_shape *s, int pw)
{
    const size_t rows = DAV2_BAND + 2,
                 first = rows * 8 * (size_t)pw * (size_t)s->features,
                 second = rows * 14 * (size_t)pw * (size_t)(s->half + s->last);

    return first > second ? first : second;
}

static int head1(struct dav2_run *r, const struct map *fused,
                 const struct map *to, struct err *e)
{
    const struct map large = {NULL, to->w, to->h, fused->c};
    const size_t row = (size_t)to->w * (size_t)to->c;
    int rc;

    for (int y = 0; y < to->h; y += DAV2_BAND) {
        const int end = y + DAV2_BAND < to->h ? y + DAV2_BAND : to->h;

        TRY(band(r, fused, &large, y, end, &r->m->net.head1,
                 (struct gemm_out){.data = r->plan ? NULL
                                                   : to->data + (size_t)y * row,
                                   .stride = (size_t)to->c},
                 e));
    }
    dav2_see(r, "fusion", 3, r->room->full, to->h, to->w, fused->c);
    dav2_see(r, "head_conv", 1, to->data, to->h, to->w, to->c);
    rc = 0;
out:
    return rc;
}

static int head2(struct dav2_run *r, const struct map *first, float *out,
                 struct err *e)
{
    const struct dav2_shape *s = &r->m->shape;
    const struct map large = {NULL, r->pw * DAV2_PATCH, r->ph * DAV2_PATCH,
                              first->c};
    float *made = r->plan
                      ? NULL
                      : r->room->band + (size_t)(DAV2_BAND + 2) *
                                            (size_t)large.w * (size_t)large.c;
    int rc;

    for (int y = 0; y < large.h; y += DAV2_BAND) {
        const int end = y + DAV2_BAND < large.h ? y + DAV2_BAND : large.h;
        const struct gemm_in in =
            gemm_rows(made, (end - y) * large.w, s->last, (size_t)s->last);

        TRY(band(r, first, &large, y, end, &r->m->net.head2,
                 (struct gemm_out){
                     .data = made, .stride = (size_t)s->last, .act = GEMM_RELU},
                 e));
        TRY(dav2_product(
            r, &in, &r->m->net.head3,
            (struct gemm_out){
                .data = r->plan ? NULL : out + (size_t)y * (size_t)large.w,
                .stride = 1},
            e));
    }
    rc = 0;
out:
    return rc;
}

static void activate(const struct dav2_info *info, float *v, size_t n)
{
    if (info->metric)
        for (size_t i = 0; i < n; i++)
            v[i] = info->max_depth / (1.0f + expf(-v[i]));
    else
        for (size_t i = 0; i < n; i++)
            v[i] = v[i] > 0 ? v[i] : 0;
}

int dav2_head(struct dav2_run *r, float *out, struct err *e)
{
    const int w = r->pw * DAV2_PATCH, h = r->ph * DAV2_PATCH;
    const struct map first = {r->room->first, 8 * r->pw, 8 * r->ph,
                              r->m->shape.half};
    struct map fused;
    int rc;

    TRY(fuse(r, &fused, e));
    TRY(head1(r, &fused, &first, e));
    TRY(head2(r, &first, out, e));
    dav2_see(r, "head_conv", 3, out, h, w, 1);
    if (!r->plan)
        activate(&r->m->info, out, (size_t)w * (size_t)h);
out:
    return rc;
}
