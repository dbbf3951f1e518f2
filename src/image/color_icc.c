/* ICC profiles to colours: matrix and curves where that is all there is. */

#include "image/color.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include <lcms2.h>

#include "base/mem.h"
#include "base/text.h"
#include "image/icc.h"

#define POINTS_MAX 32767 /* of a curve: lcms2's own limit */

static uint32_t be16(const uint8_t *b)
{
    return (uint32_t)b[0] << 8 | b[1];
}

static uint32_t be32(const uint8_t *b)
{
    return be16(b) << 16 | be16(b + 2);
}

static double fixed(const uint8_t *b)
{
    return (double)(int32_t)be32(b) / 65536;
}

/* ICC.1:2010, 10.15: the five function types, all as our one. */
static bool read_parametric(const uint8_t *b, size_t len, struct curve *c)
{
    static const size_t count[] = {1, 3, 4, 5, 7};
    const uint32_t type = len >= 12 ? be16(b + 8) : 5;
    double v[7] = {0};

    if (type > 4 || len < 12 + 4 * count[type])
        return false;
    for (size_t i = 0; i < count[type]; i++)
        v[i] = fixed(b + 12 + 4 * i);
    *c = (struct curve){.kind = CURVE_POWER, .g = v[0], .a = 1};
    if (type == 0)
        return true;
    c->a = v[1];
    c->b = v[2];
    if (type <= 2) {
        c->d = -v[2] / v[1];
        c->e = c->f = v[3];
        return v[1] != 0;
    }
    c->c = v[3];
    c->d = v[4];
    c->e = v[5];
    c->f = v[6];
    return true;
}

/* What the kernels can take, and undo: rising over 0 … 1, with sane numbers. */
static bool usable(const struct curve *c)
{
    double last = curve_decode(c, 0);

    if (!(c->g >= 0.05 && c->g <= 20 && c->a > 1e-3 && c->a < 1e3 &&
          fabs(c->b) < 1e3 && c->c >= 0 && c->c < 1e3 && fabs(c->d) < 1e3 &&
          fabs(c->e) < 10 && fabs(c->f) < 10 && last >= -0.1))
        return false;
    for (int i = 1; i <= 1024; i++) {
        const double light = curve_decode(c, i / 1024.0);

        if (!(light >= last - 1e-4))
            return false;
        last = light;
    }
    return last > 0.1 && last < 10;
}

/* Whether a table is this curve, at its points and halfway between. */
static bool matches(const float *table, int points, const struct curve *c)
{
    const double allowed = 1.0 / 65535;

    for (int i = 0; i < points; i++) {
        const double y = (double)table[i];

        if (fabs(y - curve_decode(c, (double)i / (points - 1))) > allowed)
            return false;
        if (i + 1 < points &&
            fabs((y + (double)table[i + 1]) / 2 -
                 curve_decode(c, (i + 0.5) / (points - 1))) > allowed)
            return false;
    }
    return true;
}

static bool same_as_space(const float *table, int points, struct curve *c)
{
    static const enum space known[] = {SPACE_SRGB, SPACE_REC709,
                                       SPACE_PROPHOTO};

    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        *c = space_curve(known[i]);
        if (matches(table, points, c))
            return true;
    }
    return false;
}

/* A pure power: a usual one, or what the middle of the table says. */
static bool same_as_gamma(const float *table, int points, struct curve *c)
{
    const int middle = points / 2;
    const double x = (double)middle / (points - 1);
    const double y = (double)table[middle];
    const double guess = y > 0 && x < 1 ? log(y) / log(x) : 1;
    const double tries[] = {563.0 / 256, round(guess * 100) / 100};

    for (size_t i = 0; i < sizeof(tries) / sizeof(tries[0]); i++) {
        *c = curve_gamma(tries[i]);
        if (tries[i] >= 0.05 && tries[i] <= 20 && matches(table, points, c))
            return true;
    }
    return false;
}

static bool rising(const float *table, int points)
{
    for (int i = 1; i < points; i++)
        if (table[i] < table[i - 1])
            return false;
    return table[points - 1] > table[0];
}

static int read_table(const uint8_t *b, size_t points, struct curve *c,
                      bool *taken, struct err *e)
{
    const int n = (int)points;
    float *table = mem_array(points, sizeof(float));
    struct curve known;

    if (!table)
        return err_mem(e, points * sizeof(float));
    for (int i = 0; i < n; i++)
        table[i] = (float)be16(b + 2 * i) / 65535.0f;
    *taken = true;
    if (same_as_space(table, n, &known) || same_as_gamma(table, n, &known)) {
        *c = known;
    } else if (rising(table, n)) {
        *c = (struct curve){.kind = CURVE_TABLE, .points = n, .table = table};
        return 0;
    } else {
        *taken = false;
    }
    mem_free(table);
    return 0;
}

/* One TRC tag; *taken is false when lcms2 has to evaluate it. */
static int parse_curve(const uint8_t *b, size_t len, struct curve *c,
                       bool *taken, struct err *e)
{
    size_t points;

    *taken = false;
    if (len >= 12 && memcmp(b, "para", 4) == 0) {
        *taken = read_parametric(b, len, c) && usable(c);
        if (*taken && c->g == 1 && c->a == 1 && c->b == 0 && c->d <= 0 &&
            c->e == 0)
            *c = curve_gamma(1);
        return 0;
    }
    if (len < 12 || memcmp(b, "curv", 4) != 0)
        return 0;
    points = be32(b + 8);
    if (points > POINTS_MAX || len - 12 < 2 * points)
        return 0;
    if (points > 1)
        return read_table(b + 12, points, c, taken, e);
    *c = curve_gamma(points ? be16(b + 12) / 256.0 : 1);
    *taken = usable(c);
    return 0;
}

static int read_curve(cmsHPROFILE profile, cmsTagSignature tag, struct curve *c,
                      bool *taken, struct err *e)
{
    const cmsUInt32Number most = 12 + 2 * POINTS_MAX;
    const cmsUInt32Number len = cmsReadRawTag(profile, tag, NULL, 0);
    uint8_t *bytes = NULL;
    int rc = 0;

    *taken = false;
    if (len == 0)
        return 0;
    bytes = mem_zero(1, len < most ? len : most);
    if (!bytes)
        return err_mem(e, len);
    cmsReadRawTag(profile, tag, bytes, len < most ? len : most);
    rc = parse_curve(bytes, len < most ? len : most, c, taken, e);
    mem_free(bytes);
    return rc;
}

/* Matrix profiles may carry tables too; those then say more. */
static bool has_tables(cmsHPROFILE profile)
{
    static const cmsTagSignature tables[] = {
        cmsSigAToB0Tag, cmsSigAToB1Tag, cmsSigDToB0Tag, cmsSigDToB1Tag,
        cmsSigBToA0Tag, cmsSigBToA1Tag, cmsSigBToD0Tag, cmsSigBToD1Tag};

    for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
        if (cmsIsTag(profile, tables[i]))
            return true;
    return false;
}

/* Colorants are relative to D50; so A to work to B is lcms2's A to B. */
static bool read_matrix(cmsHPROFILE profile, struct color *c)
{
    static const cmsTagSignature tags[] = {
        cmsSigRedColorantTag, cmsSigGreenColorantTag, cmsSigBlueColorantTag};
    const struct primaries *work = space_primaries(SPACE_REC2020);
    const struct mat3 out = primaries_to_xyz(work);
    const struct mat3 adapt =
        adapt_matrix(color_d50, work->xy[3], ADAPT_BRADFORD);
    struct mat3 m, back;

    for (int j = 0; j < 3; j++) {
        const cmsCIEXYZ *xyz = cmsReadTag(profile, tags[j]);

        if (!xyz)
            return false;
        m.m[0][j] = xyz->X;
        m.m[1][j] = xyz->Y;
        m.m[2][j] = xyz->Z;
    }
    if (!mat3_invert(&out, &back))
        return false;
    m = mat3_mul(&adapt, &m);
    c->to_work = mat3_mul(&back, &m);
    return mat3_invert(&c->to_work, &c->from_work);
}

/* Tries the fast path; *done is false when the profile needs lcms2. */
static int read_simple(cmsHPROFILE profile, int channels, struct color *c,
                       bool *done, struct err *e)
{
    static const cmsTagSignature rgb[] = {cmsSigRedTRCTag, cmsSigGreenTRCTag,
                                          cmsSigBlueTRCTag};
    struct mat3 one = {{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}};
    int rc = 0;

    *done = false;
    if (channels > 3 || cmsGetPCS(profile) != cmsSigXYZData ||
        has_tables(profile))
        return 0;
    for (int i = 0; i < channels; i++) {
        TRY(read_curve(profile, channels == 1 ? cmsSigGrayTRCTag : rgb[i],
                       &c->curve[i], done, e));
        if (!*done)
            goto out;
    }
    c->kind = channels == 1 ? COLOR_GREY : COLOR_MATRIX;
    c->can_write = true;
    if (channels == 1)
        c->to_work = c->from_work = one;
    else
        *done = read_matrix(profile, c);
out:
    if (!*done)
        for (int i = 0; i < 3; i++) {
            mem_free(c->curve[i].table);
            c->curve[i] = curve_named(CURVE_LINEAR);
        }
    return rc;
}

/* A profile for lcms2: both directions are tried, so that neither fails later.
 */
static int read_general(cmsHPROFILE profile, struct color *c, struct err *e)
{
    struct icc_transform *t = NULL;
    struct err unfit = {0};
    int rc;

    c->kind = COLOR_ICC;
    TRY(icc_transform_new(c, true, &t, e));
    icc_transform_free(t);
    t = NULL;
    c->can_write = cmsIsTag(profile, cmsSigBToA0Tag) ||
                   cmsIsTag(profile, cmsSigBToA1Tag) ||
                   cmsIsMatrixShaper(profile) ||
                   cmsIsTag(profile, cmsSigGrayTRCTag);
    if (c->can_write) {
        rc = icc_transform_new(c, false, &t, &unfit);
        c->can_write = rc == 0;
        if (rc == ERR_MEM)
            *e = unfit;
        else
            rc = 0;
    }
out:
    icc_transform_free(t);
    return rc;
}

static int check_kind(cmsHPROFILE profile, int channels, struct err *e)
{
    const cmsColorSpaceSignature space = cmsGetColorSpace(profile);
    const cmsColorSpaceSignature wanted = channels == 1   ? cmsSigGrayData
                                          : channels == 4 ? cmsSigCmykData
                                                          : cmsSigRgbData;

    switch (cmsGetDeviceClass(profile)) {
    case cmsSigInputClass:
    case cmsSigDisplayClass:
    case cmsSigOutputClass:
    case cmsSigColorSpaceClass:
        break;
    default:
        return err_set(e, ERR_DATA, "the ICC profile describes no device");
    }
    if (space != wanted)
        return err_set(e, ERR_DATA,
                       "the ICC profile is not for pictures of %d colour%s",
                       channels, channels == 1 ? "" : "s");
    return 0;
}

static void read_name(cmsHPROFILE profile, struct color *c)
{
    if (!cmsGetProfileInfoASCII(profile, cmsInfoDescription, "en", "US",
                                c->name, sizeof(c->name)) ||
        !c->name[0])
        snprintf(c->name, sizeof(c->name), "unnamed profile");
    c->name[sizeof(c->name) - 1] = '\0';
    text_clean(c->name);
}

int color_from_icc(const void *icc, size_t len, int channels,
                   struct color **out, struct err *e)
{
    struct icc_session *session = NULL;
    cmsHPROFILE profile = NULL;
    struct color *c = NULL;
    bool done;
    int rc;

    TRY(icc_session_new(&session, e));
    TRY(icc_open(session, icc, len, &profile, e));
    TRY(check_kind(profile, channels, e));
    c = mem_zero(1, sizeof(*c));
    if (c)
        c->icc = mem_copy(icc, len);
    if (!c || !c->icc) {
        rc = err_mem(e, len);
        goto out;
    }
    c->icc_len = len;
    c->white[0] = color_d50[0];
    c->white[1] = color_d50[1];
    read_name(profile, c);
    TRY(read_simple(profile, channels, c, &done, e));
    if (!done)
        TRY(read_general(profile, c, e));
    *out = c;
    c = NULL;
out:
    if (profile)
        cmsCloseProfile(profile);
    icc_session_free(session);
    color_free(c);
    return rc;
}
