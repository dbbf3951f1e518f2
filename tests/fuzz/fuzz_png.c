/*
 * PNG: our own files and what libpng writes and we do not. The checksums of
 * every second input are made right, so that the chunks are looked into.
 */

#include <png.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "base/hash.h"
#include "files.h"
#include "fuzz.h"

static uint32_t get(const uint8_t *b)
{
    return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 |
           b[3];
}

static void put(uint8_t *b, uint32_t v)
{
    for (int i = 0; i < 4; i++)
        b[i] = (uint8_t)(v >> (24 - 8 * i));
}

static void mend(uint8_t *data, size_t size)
{
    for (size_t at = 8; at + 12 <= size;) {
        const uint32_t n = get(data + at);

        if (n > size - at - 12)
            break;
        put(data + at + 8 + n, (uint32_t)crc32(0, data + at + 4, n + 4));
        at += 12 + (size_t)n;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t *copy;

    if (hash_bytes(data, size, 1) % 2) {
        files_try(data, size);
        return 0;
    }
    copy = malloc(size ? size : 1);
    if (!copy)
        fuzz_fail("out of memory");
    memcpy(copy, data, size);
    mend(copy, size);
    files_try(copy, size);
    free(copy);
    return 0;
}

static void chunk(png_structp p, const char *name, const char *bytes, size_t n)
{
    png_write_chunk(p, (png_const_bytep)name, (png_const_bytep)bytes, n);
}

static void seed(int bits, int type, int interlace)
{
    FILE *f = fopen(files_path(), "wb");
    png_structp p =
        png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
    png_infop info = p ? png_create_info_struct(p) : NULL;
    uint8_t raw[20][256];
    png_bytep rows[20];
    png_color palette[4] = {{0, 0, 0}, {255, 0, 0}, {0, 255, 9}, {1, 2, 3}};
    png_color_16 clear = {.red = 7, .gray = 1};

    if (!f || !info)
        fuzz_fail("libpng does not start");
    for (int y = 0; y < 20; y++) {
        rows[y] = raw[y];
        for (int x = 0; x < 256; x++)
            raw[y][x] = type == PNG_COLOR_TYPE_PALETTE ? 0x01
                                                       : (uint8_t)(x * y);
    }
    png_init_io(p, f);
    png_set_IHDR(p, info, 24, 20, bits, type, interlace, 0, 0);
    if (type == PNG_COLOR_TYPE_PALETTE)
        png_set_PLTE(p, info, palette, 4);
    if (!(type & PNG_COLOR_MASK_ALPHA))
        png_set_tRNS(p, info, (png_bytep) "\x01\x80", 2, &clear);
    png_set_gAMA(p, info, 0.45455);
    png_set_cHRM(p, info, .3127, .329, .64, .33, .3, .6, .15, .06);
    png_set_pHYs(p, info, 2835, 2835, 1);
    png_write_info(p, info);
    chunk(p, "cICP", "\x09\x10\0\x01", 4);
    chunk(p, "eXIf", "MM\0*\0\0\0\x08\0\1\x01\x12\0\3\0\0\0\1\0\6\0\0\0\0\0\0",
          26);
    chunk(p, "iTXt", "XML:com.adobe.xmp\0\0\0\0\0<x/>", 26);
    png_write_image(p, rows);
    chunk(p, "tEXt", "Comment\0hello", 13);
    png_write_end(p, NULL);
    png_destroy_write_struct(&p, &info);
    fclose(f);
    files_seed_path(files_path());
}

void fuzz_seeds(void)
{
    static const struct pixfmt grey = {
        .type = SAMPLE_U16, .colors = 1, .alpha = -1};
    static const struct pixfmt rgb = {
        .type = SAMPLE_U16, .colors = 3, .alpha = -1};
    static const struct pixfmt rgba = {
        .type = SAMPLE_U8, .colors = 3, .extras = 1, .alpha = 0};

    files_seed("png", grey, (struct storage){0});
    files_seed("png", rgb, (struct storage){0});
    files_seed("png", rgba, (struct storage){.interlaced = true});
    seed(1, PNG_COLOR_TYPE_GRAY, 0);
    seed(2, PNG_COLOR_TYPE_PALETTE, 1);
    seed(8, PNG_COLOR_TYPE_PALETTE, 0);
    seed(16, PNG_COLOR_TYPE_GRAY_ALPHA, 1);
    seed(8, PNG_COLOR_TYPE_RGB, 0);
    seed(16, PNG_COLOR_TYPE_RGB_ALPHA, 0);
}
