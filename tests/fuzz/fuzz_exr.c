/* OpenEXR, where its module was built. */

#include "codec/module.h"
#include "files.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    files_try(data, size);
    return 0;
}

void fuzz_seeds(void)
{
    static const struct pixfmt half = {
        .type = SAMPLE_F16, .colors = 3, .extras = 1, .associated = true};
    static const struct pixfmt full = {
        .type = SAMPLE_F32, .colors = 3, .extras = 3, .alpha = -1};
    static const struct pixfmt grey = {
        .type = SAMPLE_F32, .colors = 1, .alpha = -1};
    const enum compression *c = codec_named("exr")->compressions;
    char path[MODULE_PATH_MAX];
    const struct module_id *id;
    struct err e = {0};

    if (module_probe("exr", path, &id, &e) < 0)
        return;
    for (; *c != COMP_SAME; c++)
        files_seed("exr", half, (struct storage){.compression = *c});
    files_seed("exr", full, (struct storage){.compression = COMP_ZIP});
    files_seed("exr", grey, (struct storage){.compression = COMP_PIZ});
}
