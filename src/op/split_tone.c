/*
 * Split toning: one tint for shadows and one for highlights, as an offset of
 * a and b in OKLab that fades towards black and white, which stay as they are.
 */

#include <math.h>

#include "kern/oklab.h"
#include "op/op.h"
#include "op/row.h"

#define CHROMA 0.15f /* of a tint at full saturation, at lightness 0.5 */

struct split_tone {
    float shadow_hue;
    float shadow_saturation;
    float highlight_hue;
    float highlight_saturation;
    float balance;
};

static const struct param params[] = {
    P_FLOAT(split_tone, shadow_hue, .def = 230, .lo = 0, .hi = 360, .step = 1,
            .unit = "deg",
            .doc = "Hue of the shadows on the OKLCh circle, where 30 is red, "
                   "110 yellow, 140 green, 195 aqua and 265 blue"),
    P_FLOAT(split_tone, shadow_saturation, .lo = 0, .hi = 1,
            .doc = "Strength of the tint in the shadows"),
    P_FLOAT(split_tone, highlight_hue, .def = 70, .lo = 0, .hi = 360, .step = 1,
            .unit = "deg", .doc = "Hue of the highlights on the same circle"),
    P_FLOAT(split_tone, highlight_saturation, .lo = 0, .hi = 1,
            .doc = "Strength of the tint in the highlights"),
    P_FLOAT(split_tone, balance, .lo = -1, .hi = 1,
            .doc = "Which tint reaches further, where above 0 favours the "
                   "highlights"),
    P_END,
};

static bool neutral(const void *values)
{
    const struct split_tone *v = values;

    return v->shadow_saturation == 0 && v->highlight_saturation == 0;
}

static void rows(const struct op_job *job, const void *values)
{
    const struct split_tone *v = values;
    const float degree = (float)(M_PI / 180);
    const float dark = CHROMA * v->shadow_saturation;
    const float light = CHROMA * v->highlight_saturation;
    const struct kern_split c = {
        .shadow_a = dark * cosf(v->shadow_hue * degree),
        .shadow_b = dark * sinf(v->shadow_hue * degree),
        .light_a = light * cosf(v->highlight_hue * degree),
        .light_b = light * sinf(v->highlight_hue * degree),
        .middle = 0.5f - 0.4f * v->balance,
    };

    for (int y = job->y0; y < job->y1; y++) {
        const struct op_row r = op_row(job, y);

        job->k->oklab->split(r.dst, r.src, r.n, &c);
    }
}

const struct op op_split_tone = {
    .name = "split_tone",
    .doc = "Tints shadows and highlights, with black and white kept",
    .params = params,
    .size = sizeof(struct split_tone),
    .neutral = neutral,
    .rows = rows,
};
