#ifndef OP_FIELD_H
#define OP_FIELD_H

/*
 * What an operation knows about places: a few planes, as large as the proxy or
 * smaller, made once per picture by prepare() and then read for any row of the
 * picture (or of the proxy) by linear interpolation.
 */

#include "op/op.h"

struct field {
    int w, h, planes;
    double ox, oy, sx, sy; /* as in struct op_site */
    size_t pitch;          /* has room behind the last point */
    float *data;
};

int field_new(int w, int h, int planes, struct field **out, struct err *e);
void field_free(struct field *f);

/* A field where the proxy lies, or where another field lies. */
int field_at(const struct op_site *small, int planes, struct field **out,
             struct err *e);
int field_like(const struct field *f, int planes, struct field **out,
               struct err *e);

float *field_row(const struct field *f, int plane, int y);

/* Averages 2 x 2 points. */
int field_halve(struct field **f, const struct kern *k, struct err *e);

/*
 * Blurs all planes by a Gaussian of `sigma` points, borders repeated. Halves
 * the field first as often as that loses nothing, so the cost hardly depends
 * on sigma.
 */
int field_blur(struct field **f, const struct kern *k, double sigma,
               struct err *e);

/*
 * Smallest and largest of the 3 x 3 points around each point of a row. `line`
 * is scratch: four rows of f->pitch.
 */
void field_range(const struct field *f, const struct kern *k, int plane, int y,
                 float *line, float *lo, float *hi);

/* dst += gain * src, points of dst interpolated in src. Equal planes. */
int field_add(struct field *dst, const struct field *src, const struct kern *k,
              float gain, struct err *e);

/* A row of the picture at `site`, interpolated: site->w values. */
void field_read(const struct field *f, const struct kern *k,
                const struct op_site *site, int plane, int y, float *dst);

/* Weights w[0 … r] of a Gaussian cut at 3 sigma, made to sum to 1. */
#define GAUSS_MAX 64
int gauss_radius(double sigma);
void gauss_weights(double sigma, int r, float w[GAUSS_MAX + 1]);

#endif
