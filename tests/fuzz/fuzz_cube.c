/*
 * .cube files: what is taken has sizes within the range, finite values, and a
 * domain that goes up; colours go through it and stay finite.
 */

#include <math.h>
#include <string.h>

#include "codec/lut.h"
#include "fuzz.h"
#include "kern/kern.h"
#include "kern/lut.h"

#define PIXELS 8

static void check_values(const float *v, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!isfinite(v[i]))
            fuzz_fail("a value is not finite");
}

static void check_domain(const float lo[3], const float hi[3])
{
    for (int c = 0; c < 3; c++)
        if (!(lo[c] < hi[c]))
            fuzz_fail("a domain goes down");
}

static void look_up(const struct lut *lut)
{
    static const float colors[PIXELS] = {0,     1,    -1e9f, 0.5f,
                                         1e30f, 0.3f, 2,     0.99f};
    const struct kern_lut *k = kern_best()->lut;
    const struct kern_cube cube = {
        .node = lut->node,
        .size = lut->size,
        .lo = {lut->from[0], lut->from[1], lut->from[2]},
        .hi = {lut->to[0], lut->to[1], lut->to[2]},
    };
    float plane[3][PIXELS], line[PIXELS];
    float *const dst[3] = {plane[0], plane[1], plane[2]};
    const float *const src[3] = {colors, colors, colors};

    for (int c = 0; c < 3 && lut->points; c++) {
        const struct kern_line curve = {
            .value = lut->curve + (size_t)c * (size_t)lut->points,
            .points = lut->points,
            .lo = lut->lo[c],
            .hi = lut->hi[c]};

        k->line(line, colors, PIXELS, &curve);
    }
    if (!lut->size)
        return;
    k->tetrahedral(dst, src, PIXELS, &cube);
    k->trilinear(dst, src, PIXELS, &cube);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct lut *lut = NULL;
    struct err e = {0};

    if (cube_parse(data, size, &lut, &e) < 0) {
        if (!e.text[0])
            fuzz_fail("refused without a reason");
        return 0;
    }
    if (lut->points && (lut->points < 2 || lut->points > 65536))
        fuzz_fail("a curve of %d points", lut->points);
    if (lut->size && (lut->size < 2 || lut->size > 256))
        fuzz_fail("a cube of %d nodes a side", lut->size);
    check_values(lut->curve, (size_t)lut->points * 3);
    check_values(lut->node,
                 (size_t)lut->size * (size_t)lut->size * (size_t)lut->size * 4);
    check_domain(lut->lo, lut->hi);
    check_domain(lut->from, lut->to);
    look_up(lut);
    lut_free(lut);
    return 0;
}

void fuzz_seeds(void)
{
    static const char *const texts[] = {
        "LUT_1D_SIZE 2\n0 0 0\n1 1 1\n",
        "TITLE \"t\"\r\nLUT_3D_SIZE 2\r\nDOMAIN_MIN -1 0 0\r\n"
        "DOMAIN_MAX 1 2 1e3\r\n0 0 0\r\n1 0 0\r\n0 1 0\r\n1 1 0\r\n"
        "0 0 1\r\n1 0 1\r\n0 1 1\r\n1 1 1\r\n",
        "# shaper\nLUT_1D_SIZE 3\nLUT_1D_INPUT_RANGE -0.5 1.5\n"
        "LUT_3D_SIZE 2\nLUT_3D_INPUT_RANGE 0 2\n0 0 0\n.5 .5 .5\n1 1 1\n"
        "0 0 0\n1 0 0\n0 1 0\n1 1 0\n0 0 1\n1 0 1\n0 1 1\n1 1 1\n",
        "\xef\xbb\xbfLUT_3D_SIZE 1024\n",
        "LUT_1D_SIZE 2\nnan 0 0\n1e39 1 1\n",
    };

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        fuzz_seed(texts[i], strlen(texts[i]));
}
