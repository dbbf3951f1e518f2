#ifndef OP_GRID_H
#define OP_GRID_H

/*
 * A bilateral filter by a grid in place and value (J. Chen, S. Paris and
 * F. Durand, 2007): each point becomes the average of those near it that have
 * about its value. Beyond three cells of value the weight is exactly 0, so an
 * edge that high is not blurred at all.
 */

#include "op/field.h"

/* One of several smooth versions of the same plane. */
struct grid_scale {
    double sigma; /* of the neighbourhood, in points */
    int to;       /* plane that it goes to           */
};

/*
 * Plane 0 made smooth, where its points count as plane 1 says. cell: width of
 * a cell of value. At most GRID_SCALES scales, side by side on the pool.
 */
#define GRID_SCALES 3
int grid_smooth(const struct field *f, const struct op_prep *prep,
                const struct grid_scale *scale, int scales, double cell,
                struct err *e);

#endif
