/* Colours that users write. */

#include "op/paint.h"

#include "image/color.h"
#include "op/list.h"

int paint_read(const char *text, float light[3], struct err *e)
{
    const struct mat3 m = primaries_convert(space_primaries(SPACE_SRGB),
                                            space_primaries(SPACE_REC2020),
                                            ADAPT_BRADFORD);
    const struct curve curve = curve_srgb();
    float srgb[3];
    int n = 0;

    if (list_read(text, 3, 0, 1, srgb, &n, e) < 0 || n != 3)
        return err_set(e, ERR_ARG,
                       "color '%s': expected three numbers of 0 … 1", text);
    for (int i = 0; i < 3; i++) {
        double sum = 0;

        for (int j = 0; j < 3; j++)
            sum += m.m[i][j] * curve_decode(&curve, (double)srgb[j]);
        light[i] = (float)sum;
    }
    return 0;
}
