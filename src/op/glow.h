#ifndef OP_GLOW_H
#define OP_GLOW_H

/* The light that highlights scatter over the picture, for bloom, halation. */

#include "kern/local.h"
#include "op/field.h"

/* Blurs of this sigma, a share of the long edge, ascending; weights sum to 1.
 */
struct glow_scale {
    double share;
    float weight;
};

/*
 * Highlights of the proxy (in linear light), blurred by all scales, added up.
 * planes: 3 for the colours, 1 for their luminance.
 */
int glow_make(const struct op_prep *prep, const struct kern_knee *knee,
              const struct glow_scale *scale, int scales, int planes,
              struct field **out, struct err *e);

#endif
