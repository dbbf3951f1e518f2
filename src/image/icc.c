/* lcms2, with our errors. */

#include "image/icc.h"

#include <stdio.h>
#include <string.h>

#include <lcms2.h>

#include "base/mem.h"

static void complain(cmsContext context, cmsUInt32Number code, const char *text)
{
    struct icc_session *s = cmsGetContextUserData(context);

    (void)code;
    if (s && !s->text[0])
        snprintf(s->text, sizeof(s->text), "%s", text);
}

int icc_session_new(struct icc_session **out, struct err *e)
{
    struct icc_session *s = mem_zero(1, sizeof(*s));

    if (!s)
        return err_mem(e, sizeof(*s));
    s->context = cmsCreateContext(NULL, s);
    if (!s->context) {
        mem_free(s);
        return err_set(e, ERR_MEM, "out of memory for colour management");
    }
    cmsSetLogErrorHandlerTHR(s->context, complain);
    *out = s;
    return 0;
}

void icc_session_free(struct icc_session *s)
{
    if (!s)
        return;
    cmsDeleteContext(s->context);
    mem_free(s);
}

int icc_refuse(const struct icc_session *s, const char *what, struct err *e)
{
    return err_set(e, ERR_DATA, "%s%s%s", what, s->text[0] ? ": " : "",
                   s->text);
}

int icc_open(struct icc_session *s, const void *icc, size_t len, void **profile,
             struct err *e)
{
    if (len < 132 || len > ICC_MAX)
        return err_set(e, ERR_DATA, "an ICC profile of %zu bytes", len);
    *profile = cmsOpenProfileFromMemTHR(s->context, icc, (cmsUInt32Number)len);
    return *profile ? 0 : icc_refuse(s, "damaged ICC profile", e);
}

struct icc_transform {
    struct icc_session *session;
    cmsHTRANSFORM transform;
    int colors;
};

/* The working space as a profile: linear Rec.2020. */
static cmsHPROFILE work_profile(cmsContext context)
{
    const struct primaries *p = space_primaries(SPACE_REC2020);
    const cmsCIExyY white = {p->xy[3][0], p->xy[3][1], 1};
    const cmsCIExyYTRIPLE rgb = {{p->xy[0][0], p->xy[0][1], 1},
                                 {p->xy[1][0], p->xy[1][1], 1},
                                 {p->xy[2][0], p->xy[2][1], 1}};
    cmsToneCurve *line = cmsBuildGamma(context, 1.0);
    cmsToneCurve *curves[3] = {line, line, line};
    cmsHPROFILE profile = NULL;

    if (line)
        profile = cmsCreateRGBProfileTHR(context, &white, &rgb, curves);
    cmsFreeToneCurve(line);
    return profile;
}

static cmsUInt32Number format_of(cmsHPROFILE profile, int *colors)
{
    switch (cmsGetColorSpace(profile)) {
    case cmsSigGrayData:
        *colors = 1;
        return TYPE_GRAY_FLT;
    case cmsSigCmykData:
        *colors = 4;
        return TYPE_CMYK_FLT;
    default:
        *colors = 3;
        return TYPE_RGB_FLT;
    }
}

static int connect(struct icc_transform *t, cmsHPROFILE own, cmsHPROFILE work,
                   bool to_work, struct err *e)
{
    const cmsUInt32Number flags = cmsFLAGS_NOCACHE | cmsFLAGS_NOOPTIMIZE;
    const cmsUInt32Number format = format_of(own, &t->colors);
    struct icc_session *s = t->session;

    t->transform =
        to_work
            ? cmsCreateTransformTHR(s->context, own, format, work, TYPE_RGB_FLT,
                                    INTENT_RELATIVE_COLORIMETRIC, flags)
            : cmsCreateTransformTHR(s->context, work, TYPE_RGB_FLT, own, format,
                                    INTENT_RELATIVE_COLORIMETRIC, flags);
    return t->transform ? 0
                        : icc_refuse(s, "the ICC profile cannot be used", e);
}

int icc_transform_new(const struct color *c, bool to_work,
                      struct icc_transform **out, struct err *e)
{
    struct icc_transform *t = mem_zero(1, sizeof(*t));
    cmsHPROFILE own = NULL, work = NULL;
    int rc;

    if (!t)
        return err_mem(e, sizeof(*t));
    TRY(icc_session_new(&t->session, e));
    TRY(icc_open(t->session, c->icc, c->icc_len, &own, e));
    work = work_profile(t->session->context);
    if (!work) {
        rc = err_set(e, ERR_MEM, "out of memory for colour management");
        goto out;
    }
    TRY(connect(t, own, work, to_work, e));
    *out = t;
    t = NULL;
    rc = 0;
out:
    if (own)
        cmsCloseProfile(own);
    if (work)
        cmsCloseProfile(work);
    icc_transform_free(t);
    return rc;
}

void icc_transform_free(struct icc_transform *t)
{
    if (!t)
        return;
    if (t->transform)
        cmsDeleteTransform(t->transform);
    icc_session_free(t->session);
    mem_free(t);
}

int icc_transform_colors(const struct icc_transform *t)
{
    return t->colors;
}

void icc_transform_run(const struct icc_transform *t, const float *src,
                       float *dst, size_t n)
{
    cmsDoTransform(t->transform, src, dst, (cmsUInt32Number)n);
}
