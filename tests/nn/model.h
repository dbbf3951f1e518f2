#ifndef TESTS_NN_MODEL_H
#define TESTS_NN_MODEL_H

/* A small model in a scratch folder, and what it makes of an input. */

#include <fcntl.h>
#include <math.h>
#include <string.h>

#include "../unit/scratch.h"
#include "base/mem.h"
#include "formula.h"
#include "nn/dav2.h"

#define MODEL "m.safetensors"
#define W     42
#define H     28
#define N     (W * H)

static const struct dav2_options plain = {0};

static inline int enter_with_model(void **state)
{
    if (enter(state))
        return -1;
    formula_write(&formula_tiny, MODEL, false, SAFETENSORS_F32);
    return 0;
}

static inline struct dav2 *must_open(const char *path,
                                     const struct dav2_options *o)
{
    struct dav2 *m = NULL;
    struct err e = {0};

    if (dav2_open(path, o, &m, &e) < 0)
        fail_msg("%s", e.text);
    return m;
}

static inline struct pool *must_pool(int threads)
{
    struct pool *pool = NULL;
    struct err e = {0};

    assert_int_equal(pool_new(threads, &pool, &e), 0);
    return pool;
}

static inline void run_sized(struct dav2 *m, int threads, int h, int w,
                             float *out)
{
    struct pool *pool = must_pool(threads);
    const struct dav2_job job = {.pool = pool};
    float *chw = mem_array((size_t)h * (size_t)w, 3 * sizeof(*chw));
    struct err e = {0};

    formula_stream(7, chw, 3 * (size_t)h * (size_t)w);
    if (dav2_run(m, &job, chw, h, w, out, &e) < 0)
        fail_msg("%s", e.text);
    mem_free(chw);
    pool_free(pool);
}

static inline void run_file(const char *path, const struct dav2_options *o,
                            float *out)
{
    struct dav2 *m = must_open(path, o);

    run_sized(m, 2, H, W, out);
    dav2_close(m);
}

static inline float farthest(const float *a, const float *b, size_t n)
{
    float worst = 0;

    for (size_t i = 0; i < n; i++)
        if (!(fabsf(a[i] - b[i]) <= worst))
            worst = fabsf(a[i] - b[i]);
    return worst;
}

#endif
