#ifndef OP_ASPECT_H
#define OP_ASPECT_H

#include "base/err.h"

/* "16:9" or "1.85" as width over height, 1/1000 … 1000; 0 for an empty text. */
int aspect_read(const char *text, double *aspect, struct err *e);

#endif
