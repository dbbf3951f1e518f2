/* Colours to ICC profiles. */

#include "image/color.h"

#include <math.h>
#include <string.h>

#include <lcms2.h>

#include "base/mem.h"
#include "image/icc.h"

/* Powers that a version 2 profile holds exactly: whole 256ths. */
static bool is_v2_curve(const struct curve *c)
{
    const double g = c->kind == CURVE_LINEAR ? 1 : c->g * 256;

    return c->kind == CURVE_LINEAR || c->kind == CURVE_TABLE ||
           (c->a == 1 && c->b == 0 && c->d <= 0 && c->e == 0 && g == round(g) &&
            g < 65536);
}

static cmsToneCurve *make_table(cmsContext context, const struct curve *c)
{
    uint16_t *codes = mem_array((size_t)c->points, sizeof(*codes));
    cmsToneCurve *tone = NULL;

    if (!codes)
        return NULL;
    for (int i = 0; i < c->points; i++)
        codes[i] =
            (uint16_t)lround(fmin(fmax((double)c->table[i], 0), 1) * 65535);
    tone = cmsBuildTabulatedToneCurve16(context, (cmsUInt32Number)c->points,
                                        codes);
    mem_free(codes);
    return tone;
}

static cmsToneCurve *make_curve(cmsContext context, const struct curve *c)
{
    const double v[7] = {c->g, c->a, c->b, c->c, c->d, c->e, c->f};

    if (c->kind == CURVE_TABLE)
        return make_table(context, c);
    if (c->kind == CURVE_LINEAR)
        return cmsBuildGamma(context, 1.0);
    if (c->a == 1 && c->b == 0 && c->d <= 0 && c->e == 0)
        return cmsBuildGamma(context, c->g);
    return cmsBuildParametricToneCurve(context, c->e == 0 && c->f == 0 ? 4 : 5,
                                       v);
}

static bool write_text(cmsContext context, cmsHPROFILE profile,
                       cmsTagSignature tag, const char *text)
{
    cmsMLU *mlu = cmsMLUalloc(context, 1);
    bool done = mlu && cmsMLUsetASCII(mlu, "en", "US", text) &&
                cmsWriteTag(profile, tag, mlu);

    cmsMLUfree(mlu);
    return done;
}

static bool write_curves(cmsContext context, cmsHPROFILE profile,
                         const struct color *c)
{
    static const cmsTagSignature tags[] = {cmsSigRedTRCTag, cmsSigGreenTRCTag,
                                           cmsSigBlueTRCTag};
    const bool grey = c->kind == COLOR_GREY;

    for (int i = 0; i < (grey ? 1 : 3); i++) {
        cmsToneCurve *tone = make_curve(context, &c->curve[i]);
        const bool done =
            tone &&
            cmsWriteTag(profile, grey ? cmsSigGrayTRCTag : tags[i], tone);

        cmsFreeToneCurve(tone);
        if (!done)
            return false;
    }
    return true;
}

static bool write_matrix(cmsHPROFILE profile, const struct color *c)
{
    static const cmsTagSignature tags[] = {
        cmsSigRedColorantTag, cmsSigGreenColorantTag, cmsSigBlueColorantTag};
    const struct primaries *work = space_primaries(SPACE_REC2020);
    const struct mat3 in = primaries_to_xyz(work);
    const struct mat3 adapt =
        adapt_matrix(work->xy[3], color_d50, ADAPT_BRADFORD);
    const struct mat3 chad = adapt_matrix(c->white, color_d50, ADAPT_BRADFORD);
    struct mat3 m = mat3_mul(&in, &c->to_work);

    m = mat3_mul(&adapt, &m);
    for (int j = 0; j < 3; j++) {
        const cmsCIEXYZ xyz = {m.m[0][j], m.m[1][j], m.m[2][j]};

        if (!cmsWriteTag(profile, tags[j], &xyz))
            return false;
    }
    return cmsWriteTag(profile, cmsSigChromaticAdaptationTag, chad.m);
}

static bool fill(cmsContext context, cmsHPROFILE profile, const struct color *c)
{
    const bool grey = c->kind == COLOR_GREY;
    bool v2 = is_v2_curve(&c->curve[0]);

    for (int i = 1; i < (grey ? 1 : 3); i++)
        v2 = v2 && is_v2_curve(&c->curve[i]);
    cmsSetProfileVersion(profile, v2 ? 2.1 : 4.3);
    cmsSetDeviceClass(profile, cmsSigDisplayClass);
    cmsSetColorSpace(profile, grey ? cmsSigGrayData : cmsSigRgbData);
    cmsSetPCS(profile, cmsSigXYZData);
    return write_text(context, profile, cmsSigProfileDescriptionTag,
                      c->name[0] ? c->name : "unnamed") &&
           write_text(context, profile, cmsSigCopyrightTag,
                      "No copyright, use freely") &&
           cmsWriteTag(profile, cmsSigMediaWhitePointTag, cmsD50_XYZ()) &&
           (grey || write_matrix(profile, c)) &&
           write_curves(context, profile, c);
}

/* The date in the header is ours, so that the bytes do not depend on today. */
static int save(struct icc_session *s, cmsHPROFILE profile, uint8_t **icc,
                size_t *len, struct err *e)
{
    static const uint8_t date[12] = {0x07, 0xe9, 0, 1, 0, 1};
    cmsUInt32Number size = 0;
    uint8_t *bytes = NULL;

    if (!cmsSaveProfileToMem(profile, NULL, &size))
        return icc_refuse(s, "cannot make an ICC profile", e);
    bytes = mem_zero(1, size);
    if (!bytes)
        return err_mem(e, size);
    if (!cmsSaveProfileToMem(profile, bytes, &size)) {
        mem_free(bytes);
        return icc_refuse(s, "cannot make an ICC profile", e);
    }
    memcpy(bytes + 24, date, sizeof(date));
    *icc = bytes;
    *len = size;
    return 0;
}

static int copy_icc(const struct color *c, uint8_t **icc, size_t *len,
                    struct err *e)
{
    uint8_t *bytes = mem_copy(c->icc, c->icc_len);

    if (!bytes)
        return err_mem(e, c->icc_len);
    *icc = bytes;
    *len = c->icc_len;
    return 0;
}

int color_make_icc(const struct color *c, uint8_t **icc, size_t *len,
                   struct err *e)
{
    struct icc_session *session = NULL;
    cmsHPROFILE profile = NULL;
    int rc;

    if (c->icc)
        return copy_icc(c, icc, len, e);
    for (int i = 0; i < (c->kind == COLOR_GREY ? 1 : 3); i++)
        if (c->curve[i].kind != CURVE_LINEAR &&
            c->curve[i].kind != CURVE_POWER && c->curve[i].kind != CURVE_TABLE)
            return err_set(e, ERR_ARG, "an ICC profile cannot hold '%s'",
                           c->name);
    TRY(icc_session_new(&session, e));
    profile = cmsCreateProfilePlaceholder(session->context);
    if (!profile || !fill(session->context, profile, c)) {
        rc = icc_refuse(session, "cannot make an ICC profile", e);
        goto out;
    }
    TRY(save(session, profile, icc, len, e));
out:
    if (profile)
        cmsCloseProfile(profile);
    icc_session_free(session);
    return rc;
}
