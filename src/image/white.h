#ifndef IMAGE_WHITE_H
#define IMAGE_WHITE_H

/*
 * The colour of light of a temperature: the CIE daylight locus from 4000 K
 * up, the Planckian locus up to 3000 K, and a smooth passage between.
 */

/*
 * Chromaticity x y at 1000 … 25000 K. `duv` moves it across the locus, in the
 * CIE 1960 diagram: above 0 towards green, below towards magenta.
 */
void white_xy(double kelvin, double duv, double xy[2]);

#endif
