/*
 * The peers' jobs as one libvips pipeline each, as a programmer who knows
 * libvips would write them: sequential access, one pass, all threads.
 *
 * peer_vips chain IN OUT     exposure, gains, S-curve, saturation, sharpen
 * peer_vips classic IN OUT   crop 100, shrink to 90 %, sharpen (libvips' own
 *                            benchmark job)
 */

#include <string.h>
#include <vips/vips.h>

#define CHECK(call)                                                            \
    if (call)                                                                  \
    vips_error_exit("%s", #call)

/* On 16-bit sRGB; the arithmetic is float in between. */
static VipsImage *chain(VipsImage *in)
{
    /* 0.3 EV and the gains 1.05, 1, 0.93 in one multiplication. */
    double gain[3] = {1.2311444 * 1.05, 1.2311444, 1.2311444 * 0.93};
    double zero[3] = {0, 0, 0};
    /* Saturation 1.1 about Rec.709 luma. */
    VipsImage *m = vips_image_new_matrixv(3, 3, 1.07874, -0.07152, -0.00722,
                                          -0.02126, 1.02848, -0.00722, -0.02126,
                                          -0.07152, 1.09278);
    VipsImage *lin, *mul, *enc, *flt, *sq, *cub, *a, *b, *s, *sat, *blur, *diff,
        *sharp, *out;

    CHECK(vips_colourspace(in, &lin, VIPS_INTERPRETATION_scRGB, NULL));
    CHECK(vips_linear(lin, &mul, gain, zero, 3, NULL));
    CHECK(vips_colourspace(mul, &enc, VIPS_INTERPRETATION_RGB16, NULL));
    CHECK(vips_linear1(enc, &flt, 1.0 / 65535, 0, NULL));
    /* x + 0.3 (3 x^2 - 2 x^3 - x) */
    CHECK(vips_multiply(flt, flt, &sq, NULL));
    CHECK(vips_linear1(flt, &cub, -0.6, 0.9, NULL));
    CHECK(vips_multiply(sq, cub, &a, NULL));
    CHECK(vips_linear1(flt, &b, 0.7, 0, NULL));
    CHECK(vips_add(a, b, &s, NULL));
    CHECK(vips_recomb(s, &sat, m, NULL));
    CHECK(vips_gaussblur(sat, &blur, 2.0, NULL));
    CHECK(vips_subtract(sat, blur, &diff, NULL));
    CHECK(vips_linear1(diff, &diff, 0.5, 0, NULL));
    CHECK(vips_add(sat, diff, &sharp, NULL));
    CHECK(vips_linear1(sharp, &out, 65535, 0, NULL));
    CHECK(vips_cast(out, &out, VIPS_FORMAT_USHORT, NULL));
    return out;
}

static VipsImage *classic(VipsImage *in)
{
    VipsImage *mask = vips_image_new_matrixv(3, 3, -1.0, -1.0, -1.0, -1.0, 16.0,
                                             -1.0, -1.0, -1.0, -1.0);
    VipsImage *crop, *small, *out;

    vips_image_set_double(mask, "scale", 8);
    CHECK(
        vips_crop(in, &crop, 100, 100, in->Xsize - 200, in->Ysize - 200, NULL));
    CHECK(vips_resize(crop, &small, 0.9, NULL));
    CHECK(vips_conv(small, &out, mask, "precision", VIPS_PRECISION_INTEGER,
                    NULL));
    return out;
}

int main(int argc, char **argv)
{
    VipsImage *in, *out;
    int plain;

    if (argc != 5 || VIPS_INIT(argv[0]))
        return 2;
    in = vips_image_new_from_file(argv[2], "access", VIPS_ACCESS_SEQUENTIAL,
                                  NULL);
    if (!in)
        vips_error_exit("cannot open '%s'", argv[2]);
    out = !strcmp(argv[1], "chain") ? chain(in) : classic(in);
    plain = !strcmp(argv[4], "none");
    CHECK(vips_tiffsave(out, argv[3], "compression",
                        plain ? VIPS_FOREIGN_TIFF_COMPRESSION_NONE
                              : VIPS_FOREIGN_TIFF_COMPRESSION_LZW,
                        "predictor",
                        plain ? VIPS_FOREIGN_TIFF_PREDICTOR_NONE
                              : VIPS_FOREIGN_TIFF_PREDICTOR_HORIZONTAL,
                        NULL));
    return 0;
}
