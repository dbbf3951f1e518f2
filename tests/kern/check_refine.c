#include "check.h"
#include "kern/refine.h"

CHECK(refine, root, p->out[0], p->in[0], p->n)
CHECK(refine, invert, p->out[0], p->in[0], p->n)
CHECK(refine, guided, p->out[0], IN3,
      ((const float *const[4]){p->in[3], p->in[4], p->in[5], p->in[6]}),
      ((const float *const[4]){p->in[4], p->in[5], p->in[6], p->in[7]}),
      (int)p->n + 1, p->n, -0.7f, 0.31f, 0.4f)

#define ONE .out = {{F32}}

static const struct check checks[] = {
    {ROW(refine, root), .in = {{F32}}, ONE},
    {ROW(refine, invert), .in = {{F32}}, ONE},
    {ROW(refine, guided),
     .in = {{F32},
            {F32},
            {F32},
            {F32, .extra = 2},
            {F32, .extra = 2},
            {F32, .extra = 2},
            {F32, .extra = 2},
            {F32, .extra = 2}},
     ONE, .apart = true},
};
CHECKS(refine)
