#ifndef UNIT_PPM_H
#define UNIT_PPM_H

/* Pictures to and from programs nobody here wrote. After applied.h. */

#include <stdio.h>

/* Three colours and as many other planes as there are, all different. */
static struct image *painted(int w, int h, int planes)
{
    struct image *im = picture(w, h, planes);

    for (int p = 0; p < planes; p++)
        for (int y = 0; y < h; y++)
            for (int x = 0; x < w; x++)
                row_of(&im->v, p, y)[x] =
                    (float)(0.5 + 0.2 * sin(x * 0.3 + p) * cos(y * 0.21) +
                            0.05 * noise_at(x, y, p) + (x > y ? 0.2 : 0));
    return im;
}

/* Binary PPM of 16 bits, from 0 … 1. */
static void write_ppm(const char *path, const struct image *im)
{
    FILE *f = fopen(path, "wb");

    assert_non_null(f);
    fprintf(f, "P6\n%d %d\n65535\n", im->v.w, im->v.h);
    for (int y = 0; y < im->v.h; y++)
        for (int x = 0; x < im->v.w; x++)
            for (int p = 0; p < 3; p++) {
                const long n =
                    lround(fmin(fmax(at(im, p, x, y), 0), 1) * 65535);

                fputc((int)(n >> 8), f);
                fputc((int)(n & 255), f);
            }
    assert_int_equal(fclose(f), 0);
}

static struct image *read_ppm(const char *path)
{
    FILE *f = fopen(path, "rb");
    struct image *im;
    int w, h, most;

    assert_non_null(f);
    assert_int_equal(fscanf(f, "P6%*[\n]%*[#]%*[^\n]"), 0);
    assert_int_equal(fscanf(f, "%d %d %d", &w, &h, &most), 3);
    assert_int_equal(most, 65535);
    fgetc(f);
    im = picture(w, h, 3);
    for (int y = 0; y < h; y++)
        for (int x = 0; x < w; x++)
            for (int p = 0; p < 3; p++) {
                const int high = fgetc(f), low = fgetc(f);

                row_of(&im->v, p, y)[x] = (float)(high * 256 + low) / 65535;
            }
    fclose(f);
    return im;
}

#endif
