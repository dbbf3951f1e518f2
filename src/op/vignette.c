/* Vignette: the light that a lens loses towards the corners. */

#include <math.h>

#include "kern/local.h"
#include "op/row.h"

struct vignette {
    float amount;
    float midpoint;
    float feather;
    float roundness;
};

static const struct param params[] = {
    P_FLOAT(vignette, amount, .lo = -1, .hi = 1, .def = 0.3,
            .doc = "Loss of light in the corners, where less than 0 adds it"),
    P_FLOAT(vignette, midpoint, .lo = 0, .hi = 1, .def = 0.5,
            .doc = "Where the loss is half way, from the centre to a corner"),
    P_FLOAT(vignette, feather, .lo = 0.05, .hi = 1, .def = 1,
            .doc = "Width of the transition, from the centre to a corner"),
    P_FLOAT(vignette, roundness, .lo = 0, .hi = 1,
            .doc = "Shape from an ellipse as wide as the picture to a circle"),
    P_END,
};

static bool neutral(const void *values)
{
    const struct vignette *v = values;

    return v->amount == 0;
}

/* Length that counts as 1 along an edge of length `side`. */
static double unit_of(double side, double diagonal, double roundness)
{
    const double ellipse = side * sqrt(0.5);

    return ellipse + (diagonal / 2 - ellipse) * roundness;
}

static void rows(const struct op_job *job, const void *values)
{
    const struct vignette *v = values;
    const struct op_site *s = job->site;
    const double w = s->full_w, h = s->full_h, d = hypot(w, h);
    const double ux = unit_of(w, d, (double)v->roundness);
    const double uy = unit_of(h, d, (double)v->roundness);
    const double least = 1 - 0.9 * fabs((double)v->amount);
    struct kern_vignette g = {
        .x = (float)(((0.5 - s->ox) / s->sx - w / 2) / ux),
        .step = (float)(1 / (s->sx * ux)),
        .start = v->midpoint - v->feather / 2,
        .scale = 1 / v->feather,
        .k = (float)(1 / sqrt(least) - 1),
        .brighten = v->amount < 0,
    };

    for (int y = job->y0; y < job->y1; y++) {
        const double ry = ((y + 0.5 - s->oy) / s->sy - h / 2) / uy;
        const struct op_row r = op_row(job, y);

        g.y2 = (float)(ry * ry);
        job->k->local->vignette(r.dst, r.n, &g);
    }
}

const struct op op_vignette = {
    .name = "vignette",
    .doc = "Darkens the corners as a lens does, or brightens them",
    .params = params,
    .size = sizeof(struct vignette),
    .domain = OP_LINEAR,
    .neutral = neutral,
    .rows = rows,
};
