#ifndef CODEC_LUT_FILM_H
#define CODEC_LUT_FILM_H

/*
 * Film, by densities. Light exposes three layers; each answers the logarithm
 * of its exposure with a density (its characteristic curve); the densities are
 * dyes, whose unwanted absorptions add a share of each layer to the other two;
 * the sum lets 10^-density of the projector's light through. Curves are those
 * of a print film in the manner of Kodak 2393, the negative in front of it has
 * a slope near 0.6.
 *
 * Sums of rising functions with weights of 0 and more: brighter in is brighter
 * out in every channel, nothing leaves 0 … 1, black and white stay what they
 * are. R. W. G. Hunt, "The Reproduction of Colour", and E. J. Giorgianni and
 * T. E. Madden, "Digital Color Management", describe the chain.
 */

/*
 * A characteristic curve: density above clear film against log10 of exposure.
 * A straight line of slope `gamma` between two hyperbolas: the toe bends away
 * from clear film over about `toe` of density, the shoulder towards clear film
 * plus `range` over about `shoulder`.
 */
struct film_curve {
    double gamma, toe, range, shoulder;
    double at; /* what places a density of `aim` at log exposure 0 */
};

struct film {
    struct film_curve negative[3], print[3];
    int has_negative;
    double scale;             /* of log10 of light                   */
    double mask[3][3];        /* negative's densities as print sees them */
    double printed[3];        /* of those, at middle grey            */
    double dye[3][3];         /* print's densities as eyes see them  */
    double black[3], gain[3]; /* of transmittance: to 0 … 1       */
};

/* The light, of white, whose picture on the print is the aim patch. */
extern const double film_patch;

/* Status A densities (ISO 5-3) of that patch, red, green and blue. */
extern const double film_aim[3];

void film_curve_place(struct film_curve *c, double aim);
double film_curve_density(const struct film_curve *c, double log_exposure);

/* The largest density it comes near to. */
double film_curve_most(const struct film_curve *c);

/* contrast: slope of the whole at the patch; see lut_recipe.c for the rest. */
void film_init(struct film *f, int negative, double contrast, double crossover,
               double silver);

/* Status A densities of the print's layers for light 0 … 1. */
void film_densities(const struct film *f, const double light[3],
                    double density[3]);

/* Light 0 … 1 to light 0 … 1. */
void film_project(const struct film *f, const double light[3], double out[3]);

#endif
