#ifndef OP_APERTURE_H
#define OP_APERTURE_H

/*
 * The shape through which a lens sees, as places to gather from. A shape of
 * radius r has the area of a disc of radius r, whatever its blades.
 */

#include "kern/lens.h"
#include "op/op.h"

#define APERTURE_FINE 8 /* entries of the table of shares for each pixel */

struct aperture {
    int reach;                 /* pixels to each side */
    struct kern_gather gather; /* all places */
    int16_t *dx, *dy;
    float *near;
    int shares;   /* entries */
    float *share; /* 1 / light that a point of radius i / APERTURE_FINE gives */
};

/* blades: 0 is a disc, else at least 5. turned: as seen from the other side. */
int aperture_new(double radius, int blades, double degrees, bool turned,
                 struct aperture **out, struct err *e);
void aperture_free(struct aperture *a);

/* The places from which a point of that radius reaches. */
struct kern_gather aperture_within(const struct aperture *a, float radius);

#endif
