/* Opening tags of CLF files: what they are and what their attributes say. */

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "codec/clf_int.h"

static const char *attr(const char **atts, const char *name)
{
    for (; *atts; atts += 2)
        if (text_is_nocase(atts[0], name))
            return atts[1];
    return NULL;
}

static bool is_true(const char **atts, const char *name)
{
    return text_is_nocase(attr(atts, name), "true");
}

static void read_depth(struct clf *c, const char **atts, const char *which,
                       double *scale)
{
    static const struct {
        const char *name;
        double scale;
    } depths[] = {{"8i", 255},    {"10i", 1023}, {"12i", 4095},
                  {"16i", 65535}, {"16f", 1},    {"32f", 1}};
    const char *text = attr(atts, which);

    for (size_t i = 0; i < sizeof(depths) / sizeof(depths[0]); i++)
        if (text_is_nocase(text, depths[i].name)) {
            *scale = depths[i].scale;
            return;
        }
    clf_fail(c, "%s is '%.20s', allowed are 8i, 10i, 12i, 16i, 16f and 32f",
             which, text ? text : "");
}

static const struct {
    const char *name;
    enum clf_op op;
} ops[] = {
    {"ASC_CDL", CLF_CDL},   {"Exponent", CLF_EXPONENT}, {"Gamma", CLF_EXPONENT},
    {"Log", CLF_LOG},       {"LUT1D", CLF_LUT1D},       {"LUT3D", CLF_LUT3D},
    {"Matrix", CLF_MATRIX}, {"Range", CLF_RANGE},
};

static void default_params(struct clf_node *n)
{
    n->saturation = 1;
    for (int i = 0; i < 3; i++) {
        n->slope[i] = n->power[i] = 1;
        n->param[i][LIN_SLOPE] = n->param[i][LOG_SLOPE] = 1;
        n->param[i][LOG_BASE] = 2;
        n->param[i][EXPONENT] = 1;
    }
}

static void start_node(struct clf *c, enum clf_op op, const char **atts)
{
    struct clf_node *n = &c->node;
    const char *style = attr(atts, "style"), *how = attr(atts, "interpolation");

    *n = (struct clf_node){.op = op,
                           .line = (long)XML_GetCurrentLineNumber(c->parser)};
    default_params(n);
    read_depth(c, atts, "inBitDepth", &n->in);
    read_depth(c, atts, "outBitDepth", &n->out);
    if (c->out != 0 && n->in != c->out)
        clf_fail(c,
                 "its inBitDepth is not the outBitDepth of what is before it");
    c->out = n->out;
    snprintf(n->style, sizeof(n->style), "%s", style ? style : "");
    n->trilinear = text_is_nocase(how, "trilinear");
    n->half_domain = is_true(atts, "halfDomain");
    n->raw_halfs = is_true(atts, "rawHalfs");
    n->bypass = is_true(atts, "bypass");
    if (attr(atts, "hueAdjust") &&
        !text_is_nocase(attr(atts, "hueAdjust"), "none"))
        clf_fail(c, "hueAdjust is '%.20s', allowed is none",
                 attr(atts, "hueAdjust"));
}

/* "3 3", "33 33 33 3" */
static void read_dim(struct clf *c, const char **atts)
{
    struct clf_node *n = &c->node;
    const char *text = attr(atts, "dim"), *at = text;
    double v;

    n->dims = 0;
    while (at && *at && n->dims < 5 && text_scan_double(at, &at, &v) &&
           v >= 1 && v <= LUT_CURVE_MAX && v == floor(v)) {
        n->dim[n->dims++] = (int)v;
        while (*at == ' ' || *at == '\t' || *at == '\n' || *at == '\r')
            at++;
    }
    if (!at || *at || n->dims < 1)
        clf_fail(c,
                 "an Array with dim '%.40s', allowed are 1 … 5 whole numbers",
                 text ? text : "");
}

/* How many numbers the dimensions stand for, or 0 where they are wrong. */
static size_t array_count(const struct clf_node *n)
{
    const int *d = n->dim;

    switch (n->op) {
    case CLF_LUT1D:
        return n->dims == 2 && d[0] >= 2 && d[0] <= LUT_CURVE_MAX &&
                       (d[1] == 1 || d[1] == 3)
                   ? (size_t)d[0] * (size_t)d[1]
                   : 0;
    case CLF_LUT3D:
        return n->dims == 4 && d[0] >= 2 && d[0] <= LUT_CUBE_MAX &&
                       d[1] == d[0] && d[2] == d[0] && d[3] == 3
                   ? 3 * (size_t)d[0] * (size_t)d[0] * (size_t)d[0]
                   : 0;
    case CLF_MATRIX:
        return n->dims >= 2 && n->dims <= 3 && d[0] >= 3 && d[0] <= 4 &&
                       d[1] >= d[0] && d[1] <= d[0] + 1
                   ? (size_t)d[0] * (size_t)d[1]
                   : 0;
    default:
        return 0;
    }
}

static const char *array_allowed(const struct clf_node *n)
{
    return n->op == CLF_LUT1D   ? "2 … 1048576, and 1 or 3"
           : n->op == CLF_LUT3D ? "three equal sides of 2 … 256, and 3"
                                : "3 3, 3 4, 4 4 and 4 5";
}

static void start_array(struct clf *c, const char **atts)
{
    struct clf_node *n = &c->node;

    if (n->op != CLF_LUT1D && n->op != CLF_LUT3D && n->op != CLF_MATRIX) {
        clf_fail(c, "an Array in a node that has none");
        return;
    }
    if (n->value) {
        clf_fail(c, "a second Array");
        return;
    }
    read_dim(c, atts);
    c->want = n->want = c->rc == 0 ? array_count(n) : 0;
    if (c->rc < 0)
        return;
    /* Each number takes a digit and a blank. */
    if (!c->want)
        clf_fail(c, "an Array with dim '%.40s', allowed is %s",
                 attr(atts, "dim"), array_allowed(n));
    else if (c->want > c->len / 2 + 1)
        clf_fail(c, "an Array of %zu numbers in a file of %zu bytes", c->want,
                 c->len);
    else if (!(n->value = mem_array(c->want, sizeof(float))))
        clf_stop(c, err_mem(c->e, c->want * sizeof(float)));
}

static bool read_number(const char *text, double *v)
{
    return text_to_double(text, v) && fabs(*v) < 1e30;
}

static void start_params(struct clf *c, const char **atts)
{
    static const char *const names[PARAM_COUNT] = {
        [LIN_SLOPE] = "linSideSlope", [LIN_OFFSET] = "linSideOffset",
        [LOG_SLOPE] = "logSideSlope", [LOG_OFFSET] = "logSideOffset",
        [LOG_BASE] = "base",          [LIN_BREAK] = "linSideBreak",
        [LINE_SLOPE] = "linearSlope", [EXPONENT] = "exponent",
        [EXP_OFFSET] = "offset",      [REF_WHITE] = "refWhite",
        [REF_BLACK] = "refBlack",     [HIGHLIGHT] = "highlight",
        [SHADOW] = "shadow"};
    const char *channel = attr(atts, "channel");
    const int one = !channel                       ? -1
                    : text_is_nocase(channel, "R") ? 0
                    : text_is_nocase(channel, "G") ? 1
                    : text_is_nocase(channel, "B") ? 2
                    : text_is_nocase(channel, "A") ? 3
                                                   : 4;

    if (one == 4)
        clf_fail(c, "channel is '%.20s', allowed are R, G and B", channel);
    for (int i = 0; i < PARAM_COUNT; i++) {
        const char *text = attr(atts, names[i]);
        double v;

        if (!text && i == EXPONENT)
            text = attr(atts, "gamma");
        if (!text)
            continue;
        if (!read_number(text, &v)) {
            clf_fail(c, "%s is '%.40s', which is no number", names[i], text);
            return;
        }
        for (int k = 0; k < 3; k++)
            if (one < 0 || one == k) {
                c->node.param[k][i] = v;
                c->node.given[k] |= 1u << i;
            }
    }
}

/* What may stand in a node. */
static enum element child_of_node(struct clf *c, const char *name)
{
    static const char *const range[] = {"minInValue", "maxInValue",
                                        "minOutValue", "maxOutValue"};
    const enum clf_op op = c->node.op;

    if (text_is(name, "Array"))
        return E_ARRAY;
    if (op == CLF_LUT1D && text_is(name, "IndexMap"))
        return E_INDEX;
    for (int i = 0; i < 4 && op == CLF_RANGE; i++)
        if (text_is(name, range[i])) {
            c->which = i;
            return E_RANGE;
        }
    if (op == CLF_CDL && (text_is(name, "SOPNode") ||
                          text_is(name, "SatNode") || text_is(name, "SATNode")))
        return E_SOP;
    if (op == CLF_LOG && text_is(name, "LogParams"))
        return E_PARAMS;
    if (op == CLF_EXPONENT &&
        (text_is(name, "ExponentParams") || text_is(name, "GammaParams")))
        return E_PARAMS;
    return E_SKIP;
}

static enum element child_of_sop(const char *name)
{
    return text_is(name, "Slope")        ? E_SLOPE
           : text_is(name, "Offset")     ? E_OFFSET
           : text_is(name, "Power")      ? E_POWER
           : text_is(name, "Saturation") ? E_SATURATION
                                         : E_SKIP;
}

static void start_list(struct clf *c, const char **atts)
{
    const char *clf = attr(atts, "compCLFversion"),
               *ctf = attr(atts, "version");
    const char *name = attr(atts, "name"), *end;
    double v = 1;

    if (clf && strncmp(clf, "ST2136-1:", 9) != 0 &&
        (!text_scan_double(clf, &end, &v) || v < 1 || v >= 4))
        clf_fail(c, "compCLFversion is '%.20s', allowed are 1 … 3 and ST2136-1",
                 clf);
    v = 1;
    if ((ctf && !text_scan_double(ctf, &end, &v)) || v < 1 || v >= 3)
        clf_fail(c, "version is '%.20s', allowed is 1 … 2", ctf);
    snprintf(c->lut->title, sizeof(c->lut->title), "%s", name ? name : "");
}

static enum element child_of_list(struct clf *c, const char *name,
                                  const char **atts)
{
    if (text_is(name, "Description"))
        return E_TEXT;
    if (text_is(name, "Info") || text_is(name, "InputDescriptor") ||
        text_is(name, "OutputDescriptor") || text_is(name, "Id"))
        return E_SKIP;
    for (size_t i = 0; i < sizeof(ops) / sizeof(ops[0]); i++)
        if (text_is(name, ops[i].name)) {
            start_node(c, ops[i].op, atts);
            return E_NODE;
        }
    clf_fail(c,
             "'%.40s' is not read, allowed are ASC_CDL, Exponent, Gamma, Log, "
             "LUT1D, LUT3D, Matrix and Range",
             name);
    return E_SKIP;
}

static void start_numbers(struct clf *c, enum element kind, const char **atts)
{
    c->got = c->word_len = 0;
    c->want = kind == E_INDEX                           ? 4
              : kind == E_RANGE || kind == E_SATURATION ? 1
                                                        : 3;
    if (kind == E_ARRAY)
        start_array(c, atts);
    if (kind == E_INDEX && attr(atts, "dim") &&
        !text_is(attr(atts, "dim"), "2"))
        clf_fail(c, "an IndexMap with dim '%.20s', allowed is 2",
                 attr(atts, "dim"));
}

bool clf_has_numbers(enum element kind)
{
    return kind == E_ARRAY || kind == E_INDEX || kind == E_RANGE ||
           (kind >= E_SLOPE && kind <= E_SATURATION);
}

static enum element element_of(struct clf *c, const char *name,
                               const char **atts)
{
    const enum element in = c->depth ? c->stack[c->depth - 1] : E_LIST;

    if (c->depth == 0) {
        if (text_is(name, "ProcessList"))
            start_list(c, atts);
        else
            clf_fail(c, "it begins with '%.40s' and not with ProcessList",
                     name);
        return E_LIST;
    }
    switch (in) {
    case E_LIST:
        return child_of_list(c, name, atts);
    case E_NODE:
        return child_of_node(c, name);
    case E_SOP:
        return child_of_sop(name);
    case E_TEXT:
    case E_SKIP:
        return E_SKIP;
    default:
        clf_fail(c, "'%.40s' in a place where nothing can be", name);
        return E_SKIP;
    }
}

enum element clf_start(struct clf *c, const char *name, const char **atts)
{
    const enum element kind = element_of(c, name, atts);

    if (c->rc < 0)
        return E_SKIP;
    if (clf_has_numbers(kind))
        start_numbers(c, kind, atts);
    if (kind == E_PARAMS)
        start_params(c, atts);
    if (kind == E_TEXT)
        c->text[0] = '\0';
    return kind;
}
