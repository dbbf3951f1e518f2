#ifndef OP_GRID_H
#define OP_GRID_H

/*
 * A bilateral filter by a grid in place and value (J. Chen, S. Paris and
 * F. Durand, 2007): each point becomes the average of those near it that have
 * about its value. Beyond three cells of value the weight is exactly 0, so an
 * edge that high is not blurred at all.
 */

#include "op/field.h"

/*
 * Plane 1 becomes the smooth version of plane 0, whose points count as plane 2
 * says. sigma: of the neighbourhood in points; cell: width of a cell of value.
 */
int grid_smooth(const struct field *f, const struct kern *k, double sigma,
                double cell, struct err *e);

#endif
