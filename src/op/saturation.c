/* Saturation: more or less chroma in OKLab, with hue and lightness kept. */

#include "kern/oklab.h"
#include "op/op.h"
#include "op/row.h"

struct saturation {
    float amount;
};

static const struct param params[] = {
    P_FLOAT(saturation, amount, .lo = -1, .hi = 1,
            .doc = "Share of chroma that is added or taken, where -1 gives "
                   "grey and colours near the limit gain less"),
    P_END,
};

static bool neutral(const void *values)
{
    return ((const struct saturation *)values)->amount == 0;
}

static void rows(const struct op_job *job, const void *values)
{
    const struct saturation *v = values;
    const struct kern_vivid vivid = {.saturation = v->amount};

    for (int y = job->y0; y < job->y1; y++) {
        const struct op_row r = op_row(job, y);

        job->k->oklab->vivid(r.dst, r.src, r.n, &vivid);
    }
}

const struct op op_saturation = {
    .name = "saturation",
    .doc = "Makes all colours stronger or weaker",
    .params = params,
    .size = sizeof(struct saturation),
    .neutral = neutral,
    .rows = rows,
};
