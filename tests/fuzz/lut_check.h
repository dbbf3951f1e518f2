#ifndef FUZZ_LUT_CHECK_H
#define FUZZ_LUT_CHECK_H

/* What a reader of tables promises of what it takes. */

#include "codec/lut.h"

/*
 * Sizes within the range, finite values, domains that go up; and colours of all
 * kinds go through it.
 */
void lut_check(const struct lut *lut);

#endif
