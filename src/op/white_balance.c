/*
 * White balance: the picture as if lit by light of another temperature, so a
 * lower one is warmer. White goes from the colour of 6500 K to that of the
 * light, by CAT16 adaptation in linear light; its luminance stays.
 */

#include <string.h>

#include "kern/convert.h"
#include "op/adapt.h"
#include "op/op.h"
#include "op/row.h"

struct white_balance {
    float kelvin;
    float tint;
};

static const struct param params[] = {
    P_FLOAT(white_balance, kelvin, .def = ADAPT_NEUTRAL, .lo = 1500,
            .hi = 20000, .step = 50, .unit = "K",
            .doc = "Temperature of the light, where less is warmer and 6500 "
                   "changes nothing"),
    P_FLOAT(white_balance, tint, .lo = -150, .hi = 150, .step = 1,
            .doc = "From green below 0 to magenta above, in 3000ths of the "
                   "CIE 1960 diagram across the line of daylight"),
    P_END,
};

static bool neutral(const void *values)
{
    const struct white_balance *v = values;

    return v->kelvin == ADAPT_NEUTRAL && v->tint == 0;
}

static int prepare(const void *values, const struct op_prep *prep, void **state,
                   struct err *e)
{
    const struct white_balance *v = values;
    float m[9];

    (void)prep;
    adapt_light((double)v->kelvin, (double)v->tint / -3000, m);
    *state = mem_copy(m, sizeof(m));
    return *state ? 0 : err_mem(e, sizeof(m));
}

static void rows(const struct op_job *job, const void *values)
{
    (void)values;
    for (int y = job->y0; y < job->y1; y++) {
        const struct op_row r = op_row(job, y);

        job->k->convert->matrix(r.dst, r.src, r.n, job->state);
    }
}

static void release(void *state)
{
    mem_free(state);
}

const struct op op_white_balance = {
    .name = "white_balance",
    .doc = "Warmer, colder, greener or more magenta light",
    .params = params,
    .size = sizeof(struct white_balance),
    .neutral = neutral,
    .prepare = prepare,
    .rows = rows,
    .release = release,
};
