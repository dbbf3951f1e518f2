#ifndef KERN_PNG_H
#define KERN_PNG_H

/*
 * The row filters of PNG (third edition, section 9.2): each byte becomes its
 * difference from a guess made of the bytes to the left and above. `bpp` is
 * the distance in bytes to the pixel on the left, 1 … 8; left of the first
 * pixel are zeros. dst must not overlap a source.
 */

#include <stddef.h>
#include <stdint.h>

struct kern_png {
    /* 16-bit samples with the high byte first, as PNG has them */
    void (*big16)(uint8_t *dst, const uint16_t *src, size_t n);

    void (*sub)(uint8_t *dst, const uint8_t *row, size_t n, size_t bpp);
    void (*up)(uint8_t *dst, const uint8_t *row, const uint8_t *above,
               size_t n);
    void (*average)(uint8_t *dst, const uint8_t *row, const uint8_t *above,
                    size_t n, size_t bpp);
    void (*paeth)(uint8_t *dst, const uint8_t *row, const uint8_t *above,
                  size_t n, size_t bpp);

    /* Sum of the bytes' absolute values, each taken as -128 … 127. */
    uint64_t (*cost)(const uint8_t *src, size_t n);
};

#endif
