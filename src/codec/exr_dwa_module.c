/* portal-exrdwa.so: R, G, B, A of a file through OpenEXR's C interface. */

#include "codec/exr_module.h"

#include <OpenEXRConfig.h>
#include <ImfCRgbaFile.h>

_Static_assert(sizeof(ImfRgba) == 4 * sizeof(uint16_t), "four halves");

static void *dwa_open(const char *path)
{
    return ImfOpenInputFile(path);
}

static bool dwa_read(void *file, int x0, int y0, int w, int rows,
                     uint16_t *rgba)
{
    /* The library adds x + y * w to the address it is given. */
    const uintptr_t first = (uintptr_t)x0 + (uintptr_t)y0 * (uintptr_t)w;
    const uintptr_t base = (uintptr_t)rgba - first * sizeof(ImfRgba);

    ImfRgba *pixel;

    memcpy(&pixel, &base, sizeof(base));
    return ImfInputSetFrameBuffer(file, pixel, 1, (size_t)w) &&
           ImfInputReadPixels(file, y0, y0 + rows - 1);
}

static void dwa_close(void *file)
{
    ImfCloseInputFile(file);
}

extern const struct exr_dwa_module portal_module;

__attribute__((visibility("default")))
const struct exr_dwa_module portal_module = {
    .id = {.version = EXR_DWA_VERSION,
           .name = "exrdwa",
           .about = "OpenEXR " OPENEXR_VERSION_STRING},
    .open = dwa_open,
    .read = dwa_read,
    .close = dwa_close,
};
