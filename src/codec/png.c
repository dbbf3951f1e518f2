/* PNG: the descriptor. */

#include "codec/png.h"

#include <string.h>

static bool probe(const uint8_t *head, size_t n)
{
    return n >= 8 && !memcmp(head, "\x89PNG\r\n\x1a\n", 8);
}

static const char *const exts[] = {"png", NULL};
static const enum compression compressions[] = {COMP_DEFLATE, COMP_SAME};

/* Interlaced files are read; we write none: they are larger, slower, and need
   the whole picture in memory. */
const struct codec codec_png = {
    .name = "png",
    .doc = "Portable Network Graphics, 8 and 16 bit",
    .exts = exts,
    .compressions = compressions,
    .samples = 1u << SAMPLE_U8 | 1u << SAMPLE_U16,
    .alpha = true,
    .probe = probe,
    .open = png_open,
    .chunk = png_chunk_rows,
    .close = png_close,
    .create = png_create,
    .pack = png_pack,
    .put = png_put,
    .finish = png_finish,
    .abort = png_abort,
};
