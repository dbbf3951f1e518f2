/* Estimates the quality setting that made a quantisation table. */

#include "codec/jpeg.h"

#include <stdlib.h>

/* ITU-T T.81, table K.1, in natural order. */
static const uint8_t standard[64] = {
    16, 11, 10, 16, 24,  40,  51,  61,  12, 12, 14, 19, 26,  58,  60,  55,
    14, 13, 16, 24, 40,  57,  69,  56,  14, 17, 22, 29, 51,  87,  80,  62,
    18, 22, 37, 56, 68,  109, 103, 77,  24, 35, 55, 64, 81,  104, 113, 92,
    49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99,
};

static int entry(int i, int quality)
{
    const int scale = quality < 50 ? 5000 / quality : 200 - quality * 2;
    const int v = (standard[i] * scale + 50) / 100;

    return v < 1 ? 1 : v > 255 ? 255 : v;
}

int jpeg_quality_of(const uint16_t table[64])
{
    long least = -1;
    int best = 100;

    for (int q = 100; q >= 1; q--) {
        long off = 0;

        for (int i = 0; i < 64; i++)
            off += labs((long)table[i] - entry(i, q));
        if (least < 0 || off < least) {
            least = off;
            best = q;
        }
    }
    return best;
}
