/* The colour of light of a temperature; see the header. */

#include <math.h>

#include "image/white.h"

/* CIE 15:2004, 3.1; published for 4000 … 25000 K. */
static void daylight(double t, double xy[2])
{
    const double x =
        t <= 7000 ? ((-4.6070e9 / t + 2.9678e6) / t + 0.09911e3) / t + 0.244063
                  : ((-2.0064e9 / t + 1.9018e6) / t + 0.24748e3) / t + 0.237040;

    xy[0] = x;
    xy[1] = (-3 * x + 2.870) * x - 0.275;
}

/*
 * M. Krystek, "An algorithm to calculate correlated colour temperature",
 * 1985: within 9e-5 of the Planckian locus in u and v, 1000 … 15000 K.
 */
static void planck(double t, double xy[2])
{
    const double u = (0.860117757 + (1.54118254e-4 + 1.28641212e-7 * t) * t) /
                     (1 + (8.42420235e-4 + 7.08145163e-7 * t) * t);
    const double v = (0.317398726 + (4.22806245e-5 + 4.20481691e-8 * t) * t) /
                     (1 + (-2.89741816e-5 + 1.61456053e-7 * t) * t);
    const double d = 2 * u - 8 * v + 4;

    xy[0] = 3 * u / d;
    xy[1] = 2 * v / d;
}

static void locus(double t, double uv[2])
{
    const double f = fmin(fmax((t - 3000) / 1000, 0), 1);
    const double w = f * f * (3 - 2 * f);
    double a[2], b[2], x, y, d;

    planck(t, a);
    daylight(t, b);
    x = a[0] + (b[0] - a[0]) * w;
    y = a[1] + (b[1] - a[1]) * w;
    d = -2 * x + 12 * y + 3;
    uv[0] = 4 * x / d;
    uv[1] = 6 * y / d;
}

void white_xy(double kelvin, double duv, double xy[2])
{
    double uv[2], warm[2], cold[2], du, dv, d;

    locus(kelvin, uv);
    locus(kelvin * 0.99, warm);
    locus(kelvin * 1.01, cold);
    du = cold[0] - warm[0];
    dv = cold[1] - warm[1];
    uv[0] += duv * dv / hypot(du, dv);
    uv[1] -= duv * du / hypot(du, dv);
    d = 2 * uv[0] - 8 * uv[1] + 4;
    xy[0] = 3 * uv[0] / d;
    xy[1] = 2 * uv[1] / d;
}
