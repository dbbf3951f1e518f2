/* CIE L*a*b* and CIEDE2000. */

#include "image/lab.h"

#include <math.h>

/* CIE 15: the cube root, and a line where it is too steep. */
static double root(double t)
{
    const double d = 6.0 / 29;

    return t > d * d * d ? cbrt(t) : t / (3 * d * d) + 4.0 / 29;
}

struct lab lab_of_display(const double rgb[3])
{
    /* IEC 61966-2-1, of the chromaticities of sRGB with D65. */
    static const double m[3][3] = {{0.4124564, 0.3575761, 0.1804375},
                                   {0.2126729, 0.7151522, 0.0721750},
                                   {0.0193339, 0.1191920, 0.9503041}};
    double light[3], f[3];

    for (int c = 0; c < 3; c++)
        light[c] = pow(fmin(fmax(rgb[c], 0), 1), 2.4);
    for (int i = 0; i < 3; i++) {
        const double white = m[i][0] + m[i][1] + m[i][2];

        f[i] = root(
            (m[i][0] * light[0] + m[i][1] * light[1] + m[i][2] * light[2]) /
            white);
    }
    return (struct lab){116 * f[1] - 16, 500 * (f[0] - f[1]),
                        200 * (f[1] - f[2])};
}

#define DEGREE (M_PI / 180)

/* sqrt(c^7 / (c^7 + 25^7)), equations 4 and 16. */
static double chroma_weight(double c)
{
    const double c7 = pow(c, 7);

    return sqrt(c7 / (c7 + 6103515625.0));
}

/* 0 … 360; 0 for greys. */
static double hue_of(double a, double b)
{
    const double h = a == 0 && b == 0 ? 0 : atan2(b, a) / DEGREE;

    return h < 0 ? h + 360 : h;
}

/* Equation 10: the shorter way around. */
static double hue_step(double c1, double c2, double h1, double h2)
{
    const double d = h2 - h1;

    if (c1 * c2 == 0)
        return 0;
    return d > 180 ? d - 360 : d < -180 ? d + 360 : d;
}

/* Equation 14. */
static double hue_mean(double c1, double c2, double h1, double h2)
{
    const double sum = h1 + h2;

    if (c1 * c2 == 0)
        return sum;
    if (fabs(h1 - h2) <= 180)
        return sum / 2;
    return sum < 360 ? (sum + 360) / 2 : (sum - 360) / 2;
}

double lab_ciede2000(const struct lab *x, const struct lab *y)
{
    const double g =
        0.5 * (1 - chroma_weight((hypot(x->a, x->b) + hypot(y->a, y->b)) / 2));
    const double a1 = (1 + g) * x->a, a2 = (1 + g) * y->a;
    const double c1 = hypot(a1, x->b), c2 = hypot(a2, y->b);
    const double h1 = hue_of(a1, x->b), h2 = hue_of(a2, y->b);
    const double dh = 2 * sqrt(c1 * c2) *
                      sin(hue_step(c1, c2, h1, h2) / 2 * DEGREE);
    const double l = (x->l + y->l) / 2 - 50, c = (c1 + c2) / 2;
    const double h = hue_mean(c1, c2, h1, h2);
    const double t =
        1 - 0.17 * cos((h - 30) * DEGREE) + 0.24 * cos(2 * h * DEGREE) +
        0.32 * cos((3 * h + 6) * DEGREE) - 0.20 * cos((4 * h - 63) * DEGREE);
    const double turn = 30 * exp(-pow((h - 275) / 25, 2));
    const double twist = -sin(2 * turn * DEGREE) * 2 * chroma_weight(c);
    const double dl = (y->l - x->l) / (1 + 0.015 * l * l / sqrt(20 + l * l));
    const double dc = (c2 - c1) / (1 + 0.045 * c);
    const double dt = dh / (1 + 0.015 * c * t);

    return sqrt(fmax(dl * dl + dc * dc + dt * dt + twist * dc * dt, 0));
}
