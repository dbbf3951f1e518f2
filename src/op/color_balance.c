/*
 * Lift, gamma, gain in the display domain, for all channels and for each:
 *
 *     ((x + lift (1 - x)) gain)^(1 / gamma)
 *
 * Lift moves black and leaves white, gain moves white and leaves black, gamma
 * bends what is between. With `preserve` the part that differs per channel
 * changes colour only: luminance is what the common part alone makes it.
 */

#include "kern/convert.h"
#include "kern/grade.h"
#include "op/op.h"
#include "op/row.h"

struct color_balance {
    float lift, lift_red, lift_green, lift_blue;
    float gamma, gamma_red, gamma_green, gamma_blue;
    float gain, gain_red, gain_green, gain_blue;
    bool preserve;
};

#define LIFT(field, what)                                                      \
    P_FLOAT(color_balance, field, .lo = -0.5, .hi = 0.5,                       \
            .doc = "Raises or lowers the black of " what)
#define GAMMA(field, what)                                                     \
    P_FLOAT(color_balance, field, .def = 1, .lo = 0.25, .hi = 4,               \
            .doc = "Brightens above 1 or darkens the middle of " what)
#define GAIN(field, what)                                                      \
    P_FLOAT(color_balance, field, .def = 1, .lo = 0, .hi = 4,                  \
            .doc = "Multiplies the white of " what)

static const struct param params[] = {
    LIFT(lift, "all channels"),
    LIFT(lift_red, "red"),
    LIFT(lift_green, "green"),
    LIFT(lift_blue, "blue"),
    GAMMA(gamma, "all channels"),
    GAMMA(gamma_red, "red"),
    GAMMA(gamma_green, "green"),
    GAMMA(gamma_blue, "blue"),
    GAIN(gain, "all channels"),
    GAIN(gain_red, "red"),
    GAIN(gain_green, "green"),
    GAIN(gain_blue, "blue"),
    P_BOOL(color_balance, preserve,
           .doc = "Lets the values of single channels change colour only and "
                  "not luminance"),
    P_END,
};

static struct kern_levels levels_of(float lift, float gamma, float gain)
{
    return (struct kern_levels){
        .mul = gain * (1 - lift),
        .add = gain * lift,
        .power = 1 / gamma,
        .out_mul = 1,
    };
}

static struct kern_levels channel(const struct color_balance *v, int p)
{
    const float lift[3] = {v->lift_red, v->lift_green, v->lift_blue};
    const float gamma[3] = {v->gamma_red, v->gamma_green, v->gamma_blue};
    const float gain[3] = {v->gain_red, v->gain_green, v->gain_blue};

    return levels_of(v->lift + lift[p], v->gamma * gamma[p], v->gain * gain[p]);
}

static bool is_identity(struct kern_levels c)
{
    return c.mul == 1 && c.add == 0 && c.power == 1;
}

static bool neutral(const void *values)
{
    const struct color_balance *v = values;

    return is_identity(channel(v, 0)) && is_identity(channel(v, 1)) &&
           is_identity(channel(v, 2));
}

static size_t scratch(const void *values, const struct op_site *site, int rows)
{
    const struct color_balance *v = values;

    (void)rows;
    return v->preserve ? op_row_bytes(site->w, 5) : 0;
}

static void rows(const struct op_job *job, const void *values)
{
    const struct color_balance *v = values;
    const struct kern_levels all = levels_of(v->lift, v->gamma, v->gain);
    const struct kern_levels each[3] = {channel(v, 0), channel(v, 1),
                                        channel(v, 2)};
    const struct kern_grade *grade = job->k->grade;
    float *common[3] = {0}, *want = NULL, *have = NULL;

    if (v->preserve) {
        for (int p = 0; p < 3; p++)
            common[p] = arena_floats(job->scratch, (size_t)job->dst.w);
        want = arena_floats(job->scratch, (size_t)job->dst.w);
        have = arena_floats(job->scratch, (size_t)job->dst.w);
    }
    for (int y = job->y0; y < job->y1; y++) {
        const struct op_row r = op_row(job, y);
        const float *made[3] = {r.dst[0], r.dst[1], r.dst[2]};
        const float *plain[3] = {common[0], common[1], common[2]};

        if (v->preserve) {
            for (int p = 0; p < 3; p++)
                grade->levels(common[p], r.src[p], r.n, &all);
            job->k->convert->luminance(want, plain, r.n);
        }
        for (int p = 0; p < 3; p++)
            grade->levels(r.dst[p], r.src[p], r.n, &each[p]);
        if (v->preserve) {
            job->k->convert->luminance(have, made, r.n);
            grade->rescale(r.dst, r.n, want, have);
        }
    }
}

const struct op op_color_balance = {
    .name = "color_balance",
    .doc = "Lift, gamma and gain for all channels and for each",
    .params = params,
    .size = sizeof(struct color_balance),
    .domain = OP_DISPLAY,
    .code = op_code_display,
    .neutral = neutral,
    .scratch = scratch,
    .rows = rows,
};
