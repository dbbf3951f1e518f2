/* The directory of a page that is written. */

#include "codec/blocks.h"
#include "codec/tiff_out.h"

static int set16(struct ifd *ifd, uint16_t id, int value, struct err *e)
{
    const uint16_t v = (uint16_t)value;

    return ifd_set(ifd, id, IFD_SHORT, 1, &v, e);
}

static int set32(struct ifd *ifd, uint16_t id, int value, struct err *e)
{
    const uint32_t v = (uint32_t)value;

    return ifd_set(ifd, id, IFD_LONG, 1, &v, e);
}

/* The same value for each sample of a pixel. */
static int set_each(struct ifd *ifd, uint16_t id, int value, int samples,
                    struct err *e)
{
    uint16_t *v = mem_array((size_t)samples, sizeof(*v));
    int rc;

    if (!v)
        return err_mem(e, (size_t)samples * sizeof(*v));
    for (int i = 0; i < samples; i++)
        v[i] = (uint16_t)value;
    rc = ifd_set(ifd, id, IFD_SHORT, (uint64_t)samples, v, e);
    mem_free(v);
    return rc;
}

static int photometric(const struct pixfmt *fmt)
{
    return fmt->colors == 4   ? PHOTOMETRIC_SEPARATED
           : fmt->colors == 3 ? PHOTOMETRIC_RGB
           : fmt->inverted    ? PHOTOMETRIC_MINISWHITE
                              : PHOTOMETRIC_MINISBLACK;
}

static int set_extras(struct ifd *ifd, const struct pixfmt *fmt, struct err *e)
{
    int rc;

    if (!fmt->extras)
        return 0;
    rc = set_each(ifd, TAG_EXTRA, EXTRASAMPLE_UNSPECIFIED, fmt->extras, e);
    if (rc == 0 && fmt->alpha >= 0) {
        const uint16_t kind = fmt->associated ? EXTRASAMPLE_ASSOCALPHA
                                              : EXTRASAMPLE_UNASSALPHA;

        memcpy(ifd_find(ifd, TAG_EXTRA)->data + 2 * (size_t)fmt->alpha, &kind,
               2);
    }
    return rc;
}

static int set_places(const struct tiff_writer *w, struct ifd *ifd,
                      struct err *e)
{
    int rc;

    if (w->tiled) {
        TRY(set32(ifd, TAG_TILE_W, w->unit_w, e));
        TRY(set32(ifd, TAG_TILE_H, w->unit_h, e));
    } else {
        TRY(set32(ifd, TAG_ROWS, w->unit_h, e));
    }
    /* 64 bits here; ifd_write() narrows them in a classic file. */
    TRY(ifd_set(ifd, w->tiled ? TAG_TILE_OFFSETS : TAG_OFFSETS, IFD_LONG8,
                w->unit_count, w->at, e));
    TRY(ifd_set(ifd, w->tiled ? TAG_TILE_COUNTS : TAG_COUNTS, IFD_LONG8,
                w->unit_count, w->len, e));
out:
    return rc;
}

static int set_structure(const struct tiff_writer *w, struct ifd *ifd,
                         struct err *e)
{
    const struct pixfmt *fmt = &w->pic->fmt;
    const int samples = pixfmt_samples(fmt);
    int rc;

    TRY(set32(ifd, TAG_WIDTH, w->pic->w, e));
    TRY(set32(ifd, TAG_LENGTH, w->pic->h, e));
    TRY(set_each(ifd, TAG_BITS, 8 * (int)sample_bytes(fmt->type), samples, e));
    TRY(set16(ifd, TAG_COMPRESSION, tiff_compression_code(w->compression), e));
    TRY(set16(ifd, TAG_PHOTOMETRIC, photometric(fmt), e));
    TRY(set16(ifd, TAG_SAMPLES, samples, e));
    TRY(set16(ifd, TAG_PLANAR,
              w->planes > 1 ? PLANARCONFIG_SEPARATE : PLANARCONFIG_CONTIG, e));
    if (w->predictor != PREDICTOR_NONE)
        TRY(set16(ifd, TAG_PREDICTOR, w->predictor, e));
    TRY(set_extras(ifd, fmt, e));
    if (sample_is_float(fmt->type))
        TRY(set_each(ifd, TAG_FORMAT, SAMPLEFORMAT_IEEEFP, samples, e));
    TRY(set_places(w, ifd, e));
out:
    return rc;
}

static int set_blob(struct ifd *ifd, uint16_t id, int type,
                    const struct blob *b, struct err *e)
{
    return b->len ? ifd_set(ifd, id, type, b->len, b->data, e) : 0;
}

static int set_blobs(const struct picture *pic, struct ifd *ifd, struct err *e)
{
    const struct meta *m = pic->meta;
    const uint8_t *icc;
    uint8_t *made;
    size_t len;
    int rc;

    TRY(icc_for(pic, &icc, &len, &made, e));
    if (icc)
        TRY(ifd_set(ifd, TAG_ICC, IFD_UNDEFINED, len, icc, e));
    TRY(set_blob(ifd, TAG_XMP, IFD_BYTE, &m->xmp, e));
    TRY(set_blob(ifd, TAG_IPTC, IFD_UNDEFINED, &m->iptc, e));
    TRY(set_blob(ifd, TAG_PSIR, IFD_BYTE, &m->psir, e));
out:
    mem_free(made);
    return rc;
}

/* Tags whose shape depends on samples that are now others. */
static void drop_misfits(struct ifd *ifd, const struct pixfmt *fmt)
{
    const struct ifd_tag *curve = ifd_find(ifd, TAG_TRANSFER);
    const size_t bits = 8 * sample_bytes(fmt->type);

    if (curve && (bits > 16 || (curve->count != (uint64_t)1 << bits &&
                                curve->count != (uint64_t)3 << bits)))
        ifd_remove(ifd, TAG_TRANSFER);
    if (fmt->colors != 4)
        ifd_remove(ifd, TAG_DOT_RANGE);
    if (fmt->colors != 1) {
        ifd_remove(ifd, 290); /* GrayResponseUnit, GrayResponseCurve */
        ifd_remove(ifd, 291);
    }
}

int tiff_tags_make(const struct tiff_writer *w, struct ifd **out, struct err *e)
{
    struct ifd *ifd = NULL;
    int rc;

    TRY(meta_tag_tree(w->pic->meta, &ifd, e));
    if (!ifd)
        TRY(ifd_new(&ifd, e));
    drop_misfits(ifd, &w->pic->fmt);
    TRY(set_blobs(w->pic, ifd, e));
    TRY(set_structure(w, ifd, e));
    *out = ifd;
    ifd = NULL;
out:
    ifd_free(ifd);
    return rc;
}
