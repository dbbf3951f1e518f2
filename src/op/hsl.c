/*
 * Hue, saturation and lightness of eight bands of hue, in OKLCh. Each band is
 * strongest at the hue of its name in sRGB and passes smoothly into both
 * neighbours, so that all weights add up to one. Greys are left alone.
 */

#include <math.h>
#include <string.h>

#include "kern/oklab.h"
#include "op/op.h"
#include "op/row.h"

#define BANDS 8
#define LIGHT 0.25 /* of OKLab lightness; about one stop */

#define BAND(name) float name##_hue, name##_saturation, name##_lightness
struct hsl {
    BAND(red);
    BAND(orange);
    BAND(yellow);
    BAND(green);
    BAND(aqua);
    BAND(blue);
    BAND(purple);
    BAND(magenta);
};
#undef BAND

_Static_assert(sizeof(struct hsl) == BANDS * 3 * sizeof(float),
               "bands lie side by side");

#define BAND(name)                                                             \
    P_FLOAT(hsl, name##_hue, .lo = -60, .hi = 60, .step = 1, .unit = "deg",    \
            .doc = "Turns the hue of " #name "s, above 0 towards yellow, "     \
                   "green, blue in this order"),                               \
        P_FLOAT(hsl, name##_saturation, .lo = -1, .hi = 1,                     \
                .doc = "Share of chroma that " #name "s gain or lose"),        \
        P_FLOAT(hsl, name##_lightness, .lo = -1, .hi = 1,                      \
                .doc = "Brightens or darkens " #name "s by up to a stop")

static const struct param params[] = {
    BAND(red),  BAND(orange), BAND(yellow),  BAND(green), BAND(aqua),
    BAND(blue), BAND(purple), BAND(magenta), P_END,
};

/* OKLCh hue of sRGB ff0000, ff8000, ffff00, 00ff00, 00ffff, 0000ff, 8000ff,
   ff00ff, in degrees. */
static const double center[BANDS + 1] = {29.2,  52.8,  109.8, 142.5,     194.8,
                                         264.1, 293.8, 328.4, 29.2 + 360};

static bool neutral(const void *values)
{
    float v[BANDS * 3];

    memcpy(v, values, sizeof(v));
    for (int i = 0; i < BANDS * 3; i++)
        if (v[i] != 0)
            return false;
    return true;
}

/* Hue, saturation, lightness at `angle` degrees: a mix of two bands. */
static void at_hue(const struct hsl *values, double angle, double out[3])
{
    float v[BANDS * 3];
    int i = 0;
    double t, w;

    memcpy(v, values, sizeof(v));
    while (angle < center[0])
        angle += 360;
    while (i < BANDS - 1 && angle >= center[i + 1])
        i++;
    t = (angle - center[i]) / (center[i + 1] - center[i]);
    w = t * t * (3 - 2 * t);
    for (int k = 0; k < 3; k++)
        out[k] = (1 - w) * (double)v[3 * i + k] +
                 w * (double)v[3 * ((i + 1) % BANDS) + k];
}

static int prepare(const void *values, const struct op_prep *prep, void **state,
                   struct err *e)
{
    struct kern_hues *s = mem_zero(1, sizeof(*s));

    (void)prep;
    if (!s)
        return err_mem(e, sizeof(*s));
    for (int i = 0; i <= KERN_HUES; i++) {
        double a, b, v[3];

        kern_hue_direction(i, &a, &b);
        at_hue(values, atan2(b, a) * 180 / M_PI, v);
        s->at[i] = (struct kern_hue){
            .cos1 = (float)(cos(v[0] * M_PI / 180) - 1),
            .sin = (float)sin(v[0] * M_PI / 180),
            .chroma = (float)v[1],
            .light = (float)(LIGHT * v[2]),
        };
    }
    *state = s;
    return 0;
}

static void rows(const struct op_job *job, const void *values)
{
    (void)values;
    for (int y = job->y0; y < job->y1; y++) {
        const struct op_row r = op_row(job, y);

        job->k->oklab->hues(r.dst, r.src, r.n, job->state);
    }
}

static void release(void *state)
{
    mem_free(state);
}

const struct op op_hsl = {
    .name = "hsl",
    .doc = "Hue, saturation and lightness of eight bands of hue",
    .params = params,
    .size = sizeof(struct hsl),
    .neutral = neutral,
    .prepare = prepare,
    .rows = rows,
    .release = release,
};
