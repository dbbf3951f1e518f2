/* Lines of channels to samples of pixels, and back. */

#include "codec/exr_pixels.h"

#include <stdint.h>

static uint32_t float_of_half(uint16_t h)
{
    const uint32_t sign = (uint32_t)(h & 0x8000) << 16;
    uint32_t exponent = h >> 10 & 31, fraction = h & 1023;

    if (exponent == 31)
        return sign | 0x7f800000 | fraction << 13;
    if (exponent)
        return sign | (exponent + 112) << 23 | fraction << 13;
    if (!fraction)
        return sign;
    /* Subnormal: move the first 1 to where the hidden one belongs. */
    exponent = (uint32_t)__builtin_clz(fraction) - 21;
    fraction = fraction << exponent & 1023;
    return sign | (113 - exponent) << 23 | fraction << 13;
}

/* Rounded to nearest even; too large becomes infinity. */
static uint16_t half_of_float(uint32_t f)
{
    const uint16_t sign = (uint16_t)(f >> 16 & 0x8000);
    const uint32_t a = f & 0x7fffffff;
    uint32_t h;

    if (a > 0x7f800000) { /* a NaN stays one */
        h = a >> 13 & 1023;
        return sign | 0x7c00 | (uint16_t)(h ? h : 512);
    }
    if (a >= 0x477ff000)
        return sign | 0x7c00;
    if (a < 0x33000001)
        return sign;
    if (a < 0x38800000) {
        const uint32_t shift = 126 - (a >> 23), m = (a & 0x7fffff) | 0x800000;
        const uint32_t rest = m & ((1u << shift) - 1), tie = 1u << (shift - 1);

        h = m >> shift;
        return sign | (uint16_t)(h + (rest > tie || (rest == tie && h & 1)));
    }
    h = a - (112u << 23);
    return sign | (uint16_t)((h + 0xfff + (h >> 13 & 1)) >> 13);
}

static void copy16(uint8_t *dst, size_t dst_step, const uint8_t *src,
                   size_t src_step, size_t n)
{
    for (size_t i = 0; i < n; i++)
        memcpy(dst + i * dst_step, src + i * src_step, 2);
}

static void copy32(uint8_t *dst, size_t dst_step, const uint8_t *src,
                   size_t src_step, size_t n)
{
    for (size_t i = 0; i < n; i++)
        memcpy(dst + i * dst_step, src + i * src_step, 4);
}

static void widen(uint8_t *dst, size_t dst_step, const uint8_t *src,
                  size_t src_step, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        uint16_t h;
        uint32_t f;

        memcpy(&h, src + i * src_step, 2);
        f = float_of_half(h);
        memcpy(dst + i * dst_step, &f, 4);
    }
}

static void narrow(uint8_t *dst, size_t dst_step, const uint8_t *src,
                   size_t src_step, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        uint16_t h;
        uint32_t f;

        memcpy(&f, src + i * src_step, 4);
        h = half_of_float(f);
        memcpy(dst + i * dst_step, &h, 2);
    }
}

static void convert(uint8_t *dst, size_t dst_step, bool dst_half,
                    const uint8_t *src, size_t src_step, bool src_half,
                    size_t n)
{
    if (dst_half && src_half)
        copy16(dst, dst_step, src, src_step, n);
    else if (dst_half)
        narrow(dst, dst_step, src, src_step, n);
    else if (src_half)
        widen(dst, dst_step, src, src_step, n);
    else
        copy32(dst, dst_step, src, src_step, n);
}

void exr_line_in(enum exr_type type, const void *src, enum sample as, void *raw,
                 size_t step, size_t n)
{
    const bool half = type == EXR_HALF;

    convert(raw, step * sample_bytes(as), as == SAMPLE_F16, src, half ? 2 : 4,
            half, n);
}

void exr_line_out(enum exr_type type, void *dst, enum sample as,
                  const void *raw, size_t step, size_t n)
{
    const bool half = type == EXR_HALF;

    convert(dst, half ? 2 : 4, half, raw, step * sample_bytes(as),
            as == SAMPLE_F16, n);
}
