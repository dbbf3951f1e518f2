/* LUT profiles, CMYK and whatever else is left to lcms2. */

#include "codec/convert_icc.h"

#include <lcms2.h>
#include <math.h>

#include "base/mem.h"

struct icc_link {
    cmsContext context;
    cmsHTRANSFORM transform;
    int colors;
    bool out;
};

/* Linear Rec.2020: lcms2 adapts D65 to its connection space by Bradford. */
static cmsHPROFILE working_profile(cmsContext context)
{
    const struct primaries *p = space_primaries(SPACE_REC2020);
    const cmsCIExyY white = {p->xy[3][0], p->xy[3][1], 1.0};
    const cmsCIExyYTRIPLE rgb = {
        .Red = {p->xy[0][0], p->xy[0][1], 1.0},
        .Green = {p->xy[1][0], p->xy[1][1], 1.0},
        .Blue = {p->xy[2][0], p->xy[2][1], 1.0},
    };
    cmsToneCurve *line = cmsBuildGamma(context, 1.0);
    cmsToneCurve *const curves[3] = {line, line, line};
    cmsHPROFILE profile =
        line ? cmsCreateRGBProfileTHR(context, &white, &rgb, curves) : NULL;

    cmsFreeToneCurve(line);
    return profile;
}

static cmsUInt32Number format_of(int colors)
{
    return colors == 1   ? TYPE_GRAY_FLT
           : colors == 4 ? TYPE_CMYK_FLT
                         : TYPE_RGB_FLT;
}

int icc_link_new(const struct color *c, int colors, bool out,
                 struct icc_link **link, struct err *e)
{
    struct icc_link *l = mem_zero(1, sizeof(*l));
    cmsHPROFILE own = NULL, work = NULL;
    int rc = 0;

    if (!l)
        return err_mem(e, sizeof(*l));
    l->colors = colors;
    l->out = out;
    l->context = cmsCreateContext(NULL, NULL);
    if (l->context) {
        own = cmsOpenProfileFromMemTHR(l->context, c->icc,
                                       (cmsUInt32Number)c->icc_len);
        work = working_profile(l->context);
    }
    if (own && work)
        l->transform = cmsCreateTransformTHR(
            l->context, out ? work : own,
            out ? TYPE_RGB_FLT : format_of(colors), out ? own : work,
            out ? format_of(colors) : TYPE_RGB_FLT,
            INTENT_RELATIVE_COLORIMETRIC, cmsFLAGS_NOCACHE);
    if (own)
        cmsCloseProfile(own);
    if (work)
        cmsCloseProfile(work);
    if (l->transform) {
        *link = l;
        l = NULL;
    } else {
        rc = err_set(e, ERR_DATA, "profile '%s' cannot be used for %s", c->name,
                     out ? "output" : "input");
    }
    icc_link_free(l);
    return rc;
}

void icc_link_free(struct icc_link *l)
{
    if (!l)
        return;
    if (l->transform)
        cmsDeleteTransform(l->transform);
    if (l->context)
        cmsDeleteContext(l->context);
    mem_free(l);
}

/* lcms2 counts ink from 0 to 100. */
#define PIXELS 256

void icc_link_run(const struct icc_link *l, const float *src, float *dst,
                  size_t n)
{
    float ink[4 * PIXELS];

    if (l->colors != 4) {
        cmsDoTransform(l->transform, src, dst, (cmsUInt32Number)n);
        return;
    }
    for (size_t i = 0; i < n; i += PIXELS) {
        const size_t m = n - i < PIXELS ? n - i : PIXELS;

        if (l->out) {
            cmsDoTransform(l->transform, src + 3 * i, ink, (cmsUInt32Number)m);
            for (size_t k = 0; k < 4 * m; k++)
                dst[4 * i + k] = ink[k] * 0.01f;
        } else {
            for (size_t k = 0; k < 4 * m; k++)
                ink[k] = src[4 * i + k] * 100.0f;
            cmsDoTransform(l->transform, ink, dst + 3 * i, (cmsUInt32Number)m);
        }
    }
}
