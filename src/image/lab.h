#ifndef IMAGE_LAB_H
#define IMAGE_LAB_H

/*
 * How different two colours look: CIE L*a*b* (CIE 15) of colours as a display
 * shows them, and CIEDE2000 between two.
 *
 * The display is that of ITU-R BT.1886 without light at black: primaries and
 * white (D65) of sRGB and Rec.709, light = value^2.4. Values are moved into
 * 0 … 1 first, for it shows no others.
 */

struct lab {
    double l, a, b;
};

struct lab lab_of_display(const double rgb[3]);

/*
 * G. Sharma, W. Wu, E. N. Dalal, "The CIEDE2000 Color-Difference Formula:
 * Implementation Notes, Supplementary Test Data, and Mathematical
 * Observations", 2005; all weights are 1.
 */
double lab_ciede2000(const struct lab *x, const struct lab *y);

#endif
