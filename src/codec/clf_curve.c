/* Log and Exponent of CLF files; the formulas are those of the specification,
   sections "Log" and "Exponent". */

#include <math.h>

#include "base/text.h"
#include "codec/clf_int.h"

enum log_style { LOG_2, LOG_10, LIN_TO_LOG, CAMERA };

static const struct {
    const char *name;
    enum log_style style;
    bool back;
} log_styles[] = {
    {"log2", LOG_2, false},
    {"antiLog2", LOG_2, true},
    {"log10", LOG_10, false},
    {"antiLog10", LOG_10, true},
    {"linToLog", LIN_TO_LOG, false},
    {"logToLin", LIN_TO_LOG, true},
    {"cameraLinToLog", CAMERA, false},
    {"cameraLogToLin", CAMERA, true},
};

/*
 * CTF of old states a film scan's curve (Kodak's Cineon): 0.002 density for
 * each of 1023 codes.
 */
static bool from_cineon(const double *old, double *p)
{
    const double density = 0.002 * 1023 / old[EXPONENT];
    const double white = old[REF_WHITE] / 1023, black = old[REF_BLACK] / 1023;
    const double span = old[HIGHLIGHT] - old[SHADOW];
    const double gain = span /
                        (1 - pow(10, fmin((black - white) * density, -0.0001)));

    p[LOG_BASE] = 10;
    p[LOG_SLOPE] = 1 / density;
    p[LOG_OFFSET] = white;
    p[LIN_SLOPE] = 1 / gain;
    p[LIN_OFFSET] = (gain - span - old[SHADOW]) / gain;
    return old[EXPONENT] > 0.01 && white > black && span > 0;
}

static bool is_cineon(const struct clf_node *n)
{
    return n->given[0] & 1u << REF_WHITE || n->given[1] & 1u << REF_WHITE ||
           n->given[2] & 1u << REF_WHITE;
}

/* Of one channel: the curve, and the line below the break of a camera. */
struct line {
    double brk, slope, offset;
};

static bool get_line(const struct clf_node *n, int c, const double *p,
                     bool back, struct line *line)
{
    const double x = p[LIN_BREAK];
    const double inner = p[LIN_SLOPE] * x + p[LIN_OFFSET];
    const double base = log(p[LOG_BASE]);
    const double y = p[LOG_SLOPE] * log(inner) / base + p[LOG_OFFSET];
    const double slope = n->given[c] & 1u << LINE_SLOPE
                             ? p[LINE_SLOPE]
                             : p[LOG_SLOPE] * p[LIN_SLOPE] / (inner * base);
    const double offset = y - slope * x;

    *line = back ? (struct line){y, 1 / slope, -offset / slope}
                 : (struct line){x, slope, offset};
    return n->given[c] & 1u << LIN_BREAK && inner > 0 && slope != 0;
}

static void put_log(struct lut_stage *s, int c, const double *p, bool back,
                    const struct line *line)
{
    const double octave = log2(p[LOG_BASE]);

    if (!back)
        s->channel[c].log = (struct kern_clf_log){
            .mul = (float)p[LIN_SLOPE],
            .add = (float)p[LIN_OFFSET],
            .gain = (float)(p[LOG_SLOPE] / octave),
            .base = (float)p[LOG_OFFSET],
            .brk = (float)line->brk,
            .line_mul = (float)line->slope,
            .line_add = (float)line->offset,
        };
    else
        s->channel[c].unlog = (struct kern_clf_unlog){
            .mul = (float)(octave / p[LOG_SLOPE]),
            .add = (float)(-p[LOG_OFFSET] * octave / p[LOG_SLOPE]),
            .base = (float)-p[LIN_OFFSET],
            .gain = (float)(1 / p[LIN_SLOPE]),
            .brk = (float)line->brk,
            .line_mul = (float)line->slope,
            .line_add = (float)line->offset,
        };
}

static int get_params(const struct clf_node *n, int c, enum log_style style,
                      double p[PARAM_COUNT], struct err *e)
{
    for (int i = 0; i < PARAM_COUNT; i++)
        p[i] = n->param[c][i];
    if (style == LOG_10 || style == LOG_2) {
        p[LOG_BASE] = style == LOG_10 ? 10 : 2;
        p[LIN_SLOPE] = p[LOG_SLOPE] = 1;
        p[LIN_OFFSET] = p[LOG_OFFSET] = 0;
    }
    if (is_cineon(n) && !from_cineon(n->param[c], p))
        return clf_refuse(
            n, e,
            "a Log whose gamma is 0.01 or less, whose refWhite is "
            "below its refBlack or highlight below shadow");
    if (!(p[LOG_BASE] > 0) || p[LOG_BASE] == 1 || p[LIN_SLOPE] == 0 ||
        p[LOG_SLOPE] == 0)
        return clf_refuse(n, e,
                          "a Log with base %g, slopes %g and %g; the base must "
                          "be above 0 and not 1, slopes not 0",
                          p[LOG_BASE], p[LIN_SLOPE], p[LOG_SLOPE]);
    return 0;
}

int clf_add_log(const struct clf_node *n, struct lut *lut, struct err *e)
{
    const size_t count = sizeof(log_styles) / sizeof(log_styles[0]);
    struct lut_stage s = {0};
    size_t i = 0;
    int rc = 0;

    while (i < count && !text_is_nocase(n->style, log_styles[i].name))
        i++;
    if (i == count)
        return clf_refuse(n, e,
                          "a Log of style '%s', allowed are log2, log10, "
                          "antiLog2, antiLog10, linToLog, logToLin, "
                          "cameraLinToLog and cameraLogToLin",
                          n->style);
    s.kind = log_styles[i].back ? LUT_UNLOG : LUT_LOG;
    for (int c = 0; c < 3; c++) {
        const bool back = log_styles[i].back;
        struct line line = {-(double)INFINITY, 0, 0};
        double p[PARAM_COUNT];

        TRY(get_params(n, c, log_styles[i].style, p, e));
        if (log_styles[i].style == CAMERA && !get_line(n, c, p, back, &line))
            TRY(clf_refuse(n, e,
                           "a Log of style %s needs a linSideBreak where the "
                           "logarithm has a value and a slope",
                           n->style));
        put_log(&s, c, p, back, &line);
    }
    rc = lut_add_take(lut, &s, e);
out:
    return rc;
}

enum exp_style { BASIC, MIRROR, PASS, MONITOR, MONITOR_MIRROR };

static const struct {
    const char *name;
    enum exp_style style;
    bool back;
} exp_styles[] = {
    {"basicFwd", BASIC, false},
    {"basicRev", BASIC, true},
    {"basicMirrorFwd", MIRROR, false},
    {"basicMirrorRev", MIRROR, true},
    {"basicPassThruFwd", PASS, false},
    {"basicPassThruRev", PASS, true},
    {"monCurveFwd", MONITOR, false},
    {"monCurveRev", MONITOR, true},
    {"monCurveMirrorFwd", MONITOR_MIRROR, false},
    {"monCurveMirrorRev", MONITOR_MIRROR, true},
};

/*
 * A power with a line below it that has the same slope where they meet. As in
 * OpenColorIO, exponents of 1 and offsets of 0 are moved a millionth, for there
 * is no such place then.
 */
static struct kern_clf_power monitor(double exponent, double offset, bool back)
{
    const double g = fmax(exponent, 1 + 1e-6), o = fmax(offset, 1e-6);
    const double inner = o * g / ((g - 1) * (1 + o));
    const double x = o / (g - 1), y = pow(inner, g);

    if (!back)
        return (struct kern_clf_power){
            .scale = (float)(1 / (1 + o)),
            .offset = (float)(o / (1 + o)),
            .power = (float)g,
            .gain = 1,
            .brk = (float)x,
            .slope = (float)(y / x),
        };
    return (struct kern_clf_power){
        .scale = 1,
        .power = (float)(1 / g),
        .gain = (float)(1 + o),
        .add = (float)-o,
        .brk = (float)y,
        .slope = (float)(x / y),
    };
}

int clf_add_exponent(const struct clf_node *n, struct lut *lut, struct err *e)
{
    const size_t count = sizeof(exp_styles) / sizeof(exp_styles[0]);
    struct lut_stage s = {.kind = LUT_POWER};
    size_t i = 0;

    while (i < count && !text_is_nocase(n->style, exp_styles[i].name))
        i++;
    if (i == count)
        return clf_refuse(n, e,
                          "an Exponent of style '%s', allowed are basic, "
                          "basicMirror, basicPassThru, monCurve and "
                          "monCurveMirror, with Fwd or Rev behind",
                          n->style);
    for (int c = 0; c < 3; c++) {
        const bool curve = exp_styles[i].style >= MONITOR;
        const bool back = exp_styles[i].back;
        const double g = n->param[c][EXPONENT], o = n->param[c][EXP_OFFSET];

        if (!(g >= (curve ? 1 : 0.01)) || !(g <= (curve ? 10 : 100)) ||
            !(o >= 0) || !(o <= 0.9))
            return clf_refuse(
                n, e,
                "an Exponent of %g with offset %g, allowed is %g … "
                "%d and 0 … 0.9",
                g, o, curve ? 1 : 0.01, curve ? 10 : 100);
        s.channel[c].power = curve ? monitor(g, o, back)
                                   : (struct kern_clf_power){
                                         .scale = 1,
                                         .power = (float)(back ? 1 / g : g),
                                         .gain = 1,
                                         .slope = exp_styles[i].style == PASS,
                                     };
        s.channel[c].power.mirror = exp_styles[i].style == MIRROR ||
                                    exp_styles[i].style == MONITOR_MIRROR;
    }
    return lut_add_take(lut, &s, e);
}
