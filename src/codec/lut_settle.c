/* Lists of stages made simpler without a change of what they do. */

#include <float.h>
#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "codec/lut.h"

static void drop_stage(struct lut *lut, int at)
{
    lut_free(lut->stage[at].table);
    mem_free(lut->stage[at].value);
    lut->stages--;
    memmove(&lut->stage[at], &lut->stage[at + 1],
            (size_t)(lut->stages - at) * sizeof(lut->stage[0]));
}

/* But for how its numbers were rounded, which were of other bit depths. */
static bool is_identity(const struct lut_stage *s)
{
    bool same = s->kind == LUT_MATRIX;

    for (int i = 0; i < 9 && same; i++)
        same = fabsf(s->matrix[i] - (i % 4 == 0 ? 1.0f : 0.0f)) < 2e-7f &&
               s->offset[i / 3] == 0;
    return same;
}

/* A matrix that mixes nothing is a range without limits. */
static void make_range(struct lut_stage *s)
{
    const float *m = s->matrix;
    struct lut_stage r = {.kind = LUT_RANGE};

    if (s->kind != LUT_MATRIX || m[1] != 0 || m[2] != 0 || m[3] != 0 ||
        m[5] != 0 || m[6] != 0 || m[7] != 0)
        return;
    for (int c = 0; c < 3; c++)
        r.channel[c].range =
            (struct kern_clf_range){m[4 * c], s->offset[c], -FLT_MAX, FLT_MAX};
    *s = r;
}

/* The domain of what comes first in a table. */
static float *lo_of(struct lut *t)
{
    return t->points ? t->lo : t->from;
}

static float *hi_of(struct lut *t)
{
    return t->points ? t->hi : t->to;
}

/*
 * A range that goes up and reaches all that the table does: the table clamps
 * as well.
 */
static bool is_domain(const struct lut_stage *s, struct lut *table)
{
    bool good = s->kind == LUT_RANGE;

    for (int c = 0; c < 3 && good; c++) {
        const struct kern_clf_range *r = &s->channel[c].range;
        const float lo = lo_of(table)[c], hi = hi_of(table)[c];

        good = r->mul > 0 && r->lo <= lo && r->hi >= hi &&
               (lo - r->add) / r->mul < (hi - r->add) / r->mul;
    }
    return good;
}

static void put_domain(const struct lut_stage *s, struct lut *table)
{
    for (int c = 0; c < 3; c++) {
        const struct kern_clf_range *r = &s->channel[c].range;
        const double mul = (double)r->mul, add = (double)r->add;

        lo_of(table)[c] = (float)(((double)lo_of(table)[c] - add) / mul);
        hi_of(table)[c] = (float)(((double)hi_of(table)[c] - add) / mul);
    }
}

static bool is_shaper(const struct lut *a, const struct lut *b)
{
    return a && b && a->points && !a->size && b->size && !b->points;
}

/* The cube moves in behind the curves. */
static void merge(struct lut *curves, struct lut *cube)
{
    curves->size = cube->size;
    curves->node = cube->node;
    memcpy(curves->from, cube->from, sizeof(cube->from));
    memcpy(curves->to, cube->to, sizeof(cube->to));
    curves->trilinear = cube->trilinear;
    cube->node = NULL;
}

static void become_table(struct lut *lut)
{
    struct lut *table = lut->stage[0].table, was = *lut;

    memcpy(table->title, was.title, sizeof(was.title));
    *lut = *table;
    lut->format = was.format;
    mem_free(table);
    mem_free(was.stage);
}

void lut_settle(struct lut *lut)
{
    for (int i = lut->stages - 1; i >= 0; i--)
        if (is_identity(&lut->stage[i]))
            drop_stage(lut, i);
    for (int i = 0; i < lut->stages; i++)
        make_range(&lut->stage[i]);
    for (int i = lut->stages - 2; i >= 0; i--) {
        struct lut *a = lut->stage[i].table, *b = lut->stage[i + 1].table;

        if (is_shaper(a, b)) {
            merge(a, b);
            drop_stage(lut, i + 1);
        } else if (b && is_domain(&lut->stage[i], b)) {
            put_domain(&lut->stage[i], b);
            drop_stage(lut, i);
        }
    }
    if (lut->stages == 1 && lut->stage[0].table)
        become_table(lut);
}
