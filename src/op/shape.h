#ifndef OP_SHAPE_H
#define OP_SHAPE_H

/*
 * The shape of an aperture from a picture, where light is open and grey lets a
 * part through: values count as they stand in the file, times alpha, and the
 * lightest is all open. What has less than a thirty-second of that is shut, so
 * that traces of compression are no light.
 *
 * A shape has its centre where its light has, wherever that lies in the
 * picture, and the area of a disc of radius 1, unless it would then reach
 * farther than SHAPE_REACH: a ring stays smaller.
 */

#include "base/err.h"

#define SHAPE_REACH    1.15 /* radii; corners of a pentagon are there too */
#define SHAPE_SIDE_MIN 8    /* pixels */
#define SHAPE_SIDE_MAX 1024
#define SHAPE_OPEN_MIN 0.01 /* of the circle that it just fits into */

struct shape {
    int w, h;
    double *sum;  /* light above and left of each corner, (w + 1) * (h + 1) */
    double x, y;  /* the centre, in pixels */
    double scale; /* pixels of a radius    */
};

/* A relative name starts at `folder`. What is refused is refused with the
   file's name and what is allowed. */
int shape_load(const char *file, const char *folder, struct shape **out,
               struct err *e);
void shape_free(struct shape *s);

/* How open a square is, 0 … 1; its centre and side are in radii. */
double shape_light(const struct shape *s, double x, double y, double side);

#endif
