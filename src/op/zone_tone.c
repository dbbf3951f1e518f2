/*
 * Zones of depth, each with a tone of its own: brightness, contrast, colour.
 * Weights of neighbouring zones pass into each other and add up to 1. What a
 * zone does to brightness is a curve of luminance that all channels follow; it
 * ends in the white, which stays white. One tone curve may end it all.
 */

#include <math.h>
#include <string.h>

#include "kern/depth.h"
#include "op/distance.h"
#include "op/film.h"
#include "op/list.h"
#include "op/row.h"

#define ZONES  8
#define PIVOT  0.18
#define TOE    0x1p-10 /* of the kernel                                  */
#define LOW    -10     /* log2 of the darkest point of a curve           */
#define STOPS  20      /* that it covers                                 */
#define FINE   16      /* points to a stop                               */
#define POINTS (STOPS * FINE + 1)

enum { BY_PERCENTILE, BY_LINEAR, BY_LOG };
enum { CURVE_NONE, CURVE_AGX, CURVE_FILMIC, CURVE_REINHARD };

struct zone_tone {
    int zones;
    int by;
    char limits[96];
    float softness;
    char exposure[96];
    char contrast[96];
    char saturation[96];
    char gamma[96];
    float white;
    int curve;
};

static const char *const ways[] = {"percentile", "linear", "log", NULL};
static const char *const curves[] = {"none", "agx", "filmic", "reinhard", NULL};

#define PER_ZONE                                                               \
    "a number for each zone from near to far, the last for the rest"

static const struct param params[] = {
    P_INT(zone_tone, zones, .def = 3, .lo = 2, .hi = ZONES,
          .doc = "Zones from near to far"),
    P_CHOICE(zone_tone, by, .names = ways,
             .doc = "Limits such that zones have equal shares of the picture, "
                    "equal depth, or equal ratios"),
    P_TEXT(zone_tone, limits,
           .doc = "Depths between zones instead, in metres or as 0 … 1 "
                  "if depth is relative, one number less than zones"),
    P_FLOAT(zone_tone, softness, .def = 0.6, .lo = 0, .hi = 1,
            .doc = "Share of a zone in which it passes into the next"),
    P_TEXT(zone_tone, exposure,
           .doc = "Brightness in stops of middle grey, " PER_ZONE),
    P_TEXT(zone_tone, contrast,
           .doc = "Contrast about middle grey from -1 to 1, " PER_ZONE),
    P_TEXT(zone_tone, saturation,
           .doc = "Strength of colours from -1 to 1, " PER_ZONE),
    P_TEXT(
        zone_tone, gamma,
        .doc = "Power below white from 0.25 to 4 with 1 for none, " PER_ZONE),
    P_FLOAT(zone_tone, white, .def = 1, .lo = 0, .hi = 100, .step = 0.1,
            .doc = "Level that stays, and becomes white in a tone curve, with "
                   "0 for none"),
    P_CHOICE(zone_tone, curve, .names = curves,
             .doc = "Curve from scene light to display light after all zones"),
    P_END,
};

struct zone {
    float exposure[ZONES], contrast[ZONES], saturation[ZONES], gamma[ZONES];
    float limit[ZONES];
};

struct state {
    struct kern_steps steps;
    struct kern_zones zones;
    struct film film;
    float gain[ZONES * POINTS];
};

static int read_list(const char *key, const char *text, int count, double def,
                     double lo, double hi, float *value, struct err *e)
{
    if (list_fill(text, count, def, lo, hi, value, e) < 0)
        return err_prefix(e, "%s", key);
    return 0;
}

static int read_limits(const struct zone_tone *v, float *limit, struct err *e)
{
    int n = 0;

    if (!v->limits[0])
        return 0;
    if (list_read(v->limits, ZONES - 1, 0, 1e6, limit, &n, e) < 0)
        return err_prefix(e, "limits");
    if (n != v->zones - 1)
        return err_set(e, ERR_ARG, "limits: %d zones have %d limits, not %d",
                       v->zones, v->zones - 1, n);
    for (int i = 1; i < n; i++)
        if (limit[i] <= limit[i - 1])
            return err_set(e, ERR_ARG, "limits: '%s' does not ascend",
                           v->limits);
    return 0;
}

static int read_zones(const struct zone_tone *v, struct zone *z, struct err *e)
{
    const int n = v->zones;
    int rc;

    TRY(read_list("exposure", v->exposure, n, 0, -8, 8, z->exposure, e));
    TRY(read_list("contrast", v->contrast, n, 0, -1, 1, z->contrast, e));
    TRY(read_list("saturation", v->saturation, n, 0, -1, 1, z->saturation, e));
    TRY(read_list("gamma", v->gamma, n, 1, 0.25, 4, z->gamma, e));
    TRY(read_limits(v, z->limit, e));
out:
    return rc;
}

static int check(const void *values, struct err *e)
{
    struct zone z;

    return read_zones(values, &z, e);
}

static bool neutral(const void *values)
{
    const struct zone_tone *v = values;
    struct zone z;
    struct err e = {0};

    if (v->curve != CURVE_NONE || read_zones(v, &z, &e) < 0)
        return false;
    for (int i = 0; i < v->zones; i++)
        if (z.exposure[i] != 0 || z.contrast[i] != 0 || z.saturation[i] != 0 ||
            z.gamma[i] != 1)
            return false;
    return true;
}

static size_t scratch(const void *values, const struct op_site *site, int rows)
{
    (void)values;
    (void)rows;
    return op_row_bytes(site->w, 1);
}

/* Where zone i ends and the next begins, as a transition a … b of depth. */
static void put_step(struct kern_steps *s, int i, double a, double b)
{
    s->at[i] = (float)a;
    s->scale[i] = (float)fmin(1 / fmax(b - a, 1e-9), 1e9);
}

static void by_percentile(const struct zone_tone *v, const struct distance *d,
                          struct kern_steps *s)
{
    const double half = (double)v->softness / (2 * v->zones);

    for (int i = 0; i < v->zones - 1; i++) {
        const double share = (i + 1.0) / v->zones;

        put_step(s, i, (double)distance_rank(d, share - half),
                 (double)distance_rank(d, share + half));
    }
}

/* At equal steps, or at limits, of depth or of its logarithm. */
static void by_depth(const struct zone_tone *v, const struct zone *z,
                     const struct distance *d, struct kern_steps *s)
{
    const bool ratio = v->by == BY_LOG && d->near > 0 && !v->limits[0];
    const double near = ratio ? log((double)d->near) : (double)d->near;
    const double far = ratio ? log((double)d->far) : (double)d->far;
    double edge[ZONES + 1];

    for (int i = 0; i <= v->zones; i++)
        edge[i] = near + (far - near) * i / v->zones;
    for (int i = 1; v->limits[0] && i < v->zones; i++)
        edge[i] = (double)z->limit[i - 1];
    for (int i = 1; i < v->zones; i++) {
        const double below = edge[i] - edge[i - 1];
        const double above = edge[i + 1] - edge[i];
        const double half = fmax(fmin(below, above), 0) * 0.5 *
                            (double)v->softness;
        const double a = edge[i] - half, b = edge[i] + half;

        put_step(s, i - 1, ratio ? exp(a) : a, ratio ? exp(b) : b);
    }
}

/* Luminance y, in a zone: monotone, and the white stays. */
static double curve_at(const struct zone_tone *v, const struct zone *z, int i,
                       double y)
{
    const double white = v->white > 0 ? (double)v->white : 1;
    const double u = log2((y + TOE) / (PIVOT + TOE));
    const double top = log2((white + TOE) / (PIVOT + TOE));
    const double left =
        v->white > 0 && top > 0.1 ? fmin(fmax(1 - u / top, 0), 1) : 1;
    const double slope = exp2((double)z->contrast[i]) - 1;
    const double lift = ((double)z->exposure[i] + slope * u) * left * left;
    const double out = y * exp2(lift);
    const double t = (out + TOE) / (white + TOE);

    if (v->white > 0 && t >= 1)
        return out;
    return out * pow(t, 1 / (double)z->gamma[i] - 1);
}

static void make_gains(const struct zone_tone *v, const struct zone *z,
                       struct state *s)
{
    for (int i = 0; i < v->zones; i++) {
        double most = 0;

        for (int k = 0; k < POINTS; k++) {
            const double y = exp2(LOW + (double)k / FINE) - TOE;

            most = fmax(most, curve_at(v, z, i, fmax(y, 1e-9)));
            s->gain[i * POINTS + k] = (float)(most / fmax(y, 1e-9));
        }
        s->zones.color[i] = z->saturation[i];
    }
    s->zones.gain = s->gain;
    s->zones.zones = v->zones;
    s->zones.points = POINTS;
    s->zones.lo = LOW;
    s->zones.per_stop = FINE;
}

static void make_film(const struct zone_tone *v, struct film *f)
{
    static const int method[] = {FILM_NONE, FILM_AGX, FILM_HABLE,
                                 FILM_REINHARD};
    const float white = v->white > 0 ? v->white : 0;
    const struct film_values film = {
        .method = method[v->curve],
        .white = v->curve == CURVE_FILMIC ? 2 * white : white,
        .pivot = 0.18f,
        .contrast = 2.4f,
        .toe = 1.5f,
        .shoulder = 1.5f,
        .purity = 1,
    };

    film_make(f, &film);
}

static int prepare(const void *values, const struct op_prep *prep, void **state,
                   struct err *e)
{
    const struct zone_tone *v = values;
    struct zone z = {0};
    struct state *s = NULL;
    int rc;

    TRY(read_zones(v, &z, e));
    s = mem_zero(1, sizeof(*s));
    if (!s) {
        rc = err_mem(e, sizeof(*s));
        goto out;
    }
    s->steps.count = v->zones - 1;
    if (v->by == BY_PERCENTILE && !v->limits[0])
        by_percentile(v, prep->distance, &s->steps);
    else
        by_depth(v, &z, prep->distance, &s->steps);
    make_gains(v, &z, s);
    make_film(v, &s->film);
    *state = s;
    s = NULL;
    rc = 0;
out:
    mem_free(s);
    return rc;
}

static void rows(const struct op_job *job, const void *values)
{
    const struct zone_tone *v = values;
    const struct state *s = job->state;
    const struct kern_depth *k = job->k->depth;
    float *place = arena_floats(job->scratch, (size_t)job->dst.w);

    for (int y = job->y0; y < job->y1; y++) {
        struct op_row r = op_row(job, y);

        k->steps(place, row_of(&job->src, job->src.depth, y), r.n, &s->steps);
        k->zones(r.dst, r.src, place, r.n, &s->zones);
        r = op_row_again(r);
        if (v->curve != CURVE_NONE)
            film_row(&s->film, job->k, r.dst, r.src, r.n);
    }
}

/* Each zone in a colour of its own, as light as the picture. */
static void show(const struct op_job *job, const void *values)
{
    static const float paint[ZONES + 1][3] = {
        {1, .15f, .1f},  {1, .6f, .1f},   {.8f, .9f, .1f},
        {.1f, .8f, .2f}, {.1f, .8f, .9f}, {.1f, .3f, 1},
        {.5f, .2f, 1},   {.9f, .2f, .8f}, {.9f, .2f, .8f},
    };
    const struct zone_tone *v = values;
    const struct state *s = job->state;
    float *place = arena_floats(job->scratch, (size_t)job->dst.w);

    for (int y = job->y0; y < job->y1; y++) {
        const struct op_row r = op_row(job, y);

        job->k->depth->steps(place, row_of(&job->src, job->src.depth, y), r.n,
                             &s->steps);
        for (size_t x = 0; x < r.n; x++) {
            const float p = place[x] * 7 / (float)(v->zones - 1);
            const int i = (int)p;
            const float light = 0.3f + 0.7f * fminf(fmaxf(r.src[1][x], 0), 1);

            for (int c = 0; c < 3; c++)
                r.dst[c][x] = light *
                              (paint[i][c] + (paint[i + 1][c] - paint[i][c]) *
                                                 (p - (float)i));
        }
    }
}

static void release(void *state)
{
    mem_free(state);
}

const struct op op_zone_tone = {
    .name = "zone_tone",
    .doc = "Brightness, contrast and colour of zones of depth, white staying "
           "white",
    .params = params,
    .size = sizeof(struct zone_tone),
    .domain = OP_LINEAR,
    .needs = OP_NEEDS_DEPTH,
    .neutral = neutral,
    .check = check,
    .scratch = scratch,
    .prepare = prepare,
    .rows = rows,
    .release = release,
    .show = show,
};
