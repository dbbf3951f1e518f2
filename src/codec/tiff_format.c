/* What the samples of a page are and mean. */

#include "codec/tiff_int.h"

int tiff_field(TIFF *tif, uint32_t tag, int unsaid)
{
    uint16_t v;

    return TIFFGetFieldDefaulted(tif, tag, &v) ? v : unsaid;
}

int tiff_refuse(struct err *e, const char *what)
{
    return err_set(e, ERR_DATA, "it holds %s, which we do not read", what);
}

/* Sample type, from bits and format. */
static int read_type(TIFF *tif, struct tiff_samples *s, struct picture *pic,
                     struct err *e)
{
    s->bits = tiff_field(tif, TIFFTAG_BITSPERSAMPLE, 1);
    s->format = tiff_field(tif, TIFFTAG_SAMPLEFORMAT, SAMPLEFORMAT_UINT);
    s->spp = tiff_field(tif, TIFFTAG_SAMPLESPERPIXEL, 1);
    s->planar = s->spp > 1 &&
                tiff_field(tif, TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG) ==
                    PLANARCONFIG_SEPARATE;
    if (s->format == SAMPLEFORMAT_INT)
        return tiff_refuse(e, "signed integers");
    if (s->format == SAMPLEFORMAT_COMPLEXINT ||
        s->format == SAMPLEFORMAT_COMPLEXIEEEFP)
        return tiff_refuse(e, "complex numbers");
    if (s->format == SAMPLEFORMAT_IEEEFP) {
        if (s->bits == 64)
            tiff_warn(pic, "64-bit floats are read as 32-bit");
        else if (s->bits != 16 && s->bits != 32)
            return err_set(e, ERR_DATA,
                           "it holds floats of %d bits, which we do not read",
                           s->bits);
        s->type = s->bits == 16 ? SAMPLE_F16 : SAMPLE_F32;
        return 0;
    }
    if (s->bits != 1 && s->bits != 2 && s->bits != 4 && s->bits != 8 &&
        s->bits != 16 && s->bits != 32)
        return err_set(e, ERR_DATA,
                       "it holds integers of %d bits, which we do not read",
                       s->bits);
    s->type = s->bits <= 8    ? SAMPLE_U8
              : s->bits == 16 ? SAMPLE_U16
                              : SAMPLE_U32;
    return 0;
}

/* The palette, as 8 bits when it was made from 8. */
static int read_map(TIFF *tif, struct tiff_samples *s, struct err *e)
{
    uint16_t *map[3];
    size_t n;
    bool low = false, other = false;

    if (s->spp != 1 || s->bits > 8)
        return tiff_refuse(e, "a palette with further samples");
    if (!TIFFGetField(tif, TIFFTAG_COLORMAP, &map[0], &map[1], &map[2]))
        return err_set(e, ERR_DATA, "its palette is missing or damaged");
    n = (size_t)1 << s->bits;
    s->map = mem_array(3 * n, sizeof(*s->map));
    if (!s->map)
        return err_mem(e, 3 * n * sizeof(*s->map));
    for (size_t p = 0; p < 3; p++)
        for (size_t i = 0; i < n; i++) {
            const unsigned v = s->map[p * n + i] = map[p][i];

            low |= (v & 255) != 0;
            other |= (v & 255) != v >> 8;
        }
    s->type = low && other ? SAMPLE_U16 : SAMPLE_U8;
    return 0;
}

/* What the samples mean; those that follow the colours are extras. */
static int read_colors(TIFF *tif, struct tiff_reader *r, struct err *e)
{
    struct tiff_samples *s = &r->samples;
    struct pixfmt *fmt = &r->base.pic.fmt;
    int kind = tiff_field(tif, TIFFTAG_PHOTOMETRIC, -1);

    if (kind < 0)
        kind = s->spp >= 3 ? PHOTOMETRIC_RGB : PHOTOMETRIC_MINISBLACK;
    switch (kind) {
    case PHOTOMETRIC_MINISWHITE:
        fmt->inverted = true;
        fmt->colors = 1;
        return 0;
    case PHOTOMETRIC_MINISBLACK:
    case PHOTOMETRIC_MASK:
        fmt->colors = 1;
        return 0;
    case PHOTOMETRIC_RGB:
        fmt->colors = 3;
        return 0;
    case PHOTOMETRIC_PALETTE:
        fmt->colors = 3;
        return read_map(tif, s, e);
    case PHOTOMETRIC_SEPARATED:
        if (tiff_field(tif, TIFFTAG_INKSET, INKSET_CMYK) != INKSET_CMYK)
            return tiff_refuse(e, "inks other than CMYK");
        fmt->colors = 4;
        return 0;
    case PHOTOMETRIC_YCBCR:
        if (r->compression != COMPRESSION_JPEG || s->planar)
            return tiff_refuse(e, "YCbCr samples without JPEG compression");
        r->jpeg_rgb = true;
        fmt->colors = 3;
        return 0;
    case PHOTOMETRIC_CIELAB:
    case PHOTOMETRIC_ICCLAB:
    case PHOTOMETRIC_ITULAB:
        return tiff_refuse(e, "CIELab samples");
    case PHOTOMETRIC_LOGL:
    case PHOTOMETRIC_LOGLUV:
        return tiff_refuse(e, "LogLuv samples");
    case PHOTOMETRIC_CFA:
    case 34892: /* LinearRaw of DNG */
        return tiff_refuse(e, "the raw data of a camera");
    default:
        return err_set(e, ERR_DATA, "it holds colours of the unknown kind %d",
                       kind);
    }
}

static void read_extras(TIFF *tif, struct tiff_reader *r)
{
    struct pixfmt *fmt = &r->base.pic.fmt;
    uint16_t n = 0, *kinds = NULL;

    fmt->alpha = -1;
    fmt->extras = r->samples.map ? 0 : r->samples.spp - fmt->colors;
    if (fmt->extras < 1 ||
        !TIFFGetFieldDefaulted(tif, TIFFTAG_EXTRASAMPLES, &n, &kinds))
        return;
    for (int i = 0; i < n && i < fmt->extras && fmt->alpha < 0; i++)
        if (kinds[i] == EXTRASAMPLE_ASSOCALPHA ||
            kinds[i] == EXTRASAMPLE_UNASSALPHA) {
            fmt->alpha = i;
            fmt->associated = kinds[i] == EXTRASAMPLE_ASSOCALPHA;
        }
}

int tiff_read_samples(TIFF *tif, struct tiff_reader *r, struct err *e)
{
    struct tiff_samples *s = &r->samples;
    struct pixfmt *fmt = &r->base.pic.fmt;
    int rc;

    TRY(read_type(tif, s, &r->base.pic, e));
    TRY(read_colors(tif, r, e));
    read_extras(tif, r);
    if (fmt->extras < 0)
        return err_set(e, ERR_DATA,
                       "it has %d samples a pixel, too few for its colours",
                       s->spp);
    if (s->bits < 8 && s->spp > 1)
        return err_set(e, ERR_DATA,
                       "it holds %d samples of %d bits a pixel, which we do "
                       "not read",
                       s->spp, s->bits);
    fmt->type = s->type;
    s->pixel = pixfmt_bytes(fmt);
    s->expand = s->map || s->bits < 8 || s->planar || s->bits == 64;
out:
    return rc;
}
