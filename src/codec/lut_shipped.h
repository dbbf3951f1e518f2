#ifndef CODEC_LUT_SHIPPED_H
#define CODEC_LUT_SHIPPED_H

/* The tables of luts/, whose values the build puts into the program. */

#include <stdbool.h>

#include "base/shipped.h"
#include "codec/lut.h"
#include "codec/lut_recipe.h"

/* Ascending by name, ends with a NULL name. */
extern const struct shipped shipped_luts[];

/*
 * Whether a text is the name of a table of the program, not of a file: it has
 * neither a slash nor a dot.
 */
bool lut_is_name(const char *text);

/* ERR_ARG with the nearest name when there is none such. */
int lut_shipped_find(const char *name, const struct shipped **out,
                     struct err *e);
int lut_shipped_recipe(const char *name, struct lut_recipe *out, struct err *e);

/* A cube of LUT_MAKE_SIZE nodes a side. */
int lut_shipped_make(const char *name, struct lut **out, struct err *e);

#endif
