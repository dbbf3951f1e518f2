/* Compressed blocks inside PNG chunks, and the chunks themselves. */

#include "codec/png.h"

#include <string.h>
#define ZLIB_CONST
#include <zlib.h>

int png_chunk(struct buf *out, const char *type, const void *bytes, size_t n,
              struct err *e)
{
    uint8_t word[4];
    uint32_t crc;
    int rc;

    if (n > 0x7fffffff)
        return err_set(e, ERR_ARG, "%zu bytes do not fit in a PNG chunk", n);
    TRY(buf_reserve(out, n + 12, e));
    png_put_u32(word, (uint32_t)n);
    TRY(buf_add(out, word, 4, e));
    TRY(buf_add(out, type, 4, e));
    if (n)
        TRY(buf_add(out, bytes, n, e));
    crc = (uint32_t)crc32_z(0, out->data + out->len - n - 4, n + 4);
    png_put_u32(word, crc);
    TRY(buf_add(out, word, 4, e));
out:
    return rc;
}

int png_inflate(const void *z, size_t n, struct buf *out, struct err *e)
{
    uint8_t part[16384];
    z_stream s = {0};
    int rc = 0, state = Z_OK;

    if (n > UINT32_MAX)
        return err_set(e, ERR_DATA, "a compressed block of %zu bytes", n);
    if (inflateInit(&s) != Z_OK)
        return err_mem(e, sizeof(part));
    s.next_in = z;
    s.avail_in = (uInt)n;
    while (state == Z_OK) {
        s.next_out = part;
        s.avail_out = sizeof(part);
        state = inflate(&s, Z_NO_FLUSH);
        if (sizeof(part) - s.avail_out > out->max - out->len) {
            rc = err_set(e, ERR_DATA,
                         "a compressed block of more than %zu "
                         "bytes",
                         out->max);
            goto out;
        }
        TRY(buf_add(out, part, sizeof(part) - s.avail_out, e));
    }
    if (state != Z_STREAM_END)
        rc = err_set(e, ERR_DATA, "a compressed block is damaged");
out:
    inflateEnd(&s);
    return rc;
}

int png_deflate(const void *bytes, size_t n, struct buf *out, struct err *e)
{
    uLongf len = compressBound((uLong)n);
    int rc;

    TRY(buf_reserve(out, len, e));
    if (compress2(out->data + out->len, &len, bytes, (uLong)n, 6) != Z_OK)
        return err_mem(e, len);
    out->len += len;
out:
    return rc;
}

/* The end of the text at p, or NULL. */
static const uint8_t *text_end(const uint8_t *p, const uint8_t *end)
{
    return p < end ? memchr(p, 0, (size_t)(end - p)) : NULL;
}

static int hex_digit(int c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

/* "\n<name>\n<length>\n<hex digits in lines>\n" */
static int raw_parse(const struct buf *text, struct buf *out, struct err *e)
{
    const uint8_t *p = text->data, *end = p + text->len;
    size_t len = 0;
    int rc = 0, high = -1;

    for (int line = 0; line < 2; line++) {
        p = memchr(p, '\n', (size_t)(end - p));
        if (!p)
            return err_set(e, ERR_DATA, "a raw profile has no header");
        p++;
    }
    for (; p < end && *p != '\n'; p++) {
        if (*p >= '0' && *p <= '9' && len < text->len)
            len = len * 10 + (size_t)(*p - '0');
    }
    for (; p < end && out->len < len; p++) {
        const int digit = hex_digit(*p);
        uint8_t byte;

        if (digit < 0)
            continue;
        if (high < 0) {
            high = digit;
            continue;
        }
        byte = (uint8_t)(high << 4 | digit);
        TRY(buf_add(out, &byte, 1, e));
        high = -1;
    }
    if (!len || out->len != len)
        rc = err_set(e, ERR_DATA, "a raw profile is cut short");
out:
    return rc;
}

int png_raw_read(const uint8_t *chunk, size_t len, bool compressed,
                 struct buf *out, struct err *e)
{
    const uint8_t *end = chunk + len, *p = text_end(chunk, end);
    struct buf text = {.max = out->max * 3};
    int rc;

    if (!p || (compressed && (end - p < 2 || p[1] != 0)))
        return err_set(e, ERR_DATA, "a text chunk is damaged");
    p += compressed ? 2 : 1;
    if (compressed)
        TRY(png_inflate(p, (size_t)(end - p), &text, e));
    else if (p < end)
        TRY(buf_add(&text, p, (size_t)(end - p), e));
    if (text.len == 0) {
        rc = err_set(e, ERR_DATA, "a raw profile is empty");
        goto out;
    }
    TRY(raw_parse(&text, out, e));
out:
    buf_release(&text);
    return rc;
}

int png_raw_write(const char *name, const void *bytes, size_t n,
                  struct buf *chunk, struct err *e)
{
    static const char digits[] = "0123456789abcdef";
    const uint8_t *p = bytes;
    struct buf text = {.max = 3 * n + 256};
    int rc;

    TRY(buf_printf(&text, e, "\n%s\n%8zu", name, n));
    for (size_t i = 0; i < n; i++) {
        const char hex[3] = {'\n', digits[p[i] >> 4], digits[p[i] & 15]};

        if (i % 36 == 0)
            TRY(buf_add(&text, hex, 3, e));
        else
            TRY(buf_add(&text, hex + 1, 2, e));
    }
    TRY(buf_add(&text, "\n", 1, e));
    TRY(buf_printf(chunk, e, "Raw profile type %s", name));
    TRY(buf_add(chunk, "\0", 2, e));
    TRY(png_deflate(text.data, text.len, chunk, e));
out:
    buf_release(&text);
    return rc;
}
