/*
 * Colour tags that the output can have. A file must not say one thing and hold
 * another: what a codec cannot state is brought here to what it implies, before
 * any pixel is made.
 */

#include "codec/video_out.h"

/* Of Y'CbCr, when the input was RGB: ITU-R BT.2020, BT.601, BT.709. */
static int matrix_for(const struct video_target *t)
{
    if (t->color.primaries == AVCOL_PRI_BT2020)
        return AVCOL_SPC_BT2020_NCL;
    if (t->color.primaries == AVCOL_PRI_BT470BG ||
        t->color.primaries == AVCOL_PRI_SMPTE170M)
        return AVCOL_SPC_SMPTE170M;
    return AVCOL_SPC_BT709;
}

/* Codes 0 and 2 of AV1 are 0 (left) and 2 (top left) of H.273. */
static int siting_for(const struct coder *c, const struct video_target *t)
{
    const int siting = t->color.siting;
    const bool av1 = c->id == AV_CODEC_ID_AV1;

    if (siting >= 0 && (!av1 || siting == 0 || siting == 2))
        return siting;
    /* BT.2020 and BT.2100 site chroma at the top left, older systems left. */
    return siting < 0 && t->color.primaries == AVCOL_PRI_BT2020 ? 2 : 0;
}

/*
 * What the header of a ProRes frame can state (SMPTE RDD 36, 5.1): others would
 * be written as 0, which is reserved, or RGB.
 */
static void settle_prores(struct video_color *k)
{
    static const int primaries[] = {1, 5, 6, 9, 11, 12};
    bool can = false;

    for (size_t i = 0; i < FF_ARRAY_ELEMS(primaries); i++)
        can |= k->primaries == primaries[i];
    if (!can)
        k->primaries = k->primaries == AVCOL_PRI_SMPTE240M ? AVCOL_PRI_SMPTE170M
                                                           : AVCOL_PRI_BT709;
    if (k->transfer != AVCOL_TRC_SMPTE2084 &&
        k->transfer != AVCOL_TRC_ARIB_STD_B67)
        k->transfer = AVCOL_TRC_BT709;
    if (k->matrix == AVCOL_SPC_BT470BG)
        k->matrix = AVCOL_SPC_SMPTE170M; /* the same by another number */
    else if (k->matrix != AVCOL_SPC_SMPTE170M &&
             k->matrix != AVCOL_SPC_BT2020_NCL)
        k->matrix = AVCOL_SPC_BT709;
}

void settle_color(const struct coder *c, const struct frame_format *fmt,
                  struct video_target *t)
{
    struct video_color *k = &t->color;

    if (fmt->colors == FRAME_RGB) {
        k->matrix = AVCOL_SPC_RGB;
        k->siting = -1;
        if (k->range < 0)
            k->range = 1;
        return;
    }
    if (k->matrix == AVCOL_SPC_RGB) {
        k->matrix = matrix_for(t);
        k->range = 0; /* full RGB, as players expect of Y'CbCr */
    }
    if (c->id == AV_CODEC_ID_PRORES)
        settle_prores(k);
    /* DNxHR has a code for these two. */
    if (c->id == AV_CODEC_ID_DNXHD && k->matrix != AVCOL_SPC_BT709 &&
        k->matrix != AVCOL_SPC_BT2020_NCL)
        k->matrix = k->primaries == AVCOL_PRI_BT2020 ? AVCOL_SPC_BT2020_NCL
                                                     : AVCOL_SPC_BT709;
    if (c->limited || k->range < 0)
        k->range = 0;
    k->siting = fmt->ssx == 1 && fmt->ssy == 1 ? siting_for(c, t) : -1;
}
