/*
 * Warmth: a little warmer or cooler light, in even steps to the eye: by mireds
 * (millions over kelvins) along daylight, with the mathematics of
 * white_balance. Limited to the mid-tones, black and white stay as they are, as
 * by the mid-tones of a colour balance.
 */

#include <string.h>

#include "kern/convert.h"
#include "kern/grade.h"
#include "op/adapt.h"
#include "op/op.h"
#include "op/row.h"

enum { TONES_ALL, TONES_MID };

static const char *const tones[] = {"all", "midtones", NULL};

struct warmth {
    float amount;
    int tones;
};

static const struct param params[] = {
    P_FLOAT(warmth, amount, .lo = -1, .hi = 1,
            .doc = "Warmer above 0 and cooler below, where 0.15 is subtle and "
                   "1 takes daylight to 3900 K"),
    P_CHOICE(warmth, tones, .names = tones,
             .doc = "Whether black and white change with the rest"),
    P_END,
};

#define MIREDS 100 /* at an amount of 1 */

static bool neutral(const void *values)
{
    return ((const struct warmth *)values)->amount == 0;
}

static size_t scratch(const void *values, const struct op_site *site, int rows)
{
    const struct warmth *v = values;

    (void)rows;
    return v->tones == TONES_MID ? op_row_bytes(site->w, 3) : 0;
}

static int prepare(const void *values, const struct op_prep *prep, void **state,
                   struct err *e)
{
    const struct warmth *v = values;
    const double mired = 1e6 / ADAPT_NEUTRAL + MIREDS * (double)v->amount;
    float m[9];

    (void)prep;
    adapt_light(1e6 / mired, 0, m);
    *state = mem_copy(m, sizeof(m));
    return *state ? 0 : err_mem(e, sizeof(m));
}

static void rows(const struct op_job *job, const void *values)
{
    const struct warmth *v = values;
    float *other[3] = {0};

    for (int p = 0; p < 3 && v->tones == TONES_MID; p++)
        other[p] = arena_floats(job->scratch, (size_t)job->dst.w);
    for (int y = job->y0; y < job->y1; y++) {
        const struct op_row r = op_row(job, y);

        if (v->tones == TONES_ALL) {
            job->k->convert->matrix(r.dst, r.src, r.n, job->state);
            continue;
        }
        job->k->convert->matrix(other, r.src, r.n, job->state);
        job->k->grade->midtones(r.dst, r.src, (const float *const *)other, r.n);
    }
}

static void release(void *state)
{
    mem_free(state);
}

const struct op op_warmth = {
    .name = "warmth",
    .doc = "A little warmer or cooler light",
    .params = params,
    .size = sizeof(struct warmth),
    .neutral = neutral,
    .scratch = scratch,
    .prepare = prepare,
    .rows = rows,
    .release = release,
};
