/*
 * SDR into HDR: its white goes where the white of HDR pictures is, and above a
 * knee highlights may grow towards a peak. One factor for all three channels,
 * by the brightest: hue and saturation stay.
 */

#include <math.h>

#include "kern/point.h"
#include "op/display.h"
#include "op/row.h"

struct hdr_place {
    float white;
    float peak;
    float knee;
};

static const struct param params[] = {
    P_FLOAT(hdr_place, white, .def = DISPLAY_WHITE, .lo = 50, .hi = 1000,
            .step = 1, .unit = "cd/m2",
            .doc = "Where white goes, with 203 for what BT.2408 says"),
    P_FLOAT(hdr_place, peak, .lo = 0, .hi = 10000, .step = 10, .unit = "cd/m2",
            .doc = "Light that white reaches when highlights are expanded, "
                   "with 0 for no expansion"),
    P_FLOAT(hdr_place, knee, .def = 0.5, .lo = 0.1, .hi = 0.9,
            .doc = "Light, as a share of white, above which the expansion "
                   "begins"),
    P_END,
};

static bool expands(const struct hdr_place *v)
{
    return v->peak > v->white;
}

static bool neutral(const void *values)
{
    const struct hdr_place *v = values;

    return v->white == (float)DISPLAY_WHITE && !expands(v);
}

/* Straight to the knee, then more by a parabola, which joins it smoothly. */
static int prepare(const void *values, const struct op_prep *prep, void **state,
                   struct err *e)
{
    const struct hdr_place *v = values;
    const double gain = (double)v->white / DISPLAY_WHITE;
    const double more = (double)v->peak / DISPLAY_WHITE - gain;
    struct kern_hdr_curve *c;

    (void)prep;
    if (!expands(v))
        return 0;
    c = mem_zero(1, sizeof(*c));
    if (!c)
        return err_mem(e, sizeof(*c));
    c->top = 1;
    c->open = true;
    for (int i = 0; i < HDR_POINTS; i++) {
        const double x = hdr_point(i);
        const double t = (x - (double)v->knee) / (1 - (double)v->knee);

        c->y[i] = (float)(gain * x + (t > 0 ? more * t * t : 0));
    }
    c->y[HDR_POINTS] = c->y[HDR_POINTS - 1];
    *state = c;
    return 0;
}

static void rows(const struct op_job *job, const void *values)
{
    const struct hdr_place *v = values;
    const float gain = v->white / (float)DISPLAY_WHITE;

    for (int y = job->y0; y < job->y1; y++) {
        const struct op_row r = op_row(job, y);

        if (job->state)
            job->k->hdr->map(r.dst, r.src, r.n, job->state);
        else
            for (int p = 0; p < 3; p++)
                job->k->point->scale_bias(r.dst[p], r.src[p], r.n, gain, 0);
    }
}

static void release(void *state)
{
    mem_free(state);
}

const struct op op_hdr_place = {
    .name = "hdr_place",
    .doc = "Places a picture of normal range in HDR, with brighter highlights "
           "if wanted",
    .params = params,
    .size = sizeof(struct hdr_place),
    .neutral = neutral,
    .prepare = prepare,
    .rows = rows,
    .release = release,
};
