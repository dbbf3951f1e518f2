#ifndef RUN_FOCUS_H
#define RUN_FOCUS_H

/*
 * Where the user points at to say what is sharp: "X,Y", pixels of the input as
 * it is shown, upright, from 0 on and with fractions if need be, or shares of
 * it, as in "50%,40%".
 */

#include "image/depth.h"
#include "look/look.h"

/* Whether it can be understood, and some step of the look has a focus. */
int focus_check(const char *text, const struct look *look, struct err *e);

/*
 * The place as shares of a picture that is w by h as stored, with that EXIF
 * orientation. A pixel that is not there is ERR_ARG.
 */
int focus_share(const char *text, int w, int h, int orientation, double *x,
                double *y, struct err *e);

/* What was found there: "4.2 m", "0.31 of 0 … 1", "sky". */
void focus_text(const struct depth_info *info, float depth,
                char text[static 40]);

#endif
