#ifndef UNIT_PIXELS_H
#define UNIT_PIXELS_H

/* One operation on a few pixels, with values given as text. */

#include "test.h"

#include "base/mem.h"
#include "op/op.h"

#define PIXELS_MAX 4096

struct pixels {
    int n;
    float c[3][PIXELS_MAX];
};

/* `settings` is "key=value;key=value". */
static inline void run_op(const char *name, const char *settings,
                          struct pixels *p)
{
    static char values[4096];
    static float planes[3 * (PIXELS_MAX + 4096)];
    const struct op *op = op_find(name);
    const struct op_site site = {
        .w = p->n, .h = 1, .full_w = p->n, .full_h = 1, .sx = 1, .sy = 1};
    const struct op_prep prep = {.from = &site,
                                 .full = &site,
                                 .small = &site,
                                 .k = kern_best(),
                                 .folder = "."};
    struct arena scratch = {0};
    struct op_job job = {.k = kern_best(),
                         .src = view_over(planes, p->n, 1, 3, 0, 1),
                         .y1 = 1,
                         .site = &site,
                         .from = &site,
                         .scratch = &scratch};
    void *state = NULL;
    struct err e = {0};

    assert_non_null(op);
    param_defaults(op->params, values, op->size);
    while (*settings) {
        char key[64], text[400];
        int used = 0;

        assert_int_equal(
            sscanf(settings, "%63[^=]=%399[^;]%n", key, text, &used), 2);
        if (param_set(op->params, values, key, text, &e) < 0)
            fail_msg("%s", e.text);
        settings += used;
        settings += *settings == ';';
    }
    if (op->check && op->check(values, &e) < 0)
        fail_msg("%s", e.text);
    if (op->prepare && op->prepare(values, &prep, &state, &e) < 0)
        fail_msg("%s", e.text);
    assert_int_equal(
        arena_init(&scratch, op_scratch(op, values, &site, 1) + 1, &e), 0);
    job.dst = job.src;
    job.state = state;
    for (int i = 0; i < 3; i++)
        memcpy(row_of(&job.src, i, 0), p->c[i], (size_t)p->n * sizeof(float));
    op->rows(&job, values);
    for (int i = 0; i < 3; i++)
        memcpy(p->c[i], row_of(&job.src, i, 0), (size_t)p->n * sizeof(float));
    if (op->release && state)
        op->release(state);
    arena_release(&scratch);
}

/* One pixel in, one out. */
static inline void run_one(const char *name, const char *settings,
                           const double in[3], double out[3])
{
    static struct pixels p;

    p.n = 1;
    for (int i = 0; i < 3; i++)
        p.c[i][0] = (float)in[i];
    run_op(name, settings, &p);
    for (int i = 0; i < 3; i++)
        out[i] = (double)p.c[i][0];
}

static inline void near(const double got[3], const double want[3],
                        double tolerance, const char *what)
{
    for (int i = 0; i < 3; i++)
        if (!(got[i] - want[i] <= tolerance && want[i] - got[i] <= tolerance))
            fail_msg("%s: %.8g %.8g %.8g, not %.8g %.8g %.8g", what, got[0],
                     got[1], got[2], want[0], want[1], want[2]);
}

#endif
