/* From a master's light to a display's; see the header. */

#include "op/display.h"

#include <math.h>

static double to_pq(double nits)
{
    const struct curve pq = curve_named(CURVE_PQ);

    return curve_encode(&pq, nits / DISPLAY_WHITE);
}

static double from_pq(double signal)
{
    const struct curve pq = curve_named(CURVE_PQ);

    return curve_decode(&pq, signal) * DISPLAY_WHITE;
}

struct display_curve display_curve(enum display_method m,
                                   const struct display_range *r)
{
    struct display_curve c = {.method = m, .range = *r};

    c.lb = to_pq(r->black);
    c.span = to_pq(r->peak) - c.lb;
    c.max_lum = (to_pq(r->target) - c.lb) / c.span;
    c.b = (to_pq(r->target_black) - c.lb) / c.span;
    c.ks = 1.5 * c.max_lum - 0.5;
    c.knee = c.ks > 0 ? from_pq(c.ks * c.span + c.lb) : r->black;
    return c;
}

/*
 * The lift has the exponent 4; from b = .25 on (a black of 1.5 cd/m2 for a peak
 * of 1000) that would turn the curve around near black, and 1 / b takes its
 * place, as in libplacebo.
 */
static double bt2390(const struct display_curve *c, double nits)
{
    const double e1 = fmin(fmax((to_pq(nits) - c->lb) / c->span, 0), 1);
    const double ks = c->ks, t = (e1 - ks) / (1 - ks);
    double e2 = e1;

    if (e1 >= ks)
        e2 = (2 * t * t * t - 3 * t * t + 1) * ks +
             (t * t * t - 2 * t * t + t) * (1 - ks) +
             (-2 * t * t * t + 3 * t * t) * c->max_lum;
    return from_pq((e2 + c->b * pow(1 - e2, c->b > 0.25 ? 1 / c->b : 4)) *
                       c->span +
                   c->lb);
}

static double hable(double x)
{
    return (x * (0.15 * x + 0.05) + 0.004) / (x * (0.15 * x + 0.5) + 0.06) -
           0.004 / 0.06;
}

static double mobius(double s, double p)
{
    const double j = 0.3;
    const double a = -j * j * (p - 1) / (j * j - 2 * j + p);
    const double b = (j * j - 2 * j * p + p) / fmax(p - 1, 1e-6);

    return s <= j ? s
                  : (b * b + 2 * b * j + j * j) / (b - a) * (s + a) / (s + b);
}

double display_light(const struct display_curve *c, double nits)
{
    const double peak = c->range.peak, target = c->range.target;
    const double light = fmin(fmax(nits, 0), fmax(peak, target));
    const double s = light / target, p = peak / target;

    if (p <= 1)
        return light;
    switch (c->method) {
    case DISPLAY_BT2390:
        return c->b == 0 && light < c->knee ? fmax(light, c->range.black)
                                            : bt2390(c, light);
    case DISPLAY_HABLE:
        return hable(s) / hable(p) * target;
    case DISPLAY_MOBIUS:
        return s <= 0.3 ? light : mobius(s, p) * target;
    case DISPLAY_REINHARD:
        return s / (s + 1) * (p + 1) / p * target;
    case DISPLAY_CLIP:
        break;
    }
    return fmin(light, target);
}

/* A curve that ends in a corner gets it as the table's end, where light that
   is brighter stays at it. */
void display_table(const struct display_curve *c, struct kern_hdr_curve *out)
{
    const bool clips = c->method == DISPLAY_CLIP ||
                       c->range.peak <= c->range.target;
    const double top = clips ? c->range.target : c->range.peak;
    const double lift = display_light(c, 0);

    out->top = (float)(top / DISPLAY_WHITE);
    out->lift = (float)(lift / DISPLAY_WHITE);
    out->open = false;
    for (int i = 0; i < HDR_POINTS; i++)
        out->y[i] =
            (float)((display_light(c, hdr_point(i) * top) - lift) / top);
    out->y[HDR_POINTS] = out->y[HDR_POINTS - 1];
}
