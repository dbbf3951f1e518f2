/*
 * Values of tables: refused with a reason, or a table within 0 … 1 whose greys
 * do not fall and whose white stays where that is asked for.
 */

#include "codec/lut_make.h"
#include "codec/lut_shipped.h"
#include "fuzz.h"

#define SIDE 5

static void check(const struct lut_recipe *r, const struct lut *lut)
{
    const float *last = NULL;

    for (int i = 0; i < SIDE * SIDE * SIDE * 4; i++)
        if (!(lut->node[i] >= 0 && lut->node[i] <= 1))
            fuzz_fail("value %d is %g", i, (double)lut->node[i]);
    for (int i = 0; i < SIDE; i++) {
        const float *grey = lut->node +
                            (size_t)i * 4 * (1 + SIDE + SIDE * SIDE);

        for (int c = 0; c < 3 && last; c++)
            if (!(grey[c] >= last[c]))
                fuzz_fail("grey %d falls to %g", i, (double)grey[c]);
        last = grey;
    }
    for (int c = 0; c < 3 && r->white == LUT_WHITE_KEEP; c++)
        if (last[c] != 1)
            fuzz_fail("white is %g", (double)last[c]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct lut *lut = NULL;
    struct lut_recipe r;
    struct err e = {0};

    if (lut_recipe_parse(data, size, "fuzz", &r, &e) < 0) {
        if (!e.text[0] || !e.code)
            fuzz_fail("refused without a reason");
        return 0;
    }
    if (lut_make(&r, SIDE, &lut, &e) < 0)
        fuzz_fail("%s", e.text);
    check(&r, lut);
    lut_free(lut);
    return 0;
}

void fuzz_seeds(void)
{
    static const char extreme[] =
        "warmth: 120\ntint: 1\nexposure: -2\nfilm: negative\nsilver: 1\n"
        "contrast: 1\npivot: 0.2\nlift_red: 0.15\ngamma_blue: 0.5\n"
        "shadow_tint: 1\nhighlight_tint: 1\nmatte: 0.15\nrose_hue: -15\n";

    for (const struct shipped *s = shipped_luts; s->name; s++)
        fuzz_seed(s->bytes, s->len);
    fuzz_seed(extreme, sizeof(extreme) - 1);
}
