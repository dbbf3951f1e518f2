#ifndef OP_SPLINE_H
#define OP_SPLINE_H

/*
 * A smooth curve through points that never overshoots them: the monotone
 * cubic of Fritsch and Carlson (1980). Beyond the ends it goes on straight.
 */

#include <stdbool.h>

#include "base/err.h"

#define SPLINE_POINTS 32

struct spline {
    int count;
    double x[SPLINE_POINTS], y[SPLINE_POINTS];
    double slope[SPLINE_POINTS]; /* at the points */
};

/*
 * Reads "x,y x,y …": 2 … 32 points, x ascending by at least 0.001, all within
 * -4 … 4. Empty text is the straight line from 0,0 to 1,1.
 */
int spline_parse(const char *text, struct spline *out, struct err *e);

double spline_at(const struct spline *s, double x);

/* Every point has y = x, so the curve changes nothing. */
bool spline_is_straight(const struct spline *s);

/* Fills `points` values, evenly spaced from the first point to the last. */
void spline_table(const struct spline *s, float *value, int points);

#endif
