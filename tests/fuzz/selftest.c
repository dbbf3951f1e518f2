/* A target with a bug, to see that the driver finds it. */

#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > 3 && data[0] == 'b' && data[1] == 'u' && data[2] != 'd')
        fuzz_fail("found it");
    return 0;
}

void fuzz_seeds(void)
{
    fuzz_seed("bud is no bug", 13);
}
