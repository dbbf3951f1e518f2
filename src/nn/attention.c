/*
 * A task is a block of queries of one head. Keys pass by in blocks; scores are
 * kept transposed, a vector holds queries, so the maximum and the sum of the
 * softmax are those of lanes, and keys and values are read where they are.
 */

#include "nn/attention.h"

#include <assert.h>
#include <string.h>

#include "base/pool.h"
#include "nn/kernel.h"

#define HEAD ATTENTION_HEAD

struct slot {
    float queries[QUERIES * HEAD]; /* [panel][64][16] */
    float scores[KEYS * QUERIES];
    float acc[QUERIES * HEAD];
    float max[QUERIES], sum[QUERIES], old[QUERIES];
};

struct job {
    const struct nn *nn;
    const struct attention *a;
    int blocks;
};

size_t attention_scratch(const struct attention *a, int slots)
{
    (void)a;
    return sizeof(struct slot) * (size_t)slots;
}

static void load_queries(struct slot *s, const struct attention *a,
                         const float *q, int n)
{
    memset(s->queries, 0, sizeof(s->queries));
    for (int i = 0; i < n; i++) {
        float *to = s->queries + i / PANEL * PANEL * HEAD + i % PANEL;

        for (int d = 0; d < HEAD; d++)
            to[d * PANEL] = q[(size_t)i * a->row_step + (size_t)d];
    }
    memset(s->acc, 0, sizeof(s->acc));
    memset(s->sum, 0, sizeof(s->sum));
    for (int i = 0; i < QUERIES; i++)
        s->max[i] = -1e30f;
}

static void store_queries(const struct slot *s, const struct attention *a,
                          float *out, int n)
{
    for (int i = 0; i < n; i++) {
        const float f = 1.0f / s->sum[i];

        for (int d = 0; d < HEAD; d++)
            out[(size_t)i * a->out_stride + (size_t)d] = s->acc[i * HEAD + d] *
                                                         f;
    }
}

static int task(void *arg, int index, int slot, struct err *e)
{
    const struct job *j = arg;
    const struct attention *a = j->a;
    const struct nn_kern *k = j->nn->kern;
    struct slot *s = (struct slot *)j->nn->scratch + slot;
    const int head = index / j->blocks, first = index % j->blocks * QUERIES;
    const int m = a->tokens - first < QUERIES ? a->tokens - first : QUERIES;
    const int panels = (m + PANEL - 1) / PANEL;
    const size_t at = (size_t)head * a->head_step;

    (void)e;
    load_queries(s, a, a->q + at + (size_t)first * a->row_step, m);
    for (int i = 0; i < a->tokens; i += KEYS) {
        const int n = a->tokens - i < KEYS ? a->tokens - i : KEYS;
        const size_t from = at + (size_t)i * a->row_step;

        k->scores(s->scores, a->k + from, a->row_step, n, s->queries, panels);
        k->weigh(s->scores, n, panels, a->scale, s->max, s->sum, s->old);
        k->gather(s->acc, m, s->old, s->scores, panels, a->v + from,
                  a->row_step, n);
    }
    store_queries(
        s, a, a->out + (size_t)first * a->out_stride + (size_t)head * HEAD, m);
    return 0;
}

int attention_run(const struct nn *nn, const struct attention *a, struct err *e)
{
    struct job j = {.nn = nn, .a = a};

    assert(attention_scratch(a, pool_slots(nn->pool)) <= nn->scratch_size);
    j.blocks = (a->tokens + QUERIES - 1) / QUERIES;
    return pool_run(nn->pool, j.blocks * a->heads, task, &j, e);
}
