#include "check.h"
#include "kern/grade.h"

static const struct kern_contrast curve = {0.3f, 0.001f, -2.466f, 0.405f};
static const struct kern_levels power = {1.2f, -0.05f, 0.8f, 0.9f, 0.02f};

CHECK(grade, contrast_luma, OUT3, IN3, p->n, &curve)
CHECK(grade, contrast_each, p->out[0], p->in[0], p->n, &curve)
CHECK(grade, levels, p->out[0], p->in[0], p->n, &power)
CHECK(grade, follow, OUT3, IN3, p->n, p->in[3], p->in[4], 0.1f, 1.3f)
CHECK(grade, rescale, OUT3, p->n, p->in[0], p->in[1])
CHECK(grade, midtones, OUT3, IN3,
      ((const float *const[3]){p->in[3], p->in[4], p->in[5]}), p->n)

#define THREE .out = {{F32}, {F32}, {F32}}

static const struct check checks[] = {
    {ROW(grade, contrast_luma), .in = {{F32}, {F32}, {F32}}, THREE},
    {ROW(grade, contrast_each), .in = {{F32}}, .out = {{F32}}},
    {ROW(grade, levels), .in = {{F32}}, .out = {{F32}}},
    {ROW(grade, follow), .in = {{F32}, {F32}, {F32}, {F32}, {F32}}, THREE},
    {ROW(grade, midtones), .in = {{F32}, {F32}, {F32}, {F32}, {F32}, {F32}},
     THREE},
    {ROW(grade, rescale), .in = {{F32}, {F32}}, THREE, .apart = true},
};
CHECKS(grade)
