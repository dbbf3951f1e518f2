/* Nodes of CLF files as stages: tables, matrices, ranges and ASC CDL. */

#include <float.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "codec/clf_int.h"
#include "kern/convert.h"

/* No limit of a range. */
#define NONE_LO (-(double)FLT_MAX)
#define NONE_HI ((double)FLT_MAX)

int clf_refuse(const struct clf_node *n, struct err *e, const char *fmt, ...)
{
    char text[ERR_TEXT_MAX];
    va_list args;

    va_start(args, fmt);
    vsnprintf(text, sizeof(text), fmt, args);
    va_end(args);
    return err_set(e, ERR_DATA, "line %ld: %s", n->line, text);
}

/* x mul + add of each channel, kept in lo … hi. */
static int add_sums(struct lut *lut, const double mul[3], const double add[3],
                    double lo, double hi, struct err *e)
{
    struct lut_stage s = {.kind = LUT_RANGE};

    for (int c = 0; c < 3; c++)
        s.channel[c].range = (struct kern_clf_range){
            (float)mul[c], (float)add[c], (float)lo, (float)hi};
    return lut_add_take(lut, &s, e);
}

static int add_powers(struct lut *lut, const double power[3],
                      bool pass_negative, struct err *e)
{
    struct lut_stage s = {.kind = LUT_POWER};

    for (int c = 0; c < 3; c++)
        s.channel[c].power = (struct kern_clf_power){.scale = 1,
                                                     .power = (float)power[c],
                                                     .gain = 1,
                                                     .slope = pass_negative};
    return lut_add_take(lut, &s, e);
}

/* Numbers of the file are halfs' bits, or code values of the output. */
static void scale_values(struct clf_node *n)
{
    const struct kern_convert *k = kern_best()->convert;

    for (size_t i = 0; i < n->want && n->raw_halfs; i++) {
        const float v = n->value[i];
        const uint16_t bits = v >= 0 && v <= 65535 ? (uint16_t)v : 0;

        k->unpack_f16(&n->value[i], &bits, 1, 1);
        if (isinf(n->value[i]))
            n->value[i] = copysignf(65504, n->value[i]);
        if (isnan(n->value[i]))
            n->value[i] = 0;
    }
    for (size_t i = 0; i < n->want && n->out != 1; i++)
        n->value[i] = (float)((double)n->value[i] / n->out);
}

static int add_half(const struct clf_node *n, struct lut *lut, struct err *e)
{
    struct lut_stage s = {.kind = LUT_HALF};
    const int channels = n->dim[1];

    if (n->dim[0] != 65536)
        return clf_refuse(
            n, e,
            "halfDomain with %d numbers for a channel, allowed is "
            "65536",
            n->dim[0]);
    s.value = mem_array(3 * 65536, sizeof(float));
    if (!s.value)
        return err_mem(e, 3 * 65536 * sizeof(float));
    for (size_t c = 0; c < 3; c++)
        for (size_t i = 0; i < 65536; i++)
            s.value[c * 65536 + i] =
                n->value[i * (size_t)channels + (channels == 3 ? c : 0)];
    return lut_add_take(lut, &s, e);
}

static int add_curves(const struct clf_node *n, struct lut *lut, struct err *e)
{
    struct lut_stage s = {.kind = LUT_TABLE};
    const int points = n->dim[0], channels = n->dim[1];
    int rc;

    TRY(lut_new(points, 0, &s.table, e));
    for (int c = 0; c < 3; c++)
        for (int i = 0; i < points; i++)
            s.table->curve[c * points + i] =
                n->value[i * channels + (channels == 3 ? c : 0)];
    rc = lut_add_take(lut, &s, e);
out:
    return rc;
}

/* Two inputs and the places in the table that they go to. */
static int add_index(const struct clf_node *n, struct lut *lut, struct err *e)
{
    const double last = n->dim[0] - 1;
    const double a = n->index[0] / n->in, b = n->index[2] / n->in;
    const double p = n->index[1] / last, q = n->index[3] / last;
    const double mul = (q - p) / (b - a), add = p - a * mul;

    if (!(a < b) || !(p < q))
        return clf_refuse(n, e, "an IndexMap from %g … %g to %g … %g",
                          n->index[0], n->index[2], n->index[1], n->index[3]);
    return add_sums(lut, (double[3]){mul, mul, mul}, (double[3]){add, add, add},
                    p, q, e);
}

static int add_lut1d(struct clf_node *n, struct lut *lut, struct err *e)
{
    int rc;

    scale_values(n);
    if (n->half_domain)
        return add_half(n, lut, e);
    if (n->indexed)
        TRY(add_index(n, lut, e));
    rc = add_curves(n, lut, e);
out:
    return rc;
}

/* Blue runs fastest there, red here. */
static int add_lut3d(struct clf_node *n, struct lut *lut, struct err *e)
{
    struct lut_stage s = {.kind = LUT_TABLE};
    const size_t side = (size_t)n->dim[0];
    const float *v = n->value;
    int rc;

    scale_values(n);
    TRY(lut_new(0, n->dim[0], &s.table, e));
    for (size_t r = 0; r < side; r++)
        for (size_t g = 0; g < side; g++)
            for (size_t b = 0; b < side; b++, v += 3) {
                float *node = s.table->node + 4 * ((b * side + g) * side + r);

                memcpy(node, v, 3 * sizeof(float));
                node[3] = 0;
            }
    s.table->trilinear = n->trilinear;
    rc = lut_add_take(lut, &s, e);
out:
    return rc;
}

/* Alpha must be left alone. */
static bool is_opaque(const struct clf_node *n)
{
    const int w = n->dim[1];
    const double same = n->out / n->in;
    bool good = true;

    for (int i = 0; i < 4 && n->dim[0] == 4; i++) {
        good = good && fabs((double)n->value[3 * w + i] - (i == 3 ? same : 0)) <
                           1e-6 * same;
        good = good && (i == 3 || n->value[i * w + 3] == 0);
    }
    return good && (n->dim[0] == 3 || w == 4 || n->value[3 * w + 4] == 0);
}

static int add_matrix(const struct clf_node *n, struct lut *lut, struct err *e)
{
    struct lut_stage s = {.kind = LUT_MATRIX};
    const int w = n->dim[1];

    if (!is_opaque(n))
        return clf_refuse(n, e, "a Matrix that mixes alpha with colours");
    for (int i = 0; i < 3; i++) {
        for (int k = 0; k < 3; k++)
            s.matrix[3 * i + k] =
                (float)((double)n->value[i * w + k] * n->in / n->out);
        if (w > n->dim[0])
            s.offset[i] = (float)((double)n->value[i * w + w - 1] / n->out);
    }
    return lut_add_take(lut, &s, e);
}

/* Its sums per channel are the same. */
static int add_scale(struct lut *lut, double mul, double add, double lo,
                     double hi, struct err *e)
{
    return add_sums(lut, (double[3]){mul, mul, mul}, (double[3]){add, add, add},
                    lo, hi, e);
}

static bool same(double a, double b)
{
    return fabs(a - b) <= 1e-6 * fmax(1, fabs(a));
}

static int add_range(const struct clf_node *n, struct lut *lut, struct err *e)
{
    const bool clamp = !text_is_nocase(n->style, "noClamp");
    const bool lower = n->has & 1u << MIN_IN, upper = n->has & 1u << MAX_IN;
    const double a = n->range[MIN_IN] / n->in, b = n->range[MAX_IN] / n->in;
    const double p = n->range[MIN_OUT] / n->out, q = n->range[MAX_OUT] / n->out;

    if (lower != !!(n->has & 1u << MIN_OUT) ||
        upper != !!(n->has & 1u << MAX_OUT) || (!lower && !upper))
        return clf_refuse(
            n, e,
            "a Range needs minInValue and minOutValue, maxInValue "
            "and maxOutValue, or all four");
    if (!clamp && !(lower && upper))
        return clf_refuse(n, e,
                          "a Range of style noClamp needs all four values");
    if (lower && upper) {
        const double mul = (q - p) / (b - a);

        if (!(a < b) || !(p <= q))
            return clf_refuse(n, e, "a Range from %g … %g to %g … %g",
                              n->range[MIN_IN], n->range[MAX_IN],
                              n->range[MIN_OUT], n->range[MAX_OUT]);
        return add_scale(lut, mul, p - a * mul, clamp ? p : NONE_LO,
                         clamp ? q : NONE_HI, e);
    }
    if ((lower && !same(a, p)) || (upper && !same(b, q)))
        return clf_refuse(n, e,
                          "a Range with one limit must have the same value in "
                          "and out");
    return add_scale(lut, 1, 0, lower ? p : NONE_LO, upper ? q : NONE_HI, e);
}

/* luma + saturation (x - luma), luma being that of Rec.709 (ASC CDL 1.2). */
static int add_saturation(struct lut *lut, double saturation, struct err *e)
{
    static const double luma[3] = {0.2126, 0.7152, 0.0722};
    struct lut_stage s = {.kind = LUT_MATRIX};

    if (saturation == 1)
        return 0;
    for (int i = 0; i < 9; i++)
        s.matrix[i] = (float)((1 - saturation) * luma[i % 3] +
                              (i % 4 == 0 ? saturation : 0));
    return lut_add_take(lut, &s, e);
}

static int add_clamp(struct lut *lut, bool clamp, struct err *e)
{
    return clamp ? add_scale(lut, 1, 0, 0, 1, e) : 0;
}

static int add_cdl_forward(const struct clf_node *n, struct lut *lut,
                           bool clamp, struct err *e)
{
    int rc;

    TRY(add_sums(lut, n->slope, n->offset, clamp ? 0 : NONE_LO,
                 clamp ? 1 : NONE_HI, e));
    if (n->power[0] != 1 || n->power[1] != 1 || n->power[2] != 1)
        TRY(add_powers(lut, n->power, !clamp, e));
    TRY(add_saturation(lut, n->saturation, e));
    rc = add_clamp(lut, clamp, e);
out:
    return rc;
}

static int add_cdl_back(const struct clf_node *n, struct lut *lut, bool clamp,
                        struct err *e)
{
    double power[3], mul[3], add[3];
    int rc;

    for (int c = 0; c < 3; c++) {
        power[c] = 1 / n->power[c];
        mul[c] = 1 / n->slope[c];
        add[c] = -n->offset[c] / n->slope[c];
    }
    TRY(add_clamp(lut, clamp, e));
    TRY(add_saturation(lut, 1 / n->saturation, e));
    TRY(add_clamp(lut, clamp, e));
    if (power[0] != 1 || power[1] != 1 || power[2] != 1)
        TRY(add_powers(lut, power, !clamp, e));
    rc = add_sums(lut, mul, add, clamp ? 0 : NONE_LO, clamp ? 1 : NONE_HI, e);
out:
    return rc;
}

static int add_cdl(const struct clf_node *n, struct lut *lut, struct err *e)
{
    static const struct {
        const char *name;
        bool back, clamp;
    } styles[] = {
        {"", false, true},           {"Fwd", false, true},
        {"Rev", true, true},         {"FwdNoClamp", false, false},
        {"RevNoClamp", true, false}, {"v1.2_Fwd", false, true},
        {"v1.2_Rev", true, true},    {"noClampFwd", false, false},
        {"noClampRev", true, false},
    };

    for (int c = 0; c < 3; c++)
        if (!(n->slope[c] >= 0) || !(n->power[c] >= 0.01) ||
            !(n->power[c] <= 100) || !(n->saturation >= 0))
            return clf_refuse(n, e,
                              "an ASC_CDL with slope %g, power %g, saturation "
                              "%g; allowed is 0 or more, 0.01 … 100, 0 or more",
                              n->slope[c], n->power[c], n->saturation);
    for (size_t i = 0; i < sizeof(styles) / sizeof(styles[0]); i++) {
        if (!text_is_nocase(n->style, styles[i].name))
            continue;
        if (!styles[i].back)
            return add_cdl_forward(n, lut, styles[i].clamp, e);
        if (n->slope[0] == 0 || n->slope[1] == 0 || n->slope[2] == 0 ||
            n->saturation == 0)
            return clf_refuse(n, e,
                              "an ASC_CDL of style %s that has a slope or "
                              "saturation of 0",
                              n->style);
        return add_cdl_back(n, lut, styles[i].clamp, e);
    }
    return clf_refuse(n, e,
                      "an ASC_CDL of style '%s', allowed are Fwd, Rev, "
                      "FwdNoClamp and RevNoClamp",
                      n->style);
}

int clf_add_node(struct clf_node *n, struct lut *lut, struct err *e)
{
    if (!n->value &&
        (n->op == CLF_LUT1D || n->op == CLF_LUT3D || n->op == CLF_MATRIX))
        return clf_refuse(n, e, "a node without its Array");
    switch (n->op) {
    case CLF_CDL:
        return add_cdl(n, lut, e);
    case CLF_EXPONENT:
        return clf_add_exponent(n, lut, e);
    case CLF_LOG:
        return clf_add_log(n, lut, e);
    case CLF_LUT1D:
        return add_lut1d(n, lut, e);
    case CLF_LUT3D:
        return add_lut3d(n, lut, e);
    case CLF_MATRIX:
        return add_matrix(n, lut, e);
    case CLF_RANGE:
        return add_range(n, lut, e);
    }
    return 0;
}
