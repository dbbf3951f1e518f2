#include "check.h"
#include "kern/depth.h"

static const struct kern_window soft = {-0.2f, 3, 0.4f, 8, -0.7f, 0.9f};

CHECK(depth, window, p->out[0], p->in[0], p->n, &soft)
static const struct kern_steps three = {3, {0.1f, 0.3f, -2}, {9, 1e9f, 0.2f}};
static const float gains[3 * 5] = {1, 2, 3, 1, 0.5f, 0, 1,   1,
                                   1, 4, 1, 2, 0,    3, 0.1f};
static const struct kern_zones zoned = {3, 5, -8, 0.4f, gains, {1, 0, 2}};

CHECK(depth, steps, p->out[0], p->in[0], p->n, &three)
CHECK(depth, zones, OUT3, IN3, p->in[3], p->n, &zoned)
static const struct kern_air air = {
    0,
    100,
    200,
    0.1f,
    0.02f,
    0.01f,
    {0.6f, 0.7f, 0.8f},
    {0.3f, 0.2f, 0.1f},
    {0.48f, 0.6f, 0.64f},
    0.001f,
};
static const struct kern_air_row ray = {-0.4f, 0.01f, 0.2f, 0.7f};

CHECK(depth, clearness, p->out[0], p->in[0], p->n, &air, &ray)
CHECK(depth, haze, OUT3, IN3, p->in[3], p->n, &air, &ray)
static const struct kern_fade fades = {0, 0.3f, 1.1f, 0.2f, 0.9f};

static void guard(const struct kern *k, const struct probe *p)
{
    const float *rows[5];

    for (int i = 0; i < 5; i++)
        rows[i] = (const float *)p->in[i] + 2;
    k->depth->guard(p->out[0], rows, p->n, 0.05f, 0.8f);
}

CHECK(depth, fade, p->out[0], p->in[0], p->n, &fades)
CHECK(depth, blend, p->out[0], p->in[0], p->in[1], p->in[2], p->n)

static const struct check checks[] = {
    {ROW(depth, window), .in = {{F32}}, .out = {{F32}}},
    {ROW(depth, steps), .in = {{F32}}, .out = {{F32}}, .apart = true},
    {ROW(depth, zones), .in = {{F32}, {F32}, {F32}, {F32}},
     .out = {{F32}, {F32}, {F32}}},
    {ROW(depth, clearness), .in = {{F32}}, .out = {{F32}}},
    {ROW(depth, haze), .in = {{F32}, {F32}, {F32}, {F32}},
     .out = {{F32}, {F32}, {F32}}},
    {ROW(depth, fade), .in = {{F32}}, .out = {{F32}}},
    {ROW(depth, guard),
     .in = {{F32, .extra = 4},
            {F32, .extra = 4},
            {F32, .extra = 4},
            {F32, .extra = 4},
            {F32, .extra = 4}},
     .out = {{F32}}, .apart = true},
    {ROW(depth, blend), .in = {{F32}, {F32}, {F32}}, .out = {{F32}}},
};
CHECKS(depth)
