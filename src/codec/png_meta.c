/* The chunks of a PNG that carry metadata, on the way out. */

#include "codec/png.h"

#include <math.h>
#include <string.h>

#include "codec/blocks.h"

/* Not written with the rest: colour has its own way, IHDR only tells. */
static const char *const elsewhere[] = {PNG_IHDR, "cICP", "mDCV", "cLLI",
                                        "mDCv",   "cLLi", "iCCP", "sRGB",
                                        "gAMA",   "cHRM"};

static bool is_elsewhere(const char *key)
{
    for (size_t i = 0; i < sizeof(elsewhere) / sizeof(*elsewhere); i++)
        if (!strcmp(key, elsewhere[i]))
            return true;
    return false;
}

/* bKGD and sBIT are in units of the samples they came with. */
static bool fits(const struct picture *pic, const struct meta_item *item)
{
    const struct meta_item *was = png_item(pic->meta, PNG_IHDR);
    const int depth = pic->fmt.type == SAMPLE_U16 ? 16 : 8;

    if (strcmp(item->key, "bKGD") != 0 && strcmp(item->key, "sBIT") != 0)
        return true;
    return was && was->data.len == 13 && was->data.data[8] == depth &&
           was->data.data[9] != 3 &&
           (was->data.data[9] & 2 ? 3 : 1) == pic->fmt.colors &&
           (strcmp(item->key, "bKGD") == 0 ||
            item->data.len == (size_t)pixfmt_samples(&pic->fmt));
}

/* The items of one place; sBIT comes before all others. */
static int add_items(const struct picture *pic, bool end, bool sbit,
                     struct buf *out, struct err *e)
{
    const struct meta *m = pic->meta;
    int rc = 0;

    for (int i = 0; i < m->item_count; i++) {
        const struct meta_item *item = &m->items[i];

        if (strcmp(item->format, "png") != 0 || strlen(item->key) != 4 ||
            is_elsewhere(item->key) || !fits(pic, item))
            continue;
        if (!strcmp(item->type, "end") != end ||
            !strcmp(item->key, "sBIT") != sbit)
            continue;
        TRY(png_chunk(out, item->key, item->data.data, item->data.len, e));
    }
out:
    return rc;
}

static uint32_t per_metre(double res, enum res_unit unit)
{
    const double v = res * (unit == RES_INCH ? 1 / 0.0254
                            : unit == RES_CM ? 100
                                             : 1);

    return v > 0 && v < 2147483647.0 ? (uint32_t)lround(v) : 0;
}

static int add_phys(const struct meta *m, struct buf *out, struct err *e)
{
    const uint32_t x = per_metre(m->xres, m->res_unit);
    const uint32_t y = per_metre(m->yres, m->res_unit);
    uint8_t bytes[9];

    if (!x || !y)
        return 0;
    png_put_u32(bytes, x);
    png_put_u32(bytes + 4, y);
    bytes[8] = m->res_unit != RES_NONE;
    return png_chunk(out, "pHYs", bytes, sizeof(bytes), e);
}

static int add_exif(const struct meta *m, struct buf *out, struct err *e)
{
    struct buf exif = {.max = (size_t)1 << 30};
    int rc;

    TRY(meta_exif_block(m, &exif, e));
    if (exif.len)
        TRY(png_chunk(out, "eXIf", exif.data, exif.len, e));
out:
    buf_release(&exif);
    return rc;
}

static int add_xmp(const struct blob *xmp, struct buf *out, struct err *e)
{
    /* Keyword, not compressed, no language, no translated keyword. */
    static const char head[] = "XML:com.adobe.xmp\0\0\0\0";
    struct buf chunk = {.max = xmp->len + sizeof(head)};
    int rc = 0;

    if (!xmp->len)
        return 0;
    TRY(buf_add(&chunk, head, sizeof(head), e));
    TRY(buf_add(&chunk, xmp->data, xmp->len, e));
    TRY(png_chunk(out, "iTXt", chunk.data, chunk.len, e));
out:
    buf_release(&chunk);
    return rc;
}

/* No chunk is defined for IPTC; this is where exiftool and ImageMagick look. */
static int add_iptc(const struct meta *m, struct buf *out, struct err *e)
{
    struct buf block = {.max = (size_t)1 << 30};
    struct buf chunk = {.max = (size_t)1 << 31};
    int rc;

    TRY(psir_make(m, &block, e));
    if (block.len) {
        TRY(png_raw_write("iptc", block.data, block.len, &chunk, e));
        TRY(png_chunk(out, "zTXt", chunk.data, chunk.len, e));
    }
out:
    buf_release(&block);
    buf_release(&chunk);
    return rc;
}

int png_meta_write(const struct picture *pic, bool end, struct buf *out,
                   struct err *e)
{
    int rc;

    if (end)
        return add_items(pic, true, false, out, e);
    TRY(add_items(pic, false, true, out, e));
    TRY(add_phys(pic->meta, out, e));
    TRY(add_exif(pic->meta, out, e));
    TRY(add_xmp(&pic->meta->xmp, out, e));
    TRY(add_iptc(pic->meta, out, e));
    TRY(add_items(pic, false, false, out, e));
out:
    return rc;
}
