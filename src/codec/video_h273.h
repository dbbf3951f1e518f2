#ifndef CODEC_VIDEO_H273_H
#define CODEC_VIDEO_H273_H

/* The numbers of ITU-T H.273, and what they stand for. */

#include "image/color.h"

enum {
    TAG_UNSTATED = 2,
    TAG_MATRIX_RGB = 0,
    TAG_TRANSFER_SRGB = 13,
    TAG_TRANSFER_PQ = 16,
    TAG_TRANSFER_428 = 17,
    TAG_TRANSFER_HLG = 18,
};

/* Table 2. */
struct tag_primaries {
    int number;
    const char *name;
    struct primaries p;
};

/* Table 3. gamma: the power that is its display's light; 0: another curve,
   below 0: none that is worked on. */
struct tag_transfer {
    int number;
    const char *name;
    double gamma;
};

/* Table 4. kr 0: RGB, or not worked on. */
struct tag_matrix {
    int number;
    const char *name;
    double kr, kb;
};

/* NULL for numbers that are reserved or stand for "unspecified". */
const struct tag_primaries *tag_primaries(int number);
const struct tag_transfer *tag_transfer(int number);
const struct tag_matrix *tag_matrix(int number);

#endif
