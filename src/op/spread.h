#ifndef OP_SPREAD_H
#define OP_SPREAD_H

/*
 * Points spread over an aperture, each with a radius by its depth. What is
 * behind the focus is gathered without what is in front of it, so nothing in
 * focus bleeds; what is in front of the focus is gathered apart and laid over
 * it, with what is behind filled in.
 *
 * Small radii are gathered at full size, large ones at a half to an eighth of
 * it, where few points lie to each side: the cost is bounded.
 */

#include "op/aperture.h"

struct spread_size {
    float most; /* the largest radius, in pixels     */
    int step;   /* full pixels per coarse one        */
    int reach;  /* coarse pixels to each side at most */
};

/* wide: of blades or a picture's shape, which reach farther than a disc. */
struct spread_size spread_size(float most, bool wide);

/* Rows above and below. */
int spread_halo(const struct spread_size *size);

struct spread {
    struct spread_size size;
    struct kern_focus focus;
    struct kern_layers layers;
    struct aperture *far, *near, *fine; /* coarse, coarse, full size */
};

/* From size, focus and the rest of layers: the apertures, and where layers
   meet. */
int spread_make(struct spread *s, const struct outline *o, struct err *e);
void spread_release(struct spread *s);

size_t spread_scratch(const struct spread_size *size,
                      const struct op_site *site, int rows);
void spread_rows(const struct spread *s, const struct op_job *job);

#endif
