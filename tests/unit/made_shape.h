#ifndef TESTS_MADE_SHAPE_H
#define TESTS_MADE_SHAPE_H

/* Apertures by formula, and as files: grey TIFF of 8 bits, as plain as can be.
 */

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"

#define MADE_SHAPE 120 /* pixels a side */

/* Light at x, y of 0 … 1. */
typedef int made_shape(double x, double y);

/* A triangle with its point up, whose left half is a little shorter. */
static inline int made_arrow(double x, double y)
{
    const double half = 0.5 * (y - 0.1);

    return y > 0.1 && y < (x < 0.45 ? 0.7 : 0.8) && fabs(x - 0.45) < half ? 255
                                                                          : 0;
}

static inline int made_ring(double x, double y)
{
    const double r = hypot(x - 0.5, y - 0.5);

    return r < 0.45 && r > 0.27 ? 255 : 0;
}

/* Bright at the border, as lenses that are corrected too far have it. */
static inline int made_bubble(double x, double y)
{
    const double r = hypot(x - 0.4, y - 0.4) / 0.35;

    return r < 1 ? (int)(100 + 155 * r * r * r) : 0;
}

static inline int made_dark(double x, double y)
{
    (void)x;
    (void)y;
    return 0;
}

/* One pixel is light, in each corner one. */
static inline int made_corners(double x, double y)
{
    return fabs(x - 0.5) > 0.495 && fabs(y - 0.5) > 0.495 ? 255 : 0;
}

static inline int made_shape_file(const char *path, int w, int h,
                                  made_shape *light, struct err *e)
{
    const uint32_t tags[][3] = {
        {256, 4, (uint32_t)w},
        {257, 4, (uint32_t)h},
        {258, 3, 8},
        {259, 3, 1},
        {262, 3, 1},
        {273, 4, 128},
        {277, 3, 1},
        {278, 4, (uint32_t)h},
        {279, 4, (uint32_t)(w * h)},
    };
    enum { TAGS = sizeof(tags) / sizeof(tags[0]) };
    uint8_t head[128] = {'I', 'I', 42, 0, 8, 0, 0, 0, TAGS, 0};
    struct outfile f = {0};
    int rc;

    for (size_t i = 0; i < TAGS; i++) {
        const uint16_t id[2] = {(uint16_t)tags[i][0], (uint16_t)tags[i][1]};
        const uint32_t value[2] = {1, tags[i][2]};

        memcpy(head + 10 + 12 * i, id, sizeof(id));
        memcpy(head + 14 + 12 * i, value, sizeof(value));
    }
    TRY(outfile_open(&f, path, e));
    TRY(outfile_add(&f, head, sizeof(head), e));
    for (int y = 0; y < h; y++)
        for (int x = 0; x < w; x++) {
            const uint8_t v = (uint8_t)light((x + 0.5) / w, (y + 0.5) / h);

            TRY(outfile_add(&f, &v, 1, e));
        }
    TRY(outfile_commit(&f, true, e));
out:
    return rc;
}

#endif
