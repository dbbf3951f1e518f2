#include "check.h"
#include "kern/local.h"

static const struct kern_tone stops = {1.5f, -0.45f, 0.4f, 1.0f};
static const struct kern_knee knee = {0.8f, 0.3f};
static const float tint[3] = {0.3f, 0.1f, 0.02f};
static const struct kern_vignette corners = {-0.9f, 0.01f, 0.2f, 0.1f,
                                             1.4f,  0.6f,  0};

CHECK(local, log_light, p->out[0], IN3, p->n)
CHECK(local, fit, p->out[0], p->out[1],
      ((const float *const[5]){p->in[0], p->in[1], p->in[2], p->in[3],
                               p->in[4]}),
      p->n, 0.2f)
CHECK(local, settled, p->out[0], p->in[0], p->in[1], p->in[2], p->n, 0.05f)
CHECK(local, product, p->out[0], p->in[0], p->in[1], p->n)
CHECK(local, tone, OUT3, p->in[0], p->in[1], p->n, &stops)
CHECK(local, clarity, OUT3, p->in[0], p->in[1], p->n, 1.5f)
CHECK(local, clarity_by, OUT3, p->in[0], p->in[1], p->in[2], p->n)
CHECK(local, darkest, p->out[0], IN3, p->n, 4.0f)
CHECK(local, dehaze, OUT3, p->in[0], p->in[1], p->n, 0.7f, 0.9f)
CHECK(local, highlights, OUT3, IN3, p->n, &knee)
CHECK(local, add, p->out[0], p->in[0], p->n, 0.3f)
CHECK(local, halation, OUT3, p->in[0], p->n, &knee, tint)
CHECK(local, vignette, OUT3, p->n, &corners)

#define ONE   .out = {{F32}}
#define THREE .out = {{F32}, {F32}, {F32}}

static const struct check checks[] = {
    {ROW(local, log_light), .in = {{F32}, {F32}, {F32}}, ONE},
    {ROW(local, fit), .in = {{F32}, {F32}, {F32}, {F32}, {F32}},
     .out = {{F32}, {F32}}},
    {ROW(local, settled), .in = {{F32}, {F32}, {F32}}, ONE},
    {ROW(local, product), .in = {{F32}, {F32}}, ONE},
    {ROW(local, tone), .in = {{F32}, {F32}}, THREE, .apart = true},
    {ROW(local, clarity), .in = {{F32}, {F32}}, THREE, .apart = true},
    {ROW(local, clarity_by), .in = {{F32}, {F32}, {F32}}, THREE, .apart = true},
    {ROW(local, darkest), .in = {{F32}, {F32}, {F32}}, ONE},
    {ROW(local, dehaze), .in = {{F32}, {F32}}, THREE, .apart = true},
    {ROW(local, highlights), .in = {{F32}, {F32}, {F32}}, THREE},
    {ROW(local, add), .in = {{F32}}, ONE, .apart = true},
    {ROW(local, halation), .in = {{F32}}, THREE, .apart = true},
    {ROW(local, vignette), THREE},
};
CHECKS(local)
