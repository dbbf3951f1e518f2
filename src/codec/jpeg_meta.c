/* The segments of a JPEG that carry metadata, on the way out. */

#include "codec/jpeg.h"

#include <string.h>

#include "base/hash.h"
#include "codec/blocks.h"
#include "image/patch.h"

#define SEGMENT_MAX 65533 /* payload bytes */

struct segment {
    j_compress_ptr cinfo;
    int marker;
    const uint8_t *bytes;
    size_t n;
};

static void write(void *arg)
{
    const struct segment *s = arg;

    jpeg_write_marker(s->cinfo, s->marker, s->bytes, (unsigned)s->n);
}

struct out {
    j_compress_ptr cinfo;
    struct jpeg_trap *trap;
};

/* One segment: head, then bytes. */
static int add(struct out *o, int marker, const void *head, size_t head_len,
               const void *bytes, size_t n, struct err *e)
{
    struct buf b = {.max = SEGMENT_MAX};
    struct segment s = {.cinfo = o->cinfo, .marker = marker};
    int rc;

    TRY(buf_add(&b, head, head_len, e));
    if (n)
        TRY(buf_add(&b, bytes, n, e));
    s.bytes = b.data;
    s.n = b.len;
    TRY(jpeg_trapped(o->trap, write, &s, e));
out:
    buf_release(&b);
    return rc;
}

static int add_exif(struct out *o, const struct meta *m, struct err *e)
{
    static const char head[6] = "Exif\0";
    struct buf exif = {.max = (size_t)1 << 30};
    int rc;

    TRY(meta_exif_block(m, &exif, e));
    /* A PNG says it elsewhere, and its EXIF may say something else. */
    if (m->res_unit != RES_NONE)
        exif_set_resolution(&(struct blob){exif.data, exif.len}, m->xres,
                            m->yres, m->res_unit == RES_CM);
    if (exif.len > SEGMENT_MAX - sizeof(head))
        rc = err_set(e, ERR_ARG,
                     "the EXIF block has %zu bytes, and JPEG has room for "
                     "%zu; leave it out with --keep",
                     exif.len, SEGMENT_MAX - sizeof(head));
    else if (exif.len)
        rc = add(o, 0xe1, head, sizeof(head), exif.data, exif.len, e);
out:
    buf_release(&exif);
    return rc;
}

static const char xmp_head[] = "http://ns.adobe.com/xap/1.0/";
static const char more_head[] = "http://ns.adobe.com/xmp/extension/";

/* XMP specification part 3, 1.1.3.1. The identifier should be the MD5 of the
   bytes; readers only compare it, so another hash of 128 bits does. */
static int add_long_xmp(struct out *o, const struct blob *xmp, struct err *e)
{
    enum { PART = 65400 };
    uint8_t head[sizeof(more_head) + 40];
    struct buf stub = {.max = 1024};
    char guid[33];
    int rc;

    hash_text(hash_bytes128(xmp->data, xmp->len), guid);
    for (int i = 0; i < 32; i++)
        guid[i] = (char)(guid[i] >= 'a' ? guid[i] - 32 : guid[i]);
    TRY(buf_printf(&stub, e,
                   "<?xpacket begin='\xef\xbb\xbf' "
                   "id='W5M0MpCehiHzreSzNTczkc9d'?>\n"
                   "<x:xmpmeta xmlns:x='adobe:ns:meta/'>"
                   "<rdf:RDF xmlns:rdf="
                   "'http://www.w3.org/1999/02/22-rdf-syntax-ns#'>"
                   "<rdf:Description rdf:about='' xmlns:xmpNote="
                   "'http://ns.adobe.com/xmp/note/' "
                   "xmpNote:HasExtendedXMP='%s'/>"
                   "</rdf:RDF></x:xmpmeta>\n<?xpacket end='w'?>",
                   guid));
    TRY(add(o, 0xe1, xmp_head, sizeof(xmp_head), stub.data, stub.len, e));
    memcpy(head, more_head, sizeof(more_head));
    memcpy(head + sizeof(more_head), guid, 32);
    for (int i = 0; i < 4; i++)
        head[sizeof(more_head) + 32 + (size_t)i] =
            (uint8_t)(xmp->len >> (24 - 8 * i));
    for (size_t at = 0; at < xmp->len; at += PART) {
        const size_t n = xmp->len - at < PART ? xmp->len - at : PART;

        for (int i = 0; i < 4; i++)
            head[sizeof(more_head) + 36 + (size_t)i] =
                (uint8_t)(at >> (24 - 8 * i));
        TRY(add(o, 0xe1, head, sizeof(head), xmp->data + at, n, e));
    }
out:
    buf_release(&stub);
    return rc;
}

static int add_xmp(struct out *o, const struct blob *xmp, struct err *e)
{
    if (!xmp->len)
        return 0;
    if (xmp->len > UINT32_MAX)
        return err_set(e, ERR_ARG, "an XMP packet of %zu bytes", xmp->len);
    if (xmp->len > SEGMENT_MAX - sizeof(xmp_head))
        return add_long_xmp(o, xmp, e);
    return add(o, 0xe1, xmp_head, sizeof(xmp_head), xmp->data, xmp->len, e);
}

static int add_psir(struct out *o, const struct meta *m, struct err *e)
{
    static const char head[] = "Photoshop 3.0";
    const size_t part = SEGMENT_MAX - sizeof(head);
    struct buf psir = {.max = (size_t)1 << 30};
    int rc;

    TRY(psir_make(m, &psir, e));
    for (size_t at = 0; at < psir.len; at += part)
        TRY(add(o, 0xed, head, sizeof(head), psir.data + at,
                psir.len - at < part ? psir.len - at : part, e));
out:
    buf_release(&psir);
    return rc;
}

static int add_icc(struct out *o, const struct picture *pic, struct err *e)
{
    uint8_t head[14] = "ICC_PROFILE", *made = NULL;
    const size_t part = SEGMENT_MAX - sizeof(head);
    const uint8_t *icc;
    size_t n;
    int rc;

    TRY(icc_for(pic, &icc, &n, &made, e));
    if (n > 255 * part) {
        rc = err_set(e, ERR_ARG,
                     "an ICC profile of %zu bytes does not fit in a JPEG (%zu)",
                     n, 255 * part);
        goto out;
    }
    head[13] = (uint8_t)((n + part - 1) / part);
    for (size_t at = 0; icc && at < n; at += part) {
        head[12]++;
        TRY(add(o, 0xe2, head, sizeof(head), icc + at,
                n - at < part ? n - at : part, e));
    }
out:
    mem_free(made);
    return rc;
}

static bool has(const struct blob *b, const void *bytes, size_t n)
{
    return b->len && memmem(b->data, b->len, bytes, n);
}

/* The marker of an item, or 0 when others write it or nobody may. */
static int marker_of(const struct meta *m, const struct meta_item *item)
{
    const char *key = item->key;
    const size_t guid = sizeof(more_head);
    int n = 0, digits = 0;

    if (!strcmp(key, "COM"))
        return 0xfe;
    if (!strcmp(key, "APP1:XMP"))
        return item->data.len >= guid + 40 &&
                       has(&m->xmp, item->data.data + guid, 32)
                   ? 0xe1
                   : 0;
    if (!strcmp(key, "APP11:JUMBF"))
        return 0xeb;
    if (strncmp(key, "APP", 3) != 0)
        return 0;
    for (key += 3; *key >= '0' && *key <= '9' && digits < 2; digits++)
        n = 10 * n + *key++ - '0';
    return *key == 0 && digits && n < 16 ? 0xe0 + n : 0;
}

static int add_items(struct out *o, const struct meta *m, struct err *e)
{
    int rc = 0;

    for (int i = 0; i < m->item_count; i++) {
        const struct meta_item *item = &m->items[i];
        int marker;

        if (strcmp(item->format, "jpeg") != 0)
            continue;
        marker = marker_of(m, item);
        if (marker && item->data.len <= SEGMENT_MAX)
            TRY(add(o, marker, item->data.data, item->data.len, NULL, 0, e));
    }
out:
    return rc;
}

int jpeg_meta_write(j_compress_ptr cinfo, struct jpeg_trap *trap,
                    const struct picture *pic, struct err *e)
{
    struct out o = {.cinfo = cinfo, .trap = trap};
    int rc;

    TRY(add_exif(&o, pic->meta, e));
    TRY(add_xmp(&o, &pic->meta->xmp, e));
    TRY(add_psir(&o, pic->meta, e));
    TRY(add_icc(&o, pic, e));
    TRY(add_items(&o, pic->meta, e));
out:
    return rc;
}
