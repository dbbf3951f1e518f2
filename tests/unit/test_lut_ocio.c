/*
 * OpenColorIO as the judge: the same files of tables, the same colours in
 * float, through its readers and its interpolation and through ours. It works
 * in float with logarithms and powers of its own; all agrees within 1e-5, of
 * the larger of 1 and the result.
 */

#include "test.h"

#include "codec/lut_write.h"
#include "outside.h"
#include "roundtrip.h"
#include "run/lut_convert.h"

#define SIDE 96
#define N    (SIDE * SIDE)

static float in[3][N], out[3][N];

/* Colours inside and around the domain, and on nodes. */
static void make_colours(float below, float above)
{
    uint32_t seed = 77;

    for (int i = 0; i < N; i++)
        for (int c = 0; c < 3; c++) {
            const float u = (float)(noise(&seed) >> 8) * 0x1p-24f;

            in[c][i] = i % 4 == 0   ? below + (above - below) * u
                       : i % 4 == 1 ? floorf(u * 9) / 8
                                    : u;
        }
}

static void save_colours(const char *path)
{
    struct shot s;
    struct err e = {0};
    float *raw;

    assert_int_equal(shot_make(&s, SIDE, SIDE, SAMPLE_F32, 3, false, &e), 0);
    raw = (float *)(void *)s.raw;
    for (int i = 0; i < N; i++)
        for (int c = 0; c < 3; c++)
            raw[3 * i + c] = in[c][i];
    if (shot_save(&s, "tiff", path, SIDE, &e) < 0)
        fail_msg("%s", e.text);
    shot_release(&s);
}

static double worst_of(const struct shot *s)
{
    const float *raw = (const float *)(const void *)s->raw;
    double worst = 0;

    for (int i = 0; i < N; i++)
        for (int c = 0; c < 3; c++) {
            const double want = (double)raw[3 * i + c];
            const double d = fabs((double)out[c][i] - want);

            worst = fmax(worst, d / fmax(1, fabs(want)));
            if (!isfinite(d))
                worst = (double)INFINITY;
        }
    return worst;
}

/* Both make the same of the colours. */
static void agrees_within(const char *name, double most)
{
    float *const row[3] = {out[0], out[1], out[2]};
    struct lut *lut = NULL;
    struct err e = {0};
    struct shot theirs;
    double worst;

    if (lut_load(name, &lut, &e) < 0)
        fail_msg("%s", e.text);
    memcpy(out, in, sizeof(out));
    lut_apply(lut, kern_best(), false, row, N);
    lut_free(lut);
    save_colours("in.tif");
    if (sh("ocioconvert --lut '%s' in.tif out.tif >ocio.log 2>&1", name) != 0) {
        sh("cat ocio.log");
        fail_msg("'%s' is refused", name);
    }
    if (shot_load(&theirs, "out.tif", NULL, &e) < 0)
        fail_msg("%s", e.text);
    assert_int_equal(theirs.pic.fmt.type, SAMPLE_F32);
    worst = worst_of(&theirs);
    shot_release(&theirs);
    if (!(worst <= most))
        fail_msg("'%s' differs by %g", name, worst);
}

static void agrees(const char *name)
{
    agrees_within(name, 1e-5);
}

static FILE *start(const char *name, const char *head)
{
    FILE *f = fopen(name, "w");

    assert_non_null(f);
    fputs(head, f);
    return f;
}

static void finish(FILE *f, const char *tail)
{
    fputs(tail, f);
    assert_int_equal(fclose(f), 0);
}

/* A colour that no straight line describes, with values beyond 0 … 1. */
static void value_at(double r, double g, double b, double v[3])
{
    v[0] = sqrt(r) * 0.9 + 0.15 * g * b;
    v[1] = g * g * 1.1 + 0.1 * sin(9 * b) - 0.05;
    v[2] = 1.05 - b * (0.6 + 0.4 * r);
}

enum order { RED_FAST, BLUE_FAST };

static void put_cube(FILE *f, int n, enum order order, double scale,
                     bool indices, const char *eol)
{
    for (int i = 0; i < n * n * n; i++) {
        const int a = i % n, b = i / n % n, c = i / n / n;
        const int red = order == RED_FAST ? a : c;
        const int blue = order == RED_FAST ? c : a;
        double v[3];

        value_at(red / (n - 1.0), b / (n - 1.0), blue / (n - 1.0), v);
        if (indices)
            fprintf(f, "%d %d %d\t", red, b, blue);
        if (scale == 1)
            fprintf(f, "%.7f  %.7g %.8f%s", v[0], v[1], v[2], eol);
        else
            fprintf(f, "%ld %ld %ld%s", lround(fmax(v[0], 0) * scale),
                    lround(fmax(v[1], 0) * scale), lround(v[2] * scale), eol);
    }
}

static void put_curve(FILE *f, int n, int components)
{
    for (int i = 0; i < n; i++) {
        double v[3];

        value_at(i / (n - 1.0), i / (n - 1.0), i / (n - 1.0), v);
        for (int c = 0; c < components; c++)
            fprintf(f, " %.8f", v[c]);
        fputs("\n", f);
    }
}

TEST(cubes_agree)
{
    FILE *f;

    NEED("ocioconvert");
    make_colours(-0.6f, 2.2f);
    f = start("crlf.cube", "TITLE \"a # b\"\r\n# c\r\n\r\nLUT_3D_SIZE 2\r\n"
                           "DOMAIN_MIN -0.5 0 0.1\r\nDOMAIN_MAX 1 2 1.5\r\n");
    put_cube(f, 2, RED_FAST, 1, false, "\r\n");
    finish(f, "\r\n\r\n");
    agrees("crlf.cube");
    f = start("big.cube", "LUT_3D_SIZE 65\n");
    put_cube(f, 65, RED_FAST, 1, false, "\n");
    finish(f, "");
    agrees("big.cube");
    f = start("curve.cube", "LUT_1D_SIZE 1001\nDOMAIN_MIN 0 0 0\n"
                            "DOMAIN_MAX 2 2 2\n");
    put_curve(f, 1001, 3);
    finish(f, "");
    agrees("curve.cube");
    f = start("shaper.cube", "LUT_1D_SIZE 300\nLUT_1D_INPUT_RANGE -0.2 1.5\n"
                             "LUT_3D_SIZE 5\nLUT_3D_INPUT_RANGE 0 1.1\n");
    put_curve(f, 300, 3);
    put_cube(f, 5, RED_FAST, 1, false, "\n");
    finish(f, "");
    agrees("shaper.cube");
}

TEST(tables_of_3dl_agree)
{
    FILE *f;

    NEED("ocioconvert");
    make_colours(-0.2f, 1.3f);
    f = start("lustre.3dl", "#Tokens required\n3DMESH\nMesh 4 12\n"
                            "0 64 128 192 256 320 384 448 512 576 640 704 768 "
                            "832 896 960 1023\n\n");
    put_cube(f, 17, BLUE_FAST, 4095, false, " \n");
    finish(f, "\n#Tokens\n\nLUT8\ngamma 1.0\n");
    agrees("lustre.3dl");
    f = start("flame.3dl", "0 30 200 500 800 990 1010 1023\r\n");
    put_cube(f, 8, BLUE_FAST, 65535, false, "\r\n");
    finish(f, "");
    agrees("flame.3dl");
    f = start("bare.3dl", "");
    put_cube(f, 2, BLUE_FAST, 255, false, "\n");
    finish(f, "");
    agrees("bare.3dl");
}

TEST(tables_of_csp_agree)
{
    static const char curves[] = "5\n-0.1 0.2 0.25 0.9 1.5\n0 0.4 0.35 0.9 1\n"
                                 "3\n0 0.1 2\n0 0.6 1\n2\n0.1 1.2\n1 0\n\n";
    FILE *f;

    NEED("ocioconvert");
    make_colours(-0.4f, 2.2f);
    f = start("cube.csp", "CSPLUTV100\n3D\n\nBEGIN METADATA\nx\nEND METADATA\n"
                          "\n");
    fputs(curves, f);
    fputs("6 6 6\n", f);
    put_cube(f, 6, RED_FAST, 1, false, "\n");
    finish(f, "");
    agrees("cube.csp");
    f = start("curve.csp", "CSPLUTV100\n1D\n\n2\n0 4\n0 1\n2\n-1 1\n0 1\n"
                           "2\n0 1\n0 0.5\n\n77\n");
    put_curve(f, 77, 3);
    finish(f, "");
    /* OpenColorIO makes one curve of 65536 points of both, which rounds the
       corners of the second. */
    agrees_within("curve.csp", 3e-5);
    f = start("plain.csp",
              "CSPLUTV100\n3D\n\n2\n0 1\n0 1\n2\n0 1\n0 1\n2\n0 1\n"
              "0 1\n\n3 3 3\n");
    put_cube(f, 3, RED_FAST, 1, false, "\n");
    finish(f, "");
    agrees("plain.csp");
}

TEST(tables_of_spi_agree)
{
    static const char *const names[] = {"one.spi1d", "two.spi1d",
                                        "three.spi1d"};
    FILE *f;

    NEED("ocioconvert");
    make_colours(-0.4f, 2.2f);
    for (int i = 0; i < 3; i++) {
        f = start(names[i], "Version 1\nFrom -0.25 1.75\nLength 500\n");
        fprintf(f, "Components %d\n{\n", i + 1);
        put_curve(f, 500, i + 1);
        finish(f, "}\n");
        agrees(names[i]);
    }
    f = start("cube.spi3d", "SPILUT 1.0\n3 3\n9 9 9\n");
    put_cube(f, 9, BLUE_FAST, 1, true, "\n");
    finish(f, "");
    agrees("cube.spi3d");
}

#define LIST  "<ProcessList id=\"a\" compCLFversion=\"3.0\">\n"
#define F32   " inBitDepth=\"32f\" outBitDepth=\"32f\""
#define CURVE "<ExponentParams exponent=\"2.4\" offset=\"0.055\"/></Exponent>\n"

/* Lists of nodes without tables. */
static const char *const lists[] = {
    "<Matrix inBitDepth=\"10i\" outBitDepth=\"8i\"><Array dim=\"3 4\">"
    "0.25 0.1 0 25.5  0 .2 0 0  0 0.05 .3 -51</Array></Matrix>\n"
    "<Range inBitDepth=\"8i\" outBitDepth=\"32f\"><minInValue>10</minInValue>"
    "<maxInValue>300</maxInValue><minOutValue>-0.1</minOutValue>"
    "<maxOutValue>1.5</maxOutValue></Range>\n",

    "<ASC_CDL" F32 " style=\"Fwd\"><SOPNode><Slope>1.2 0.9 1</Slope>"
    "<Offset>-0.05 0.1 0</Offset><Power>1.5 0.8 1</Power></SOPNode>"
    "<SatNode><Saturation>0.7</Saturation></SatNode></ASC_CDL>\n"
    "<ASC_CDL" F32 " style=\"RevNoClamp\"><SOPNode><Slope>1.1 0.8 1</Slope>"
    "<Offset>-0.2 0 0.1</Offset><Power>1.3 0.9 1.2</Power></SOPNode>"
    "<SatNode><Saturation>1.3</Saturation></SatNode></ASC_CDL>\n",

    "<Exponent" F32 " style=\"basicMirrorFwd\"><ExponentParams "
    "exponent=\"1.7\"/></Exponent>\n<Exponent" F32
    " style=\"monCurveRev\">" CURVE "<Exponent" F32
    " style=\"basicPassThruRev\"><ExponentParams "
    "channel=\"B\" exponent=\"2.6\"/></Exponent>\n",

    "<Exponent" F32 " style=\"monCurveMirrorFwd\">" CURVE "<Exponent" F32
    " style=\"monCurveMirrorRev\"><ExponentParams exponent=\"3\" "
    "offset=\"0.16\"/></Exponent>\n<Exponent" F32 " style=\"basicFwd\">"
    "<ExponentParams exponent=\"0.8\"/></Exponent>\n",

    "<Log" F32 " style=\"linToLog\"><LogParams base=\"10\" "
    "logSideSlope=\"0.29325513196\" logSideOffset=\"0.66959921799\" "
    "linSideSlope=\"0.98920224838\" linSideOffset=\"0.41079775162\"/></Log>\n"
    "<Log" F32 " style=\"antiLog10\"/>\n",

    "<Log" F32 " style=\"cameraLinToLog\"><LogParams logSideSlope=\""
    "0.05707762557\" logSideOffset=\"0.5547945205\" linSideBreak=\"0.0078125\""
    "/></Log>\n<Matrix" F32 "><Array dim=\"3 3\">.8 .1 .1 .2 .7 .1 0 0 1"
    "</Array></Matrix>\n<Log" F32 " style=\"cameraLogToLin\"><LogParams "
    "base=\"10\" linSideSlope=\"5.26315789474\" "
    "linSideOffset=\"0.05263157895\" logSideSlope=\"0.25562072336\" "
    "logSideOffset=\"0.41055718475\" linSideBreak=\"0.01125\" "
    "linearSlope=\"6.62194371178\"/></Log>\n",
};

TEST(lists_of_clf_agree)
{
    NEED("ocioconvert");
    make_colours(-0.3f, 1.8f);
    for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
        char name[32];

        snprintf(name, sizeof(name), "list%zu.clf", i);
        finish(start(name, LIST), lists[i]);
        finish(fopen(name, "a"), "</ProcessList>\n");
        agrees(name);
    }
}

static void put_halfs(FILE *f)
{
    for (unsigned i = 0; i < 65536; i++) {
        const int e = (int)(i >> 10 & 31), m = (int)(i & 1023);
        double x = e ? ldexp(1024 + m, e - 25) : ldexp(m, -24);

        x = e == 31 ? 0 : i >> 15 ? -x : x;
        fprintf(f, "%.9g\n", x < 0 ? 0.5 * x : x / (1 + 0.3 * x));
    }
}

TEST(tables_of_clf_agree)
{
    static const char *const ways[] = {"tetrahedral", "trilinear"};
    FILE *f;

    NEED("ocioconvert");
    make_colours(-0.3f, 1.8f);
    for (int i = 0; i < 2; i++) {
        f = start("tables.clf", LIST);
        fputs("<Range" F32 "><minInValue>-0.1</minInValue><maxInValue>1.6"
              "</maxInValue><minOutValue>0</minOutValue><maxOutValue>1"
              "</maxOutValue></Range>\n<LUT1D inBitDepth=\"32f\" "
              "outBitDepth=\"16f\"><Array dim=\"40 3\">",
              f);
        put_curve(f, 40, 3);
        fprintf(f,
                "</Array></LUT1D>\n<LUT3D inBitDepth=\"16f\" "
                "outBitDepth=\"12i\" interpolation=\"%s\"><Array "
                "dim=\"5 5 5 3\">",
                ways[i]);
        put_cube(f, 5, BLUE_FAST, 4095, false, "\n");
        finish(f, "</Array></LUT3D>\n</ProcessList>\n");
        agrees("tables.clf");
    }
    f = start("half.clf", LIST "<LUT1D" F32 " halfDomain=\"true\">"
                               "<Array dim=\"65536 1\">");
    put_halfs(f);
    finish(f, "</Array></LUT1D></ProcessList>\n");
    make_colours(-90000, 90000);
    agrees("half.clf");
}

/* Sampled, by as much as is said. */
static void convert(const char *from, const char *to, int size)
{
    const struct lut_words words = {NULL, NULL};
    struct lut *lut = NULL;
    struct lut_made made;
    struct err e = {0};

    if (lut_load(from, &lut, &e) < 0 ||
        lut_convert(lut, to, size, &words, &made, &e) < 0)
        fail_msg("%s", e.text);
    lut_free(lut);
    assert_false(made.exact);
    agrees(to);
    if (made.gap.code_max > 1e-4)
        fail_msg("'%s' is off by %g", to, made.gap.code_max);
}

/* Written from a file it agrees on, in the form that the new name has. */
static void rewrite(const char *from, const char *to)
{
    const struct lut_words words = {"a & b", "made by a test"};
    struct lut *lut = NULL;
    enum lut_form form = LUT_FORM_CUBE;
    struct err e = {0};

    if (lut_load(from, &lut, &e) < 0 || lut_form_of(to, &form, &e) < 0)
        fail_msg("%s", e.text);
    assert_true(lut_fits(lut, form));
    if (lut_save(to, lut, form, &words, &e) < 0)
        fail_msg("%s", e.text);
    lut_free(lut);
    agrees(to);
}

TEST(what_we_write_agrees)
{
    NEED("ocioconvert");
    make_colours(-0.6f, 2.2f);
    rewrite("crlf.cube", "new.cube");
    rewrite("crlf.cube", "new.clf");
    rewrite("curve.cube", "curve2.cube");
    rewrite("curve.cube", "curve.clf");
    rewrite("shaper.cube", "shaper2.cube");
    rewrite("shaper.cube", "shaper.clf");
    rewrite("lustre.3dl", "lustre.cube");
    rewrite("cube.spi3d", "spi.clf");
    rewrite("three.spi1d", "three.cube");
    rewrite("tables.clf", "tables2.clf");
    rewrite("list0.clf", "list.clf");
    convert("cube.csp", "csp.cube", 0);
    convert("cube.csp", "csp.clf", 0);
    convert("crlf.cube", "fine.cube", 17);
}

TESTS_WITH(shot_enter, shot_leave, cubes_agree, tables_of_3dl_agree,
           tables_of_csp_agree, tables_of_spi_agree, lists_of_clf_agree,
           tables_of_clf_agree, what_we_write_agrees)
