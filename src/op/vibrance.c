/* Vibrance: chroma for what has little of it, in OKLab; skin is spared. */

#include "kern/oklab.h"
#include "op/op.h"
#include "op/row.h"

struct vibrance {
    float amount;
    float saturation;
    float protect_skin;
};

static const struct param params[] = {
    P_FLOAT(vibrance, amount, .lo = -1, .hi = 1,
            .doc = "Share of chroma that muted colours gain or lose, with "
                   "ever less for stronger ones"),
    P_FLOAT(vibrance, saturation, .lo = -1, .hi = 1,
            .doc = "Share of chroma that all colours gain or lose, in the same "
                   "turn as vibrance"),
    P_FLOAT(vibrance, protect_skin, .def = 0.7, .lo = 0, .hi = 1,
            .doc = "How much of the change is kept from the hues of skin"),
    P_END,
};

static bool neutral(const void *values)
{
    const struct vibrance *v = values;

    return v->amount == 0 && v->saturation == 0;
}

static void rows(const struct op_job *job, const void *values)
{
    const struct vibrance *v = values;
    const struct kern_vivid vivid = {.saturation = v->saturation,
                                     .vibrance = v->amount,
                                     .skin = v->protect_skin};

    for (int y = job->y0; y < job->y1; y++) {
        const struct op_row r = op_row(job, y);

        job->k->oklab->vivid(r.dst, r.src, r.n, &vivid);
    }
}

const struct op op_vibrance = {
    .name = "vibrance",
    .doc = "Makes muted colours stronger and spares skin",
    .params = params,
    .size = sizeof(struct vibrance),
    .neutral = neutral,
    .rows = rows,
};
