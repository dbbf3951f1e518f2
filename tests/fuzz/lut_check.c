#include "lut_check.h"

#include <math.h>
#include <string.h>

#include "fuzz.h"

#define PIXELS 8

static void check_values(const float *v, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!isfinite(v[i]))
            fuzz_fail("a value is not finite");
}

static void check_domain(const float lo[3], const float hi[3])
{
    for (int c = 0; c < 3; c++)
        if (!(lo[c] < hi[c]))
            fuzz_fail("a domain goes down");
}

static void check_table(const struct lut *lut)
{
    const size_t side = (size_t)lut->size;

    if (lut->points && (lut->points < 2 || lut->points > LUT_CURVE_MAX))
        fuzz_fail("a curve of %d points", lut->points);
    if (lut->size && (lut->size < 2 || lut->size > LUT_CUBE_MAX))
        fuzz_fail("a cube of %d nodes a side", lut->size);
    check_values(lut->curve, (size_t)lut->points * 3);
    check_values(lut->node, side * side * side * 4);
    check_domain(lut->lo, lut->hi);
    check_domain(lut->from, lut->to);
}

static void check_stage(const struct lut_stage *s)
{
    if (s->kind == LUT_TABLE && s->table->stages)
        fuzz_fail("a list in a list");
    if (s->kind == LUT_TABLE)
        check_table(s->table);
    if (s->kind == LUT_HALF)
        check_values(s->value, 3 * 65536);
    for (int c = 0; c < 3 && s->kind == LUT_KNOTS; c++)
        if (s->channel[c].knots.knots < 2)
            fuzz_fail("%d knots", s->channel[c].knots.knots);
}

void lut_check(const struct lut *lut)
{
    static const float colors[PIXELS] = {0,     1,    -1e9f, 0.5f,
                                         1e30f, 0.3f, NAN,   INFINITY};
    float plane[3][PIXELS], lo[3], hi[3];
    float *const row[3] = {plane[0], plane[1], plane[2]};

    if (lut->stages > LUT_STAGES_MAX)
        fuzz_fail("%d stages", lut->stages);
    if (lut->stages && (lut->points || lut->size))
        fuzz_fail("a list and a table");
    check_table(lut);
    for (int i = 0; i < lut->stages; i++)
        check_stage(&lut->stage[i]);
    lut_domain(lut, lo, hi);
    for (int i = 0; i < 2; i++) {
        for (int c = 0; c < 3; c++)
            memcpy(plane[c], colors, sizeof(colors));
        lut_apply(lut, kern_best(), i, row, PIXELS);
    }
}
