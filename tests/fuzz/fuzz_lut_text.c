/* .3dl, .csp, .spi1d and .spi3d: every reader gets every text. */

#include <string.h>

#include "fuzz.h"
#include "lut_check.h"

typedef int parse_fn(const void *text, size_t len, struct lut **out,
                     struct err *e);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static parse_fn *const parse[] = {lut_3dl_parse, lut_csp_parse,
                                      lut_spi1d_parse, lut_spi3d_parse};

    for (int i = 0; i < 4; i++) {
        struct lut *lut = NULL;
        struct err e = {0};

        if (parse[i](data, size, &lut, &e) == 0)
            lut_check(lut);
        else if (!e.text[0])
            fuzz_fail("refused without a reason");
        lut_free(lut);
    }
    return 0;
}

#define EIGHT                                                                  \
    "0 0 0\n0 0 1023\n0 1023 0\n0 1023 1023\n1023 0 0\n1023 0 1023\n"          \
    "1023 1023 0\n1023 1023 1023\n"

void fuzz_seeds(void)
{
    static const char *const texts[] = {
        EIGHT,
        "# c\n3DMESH\r\nMesh 1 12\r\n0 512 1023 1023\n" EIGHT EIGHT EIGHT
        "0 0 0\n0 0 0\n0 0 0\nLUT8\ngamma 1.0\n",
        "CSPLUTV100\n3D\n\nBEGIN METADATA\nx\nEND METADATA\n3\n-1 0 2\n"
        "0 .5 1\n2\n0 1\n0 1\n0\n2 2 2\n" EIGHT,
        "CSPLUTV100\n1D\n2\n0 4\n0 1\n2\n0 1\n1 0\n1\n3\n0 0 0\n.5 .5 .5\n"
        "1 1 1\n",
        "Version 1\nFrom -0.5 2\nLength 3\nComponents 1\n{\n0\n.25\n1e0\n}\n",
        "Version 1\nLength 2\nComponents 3\n{\n 0 1 2\n 3 4 5\n}\n",
        "SPILUT 1.0\n3 3\n2 2 2\n0 0 0 0 0 0\n0 0 1 0 0 1\n0 1 0 0 1 0\n"
        "0 1 1 0 1 1\n1 0 0 1 0 0\n1 0 1 1 0 1\n1 1 0 1 1 0\n1 1 1 1 1 1\n",
    };

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        fuzz_seed(texts[i], strlen(texts[i]));
}
