/* What the tests of src/nn share: levels, threads, numbers. */

#include "test.h"

#include "base/mem.h"
#include "base/pool.h"
#include "nn/nn.h"

/* Numbers in -1 … 1, the same for the same seed. */
static inline float *noise(size_t n, uint32_t seed)
{
    float *p = mem_array(n ? n : 1, sizeof(*p));

    assert_non_null(p);
    for (size_t i = 0; i < n; i++) {
        seed = seed * 1664525u + 1013904223u;
        p[i] = (float)(int32_t)(seed >> 8) * 0x1p-23f - 1.0f;
    }
    return p;
}

typedef void run_fn(const struct nn *nn, void *arg);

/* Runs at a level with so many threads and exactly `scratch` bytes. */
static inline void run_at(enum isa isa, int threads, size_t scratch, run_fn *fn,
                          void *arg)
{
    struct nn nn = {.kern = nn_kern_for(isa), .scratch_size = scratch};
    struct err e = {0};

    nn.scratch = mem_alloc(scratch ? scratch : 1);
    assert_non_null(nn.scratch);
    memset(nn.scratch, 0xff, scratch); /* NaN */
    assert_int_equal(pool_new(threads, &nn.pool, &e), 0);
    fn(&nn, arg);
    pool_free(nn.pool);
    mem_free(nn.scratch);
}

/* The largest |a - b| / (|b| + 1); a NaN is large. */
static inline double error_of(const float *a, const double *b, size_t n)
{
    double worst = 0;

    for (size_t i = 0; i < n; i++) {
        const double d = fabs((double)a[i] - b[i]) / (fabs(b[i]) + 1);

        worst = d <= worst ? worst : isnan(d) ? 1e30 : d;
    }
    return worst;
}
