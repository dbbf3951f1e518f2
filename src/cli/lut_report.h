#ifndef CLI_LUT_REPORT_H
#define CLI_LUT_REPORT_H

/* How verbs of "lut" tell what two LUTs differ by. */

#include <jansson.h>

#include "run/lut_diff.h"

/* "0.00123 (0.31 of 255)" */
void lut_code_text(double code, char text[static 48]);

json_t *lut_gap_json(const struct lut_gap *gap);

/* Two lines, without what is the same everywhere. */
void lut_gap_put(FILE *out, const struct lut_gap *gap);

#endif
