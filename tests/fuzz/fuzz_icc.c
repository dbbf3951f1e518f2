/*
 * ICC profiles: what is taken equals itself, gives its bytes back, and colours
 * go through it both ways.
 */

#include <lcms2.h>
#include <string.h>

#include "codec/convert.h"
#include "fuzz.h"
#include "image/icc.h"

#define PIXELS 8

static void through_lcms(const struct color *c, bool to_work)
{
    static const float in[PIXELS * 4] = {0, 0.5f, 1, 2, -1, 0.25f, 100, 1e9f};
    float out[PIXELS * 4];
    struct icc_transform *t = NULL;
    struct err e = {0};

    if (icc_transform_new(c, to_work, &t, &e) == 0)
        icc_transform_run(t, in, out, PIXELS);
    else if (!e.text[0])
        fuzz_fail("refused without a reason");
    icc_transform_free(t);
}

static void through_convert(const struct color *c, int channels)
{
    static const uint16_t in[PIXELS * 4] = {0, 1, 0x8000, 0xffff, 0x1234};
    const struct pixfmt fmt = {
        .type = SAMPLE_U16, .colors = channels, .alpha = -1};
    struct convert *convert = NULL;
    struct arena scratch = {0};
    float plane[3][PIXELS];
    float *planes[3] = {plane[0], plane[1], plane[2]};
    uint16_t out[PIXELS * 4];
    struct err e = {0};

    if (convert_new(&fmt, c, false, &convert, &e) < 0) {
        if (!e.text[0])
            fuzz_fail("refused without a reason");
        return;
    }
    if (arena_init(&scratch, convert_scratch(convert, PIXELS), &e) < 0)
        fuzz_fail("%s", e.text);
    convert_in(convert, kern_best(), in, PIXELS, planes, &scratch);
    if (c->can_write) {
        arena_reset(&scratch);
        convert_out(convert, kern_best(), planes, PIXELS, 0, out, &scratch);
    }
    arena_release(&scratch);
    convert_free(convert);
}

static void use(const struct color *c, const void *icc, size_t len,
                int channels)
{
    struct color *copy = NULL;
    uint8_t *bytes = NULL;
    size_t n;
    struct err e = {0};

    if (!color_equal(c, c))
        fuzz_fail("a colour differs from itself");
    if (color_copy(c, &copy, &e) < 0 || !color_equal(c, copy))
        fuzz_fail("a colour differs from its copy");
    if (color_make_icc(c, &bytes, &n, &e) < 0 || n != len ||
        memcmp(bytes, icc, len) != 0)
        fuzz_fail("the profile's bytes are lost");
    if (c->kind == COLOR_ICC) {
        through_lcms(c, true);
        through_lcms(c, false);
    }
    through_convert(c, channels);
    mem_free(bytes);
    color_free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const int channels[] = {1, 3, 4};

    for (int i = 0; i < 3; i++) {
        struct color *c = NULL;
        struct err e = {0};

        if (color_from_icc(data, size, channels[i], &c, &e) == 0)
            use(c, data, size, channels[i]);
        else if (!e.text[0])
            fuzz_fail("refused without a reason");
        color_free(c);
    }
    return 0;
}

static void seed_profile(cmsHPROFILE profile)
{
    cmsUInt32Number len = 0;
    uint8_t *bytes;

    if (!profile || !cmsSaveProfileToMem(profile, NULL, &len))
        fuzz_fail("cannot make a profile");
    bytes = mem_alloc(len);
    if (!bytes || !cmsSaveProfileToMem(profile, bytes, &len))
        fuzz_fail("cannot make a profile");
    fuzz_seed(bytes, len);
    mem_free(bytes);
    cmsCloseProfile(profile);
}

void fuzz_seeds(void)
{
    cmsToneCurve *gamma = cmsBuildGamma(NULL, 2.2);
    struct err e = {0};

    for (int s = 0; s < SPACE_COUNT; s++) {
        struct color *c = NULL;
        uint8_t *icc = NULL;
        size_t len;

        if (color_from_space(s, s % 2, &c, &e) < 0 ||
            color_make_icc(c, &icc, &len, &e) < 0)
            fuzz_fail("%s", e.text);
        fuzz_seed(icc, len);
        mem_free(icc);
        color_free(c);
    }
    seed_profile(cmsCreate_sRGBProfile());
    seed_profile(cmsCreateGrayProfile(cmsD50_xyY(), gamma));
    seed_profile(cmsCreateLab4Profile(NULL));
    /* LUT profiles: inks that are limited, and RGB turned in Lab. */
    seed_profile(cmsCreateInkLimitingDeviceLink(cmsSigCmykData, 150));
    seed_profile(cmsCreateBCHSWabstractProfile(5, 0, 1, 0, 0, 5000, 6000));
    cmsFreeToneCurve(gamma);
}
