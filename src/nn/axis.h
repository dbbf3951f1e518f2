#ifndef NN_AXIS_H
#define NN_AXIS_H

/*
 * One axis of a picture that is resized: for each place of the result the four
 * neighbours it is made of, with indices inside the picture, and their
 * weights, which sum to 1. Results are sums of at most four rows, of four
 * columns each.
 */

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

#define AXIS_TAPS 4

struct axis {
    int in, out;
    int (*at)[AXIS_TAPS]; /* ascending, clamped to 0 … in - 1 */
    float (*weight)[AXIS_TAPS];
};

/*
 * Cubic with a = -0.75, pixel centres at halves: place i of the result is at
 * (i + 0.5) * ratio - 0.5. With `coarse`, place and fraction are rounded to
 * float as OpenCV rounds them.
 */
int axis_cubic(int in, int out, double ratio, bool coarse, struct axis *a,
               struct err *e);

/* Bilinear, the first and the last pixel stay where they are. */
int axis_corners(int in, int out, struct axis *a, struct err *e);

void axis_release(struct axis *a);

/* dst[i] = weighted sum of n values of four rows, as the axis has it at y. */
void axis_blend(const struct axis *a, int y, const float *const rows[AXIS_TAPS],
                float *dst, size_t n);

/* dst[x] for all x of the axis, from one row of a->in values. */
void axis_row(const struct axis *a, const float *src, float *dst);

#endif
