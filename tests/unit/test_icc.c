/* Our colours against transicc, lcms2's own program, on real and made profiles.
 */

#include "test.h"

#include <lcms2.h>

#include "codec/convert.h"
#include "outside.h"
#include "scratch.h"

#define COLORS 1000

/* A profile as transicc reads it, and as we do. */
struct side {
    char path[128];
    struct color *color;
    int colors;
};

static struct side load(const char *path, int colors)
{
    struct side s = {.colors = colors};
    struct buf icc = {0};
    struct err e = {0};

    snprintf(s.path, sizeof(s.path), "%s", path);
    if (file_load(path, 64 << 20, &icc, &e) < 0 ||
        color_from_icc(icc.data, icc.len, colors, &s.color, &e) < 0)
        fail_msg("%s: %s", path, e.text);
    buf_release(&icc);
    return s;
}

static void save(const char *path, const void *bytes, size_t len)
{
    struct outfile f = {0};
    struct err e = {0};

    assert_int_equal(outfile_open(&f, path, &e), 0);
    assert_int_equal(outfile_add(&f, bytes, len, &e), 0);
    assert_int_equal(outfile_commit(&f, true, &e), 0);
    outfile_abandon(&f);
}

/* A named space as a file that transicc reads. */
static struct side made(enum space space)
{
    struct color *c = NULL;
    uint8_t *icc = NULL;
    size_t len = 0;
    char path[64];
    struct err e = {0};

    assert_int_equal(color_from_space(space, false, &c, &e), 0);
    assert_int_equal(color_make_icc(c, &icc, &len, &e), 0);
    snprintf(path, sizeof(path), "%s.icc", space_name(space));
    save(path, icc, len);
    mem_free(icc);
    color_free(c);
    return load(path, 3);
}

/* transicc's answer in codes of 16 bits, not rounded. */
static void ask(const struct side *a, const struct side *b, const uint16_t *src,
                double *want)
{
    const double most = a->colors == 4 ? 100 : 255;
    FILE *f = fopen("in.txt", "w");
    double v[3];

    assert_non_null(f);
    for (int i = 0; i < COLORS; i++) {
        for (int s = 0; s < a->colors; s++)
            fprintf(f, "%.9g ", src[i * a->colors + s] * most / 65535);
        fprintf(f, "\n");
    }
    fclose(f);
    assert_int_equal(sh("transicc -i '%s' -o '%s' -t1 -n < in.txt > out.txt "
                        "2> /dev/null",
                        a->path, b->path),
                     0);
    f = fopen("out.txt", "r");
    assert_non_null(f);
    for (int i = 0; i < COLORS; i++) {
        assert_int_equal(fscanf(f, "%lf %lf %lf", v, v + 1, v + 2), 3);
        for (int s = 0; s < 3; s++)
            want[3 * i + s] = fmin(fmax(v[s], 0), 255) * 257;
    }
    fclose(f);
}

/* The same through planes of the working space, as 16-bit files. */
static void convert(const struct side *a, const struct side *b,
                    const uint16_t *src, uint16_t *got)
{
    const struct pixfmt from = {
        .type = SAMPLE_U16, .colors = a->colors, .alpha = -1};
    const struct pixfmt to = {.type = SAMPLE_U16, .colors = 3, .alpha = -1};
    static float rows[3][COLORS];
    float *plane[3] = {rows[0], rows[1], rows[2]};
    struct convert *in = NULL, *out = NULL;
    struct arena arena = {0};
    struct err e = {0};

    assert_int_equal(convert_new(&from, a->color, false, &in, &e), 0);
    assert_int_equal(convert_new(&to, b->color, false, &out, &e), 0);
    assert_int_equal(arena_init(&arena, 65536, &e), 0);
    convert_in(in, kern_best(), src, COLORS, plane, &arena);
    convert_out(out, kern_best(), plane, COLORS, 0, got, &arena);
    arena_release(&arena);
    convert_free(in);
    convert_free(out);
}

/*
 * Every sample within `most` codes of 65535, or within `light` of linear light:
 * near black the slope of a curve makes codes of what is next to nothing.
 */
static void agree(const struct side *a, const struct side *b, double most,
                  double light)
{
    static uint16_t src[4 * COLORS], got[3 * COLORS];
    static double want[3 * COLORS];
    uint64_t seed = 11;
    double worst = 0;

    for (int i = 0; i < COLORS * a->colors; i++) {
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        src[i] = (uint16_t)(seed >> 48);
    }
    ask(a, b, src, want);
    convert(a, b, src, got);
    for (int i = 0; i < 3 * COLORS; i++) {
        const struct curve *c = &b->color->curve[i % 3];
        const double off = fabs(curve_decode(c, got[i] / 65535.0) -
                                curve_decode(c, want[i] / 65535));

        if (b->color->kind == COLOR_ICC || off > light)
            worst = fmax(worst, fabs(got[i] - want[i]));
    }
    if (!(worst <= most))
        fail_msg("%s to %s: %.2f codes", a->path, b->path, worst);
}

static void pairs_agree(struct side *side, int n, double most, double light)
{
    for (int i = 0; i < n; i++) {
        assert_int_equal(side[i].color->kind, COLOR_MATRIX);
        for (int j = 0; j < n; j++)
            agree(&side[i], &side[j], most, light);
    }
    for (int i = 0; i < n; i++)
        color_free(side[i].color);
}

static int add(struct side *side, int n, const char *file)
{
    char path[128];

    snprintf(path, sizeof(path), "/usr/share/color/icc/%s", file);
    if (access(path, R_OK) < 0) {
        print_message("skipped: no '%s'\n", path);
        return n;
    }
    side[n] = load(path, 3);
    return n + 1;
}

/* Our own profiles, down to black; 0.01: the digits that transicc prints. */
TEST(named_spaces_agree_within_a_code)
{
    struct side side[SPACE_COUNT];

    NEED("transicc");
    for (int s = 0; s < SPACE_COUNT; s++)
        side[s] = made((enum space)s);
    pairs_agree(side, SPACE_COUNT, 1.01, 0);
}

/* Curves given by formula. Light: a few units of a float at white. */
TEST(formula_profiles_agree_within_a_code)
{
    struct side side[6];
    int n = 0;

    NEED("transicc");
    side[n++] = made(SPACE_P3);
    n = add(side, n, "colord/sRGB.icc");
    n = add(side, n, "colord/AdobeRGB1998.icc");
    n = add(side, n, "colord/ProPhotoRGB.icc");
    n = add(side, n, "colord/SwappedRedAndGreen.icc");
    n = add(side, n, "compatibleWithAdobeRGB1998.icc");
    pairs_agree(side, n, 1.01, 5e-7);
}

/* lcms2 rounds light to 16 bits on its way through a table, and codes on the
   way back; we do not. */
TEST(table_profiles_agree_as_far_as_lcms2_computes)
{
    struct side side[4];
    int n = 0;

    NEED("transicc");
    side[n++] = made(SPACE_P3);
    n = add(side, n, "sRGB.icc");
    n = add(side, n, "colord/Rec709.icc");
    n = add(side, n, "LStar-RGB.icc");
    if (n > 1)
        assert_int_equal(side[1].color->curve[0].kind, CURVE_POWER);
    pairs_agree(side, n, 2.01, 2.0 / 65535);
}

/* A device that mixes paint, in v2 tables of 17 or 9 points a side. */
static cmsInt32Number to_lab(const cmsUInt16Number in[], cmsUInt16Number out[],
                             void *colors)
{
    const bool inks = *(int *)colors == 4;
    double v[3];
    cmsCIEXYZ xyz;
    cmsCIELab lab;

    for (int i = 0; i < 3; i++) {
        v[i] = in[i] / 65535.0;
        v[i] = inks ? (1 - v[i]) * (1 - in[3] / 65535.0) : v[i];
        v[i] = 0.01 + 0.99 * pow(v[i], 1.9);
    }
    xyz.X = 0.42 * v[0] + 0.36 * v[1] + 0.15 * v[2];
    xyz.Y = 0.23 * v[0] + 0.69 * v[1] + 0.08 * v[2];
    xyz.Z = 0.02 * v[0] + 0.12 * v[1] + 0.67 * v[2];
    cmsXYZ2Lab(NULL, &lab, &xyz);
    cmsFloat2LabEncodedV2(out, &lab);
    return TRUE;
}

static cmsInt32Number from_lab(const cmsUInt16Number in[],
                               cmsUInt16Number out[], void *unused)
{
    cmsCIEXYZ xyz;
    cmsCIELab lab;

    (void)unused;
    cmsLabEncoded2FloatV2(&lab, in);
    cmsLab2XYZ(NULL, &xyz, &lab);
    out[0] = (uint16_t)(65535 * fmin(fmax(xyz.X, 0), 1));
    out[1] = (uint16_t)(65535 * sqrt(fmin(fmax(xyz.Y, 0), 1)));
    out[2] = (uint16_t)(65535 * fmin(fmax(xyz.Z, 0), 1));
    return TRUE;
}

static void write_lut(cmsHPROFILE profile, cmsTagSignature tag, int points,
                      int in, cmsSAMPLER16 fill)
{
    cmsPipeline *lut = cmsPipelineAlloc(NULL, (cmsUInt32Number)in, 3);
    cmsStage *table = cmsStageAllocCLut16bit(NULL, (cmsUInt32Number)points,
                                             (cmsUInt32Number)in, 3, NULL);

    assert_true(cmsStageSampleCLut16bit(table, fill, &in, 0));
    assert_true(cmsPipelineInsertStage(lut, cmsAT_END, table));
    assert_true(cmsWriteTag(profile, tag, lut));
    cmsPipelineFree(lut);
}

static struct side lut(int colors, bool both)
{
    const cmsCIEXYZ paper = {0.80, 0.84, 0.60}; /* relative: of no effect */
    cmsHPROFILE profile = cmsCreateProfilePlaceholder(NULL);
    char path[64];

    cmsSetProfileVersion(profile, 2.4);
    cmsSetDeviceClass(profile, cmsSigOutputClass);
    cmsSetColorSpace(profile, colors == 4 ? cmsSigCmykData : cmsSigRgbData);
    cmsSetPCS(profile, cmsSigLabData);
    assert_true(cmsWriteTag(profile, cmsSigMediaWhitePointTag, &paper));
    write_lut(profile, cmsSigAToB0Tag, colors == 4 ? 9 : 17, colors, to_lab);
    if (both)
        write_lut(profile, cmsSigBToA0Tag, 33, 3, from_lab);
    snprintf(path, sizeof(path), "lut%d%d.icc", colors, both);
    assert_true(cmsSaveProfileToFile(profile, path));
    cmsCloseProfile(profile);
    return load(path, colors);
}

TEST(lut_profiles_agree_within_two_codes)
{
    struct side side[5];

    NEED("transicc");
    side[0] = made(SPACE_SRGB);
    side[1] = made(SPACE_PROPHOTO);
    side[2] = lut(3, true);
    side[3] = lut(3, false);
    side[4] = lut(4, false);
    for (int i = 2; i < 5; i++) {
        assert_int_equal(side[i].color->kind, COLOR_ICC);
        assert_int_equal(side[i].color->can_write, i == 2);
    }
    for (int i = 0; i < 5; i++)
        for (int j = 0; j < 3; j++)
            agree(&side[i], &side[j], 2, 0);
    for (int i = 0; i < 5; i++)
        color_free(side[i].color);
}

TEST(grey_profiles_agree)
{
    static const char *const files[] = {"Gray.icc", "Gray-CIE_L.icc"};
    struct side to;

    NEED("transicc");
    to = made(SPACE_SRGB);
    for (int i = 0; i < 2; i++) {
        char path[64];
        struct side from;

        snprintf(path, sizeof(path), "/usr/share/color/icc/%s", files[i]);
        if (access(path, R_OK) < 0)
            continue;
        from = load(path, 1);
        assert_int_equal(from.color->kind, i ? COLOR_ICC : COLOR_GREY);
        agree(&from, &to, 1.01, 2e-6);
        color_free(from.color);
    }
    color_free(to.color);
}

TESTS_EACH(enter, leave, named_spaces_agree_within_a_code,
           formula_profiles_agree_within_a_code,
           table_profiles_agree_as_far_as_lcms2_computes,
           lut_profiles_agree_within_two_codes, grey_profiles_agree)
