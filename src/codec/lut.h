#ifndef CODEC_LUT_H
#define CODEC_LUT_H

/*
 * Colour look-up tables from files. A LUT is a curve per channel, a cube, or
 * curves in front of a cube (a shaper); kern/lut.h looks colours up in it.
 *
 * .cube files are those of Adobe (Cube LUT Specification 1.0) and of DaVinci
 * Resolve: TITLE, LUT_1D_SIZE 2 … 65536, LUT_3D_SIZE 2 … 256, DOMAIN_MIN and
 * DOMAIN_MAX, LUT_1D_INPUT_RANGE and LUT_3D_INPUT_RANGE, comments, any line
 * ends. A Hald CLUT is a picture of n^3 by n^3 pixels, n = 2 … 16, that holds
 * a cube of n^2 nodes a side.
 */

#include <stddef.h>

#include "base/err.h"

struct lut {
    int points;           /* of the curves; 0: none       */
    float *curve;         /* points of red, green, blue   */
    float lo[3], hi[3];   /* what the curves reach over   */
    int size;             /* nodes a side; 0: no cube     */
    float *node;          /* size^3 of four, red fastest  */
    float from[3], to[3]; /* what the cube reaches over   */
};

/* By content: a .cube file, or a picture that is a Hald CLUT. */
int lut_load(const char *path, struct lut **out, struct err *e);

/* Text of a .cube file. Errors name the line. */
int cube_parse(const void *text, size_t len, struct lut **out, struct err *e);

int hald_load(const char *path, struct lut **out, struct err *e);

/* Room for curves of `points` and a cube of `size`, over 0 … 1. */
int lut_new(int points, int size, struct lut **out, struct err *e);
void lut_free(struct lut *lut);

#endif
