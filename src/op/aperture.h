#ifndef OP_APERTURE_H
#define OP_APERTURE_H

/*
 * The shape through which a lens sees, as places to gather from. A shape of
 * radius r has the area of a disc of radius r, whatever its blades; of pictures
 * see op/shape.h. Light that a place of a picture's shape gives is followed as
 * the radius grows, to a thirty-second, in ramps of one pixel of it: most
 * places have one or two.
 */

#include "kern/lens.h"
#include "op/op.h"
#include "op/shape.h"

struct outline {
    int blades; /* 0 is a disc, else at least 5 */
    double degrees;
    const struct shape *shape; /* instead of blades; lent for the call */
};

#define APERTURE_FINE 8 /* entries of the table of shares for each pixel */

struct aperture {
    int reach;                 /* pixels to each side */
    struct kern_gather gather; /* all places */
    int16_t *dx, *dy;
    float *near, *weight; /* weight: NULL but for a shape */
    int shares;           /* entries */
    float *share; /* 1 / light that a point of radius i / APERTURE_FINE gives */
};

/* turned: as seen from the other side. */
int aperture_new(double radius, const struct outline *o, bool turned,
                 struct aperture **out, struct err *e);
void aperture_free(struct aperture *a);

/* The places from which a point of that radius reaches. */
struct kern_gather aperture_within(const struct aperture *a, float radius);

#endif
