#ifndef RUN_LUT_PLOT_H
#define RUN_LUT_PLOT_H

/*
 * A LUT as a picture for people: what it makes of greys, of each channel alone,
 * and of a lattice of colours, whose results are dots of their own colour where
 * they lie in the cube of all.
 */

#include "codec/lut.h"
#include "run/lut_facts.h"

/* To a PNG; `name` stands above it. */
int lut_plot(const char *path, const struct lut *lut,
             const struct lut_facts *facts, const char *name, struct err *e);

#endif
