/*
 * Air between the viewer and things, in linear light (Beer and Lambert): of
 * their light exp(-density * distance) arrives, and the rest is light that the
 * air scatters into the way. Colours fade because of that and nothing else. The
 * sky is air already: near the horizon it gets what the farthest things get,
 * which passes on hills that a depth pass has cut off as sky, and less upwards.
 *
 * Air gets thinner with height as exp(-height / falloff). Along a ray that
 * rises by s per metre that is density * (1 - exp(-s z / falloff)) / (s /
 * falloff), as integrated by hand.
 */

#include <math.h>
#include <string.h>

#include "base/text.h"
#include "kern/depth.h"
#include "op/distance.h"
#include "op/paint.h"
#include "op/row.h"

#define BAND 0.06 /* of the height: sky this close to the horizon counts */
#define NEAREST                                                                \
    60.0f            /* relative depth spans distances of at most that ratio   \
                      */
#define FAR_MOST 0.9 /* rank from which on things are the horizon           */

struct atmosphere {
    float density;
    float reach;
    char color[64];
    float strength;
    float sky;
    float falloff;
    float horizon;
    float fov;
    float sun;
    float sun_x;
    float sun_y;
    float warmth;
};

static const struct param params[] = {
    P_FLOAT(atmosphere, density, .lo = 0, .hi = 1, .step = 0.001, .unit = "1/m",
            .doc = "Share of light that a metre of air takes, where 0.002 is "
                   "a clear day in town and 0.02 mist"),
    P_FLOAT(atmosphere, reach, .def = 200, .lo = 1, .hi = 10000, .step = 1,
            .unit = "m",
            .doc = "Distance of the farthest things when depth is relative"),
    P_TEXT(atmosphere, color, .text = "auto",
           .doc = "Light of the air as red, green and blue of sRGB, 0.7 0.8 "
                  "0.92, with auto for that of the picture's own horizon"),
    P_FLOAT(atmosphere, strength, .def = 1, .lo = 0, .hi = 2,
            .doc = "Brightness of that light"),
    P_FLOAT(atmosphere, sky, .def = 1, .lo = 0, .hi = 1,
            .doc = "Haze in the sky at the horizon, as a share of that of the "
                   "farthest things, which gets less upwards"),
    P_FLOAT(atmosphere, falloff, .lo = 0, .hi = 5000, .step = 1, .unit = "m",
            .doc = "Height above the eye at which air is e times thinner, "
                   "with 0 for the same everywhere"),
    P_FLOAT(atmosphere, horizon, .def = 0.5, .lo = -1, .hi = 2,
            .doc = "Where the horizon is, as a share of the height from above"),
    P_FLOAT(atmosphere, fov, .def = 60, .lo = 5, .hi = 140, .step = 1,
            .unit = "deg", .doc = "Angle that the width of the picture spans"),
    P_FLOAT(atmosphere, sun, .lo = 0, .hi = 4,
            .doc = "Light that the air scatters forward, around the sun"),
    P_FLOAT(atmosphere, sun_x, .def = 0.5, .lo = -4, .hi = 5,
            .doc = "Where the sun is, as a share of the width"),
    P_FLOAT(atmosphere, sun_y, .def = 0.2, .lo = -4, .hi = 5,
            .doc = "Where the sun is, as a share of the height from above"),
    P_FLOAT(atmosphere, warmth, .def = 0.5, .lo = 0, .hi = 1,
            .doc = "Colour of the light around the sun, from white to orange"),
    P_END,
};

struct state {
    struct kern_air air;
    double sky; /* haze of the sky at the horizon */
};

static bool is_auto(const struct atmosphere *v)
{
    return !v->color[0] || text_is(v->color, "auto");
}

static int check(const void *values, struct err *e)
{
    const struct atmosphere *v = values;
    float c[3];

    if (is_auto(v))
        return 0;
    if (paint_read(v->color, c, e) < 0)
        return err_set(e, ERR_ARG,
                       "color '%s' is neither auto nor three numbers of 0 … 1",
                       v->color);
    return 0;
}

static bool neutral(const void *values)
{
    const struct atmosphere *v = values;

    return v->density == 0;
}

/*
 * The light of the horizon: the mean of what is far and of the sky just above
 * it, sky counting double where there is any.
 */
static void horizon_light(const struct atmosphere *v,
                          const struct op_prep *prep, double out[3])
{
    const struct view *p = &prep->proxy->v;
    const float far = distance_rank(prep->distance, FAR_MOST);
    double sum[3] = {0}, weight = 0;

    for (int y = 0; y < p->h; y++) {
        const double up = ((y + 0.5) / p->h - (double)v->horizon) / BAND;
        const double sky = 4 * exp(-up * up);
        const float *depth = row_of(p, p->depth, y);

        for (int x = 0; x < p->w; x++) {
            const double w = depth_is_sky(prep->depth, depth[x]) ? sky
                             : depth[x] >= far                   ? 0.25
                                                                 : 0;

            for (int c = 0; w > 0 && c < 3; c++)
                sum[c] += w * (double)fminf(fmaxf(row_of(p, c, y)[x], 0), 4);
            weight += w;
        }
    }
    for (int c = 0; c < 3; c++)
        out[c] = sum[c] / fmax(weight, 1e-9);
}

static void make_geometry(const struct atmosphere *v,
                          const struct op_prep *prep, struct kern_air *a)
{
    const struct op_site *f = prep->full;
    const double half = tan((double)v->fov * M_PI / 360);
    const double px = 2 * half / f->full_w;
    const double sx = (double)v->sun_x * f->full_w - 0.5 * f->full_w;
    const double sy = ((double)v->horizon - (double)v->sun_y) * f->full_h;
    const double n = sqrt(sx * sx * px * px + sy * sy * px * px + 1);

    a->slope = (float)px;
    a->sun_dir[0] = (float)(sx * px / n);
    a->sun_dir[1] = (float)(sy * px / n);
    a->sun_dir[2] = (float)(1 / n);
}

static int prepare(const void *values, const struct op_prep *prep, void **state,
                   struct err *e)
{
    const struct atmosphere *v = values;
    const float far = distance_rank(prep->distance, 0.99);
    struct state *s = mem_zero(1, sizeof(*s));
    struct kern_air *a;
    float end, orange[3] = {1.0f, 0.55f, 0.2f};
    double light[3];
    int rc = 0;

    if (!s)
        return err_mem(e, sizeof(*s));
    a = &s->air;
    end = fminf(fmaxf(1 - far, 1 / NEAREST), 1);
    if (is_auto(v)) {
        horizon_light(v, prep, light);
        TRY(op_steady(prep, light, 3, e));
        for (int i = 0; i < 3; i++)
            a->light[i] = (float)light[i];
    } else {
        TRY(paint_read(v->color, a->light, e));
    }
    a->relative = prep->depth->kind == DEPTH_RELATIVE;
    a->sky = prep->depth->sky;
    a->density = v->density * 1.44269504f;
    a->least = 0.25f * end;
    a->reach = v->reach * end;
    a->thin = v->falloff > 0 ? 1 / v->falloff : 0;
    make_geometry(v, prep, a);
    s->sky = (double)v->sky * (1 - exp(-(double)v->density *
                                       (double)(a->relative ? v->reach : far)));
    for (int i = 0; i < 3; i++) {
        a->light[i] *= v->strength;
        a->sun[i] = v->sun * (1 + (orange[i] - 1) * v->warmth) *
                    fmaxf(fmaxf(a->light[0], a->light[1]), a->light[2]);
    }
    *state = s;
    s = NULL;
    rc = 0;
out:
    mem_free(s);
    return rc;
}

/* What this row's rays have in common. */
static struct kern_air_row place(const struct atmosphere *v,
                                 const struct op_site *s,
                                 const struct state *state, int y)
{
    const struct kern_air *a = &state->air;
    const double fy = (y + 0.5 - s->oy) / s->sy;
    const double up = (double)v->horizon * s->full_h - fy;
    const double x0 = (0.5 - s->ox) / s->sx - 0.5 * s->full_w;
    const double high = fmax(up / s->full_h, 0) / BAND;

    return (struct kern_air_row){
        .x = (float)(x0 * (double)a->slope),
        .step = (float)((double)a->slope / s->sx),
        .rise = (float)(up * (double)a->slope),
        .sky = (float)(1 - state->sky * exp(-0.5 * high)),
    };
}

static size_t scratch(const void *values, const struct op_site *site, int rows)
{
    (void)values;
    (void)rows;
    return op_row_bytes(site->w, 1);
}

static void rows(const struct op_job *job, const void *values)
{
    const struct state *s = job->state;
    float *clear = arena_floats(job->scratch, (size_t)job->dst.w);

    for (int y = job->y0; y < job->y1; y++) {
        const struct op_row r = op_row(job, y);
        const struct kern_air_row at = place(values, job->site, s, y);

        job->k->depth->clearness(clear, row_of(&job->src, job->src.depth, y),
                                 r.n, &s->air, &at);
        job->k->depth->haze(r.dst, r.src, clear, r.n, &s->air, &at);
    }
}

/* What air lets through: white is all. */
static void show(const struct op_job *job, const void *values)
{
    const struct state *s = job->state;

    for (int y = job->y0; y < job->y1; y++) {
        const struct op_row r = op_row(job, y);
        const struct kern_air_row at = place(values, job->site, s, y);

        job->k->depth->clearness(r.dst[0], row_of(&job->src, job->src.depth, y),
                                 r.n, &s->air, &at);
        memcpy(r.dst[1], r.dst[0], r.n * sizeof(float));
        memcpy(r.dst[2], r.dst[0], r.n * sizeof(float));
    }
}

static void release(void *state)
{
    mem_free(state);
}

const struct op op_atmosphere = {
    .name = "atmosphere",
    .doc = "Air that takes light from far things and gives its own",
    .params = params,
    .size = sizeof(struct atmosphere),
    .domain = OP_LINEAR,
    .needs = OP_NEEDS_DEPTH | OP_NEEDS_TURN,
    .neutral = neutral,
    .check = check,
    .scratch = scratch,
    .prepare = prepare,
    .rows = rows,
    .release = release,
    .show = show,
};
