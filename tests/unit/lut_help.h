#ifndef UNIT_LUT_HELP_H
#define UNIT_LUT_HELP_H

/* Texts that hold tables: read, looked up in, refused. After cmocka.h. */

#include <string.h>

#include "base/mem.h"
#include "codec/lut.h"

/* CLF. */
#define HEAD "<?xml version=\"1.0\"?>\n<ProcessList id=\"a\" "
#define LIST HEAD "compCLFversion=\"3\">\n"
#define F32  " inBitDepth=\"32f\" outBitDepth=\"32f\""
#define END  "\n</ProcessList>\n"

/* A table of 10 bits, after a range that makes it reach over -1 … 3. */
#define TABLE                                                                  \
    "<Range" F32 "><minInValue>-1</minInValue><maxInValue>3</maxInValue>"      \
    "<minOutValue>0</minOutValue><maxOutValue>1</maxOutValue></Range>"         \
    "<LUT1D inBitDepth=\"32f\" outBitDepth=\"10i\"><Array dim=\"3 1\">"        \
    "0 511.5 1023</Array></LUT1D>"
#define CUBE                                                                   \
    "<LUT3D inBitDepth=\"10i\" outBitDepth=\"8i\" "                            \
    "interpolation=\"tetrahedral\"><Array dim=\"2 2 2 3\">0 0 0 0 0 255 "      \
    "0 255 0 0 255 255 51 0 0 51 0 255 51 255 0 51 255 255</Array></LUT3D>"

typedef int lut_parse_fn(const void *text, size_t len, struct lut **out,
                         struct err *e);

static inline struct lut *parsed(lut_parse_fn *parse, const char *text)
{
    struct lut *lut = NULL;
    struct err e = {0};

    if (parse(text, strlen(text), &lut, &e) < 0)
        fail_msg("'%.60s': %s", text, e.text);
    return lut;
}

/* The refusal says each of the two words. */
static inline void refused(lut_parse_fn *parse, const char *text,
                           const char *why, const char *where)
{
    struct lut *lut = NULL;
    struct err e = {0};

    if (parse(text, strlen(text), &lut, &e) != ERR_DATA)
        fail_msg("'%.60s' is not refused", text);
    if (!strstr(e.text, why) || !strstr(e.text, where))
        fail_msg("'%s' does not say '%s' and '%s'", e.text, why, where);
    assert_null(lut);
}

/* One colour through it. */
static inline void through(const struct lut *lut, float color[3])
{
    float *const row[3] = {&color[0], &color[1], &color[2]};

    lut_apply(lut, kern_best(), false, row, 1);
}

/*
 * Every prefix, and many copies with three bytes changed: no crash, no leak, a
 * reason for every refusal.
 */
static inline void survives_noise(lut_parse_fn *parse, const char *text)
{
    const size_t used = mem_used(), n = strlen(text);
    char *copy = mem_chars(n);
    uint32_t seed = 7;

    for (size_t i = 0; i < n + 4000; i++) {
        struct lut *lut = NULL;
        struct err e = {0};

        memcpy(copy, text, n);
        for (int k = 0; k < 3 && i >= n; k++) {
            seed = seed * 1664525 + 1013904223;
            copy[(seed >> 8) % n] = (char)(seed >> 24);
        }
        if (parse(copy, i < n ? i : n, &lut, &e) == 0)
            assert_non_null(lut);
        else
            assert_true(e.text[0]);
        lut_free(lut);
    }
    mem_free(copy);
    assert_int_equal(mem_used(), used);
}

/* The n-th allocation fails, until none does. */
static inline void survives_no_memory(lut_parse_fn *parse, const char *text)
{
    const size_t used = mem_used();
    int rc = ERR_MEM;

    for (long n = 1; rc < 0; n++) {
        struct lut *lut = NULL;
        struct err e = {0};

        mem_fail_at(n);
        rc = parse(text, strlen(text), &lut, &e);
        mem_fail_at(0);
        if (rc < 0 && rc != ERR_MEM)
            fail_msg("allocation %ld: %d '%s'", n, rc, e.text);
        lut_free(lut);
        assert_int_equal(mem_used(), used);
    }
}

#endif
