#ifndef KERN_CLF_H
#define KERN_CLF_H

/*
 * What files of tables say besides tables, one channel at a time: the nodes of
 * the Common LUT Format (Academy S-2014-006, SMPTE ST 2136-1) and the curves
 * of cineSpace.
 */

#include <stdbool.h>
#include <stddef.h>

/* x mul + add, kept in lo … hi; NaN gives lo. */
struct kern_clf_range {
    float mul, add, lo, hi;
};

/*
 * x > brk ? gain (x scale + offset)^power + add : x slope, where a base below
 * 0 counts as 0; 0.01 <= power <= 100. `mirror`: of |x|, with the sign of x.
 */
struct kern_clf_power {
    float scale, offset, power, gain, add;
    float brk, slope;
    bool mirror;
};

/*
 * x > brk ? log2(x mul + add) gain + base : x line_mul + line_add; the
 * logarithm's argument is at least 2^-126.
 */
struct kern_clf_log {
    float mul, add, gain, base;
    float brk, line_mul, line_add;
};

/* x > brk ? (2^(x mul + add) + base) gain : x line_mul + line_add */
struct kern_clf_unlog {
    float mul, add, base, gain;
    float brk, line_mul, line_add;
};

/*
 * Between knots x[i] and x[i + 1], which go up, the polynomial
 * c[0] + c[1] z + c[2] z^2 + c[3] z^3 with z from 0 to 1, where c are the four
 * floats of piece i. Inputs outside are moved to the nearest end, NaN to the
 * first. At least 2 knots.
 */
struct kern_clf_knots {
    const float *x, *piece;
    int knots;
};

struct kern_clf {
    void (*range)(float *dst, const float *src, size_t n,
                  const struct kern_clf_range *v);
    void (*power)(float *dst, const float *src, size_t n,
                  const struct kern_clf_power *v);
    void (*to_log)(float *dst, const float *src, size_t n,
                   const struct kern_clf_log *v);
    void (*from_log)(float *dst, const float *src, size_t n,
                     const struct kern_clf_unlog *v);
    void (*knots)(float *dst, const float *src, size_t n,
                  const struct kern_clf_knots *v);

    /*
     * A value for each of the 65536 half floats, linear between two that are
     * neighbours; inputs are moved into -65504 … 65504, NaN to 0. Values of
     * those that are infinite or no number are not looked at.
     */
    void (*half)(float *dst, const float *src, size_t n, const float *value);
};

#endif
