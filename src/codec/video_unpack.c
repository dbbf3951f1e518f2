/*
 * Packed frames to planes, exactly. Components of fewer than 8 bits are spread
 * over 8: v becomes the nearest to 255 v / (2^bits - 1).
 */

#include "codec/video_int.h"

#include <libavutil/intreadwrite.h>

/* A row of one component: where its first sample is, and how it goes on. */
struct samples {
    const uint8_t *at;
    int step, shift,
        depth; /* step: of bytes, or of bits when `bit` is not -1 */
    int bit;
    bool big, invert;
};

static unsigned spread(unsigned v, int depth)
{
    const unsigned most = (1u << depth) - 1;

    return (v * 510 + most) / (2 * most);
}

static void of_bits(const struct samples *s, int w, uint8_t *to)
{
    for (int x = 0; x < w; x++) {
        const int bit = s->bit + x * s->step;
        const int shift = 8 - s->depth - (bit & 7);
        const unsigned v = s->at[bit >> 3] >> shift & ((1u << s->depth) - 1);

        to[x] = (uint8_t)(spread(v, s->depth) ^ (s->invert ? 255 : 0));
    }
}

static void of_bytes(const struct samples *s, int w, uint8_t *to)
{
    const unsigned mask = (1u << s->depth) - 1;

    if (s->depth == 8)
        for (int x = 0; x < w; x++)
            to[x] = s->at[x * s->step];
    else
        for (int x = 0; x < w; x++)
            to[x] = (uint8_t)spread(s->at[x * s->step] >> s->shift & mask,
                                    s->depth);
}

/* Components across two bytes that end with no more than 8 bits: 5-6-5. */
static void of_words_small(const struct samples *s, int w, uint8_t *to)
{
    const unsigned mask = (1u << s->depth) - 1;

    for (int x = 0; x < w; x++) {
        const uint8_t *p = s->at + x * s->step;
        const unsigned v = (s->big ? AV_RB16(p) : AV_RL16(p)) >> s->shift;

        to[x] = (uint8_t)spread(v & mask, s->depth);
    }
}

static void of_words(const struct samples *s, int w, uint16_t *to)
{
    const unsigned mask = (1u << s->depth) - 1;

    if (s->big)
        for (int x = 0; x < w; x++)
            to[x] = (uint16_t)(AV_RB16(s->at + x * s->step) >> s->shift & mask);
    else
        for (int x = 0; x < w; x++)
            to[x] = (uint16_t)(AV_RL16(s->at + x * s->step) >> s->shift & mask);
}

static void of_floats(const struct samples *s, int w, uint32_t *to)
{
    for (int x = 0; x < w; x++) {
        const uint8_t *p = s->at + x * s->step;

        to[x] = s->big ? AV_RB32(p) : AV_RL32(p);
    }
}

static void component_row(const AVFrame *from, const AVPixFmtDescriptor *d,
                          int i, int bits, int y, int w, uint8_t *to)
{
    const AVComponentDescriptor *c = &d->comp[i];
    const bool big = d->flags & AV_PIX_FMT_FLAG_BE;
    const bool small = c->shift + c->depth <= 8;
    const uint8_t *row = from->data[c->plane] +
                         (ptrdiff_t)y * from->linesize[c->plane];
    struct samples s = {.at = row + c->offset + (small && big && c->step > 1),
                        .step = c->step,
                        .shift = c->shift,
                        .depth = c->depth,
                        .big = big};

    if (d->flags & AV_PIX_FMT_FLAG_BITSTREAM) {
        s.at = row;
        s.bit = c->offset;
        s.invert = !strcmp(d->name, "monow");
        of_bits(&s, w, to);
    } else if (bits == 32) {
        of_floats(&s, w, (uint32_t *)(void *)to);
    } else if (bits > 8) {
        of_words(&s, w, (uint16_t *)(void *)to);
    } else if (small) {
        of_bytes(&s, w, to);
    } else {
        of_words_small(&s, w, to);
    }
}

/* The one format whose luma has no fixed step: U Y Y V Y Y. */
static void luma_411_row(const AVFrame *from, int y, int w, uint8_t *to)
{
    static const int place[] = {1, 2, 4, 5};
    const uint8_t *row = from->data[0] + (ptrdiff_t)y * from->linesize[0];

    for (int x = 0; x < w; x++)
        to[x] = row[x / 4 * 6 + place[x % 4]];
}

static void palette_rows(const AVFrame *from, const struct frame_format *f,
                         AVFrame *to)
{
    static const int shifts[] = {8, 0, 16, 24}; /* green, blue, red, alpha */
    const uint32_t *palette = (const uint32_t *)(const void *)from->data[1];

    for (int p = 0; p < 3 + f->alpha; p++)
        for (int y = 0; y < to->height; y++) {
            const uint8_t *row = from->data[0] +
                                 (ptrdiff_t)y * from->linesize[0];
            uint8_t *out = to->data[p] + (ptrdiff_t)y * to->linesize[p];

            for (int x = 0; x < to->width; x++)
                out[x] = (uint8_t)(palette[row[x]] >> shifts[p]);
        }
}

void pixels_unpack(const AVFrame *from, const struct frame_format *f,
                   AVFrame *to)
{
    const AVPixFmtDescriptor *d = av_pix_fmt_desc_get(from->format);

    if (d->flags & AV_PIX_FMT_FLAG_PAL) {
        palette_rows(from, f, to);
        return;
    }
    for (int i = 0; i < d->nb_components; i++) {
        const bool chroma = d->nb_components >= 3 && (i == 1 || i == 2);
        const int p = pixels_plane(d, i);
        const int w = AV_CEIL_RSHIFT(to->width, chroma ? f->ssx : 0);
        const int h = AV_CEIL_RSHIFT(to->height, chroma ? f->ssy : 0);

        for (int y = 0; y < h; y++) {
            uint8_t *out = to->data[p] + (ptrdiff_t)y * to->linesize[p];

            if (i == 0 && from->format == AV_PIX_FMT_UYYVYY411)
                luma_411_row(from, y, w, out);
            else
                component_row(from, d, i, f->bits, y, w, out);
        }
    }
}
