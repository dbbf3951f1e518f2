#include "check.h"
#include "kern/point.h"

CHECK(point, scale_bias, p->out[0], p->in[0], p->n, 1.5f, -0.25f)
CHECK(point, mix, p->out[0], p->in[0], p->in[1], p->n, 0.3f)

static const struct check checks[] = {
    {ROW(point, scale_bias), .in = {{F32}}, .out = {{F32}}},
    {ROW(point, mix), .in = {{F32}, {F32}}, .out = {{F32}}},
};
CHECKS(point)
