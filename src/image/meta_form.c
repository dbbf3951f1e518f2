/* Metadata in the form a file format wants: a tag tree or an EXIF block. */

#include <math.h>

#include "image/meta.h"

enum {
    TAG_ORIENTATION = 274,
    TAG_XRES = 282,
    TAG_YRES = 283,
    TAG_RES_UNIT = 296,
    TAG_SUB_IFDS = 330,
    TAG_LAYERS = 37724,
};

bool meta_tag_structural(uint16_t id)
{
    /* Numbers as in TIFF 6.0 and its supplements. */
    static const uint16_t ids[] = {
        256, 257, 258, 259, 262, 266, 273,   277,   278,   279,   284,   288,
        289, 292, 293, 317, 320, 322, 323,   324,   325,   326,   327,   328,
        332, 333, 334, 338, 339, 347, 400,   512,   513,   514,   515,   517,
        518, 519, 520, 521, 559, 700, 32995, 32996, 32997, 33723, 34377, 34675,
    };

    for (size_t i = 0; i < sizeof(ids) / sizeof(*ids); i++)
        if (ids[i] == id)
            return true;
    return false;
}

/* The fraction of the fewest decimals, up to five, that is the value. */
static void rational(double value, uint32_t pair[2])
{
    double scale = 1;

    while (scale < 1e5 && value * scale != floor(value * scale) &&
           value * scale * 10 < UINT32_MAX)
        scale *= 10;
    value = floor(value * scale + 0.5);
    pair[0] = value < UINT32_MAX ? (uint32_t)value : UINT32_MAX;
    pair[1] = (uint32_t)scale;
}

static int set_res(struct ifd *ifd, uint16_t id, double value, struct err *e)
{
    uint32_t pair[2];
    double old;

    if (!(value > 0) || (ifd_number(ifd_find(ifd, id), 0, &old) &&
                         fabs(old - value) <= 1e-9 * value))
        return 0;
    rational(value, pair);
    return ifd_set(ifd, id, IFD_RATIONAL, 1, pair, e);
}

static int set_short(struct ifd *ifd, uint16_t id, int value, int unsaid,
                     struct err *e)
{
    const uint16_t v = (uint16_t)value;
    double old = unsaid;

    (void)ifd_number(ifd_find(ifd, id), 0, &old);
    return old == value ? 0 : ifd_set(ifd, id, IFD_SHORT, 1, &v, e);
}

/* Writes the typed view into the tree where the tree says something else. */
static int sync_view(const struct meta *m, struct ifd *ifd, struct err *e)
{
    int rc;

    TRY(set_short(ifd, TAG_ORIENTATION, m->orientation, 1, e));
    if (m->xres > 0 && m->yres > 0) {
        TRY(set_res(ifd, TAG_XRES, m->xres, e));
        TRY(set_res(ifd, TAG_YRES, m->yres, e));
        TRY(set_short(ifd, TAG_RES_UNIT,
                      m->res_unit == RES_INCH ? 2
                      : m->res_unit == RES_CM ? 3
                                              : 1,
                      2, e));
    }
out:
    return rc;
}

/* Takes out what describes stored pixels, and pictures within the picture. */
static void strip(struct ifd *ifd)
{
    for (int i = ifd->count; i-- > 0;) {
        const uint16_t id = ifd->tag[i].id;

        if (meta_tag_structural(id) || id == TAG_SUB_IFDS)
            ifd_remove(ifd, id);
    }
    ifd_free(ifd->next);
    ifd->next = NULL;
}

int meta_tag_tree(const struct meta *m, struct ifd **out, struct err *e)
{
    struct ifd *ifd = NULL;
    struct err why = {0};
    int rc = 0;

    if (m->tags) {
        TRY(ifd_copy(m->tags, &ifd, e));
    } else if (m->exif.len) {
        rc = ifd_parse(m->exif.data, m->exif.len, &ifd, &why);
        if (rc < 0 && rc != ERR_DATA) {
            if (e)
                *e = why;
            goto out;
        }
    }
    if (!ifd)
        TRY(ifd_new(&ifd, e));
    strip(ifd);
    TRY(sync_view(m, ifd, e));
    if (ifd->count == 0) {
        ifd_free(ifd);
        ifd = NULL;
    }
    *out = ifd;
    ifd = NULL;
    rc = 0;
out:
    ifd_free(ifd);
    return rc;
}

/* Says nothing that is not the default or stated elsewhere. */
static bool says_little(const struct ifd *ifd)
{
    double v;

    for (int i = 0; i < ifd->count; i++) {
        const struct ifd_tag *tag = &ifd->tag[i];

        if (tag->id == TAG_ORIENTATION) {
            if (!ifd_number(tag, 0, &v) || v != 1)
                return false;
        } else if (tag->id != TAG_XRES && tag->id != TAG_YRES &&
                   tag->id != TAG_RES_UNIT) {
            return false;
        }
    }
    return true;
}

int meta_exif_block(const struct meta *m, struct buf *out, struct err *e)
{
    struct ifd *ifd = NULL;
    int rc;

    if (m->exif.len)
        return buf_add(out, m->exif.data, m->exif.len, e);
    TRY(meta_tag_tree(m, &ifd, e));
    if (!ifd)
        goto out;
    ifd_remove(ifd, TAG_LAYERS);
    if (!says_little(ifd))
        TRY(ifd_write_block(ifd, out, e));
out:
    ifd_free(ifd);
    return rc;
}
