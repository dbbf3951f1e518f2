/* Rows of samples: byte order, differences, and all that is not plain. */

#include <assert.h>

#include "codec/tiff_int.h"

size_t tiff_row_bytes(const struct tiff_samples *s, size_t w)
{
    return (w * (size_t)(s->planar ? 1 : s->spp) * (size_t)s->bits + 7) / 8;
}

/* Rows begin at multiples of their samples' size. */
#define AT(type, p, i) (*(type *)(void *)((p) + (i) * sizeof(type)))
#define FROM(type, p, i)                                                       \
    (*(const type *)(const void *)((p) + (i) * sizeof(type)))

void tiff_swap(void *data, size_t bytes, int bits)
{
    uint8_t *const p = data;

    if (bits == 16)
        for (size_t i = 0; i < bytes / 2; i++)
            AT(uint16_t, p, i) = __builtin_bswap16(AT(uint16_t, p, i));
    else if (bits == 32)
        for (size_t i = 0; i < bytes / 4; i++)
            AT(uint32_t, p, i) = __builtin_bswap32(AT(uint32_t, p, i));
    else if (bits == 64)
        for (size_t i = 0; i < bytes / 8; i++)
            AT(uint64_t, p, i) = __builtin_bswap64(AT(uint64_t, p, i));
}

/* Sums of one kind of sample, `step` apart; three at once is the common case.
 */
#define UNDO(type)                                                             \
    static void undo_##type(type *v, size_t n, size_t step)                    \
    {                                                                          \
        type a, b, c;                                                          \
                                                                               \
        if (step != 3 || n < 3) {                                              \
            for (size_t i = step; i < n; i++)                                  \
                v[i] = (type)(v[i] + v[i - step]);                             \
            return;                                                            \
        }                                                                      \
        a = v[0];                                                              \
        b = v[1];                                                              \
        c = v[2];                                                              \
        for (size_t i = 3; i + 3 <= n; i += 3) {                               \
            v[i] = a = (type)(a + v[i]);                                       \
            v[i + 1] = b = (type)(b + v[i + 1]);                               \
            v[i + 2] = c = (type)(c + v[i + 2]);                               \
        }                                                                      \
    }

#define MAKE(type)                                                             \
    static void make_##type(type *restrict dst, const type *restrict v,        \
                            size_t n, size_t step)                             \
    {                                                                          \
        for (size_t i = 0; i < step && i < n; i++)                             \
            dst[i] = v[i];                                                     \
        for (size_t i = step; i < n; i++)                                      \
            dst[i] = (type)(v[i] - v[i - step]);                               \
    }

UNDO(uint8_t)
UNDO(uint16_t)
UNDO(uint32_t)
MAKE(uint8_t)
MAKE(uint16_t)
MAKE(uint32_t)

void tiff_undo_diff(uint8_t *row, size_t w, int bits, int step)
{
    const size_t n = w * (size_t)step;

    if (bits == 8)
        undo_uint8_t(row, n, (size_t)step);
    else if (bits == 16)
        undo_uint16_t((uint16_t *)(void *)row, n, (size_t)step);
    else
        undo_uint32_t((uint32_t *)(void *)row, n, (size_t)step);
}

void tiff_make_diff(uint8_t *dst, const uint8_t *src, size_t w, int bits,
                    int step)
{
    const size_t n = w * (size_t)step;

    if (bits == 8)
        make_uint8_t(dst, src, n, (size_t)step);
    else if (bits == 16)
        make_uint16_t((uint16_t *)(void *)dst,
                      (const uint16_t *)(const void *)src, n, (size_t)step);
    else
        make_uint32_t((uint32_t *)(void *)dst,
                      (const uint32_t *)(const void *)src, n, (size_t)step);
}

/* Number i of packed values of 1, 2, 4 or 8 bits, the first one highest. */
static unsigned small(const uint8_t *src, size_t i, int bits)
{
    const size_t at = i * (size_t)bits;

    return src[at >> 3] >> (8 - (int)(at & 7) - bits) & ((1u << bits) - 1);
}

static void expand_map(const struct tiff_samples *s, const uint8_t *src,
                       size_t w, uint8_t *raw)
{
    const size_t size = (size_t)1 << s->bits;

    for (size_t x = 0; x < w; x++) {
        const unsigned v = small(src, x, s->bits);

        for (size_t p = 0; p < 3; p++) {
            const uint16_t c = s->map[p * size + v];

            if (s->type == SAMPLE_U8)
                raw[3 * x + p] = (uint8_t)(c >> 8);
            else
                AT(uint16_t, raw, 3 * x + p) = c;
        }
    }
}

static void expand_bits(const struct tiff_samples *s, const uint8_t *src,
                        size_t w, uint8_t *raw)
{
    const unsigned scale = 255u / ((1u << s->bits) - 1);

    for (size_t x = 0; x < w; x++)
        raw[x] = (uint8_t)(small(src, x, s->bits) * scale);
}

/* n samples, `step` samples apart in the raw row. */
#define SCATTER(type, from)                                                    \
    for (size_t i = 0; i < n; i++)                                             \
    AT(type, raw, i *step) = (type)FROM(from, src, i)

static void scatter(const struct tiff_samples *s, const uint8_t *src, size_t n,
                    size_t step, uint8_t *raw)
{
    switch (s->bits) {
    case 8:
        SCATTER(uint8_t, uint8_t);
        break;
    case 16:
        SCATTER(uint16_t, uint16_t);
        break;
    case 32:
        SCATTER(uint32_t, uint32_t);
        break;
    default:
        SCATTER(float, double);
        break;
    }
}

void tiff_expand(const struct tiff_samples *s, const uint8_t *src, size_t w,
                 int plane, uint8_t *raw)
{
    const size_t spp = (size_t)s->spp;

    if (s->map)
        expand_map(s, src, w, raw);
    else if (s->bits < 8)
        expand_bits(s, src, w, raw);
    else if (s->planar)
        scatter(s, src, w, spp, raw + (size_t)plane * (s->pixel / spp));
    else if (s->expand)
        scatter(s, src, w * spp, 1, raw);
    else
        memcpy(raw, src, w * s->pixel);
}
