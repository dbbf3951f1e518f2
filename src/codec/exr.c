/* OpenEXR: the descriptor, and the way to the module. */

#include "codec/exr_io.h"

static bool probe(const uint8_t *head, size_t n)
{
    return n >= 4 && !memcmp(head, "\x76\x2f\x31\x01", 4);
}

const struct exr_host exr_host = {mem_alloc, mem_free, err_set};

int exr_module_get(const struct exr_module **m, struct err *e)
{
    const struct module_id *id;
    int rc = module_open("exr", EXR_MODULE_VERSION, &id, e);

    if (rc == 0)
        *m = (const struct exr_module *)id;
    return rc;
}

static const char *const exts[] = {"exr", NULL};
static const enum compression compressions[] = {
    COMP_ZIP,   COMP_NONE, COMP_RLE,  COMP_ZIPS, COMP_PIZ,
    COMP_PXR24, COMP_B44,  COMP_B44A, COMP_SAME,
};

const struct codec codec_exr = {
    .name = "exr",
    .doc = "OpenEXR: scene-linear light, layers, depth",
    .exts = exts,
    .compressions = compressions,
    .samples = 1u << SAMPLE_F16 | 1u << SAMPLE_F32,
    .alpha = true,
    .extras = true,
    .probe = probe,
    .open = exr_open,
    .chunk = exr_chunk,
    .close = exr_close,
    .sample = exr_sample,
    .create = exr_create,
    .pack = exr_pack,
    .put = exr_put,
    .finish = exr_finish,
    .abort = exr_abort,
};
