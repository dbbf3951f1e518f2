/* Layout of pictures in memory. */

#include "image/image.h"

#include <assert.h>
#include <stdint.h>

#include "base/mem.h"

/* Floats in 64 bytes. */
#define ROW_ALIGN 16

/*
 * Addresses that agree in their last 12 bits compete for the first cache, and
 * a load waits for a store before it that it seems to follow. So rows are not
 * a multiple of 1024 bytes apart, and planes are 832 more than one of 4096.
 */
#define PITCH_BAD 256 /* floats */
#define PLANE     1024
#define ASIDE     208

size_t view_pitch(int w)
{
    const size_t pitch = ((size_t)w + ROW_ALIGN - 1) / ROW_ALIGN * ROW_ALIGN;

    assert(w > 0);
    return pitch % PITCH_BAD ? pitch : pitch + ROW_ALIGN;
}

/* Floats from plane to plane, or SIZE_MAX. */
static size_t stride_of(int w, int rows)
{
    size_t n;

    if (!mem_product(view_pitch(w), (size_t)rows, &n) || n > SIZE_MAX - PLANE)
        return SIZE_MAX;
    return n + (ASIDE - n) % PLANE;
}

size_t view_bytes(int w, int rows, int planes)
{
    size_t n;

    assert(rows >= 0 && planes >= 0);
    if (!mem_product(stride_of(w, rows), (size_t)planes, &n) ||
        !mem_product(n, sizeof(float), &n))
        return SIZE_MAX;
    return n;
}

struct view view_over(float *data, int w, int h, int planes, int y0, int y1)
{
    const size_t pitch = view_pitch(w);

    assert(0 <= y0 && y0 <= y1 && y1 <= h && planes <= IMAGE_PLANES_MAX);
    return (struct view){
        .data = data,
        .pitch = pitch,
        .stride = stride_of(w, y1 - y0),
        .w = w,
        .h = h,
        .y0 = y0,
        .y1 = y1,
        .planes = planes,
    };
}

int image_new(int w, int h, int planes, struct image **out, struct err *e)
{
    struct image *image = NULL;
    float *data = NULL;
    size_t size;
    int rc;

    if (w < 1 || h < 1 || planes < 1 || planes > IMAGE_PLANES_MAX) {
        rc = err_set(e, ERR_ARG, "a picture of %d x %d with %d planes", w, h,
                     planes);
        goto out;
    }
    size = view_bytes(w, h, planes);
    image = mem_zero(1, sizeof(*image));
    data = size == SIZE_MAX ? NULL : mem_alloc(size);
    if (!image || !data) {
        rc = err_mem(e, size);
        goto out;
    }
    image->v = view_over(data, w, h, planes, 0, h);
    data = NULL;
    *out = image;
    image = NULL;
    rc = 0;
out:
    mem_free(data);
    mem_free(image);
    return rc;
}

void image_free(struct image *image)
{
    if (!image)
        return;
    mem_free(image->v.data);
    mem_free(image);
}
