#include "check.h"
#include "kern/filter.h"

static const struct kern_sharpen mask = {1.5f, 0.004f, 0.4f};
static const struct kern_taps around = {
    5, {-2, 2, 0, 1, -1}, {0, -1, 1, 1, -1}};

/* Rows -1, 0, 1 from two values on, so that taps reach two to either side. */
static const float *const *rows_of(const struct probe *p, int first,
                                   const float *rows[3])
{
    for (int i = 0; i < 3; i++)
        rows[i] = (const float *)p->in[first + i] + 2;
    return rows + 1;
}

static void range3(const struct kern *k, const struct probe *p)
{
    const float *rows[3];

    k->filter->range3(p->out[0], p->out[1], rows_of(p, 0, rows) - 1, p->n);
}

static void steady(const struct kern *k, const struct probe *p)
{
    const float *value[3], *guide[3];

    k->filter->steady(p->out[0], rows_of(p, 0, value), rows_of(p, 3, guide),
                      p->n, &around, 0.4f);
}

static void steady2(const struct kern *k, const struct probe *p)
{
    const float *y[3], *u[3], *v[3];

    k->filter->steady2(p->out[0], p->out[1], rows_of(p, 0, y), rows_of(p, 3, u),
                       rows_of(p, 5, v), p->n, &around, 0.3f, 0.4f);
}

CHECK(filter, luma, p->out[0], IN3, p->n)
CHECK(filter, lightness, p->out[0], IN3, p->n)
CHECK(filter, relight, OUT3, IN3, p->in[3], p->in[4], p->n, 0.7f)
CHECK(filter, sharpen, OUT3, IN3, p->in[3], p->in[4], p->in[5], p->in[6], p->n,
      &mask)
CHECK(filter, unsharp, OUT3, IN3, p->in[3], p->in[4], p->n, 1.3f)
CHECK(filter, unsharp_chroma, OUT3,
      ((const float *const[2]){p->in[0], p->in[1]}),
      ((const float *const[2]){p->in[2], p->in[3]}), p->n, 1.3f)
CHECK(filter, chroma, p->out[0], p->out[1], IN3, p->n)
CHECK(filter, unrest, p->out[0], ((const float *const[2]){p->in[0], p->in[1]}),
      ((const float *const[2]){p->in[2], p->in[3]}), p->n)
CHECK(filter, rechroma, OUT3, IN3,
      ((const float *const[2]){p->in[3], p->in[4]}),
      ((const float *const[2]){p->in[5], p->in[6]}), p->in[7], p->n, 0.05f)
CHECK(filter, shift, OUT3, IN3, p->in[3], p->n)
CHECK(filter, lattice, p->out[0], p->n, -3, 7, 99, 0.5f, 64, 4)
CHECK(filter, spline, p->out[0], p->in[0], p->n, 1.3f, 0.61f, 0.2f)
CHECK(filter, grain, OUT3, p->in[0], p->n, 0.1f)

#define THREE .out = {{F32}, {F32}, {F32}}
#define WIDE                                                                   \
    {                                                                          \
        F32, .extra = 4                                                        \
    }

static const struct check checks[] = {
    {ROW(filter, luma), .in = {{F32}, {F32}, {F32}}, .out = {{F32}}},
    {ROW(filter, lightness), .in = {{F32}, {F32}, {F32}}, .out = {{F32}}},
    {ROW(filter, relight), .in = {{F32}, {F32}, {F32}, {F32}, {F32}}, THREE},
    {ROW(filter, unsharp), .in = {{F32}, {F32}, {F32}, {F32}, {F32}}, THREE},
    {ROW(filter, unsharp_chroma), .in = {{F32}, {F32}, {F32}, {F32}}, THREE,
     .apart = true},
    {ROW(filter, range3), .in = {WIDE, WIDE, WIDE}, .out = {{F32}, {F32}},
     .apart = true},
    {ROW(filter, sharpen),
     .in = {{F32}, {F32}, {F32}, {F32}, {F32}, {F32}, {F32}}, THREE},
    {ROW(filter, steady), .in = {WIDE, WIDE, WIDE, WIDE, WIDE, WIDE},
     .out = {{F32}}, .apart = true},
    {ROW(filter, steady2),
     .in = {WIDE, WIDE, WIDE, WIDE, WIDE, WIDE, WIDE, WIDE},
     .out = {{F32}, {F32}}, .apart = true},
    {ROW(filter, chroma), .in = {{F32}, {F32}, {F32}}, .out = {{F32}, {F32}}},
    {ROW(filter, unrest),
     .in = {{F32, .extra = 1},
            {F32, .extra = 1},
            {F32, .extra = 1},
            {F32, .extra = 1}},
     .out = {{F32, .per = 2}}, .apart = true},
    {ROW(filter, rechroma),
     .in = {{F32}, {F32}, {F32}, {F32}, {F32}, {F32}, {F32}, {F32}}, THREE},
    {ROW(filter, shift), .in = {{F32}, {F32}, {F32}, {F32}}, THREE},
    {ROW(filter, lattice), .out = {{F32}}},
    {ROW(filter, spline), .in = {{F32, .extra = 20}}, .out = {{F32}},
     .apart = true},
    {ROW(filter, grain), .in = {{F32}}, THREE, .apart = true},
};
CHECKS(filter)
