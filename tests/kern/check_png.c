#include "check.h"

#include <string.h>

#include "kern/png.h"

/* Rows of n pixels of `step` bytes. */
static size_t bytes(const struct probe *p)
{
    return p->n * (size_t)p->step;
}

CHECK(png, big16, p->out[0], p->in[0], p->n)
CHECK(png, sub, p->out[0], p->in[0], bytes(p), (size_t)p->step)
CHECK(png, up, p->out[0], p->in[0], p->in[1], p->n)
CHECK(png, average, p->out[0], p->in[0], p->in[1], bytes(p), (size_t)p->step)
CHECK(png, paeth, p->out[0], p->in[0], p->in[1], bytes(p), (size_t)p->step)

static void cost(const struct kern *k, const struct probe *p)
{
    const uint64_t sum = k->png->cost(p->in[0], p->n);

    memcpy(p->out[0], &sum, sizeof(sum));
}

static const struct check checks[] = {
    {ROW(png, big16), .in = {{U16}}, .out = {{U8, 2}}},
    {ROW(png, sub), .in = {{U8, STEP}}, .out = {{U8, STEP}}, .apart = true},
    {ROW(png, up), .in = {{U8}, {U8}}, .out = {{U8}}, .apart = true},
    {ROW(png, average), .in = {{U8, STEP}, {U8, STEP}}, .out = {{U8, STEP}},
     .apart = true},
    {ROW(png, paeth), .in = {{U8, STEP}, {U8, STEP}}, .out = {{U8, STEP}},
     .apart = true},
    {ROW(png, cost), .in = {{U8}}, .out = {{U32, 1, 2}}},
};
CHECKS(png)
