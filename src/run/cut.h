#ifndef RUN_CUT_H
#define RUN_CUT_H

/* Where one shot of a film ends and the next begins, seen in the colours. */

#include <stdbool.h>
#include <stddef.h>

#include "image/image.h"

/* Lightness, 0 … 2, of w by h boxes of a picture in linear light. */
void cut_see(const struct view *v, int w, int h, float *lightness);

/* Whether there is a cut between two pictures of n boxes. */
bool cut_between(const float *before, const float *after, size_t n);

#endif
