/*
 * Weights on their way from the file into the block of a model. What can be
 * done to them once is done here: layer scales go into the rows of the product
 * before them, the scale of attention into the queries; query, key and value
 * become one product.
 */

#include <string.h>

#include "nn/dav2_int.h"

/* 3x3 windows at every pixel. */
#define WINDOW PACKED_WINOGRAD

struct shelf {
    uint8_t *base; /* NULL: count only */
    size_t at;
    bool full; /* beyond what size_t or a packed block can count */
};

static void *take(struct shelf *s, size_t bytes)
{
    uint8_t *p = s->base ? s->base + s->at : NULL;

    s->full = s->full || bytes > SIZE_MAX / 4 - s->at;
    if (!s->full)
        s->at += (bytes + 63) & ~(size_t)63;
    return p;
}

static float *take_floats(struct shelf *s, size_t n)
{
    return take(s, n * sizeof(float));
}

/* biases: how many, 0 for none. */
static void take_linear(struct shelf *s, enum packed_type type, int n, int k,
                        int biases, struct dav2_linear *out)
{
    out->type = type;
    out->n = n;
    out->k = k;
    out->size = packed_size(type, n, k);
    s->full = s->full || out->size == 0;
    out->block = take(s, out->size);
    out->bias = biases ? take_floats(s, (size_t)biases) : NULL;
}

static void take_norm(struct shelf *s, int n, struct dav2_norm *out)
{
    out->gain = take_floats(s, (size_t)n);
    out->bias = take_floats(s, (size_t)n);
}

static void take_layer(struct shelf *s, const struct dav2_shape *d, bool int8,
                       struct dav2_layer *l)
{
    const enum packed_type type = int8 ? PACKED_I8 : PACKED_F32;

    take_norm(s, d->embed, &l->norm1);
    take_linear(s, type, 3 * d->embed, d->embed, 3 * d->embed, &l->qkv);
    take_linear(s, type, d->embed, d->embed, d->embed, &l->attended);
    take_norm(s, d->embed, &l->norm2);
    take_linear(s, type, d->hidden, d->embed, d->hidden, &l->fc1);
    take_linear(s, type, d->embed, d->hidden, d->embed, &l->fc2);
}

static void take_unit(struct shelf *s, int features, struct dav2_unit *u)
{
    take_linear(s, WINDOW, features, 9 * features, features, &u->a);
    take_linear(s, WINDOW, features, 9 * features, features, &u->b);
}

/* How much tap k is enlarged by its transposed convolution; 0: by none. */
static int enlarged(int k)
{
    return k == 0 ? 4 : k == 1 ? 2 : 0;
}

static void take_stage(struct shelf *s, const struct dav2_shape *d, int k,
                       struct dav2_stage *g)
{
    const int c = d->channels[k], f = d->features, times = enlarged(k);

    take_linear(s, PACKED_F32, c, d->embed, c, &g->project);
    if (times)
        take_linear(s, PACKED_F32, times * times * c, c, c, &g->resample);
    else if (k == 3)
        take_linear(s, PACKED_F32, c, 9 * c, c, &g->resample);
    take_linear(s, WINDOW, f, 9 * c, 0, &g->neck);
    if (k < DAV2_TAPS - 1)
        take_unit(s, f, &g->unit1);
    take_unit(s, f, &g->unit2);
    take_linear(s, PACKED_F32, f, f, f, &g->fuse);
}

size_t dav2_layout(const struct dav2_shape *d, bool int8, uint8_t *block,
                   struct dav2_net *net)
{
    struct shelf s = {.base = block};

    *net = (struct dav2_net){0};
    net->cls = take_floats(&s, (size_t)d->embed);
    net->positions = take_floats(&s, (1 + (size_t)d->grid * (size_t)d->grid) *
                                         (size_t)d->embed);
    take_linear(&s, PACKED_F32, d->embed, 3 * DAV2_PATCH * DAV2_PATCH, d->embed,
                &net->patches);
    for (int i = 0; i < d->layers; i++)
        take_layer(&s, d, int8, &net->layer[i]);
    take_norm(&s, d->embed, &net->norm);
    for (int k = 0; k < DAV2_TAPS; k++)
        take_stage(&s, d, k, &net->stage[k]);
    take_linear(&s, WINDOW, d->half, 9 * d->features, d->half, &net->head1);
    take_linear(&s, WINDOW, d->last, 9 * d->half, d->last, &net->head2);
    take_linear(&s, PACKED_F32, 1, d->last, 1, &net->head3);
    return s.full ? 0 : s.at;
}

/* A matrix of the file, and how it becomes rows of a packed block. */
enum form { LINEAR, POINT, PATCHES, WINDOWS, SPREAD };

struct source {
    enum dav2_part part;
    int i;
    enum form form;
    int n, c;           /* outputs and inputs, without the window       */
    int side;           /* SPREAD: of the transposed convolution        */
    const float *scale; /* per output, or NULL                          */
    int at;             /* the first row of the block                   */
};

static int sides_of(const struct source *s, int sides[4])
{
    const int w = s->form == POINT     ? 1
                  : s->form == PATCHES ? DAV2_PATCH
                  : s->form == WINDOWS ? 3
                                       : s->side;

    sides[0] = s->form == SPREAD ? s->c : s->n;
    sides[1] = s->form == SPREAD ? s->n : s->c;
    sides[2] = sides[3] = w;
    return s->form == LINEAR ? 2 : 4;
}

static struct weights weights_of(const struct source *s, const float *data)
{
    struct weights w;

    if (s->form == WINDOWS)
        w = weights_conv3(data, s->n, s->c);
    else if (s->form == SPREAD)
        w = weights_deconv(data, s->c, s->n, s->side);
    else if (s->form == PATCHES)
        w = weights_linear(data, s->n, s->c * DAV2_PATCH * DAV2_PATCH);
    else
        w = weights_linear(data, s->n, s->c);
    w.scale = s->scale;
    return w;
}

static int read_floats(struct dav2_file *f, enum dav2_part part, int i,
                       const char *suffix, int dims, const int *sides,
                       float *out, struct err *e)
{
    const struct safetensors_item *t;
    int rc = dav2_find_shaped(f, part, i, suffix, dims, sides, &t, e);

    return rc < 0 ? rc : safetensors_read(f->st, t, out, e);
}

/* One tensor and its bias into a block that has been begun. */
static int fill_rows(struct dav2_file *f, const struct source *s,
                     struct dav2_linear *out, struct err *e)
{
    const struct safetensors_item *t;
    struct weights w;
    float *data = NULL, *bias = out->bias ? out->bias + s->at : NULL;
    int sides[4], rc, dims = sides_of(s, sides);

    TRY(dav2_find_shaped(f, s->part, s->i, ".weight", dims, sides, &t, e));
    data = mem_array(t->count, sizeof(*data));
    if (!data) {
        rc = err_mem(e, t->count * sizeof(*data));
        goto out;
    }
    TRY(safetensors_read(f->st, t, data, e));
    w = weights_of(s, data);
    packed_rows(out->block, s->at, &w);
    if (bias) {
        TRY(read_floats(f, s->part, s->i, ".bias", 1, &s->n, bias, e));
        for (int i = 0; s->scale && i < s->n; i++)
            bias[i] *= s->scale[i];
    }
    rc = 0;
out:
    mem_free(data);
    return rc;
}

static int fill(struct dav2_file *f, const struct source *s,
                struct dav2_linear *out, struct err *e)
{
    packed_begin(out->block, out->type, out->n, out->k);
    return fill_rows(f, s, out, e);
}

static int fill_norm(struct dav2_file *f, enum dav2_part part, int i, int n,
                     struct dav2_norm *out, struct err *e)
{
    int rc = read_floats(f, part, i, ".weight", 1, &n, out->gain, e);

    return rc < 0 ? rc : read_floats(f, part, i, ".bias", 1, &n, out->bias, e);
}

/* scale: room for 3 * embed floats. */
static int fill_qkv(struct dav2_file *f, const struct dav2_shape *d, int i,
                    float *scale, struct dav2_linear *out, struct err *e)
{
    const int n = d->embed;
    int rc = 0;

    for (int k = 0; k < 3 * n; k++)
        scale[k] = k < n ? 0.125f : 1.0f; /* 1 / sqrt(64), exact */
    packed_begin(out->block, out->type, out->n, out->k);
    if (f->original)
        return fill_rows(
            f, &(struct source){DAV2_QKV, i, LINEAR, 3 * n, n, 1, scale, 0},
            out, e);
    for (int k = 0; k < 3 && rc == 0; k++)
        rc = fill_rows(f,
                       &(struct source){(enum dav2_part)(DAV2_QUERY + k), i,
                                        LINEAR, n, n, 1, k ? NULL : scale,
                                        k * n},
                       out, e);
    return rc;
}

static int fill_layer(struct dav2_file *f, const struct dav2_shape *d, int i,
                      float *scale, struct dav2_layer *l, struct err *e)
{
    const int n = d->embed;
    int rc;

    TRY(fill_norm(f, DAV2_NORM1, i, n, &l->norm1, e));
    TRY(fill_qkv(f, d, i, scale, &l->qkv, e));
    TRY(read_floats(f, DAV2_SCALE1, i, "", 1, &n, scale, e));
    TRY(fill(f, &(struct source){DAV2_ATTENDED, i, LINEAR, n, n, 1, scale, 0},
             &l->attended, e));
    TRY(fill_norm(f, DAV2_NORM2, i, n, &l->norm2, e));
    TRY(fill(f, &(struct source){DAV2_FC1, i, LINEAR, d->hidden, n, 1, NULL, 0},
             &l->fc1, e));
    TRY(read_floats(f, DAV2_SCALE2, i, "", 1, &n, scale, e));
    TRY(fill(f,
             &(struct source){DAV2_FC2, i, LINEAR, n, d->hidden, 1, scale, 0},
             &l->fc2, e));
out:
    return rc;
}

static int fill_window(struct dav2_file *f, enum dav2_part part, int i, int n,
                       int c, struct dav2_linear *out, struct err *e)
{
    return fill(f, &(struct source){part, i, WINDOWS, n, c, 3, NULL, 0}, out,
                e);
}

static int fill_stage(struct dav2_file *f, const struct dav2_shape *d, int k,
                      struct dav2_stage *g, struct err *e)
{
    const int c = d->channels[k], n = d->features;
    const enum form form = enlarged(k) ? SPREAD : WINDOWS;
    int rc;

    TRY(fill(f,
             &(struct source){DAV2_PROJECT, k, POINT, c, d->embed, 1, NULL, 0},
             &g->project, e));
    if (g->resample.size)
        TRY(fill(f,
                 &(struct source){DAV2_RESAMPLE, k, form, c, c, enlarged(k),
                                  NULL, 0},
                 &g->resample, e));
    TRY(fill_window(f, DAV2_NECK, k, n, c, &g->neck, e));
    if (g->unit1.a.size) {
        TRY(fill_window(f, DAV2_UNIT1A, k, n, n, &g->unit1.a, e));
        TRY(fill_window(f, DAV2_UNIT1B, k, n, n, &g->unit1.b, e));
    }
    TRY(fill_window(f, DAV2_UNIT2A, k, n, n, &g->unit2.a, e));
    TRY(fill_window(f, DAV2_UNIT2B, k, n, n, &g->unit2.b, e));
    TRY(fill(f, &(struct source){DAV2_FUSE, k, POINT, n, n, 1, NULL, 0},
             &g->fuse, e));
out:
    return rc;
}

static int fill_all(struct dav2_file *f, const struct dav2_shape *d,
                    float *scale, struct dav2_net *net, struct err *e)
{
    const int n = d->embed, rows = 1 + d->grid * d->grid;
    int rc;

    TRY(read_floats(f, DAV2_CLS, 0, "", 3, (int[]){1, 1, n}, net->cls, e));
    TRY(read_floats(f, DAV2_POSITIONS, 0, "", 3, (int[]){1, rows, n},
                    net->positions, e));
    TRY(fill(f, &(struct source){DAV2_PATCHES, 0, PATCHES, n, 3, 1, NULL, 0},
             &net->patches, e));
    for (int i = 0; i < d->layers; i++)
        TRY(fill_layer(f, d, i, scale, &net->layer[i], e));
    TRY(fill_norm(f, DAV2_NORM, 0, n, &net->norm, e));
    for (int k = 0; k < DAV2_TAPS; k++)
        TRY(fill_stage(f, d, k, &net->stage[k], e));
    TRY(fill_window(f, DAV2_HEAD1, 0, d->half, d->features, &net->head1, e));
    TRY(fill_window(f, DAV2_HEAD2, 0, d->last, d->half, &net->head2, e));
    TRY(fill(f, &(struct source){DAV2_HEAD3, 0, POINT, 1, d->last, 1, NULL, 0},
             &net->head3, e));
out:
    return rc;
}

/* Tensors that are in the files of the publishers and have no use. */
static void mark_unused(struct dav2_file *f)
{
    static const enum dav2_part parts[] = {DAV2_UNIT1A, DAV2_UNIT1B};
    static const char *const suffixes[] = {".weight", ".bias"};
    const struct safetensors_item *t;

    (void)dav2_find(f, DAV2_MASK, 0, "", &t, NULL);
    for (int i = 0; i < 4; i++)
        (void)dav2_find(f, parts[i / 2], DAV2_TAPS - 1, suffixes[i % 2], &t,
                        NULL);
}

int dav2_pack(struct dav2_file *f, const struct dav2_shape *d,
              struct dav2_net *net, struct err *e)
{
    float *scale = mem_array(3 * (size_t)d->embed, sizeof(*scale));
    int rc;

    if (!scale)
        return err_mem(e, 3 * (size_t)d->embed * sizeof(*scale));
    TRY(fill_all(f, d, scale, net, e));
    mark_unused(f);
    for (size_t i = 0; i < f->st->count; i++)
        if (!f->used[i]) {
            rc = err_set(e, ERR_DATA,
                         "tensor '%s' belongs to no Depth Anything V2 model",
                         f->st->items[i].name);
            goto out;
        }
    rc = 0;
out:
    mem_free(scale);
    return rc;
}

static int open_linear(struct dav2_linear *l, struct err *e)
{
    int rc = l->size ? packed_open(l->block, l->size, &l->w, e) : 0;

    if (rc == 0 && l->size &&
        (l->w.type != l->type || l->w.n != l->n || l->w.k != l->k))
        rc = err_set(e, ERR_DATA, "packed weights of another shape");
    return rc;
}

static int open_stage(struct dav2_stage *g, struct err *e)
{
    struct dav2_linear *all[] = {
        &g->project, &g->resample, &g->neck,    &g->unit1.a,
        &g->unit1.b, &g->unit2.a,  &g->unit2.b, &g->fuse,
    };
    int rc = 0;

    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]) && rc == 0; i++)
        rc = open_linear(all[i], e);
    return rc;
}

int dav2_net_open(const struct dav2_shape *s, struct dav2_net *net,
                  struct err *e)
{
    int rc;

    TRY(open_linear(&net->patches, e));
    for (int i = 0; i < s->layers; i++) {
        TRY(open_linear(&net->layer[i].qkv, e));
        TRY(open_linear(&net->layer[i].attended, e));
        TRY(open_linear(&net->layer[i].fc1, e));
        TRY(open_linear(&net->layer[i].fc2, e));
    }
    for (int k = 0; k < DAV2_TAPS; k++)
        TRY(open_stage(&net->stage[k], e));
    TRY(open_linear(&net->head1, e));
    TRY(open_linear(&net->head2, e));
    TRY(open_linear(&net->head3, e));
out:
    return rc;
}
