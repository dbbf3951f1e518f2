#ifndef PROP_APPLY_H
#define PROP_APPLY_H

/*
 * Runs one operation on a picture in memory, the way the runner does: the
 * proxy made by box averages, prepare() once, rows() for one strip after the
 * other with no more source rows than asked for. No domain is converted: the
 * picture is taken to be in the one the operation works in. An operation on
 * footage gets frames around: the picture with a half that moves, other noise.
 */

#include "image/image.h"
#include "op/op.h"

struct apply_how {
    enum isa isa;
    int strip;      /* rows at a time; 0: all             */
    bool backwards; /* strips from the bottom to the top  */
    const char *folder;
    int frame; /* number of the frame */
};

/*
 * *out is a new picture. Planes behind the colours are those of `in`, unless
 * the operation changes the shape.
 */
int apply(const struct op *op, const void *values, const struct image *in,
          const struct apply_how *how, struct image **out, struct err *e);

#endif
