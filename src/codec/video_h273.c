/* The numbers of ITU-T H.273. */

#include "codec/video_h273.h"

#include <stddef.h>

/* Whites: D65, illuminant C, that of DCI, equal energy. */
#define D65 0.3127, 0.3290
#define C   0.310, 0.316
#define DCI 0.314, 0.351
#define E   1.0 / 3, 1.0 / 3

#define P(rx, ry, gx, gy, bx, by, ...)                                         \
    {                                                                          \
        {                                                                      \
            {rx, ry}, {gx, gy}, {bx, by},                                      \
            {                                                                  \
                __VA_ARGS__                                                    \
            }                                                                  \
        }                                                                      \
    }

static const struct tag_primaries primaries[] = {
    {1, "BT.709", P(0.640, 0.330, 0.300, 0.600, 0.150, 0.060, D65)},
    {4, "BT.470M", P(0.67, 0.33, 0.21, 0.71, 0.14, 0.08, C)},
    {5, "BT.470BG", P(0.64, 0.33, 0.29, 0.60, 0.15, 0.06, D65)},
    {6, "SMPTE 170M", P(0.630, 0.340, 0.310, 0.595, 0.155, 0.070, D65)},
    {7, "SMPTE 240M", P(0.630, 0.340, 0.310, 0.595, 0.155, 0.070, D65)},
    {8, "generic film", P(0.681, 0.319, 0.243, 0.692, 0.145, 0.049, C)},
    {9, "BT.2020", P(0.708, 0.292, 0.170, 0.797, 0.131, 0.046, D65)},
    {10, "XYZ", P(1, 0, 0, 1, 0, 0, E)},
    {11, "DCI-P3", P(0.680, 0.320, 0.265, 0.690, 0.150, 0.060, DCI)},
    {12, "P3-D65", P(0.680, 0.320, 0.265, 0.690, 0.150, 0.060, D65)},
    {22, "EBU 3213", P(0.630, 0.340, 0.295, 0.605, 0.155, 0.077, D65)},
};

static const struct tag_transfer transfers[] = {
    {1, "BT.709", 2.4},
    {4, "gamma 2.2", 2.2},
    {5, "gamma 2.8", 2.8},
    {6, "BT.601", 2.4},
    {7, "SMPTE 240M (shown as BT.1886)", 2.4},
    {8, "linear", 1},
    {9, "logarithmic 100:1", -1},
    {10, "logarithmic 316:1", -1},
    {11, "xvYCC (shown as BT.1886)", 2.4},
    {12, "BT.1361 extended", -1},
    {TAG_TRANSFER_SRGB, "sRGB", 0},
    {14, "BT.2020 SDR", 2.4},
    {15, "BT.2020 SDR", 2.4},
    {TAG_TRANSFER_PQ, "PQ", 0},
    {TAG_TRANSFER_428, "SMPTE 428", 0},
    {TAG_TRANSFER_HLG, "HLG", 0},
};

static const struct tag_matrix matrices[] = {
    {TAG_MATRIX_RGB, "RGB", 0, 0},
    {1, "BT.709", 0.2126, 0.0722},
    {4, "FCC", 0.30, 0.11},
    {5, "BT.470BG", 0.299, 0.114},
    {6, "SMPTE 170M", 0.299, 0.114},
    {7, "SMPTE 240M", 0.212, 0.087},
    {8, "YCgCo", 0, 0},
    {9, "BT.2020", 0.2627, 0.0593},
    {10, "BT.2020 of constant luminance", 0, 0},
    {11, "SMPTE 2085", 0, 0},
    {12, "derived from chromaticities", 0, 0},
    {13, "derived from chromaticities, of constant luminance", 0, 0},
    {14, "ICtCp", 0, 0},
};

#define FIND(table)                                                            \
    for (size_t i = 0; i < sizeof(table) / sizeof((table)[0]); i++)            \
        if ((table)[i].number == number)                                       \
            return &(table)[i];                                                \
    return NULL;

const struct tag_primaries *tag_primaries(int number)
{
    FIND(primaries)
}

const struct tag_transfer *tag_transfer(int number)
{
    FIND(transfers)
}

const struct tag_matrix *tag_matrix(int number)
{
    FIND(matrices)
}
