#ifndef RUN_LUT_DIFF_H
#define RUN_LUT_DIFF_H

/* How far two ways of changing colours are apart. */

#include "codec/lut.h"

struct lut_gap {
    double code_mean, code_max; /* of channels' values                    */
    double look_mean, look_max; /* CIEDE2000, on the display of image/lab.h */
    double worst[3];            /* the input where code_max is            */
    double looks_worst[3];      /* and where look_max is                  */
    long long count;            /* colours that were compared             */
};

/* Adds n colours: what went in, and the two results. Starts cleared. */
void lut_gap_add(struct lut_gap *g, const float *const in[3],
                 const float *const a[3], const float *const b[3], size_t n);

/* After the last: sums become means. */
void lut_gap_end(struct lut_gap *g);

/* Points of its curves, or many enough for curves of other kinds; 0: none. */
int lut_points(const struct lut *lut);

/*
 * Over a lattice of `side` nodes an axis, over what both domains cover
 * together; 0: the nodes of the larger one and a colour between them, or with
 * more than 65 a side random ones; the same along curves, and where no channel
 * looks at another, along these alone.
 */
int lut_diff(const struct lut *a, const struct lut *b, int side,
             struct lut_gap *gap, struct err *e);

/* As many random colours of the domain lo … hi, in three rows. */
void lut_random_colors(const float lo[3], const float hi[3],
                       float *const row[3], size_t n);

#endif
