/* Light of another temperature; see the header. */

#include "op/adapt.h"

#include "image/color.h"
#include "image/white.h"

void adapt_light(double kelvin, double duv, float out[9])
{
    const struct mat3 to = primaries_to_xyz(space_primaries(SPACE_REC2020));
    struct mat3 from, adapt, m;
    double reference[2], light[2], luminance = 0;

    mat3_invert(&to, &from);
    white_xy(ADAPT_NEUTRAL, 0, reference);
    white_xy(kelvin, duv, light);
    adapt = adapt_matrix(reference, light, ADAPT_CAT16);
    m = mat3_mul(&adapt, &to);
    for (int j = 0; j < 3; j++)
        luminance += m.m[1][j];
    m = mat3_mul(&from, &m);
    for (int i = 0; i < 9; i++)
        out[i] = (float)(m.m[i / 3][i % 3] / luminance);
}
