#include "check.h"
#include "kern/lens.h"

static const struct kern_focus metric = {0, 0.4f, 3, 9};
static const struct kern_layers layers = {0.5f, 1, 2, 0.4f, 0.7f, 0.6f};
static const int16_t dx[] = {0, 1, -1, 0, 1}, dy[] = {0, 0, -1, 1, 1};
static const float near[] = {-0.5f, 0.5f, 0.9f, 0.1f, 0.2f};
static const float weight[] = {1, 0.5f, -0.25f, 0.3f, 2};
static const struct kern_gather five = {5, dx, dy, near, NULL};
static const struct kern_gather weighted = {5, dx, dy, near, weight};

static const struct kern_gather *gather_of(const struct probe *p)
{
    return p->n % 2 ? &weighted : &five;
}

/* The same row above and below, with a value on each side. */
static const float *const *row_of(const struct probe *p, int i,
                                  const float *row[3])
{
    for (int k = 0; k < 3; k++)
        row[k] = (const float *)p->in[i] + 1;
    return row + 1;
}

static void split(const struct kern *k, const struct probe *p)
{
    float *dst[LENS_PLANES];

    for (int i = 0; i < LENS_PLANES; i++)
        dst[i] = p->out[i % 7];
    k->lens->split(dst, IN3, p->in[3], p->n, &layers, 0.25f);
}

static void gather_far(const struct kern *k, const struct probe *p)
{
    const float *rows[6][3], *const *row[6];

    for (int i = 0; i < 6; i++)
        row[i] = row_of(p, i, rows[i]);
    k->lens->gather_far(
        (float *const[4]){p->out[0], p->out[1], p->out[2], p->out[3]}, row,
        p->in[6], p->in[7], p->n, gather_of(p));
}

static void gather_near(const struct kern *k, const struct probe *p)
{
    const float *rows[5][3], *const *row[5];

    for (int i = 0; i < 5; i++)
        row[i] = row_of(p, i, rows[i]);
    k->lens->gather_near(
        (float *const[4]){p->out[0], p->out[1], p->out[2], p->out[3]}, row,
        p->n, gather_of(p));
}

/* Four inputs, from another one on each time. */
#define FOUR(i)                                                                \
    ((const float *const[4]){p->in[3 + (i) % 4], p->in[3 + ((i) + 1) % 4],     \
                             p->in[3 + ((i) + 2) % 4],                         \
                             p->in[3 + ((i) + 3) % 4]})

CHECK(lens, radius, p->out[0], p->in[0], p->n, &metric)
CHECK(lens, join, p->out[0], p->in[0], p->n, p->step)
CHECK(lens, over, p->out[0], p->in[0], p->in[1], p->n, 0.5f)
CHECK(lens, compose, OUT3, IN3, FOUR(0), FOUR(1), FOUR(2), FOUR(3), p->in[7],
      p->n, &layers)

#define ROWS                                                                   \
    {                                                                          \
        F32, .extra = 2                                                        \
    }

static const struct check checks[] = {
    {ROW(lens, radius), .in = {{F32}}, .out = {{F32}}},
    {ROW(lens, split), .in = {{F32}, {F32}, {F32}, {F32}},
     .out = {{F32}, {F32}, {F32}, {F32}, {F32}, {F32}, {F32}}, .apart = true},
    {ROW(lens, join), .in = {{F32, .per = STEP}}, .out = {{F32}},
     .apart = true},
    {ROW(lens, over), .in = {{F32}, {F32}}, .out = {{F32}}},
    {ROW(lens, gather_far),
     .in = {ROWS, ROWS, ROWS, ROWS, ROWS, ROWS, {F32}, {F32}},
     .out = {{F32}, {F32}, {F32}, {F32}}, .apart = true},
    {ROW(lens, gather_near), .in = {ROWS, ROWS, ROWS, ROWS, ROWS},
     .out = {{F32}, {F32}, {F32}, {F32}}, .apart = true},
    {ROW(lens, compose),
     .in = {{F32}, {F32}, {F32}, {F32}, {F32}, {F32}, {F32}, {F32}},
     .out = {{F32}, {F32}, {F32}}},
};
CHECKS(lens)
