/* TIFF: our own files and what libtiff writes and we do not. */

#include <tiffio.h>

#include "files.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    files_try(data, size);
    return 0;
}

static const struct kind {
    const char *mode; /* byte order, BigTIFF */
    int bits, samples, photometric, compression, planar, tile, predictor, extra;
    int format;
} kinds[] = {
    {"wb", 16, 3, PHOTOMETRIC_RGB, COMPRESSION_LZW, 1, 0, 2, 0, 1},
    {"wl", 8, 4, PHOTOMETRIC_RGB, COMPRESSION_NONE, 2, 16, 1, 1, 1},
    {"wb8", 32, 3, PHOTOMETRIC_RGB, COMPRESSION_ADOBE_DEFLATE, 1, 16, 3, 0, 3},
    {"wl", 1, 1, PHOTOMETRIC_MINISWHITE, COMPRESSION_PACKBITS, 1, 0, 1, 0, 1},
    {"wl", 4, 1, PHOTOMETRIC_MINISBLACK, COMPRESSION_NONE, 1, 0, 1, 0, 1},
    {"wb", 8, 1, PHOTOMETRIC_PALETTE, COMPRESSION_LZW, 1, 0, 1, 0, 1},
    {"wl", 8, 4, PHOTOMETRIC_SEPARATED, COMPRESSION_ADOBE_DEFLATE, 1, 0, 2, 0,
     1},
    {"wl", 8, 3, PHOTOMETRIC_YCBCR, COMPRESSION_JPEG, 1, 0, 1, 0, 1},
    {"wl", 8, 3, PHOTOMETRIC_RGB, COMPRESSION_JPEG, 1, 16, 1, 0, 1},
    {"wb", 32, 1, PHOTOMETRIC_MINISBLACK, COMPRESSION_NONE, 1, 0, 1, 0, 1},
    {"wl", 16, 5, PHOTOMETRIC_RGB, COMPRESSION_LZW, 2, 0, 1, 2, 1},
    {"wl", 1, 1, PHOTOMETRIC_MINISWHITE, COMPRESSION_CCITTFAX4, 1, 0, 1, 0, 1},
};

static void pixels(TIFF *t, const struct kind *k)
{
    uint8_t raw[4096];
    const int planes = k->planar == 2 ? k->samples : 1;

    for (size_t i = 0; i < sizeof(raw); i++)
        raw[i] = (uint8_t)(i * i >> 4);
    for (int p = 0; p < planes; p++)
        for (uint32_t y = 0; y < 20; y += k->tile ? 16 : 1)
            for (uint32_t x = 0; x < 24; x += k->tile ? 16 : 24)
                if ((k->tile ? TIFFWriteTile(t, raw, x, y, 0, (uint16_t)p)
                             : TIFFWriteScanline(t, raw, y, (uint16_t)p)) < 0)
                    fuzz_fail("libtiff does not write");
}

static void seed(const struct kind *k)
{
    static const uint16_t none[2] = {0, 0};
    static uint16_t map[3][256];
    TIFF *t = TIFFOpen(files_path(), k->mode);

    if (!t)
        fuzz_fail("libtiff does not open");
    TIFFSetField(t, TIFFTAG_IMAGEWIDTH, 24);
    TIFFSetField(t, TIFFTAG_IMAGELENGTH, 20);
    TIFFSetField(t, TIFFTAG_BITSPERSAMPLE, k->bits);
    TIFFSetField(t, TIFFTAG_SAMPLESPERPIXEL, k->samples);
    TIFFSetField(t, TIFFTAG_PHOTOMETRIC, k->photometric);
    TIFFSetField(t, TIFFTAG_COMPRESSION, k->compression);
    TIFFSetField(t, TIFFTAG_PLANARCONFIG, k->planar);
    TIFFSetField(t, TIFFTAG_SAMPLEFORMAT, k->format);
    TIFFSetField(t, TIFFTAG_ARTIST, "somebody");
    if (k->extra)
        TIFFSetField(t, TIFFTAG_EXTRASAMPLES, k->extra, none);
    if (k->predictor > 1)
        TIFFSetField(t, TIFFTAG_PREDICTOR, k->predictor);
    if (k->photometric == PHOTOMETRIC_PALETTE)
        TIFFSetField(t, TIFFTAG_COLORMAP, map[0], map[1], map[2]);
    if (k->photometric == PHOTOMETRIC_YCBCR)
        TIFFSetField(t, TIFFTAG_JPEGCOLORMODE, JPEGCOLORMODE_RGB);
    if (k->tile) {
        TIFFSetField(t, TIFFTAG_TILEWIDTH, k->tile);
        TIFFSetField(t, TIFFTAG_TILELENGTH, k->tile);
    } else {
        TIFFSetField(t, TIFFTAG_ROWSPERSTRIP, 16);
    }
    pixels(t, k);
    TIFFClose(t);
    files_seed_path(files_path());
}

void fuzz_seeds(void)
{
    static const struct pixfmt grey = {
        .type = SAMPLE_U8, .colors = 1, .alpha = -1};
    static const struct pixfmt rgb = {
        .type = SAMPLE_U16, .colors = 3, .alpha = -1};
    static const struct pixfmt rgba = {
        .type = SAMPLE_F16, .colors = 3, .extras = 2, .alpha = 0};

    files_seed("tiff", grey, (struct storage){.compression = COMP_PACKBITS});
    files_seed("tiff", rgb,
               (struct storage){.compression = COMP_LZW, .predictor = 2});
    files_seed("tiff", rgb, (struct storage){.compression = COMP_ZSTD});
    files_seed("tiff", rgb,
               (struct storage){.compression = COMP_DEFLATE,
                                .big = true,
                                .planar = true,
                                .tile_w = 16,
                                .tile_h = 16});
    files_seed("tiff", rgba,
               (struct storage){.compression = COMP_LZW, .predictor = 3});
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
        seed(&kinds[i]);
}
