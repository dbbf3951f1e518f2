#ifndef OP_FILTERS_H
#define OP_FILTERS_H

/*
 * Filters that make n pixels of a line out of others: for each, where its
 * pixels start and what they weigh. All have the same number of taps, none
 * reaches outside, and weights sum to 1, also at the ends.
 */

#include "base/err.h"

enum filter {
    FILTER_LANCZOS3,
    FILTER_MITCHELL,
    FILTER_BILINEAR,
    FILTER_BOX,
};

extern const char *const filter_names[]; /* ends with NULL */

/* The first of the *taps pixels of `from` that pixel i of `to` is made of. */
int filter_start(enum filter filter, int from, int to, int i, int *taps);

struct filter_table {
    int taps;
    int *start;    /* of each pixel               */
    float *weight; /* taps of each pixel in a row */
};

int filter_table_new(enum filter filter, int from, int to,
                     struct filter_table **out, struct err *e);
void filter_table_free(struct filter_table *t);

#endif
