#ifndef CODEC_LUT_HUE_H
#define CODEC_LUT_HUE_H

/*
 * Colour changed by saturation and by bands of hue, in coordinates of the cube
 * of code values itself: brightness and the way from grey for what loses
 * colour; value, saturation and hue (HSV: the largest channel, what the
 * smallest lacks of it, and where the middle one stands) for what gains it,
 * turns or gets lighter. So more colour darkens the weaker channels, as more
 * dye does.
 *
 * Each change moves one coordinate, rising in it, while the other two stay:
 * none folds colours over each other and none leaves the cube. Greys stay, and
 * bands let go of what comes near them.
 */

#include "codec/lut_recipe.h"

/* Code values, 0 … 1. */
void hue_change(const struct lut_recipe *r, double rgb[3]);

/*
 * The direction of a hue (degrees on the wheel of HSV) that keeps luma; its
 * largest part is 1 or -1.
 */
void hue_direction(double degrees, double rgb[3]);

#endif
