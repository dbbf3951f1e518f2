#ifndef OP_GUIDE_H
#define OP_GUIDE_H

/*
 * Smooth planes that respect the edges of the picture: for each place a line,
 * value = a * stops + b, where stops is log_light() of the pixel
 * (kern/local.h). Made from the proxy, applied to the full picture: an edge is
 * then as sharp as in the picture itself. This is the fast guided filter of
 * K. He and J. Sun (2015), with a Gaussian for its window.
 */

#include "op/field.h"

/*
 * The base: stops themselves, smooth where the picture has texture, by a
 * bilateral filter: edges of a stop and more leave no halo. `share` is the
 * sigma of the neighbourhood as a share of the long edge. Planes 0 and 1 of
 * the result are a and b. The proxy must be in linear light.
 */
int guide_base(const struct op_prep *prep, double share, struct field **out,
               struct err *e);

/* The weighted mean of bases of several sizes; weights add up to 1. */
struct guide_scale {
    double share;
    float weight;
};
#define GUIDE_SCALES 3
int guide_bases(const struct op_prep *prep, const struct guide_scale *scale,
                int scales, struct field **out, struct err *e);

/* Lines that follow a plane of one's own, which lies where the proxy does. */
int guide_plane(const struct op_prep *prep, double share,
                const struct field *plane, struct field **out, struct err *e);

/* Inside rows(): a and b of a field, one row of job->dst after the other. */
struct guide_rows {
    float *a, *b;
};
size_t guide_scratch(const struct op_site *site);
void guide_begin(struct guide_rows *g, const struct op_job *job);
void guide_read(struct guide_rows *g, const struct field *f,
                const struct op_job *job, int y);

#endif
