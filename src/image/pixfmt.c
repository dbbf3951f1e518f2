/* Names of sample types. */

#include "image/pixfmt.h"

#include <assert.h>

const char *sample_name(enum sample type)
{
    static const char *const names[SAMPLE_COUNT] = {
        [SAMPLE_U8] = "8-bit", [SAMPLE_U16] = "16-bit", [SAMPLE_U32] = "32-bit",
        [SAMPLE_F16] = "half", [SAMPLE_F32] = "float",
    };

    assert(type < SAMPLE_COUNT);
    return names[type];
}
