/* Hue, saturation and brightness of bands of hue; see the header. */

#include "codec/lut_hue.h"

#include "codec/lut_math.h"

#define GREY_FREE 0.12 /* the spread of channels at which bands do half */
#define LIGHT     0.3  /* a light of 1 is a gamma of 2 to this */
#define GREY_NEAR 0.3  /* where `neutrals` ends */

/* ITU-R BT.709, 3.2 and 3.3. */
static const double weight[3] = {0.2126, 0.7152, 0.0722};

static double luma(const double rgb[3])
{
    return weight[0] * rgb[0] + weight[1] * rgb[1] + weight[2] * rgb[2];
}

/* The code value of the grey that is as bright, near enough: of power 2. */
static double brightness(const double rgb[3])
{
    const double square[3] = {rgb[0] * rgb[0], rgb[1] * rgb[1],
                              rgb[2] * rgb[2]};

    return sqrt(luma(square));
}

/* hue: 0 … 6, red at 0, green at 2, blue at 4. */
struct wheel {
    double value, saturation, hue;
};

/* false: a grey, which has no hue. */
static bool to_wheel(const double rgb[3], struct wheel *w)
{
    const double hi = fmax(fmax(rgb[0], rgb[1]), rgb[2]);
    const double lo = fmin(fmin(rgb[0], rgb[1]), rgb[2]);
    const double spread = hi - lo;

    if (!(spread > 1e-9))
        return false;
    w->value = hi;
    w->saturation = spread / hi;
    if (hi == rgb[0])
        w->hue = (rgb[1] - rgb[2]) / spread;
    else if (hi == rgb[1])
        w->hue = 2 + (rgb[2] - rgb[0]) / spread;
    else
        w->hue = 4 + (rgb[0] - rgb[1]) / spread;
    if (w->hue < 0)
        w->hue += 6;
    return true;
}

/* Channel 0, 2, 4 of red, green, blue: a trapezoid around the wheel. */
static double channel(const struct wheel *w, double at)
{
    double d = fabs(w->hue - at);

    d = fmin(d, 6 - d);
    return w->value * (1 - w->saturation * fmin(fmax(d - 1, 0), 1));
}

static void from_wheel(const struct wheel *w, double rgb[3])
{
    for (int c = 0; c < 3; c++)
        rgb[c] = channel(w, 2 * c);
}

void hue_direction(double degrees, double rgb[3])
{
    const struct wheel w = {1, 1, degrees < 360 ? degrees / 60 : 0};
    double y, most = 0;

    from_wheel(&w, rgb);
    y = luma(rgb);
    for (int c = 0; c < 3; c++)
        most = fmax(most, fabs(rgb[c] - y));
    for (int c = 0; c < 3; c++)
        rgb[c] = (rgb[c] - y) / most;
}

/* What bands ask for at a hue: between the two whose middles are around it. */
static struct lut_band band_at(const struct lut_recipe *r, double hue)
{
    const double at = hue < 0.5 ? hue + 5.5 : hue - 0.5;
    const int i = at < 5 ? (int)at : 5;
    const struct lut_band *a = &r->band[i], *b = &r->band[(i + 1) % LUT_BANDS];
    const float x = (float)(at - i), t = x * x * (3 - 2 * x);

    return (struct lut_band){
        .saturation = a->saturation + t * (b->saturation - a->saturation),
        .light = a->light + t * (b->light - a->light),
    };
}

/*
 * 0 for grey, flat there, towards 1 with the spread of the channels. The spread
 * times 1 - 0.5 of this still rises.
 */
static double hold(double spread)
{
    return spread * spread / (spread * spread + GREY_FREE * GREY_FREE);
}

/* 1 at 0, 0 at 1 and above, flat at both; of the square. */
static double within(double square)
{
    const double t = square < 1 ? 1 - square : 0;

    return t * t;
}

/* Factor of colour that all hues have at a level. */
static double all_hues(const struct lut_recipe *r, double level)
{
    const double k = 1 + (double)r->saturation +
                     (double)r->shadow_saturation * (1 - level) * (1 - level) +
                     (double)r->highlight_saturation * level * level;

    return fmin(fmax(k, 0), 2);
}

/* Along the line to the grey that is as bright. */
static void lose(const struct lut_recipe *r, const struct wheel *w,
                 double rgb[3])
{
    const double y = brightness(rgb), spread = w->value * w->saturation;
    const double band = (double)band_at(r, w->hue).saturation;
    const double near = spread / GREY_NEAR;
    double k = fmin(all_hues(r, y), 1);

    k *= 1 + fmin(band, 0) * hold(spread);
    k *= 1 - (double)r->neutrals * within(near * near);
    for (int c = 0; c < 3; c++)
        rgb[c] = y + k * (rgb[c] - y);
}

/*
 * s times 1 + (k - 1) (1 - s^2)^2, which holds 0 and 1 and rises while k is
 * below 2.25.
 */
static double gain(const struct lut_recipe *r, const struct wheel *w,
                   double band)
{
    const double s = w->saturation, spread = w->value * s;
    double k = fmax(all_hues(r, w->value), 1);

    k = fmin(k * (1 + fmax(band, 0) * hold(spread)), 2);
    return s * (1 + (k - 1) * within(s * s));
}

/*
 * The way of the middle channel between the others, 0 … 1, moved by up to an
 * eighth where it is half; flat at the ends, steepest fall 3.08 / 8.
 */
static double turn(const struct lut_recipe *r, const struct wheel *w)
{
    const int i = w->hue < 5 ? (int)w->hue : 5;
    const double t = w->hue - i, bump = 4 * t * (1 - t);

    return i + t +
           (double)r->band[i].hue / 60 * bump * bump *
               hold(w->value * w->saturation);
}

void hue_change(const struct lut_recipe *r, double rgb[3])
{
    struct lut_band band;
    struct wheel w;

    if (!to_wheel(rgb, &w))
        return;
    lose(r, &w, rgb);
    if (!to_wheel(rgb, &w))
        return;
    band = band_at(r, w.hue);
    w.saturation = gain(r, &w, (double)band.saturation);
    w.hue = turn(r, &w);
    band = band_at(r, w.hue);
    if (band.light != 0)
        w.value = lut_pow(w.value, lut_exp2(-LIGHT * (double)band.light *
                                            hold(w.value * w.saturation)));
    from_wheel(&w, rgb);
}
