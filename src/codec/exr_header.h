#ifndef CODEC_EXR_HEADER_H
#define CODEC_EXR_HEADER_H

/*
 * The header of an OpenEXR file: one list of attributes per part, each a name,
 * a type and bytes. What a part must say to be read is parsed and checked;
 * everything else is kept as it is. After openexr.com, "OpenEXR File Layout".
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/file.h"
#include "base/mem.h"
#include "codec/exr_module.h"

#define EXR_CHANNELS_MAX 1024
#define EXR_PARTS_MAX    1024

/* Flags in the upper 24 bits of the version field. */
enum exr_flag {
    EXR_TILED = 0x200,
    EXR_LONG_NAMES = 0x400,
    EXR_DEEP = 0x800,
    EXR_MULTIPART = 0x1000,
};

struct exr_attr {
    const char *name, *type;
    const uint8_t *data;
    uint32_t len;
};

struct exr_box {
    int32_t x0, y0, x1, y1; /* inclusive */
};

struct exr_part {
    struct exr_attr *attr;
    int attr_count;
    struct exr_channel *channel; /* sorted by name */
    int channel_count;
    int compression; /* number of the format */
    struct exr_box data, display;
    int w, h; /* of the data window */
    bool deep;
    int tile_w, tile_h; /* 0: scan lines       */
    int lines;          /* rows of one block   */
    int64_t blocks;     /* offsets to read, level 0 only */
    uint64_t table_at;  /* where they are in the file    */
};

struct exr_header {
    uint8_t *bytes; /* what attributes point into */
    unsigned flags;
    struct exr_part *part;
    int parts;
};

/* Attributes without which a file cannot be read, and which are written from
   the picture, never copied. */
bool exr_structural(const char *name);

int exr_header_load(const struct infile *f, struct exr_header *h,
                    struct err *e);
void exr_header_release(struct exr_header *h);

const struct exr_attr *exr_attr_find(const struct exr_part *p, const char *name,
                                     const char *type);

/* Of the 16 bytes of a box2i. */
struct exr_box exr_box(const uint8_t *p);

/* Rows of a block for a compression; 0 when the number is not known. */
int exr_compression_lines(int compression);
const char *exr_compression_name(int compression);

size_t exr_type_bytes(enum exr_type type);

/* Bytes of one pixel over all channels. */
size_t exr_pixel_bytes(const struct exr_channel *c, int count);

static inline uint32_t exr_u32(const uint8_t *p)
{
    return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 |
           (uint32_t)p[3] << 24;
}

static inline uint64_t exr_u64(const uint8_t *p)
{
    return exr_u32(p) | (uint64_t)exr_u32(p + 4) << 32;
}

static inline void exr_set_u32(uint8_t *p, uint32_t v)
{
    for (int i = 0; i < 4; i++)
        p[i] = (uint8_t)(v >> (8 * i));
}

static inline void exr_set_u64(uint8_t *p, uint64_t v)
{
    exr_set_u32(p, (uint32_t)v);
    exr_set_u32(p + 4, (uint32_t)(v >> 32));
}

#endif
