/* Negative, print, projector; see the header. */

#include "codec/lut_film.h"

#include "codec/lut_math.h"

/*
 * The laboratory aim density patch of a print is a neutral grey of visual
 * density 1.00, which reads 1.09, 1.06, 1.03 in status A (Kodak publication
 * H-61; J. P. Pytlak and A. W. Fleischer, SMPTE Journal, October 1976).
 */
const double film_aim[3] = {1.09, 1.06, 1.03};

/* Clear film; the patch's 1.00 against that is 10^-0.95 of white. */
#define CLEAR 0.05
const double film_patch = 0.112;

/* Of middle grey above clear film, as a density that is equal for greys. */
#define AIM      (film_aim[1] - CLEAR)
#define NEGATIVE 0.6

/* Stray light: what keeps the logarithm of black finite. */
#define FLARE 0.0005

/*
 * Our own figures, of the size that data sheets show: a slope near 3, blacks
 * beyond density 4, a short toe (2393 has more of both than 2383); a negative
 * of slope 0.6 with a long toe.
 */
static const struct film_curve print_curve = {
    .gamma = 2.9, .toe = 0.22, .range = 4.0, .shoulder = 1.0};
static const struct film_curve negative_curve = {
    .gamma = 0.6, .toe = 0.15, .range = 1.9, .shoulder = 0.35};

/*
 * How the layers part from each other, in shares of slope and toe. Red's layer
 * (cyan dye) is steeper with a longer toe than blue's (yellow dye): prints are
 * warm above the patch and cool well below it.
 */
static const double part_gamma[3] = {0.04, 0, -0.04};
static const double part_toe[3] = {0.3, 0, -0.3};

/* What each dye absorbs of red, green and blue, rows adding up to 1. */
static const double dyes[3][3] = {
    {0.930, 0.055, 0.015}, {0.080, 0.870, 0.050}, {0.025, 0.095, 0.880}};

/* What masking couplers leave of that in a negative. */
static const double masks[3][3] = {
    {0.960, 0.030, 0.010}, {0.035, 0.940, 0.025}, {0.010, 0.045, 0.945}};

/* Silver is grey: it follows what the eye sees of the three layers. */
static const double seen[3] = {0.25, 0.65, 0.10};

/* A ramp with a round knee of width w, and back. */
static double knee(double x, double w)
{
    return 0.5 * (x + sqrt(x * x + w * w));
}

static double knee_back(double y, double w)
{
    return y - w * w / (4 * y);
}

void film_curve_place(struct film_curve *c, double aim)
{
    const double rest = knee(c->range, c->shoulder) - aim;

    c->at = knee_back(c->range - knee_back(rest, c->shoulder), c->toe);
}

double film_curve_density(const struct film_curve *c, double log_exposure)
{
    const double rise = knee(c->at + c->gamma * log_exposure, c->toe);

    return knee(c->range, c->shoulder) - knee(c->range - rise, c->shoulder);
}

double film_curve_most(const struct film_curve *c)
{
    return knee(c->range, c->shoulder);
}

static double slope(const struct film_curve *c)
{
    const double h = 0x1p-16;

    return (film_curve_density(c, h) - film_curve_density(c, -h)) / (2 * h);
}

static void mix(const double m[3][3], const double in[3], double out[3])
{
    for (int i = 0; i < 3; i++)
        out[i] = m[i][0] * in[0] + m[i][1] * in[1] + m[i][2] * in[2];
}

/* Densities above clear film, equal for greys, from light. */
static void develop(const struct film *f, const double light[3], double out[3])
{
    const double middle = lut_log10(film_patch + FLARE);
    double x[3], seen_by_print[3];

    for (int i = 0; i < 3; i++)
        x[i] = f->scale * (lut_log10(light[i] + FLARE) - middle);
    if (f->has_negative) {
        for (int i = 0; i < 3; i++)
            x[i] = film_curve_density(&f->negative[i], x[i]);
        mix(f->mask, x, seen_by_print);
        for (int i = 0; i < 3; i++)
            x[i] = seen_by_print[i] - f->printed[i];
    }
    for (int i = 0; i < 3; i++)
        out[i] = film_curve_density(&f->print[i], -x[i]);
}

void film_densities(const struct film *f, const double light[3],
                    double density[3])
{
    double d[3];

    develop(f, light, d);
    for (int i = 0; i < 3; i++)
        density[i] = CLEAR + d[i] * (film_aim[i] - CLEAR) / AIM;
}

static void transmit(const struct film *f, const double light[3], double out[3])
{
    double d[3], absorbed[3];

    develop(f, light, d);
    mix(f->dye, d, absorbed);
    for (int i = 0; i < 3; i++)
        out[i] = lut_exp10(-absorbed[i]);
}

void film_project(const struct film *f, const double light[3], double out[3])
{
    double t[3];

    transmit(f, light, t);
    for (int i = 0; i < 3; i++)
        out[i] = (t[i] - f->black[i]) * f->gain[i];
}

static void place_layers(struct film *f, double crossover)
{
    for (int i = 0; i < 3; i++) {
        struct film_curve *n = &f->negative[i], *p = &f->print[i];

        *n = negative_curve;
        *p = print_curve;
        p->gamma *= 1 + crossover * part_gamma[i];
        p->toe *= 1 + crossover * part_toe[i];
        film_curve_place(n, NEGATIVE);
        film_curve_place(p, AIM);
    }
}

void film_init(struct film *f, int negative, double contrast, double crossover,
               double silver)
{
    static const double none[3] = {0, 0, 0}, full[3] = {1, 1, 1};
    double white[3];

    *f = (struct film){.has_negative = negative};
    place_layers(f, crossover);
    f->scale = contrast / slope(&f->print[1]) / (1 + silver);
    if (negative)
        f->scale /= slope(&f->negative[1]);
    for (int i = 0; i < 3; i++) {
        f->printed[i] = NEGATIVE;
        for (int k = 0; k < 3; k++) {
            f->mask[i][k] = masks[i][k];
            f->dye[i][k] = dyes[i][k] + silver * seen[k];
        }
    }
    transmit(f, none, f->black);
    transmit(f, full, white);
    for (int i = 0; i < 3; i++)
        f->gain[i] = 1 / (white[i] - f->black[i]);
}
