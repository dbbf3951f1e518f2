/* JPEG: our own files and what libjpeg writes and we do not. */

#include <stdio.h>
#include <jpeglib.h>

#include "files.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    files_try(data, size);
    return 0;
}

struct kind {
    J_COLOR_SPACE in, out;
    int channels, h, v;
    boolean progressive, arithmetic;
    unsigned restart;
};

static void seed(const struct kind *k)
{
    static const uint8_t exif[] = "Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03"
                                  "\0\0\0\x01\0\x05\0\0\0\0\0\0";
    FILE *f = fopen(files_path(), "wb");
    struct jpeg_compress_struct c;
    struct jpeg_error_mgr errors;
    uint8_t row[24 * 4];

    if (!f)
        fuzz_fail("cannot write");
    c.err = jpeg_std_error(&errors);
    jpeg_create_compress(&c);
    jpeg_stdio_dest(&c, f);
    c.image_width = 24;
    c.image_height = 20;
    c.input_components = k->channels;
    c.in_color_space = k->in;
    jpeg_set_defaults(&c);
    jpeg_set_colorspace(&c, k->out);
    c.comp_info[0].h_samp_factor = k->h;
    c.comp_info[0].v_samp_factor = k->v;
    c.restart_interval = k->restart;
    c.arith_code = k->arithmetic;
    if (k->progressive)
        jpeg_simple_progression(&c);
    jpeg_start_compress(&c, TRUE);
    jpeg_write_marker(&c, JPEG_APP0 + 1, exif, sizeof(exif) - 1);
    jpeg_write_marker(&c, JPEG_COM, (const JOCTET *)"hello", 5);
    while (c.next_scanline < c.image_height) {
        JSAMPROW rows = row;

        for (size_t i = 0; i < sizeof(row); i++)
            row[i] = (uint8_t)(i * c.next_scanline * 3);
        jpeg_write_scanlines(&c, &rows, 1);
    }
    jpeg_finish_compress(&c);
    jpeg_destroy_compress(&c);
    fclose(f);
    files_seed_path(files_path());
}

void fuzz_seeds(void)
{
    static const struct kind kinds[] = {
        {JCS_RGB, JCS_YCbCr, 3, 2, 2, FALSE, FALSE, 1},
        {JCS_RGB, JCS_YCbCr, 3, 2, 1, TRUE, FALSE, 0},
        {JCS_RGB, JCS_RGB, 3, 1, 1, FALSE, FALSE, 0},
        {JCS_CMYK, JCS_YCCK, 4, 1, 1, FALSE, FALSE, 0},
        {JCS_CMYK, JCS_CMYK, 4, 1, 1, TRUE, FALSE, 0},
        {JCS_GRAYSCALE, JCS_GRAYSCALE, 1, 1, 1, FALSE, FALSE, 2},
        {JCS_RGB, JCS_YCbCr, 3, 1, 4, FALSE, TRUE, 0},
    };
    static const struct pixfmt grey = {
        .type = SAMPLE_U8, .colors = 1, .alpha = -1};
    static const struct pixfmt rgb = {
        .type = SAMPLE_U8, .colors = 3, .alpha = -1};

    files_seed("jpeg", grey, (struct storage){.quality = 90});
    files_seed("jpeg", rgb, (struct storage){.quality = 95});
    files_seed("jpeg", rgb,
               (struct storage){.quality = 50, .interlaced = true});
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
        seed(&kinds[i]);
}
