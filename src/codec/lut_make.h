#ifndef CODEC_LUT_MAKE_H
#define CODEC_LUT_MAKE_H

/*
 * Makes look-up tables from a few values (lut_recipe.h). Code values of a
 * display go in and come out, the picture as a BT.1886 display shows it: light
 * is the code value to the power 2.4, in BT.709's primaries. In this order:
 *
 *  1. on light, per channel: exposure, and the colour of the light. With
 *     white: keep a gain that holds 0 and 1, x g / (1 + x (g - 1)); with
 *     white: tint a plain one for the colour, 1 for the largest channel.
 *  2. on code values: saturation and bands of hue (lut_hue.h)
 *  3. on light: film (lut_film.h)
 *  4. on code values, per channel: contrast, shadows and highlights, gamma,
 *     gain, lift, split toning, matte.
 *
 * Every stage takes the cube into the cube and rises in what it changes, so
 * nothing is clipped, nothing turns back and no two colours become one, save
 * where a saturation of -1 asks for it.
 */

#include "codec/lut.h"
#include "codec/lut_film.h"
#include "codec/lut_hue.h"
#include "codec/lut_recipe.h"

#define LUT_MAKE_SIZE 33 /* nodes a side, when nothing else is asked for */
#define LUT_MAKE_MAX  129

/* A recipe made ready: for one colour after the other. */
struct lut_maker {
    struct lut_recipe r;
    double gain[3]; /* of stage 1 */
    struct film film;
    double shade[3], shine[3]; /* split toning, per channel */
};

void lut_maker_init(struct lut_maker *m, const struct lut_recipe *r);

/* Code values 0 … 1. */
void lut_maker_color(const struct lut_maker *m, const double in[3],
                     double out[3]);

/* A cube of `size` nodes a side, 2 … LUT_MAKE_MAX. */
int lut_make(const struct lut_recipe *r, int size, struct lut **out,
             struct err *e);

#endif
