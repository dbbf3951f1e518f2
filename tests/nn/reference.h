#ifndef TESTS_NN_REFERENCE_H
#define TESTS_NN_REFERENCE_H

/*
 * A set of reference results: index.json and the arrays it names, as floats or
 * (*.txt) as text. For one program that checks one set: what is wrong with the
 * set itself ends it.
 */

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

struct reference {
    const char *folder, *only;
    json_t *index;
    int failed, done;
    double worst; /* largest share of a limit */
};

extern struct reference set;

_Noreturn void die(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void must(int rc, const struct err *e);
void *room(size_t n, size_t size); /* freed by mem_free() */

/* Members of the index: a missing number dies, a missing text is "". */
double number(const json_t *o, const char *key);
const char *text(const json_t *o, const char *key);
double limit_of(const char *key);

/* An array by name; mem_free(v). */
struct array {
    float *v;
    int dims, side[3];
    size_t count;
};

struct array load(const char *name);

/* Prints and counts one check; a limit of 0 judges nothing. */
void report(const char *what, double worst, double limit);

double gap(float a, float b); /* |a - b|; NaN is much */
double larger(double a, double b);

#endif
