/* The transformer (DINOv2), and what each tap of it becomes for the head. */

#include <string.h>

#include "nn/attention.h"
#include "nn/axis.h"
#include "nn/dav2_int.h"
#include "nn/norm.h"

#define EPS 1e-6f

/* The table has a row per patch of the training size; row 0 is no patch. */
static int interpolate(const float *table, int grid, int embed,
                       const struct axis *ay, const struct axis *ax, float *out,
                       struct err *e)
{
    const size_t line = (size_t)grid * (size_t)embed;
    float *mixed = mem_array(line, sizeof(*mixed));

    if (!mixed)
        return err_mem(e, line * sizeof(*mixed));
    for (int y = 0; y < ay->out; y++) {
        const float *rows[AXIS_TAPS];

        for (int t = 0; t < AXIS_TAPS; t++)
            rows[t] = table + (size_t)ay->at[y][t] * line;
        axis_blend(ay, y, rows, mixed, line);
        for (int x = 0; x < ax->out; x++) {
            for (int t = 0; t < AXIS_TAPS; t++)
                rows[t] = mixed + (size_t)ax->at[x][t] * (size_t)embed;
            axis_blend(ax, x, rows, out, (size_t)embed);
            out += embed;
        }
    }
    mem_free(mixed);
    return 0;
}

int dav2_positions(const struct dav2 *m, enum dav2_profile profile, int ph,
                   int pw, float *out, struct err *e)
{
    const int grid = m->shape.grid;
    const size_t embed = (size_t)m->shape.embed;
    const double more = profile == DAV2_OPENCV ? 0.1 : 0;
    struct axis ay = {0}, ax = {0};
    int rc;

    if (ph == grid && pw == grid) {
        memcpy(out, m->net.positions,
               (1 + (size_t)grid * (size_t)grid) * embed * sizeof(*out));
        return 0;
    }
    TRY(axis_cubic(grid, ph, grid / (ph + more), false, &ay, e));
    TRY(axis_cubic(grid, pw, grid / (pw + more), false, &ax, e));
    memcpy(out, m->net.positions, embed * sizeof(*out));
    TRY(interpolate(m->net.positions + embed, grid, m->shape.embed, &ay, &ax,
                    out + embed, e));
out:
    axis_release(&ay);
    axis_release(&ax);
    return rc;
}

/* p + n, and NULL in a plan. */
static float *past(float *p, size_t n)
{
    return p ? p + n : NULL;
}

static int embed(struct dav2_run *r, const float *chw, struct err *e)
{
    const struct dav2_room *room = r->room;
    const size_t d = (size_t)r->m->shape.embed;
    const int w = r->pw * DAV2_PATCH, h = r->ph * DAV2_PATCH;
    const struct gemm_in in =
        gemm_patches(chw, w, h, (size_t)w, (size_t)w * (size_t)h, DAV2_PATCH);

    for (size_t i = 0; i < d && !r->plan; i++)
        room->tokens[i] = r->m->net.cls[i] + room->positions[i];
    return dav2_product(r, &in, &r->m->net.patches,
                        (struct gemm_out){
                            .data = past(room->tokens, d),
                            .stride = d,
                            .residual = past(room->positions, d),
                        },
                        e);
}

static int normalise(struct dav2_run *r, float *out, const float *in, int rows,
                     const struct dav2_norm *norm, struct err *e)
{
    const size_t d = (size_t)r->m->shape.embed;

    return r->plan ? 0
                   : norm_run(&r->nn, out, d, in, d, rows, r->m->shape.embed,
                              norm->gain, norm->bias, EPS, e);
}

static int attend(struct dav2_run *r, struct err *e)
{
    const struct dav2_room *room = r->room;
    const size_t part = (size_t)r->n * ATTENTION_HEAD,
                 all = (size_t)r->m->shape.heads * part;
    const struct attention a = {
        .q = room->wide,
        .k = past(room->wide, all),
        .v = past(room->wide, 2 * all),
        .row_step = ATTENTION_HEAD,
        .head_step = part,
        .out = room->normed,
        .out_stride = (size_t)r->m->shape.embed,
        .tokens = r->n,
        .heads = r->m->shape.heads,
        .scale = 1,
    };

    if (!r->plan)
        return attention_run(&r->nn, &a, e);
    dav2_need(r, attention_scratch(&a, room->slots));
    return 0;
}

static struct gemm_out onto_tokens(const struct dav2_run *r)
{
    return (struct gemm_out){
        .data = r->room->tokens,
        .stride = (size_t)r->m->shape.embed,
        .residual = r->room->tokens,
    };
}

static int layer(struct dav2_run *r, const struct dav2_layer *l, struct err *e)
{
    const struct dav2_shape *s = &r->m->shape;
    const struct dav2_room *room = r->room;
    const struct gemm_in normed = gemm_rows(room->normed, r->n, s->embed,
                                            (size_t)s->embed),
                         hidden = gemm_rows(room->wide, r->n, s->hidden,
                                            (size_t)s->hidden);
    const struct gemm_out apart = {
        .data = room->wide,
        .stride = ATTENTION_HEAD,
        .group = ATTENTION_HEAD,
        .group_step = (size_t)r->n * ATTENTION_HEAD,
    };
    const struct gemm_out wide = {
        .data = room->wide, .stride = (size_t)s->hidden, .act = GEMM_GELU};
    int rc;

    TRY(normalise(r, room->normed, room->tokens, r->n, &l->norm1, e));
    TRY(dav2_product(r, &normed, &l->qkv, apart, e));
    TRY(attend(r, e));
    TRY(dav2_product(r, &normed, &l->attended, onto_tokens(r), e));
    TRY(normalise(r, room->normed, room->tokens, r->n, &l->norm2, e));
    TRY(dav2_product(r, &normed, &l->fc1, wide, e));
    TRY(dav2_product(r, &hidden, &l->fc2, onto_tokens(r), e));
out:
    return rc;
}

int dav2_trunk(struct dav2_run *r, const float *chw, struct err *e)
{
    const struct dav2_shape *s = &r->m->shape;
    const struct dav2_room *room = r->room;
    int rc, tap = 0;

    dav2_see(r, "pos", -1, room->positions, 1, r->n, s->embed);
    TRY(embed(r, chw, e));
    dav2_see(r, "tokens", -1, room->tokens, 1, r->n, s->embed);
    for (int i = 0; i < s->layers; i++) {
        TRY(layer(r, &r->m->net.layer[i], e));
        dav2_see(r, "block", i, room->tokens, 1, r->n, s->embed);
        if (i != s->tap[tap])
            continue;
        TRY(normalise(r, room->normed, past(room->tokens, (size_t)s->embed),
                      r->n - 1, &r->m->net.norm, e));
        dav2_see(r, "tap", tap, room->normed, 1, r->n - 1, s->embed);
        TRY(dav2_stage(r, tap, room->normed, e));
        if (++tap == DAV2_TAPS)
            break;
    }
    rc = 0;
out:
    return rc;
}
