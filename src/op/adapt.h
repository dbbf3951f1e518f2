#ifndef OP_ADAPT_H
#define OP_ADAPT_H

/*
 * The matrix, for linear light in the working space, that shows a picture as if
 * lit by light of another temperature: white goes from the colour of
 * ADAPT_NEUTRAL kelvin to that of the light (image/white.h) by CAT16. Greys
 * keep their luminance.
 */

#define ADAPT_NEUTRAL 6500

void adapt_light(double kelvin, double duv, float out[9]);

#endif
