/* Walks the markers of a JPEG before its first scan: metadata only. */

#include "codec/jpeg.h"

#include <string.h>

#include "codec/blocks.h"

#define META_MAX  ((size_t)64 << 20)
#define ITEMS_MAX 4096

#define ICC_HEAD 14 /* "ICC_PROFILE\0", number, count */

struct scan {
    const struct infile *f;
    struct picture *pic;
    struct buf icc[256]; /* by number, 1 … 255 */
    int icc_count;       /* parts there must be; -1: they disagree */
    struct buf psir;
    size_t kept;
    uint8_t data[65536];
};

static void warn(struct scan *s, const char *text)
{
    if (!s->pic->warning[0])
        snprintf(s->pic->warning, sizeof(s->pic->warning), "%s", text);
}

static bool starts(const uint8_t *p, size_t n, const char *magic, size_t len)
{
    return n >= len && !memcmp(p, magic, len);
}

/* The literal's bytes, its NUL included. */
#define STARTS(p, n, magic) starts(p, n, magic, sizeof(magic))

static int item(struct scan *s, const char *key, const uint8_t *p, size_t n,
                struct err *e)
{
    return meta_add_item(s->pic->meta, "jpeg", key, "", p, n, e);
}

static int app0(struct scan *s, const uint8_t *p, size_t n, struct err *e)
{
    struct meta *m = s->pic->meta;

    if (STARTS(p, n, "JFXX"))
        return item(s, "APP0:JFXX", p, n, e);
    if (!STARTS(p, n, "JFIF") || n < 14)
        return item(s, "APP0", p, n, e);
    if (jpeg_item(m, "APP0:JFIF"))
        return 0;
    if (!m->xres && (p[7] == 1 || p[7] == 2)) {
        m->xres = p[8] << 8 | p[9];
        m->yres = p[10] << 8 | p[11];
        m->res_unit = p[7] == 1 ? RES_INCH : RES_CM;
    }
    return item(s, "APP0:JFIF", p, 14, e);
}

static int app1(struct scan *s, const uint8_t *p, size_t n, struct err *e)
{
    static const char xmp[] = "http://ns.adobe.com/xap/1.0/";
    static const char more[] = "http://ns.adobe.com/xmp/extension/";
    struct meta *m = s->pic->meta;
    int rc;

    if (STARTS(p, n, "Exif\0") && !m->exif.len) {
        TRY(blob_set(&m->exif, p + 6, n - 6, e));
        TRY(exif_view(m, EXIF_ORIENTATION | EXIF_RESOLUTION, e));
    } else if (STARTS(p, n, xmp) && !m->xmp.len) {
        TRY(blob_set(&m->xmp, p + sizeof(xmp), n - sizeof(xmp), e));
    } else {
        TRY(item(s, STARTS(p, n, more) ? "APP1:XMP" : "APP1", p, n, e));
    }
out:
    return rc;
}

static int app2(struct scan *s, const uint8_t *p, size_t n, struct err *e)
{
    struct buf *part;

    if (STARTS(p, n, "MPF"))
        return item(s, "APP2:MPF", p, n, e);
    if (STARTS(p, n, "urn:iso:std:iso:ts:21496:-1"))
        return item(s, "APP2:ISO21496", p, n, e);
    if (!STARTS(p, n, "ICC_PROFILE") || n < ICC_HEAD)
        return item(s, "APP2", p, n, e);
    part = &s->icc[p[12]];
    if (part->len || p[12] == 0 || (s->icc_count && s->icc_count != p[13])) {
        s->icc_count = -1;
        return 0;
    }
    s->icc_count = p[13];
    part->max = n;
    return buf_add(part, p + ICC_HEAD, n - ICC_HEAD, e);
}

static int app13(struct scan *s, const uint8_t *p, size_t n, struct err *e)
{
    static const char magic[] = "Photoshop 3.0";

    if (!STARTS(p, n, magic))
        return item(s, "APP13", p, n, e);
    s->psir.max = META_MAX;
    return buf_add(&s->psir, p + sizeof(magic), n - sizeof(magic), e);
}

static int segment(struct scan *s, int marker, const uint8_t *p, size_t n,
                   struct err *e)
{
    char key[8];

    if (marker == 0xe0)
        return app0(s, p, n, e);
    if (marker == 0xe1)
        return app1(s, p, n, e);
    if (marker == 0xe2)
        return app2(s, p, n, e);
    if (marker == 0xed)
        return app13(s, p, n, e);
    if (marker == 0xeb && n > 10 && starts(p, n, "JP", 2))
        return item(s, "APP11:JUMBF", p, n, e);
    if (marker == 0xee && starts(p, n, "Adobe", 5))
        return item(s, "APP14:Adobe", p, n, e);
    if (marker == 0xfe)
        return item(s, "COM", p, n, e);
    snprintf(key, sizeof(key), "APP%d", marker - 0xe0);
    return item(s, key, p, n, e);
}

/* Start of frame: kinds that libjpeg does not decode. */
static int frame(struct scan *s, int marker, const uint8_t *p, size_t n,
                 struct err *e)
{
    (void)s;
    if (marker == 0xc3 || marker == 0xcb || marker == 0xf7)
        return err_set(e, ERR_DATA, "lossless JPEG is not read");
    if (marker != 0xc0 && marker != 0xc1 && marker != 0xc2 && marker != 0xc9 &&
        marker != 0xca)
        return err_set(e, ERR_DATA, "hierarchical JPEG is not read");
    if (n >= 1 && p[0] != 8)
        return err_set(e, ERR_DATA,
                       "a JPEG of %d bits per sample is not read, only 8",
                       p[0]);
    return 0;
}

static bool is_frame(int marker)
{
    return marker == 0xf7 ||
           (marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 &&
            marker != 0xc8 && marker != 0xcc);
}

/* Joins the parts; leaves meta->icc empty when they do not make one. */
static int join_icc(struct scan *s, struct err *e)
{
    struct buf icc = {.max = 255 * 65536};
    bool whole = s->icc_count > 0;
    int rc = 0;

    if (!s->icc_count)
        return 0;
    for (int i = 1; i < 256; i++)
        whole &= (i <= s->icc_count) == (s->icc[i].len > 0);
    if (!whole) {
        warn(s, "the parts of the ICC profile do not make a whole");
        return 0;
    }
    for (int i = 1; i <= s->icc_count; i++)
        TRY(buf_add(&icc, s->icc[i].data, s->icc[i].len, e));
    TRY(blob_set(&s->pic->meta->icc, icc.data, icc.len, e));
out:
    buf_release(&icc);
    return rc;
}

static int cut_short(struct err *e)
{
    return err_set(e, ERR_DATA, "the file is cut short before its pixels");
}

/* One marker at *at; *at is moved behind it. */
static int step(struct scan *s, uint64_t *at, bool *done, struct err *e)
{
    const uint64_t size = s->f->size;
    uint8_t head[4];
    int marker, rc;
    size_t n;

    if (size - *at < 4)
        return cut_short(e);
    TRY(infile_read(s->f, *at, head, 4, e));
    if (head[0] == 0xff && head[1] == 0xff) { /* fill byte */
        ++*at;
        return 0;
    }
    marker = head[1];
    if (head[0] != 0xff || marker < 0xc0 || (marker >= 0xd0 && marker <= 0xd9))
        return err_set(e, ERR_DATA,
                       "no marker where one must be, at byte "
                       "%llu",
                       (unsigned long long)*at);
    n = (size_t)head[2] << 8 | head[3];
    if (n < 2)
        return err_set(e, ERR_DATA, "a segment of %zu bytes cannot be", n);
    if (size - *at < n + 2)
        return cut_short(e);
    TRY(infile_read(s->f, *at + 4, s->data, n - 2, e));
    *at += n + 2;
    *done = marker == 0xda;
    if (is_frame(marker))
        return frame(s, marker, s->data, n - 2, e);
    if ((marker < 0xe0 || marker > 0xef) && marker != 0xfe)
        return 0;
    s->kept += n;
    if (s->kept > META_MAX || s->pic->meta->item_count == ITEMS_MAX)
        return err_set(e, ERR_DATA,
                       "it holds more than %zu MB or %d segments of metadata",
                       META_MAX >> 20, ITEMS_MAX);
    TRY(segment(s, marker, s->data, n - 2, e));
out:
    return rc;
}

int jpeg_scan(const struct infile *f, struct picture *pic, struct err *e)
{
    struct scan *s = mem_zero(1, sizeof(*s));
    bool done = false;
    uint64_t at = 2;
    int rc;

    if (!s)
        return err_mem(e, sizeof(*s));
    s->f = f;
    s->pic = pic;
    while (!done)
        TRY(step(s, &at, &done, e));
    TRY(join_icc(s, e));
    if (s->psir.len)
        TRY(psir_take(pic->meta, s->psir.data, s->psir.len, e));
out:
    for (int i = 0; i < 256; i++)
        buf_release(&s->icc[i]);
    buf_release(&s->psir);
    mem_free(s);
    return rc;
}
