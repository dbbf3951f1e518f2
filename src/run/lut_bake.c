/* Looks as LUTs. */

#include "run/lut_bake.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/pool.h"
#include "kern/convert.h"
#include "op/lut3d.h"
#include "run/render.h"

#define TRIAL_W 48
#define TRIAL_H 48
#define SEEN_W  256 /* random colours that are compared */
#define SEEN_H  256

/* Points of the curves: light that is code value needs many near black. */
#define SHAPER_POINTS 4096
#define LINEAR_POINTS 65536

/* Where stops begin to be evenly spaced. */
#define TOE 0.01

static const float *const *rows_of(float *const *row)
{
    return (const float *const *)row;
}

/* The planes of a picture as three rows without gaps. */
static void to_rows(const struct image *im, float *const row[3])
{
    const size_t w = (size_t)im->v.w;

    for (int c = 0; c < 3; c++)
        for (int y = 0; y < im->v.h; y++)
            memcpy(row[c] + (size_t)y * w, row_of(&im->v, c, y),
                   w * sizeof(float));
}

static void from_rows(float *const row[3], const struct image *im)
{
    const size_t w = (size_t)im->v.w;

    for (int c = 0; c < 3; c++)
        for (int y = 0; y < im->v.h; y++)
            memcpy(row_of(&im->v, c, y), row[c] + (size_t)y * w,
                   w * sizeof(float));
}

/* The look over w * h colours of linear light in the working space. */
static int run(const struct look *look, int w, int h, float *const row[3],
               struct pool *pool, struct err *e)
{
    struct render r = {.pool = pool, .k = kern_best()};
    struct image *in = NULL, *out = NULL;
    int rc;

    TRY(image_new(w, h, 3, &in, e));
    from_rows(row, in);
    r.image = in;
    TRY(chain_new(look, w, h, 3, 0, 0, &r.chain, e));
    TRY(render_image(&r, &out, e));
    to_rows(out, row);
out:
    chain_free(r.chain);
    image_free(in);
    image_free(out);
    return rc;
}

static int rows_new(size_t n, int sets, float **room, float *row[][3],
                    struct err *e)
{
    *room = mem_array(n, 3 * (size_t)sets * sizeof(float));
    if (!*room)
        return err_mem(e, n * 3 * (size_t)sets * sizeof(float));
    for (int i = 0; i < 3 * sets; i++)
        row[i / 3][i % 3] = *room + (size_t)i * n;
    return 0;
}

/* Whether the same colours in other places become others. */
static int works_by_place(const struct step *s, struct pool *pool, bool *does,
                          struct err *e)
{
    static const float lo[3] = {0, 0, 0}, hi[3] = {1.5f, 1.5f, 1.5f};
    enum { N = TRIAL_W * TRIAL_H };
    struct look one = {.count = 1, .step = (struct step[]){*s}};
    float *room = NULL, *row[2][3];
    int rc;

    TRY(rows_new(N, 2, &room, row, e));
    lut_random_colors(lo, hi, row[0], N);
    for (int c = 0; c < 3; c++)
        for (int i = 0; i < N; i++)
            row[1][c][i] = row[0][c][(i * 7 + 13) % N];
    TRY(run(&one, TRIAL_W, TRIAL_H, row[0], pool, e));
    TRY(run(&one, TRIAL_W, TRIAL_H, row[1], pool, e));
    *does = false;
    for (int c = 0; c < 3; c++)
        for (int i = 0; i < N; i++)
            *does = *does || row[1][c][i] != row[0][c][(i * 7 + 13) % N];
out:
    mem_free(room);
    return rc;
}

/* What a step does besides changing colours, or NULL. */
static const char *reason(const struct step *s)
{
    static const struct op_site site = {4096, 4096, 4096, 4096, 0, 0, 1, 1, 0};
    const struct op *op = s->op;

    if (s->mask.kind)
        return "works in a part of the picture only";
    if (op->needs & OP_NEEDS_DEPTH)
        return "looks at depth";
    if (op->needs & OP_NEEDS_PROXY)
        return "looks at the whole picture";
    if (op->shape)
        return "changes the shape of the picture";
    if (op->frames && op->frames(s->values) > 0)
        return "looks at other frames";
    if (op->halo && op->halo(s->values, &site) > 0)
        return "looks at neighbouring pixels";
    return NULL;
}

static void note(struct lut_baked *baked, const char *name)
{
    const size_t have = strlen(baked->skipped);

    snprintf(baked->skipped + have, sizeof(baked->skipped) - have, "%s%s",
             have ? ", " : "", name);
}

/* The steps that a table can do, borrowed; `kept` has room for all. */
static int choose(const struct lut_baking *how, struct pool *pool,
                  struct look *kept, struct lut_baked *baked, struct err *e)
{
    int rc = 0;

    kept->count = 0;
    for (int i = 0; i < how->look->count; i++) {
        const struct step *s = &how->look->step[i];
        const char *why;
        bool by_place = false;

        if (s->op->neutral && s->op->neutral(s->values))
            continue;
        why = reason(s);
        if (!why)
            TRY(works_by_place(s, pool, &by_place, e));
        if (by_place)
            why = "works by place in the picture";
        if (!why)
            kept->step[kept->count++] = *s;
        else if (how->skip)
            note(baked, s->op->name);
        else
            TRY(err_set(e, ERR_ARG,
                        "no table can do what '%s' does: it %s; --skip "
                        "leaves such steps out",
                        s->op->name, why));
    }
    if (baked->skipped[0] && !kept->count)
        rc = err_set(e, ERR_ARG, "nothing is left without %s", baked->skipped);
out:
    return rc;
}

/* Code values to the working space, in place, and back. */
static void to_work(int space, float *const row[3], size_t n)
{
    const struct kern *k = kern_best();
    float m[9];

    lut3d_matrix(space, true, m);
    transfer_decode(k, lut3d_transfer(space), row, n);
    k->convert->matrix(row, rows_of(row), n, m);
}

static void from_work(int space, float *const row[3], size_t n)
{
    const struct kern *k = kern_best();
    float m[9];

    lut3d_matrix(space, false, m);
    k->convert->matrix(row, rows_of(row), n, m);
    transfer_encode(k, lut3d_transfer(space), row, n);
}

/* Of a grey. */
static float code_of(int space, float light)
{
    float v[3] = {light, light, light};

    transfer_encode(kern_best(), lut3d_transfer(space),
                    (float *[3]){&v[0], &v[1], &v[2]}, 1);
    return v[0];
}

/* Light 0 … LUT_BAKE_LIGHT to 0 … 1, and back. */
static double stop_of(double light)
{
    return log2(1 + fmax(light, 0) / TOE) / log2(1 + LUT_BAKE_LIGHT / TOE);
}

static double light_of(double stop)
{
    return TOE * (exp2(stop * log2(1 + LUT_BAKE_LIGHT / TOE)) - 1);
}

static int put_shaper(const struct lut_baking *how, struct lut *lut,
                      struct err *e)
{
    const bool linear = lut3d_transfer(how->space) == TRANSFER_LINEAR;
    const int points = linear ? LINEAR_POINTS : SHAPER_POINTS;
    const float lo = code_of(how->space, 0);
    const float hi = code_of(how->space, LUT_BAKE_LIGHT);
    float *v, *row[3];

    v = lut->curve = mem_array((size_t)points, 3 * sizeof(float));
    if (!v)
        return err_mem(e, (size_t)points * 3 * sizeof(float));
    lut->points = points;
    for (int c = 0; c < 3; c++) {
        row[c] = v + (size_t)c * (size_t)points;
        lut->lo[c] = lo;
        lut->hi[c] = hi;
        for (int i = 0; i < points; i++)
            row[c][i] = (float)((double)lo +
                                ((double)hi - (double)lo) * i / (points - 1));
    }
    transfer_decode(kern_best(), lut3d_transfer(how->space), row,
                    (size_t)points);
    for (int i = 0; i < 3 * points; i++)
        v[i] = (float)stop_of((double)v[i]);
    return 0;
}

/* Code values of all nodes: rows of n^2, one for each blue. */
static void put_lattice(const struct lut_baking *how, float *const row[3])
{
    const size_t n = (size_t)how->size;

    for (size_t i = 0; i < n * n * n; i++) {
        const size_t at[3] = {i % n, i / n % n, i / n / n};

        for (int c = 0; c < 3; c++) {
            const double t = (double)at[c] / (double)(n - 1);

            row[c][i] = how->shaper ? code_of(how->space, (float)light_of(t))
                                    : (float)t;
        }
    }
}

static int put_nodes(const struct lut_baking *how, struct lut *lut,
                     struct pool *pool, struct err *e)
{
    const int n = how->size;
    const size_t all = (size_t)n * (size_t)n * (size_t)n;
    const struct kern_convert *k = kern_best()->convert;
    uint16_t *code = how->hald ? mem_array(all, sizeof(*code)) : NULL;
    float *room = NULL, *row[1][3];
    int rc;

    if (how->hald && !code)
        TRY(err_mem(e, all * sizeof(*code)));
    TRY(rows_new(all, 1, &room, row, e));
    put_lattice(how, row[0]);
    to_work(how->space, row[0], all);
    TRY(run(how->look, n * n, n, row[0], pool, e));
    from_work(how->space, row[0], all);
    for (int c = 0; c < 3 && how->hald; c++) {
        k->pack_u16(code, row[0][c], all, 1);
        k->unpack_u16(row[0][c], code, all, 1);
    }
    for (size_t i = 0; i < all; i++) {
        for (int c = 0; c < 3; c++)
            lut->node[4 * i + (size_t)c] = row[0][c][i];
        lut->node[4 * i + 3] = 0;
    }
out:
    mem_free(code);
    mem_free(room);
    return rc;
}

static int compare(const struct lut_baking *how, const struct lut *lut,
                   struct pool *pool, struct lut_gap *gap, struct err *e)
{
    enum { N = SEEN_W * SEEN_H };
    float *room = NULL, *row[3][3], lo[3], hi[3];
    int rc;

    TRY(rows_new(N, 3, &room, row, e));
    lut_domain(lut, lo, hi);
    lut_random_colors(lo, hi, row[0], N);
    memcpy(row[1][0], row[0][0], 3 * N * sizeof(float));
    memcpy(row[2][0], row[0][0], 3 * N * sizeof(float));
    to_work(how->space, row[1], N);
    TRY(run(how->look, SEEN_W, SEEN_H, row[1], pool, e));
    from_work(how->space, row[1], N);
    lut_apply(lut, kern_best(), false, row[2], N);
    *gap = (struct lut_gap){0};
    lut_gap_add(gap, rows_of(row[0]), rows_of(row[1]), rows_of(row[2]), N);
    lut_gap_end(gap);
out:
    mem_free(room);
    return rc;
}

int lut_bake(const struct lut_baking *how, struct lut_baked *baked,
             struct err *e)
{
    struct lut_baking plain = *how;
    struct look kept = {.step = NULL};
    struct pool *pool = NULL;
    struct lut *lut = NULL;
    int rc;

    *baked = (struct lut_baked){0};
    TRY(pool_new(1, &pool, e));
    kept.step = mem_array((size_t)how->look->count + 1, sizeof(*kept.step));
    if (!kept.step)
        TRY(err_mem(e, (size_t)how->look->count * sizeof(*kept.step)));
    TRY(choose(how, pool, &kept, baked, e));
    plain.look = &kept;
    TRY(lut_new(0, how->size, &lut, e));
    if (how->shaper)
        TRY(put_shaper(how, lut, e));
    TRY(put_nodes(&plain, lut, pool, e));
    TRY(compare(&plain, lut, pool, &baked->gap, e));
    baked->lut = lut;
    lut = NULL;
out:
    mem_free(kept.step);
    pool_free(pool);
    lut_free(lut);
    return rc;
}
