#ifndef LOOK_SHIPPED_H
#define LOOK_SHIPPED_H

/* The looks of looks/, put into the program by the build. */

#include "base/shipped.h"

/* Ascending by name, ends with a NULL name. */
extern const struct shipped shipped[];

#endif
