#ifndef IMAGE_PIXFMT_H
#define IMAGE_PIXFMT_H

/*
 * How a pixel looks in a file, after decompression: interleaved samples of one
 * type in the machine's byte order, rows packed without padding. These raw
 * samples exist only at the codec's edge.
 */

#include <stdbool.h>
#include <stddef.h>

enum sample {
    SAMPLE_U8,
    SAMPLE_U16,
    SAMPLE_U32,
    SAMPLE_F16,
    SAMPLE_F32,
    SAMPLE_COUNT,
};

struct pixfmt {
    enum sample type;
    int colors;      /* 1 grey, 3 RGB, 4 CMYK (ink: 0 = none)             */
    int extras;      /* samples that follow the colours                   */
    int alpha;       /* which extra is alpha, or -1                       */
    bool associated; /* colours are multiplied by alpha                   */
    bool inverted;   /* grey only: 0 is white                             */
};

static inline int pixfmt_samples(const struct pixfmt *f)
{
    return f->colors + f->extras;
}

/* 1, 2, 4. */
static inline size_t sample_bytes(enum sample type)
{
    return type == SAMPLE_U8                          ? 1
           : type == SAMPLE_U16 || type == SAMPLE_F16 ? 2
                                                      : 4;
}

static inline bool sample_is_float(enum sample type)
{
    return type == SAMPLE_F16 || type == SAMPLE_F32;
}

static inline size_t pixfmt_bytes(const struct pixfmt *f)
{
    return (size_t)pixfmt_samples(f) * sample_bytes(f->type);
}

/* "8-bit", "16-bit", "32-bit", "half", "float". */
const char *sample_name(enum sample type);

#endif
