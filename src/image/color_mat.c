/* Matrices between primaries and whites, in double. */

#include "image/color.h"

#include <math.h>

struct mat3 mat3_mul(const struct mat3 *a, const struct mat3 *b)
{
    struct mat3 out;

    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 3; j++)
            out.m[i][j] = a->m[i][0] * b->m[0][j] + a->m[i][1] * b->m[1][j] +
                          a->m[i][2] * b->m[2][j];
    return out;
}

/* Cofactor of row i, column j, by cyclic indices: the sign is included. */
static double cofactor(const struct mat3 *a, int i, int j)
{
    const int i1 = (i + 1) % 3, i2 = (i + 2) % 3;
    const int j1 = (j + 1) % 3, j2 = (j + 2) % 3;

    return a->m[i1][j1] * a->m[i2][j2] - a->m[i1][j2] * a->m[i2][j1];
}

bool mat3_invert(const struct mat3 *a, struct mat3 *out)
{
    const double det = a->m[0][0] * cofactor(a, 0, 0) +
                       a->m[0][1] * cofactor(a, 0, 1) +
                       a->m[0][2] * cofactor(a, 0, 2);
    struct mat3 inverse;

    if (!(fabs(det) > 1e-9))
        return false;
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 3; j++)
            inverse.m[i][j] = cofactor(a, j, i) / det;
    *out = inverse;
    return true;
}

bool mat3_is_identity(const struct mat3 *a, double tolerance)
{
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 3; j++)
            if (!(fabs(a->m[i][j] - (i == j)) <= tolerance))
                return false;
    return true;
}

static void apply(const struct mat3 *a, const double in[3], double out[3])
{
    for (int i = 0; i < 3; i++)
        out[i] = a->m[i][0] * in[0] + a->m[i][1] * in[1] + a->m[i][2] * in[2];
}

static void xyz_of(const double xy[2], double xyz[3])
{
    xyz[0] = xy[0] / xy[1];
    xyz[1] = 1;
    xyz[2] = (1 - xy[0] - xy[1]) / xy[1];
}

/*
 * The columns x, y, 1 - x - y of each primary, scaled so that they add up to
 * the white. (Not divided by y, which is negative or near 0 for some.)
 */
struct mat3 primaries_to_xyz(const struct primaries *p)
{
    struct mat3 m, inverse;
    double white[3], scale[3];

    for (int j = 0; j < 3; j++) {
        m.m[0][j] = p->xy[j][0];
        m.m[1][j] = p->xy[j][1];
        m.m[2][j] = 1 - p->xy[j][0] - p->xy[j][1];
    }
    if (!mat3_invert(&m, &inverse))
        return (struct mat3){0};
    xyz_of(p->xy[3], white);
    apply(&inverse, white, scale);
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 3; j++)
            m.m[i][j] *= scale[j];
    return m;
}

/* Lam 1985 (Bradford), as in ICC.1:2010 annex E; Li et al. 2017 (CAT16). */
static const struct mat3 cones[] = {
    [ADAPT_BRADFORD] = {{{0.8951, 0.2664, -0.1614},
                         {-0.7502, 1.7135, 0.0367},
                         {0.0389, -0.0685, 1.0296}}},
    [ADAPT_CAT16] = {{{0.401288, 0.650173, -0.051461},
                      {-0.250268, 1.204414, 0.045854},
                      {-0.002079, 0.048952, 0.953127}}},
};

struct mat3 adapt_matrix(const double from_xy[2], const double to_xy[2],
                         enum adapt method)
{
    const struct mat3 *cone = &cones[method];
    struct mat3 back = {0}, scaled = *cone;
    double from[3], to[3], from_cone[3], to_cone[3];

    xyz_of(from_xy, from);
    xyz_of(to_xy, to);
    apply(cone, from, from_cone);
    apply(cone, to, to_cone);
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 3; j++)
            scaled.m[i][j] *= to_cone[i] / from_cone[i];
    mat3_invert(cone, &back);
    return mat3_mul(&back, &scaled);
}

struct mat3 primaries_convert(const struct primaries *from,
                              const struct primaries *to, enum adapt method)
{
    const struct mat3 in = primaries_to_xyz(from), out = primaries_to_xyz(to);
    struct mat3 adapt = adapt_matrix(from->xy[3], to->xy[3], method);
    struct mat3 back = {0};

    adapt = mat3_mul(&adapt, &in);
    mat3_invert(&out, &back);
    return mat3_mul(&back, &adapt);
}
