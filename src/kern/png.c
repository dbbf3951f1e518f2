/* The row filters of PNG, in the direction of writing. */

#include "kern/level.h"
#include "kern/png.h"

static void big16(uint8_t *restrict dst, const uint16_t *restrict src, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        dst[2 * i] = (uint8_t)(src[i] >> 8);
        dst[2 * i + 1] = (uint8_t)src[i];
    }
}

static void sub(uint8_t *restrict dst, const uint8_t *restrict row, size_t n,
                size_t bpp)
{
    const size_t head = n < bpp ? n : bpp;

    for (size_t i = 0; i < head; i++)
        dst[i] = row[i];
    for (size_t i = head; i < n; i++)
        dst[i] = (uint8_t)(row[i] - row[i - bpp]);
}

static void up(uint8_t *restrict dst, const uint8_t *restrict row,
               const uint8_t *restrict above, size_t n)
{
    for (size_t i = 0; i < n; i++)
        dst[i] = (uint8_t)(row[i] - above[i]);
}

static void average(uint8_t *restrict dst, const uint8_t *restrict row,
                    const uint8_t *restrict above, size_t n, size_t bpp)
{
    const size_t head = n < bpp ? n : bpp;

    for (size_t i = 0; i < head; i++)
        dst[i] = (uint8_t)(row[i] - (above[i] >> 1));
    for (size_t i = head; i < n; i++)
        dst[i] = (uint8_t)(row[i] - ((row[i - bpp] + above[i]) >> 1));
}

/* The neighbour nearest to left + up - corner; ties: left, up, corner. */
static inline uint8_t nearest(int16_t left, int16_t up_, int16_t corner)
{
    const int16_t dl = (int16_t)(up_ - corner);
    const int16_t du = (int16_t)(left - corner);
    const int16_t dc = (int16_t)(dl + du);
    const int16_t a = (int16_t)(dl < 0 ? -dl : dl);
    const int16_t b = (int16_t)(du < 0 ? -du : du);
    const int16_t c = (int16_t)(dc < 0 ? -dc : dc);
    const int16_t other = b <= c ? up_ : corner;

    return (uint8_t)(((a <= b) & (a <= c)) ? left : other);
}

static void paeth(uint8_t *restrict dst, const uint8_t *restrict row,
                  const uint8_t *restrict above, size_t n, size_t bpp)
{
    const size_t head = n < bpp ? n : bpp;

    for (size_t i = 0; i < head; i++)
        dst[i] = (uint8_t)(row[i] - above[i]);
    for (size_t i = head; i < n; i++)
        dst[i] =
            (uint8_t)(row[i] - nearest(row[i - bpp], above[i], above[i - bpp]));
}

static uint64_t cost(const uint8_t *src, size_t n)
{
    uint64_t sum = 0;

    for (size_t at = 0; at < n; at += 4096) {
        const size_t end = n - at < 4096 ? n : at + 4096;
        uint32_t part = 0;

        for (size_t i = at; i < end; i++)
            part += (uint8_t)(src[i] < 128 ? src[i] : -src[i]);
        sum += part;
    }
    return sum;
}

const struct kern_png KERN_TABLE(kern_png) = {
    .big16 = big16,
    .sub = sub,
    .up = up,
    .average = average,
    .paeth = paeth,
    .cost = cost,
};
