#ifndef PROP_CASES_H
#define PROP_CASES_H

/* Values and pictures for the laws: the same ones in every run. */

#include <stdint.h>

#include "image/image.h"
#include "op/op.h"

#define W      67
#define H      70
#define PLANES 5
#define ROOM   4096 /* bytes of values */

/* Random numbers from the start. */
void cases_start(void);
uint32_t cases_draw(void);
double cases_unit(void); /* 0 … 1 */

/* A text that means something to this parameter, or NULL. */
const char *cases_text(const struct op *op, const struct param *p);

int cases_params(const struct op *op);

/* While true, numbers keep to what means something to so small a picture. */
extern bool cases_near;

/* Sets a parameter to the t-th part of its range, 0 … 1. */
void cases_put(const struct op *op, const struct param *p, void *values,
               double t);

/*
 * Set `i` of values: defaults, all at one end, one at an end, at random with
 * every other parameter. Returns what it is, or NULL after the last one.
 */
const char *cases_values(const struct op *op, int i, void *values);

/*
 * Whether the operation takes these values; if not, it must say why. Results
 * that are no small picture are left out.
 */
bool cases_accept(const struct op *op, const void *values);

/* What pictures hold: soft shapes, edges, noise, some beyond 0 … 1. */
void paint(struct image *im);

/* Everything that may come: -10 … 1e4, zeros, greys. */
void paint_wild(struct image *im);

/* A picture of W x H that `fill` has painted; alpha and depth. */
struct image *picture(void (*fill)(struct image *));

#endif
