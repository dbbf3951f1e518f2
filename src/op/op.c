/* The list of operations. */

#include <string.h>

#include "op/op.h"

#include "image/color.h"

/* One line per operation, ascending: op/<name>.c defines op_<name>. */
/* clang-format off */
#define OPS(X) \
    X(atmosphere) \
    X(bloom) \
    X(channel_mixer) \
    X(clarity) \
    X(color_balance) \
    X(contrast) \
    X(crop) \
    X(curve) \
    X(deband) \
    X(dehaze) \
    X(denoise) \
    X(depth_clarity) \
    X(depth_denoise) \
    X(depth_of_field) \
    X(display_map) \
    X(encode) \
    X(exposure) \
    X(grain) \
    X(halation) \
    X(hdr_place) \
    X(hsl) \
    X(letterbox) \
    X(levels) \
    X(lut3d) \
    X(orient) \
    X(resize) \
    X(saturation) \
    X(sharpen) \
    X(split_tone) \
    X(temporal_denoise) \
    X(texture) \
    X(tone) \
    X(tone_map) \
    X(unsharp) \
    X(vibrance) \
    X(vignette) \
    X(warmth) \
    X(white_balance) \
    X(zone_tone)
/* clang-format on */

#define X(name) extern const struct op op_##name;
OPS(X)
#undef X

const struct op *const ops[] = {
#define X(name) &op_##name,
    OPS(X)
#undef X
        NULL,
};

const char *const op_domain_names[] = {
    [OP_LINEAR] = "linear",
    [OP_ROOT] = "root",
    [OP_DISPLAY] = "display",
    [OP_CODE] = "code",
};

const char *const op_domain_docs[] = {
    [OP_LINEAR] = "linear light",
    [OP_ROOT] = "the square root of light",
    [OP_DISPLAY] = "display values",
    [OP_CODE] = "code values",
};

const struct op *op_find(const char *name)
{
    for (int i = 0; ops[i]; i++)
        if (strcmp(ops[i]->name, name) == 0)
            return ops[i];
    return NULL;
}

int op_steady(const struct op_prep *prep, double *value, int count,
              struct err *e)
{
    return prep->follow ? prep->follow(prep->turn, value, count, e) : 0;
}

size_t op_scratch(const struct op *op, const void *values,
                  const struct op_site *site, int rows)
{
    return op->scratch ? op->scratch(values, site, rows) : 0;
}

bool op_code_display(const void *values, const struct op_code *code)
{
    const struct curve *c = &code->color->curve[0];

    (void)values;
    return code->footage && code->color->kind == COLOR_MATRIX &&
           c->kind == CURVE_POWER && c->g >= 1.8 && c->g <= 2.8;
}
