#include "check.h"
#include "kern/lut.h"

#define POINTS 19
#define SIZE   5

static float value[POINTS];
static float node[SIZE * SIZE * SIZE * 4] __attribute__((aligned(16)));
static const struct kern_line curve = {value, POINTS, -0.5f, 1.5f, true};
static const struct kern_cube cube = {
    node, SIZE, {0, -0.1f, 0.1f}, {1, 1.2f, 0.9f}};

__attribute__((constructor)) static void make_tables(void)
{
    uint64_t seed = 1;

    fill(value, F32, POINTS, 0, &seed);
    fill(node, F32, SIZE * SIZE * SIZE * 4, 0, &seed);
}

static void ends(const struct kern *k, const struct probe *p)
{
    const struct kern_line clamped = {value, 2, 0, 1, false};

    if (p->n % 2)
        k->lut->line(p->out[0], p->in[0], p->n, &clamped);
    else
        k->lut->line(p->out[0], p->in[0], p->n, &curve);
}

CHECK(lut, tetrahedral, OUT3, IN3, p->n, &cube)
CHECK(lut, trilinear, OUT3, IN3, p->n, &cube)
CHECK(lut, acescct_encode, p->out[0], p->in[0], p->n)
CHECK(lut, acescct_decode, p->out[0], p->in[0], p->n)

#define ONE   .in = {{F32}}, .out = {{F32}}
#define THREE .in = {{F32}, {F32}, {F32}}, .out = {{F32}, {F32}, {F32}}

static const struct check checks[] = {
    {"line", offsetof(struct kern_lut, line), ends, ONE},
    {ROW(lut, tetrahedral), THREE},
    {ROW(lut, trilinear), THREE},
    {ROW(lut, acescct_encode), ONE},
    {ROW(lut, acescct_decode), ONE},
};
CHECKS(lut)
