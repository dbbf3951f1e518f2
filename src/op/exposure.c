/* Exposure: brightens or darkens linear light, and moves the black point. */

#include <math.h>

#include "kern/point.h"
#include "op/op.h"

struct exposure {
    float ev;
    float black;
};

static const struct param params[] = {
    P_FLOAT(exposure, ev, .lo = -8, .hi = 8, .step = 0.01, .unit = "EV",
            .doc = "Brightness in stops, where one stop up doubles the light"),
    P_FLOAT(exposure, black, .lo = -0.1, .hi = 0.1, .step = 0.001,
            .doc = "Level of linear light that becomes black, 1 being white"),
    P_END,
};

static bool neutral(const void *values)
{
    const struct exposure *v = values;

    return v->ev == 0 && v->black == 0;
}

static void rows(const struct op_job *job, const void *values)
{
    const struct exposure *v = values;
    const float gain = exp2f(v->ev);

    for (int y = job->y0; y < job->y1; y++)
        for (int p = 0; p < 3; p++)
            job->k->point->scale_bias(
                row_of(&job->dst, p, y), row_of(&job->src, p, y),
                (size_t)job->dst.w, gain, -v->black * gain);
}

const struct op op_exposure = {
    .name = "exposure",
    .doc = "Brightens or darkens linear light and moves the black point",
    .params = params,
    .size = sizeof(struct exposure),
    .neutral = neutral,
    .rows = rows,
};
