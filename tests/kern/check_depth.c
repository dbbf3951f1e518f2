#include "check.h"
#include "kern/depth.h"

static const struct kern_window soft = {-0.2f, 3, 0.4f, 8, -0.7f, 0.9f};

CHECK(depth, window, p->out[0], p->in[0], p->n, &soft)
CHECK(depth, blend, p->out[0], p->in[0], p->in[1], p->in[2], p->n)

static const struct check checks[] = {
    {ROW(depth, window), .in = {{F32}}, .out = {{F32}}},
    {ROW(depth, blend), .in = {{F32}, {F32}, {F32}}, .out = {{F32}}},
};
CHECKS(depth)
