#include "check.h"
#include "kern/band.h"

#define FROM(first)                                                            \
    ((const float *const[3]){p->in[first], p->in[(first) + 1],                 \
                             p->in[(first) + 2]})

/* A row of blocks, from its k-th on. */
#define AT(k)                                                                  \
    ((const float *const[3]){(const float *)p->in[0] + (k),                    \
                             (const float *)p->in[1] + (k),                    \
                             (const float *)p->in[2] + (k)})

CHECK(band, join, OUT3, IN3, FROM(3), p->n)
CHECK(band, spread, OUT3, AT(0), AT(1), AT(2), p->n)
CHECK(band, flat, p->out[0], p->in[0], p->in[1], p->n, 0.1f, 0.4f)
CHECK(band, deband, p->out[0], p->in[0], p->in[1], p->in[2], p->n, 0.1f)
CHECK(band, dither, p->out[0], p->in[0], p->n, 7, 99, 0.1f)

#define THREE .out = {{F32}, {F32}, {F32}}
#define TWICE                                                                  \
    {                                                                          \
        F32, .per = 2                                                          \
    }
#define WIDE                                                                   \
    {                                                                          \
        F32, .extra = 2                                                        \
    }

static const struct check checks[] = {
    {ROW(band, join), .in = {TWICE, TWICE, TWICE, TWICE, TWICE, TWICE}, THREE},
    {ROW(band, spread), .in = {WIDE, WIDE, WIDE}, THREE, .apart = true},
    {ROW(band, flat), .in = {{F32}, {F32}}, .out = {{F32}}},
    {ROW(band, deband), .in = {{F32}, {F32}, {F32}}, .out = {{F32}}},
    {ROW(band, dither), .in = {{F32}}, .out = {{F32}}, .apart = true},
};
CHECKS(band)
