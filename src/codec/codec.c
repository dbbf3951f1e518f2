/* The list of formats, and what they share. */

#include "codec/codec.h"

#include "base/text.h"
#include "image/image.h"

/* One line per format, in the order they are probed. */
#define CODECS(X) X(exr) X(jpeg) X(png) X(tiff)

#define X(name) extern const struct codec codec_##name;
CODECS(X)
#undef X

#define X(name) &codec_##name,
const struct codec *const codecs[] = {CODECS(X) NULL};
#undef X

const char *const compression_names[COMP_COUNT + 1] = {
    [COMP_SAME] = "same", [COMP_NONE] = "none",
    [COMP_LZW] = "lzw",   [COMP_DEFLATE] = "deflate",
    [COMP_ZSTD] = "zstd", [COMP_PACKBITS] = "packbits",
    [COMP_JPEG] = "jpeg", [COMP_RLE] = "rle",
    [COMP_ZIPS] = "zips", [COMP_ZIP] = "zip",
    [COMP_PIZ] = "piz",   [COMP_PXR24] = "pxr24",
    [COMP_B44] = "b44",   [COMP_B44A] = "b44a",
    [COMP_DWAA] = "dwaa", [COMP_DWAB] = "dwab",
};

const struct codec *codec_named(const char *name)
{
    for (int i = 0; codecs[i]; i++)
        if (text_is(codecs[i]->name, name))
            return codecs[i];
    return NULL;
}

const struct codec *codec_for_ext(const char *ext)
{
    for (int i = 0; codecs[i]; i++)
        for (int n = 0; codecs[i]->exts[n]; n++)
            if (text_is_nocase(codecs[i]->exts[n], ext))
                return codecs[i];
    return NULL;
}

/* Files that people hand over and that we do not read. */
static const struct known {
    size_t at, len;
    const char *bytes, *what;
} known[] = {
    {0, 4, "GIF8", "a GIF picture"},
    {8, 4, "WEBP", "a WebP picture"},
    {0, 4, "8BPS", "a Photoshop document"},
    {0, 5, "%PDF-", "a PDF document"},
    {4, 8, "ftypheic", "a HEIC picture"},
    {4, 8, "ftypmif1", "a HEIF picture"},
    {4, 8, "ftypavif", "an AVIF picture"},
    {4, 4, "ftyp", "an MP4 or QuickTime file"},
    {4, 4, "jP  ", "a JPEG 2000 picture"},
    {0, 2, "BM", "a BMP picture"},
    {0, 10, "#?RADIANCE", "a Radiance HDR picture"},
    {0, 4, "PK\003\004", "a ZIP archive"},
    {0, 2, "\x1f\x8b", "a gzip archive"},
    {0, 4, "RIFF", "a RIFF file (AVI, WAV)"},
    {0, 4, "\x1a\x45\xdf\xa3", "a Matroska video"},
    {0, 5, "<?xml", "an XML text"},
    {0, 14, "<!DOCTYPE html", "a web page"},
};

static bool is_text(const uint8_t *head, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (head[i] < 9 || (head[i] > 13 && head[i] < 32) || head[i] == 127)
            return false;
    return true;
}

static int unknown_format(const uint8_t *head, size_t n, struct err *e)
{
    char hex[3 * 8 + 1] = "";
    size_t k;

    for (k = 0; k < sizeof(known) / sizeof(*known); k++)
        if (known[k].at + known[k].len <= n &&
            !memcmp(head + known[k].at, known[k].bytes, known[k].len))
            return err_set(e, ERR_DATA,
                           "it is %s, which is not a format we read",
                           known[k].what);
    if (is_text(head, n))
        return err_set(e, ERR_DATA, "it is text, not a picture");
    for (size_t i = 0; i < n && i < 8; i++)
        snprintf(hex + 3 * i, 4, "%02x ", (unsigned)head[i]);
    hex[3 * (n < 8 ? n : 8) - 1] = '\0';
    return err_set(e, ERR_DATA,
                   "it is not a picture that we read; it starts with %s", hex);
}

const struct codec *codec_for_head(const uint8_t *head, size_t n)
{
    for (int i = 0; codecs[i]; i++)
        if (codecs[i]->probe(head, n))
            return codecs[i];
    return NULL;
}

int reader_open(const char *path, const struct read_options *o,
                struct reader **out, struct err *e)
{
    uint8_t head[FILE_HEAD];
    const struct codec *codec;
    size_t n;
    int rc = file_head(path, head, &n, e);

    if (rc < 0)
        return rc;
    if (n == 0)
        return err_set(e, ERR_DATA, "it is empty");
    codec = codec_for_head(head, n);
    return codec ? codec->open(path, o, out, e) : unknown_format(head, n, e);
}

void reader_close(struct reader *r)
{
    if (r)
        r->codec->close(r);
}

void picture_release(struct picture *p)
{
    color_free(p->color);
    meta_free(p->meta);
    p->color = NULL;
    p->meta = NULL;
}

/* a * b, or UINT64_MAX. */
static uint64_t product(uint64_t a, uint64_t b)
{
    uint64_t n;

    return __builtin_mul_overflow(a, b, &n) ? UINT64_MAX : n;
}

int codec_check_size(int64_t w, int64_t h, const struct pixfmt *fmt,
                     uint64_t stored, uint64_t ratio,
                     const struct read_options *o, struct err *e)
{
    uint64_t row, raw;

    if (w < 1 || h < 1)
        return err_set(e, ERR_DATA, "the picture has no pixels (%lld x %lld)",
                       (long long)w, (long long)h);
    if (w > INT32_MAX || h > INT32_MAX)
        return err_set(e, ERR_DATA,
                       "a size of %lld x %lld is beyond 2147483647 a side",
                       (long long)w, (long long)h);
    if (3 + (int64_t)fmt->extras > IMAGE_PLANES_MAX)
        return err_set(e, ERR_DATA, "%d samples per pixel; the most is %d",
                       pixfmt_samples(fmt), IMAGE_PLANES_MAX);
    raw = product((uint64_t)w, pixfmt_bytes(fmt));
    if (ratio && product(raw, (uint64_t)h) > product(stored, ratio))
        return err_set(e, ERR_DATA,
                       "%lld x %lld pixels cannot come from %llu bytes; the "
                       "file is cut short or its header lies",
                       (long long)w, (long long)h, (unsigned long long)stored);
    row = raw + product((uint64_t)w, (3 + (uint64_t)fmt->extras) * 4);
    if (o->memory && row > o->memory)
        return err_set(e, ERR_MEM,
                       "one row of %lld pixels needs %llu MB, more than the "
                       "%llu MB allowed",
                       (long long)w, (unsigned long long)(row >> 20),
                       (unsigned long long)(o->memory >> 20));
    return 0;
}
