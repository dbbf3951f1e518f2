/*
 * picture FILE WIDTH HEIGHT: writes a 16-bit PNG of gradients, with a text and
 * a resolution. Made with libpng alone, so that cases start from a file that
 * none of our code has touched.
 */

#include <png.h>
#include <stdio.h>
#include <stdlib.h>

static void put_row(png_bytep row, int y, int w, int h)
{
    for (int x = 0; x < w; x++) {
        const int value[3] = {65535 * x / w, 65535 * y / h,
                              65535 * (x + y) / (w + h)};
        for (int p = 0; p < 3; p++) {
            row[6 * x + 2 * p] = (png_byte)(value[p] >> 8);
            row[6 * x + 2 * p + 1] = (png_byte)(value[p] & 255);
        }
    }
}

int main(int argc, char **argv)
{
    const int w = argc == 4 ? (int)strtol(argv[2], NULL, 10) : 0;
    const int h = argc == 4 ? (int)strtol(argv[3], NULL, 10) : 0;
    char key[] = "Title", value[] = "gradients";
    png_text text = {
        .compression = PNG_TEXT_COMPRESSION_NONE, .key = key, .text = value};
    png_bytep row = w > 0 ? malloc((size_t)w * 6) : NULL;
    png_structp png;
    png_infop info;
    FILE *f;

    if (!row || h < 1 || !(f = fopen(argv[1], "wb")))
        return 2;
    png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
    info = png_create_info_struct(png);
    png_init_io(png, f);
    png_set_IHDR(png, info, (png_uint_32)w, (png_uint_32)h, 16,
                 PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE, 0, 0);
    png_set_pHYs(png, info, 11811, 11811, PNG_RESOLUTION_METER);
    png_set_text(png, info, &text, 1);
    png_write_info(png, info);
    for (int y = 0; y < h; y++) {
        put_row(row, y, w, h);
        png_write_row(png, row);
    }
    png_write_end(png, info);
    png_destroy_write_struct(&png, &info);
    free(row);
    return fclose(f) == 0 ? 0 : 1;
}
