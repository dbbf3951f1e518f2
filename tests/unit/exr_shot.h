#ifndef UNIT_EXR_SHOT_H
#define UNIT_EXR_SHOT_H

/* Half and float pictures for the tests of OpenEXR. */

#include "roundtrip.h"

static const __attribute__((unused)) struct pixfmt rgb_half = {
    SAMPLE_F16, 3, 0, -1, true, false};
static const __attribute__((unused)) struct pixfmt rgba_half = {
    SAMPLE_F16, 3, 1, 0, true, false};
static const __attribute__((unused)) struct pixfmt rgb_float = {
    SAMPLE_F32, 3, 0, -1, true, false};
static const __attribute__((unused)) struct pixfmt many = {
    SAMPLE_F32, 3, 6, 0, true, false};
static const __attribute__((unused)) struct pixfmt grey = {
    SAMPLE_F16, 1, 0, -1, true, false};

/* Random bits of all kinds; smooth: values a lossy compression can keep. */
static inline struct shot shot_new(int w, int h, struct pixfmt fmt, bool smooth)
{
    struct shot s = {.pic = {.w = w, .h = h, .fmt = fmt}};
    struct err e = {0};
    uint32_t seed = 7;

    s.size = (size_t)w * (size_t)h * pixfmt_bytes(&fmt);
    s.raw = mem_alloc(s.size);
    assert_non_null(s.raw);
    assert_int_equal(meta_new(&s.pic.meta, &e), 0);
    for (size_t i = 0; i < s.size / sample_bytes(fmt.type); i++) {
        const uint32_t n = noise(&seed);
        const uint16_t half = (uint16_t)(smooth ? 0x3800 + (i / 64 & 255) : n);
        const uint32_t word = smooth ? 0x3f000000 + (uint32_t)i * 64 : n;

        if (fmt.type == SAMPLE_F16)
            memcpy(s.raw + 2 * i, &half, 2);
        else
            memcpy(s.raw + 4 * i, &word, 4);
    }
    return s;
}

static inline void shot_write(const struct shot *s, const char *name)
{
    struct err e = {0};

    if (shot_save(s, "exr", name, 32, &e) < 0)
        fail_msg("%s: %s", name, e.text);
}

static inline struct shot shot_read(const char *name, int page,
                                    const char *layer)
{
    const struct read_options o = {.page = page, .slots = 1, .layer = layer};
    struct err e = {0};
    struct shot s;

    if (shot_load(&s, name, &o, &e) < 0)
        fail_msg("%s: %s", name, e.text);
    return s;
}

#endif
