#ifndef OP_PAINT_H
#define OP_PAINT_H

#include "base/err.h"

/*
 * A colour as users write it, "0.9 0.2 0.1": red, green and blue of sRGB, 0
 * … 1. As linear light in the working space.
 */
int paint_read(const char *text, float light[3], struct err *e);

#endif
