/* Layout of pictures in memory. */

#include "image/image.h"

#include <assert.h>
#include <stdint.h>

#include "base/mem.h"

/* Floats in 64 bytes. */
#define ROW_ALIGN 16

size_t view_pitch(int w)
{
    assert(w > 0);
    return ((size_t)w + ROW_ALIGN - 1) / ROW_ALIGN * ROW_ALIGN;
}

size_t view_bytes(int w, int rows, int planes)
{
    size_t n;

    assert(rows >= 0 && planes >= 0);
    if (!mem_product(view_pitch(w) * sizeof(float), (size_t)rows, &n) ||
        !mem_product(n, (size_t)planes, &n))
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
        .stride = pitch * (size_t)(y1 - y0),
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
