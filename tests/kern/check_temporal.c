#include "check.h"
#include "kern/temporal.h"

static const struct kern_match noise = {9, 9, 4, 0.7f, 1.4f, 1, 1};

/* Three rows, from their second value on: the first and the last are beside. */
#define NEAR(first)                                                            \
    ((const float *const[3]){(const float *)p->in[first] + 1,                  \
                             (const float *)p->in[(first) + 1] + 1,            \
                             (const float *)p->in[(first) + 2] + 1})
#define FROM(first)                                                            \
    ((const float *const[3]){p->in[first], p->in[(first) + 1],                 \
                             p->in[(first) + 2]})

CHECK(temporal, change, p->out[0], p->out[1], IN3, FROM(3), p->n)
CHECK(temporal, match, p->out[0], p->out[1], NEAR(0), NEAR(3), p->in[6], p->n,
      &noise)
CHECK(temporal, gather,
      ((float *const[5]){p->out[0], p->out[1], p->out[2], p->out[3],
                         p->out[4]}),
      IN3, FROM(3), p->in[6], p->in[7], p->in[0], p->n)
CHECK(temporal, settle, OUT3, IN3,
      ((const float *const[5]){p->in[3], p->in[4], p->in[5], p->in[6],
                               p->in[7]}),
      p->n)
CHECK(temporal, step_scale, p->out[0], p->in[0], p->n)

#define SIX                                                                    \
    {F32}, {F32}, {F32}, {F32}, {F32},                                         \
    {                                                                          \
        F32                                                                    \
    }
#define THREE .out = {{F32}, {F32}, {F32}}
#define WIDE                                                                   \
    {                                                                          \
        F32, .extra = 2                                                        \
    }

static const struct check checks[] = {
    {ROW(temporal, change), .in = {SIX}, .out = {{F32}, {F32}}},
    {ROW(temporal, match), .in = {WIDE, WIDE, WIDE, WIDE, WIDE, WIDE, {F32}},
     .out = {{F32}, {F32}}, .apart = true},
    {ROW(temporal, gather), .in = {SIX, {F32}, {F32}},
     .out = {{F32}, {F32}, {F32}, {F32}, {F32}}, .apart = true},
    {ROW(temporal, settle), .in = {SIX, {F32}, {F32}}, THREE},
    {ROW(temporal, step_scale), .in = {{F32}}, .out = {{F32}}},
};
CHECKS(temporal)
