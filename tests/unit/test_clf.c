/*
 * The Common LUT Format: every node against the formula of the specification
 * in double, bit depths, and what becomes of several.
 */

#include "test.h"

#include "lut_help.h"

#define IN_OUT " inBitDepth=\"10i\" outBitDepth=\"8i\""

/* A node alone; `text` is a format with one %s for the style. */
static struct lut *node(const char *format, const char *style)
{
    char text[1500], body[1200];

    snprintf(body, sizeof(body), "%s", format);
    if (strchr(body, '@')) {
        const char *at = strchr(format, '@');

        snprintf(body, sizeof(body), "%.*s%s%s", (int)(at - format), format,
                 style, at + 1);
    }
    snprintf(text, sizeof(text), LIST "%s" END, body);
    return parsed(clf_parse, text);
}

typedef double formula(double x);

/* Red of greys from -0.4 to 1.6, within `most` of the larger of 1 and it. */
static void is_formula(const char *text, const char *style, formula *f,
                       double most)
{
    struct lut *lut = node(text, style);

    for (int i = -40; i <= 160; i++) {
        const float x = (float)i / 100;
        float color[3] = {x, x, x};
        const double want = f((double)x);

        through(lut, color);
        if (!(fabs((double)color[0] - want) <= most * fmax(1, fabs(want))))
            fail_msg("%s of %g is %.8g, not %.8g", style, (double)x,
                     (double)color[0], want);
    }
    lut_free(lut);
}

#define TINY 0x1p-126

static double f_log2(double x)
{
    return log2(fmax(x, TINY));
}

static double f_log10(double x)
{
    return log10(fmax(x, TINY));
}

static double f_exp2(double x)
{
    return exp2(x);
}

static double f_exp10(double x)
{
    return pow(10, x);
}

/* Kodak's Cineon, as in the specification's example. */
static double f_lin_to_log(double x)
{
    return 0.29325513196 *
               log10(fmax(0.98920224838 * x + 0.01079775162, TINY)) +
           0.66959921799;
}

static double f_log_to_lin(double x)
{
    return (pow(10, (x - 0.66959921799) / 0.29325513196) - 0.01079775162) /
           0.98920224838;
}

/* ACEScct (Academy S-2016-001). */
static double f_acescct(double x)
{
    return x <= 0.0078125 ? 10.5402377416545 * x + 0.0729055341958355
                          : (log2(x) + 9.72) / 17.52;
}

static double f_acescct_back(double x)
{
    return x <= 0.155251141552511 ? (x - 0.0729055341958355) / 10.5402377416545
                                  : exp2(x * 17.52 - 9.72);
}

TEST(logarithms)
{
    static const char plain[] = "<Log" F32 " style=\"@\"/>";
    static const char cineon[] =
        "<Log" F32 " style=\"@\"><LogParams base=\"10\" "
        "logSideSlope=\"0.29325513196\" logSideOffset=\"0.66959921799\" "
        "linSideSlope=\"0.98920224838\" linSideOffset=\"0.01079775162\"/>"
        "</Log>";
    static const char acescct[] =
        "<Log" F32 " style=\"@\"><LogParams logSideSlope=\"0.05707762557\" "
        "logSideOffset=\"0.5547945205\" linSideBreak=\"0.0078125\"/></Log>";

    is_formula(plain, "log2", f_log2, 4e-7);
    is_formula(plain, "log10", f_log10, 4e-7);
    is_formula(plain, "antiLog2", f_exp2, 4e-7);
    is_formula(plain, "antilog10", f_exp10, 1e-6);
    is_formula(cineon, "linToLog", f_lin_to_log, 4e-7);
    is_formula(cineon, "logToLin", f_log_to_lin, 3e-6);
    is_formula(acescct, "cameraLinToLog", f_acescct, 4e-7);
    is_formula(acescct, "cameraLogToLin", f_acescct_back, 4e-6);
}

/* Of old CTF, with the numbers of Cineon: 95 … 685 of 1023, gamma 0.6. */
static double f_cineon(double x)
{
    const double gain = 1 / (1 - pow(10, (95 - 685) * 0.002 / 0.6));

    return log10(fmax((x + gain - 1) / gain, TINY)) * 0.6 / 0.002 / 1023 +
           685 / 1023.0;
}

TEST(logarithm_of_ctf)
{
    is_formula("<Log" F32 " style=\"@\"><LogParams gamma=\"0.6\" "
               "refWhite=\"685\" refBlack=\"95\" highlight=\"1\" "
               "shadow=\"0\"/></Log>",
               "linToLog", f_cineon, 1e-6);
}

static double f_basic(double x)
{
    return pow(fmax(x, 0), 2.4);
}

static double f_basic_back(double x)
{
    return pow(fmax(x, 0), 1 / 2.4);
}

static double f_mirror(double x)
{
    return copysign(pow(fabs(x), 2.4), x);
}

static double f_pass(double x)
{
    return x > 0 ? pow(x, 2.4) : x;
}

/* The sRGB curve (IEC 61966-2-1) with the break where its line is a tangent,
   which is not quite where the standard has it. */
#define SRGB_X (0.055 / 1.4)
#define SRGB_Y pow(0.055 * 2.4 / (1.4 * 1.055), 2.4)

static double f_monitor(double x)
{
    return x <= SRGB_X ? x * SRGB_Y / SRGB_X : pow((x + 0.055) / 1.055, 2.4);
}

static double f_monitor_back(double x)
{
    return x <= SRGB_Y ? x * SRGB_X / SRGB_Y : 1.055 * pow(x, 1 / 2.4) - 0.055;
}

static double f_monitor_mirror(double x)
{
    return copysign(f_monitor(fabs(x)), x);
}

TEST(exponents)
{
    static const char plain[] = "<Exponent" F32 " style=\"@\">"
                                "<ExponentParams exponent=\"2.4\"/></Exponent>";
    static const char curve[] = "<Exponent" F32
                                " style=\"@\"><ExponentParams exponent=\"2.4\" "
                                "offset=\"0.055\"/></Exponent>";

    is_formula(plain, "basicFwd", f_basic, 5e-7);
    is_formula(plain, "basicRev", f_basic_back, 5e-7);
    is_formula(plain, "basicMirrorFwd", f_mirror, 5e-7);
    is_formula(plain, "basicPassThruFwd", f_pass, 5e-7);
    is_formula(curve, "monCurveFwd", f_monitor, 5e-7);
    is_formula(curve, "monCurveRev", f_monitor_back, 5e-7);
    is_formula(curve, "monCurveMirrorFwd", f_monitor_mirror, 5e-7);
}

/* The channels that are not named stay as they are, but for the style. */
TEST(one_channel_alone)
{
    struct lut *lut = node("<Exponent" F32 " style=\"basicFwd\">"
                           "<ExponentParams channel=\"G\" exponent=\"2\"/>"
                           "</Exponent>",
                           "");
    float color[3] = {0.3f, 0.5f, -1};

    through(lut, color);
    assert_true(fabsf(color[0] - 0.3f) < 1e-6f);
    assert_true(fabsf(color[1] - 0.25f) < 1e-6f);
    assert_true(color[2] == 0);
    lut_free(lut);
}

#define CDL                                                                    \
    "<ASC_CDL" F32 " style=\"@\"><SOPNode><Slope>1.2 0.9 1</Slope>"            \
    "<Offset>-0.05 0.1 0</Offset><Power>1.5 0.8 1</Power></SOPNode>"           \
    "<SatNode><Saturation>0.7</Saturation></SatNode></ASC_CDL>"

static double unit(double x)
{
    return fmin(fmax(x, 0), 1);
}

/* ASC CDL 1.2. */
static void cdl(double v[3], bool clamp)
{
    static const double s[3] = {1.2, 0.9, 1}, o[3] = {-0.05, 0.1, 0};
    static const double p[3] = {1.5, 0.8, 1};
    double luma;

    for (int c = 0; c < 3; c++) {
        v[c] = v[c] * s[c] + o[c];
        v[c] = clamp ? unit(v[c]) : v[c];
        v[c] = v[c] < 0 ? v[c] : pow(v[c], p[c]);
    }
    luma = 0.2126 * v[0] + 0.7152 * v[1] + 0.0722 * v[2];
    for (int c = 0; c < 3; c++) {
        v[c] = luma + 0.7 * (v[c] - luma);
        v[c] = clamp ? unit(v[c]) : v[c];
    }
}

TEST(decision_lists)
{
    struct lut *lut[2] = {node(CDL, "Fwd"), node(CDL, "FwdNoClamp")};
    struct lut *back = node(CDL, "RevNoClamp");

    for (int i = 0; i < 400; i++) {
        const double x[3] = {i % 7 * 0.25 - 0.3, i % 11 * 0.13, i % 13 * 0.1};

        for (int k = 0; k < 2; k++) {
            double want[3] = {x[0], x[1], x[2]};
            float color[3] = {(float)x[0], (float)x[1], (float)x[2]};

            cdl(want, k == 0);
            through(lut[k], color);
            for (int c = 0; c < 3; c++)
                assert_true(fabs((double)color[c] - want[c]) < 1e-6);
            if (k == 0)
                continue;
            through(back, color);
            for (int c = 0; c < 3; c++)
                assert_true(fabs((double)color[c] - x[c]) < 2e-6);
        }
    }
    for (int k = 0; k < 2; k++)
        lut_free(lut[k]);
    lut_free(back);
}

static double f_range(double x)
{
    /* 64 … 940 of 1023 to 0 … 255 of 255 */
    return unit((x * 1023 - 64) / (940 - 64));
}

static double f_no_clamp(double x)
{
    return (x * 1023 - 64) / (940 - 64);
}

static double f_below(double x)
{
    return fmax(x, 102.3 / 1023);
}

TEST(ranges)
{
    static const char both[] =
        "<Range" IN_OUT " style=\"@\"><minInValue>64</minInValue>"
        "<maxInValue>940</maxInValue><minOutValue>0</minOutValue>"
        "<maxOutValue>255</maxOutValue></Range>";

    is_formula(both, "Clamp", f_range, 3e-7);
    is_formula(both, "noClamp", f_no_clamp, 3e-7);
    is_formula("<Range" IN_OUT "><minInValue> 102.3 </minInValue>"
               "<minOutValue>\n25.5\n</minOutValue></Range>",
               "", f_below, 3e-7);
}

/* 10 bits to 8: rows of the matrix times 1023 / 255, offsets of 255. */
TEST(matrices)
{
    static const char text[] = "<Matrix" IN_OUT "><Array dim=\"3 4\">"
                               "0.25 0.1 0 25.5\n0 .5 0 0\n0 0 .75 -51"
                               "</Array></Matrix>";
    struct lut *lut = node(text, "");
    float color[3] = {0.5f, 0.25f, 1};
    const double s = 1023.0 / 255;

    through(lut, color);
    assert_true(fabs((double)color[0] - (0.15 * s + 0.1)) < 1e-6);
    assert_true(fabs((double)color[1] - 0.125 * s) < 1e-6);
    assert_true(fabs((double)color[2] - (0.75 * s - 0.2)) < 1e-6);
    lut_free(lut);
}

TEST(tables_become_one)
{
    struct lut *lut = node(TABLE CUBE, "");

    assert_int_equal(lut->stages, 0);
    assert_int_equal(lut->points, 3);
    assert_int_equal(lut->size, 2);
    assert_true(lut->lo[0] == -1 && lut->hi[2] == 3);
    assert_true(lut->curve[1] == 0.5f && lut->curve[8] == 1);
    assert_true(lut->node[4 * 1] == 0.2f && lut->node[4 * 1 + 1] == 0);
    assert_true(lut->node[4 * 2] == 0 && lut->node[4 * 2 + 1] == 1);
    assert_true(lut->node[4 * 4 + 2] == 1);
    lut_free(lut);
}

TEST(what_is_no_table_stays_a_list)
{
    struct lut *lut = node(TABLE CUBE
                           "<Log inBitDepth=\"8i\" outBitDepth=\"32f\" "
                           "style=\"log2\"/>",
                           "");
    float color[3] = {1, 1, 1};

    assert_int_equal(lut->stages, 2);
    through(lut, color);
    assert_true(fabsf(color[0] - log2f(0.1f)) < 1e-6f);
    assert_true(fabsf(color[1] - log2f(0.5f)) < 1e-6f);
    lut_free(lut);
}

TEST(an_identity_is_nothing)
{
    struct lut *lut = node("<Matrix inBitDepth=\"8i\" outBitDepth=\"10i\">"
                           "<Array dim=\"4 4\">4.01176470588235 0 0 0\n"
                           "0 4.01176470588235 0 0\n0 0 4.01176470588235 0\n"
                           "0 0 0 4.01176470588235</Array></Matrix>",
                           "");
    float color[3] = {-1, 0.3f, 7};

    through(lut, color);
    assert_true(color[0] == -1 && color[1] == 0.3f && color[2] == 7);
    lut_free(lut);
}

/* Half floats as code 2^k + the bits behind: x^2 at each, linear between. */
TEST(half_domain)
{
    const size_t room = 2000000;
    char *text = mem_chars(room), *at = text;
    struct lut *lut;

    at += sprintf(at, LIST "<LUT1D" F32 " halfDomain=\"true\"><Array "
                           "dim=\"65536 1\">\n");
    for (unsigned i = 0; i < 65536; i++) {
        const int e = (int)(i >> 10 & 31), m = (int)(i & 1023);
        const double x = e ? ldexp(1024 + m, e - 25) : ldexp(m, -24);

        if (e == 31)
            at += sprintf(at, m ? "nan\n" : i >> 15 ? "-inf\n" : "inf\n");
        else
            at += sprintf(at, "%.9g\n", i >> 15 ? -x : x * 0.5);
    }
    at += sprintf(at, "</Array></LUT1D>" END);
    assert_true((size_t)(at - text) < room);
    lut = parsed(clf_parse, text);
    for (int i = -300; i < 300; i++) {
        const float x = (float)(i * i * i) * 0.0007f + (float)i * 1e-6f;
        const float in = fminf(fmaxf(x, -65504), 65504);
        const float want = in < 0 ? in : in * 0.5f;
        float color[3] = {x, -0.0f, 1e9f};

        through(lut, color);
        if (!(fabsf(color[0] - want) <= 3e-7f * fabsf(want) + 1e-9f))
            fail_msg("%g: %g is not %g", (double)x, (double)color[0],
                     (double)want);
        assert_true(color[1] == 0 && color[2] == 32752);
    }
    lut_free(lut);
    mem_free(text);
}

TEST(titles)
{
    struct lut *lut = parsed(clf_parse,
                             HEAD "version=\"1.5\" name=\"Two &lt; three\">"
                                  "<Description>no</Description>" TABLE END);

    assert_string_equal(lut->title, "Two < three");
    lut_free(lut);
    lut = node("<Description>A night</Description><Description>b</Description>"
               "<Info><x><y>3</y></x></Info>" TABLE,
               "");
    assert_string_equal(lut->title, "A night");
    lut_free(lut);
}

TESTS(logarithms, logarithm_of_ctf, exponents, one_channel_alone,
      decision_lists, ranges, matrices, tables_become_one,
      what_is_no_table_stays_a_list, an_identity_is_nothing, half_domain,
      titles)
