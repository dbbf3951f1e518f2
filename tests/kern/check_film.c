#include "check.h"
#include "kern/film.h"

#define IDENTITY                                                               \
    {                                                                          \
        0.8f, 0.15f, 0.05f, 0.1f, 0.7f, 0.2f, 0.1f, 0.1f, 0.8f                 \
    }

static struct kern_agx agx_values = {
    .gain = 1.5f,
    .inset = IDENTITY,
    .outset = IDENTITY,
    .floor = 0x1p-12f,
    .ceiling = 16,
    .scale = (FILM_POINTS - 1) / 16.5f,
    .offset = 12.25f * (FILM_POINTS - 1) / 16.5f,
};
static const struct kern_rrt rrt_values = {1.5f, IDENTITY, IDENTITY};

__attribute__((constructor)) static void make_curve(void)
{
    for (int i = 0; i < FILM_POINTS; i++)
        agx_values.curve[i] = (float)i / FILM_POINTS;
}

CHECK(film, agx, OUT3, IN3, p->n, &agx_values)
CHECK(film, rrt, OUT3, IN3, p->n, &rrt_values)
CHECK(film, hable, p->out[0], p->in[0], p->n, 2, 1.37f)
CHECK(film, reinhard, OUT3, IN3, p->n, 1.5f, 0.0625f)

#define THREE .in = {{F32}, {F32}, {F32}}, .out = {{F32}, {F32}, {F32}}

static const struct check checks[] = {
    {ROW(film, agx), THREE},
    {ROW(film, rrt), THREE},
    {ROW(film, hable), .in = {{F32}}, .out = {{F32}}},
    {ROW(film, reinhard), THREE},
};
CHECKS(film)
