/* Transfer functions in double: what the kernels are measured against. */

#include "image/color.h"

#include <assert.h>
#include <math.h>
#include <string.h>

/* SMPTE ST 2084; BT.2408: diffuse white at 203 cd/m2. */
#define PQ_M1    (2610.0 / 16384)
#define PQ_M2    (2523.0 / 32)
#define PQ_C1    (3424.0 / 4096)
#define PQ_C2    (2413.0 / 128)
#define PQ_C3    (2392.0 / 128)
#define PQ_WHITE (203.0 / 10000)

/* BT.2100 HLG; BT.2408: diffuse white at signal 0.75. */
#define HLG_A 0.17883277
#define HLG_B 0.28466892
#define HLG_C 0.55991073

struct curve curve_srgb(void)
{
    return (struct curve){
        .kind = CURVE_POWER, /* IEC 61966-2-1 */
        .g = 2.4,
        .a = 1 / 1.055,
        .b = 0.055 / 1.055,
        .c = 1 / 12.92,
        .d = 0.04045,
    };
}

struct curve curve_gamma(double gamma)
{
    return (struct curve){
        .kind = gamma == 1 ? CURVE_LINEAR : CURVE_POWER, .g = gamma, .a = 1};
}

struct curve curve_named(enum curve_kind kind)
{
    assert(kind != CURVE_TABLE);
    return kind == CURVE_POWER ? curve_srgb()
                               : (struct curve){.kind = kind, .g = 1, .a = 1};
}

static double power_decode(const struct curve *c, double x)
{
    if (x >= c->d)
        return pow(fmax(c->a * x + c->b, 0), c->g) + c->e;
    return c->c * x + c->f;
}

static double power_encode(const struct curve *c, double y)
{
    const double cut = c->d > 0 ? c->c * c->d + c->f : 0;

    if (y >= cut)
        return (pow(fmax(y - c->e, 0), 1 / c->g) - c->b) / c->a;
    return c->c > 0 ? (y - c->f) / c->c : 0;
}

static double pq_decode(double n)
{
    const double p = pow(n, 1 / PQ_M2);

    return pow(fmax(p - PQ_C1, 0) / (PQ_C2 - PQ_C3 * p), 1 / PQ_M1) / PQ_WHITE;
}

static double pq_encode(double light)
{
    const double y = pow(light * PQ_WHITE, PQ_M1);

    return pow((PQ_C1 + PQ_C2 * y) / (1 + PQ_C3 * y), PQ_M2);
}

static double hlg_scene(double x)
{
    return x > 0.5 ? (exp((x - HLG_C) / HLG_A) + HLG_B) / 12 : x * x / 3;
}

static double hlg_encode(double light)
{
    const double e = light * hlg_scene(0.75);

    return e > 1.0 / 12 ? HLG_A * log(12 * e - HLG_B) + HLG_C : sqrt(3 * e);
}

/* ARRI, "ALEXA LogC curve, usage in VFX" (2017), EI 800. */
static double logc3_decode(double x)
{
    return x > 5.367655 * 0.010591 + 0.092809
               ? (pow(10, (x - 0.385537) / 0.247190) - 0.052272) / 5.555556
               : (x - 0.092809) / 5.367655;
}

static double logc3_encode(double light)
{
    return light > 0.010591
               ? 0.247190 * log10(5.555556 * light + 0.052272) + 0.385537
               : 5.367655 * light + 0.092809;
}

/* Sony, "Technical Summary for S-Gamut3.Cine/S-Log3 and S-Gamut3/S-Log3". */
#define SLOG3_CUT   0.01125
#define SLOG3_SLOPE ((171.2102946929 - 95) / SLOG3_CUT)

static double slog3_decode(double x)
{
    return x >= 171.2102946929 / 1023
               ? pow(10, (x * 1023 - 420) / 261.5) * (0.18 + 0.01) - 0.01
               : (x * 1023 - 95) / SLOG3_SLOPE;
}

static double slog3_encode(double light)
{
    return light >= SLOG3_CUT
               ? (420 + log10((light + 0.01) / (0.18 + 0.01)) * 261.5) / 1023
               : (light * SLOG3_SLOPE + 95) / 1023;
}

static double table_decode(const struct curve *c, double x)
{
    const double at = fmin(fmax(x, 0), 1) * (c->points - 1);
    const int i = (int)fmin(at, c->points - 2);
    const double lo = (double)c->table[i], hi = (double)c->table[i + 1];

    return lo + (hi - lo) * (at - i);
}

/* The last point below y and the way to the next. */
static double table_encode(const struct curve *c, double y)
{
    int lo = 0, hi = c->points - 1;
    double a, b;

    if (y >= (double)c->table[hi])
        return 1;
    if (y <= (double)c->table[0])
        return 0;
    while (hi - lo > 1) {
        const int mid = lo + (hi - lo) / 2;

        if ((double)c->table[mid] < y)
            lo = mid;
        else
            hi = mid;
    }
    a = (double)c->table[lo];
    b = (double)c->table[hi];
    return (lo + (b > a ? (y - a) / (b - a) : 0)) / (c->points - 1);
}

double curve_decode(const struct curve *c, double encoded)
{
    const double x = fabs(encoded);

    switch (c->kind) {
    case CURVE_LINEAR:
        return encoded;
    case CURVE_POWER:
        return copysign(power_decode(c, x), encoded);
    case CURVE_PQ:
        return copysign(pq_decode(x), encoded);
    case CURVE_HLG:
        return copysign(hlg_scene(x) / hlg_scene(0.75), encoded);
    case CURVE_LOGC3:
        return logc3_decode(encoded);
    case CURVE_SLOG3:
        return slog3_decode(encoded);
    case CURVE_TABLE:
        return table_decode(c, encoded);
    }
    return encoded;
}

double curve_encode(const struct curve *c, double light)
{
    const double y = fabs(light);

    switch (c->kind) {
    case CURVE_LINEAR:
        return light;
    case CURVE_POWER:
        return copysign(power_encode(c, y), light);
    case CURVE_PQ:
        return copysign(pq_encode(y), light);
    case CURVE_HLG:
        return copysign(hlg_encode(y), light);
    case CURVE_LOGC3:
        return logc3_encode(light);
    case CURVE_SLOG3:
        return slog3_encode(light);
    case CURVE_TABLE:
        return table_encode(c, light);
    }
    return light;
}

bool curve_equal(const struct curve *a, const struct curve *b)
{
    if (a->kind == CURVE_TABLE && b->kind == CURVE_TABLE &&
        a->points == b->points &&
        memcmp(a->table, b->table, (size_t)a->points * sizeof(float)) == 0)
        return true;
    for (int i = 0; i <= 4096; i++) {
        const double x = i / 4096.0, light = curve_decode(a, x);

        if (fabs(light - curve_decode(b, x)) > 1e-9 &&
            !(fabs(curve_encode(b, light) - x) <= 1.0 / 65535))
            return false;
    }
    return true;
}
