/* Levels: where black and white lie before and after, and a gamma between. */

#include "kern/grade.h"
#include "op/op.h"

struct levels {
    float black;
    float white;
    float gamma;
    float out_black;
    float out_white;
};

static const struct param params[] = {
    P_FLOAT(levels, black, .lo = -1, .hi = 1,
            .doc = "Display level that becomes the black of the result"),
    P_FLOAT(levels, white, .def = 1, .lo = 0, .hi = 4,
            .doc = "Display level that becomes the white of the result"),
    P_FLOAT(levels, gamma, .def = 1, .lo = 0.1, .hi = 10,
            .doc = "Brightness of the middle, where above 1 is brighter"),
    P_FLOAT(levels, out_black, .lo = -1, .hi = 1,
            .doc = "Display level of the result's black"),
    P_FLOAT(levels, out_white, .def = 1, .lo = 0, .hi = 4,
            .doc = "Display level of the result's white"),
    P_END,
};

static bool neutral(const void *values)
{
    const struct levels *v = values;

    return v->black == 0 && v->white == 1 && v->gamma == 1 &&
           v->out_black == 0 && v->out_white == 1;
}

static int check(const void *values, struct err *e)
{
    const struct levels *v = values;

    if (v->white < v->black + 0.01f)
        return err_set(e, ERR_ARG,
                       "white %g must be at least 0.01 above black %g",
                       (double)v->white, (double)v->black);
    return 0;
}

static void rows(const struct op_job *job, const void *values)
{
    const struct levels *v = values;
    const float mul = 1 / (v->white - v->black);
    const struct kern_levels c = {
        .mul = mul,
        .add = -v->black * mul,
        .power = 1 / v->gamma,
        .out_mul = v->out_white - v->out_black,
        .out_add = v->out_black,
    };

    for (int y = job->y0; y < job->y1; y++)
        for (int p = 0; p < 3; p++)
            job->k->grade->levels(row_of(&job->dst, p, y),
                                  row_of(&job->src, p, y), (size_t)job->dst.w,
                                  &c);
}

const struct op op_levels = {
    .name = "levels",
    .doc = "Sets black, white and the gamma between them",
    .params = params,
    .size = sizeof(struct levels),
    .domain = OP_DISPLAY,
    .code = op_code_display,
    .neutral = neutral,
    .check = check,
    .rows = rows,
};
