#ifndef TESTS_KERN_CHECK_H
#define TESTS_KERN_CHECK_H

/*
 * kern-check: every kernel gives the same bits at every CPU level, stays
 * inside its rows and works in place.
 *
 * A family has one file, check_<family>.c. A kernel needs two lines there: the
 * call, and the shape of its rows.
 *
 *     CHECK(point, mix, p->out[0], p->in[0], p->in[1], p->n, 0.3f)
 *
 *     static const struct check checks[] = {
 *         {ROW(point, mix), .in = {{F32}, {F32}}, .out = {{F32}}},
 *     };
 *     CHECKS(point)
 *
 * The harness makes the call for every length 0 … 67 with data of all kinds,
 * in rows that end (and others that begin) at a protected page. Outputs are
 * filled beforehand, so kernels that add to them need nothing special. Where
 * the first output and the first input have the same shape, the call is also
 * made in place (all outputs on the inputs of the same number), unless the
 * check says `apart`.
 *
 * `kern-check` runs all, `kern-check --bench [name]` prints ns per element.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kern/kern.h"

#define LANES 8

enum lane_type { NONE, U8, U16, U32, F16, F32, F64 };

/*
 * A row of n * per + extra values; per 0 counts as 1, STEP as the step that is
 * being tried (p->step: 1 … 5).
 */
#define STEP (-1)
struct lane {
    enum lane_type type;
    int per, extra;
};

struct probe {
    size_t n;
    int step;
    void *in[LANES];
    void *out[LANES];
};

struct check {
    const char *name;
    size_t at; /* of the pointer in its family */
    void (*run)(const struct kern *k, const struct probe *p);
    struct lane in[LANES], out[LANES];
    bool apart; /* the contract forbids dst == src */
};

struct check_family {
    const char *name;
    const struct check *checks;
    size_t count;
};

/* Three rows as kernels take planes. */
#define IN3  ((const float *const[3]){p->in[0], p->in[1], p->in[2]})
#define OUT3 ((float *const[3]){p->out[0], p->out[1], p->out[2]})

/* A function `kernel` that makes the call with these arguments. */
#define CHECK(family, kernel, ...)                                             \
    static void kernel(const struct kern *k, const struct probe *p)            \
    {                                                                          \
        k->family->kernel(__VA_ARGS__);                                        \
    }

#define ROW(family, kernel)                                                    \
    .name = #kernel, .at = offsetof(struct kern_##family, kernel),             \
    .run = (kernel)

/* Last line of a family: a kernel without a check does not compile. */
#define CHECKS(family)                                                         \
    _Static_assert(sizeof(checks) / sizeof(checks[0]) ==                       \
                       sizeof(struct kern_##family) / sizeof(void *),          \
                   "every kernel has one check");                              \
    const struct check_family check_##family = {                               \
        #family, checks, sizeof(checks) / sizeof(checks[0])};

#define X(f) extern const struct check_family check_##f;
KERN_FAMILIES(X)
#undef X

/* Rows between protected pages, large enough for `n` elements. */
struct rows {
    uint8_t *start, *end;
};

void rows_map(struct rows *r, size_t bytes);
void rows_unmap(struct rows *r);

size_t lane_bytes(const struct lane *l, size_t n, int step);
bool check_in_place(const struct check *c);
bool check_has_steps(const struct check *c);

/* Fills n values of a type; kind 0 is what pictures hold: 0 … 1. */
#define KINDS 8
void fill(void *row, enum lane_type type, size_t n, int kind, uint64_t *seed);

void bench(const struct check_family *const *families, size_t count,
           const char *only);

#endif
