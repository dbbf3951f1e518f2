/*
 * Depth of field: what is not at the focus is spread over the aperture's shape
 * (op/spread.h), as wide as the thin lens says.
 */

#include <math.h>

#include "op/distance.h"
#include "op/row.h"
#include "op/spread.h"

#define MOST         160 /* pixels of a radius                    */
#define NORMAL_N     2.8
#define NORMAL_FOCAL 50.0
#define NORMAL_WIDTH 36.0

struct depth_of_field {
    float focus;
    float focus_x;
    float focus_y;
    float aperture;
    float focal;
    float sensor;
    float radius;
    int blades;
    char shape[400];
    float rotation;
    float highlights;
    float threshold;
};

static const struct param params[] = {
    P_FLOAT(depth_of_field, focus, .lo = 0, .hi = 10000, .step = 0.01,
            .doc = "Depth that is sharp, in metres or as 0 … 1 if depth is "
                   "relative, with 0 for what focus_x and focus_y point at"),
    P_FLOAT(depth_of_field, focus_x, .def = 0.5, .lo = 0, .hi = 1,
            .doc = "Point that is sharp, as a share of the width"),
    P_FLOAT(depth_of_field, focus_y, .def = 0.5, .lo = 0, .hi = 1,
            .doc = "Point that is sharp, as a share of the height"),
    P_FLOAT(depth_of_field, aperture, .def = 2.8, .lo = 0.7, .hi = 64,
            .step = 0.1, .doc = "The f-number, where less blurs more"),
    P_FLOAT(depth_of_field, focal, .def = 50, .lo = 4, .hi = 800, .step = 1,
            .unit = "mm", .doc = "Focal length of the lens"),
    P_FLOAT(depth_of_field, sensor, .def = 36, .lo = 4, .hi = 100, .step = 1,
            .unit = "mm", .doc = "Width of the sensor"),
    P_FLOAT(depth_of_field, radius, .def = 0.008, .lo = 0, .hi = 0.05,
            .step = 0.001,
            .doc = "Largest blur as a share of the long edge, up to 160 "
                   "pixels; with relative depth that of half its range at "
                   "f/2.8 and 50 mm"),
    P_INT(depth_of_field, blades, .lo = 0, .hi = 12,
          .doc = "Blades of the aperture, from 5 on, with 0 for a disc"),
    P_TEXT(depth_of_field, shape, .unit = "FILE",
           .doc = "Picture of the aperture instead of blades, light on dark, "
                  "8 to 1024 pixels a side, where grey is partly open"),
    P_FLOAT(depth_of_field, rotation, .lo = 0, .hi = 360, .step = 1,
            .unit = "deg", .doc = "Turns the blades or the shape"),
    P_FLOAT(depth_of_field, highlights, .lo = 0, .hi = 8,
            .doc = "How much stronger lights become before they are spread"),
    P_FLOAT(depth_of_field, threshold, .def = 1, .lo = 0.1, .hi = 10,
            .doc = "Linear light from which on that is so"),
    P_END,
};

struct state {
    struct spread full, small;
    struct op_site site; /* of full */
};

static float most_pixels(const struct depth_of_field *v,
                         const struct op_site *s)
{
    const double edge = fmax(s->full_w * s->sx, s->full_h * s->sy);

    return (float)fmin((double)v->radius * edge, MOST);
}

static struct spread_size size_of(const struct depth_of_field *v,
                                  const struct op_site *site)
{
    return spread_size(most_pixels(v, site), v->blades > 0 || v->shape[0]);
}

static bool neutral(const void *values)
{
    return ((const struct depth_of_field *)values)->radius == 0;
}

static int check(const void *values, struct err *e)
{
    const struct depth_of_field *v = values;

    if (v->blades > 0 && v->blades < 5)
        return err_set(e, ERR_ARG, "an aperture has 5 blades or more, or 0");
    return 0;
}

static int halo(const void *values, const struct op_site *site)
{
    const struct spread_size size = size_of(values, site);

    return spread_halo(&size);
}

static size_t scratch(const void *values, const struct op_site *site, int rows)
{
    const struct spread_size size = size_of(values, site);

    return spread_scratch(&size, site, rows);
}

static void release(void *state)
{
    struct state *s = state;

    if (!s)
        return;
    spread_release(&s->full);
    spread_release(&s->small);
    mem_free(s);
}

/* The depth in focus: where the user points, as given, or at the point. */
static float focus_of(const struct depth_of_field *v,
                      const struct op_prep *prep)
{
    const struct op_site *s = prep->small;

    if (prep->focus)
        return *prep->focus;
    if (v->focus > 0)
        return prep->depth->kind == DEPTH_METRIC ? v->focus
                                                 : fminf(v->focus, 1);
    return distance_at(&prep->proxy->v, prep->depth,
                       (double)v->focus_x * s->full_w * s->sx + s->ox,
                       (double)v->focus_y * s->full_h * s->sy + s->oy);
}

static int make_optics(const struct depth_of_field *v,
                       const struct op_prep *prep, const struct op_site *site,
                       const struct shape *shape, double focus,
                       struct spread *o, struct err *e)
{
    const struct outline outline = {v->blades, (double)v->rotation, shape};
    const double f = (double)v->focal / 1000, n = (double)v->aperture;
    const double sensor = (double)v->sensor / 1000;
    const double width = site->full_w * site->sx;
    double gain;

    o->size = size_of(v, site);
    if (prep->depth->kind == DEPTH_METRIC) {
        focus = fmax(focus, 2 * f);
        gain = f * f / (n * (focus - f)) / sensor * width / 2;
    } else {
        gain = 2 * (double)o->size.most * NORMAL_N / n *
               (double)(v->focal * v->focal) / (NORMAL_FOCAL * NORMAL_FOCAL) *
               NORMAL_WIDTH / (double)v->sensor;
    }
    o->focus = (struct kern_focus){prep->depth->kind == DEPTH_RELATIVE,
                                   (float)focus, (float)gain, o->size.most};
    o->layers =
        (struct kern_layers){.boost = v->highlights, .threshold = v->threshold};
    return spread_make(o, &outline, e);
}

static int prepare(const void *values, const struct op_prep *prep, void **state,
                   struct err *e)
{
    const struct depth_of_field *v = values;
    struct state *s = mem_zero(1, sizeof(*s));
    struct shape *shape = NULL;
    double focus = distance_scale(prep->depth, (double)focus_of(v, prep));
    int rc;

    if (!s) {
        rc = err_mem(e, sizeof(*s));
        goto out;
    }
    if (v->shape[0])
        TRY(shape_load(v->shape, prep->folder, &shape, e));
    s->site = *prep->full;
    TRY(op_steady(prep, &focus, 1, e));
    focus = (double)(float)distance_scale(prep->depth, focus);
    TRY(make_optics(v, prep, prep->full, shape, focus, &s->full, e));
    TRY(make_optics(v, prep, prep->small, shape, focus, &s->small, e));
    *state = s;
    s = NULL;
out:
    shape_free(shape);
    release(s);
    return rc;
}

static const struct spread *spread_of(const struct op_job *job)
{
    const struct state *s = job->state;

    return job->site->sx == s->site.sx ? &s->full : &s->small;
}

static void rows(const struct op_job *job, const void *values)
{
    (void)values;
    spread_rows(spread_of(job), job);
}

/* Blur as light: red in front of the focus, blue behind, green in it. */
static void show(const struct op_job *job, const void *values)
{
    const struct spread *o = spread_of(job);
    float *radius = arena_floats(job->scratch, (size_t)job->dst.w);

    (void)values;
    for (int y = job->y0; y < job->y1; y++) {
        const struct op_row r = op_row(job, y);

        job->k->lens->radius(radius, row_of(&job->src, job->src.depth, y), r.n,
                             &o->focus);
        for (size_t x = 0; x < r.n; x++) {
            const float light = fminf(fmaxf(r.src[1][x], 0), 1);
            const float t = radius[x] / fmaxf(o->size.most, 0.5f);

            r.dst[0][x] = 0.2f * light + 0.8f * fmaxf(-t, 0);
            r.dst[1][x] = 0.2f * light + 0.6f * fmaxf(1 - fabsf(radius[x]), 0);
            r.dst[2][x] = 0.2f * light + 0.8f * fmaxf(t, 0);
        }
    }
}

const struct op op_depth_of_field = {
    .name = "depth_of_field",
    .doc = "Blurs what is nearer or farther than the focus, as a lens does",
    .params = params,
    .size = sizeof(struct depth_of_field),
    .domain = OP_LINEAR,
    .needs = OP_NEEDS_DEPTH | OP_NEEDS_TURN,
    .neutral = neutral,
    .check = check,
    .halo = halo,
    .scratch = scratch,
    .prepare = prepare,
    .rows = rows,
    .release = release,
    .show = show,
};
