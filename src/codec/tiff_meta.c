/* Between the tags of a page and the metadata of a picture. */

#include "codec/tiff_int.h"

/* Takes a tag's bytes for a blob. IPTC is often called LONG, whose bytes were
   turned in a big-endian file although they are text. */
static int take_blob(struct ifd *tags, uint16_t id, bool swap, struct blob *b,
                     struct err *e)
{
    struct ifd_tag *tag = ifd_find(tags, id);
    int rc;

    if (!tag || !tag->data)
        return 0;
    if (swap)
        tiff_swap(tag->data, tag->len, 8 * (int)ifd_type_size(tag->type));
    rc = blob_set(b, tag->data, tag->len, e);
    ifd_remove(tags, id);
    return rc;
}

static void take_view(const struct ifd *tags, struct meta *m)
{
    double v = 0, x = 0, y = 0;

    if (ifd_number(ifd_find(tags, TAG_ORIENTATION), 0, &v) && v >= 1 && v <= 8)
        m->orientation = (int)v;
    v = 2;
    (void)ifd_number(ifd_find(tags, TAG_RES_UNIT), 0, &v);
    (void)ifd_number(ifd_find(tags, TAG_XRES), 0, &x);
    (void)ifd_number(ifd_find(tags, TAG_YRES), 0, &y);
    if (x > 0 && y > 0) {
        m->xres = x;
        m->yres = y;
        m->res_unit = v == 2 ? RES_INCH : v == 3 ? RES_CM : RES_NONE;
    }
}

/* Page kinds that are no longer true of the page by itself. */
static void drop_page_kind(struct ifd *tags)
{
    double v = 0;

    if (ifd_number(ifd_find(tags, TAG_SUBFILE), 0, &v) && v != 0)
        ifd_remove(tags, TAG_SUBFILE);
    v = 1;
    if (ifd_number(ifd_find(tags, TAG_OLD_SUBFILE), 0, &v) && v != 1)
        ifd_remove(tags, TAG_OLD_SUBFILE);
}

int tiff_meta_take(struct ifd *tags, bool swap, struct picture *pic,
                   struct err *e)
{
    struct meta *m = pic->meta;
    double kind = 0;
    int rc;

    m->tags = tags;
    if (tags->lost)
        tiff_warn(pic, "%d of its tags cannot be read and are left out",
                  tags->lost);
    TRY(take_blob(tags, TAG_XMP, swap, &m->xmp, e));
    TRY(take_blob(tags, TAG_IPTC, swap, &m->iptc, e));
    TRY(take_blob(tags, TAG_PSIR, swap, &m->psir, e));
    TRY(take_blob(tags, TAG_ICC, swap, &m->icc, e));
    take_view(tags, m);
    drop_page_kind(tags);
    (void)ifd_number(ifd_find(tags, TAG_PHOTOMETRIC), 0, &kind);
    for (int i = tags->count; i-- > 0;) {
        const uint16_t id = tags->tag[i].id;

        if (meta_tag_structural(id) ||
            (kind == PHOTOMETRIC_YCBCR && id >= 529 && id <= 532))
            ifd_remove(tags, id);
    }
out:
    return rc;
}
