/*
 * Writes a BigTIFF of any size, strip by strip or tile by tile, in the memory
 * of one of them. A pixel is a function of its place alone, so that any region
 * can be made again and compared.
 *
 *     bench-giga OUT WIDTH HEIGHT [TILE] [none|lzw]
 *
 * TILE 0: strips. Written by libtiff, which shares no code with our codec.
 */

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tiffio.h>

#define STRIP_ROWS 16
#define WAVES      4

/* Slow waves along one axis, one table per wave. */
struct axis {
    float *wave[WAVES];
};

static uint32_t mix(uint32_t v)
{
    v = (v ^ v >> 16) * 0x7feb352du;
    v = (v ^ v >> 15) * 0x846ca68bu;
    return v ^ v >> 16;
}

static struct axis axis_new(int n)
{
    static const float turns[WAVES] = {0.7f, 2.3f, 17.0f, 301.0f};
    struct axis a;

    for (int i = 0; i < WAVES; i++) {
        a.wave[i] = calloc((size_t)n, sizeof(float));
        if (!a.wave[i])
            abort();
        for (int x = 0; x < n; x++)
            a.wave[i][x] =
                sinf(6.2831853f * turns[i] * (float)x / (float)n + (float)i);
    }
    return a;
}

/*
 * A sky of gradients over fields of 37 to 200 pixels, each with a brightness of
 * its own and hard edges, a fine weave, and noise of a few hundred levels.
 */
static void pixel(const struct axis *ax, const struct axis *ay, int x, int y,
                  uint16_t rgb[3])
{
    const uint32_t field =
        mix((uint32_t)(x / 151) * 40503u ^ (uint32_t)(y / 113) * 65599u);
    const uint32_t noise = mix((uint32_t)x * 2654435761u + (uint32_t)y * 97u);
    const float roof = (field & 7) < 3 && ((x + y) / 37 & 1) ? 0.12f : 0.0f;
    const float tone = 0.42f + 0.18f * ax->wave[0][x] * ay->wave[1][y] +
                       0.08f * ax->wave[2][x] * ay->wave[2][y] +
                       0.02f * ax->wave[3][x] * ay->wave[3][y] + roof +
                       0.1f * ((float)(field >> 8 & 255) / 255.0f - 0.5f);

    for (int p = 0; p < 3; p++) {
        const float tint = 0.9f +
                           0.1f * (float)(field >> (16 + 4 * p) & 15) / 15.0f;
        const float grain = (float)(noise >> (8 * p) & 255) - 127.5f;

        rgb[p] = (uint16_t)(tone * tint * 65535.0f + 3.0f * grain);
    }
}

/* Rows y0 … of columns x0 …, which may stick out of the picture. */
static void fill(uint16_t *to, const struct axis *ax, const struct axis *ay,
                 int w, int h, int x0, int y0, int columns, int rows)
{
    for (int y = y0; y < y0 + rows; y++)
        for (int x = x0; x < x0 + columns; x++, to += 3)
            pixel(ax, ay, x < w ? x : w - 1, y < h ? y : h - 1, to);
}

static TIFF *begin(const char *path, int w, int h, int tile, int compression)
{
    TIFF *t = TIFFOpen(path, "w8");

    if (!t)
        exit(1);
    TIFFSetField(t, TIFFTAG_IMAGEWIDTH, w);
    TIFFSetField(t, TIFFTAG_IMAGELENGTH, h);
    TIFFSetField(t, TIFFTAG_BITSPERSAMPLE, 16);
    TIFFSetField(t, TIFFTAG_SAMPLESPERPIXEL, 3);
    TIFFSetField(t, TIFFTAG_PHOTOMETRIC, PHOTOMETRIC_RGB);
    TIFFSetField(t, TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG);
    TIFFSetField(t, TIFFTAG_COMPRESSION, compression);
    if (compression == COMPRESSION_LZW)
        TIFFSetField(t, TIFFTAG_PREDICTOR, PREDICTOR_HORIZONTAL);
    if (tile) {
        TIFFSetField(t, TIFFTAG_TILEWIDTH, tile);
        TIFFSetField(t, TIFFTAG_TILELENGTH, tile);
    } else {
        TIFFSetField(t, TIFFTAG_ROWSPERSTRIP, STRIP_ROWS);
    }
    return t;
}

int main(int argc, char **argv)
{
    const int w = argc > 2 ? atoi(argv[2]) : 0;
    const int h = argc > 3 ? atoi(argv[3]) : 0;
    const int tile = argc > 4 ? atoi(argv[4]) : 0;
    const int columns = tile ? tile : w, rows = tile ? tile : STRIP_ROWS;
    const size_t bytes = (size_t)columns * (size_t)rows * 6;
    uint16_t *unit;
    struct axis ax, ay;
    uint32_t n = 0;
    TIFF *t;

    if (w < 1 || h < 1 || tile < 0 || tile % 16) {
        fprintf(stderr,
                "usage: bench-giga OUT WIDTH HEIGHT [TILE] [none|lzw]\n");
        return 2;
    }
    ax = axis_new(w);
    ay = axis_new(h);
    unit = malloc(bytes);
    if (!unit)
        return 1;
    t = begin(argv[1], w, h, tile,
              argc > 5 && !strcmp(argv[5], "lzw") ? COMPRESSION_LZW
                                                  : COMPRESSION_NONE);
    for (int y = 0; y < h; y += rows)
        for (int x = 0; x < w; x += columns) {
            const int left = h - y < rows ? h - y : rows;

            fill(unit, &ax, &ay, w, h, x, y, columns, tile ? rows : left);
            if ((tile ? TIFFWriteEncodedTile(t, n++, unit, (tmsize_t)bytes)
                      : TIFFWriteEncodedStrip(
                            t, n++, unit, (tmsize_t)columns * left * 6)) < 0)
                return 1;
        }
    TIFFClose(t);
    free(unit);
    return 0;
}
