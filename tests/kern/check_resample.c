#include "check.h"
#include "kern/resample.h"

static const float weight[8] = {0.4f,  -0.1f, 0.3f,  0.25f,
                                0.05f, 0.7f,  -0.6f, 0.1f};
static const int start[] = {
    0,  1,  2,  3,  5,  6,  7,  8,  9,  10, 11, 12, 13, 15, 16, 17, 18,
    19, 20, 21, 22, 23, 25, 26, 27, 28, 29, 30, 31, 32, 33, 35, 36, 37,
};

#define IN7                                                                    \
    ((const float *const[7]){p->in[0], p->in[1], p->in[2], p->in[3], p->in[4], \
                             p->in[5], p->in[6]})
#define IN8                                                                    \
    ((const float *const[8]){p->in[0], p->in[1], p->in[2], p->in[3], p->in[4], \
                             p->in[5], p->in[6], p->in[7]})
#define OUT8                                                                   \
    ((float *const[8]){p->out[0], p->out[1], p->out[2], p->out[3], p->out[4],  \
                       p->out[5], p->out[6], p->out[7]})

CHECK(resample, blend, p->out[0], IN7, weight, 7, p->n)
CHECK(resample, blend_add, p->out[0], IN7, weight, 7, p->n)
CHECK(resample, blur, p->out[0], p->in[0], weight, 3, p->n)
CHECK(resample, blur_rows, p->out[0], IN7, weight, 3, p->n)
CHECK(resample, weave8, p->out[0], IN8, p->n)
CHECK(resample, unweave8, OUT8, p->in[0], p->n)
CHECK(resample, stretch, p->out[0], p->in[0], (int)p->n + 1, p->n, -0.7f, 0.71f)
CHECK(resample, twice, p->out[0], p->in[0], p->n)
CHECK(resample, halve, p->out[0], p->in[0], p->in[1], p->n)
CHECK(resample, unweigh, p->out[0], p->in[0], p->n)
CHECK(resample, coverage, p->out[0], p->n)
CHECK(resample, reverse, p->out[0], p->in[0], p->n)

/* As many columns as there are starts, two taps each. */
static void taps8(const struct kern *k, const struct probe *p)
{
    const size_t most = sizeof(start) / sizeof(start[0]);

    k->resample->taps8(p->out[0], p->in[0], start, p->in[1], 2,
                       p->n < most ? p->n : most);
}

/* Eleven rows of n. */
static void transpose(const struct kern *k, const struct probe *p)
{
    k->resample->transpose(p->out[0], 11, p->in[0], p->n, p->n, 11);
}

#define SEVEN .in = {{F32}, {F32}, {F32}, {F32}, {F32}, {F32}, {F32}}
#define ONE   .out = {{F32}}, .apart = true

static const struct check checks[] = {
    {ROW(resample, blend), SEVEN, ONE},
    {ROW(resample, blend_add), SEVEN, ONE},
    {ROW(resample, blur), .in = {{F32, .extra = 6}}, ONE},
    {ROW(resample, blur_rows), SEVEN, ONE},
    {ROW(resample, weave8),
     .in = {{F32}, {F32}, {F32}, {F32}, {F32}, {F32}, {F32}, {F32}},
     .out = {{F32, .per = 8}}},
    {ROW(resample, unweave8), .in = {{F32, .per = 8}},
     .out = {{F32}, {F32}, {F32}, {F32}, {F32}, {F32}, {F32}, {F32}}},
    {ROW(resample, taps8),
     .in = {{F32, .per = 8, .extra = 40}, {F32, .per = 2}},
     .out = {{F32, .per = 8}}},
    {ROW(resample, stretch), .in = {{F32, .extra = 9}}, ONE},
    {ROW(resample, twice), .in = {{F32, .extra = 1}}, .out = {{F32, .per = 2}}},
    {ROW(resample, halve), .in = {{F32, .per = 2}, {F32, .per = 2}}, ONE},
    {ROW(resample, unweigh), .in = {{F32}}, ONE},
    {ROW(resample, coverage), .out = {{F32}}},
    {ROW(resample, reverse), .in = {{F32}}, ONE},
    {ROW(resample, transpose), .in = {{F32, .per = 11}},
     .out = {{F32, .per = 11}}, .apart = true},
};
CHECKS(resample)
