/* Colours through tables and what stands between them. */

#include <float.h>

#include "codec/lut.h"
#include "kern/convert.h"
#include "kern/lut.h"
#include "kern/point.h"

static void through_table(const struct lut *lut, const struct kern *k,
                          bool trilinear, float *const row[3], size_t n)
{
    const float *in[3] = {row[0], row[1], row[2]};
    const struct kern_cube cube = {
        .node = lut->node,
        .size = lut->size,
        .lo = {lut->from[0], lut->from[1], lut->from[2]},
        .hi = {lut->to[0], lut->to[1], lut->to[2]},
    };

    for (int c = 0; c < 3 && lut->points; c++) {
        const struct kern_line line = {
            .value = lut->curve + (size_t)c * (size_t)lut->points,
            .points = lut->points,
            .lo = lut->lo[c],
            .hi = lut->hi[c],
        };

        k->lut->line(row[c], row[c], n, &line);
    }
    if (lut->size && (trilinear || lut->trilinear))
        k->lut->trilinear(row, in, n, &cube);
    else if (lut->size)
        k->lut->tetrahedral(row, in, n, &cube);
}

static void through_matrix(const struct lut_stage *s, const struct kern *k,
                           float *const row[3], size_t n)
{
    const float *in[3] = {row[0], row[1], row[2]};

    k->convert->matrix(row, in, n, s->matrix);
    for (int c = 0; c < 3; c++)
        if (s->offset[c] != 0)
            k->point->scale_bias(row[c], row[c], n, 1, s->offset[c]);
}

static void through_channel(const struct lut_stage *s, const struct kern *k,
                            int c, float *row, size_t n)
{
    switch (s->kind) {
    case LUT_RANGE:
        k->clf->range(row, row, n, &s->channel[c].range);
        break;
    case LUT_POWER:
        k->clf->power(row, row, n, &s->channel[c].power);
        break;
    case LUT_LOG:
        k->clf->to_log(row, row, n, &s->channel[c].log);
        break;
    case LUT_UNLOG:
        k->clf->from_log(row, row, n, &s->channel[c].unlog);
        break;
    case LUT_KNOTS:
        k->clf->knots(row, row, n, &s->channel[c].knots);
        break;
    case LUT_HALF:
        k->clf->half(row, row, n, s->value + (size_t)c * 65536);
        break;
    case LUT_TABLE:
    case LUT_MATRIX:
        break;
    }
}

void lut_apply(const struct lut *lut, const struct kern *k, bool trilinear,
               float *const row[3], size_t n)
{
    for (int i = 0; i < lut->stages; i++) {
        const struct lut_stage *s = &lut->stage[i];

        if (s->kind == LUT_TABLE)
            through_table(s->table, k, trilinear, row, n);
        else if (s->kind == LUT_MATRIX)
            through_matrix(s, k, row, n);
        else
            for (int c = 0; c < 3; c++)
                through_channel(s, k, c, row[c], n);
    }
    if (!lut->stages)
        through_table(lut, k, trilinear, row, n);
}

bool lut_is_separable(const struct lut *lut)
{
    for (int i = 0; i < lut->stages; i++)
        if (lut->stage[i].kind == LUT_MATRIX ||
            (lut->stage[i].kind == LUT_TABLE && lut->stage[i].table->size))
            return false;
    return !lut->size;
}

int lut_side(const struct lut *lut)
{
    int side = lut->size;

    for (int i = 0; i < lut->stages; i++)
        if (lut->stage[i].table && lut->stage[i].table->size > side)
            side = lut->stage[i].table->size;
    return side;
}

/* What of the inputs a stage tells apart. */
static void stage_domain(const struct lut_stage *s, int c, float *lo, float *hi)
{
    const struct kern_clf_range *r = &s->channel[c].range;
    const struct kern_clf_knots *k = &s->channel[c].knots;

    if (s->kind == LUT_KNOTS) {
        *lo = k->x[0];
        *hi = k->x[k->knots - 1];
    }
    if (s->kind == LUT_RANGE && r->mul > 0 && r->lo > -FLT_MAX &&
        r->hi < FLT_MAX && r->lo < r->hi) {
        *lo = (r->lo - r->add) / r->mul;
        *hi = (r->hi - r->add) / r->mul;
    }
}

void lut_domain(const struct lut *lut, float lo[3], float hi[3])
{
    const struct lut *table = lut;

    if (lut->stages && lut->stage[0].kind == LUT_TABLE)
        table = lut->stage[0].table;
    for (int c = 0; c < 3; c++) {
        lo[c] = table->points ? table->lo[c] : table->size ? table->from[c] : 0;
        hi[c] = table->points ? table->hi[c] : table->size ? table->to[c] : 1;
        if (lut->stages)
            stage_domain(&lut->stage[0], c, &lo[c], &hi[c]);
    }
}
