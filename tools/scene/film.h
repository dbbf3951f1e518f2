#ifndef SCENE_FILM_H
#define SCENE_FILM_H

/* From scene light to what a camera would deliver. */

#include "noise.h"

/*
 * A display value of 0 … 1 with the sRGB curve: y = x^1.45 / (x^1.45 + 0.40),
 * scaled so that light of 40 times diffuse white is 1.
 */
float film(float light);

/*
 * Light with the noise of a sensor: `sigma` is its standard deviation at
 * diffuse white; it grows with the root of the light, above a small floor.
 */
float film_noise(float light, float sigma, uint32_t key);

#endif
