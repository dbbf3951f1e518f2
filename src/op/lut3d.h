#ifndef OP_LUT3D_H
#define OP_LUT3D_H

/* The colour spaces of lut3d, for those who make tables that it will use. */

#include <stdbool.h>

#include "op/op.h"
#include "op/transfer.h"

/* Their names, ends with NULL, and with "auto" behind them: the choices of its
   parameter `input`. */
extern const char *const lut3d_spaces[];
extern const char *const lut3d_inputs[];
#define LUT3D_AUTO 11

/* From the working space to the space's own linear light, or `back`. */
void lut3d_matrix(int space, bool back, float out[9]);

enum transfer lut3d_transfer(int space);

extern const struct op op_lut3d;

/* What a step's values name. */
const char *lut3d_file(const void *values);

#endif
