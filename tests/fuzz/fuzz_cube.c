/*
 * .cube files: what is taken has sizes within the range, finite values, and a
 * domain that goes up; colours go through it.
 */

#include <string.h>

#include "fuzz.h"
#include "lut_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct lut *lut = NULL;
    struct err e = {0};

    if (cube_parse(data, size, &lut, &e) == 0)
        lut_check(lut);
    else if (!e.text[0])
        fuzz_fail("refused without a reason");
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
