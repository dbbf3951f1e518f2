/* EXIF's view of the picture; Photoshop image resources. */

#include "codec/blocks.h"

#include <string.h>

#define PSIR_IPTC   0x0404
#define PSIR_DIGEST 0x0425

static bool number(const struct ifd *ifd, uint16_t id, double *value)
{
    const struct ifd_tag *tag = ifd_find(ifd, id);

    return tag && tag->count > 0 && ifd_number(tag, 0, value);
}

int exif_view(struct meta *m, unsigned what, struct err *e)
{
    struct ifd *ifd = NULL;
    double v, x, y;
    int rc;

    rc = ifd_parse(m->exif.data, m->exif.len, &ifd, e);
    if (rc < 0)
        return rc == ERR_MEM ? rc : 0;
    if (what & EXIF_ORIENTATION && number(ifd, 274, &v) && v >= 1 && v <= 8)
        m->orientation = (int)v;
    if (what & EXIF_RESOLUTION && number(ifd, 282, &x) &&
        number(ifd, 283, &y) && x > 0 && y > 0 && x < 1e9 && y < 1e9) {
        m->xres = x;
        m->yres = y;
        m->res_unit = RES_INCH;
        if (number(ifd, 296, &v) && v == 3)
            m->res_unit = RES_CM;
    }
    ifd_free(ifd);
    return 0;
}

struct resource {
    unsigned id;
    const uint8_t *data;
    size_t len;  /* of the data              */
    size_t size; /* of the whole, padding too */
};

/* The resource at p; false at the end or where the block is damaged. */
static bool resource_at(const uint8_t *p, size_t left, struct resource *r)
{
    size_t name, at;

    if (left < 12 || (memcmp(p, "8BIM", 4) != 0 && memcmp(p, "MeSa", 4) != 0 &&
                      memcmp(p, "AgHg", 4) != 0 && memcmp(p, "PHUT", 4) != 0 &&
                      memcmp(p, "DCSR", 4) != 0))
        return false;
    r->id = (unsigned)p[4] << 8 | p[5];
    name = (size_t)p[6] + 1;
    at = 6 + name + (name & 1);
    if (left < at + 4)
        return false;
    r->len = (size_t)p[at] << 24 | (size_t)p[at + 1] << 16 |
             (size_t)p[at + 2] << 8 | p[at + 3];
    at += 4;
    if (left - at < r->len)
        return false;
    r->data = p + at;
    r->size = at + r->len;
    if (r->len & 1 && r->size < left)
        r->size++;
    return true;
}

bool psir_find(const struct blob *psir, unsigned id, const uint8_t **data,
               size_t *len)
{
    struct resource r;

    for (size_t at = 0;
         at < psir->len && resource_at(psir->data + at, psir->len - at, &r);
         at += r.size) {
        if (r.id != id)
            continue;
        *data = r.data;
        *len = r.len;
        return true;
    }
    return false;
}

int psir_take(struct meta *m, const void *bytes, size_t len, struct err *e)
{
    const uint8_t *iptc;
    size_t n;
    int rc;

    TRY(blob_set(&m->psir, bytes, len, e));
    if (psir_find(&m->psir, PSIR_IPTC, &iptc, &n) && n)
        TRY(blob_set(&m->iptc, iptc, n, e));
out:
    return rc;
}

static int add_iptc(const struct blob *iptc, struct buf *out, struct err *e)
{
    const uint8_t head[12] = {'8',
                              'B',
                              'I',
                              'M',
                              4,
                              4,
                              0,
                              0,
                              (uint8_t)(iptc->len >> 24),
                              (uint8_t)(iptc->len >> 16),
                              (uint8_t)(iptc->len >> 8),
                              (uint8_t)iptc->len};
    int rc;

    TRY(buf_add(out, head, sizeof(head), e));
    TRY(buf_add(out, iptc->data, iptc->len, e));
    if (iptc->len & 1)
        TRY(buf_add(out, "", 1, e));
out:
    return rc;
}

int psir_make(const struct meta *m, struct buf *out, struct err *e)
{
    const uint8_t *was = NULL;
    struct resource r;
    size_t len = 0, at = 0;
    int rc = 0;

    psir_find(&m->psir, PSIR_IPTC, &was, &len);
    if (!m->iptc.len ||
        (was && len == m->iptc.len && !memcmp(was, m->iptc.data, len)))
        return m->psir.len ? buf_add(out, m->psir.data, m->psir.len, e) : 0;
    TRY(add_iptc(&m->iptc, out, e));
    while (at < m->psir.len &&
           resource_at(m->psir.data + at, m->psir.len - at, &r)) {
        if (r.id != PSIR_IPTC && r.id != PSIR_DIGEST)
            TRY(buf_add(out, m->psir.data + at, r.size, e));
        at += r.size;
    }
out:
    return rc;
}

/* ICC.1:2010, 7.2.6: the data colour space, at byte 16. */
static bool icc_fits(const uint8_t *icc, size_t len, int colors)
{
    const bool grey = len >= 128 && !memcmp(icc + 16, "GRAY", 4);
    const bool cmyk = len >= 128 && !memcmp(icc + 16, "CMYK", 4);

    return len >= 128 && grey == (colors == 1) && cmyk == (colors == 4);
}

/* A profile from curve and matrix; none where that cannot be done. */
static int make_icc(const struct picture *pic, uint8_t **made, size_t *len,
                    struct err *e)
{
    struct color *color = NULL;
    struct err why = {0};
    int rc;

    TRY(color_copy(pic->color, &color, e));
    if (pic->fmt.colors == 1 && color->kind == COLOR_MATRIX)
        color->kind = COLOR_GREY;
    if (color_make_icc(color, made, len, &why) < 0) {
        rc = why.code == ERR_MEM ? err_set(e, ERR_MEM, "%s", why.text) : 0;
    } else if (!icc_fits(*made, *len, pic->fmt.colors)) {
        mem_free(*made);
        *made = NULL;
    }
out:
    color_free(color);
    return rc;
}

int icc_for(const struct picture *pic, const uint8_t **icc, size_t *len,
            uint8_t **made, struct err *e)
{
    const struct color *c = pic->color;
    const struct blob *found = &pic->meta->icc;
    int rc = 0;

    *icc = *made = NULL;
    *len = 0;
    if (!c && found->len) {
        *icc = found->data;
        *len = found->len;
    } else if (c && c->icc_len &&
               icc_fits(c->icc, c->icc_len, pic->fmt.colors)) {
        *icc = c->icc;
        *len = c->icc_len;
    } else if (c) {
        rc = make_icc(pic, made, len, e);
        *icc = *made;
    }
    return rc;
}
