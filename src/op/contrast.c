/*
 * Contrast: a power about a pivot, in linear light, so a straight line of
 * another slope through the pivot where both axes are logarithms. By default
 * the curve is that of luminance and all channels follow, so hue and chroma
 * stay; per channel it also makes colours stronger, as film does.
 */

#include <math.h>

#include "kern/grade.h"
#include "kern/point.h"
#include "op/op.h"
#include "op/row.h"

#define TOE 0.001f /* keeps the logarithm of black finite */

struct contrast {
    float amount;
    float pivot;
    float white;
    float keep_color;
};

static const struct param params[] = {
    P_FLOAT(contrast, amount, .lo = -1, .hi = 1,
            .doc = "Slope about the pivot as a power of two, where 1 doubles "
                   "and -1 halves it"),
    P_FLOAT(contrast, pivot, .def = 0.18, .lo = 0.01, .hi = 1,
            .doc = "Level of linear light that stays, middle grey being 0.18"),
    P_FLOAT(contrast, white, .def = 1, .lo = 0, .hi = 100,
            .doc = "Level above the pivot that stays too, with 0 for none"),
    P_FLOAT(contrast, keep_color, .def = 1, .lo = 0, .hi = 1,
            .doc = "How far channels follow luminance, where 0 treats each "
                   "alone and makes colours stronger"),
    P_END,
};

static bool neutral(const void *values)
{
    return ((const struct contrast *)values)->amount == 0;
}

static size_t scratch(const void *values, const struct op_site *site, int rows)
{
    (void)values;
    (void)rows;
    return op_row_bytes(site->w, 3);
}

static struct kern_contrast curve(const struct contrast *v)
{
    const float pivot = log2f(v->pivot + TOE);
    const float white = log2f(v->white + TOE);

    return (struct kern_contrast){
        .slope = exp2f(v->amount) - 1,
        .toe = TOE,
        .log_pivot = pivot,
        .over_white = white > pivot + 0.1f ? 1 / (white - pivot) : 0,
    };
}

static void rows(const struct op_job *job, const void *values)
{
    const struct contrast *v = values;
    const struct kern_contrast c = curve(v);
    const struct kern_grade *grade = job->k->grade;
    float *luma[3];

    for (int p = 0; p < 3; p++)
        luma[p] = arena_floats(job->scratch, (size_t)job->dst.w);
    for (int y = job->y0; y < job->y1; y++) {
        const struct op_row r = op_row(job, y);

        if (v->keep_color == 1) {
            grade->contrast_luma(r.dst, r.src, r.n, &c);
            continue;
        }
        if (v->keep_color > 0)
            grade->contrast_luma(luma, r.src, r.n, &c);
        for (int p = 0; p < 3; p++) {
            grade->contrast_each(r.dst[p], r.src[p], r.n, &c);
            if (v->keep_color > 0)
                job->k->point->mix(r.dst[p], r.dst[p], luma[p], r.n,
                                   v->keep_color);
        }
    }
}

const struct op op_contrast = {
    .name = "contrast",
    .doc = "Steeper or flatter about a pivot that stays",
    .params = params,
    .size = sizeof(struct contrast),
    .neutral = neutral,
    .scratch = scratch,
    .rows = rows,
};
