/* Rows of raw samples to rows of working planes and back. */

#include "codec/convert.h"

#include <assert.h>
#include <string.h>

#include "codec/video_color.h"
#include "image/icc.h"
#include "image/image.h"
#include "kern/convert.h"
#include "kern/curve.h"
#include "kern/point.h"

/* Pixels per turn: three planes of them stay in the first cache. */
#define BLOCK 1024

struct convert {
    struct pixfmt fmt;
    const struct color *color; /* lent; NULL: values stay encoded */
    bool dither, has_matrix;
    bool hlg; /* a display's light, as of films */
    float to_work[9], from_work[9];
    struct icc_transform *in, *out; /* COLOR_ICC only */
    float *table[3]; /* of a colour's samples; NULL, or that of one before */
};

static void matrix_floats(const struct mat3 *m, float f[9])
{
    for (int i = 0; i < 9; i++)
        f[i] = (float)m->m[i / 3][i % 3];
}

static int check(const struct pixfmt *f, const struct color *c, struct err *e)
{
    const int curves = !c ? 0 : c->kind == COLOR_GREY ? 1 : 3;

    assert(f->extras >= 0 && 3 + f->extras <= IMAGE_PLANES_MAX);
    assert(f->alpha < f->extras);
    if (f->colors == 4 && (!c || c->kind != COLOR_ICC))
        return err_set(e, ERR_ARG, "CMYK needs a profile");
    if (curves == 1 && f->colors != 1)
        return err_set(e, ERR_ARG, "'%s' is for grey pictures", c->name);
    return 0;
}

static int link_icc(struct convert *c, struct err *e)
{
    int rc;

    TRY(icc_transform_new(c->color, true, &c->in, e));
    if (icc_transform_colors(c->in) != c->fmt.colors)
        return err_set(e, ERR_ARG, "'%s' is not for pictures of %d colours",
                       c->color->name, c->fmt.colors);
    if (c->color->can_write && c->fmt.colors != 4)
        TRY(icc_transform_new(c->color, false, &c->out, e));
out:
    return rc;
}

int convert_new(const struct pixfmt *fmt, const struct color *color,
                bool dither, struct convert **out, struct err *e)
{
    struct convert *c = mem_zero(1, sizeof(*c));
    int rc;

    if (!c)
        return err_mem(e, sizeof(*c));
    c->fmt = *fmt;
    c->color = color;
    c->dither = dither && fmt->type == SAMPLE_U8;
    TRY(check(fmt, color, e));
    if (color && color->kind == COLOR_ICC) {
        TRY(link_icc(c, e));
    } else if (color) {
        c->has_matrix = fmt->colors == 3 &&
                        !mat3_is_identity(&color->to_work, 1e-9);
        matrix_floats(&color->to_work, c->to_work);
        matrix_floats(&color->from_work, c->from_work);
        c->hlg = color->curve[0].kind == CURVE_HLG;
    }
    *out = c;
    c = NULL;
out:
    convert_free(c);
    return rc;
}

void convert_free(struct convert *c)
{
    if (!c)
        return;
    for (int p = 2; p >= 0; p--)
        if (p == 0 || c->table[p] != c->table[p - 1])
            mem_free(c->table[p]);
    icc_transform_free(c->in);
    icc_transform_free(c->out);
    mem_free(c);
}

int convert_planes(const struct convert *c)
{
    assert(c->fmt.extras >= 0);
    return 3 + c->fmt.extras;
}

bool convert_can_write(const struct convert *c)
{
    return c->fmt.colors != 4 && (!c->in || c->out);
}

size_t convert_scratch(const struct convert *c, int w)
{
    (void)w;
    /* The fourth ink, and two interleaved blocks for lcms2. */
    return (c->in ? 8 : 1) * BLOCK * sizeof(float);
}

/* Sample number s of each pixel. */
static void unpack(const struct kern_convert *k, const struct pixfmt *f,
                   const uint8_t *raw, int s, float *dst, size_t n)
{
    const void *at = raw + (size_t)s * sample_bytes(f->type);
    const int step = pixfmt_samples(f);

    switch (f->type) {
    case SAMPLE_U8:
        k->unpack_u8(dst, at, n, step);
        break;
    case SAMPLE_U16:
        k->unpack_u16(dst, at, n, step);
        break;
    case SAMPLE_U32:
        k->unpack_u32(dst, at, n, step);
        break;
    case SAMPLE_F16:
        k->unpack_f16(dst, at, n, step);
        break;
    default:
        k->unpack_f32(dst, at, n, step);
    }
}

static void pack(const struct kern_convert *k, const struct pixfmt *f,
                 uint8_t *raw, int s, const float *src, size_t n)
{
    void *at = raw + (size_t)s * sample_bytes(f->type);
    const int step = pixfmt_samples(f);

    switch (f->type) {
    case SAMPLE_U8:
        k->pack_u8(at, src, n, step);
        break;
    case SAMPLE_U16:
        k->pack_u16(at, src, n, step);
        break;
    case SAMPLE_U32:
        k->pack_u32(at, src, n, step);
        break;
    case SAMPLE_F16:
        k->pack_f16(at, src, n, step);
        break;
    default:
        k->pack_f32(at, src, n, step);
    }
}

static void unpack_colors(const struct kern_convert *k, const struct pixfmt *f,
                          const uint8_t *raw, float *const plane[], size_t n)
{
    if (pixfmt_samples(f) != 3 || f->colors != 3 || f->type == SAMPLE_U32) {
        for (int s = 0; s < (f->colors == 1 ? 1 : 3); s++)
            unpack(k, f, raw, s, plane[s], n);
        return;
    }
    switch (f->type) {
    case SAMPLE_U8:
        k->unpack3_u8(plane, raw, n);
        break;
    case SAMPLE_U16:
        k->unpack3_u16(plane, (const void *)raw, n);
        break;
    case SAMPLE_F16:
        k->unpack3_f16(plane, (const void *)raw, n);
        break;
    default:
        k->unpack3_f32(plane, (const void *)raw, n);
    }
}

static void pack_colors(const struct kern_convert *k, const struct pixfmt *f,
                        uint8_t *raw, float *const plane[], size_t n)
{
    const float *const *src = (const float *const *)plane;

    if (pixfmt_samples(f) != 3 || f->colors != 3 || f->type == SAMPLE_U32) {
        for (int s = 0; s < (f->colors == 1 ? 1 : 3); s++)
            pack(k, f, raw, s, plane[s], n);
        return;
    }
    switch (f->type) {
    case SAMPLE_U8:
        k->pack3_u8(raw, src, n);
        break;
    case SAMPLE_U16:
        k->pack3_u16((void *)raw, src, n);
        break;
    case SAMPLE_F16:
        k->pack3_f16((void *)raw, src, n);
        break;
    default:
        k->pack3_f32((void *)raw, src, n);
    }
}

static bool same_curve(const struct curve *a, const struct curve *b)
{
    return a->kind == b->kind && a->g == b->g && a->a == b->a && a->b == b->b &&
           a->c == b->c && a->d == b->d && a->e == b->e && a->f == b->f &&
           a->points == b->points &&
           (a->points == 0 ||
            memcmp(a->table, b->table, (size_t)a->points * sizeof(*a->table)) ==
                0);
}

static int tabulate(const struct convert *c, const struct kern *k,
                    const struct curve *curve, float **out, struct err *e)
{
    const bool small = c->fmt.type == SAMPLE_U8;
    const size_t n = small ? 256 : 65536;
    float *t = mem_array(n, sizeof(*t));
    uint16_t code[256];

    if (!t)
        return err_mem(e, n * sizeof(*t));
    for (size_t i = 0; i < n; i += 256) {
        for (size_t j = 0; j < 256; j++)
            code[j] = (uint16_t)(small ? j | j << 8 : i + j);
        if (small)
            k->convert->unpack_u8(t, (const uint8_t *)code, 256, 2);
        else
            k->convert->unpack_u16(t + i, code, 256, 1);
    }
    if (c->fmt.inverted)
        k->convert->invert(t, t, n);
    curve_decode_row(k, curve, t, t, n);
    *out = t;
    return 0;
}

int convert_tabulate(struct convert *c, const struct kern *k, struct err *e)
{
    const struct pixfmt *f = &c->fmt;
    int rc = 0;

    if (!c->color || c->in || (f->associated && f->alpha >= 0) ||
        (f->type != SAMPLE_U8 && f->type != SAMPLE_U16))
        return 0;
    for (int p = 0; p < f->colors && rc == 0; p++) {
        const struct curve *curve = &c->color->curve[p];

        if (p > 0 && same_curve(curve, curve - 1))
            c->table[p] = c->table[p - 1];
        else
            rc = tabulate(c, k, curve, &c->table[p], e);
    }
    return rc;
}

static void lookup(const struct convert *c, const struct kern_convert *k,
                   const uint8_t *raw, int s, float *dst, size_t n)
{
    const void *at = raw + (size_t)s * sample_bytes(c->fmt.type);
    const int step = pixfmt_samples(&c->fmt);

    if (c->fmt.type == SAMPLE_U8)
        k->lookup_u8(dst, at, n, step, c->table[s]);
    else
        k->lookup_u16(dst, at, n, step, c->table[s]);
}

/* Encoded planes (four for CMYK) through lcms2 to linear ones. */
static void icc_in(const struct convert *c, const struct kern *k,
                   float *const plane[], const float *ink, size_t n,
                   struct arena *scratch)
{
    const int m = c->fmt.colors;
    float *a = arena_floats(scratch, 4 * BLOCK);
    float *b = arena_floats(scratch, 3 * BLOCK);

    for (int s = 0; s < m; s++)
        k->convert->pack_f32(a + s, s < 3 ? plane[s] : ink, n, m);
    if (m == 4) /* lcms2 counts ink from 0 to 100 */
        k->point->scale_bias(a, a, 4 * n, 100.0f, 0.0f);
    icc_transform_run(c->in, a, b, n);
    k->convert->unpack3_f32(plane, b, n);
}

static void icc_out(const struct convert *c, const struct kern *k,
                    float *const plane[], size_t n, struct arena *scratch)
{
    const int m = c->fmt.colors;
    float *a = arena_floats(scratch, 4 * BLOCK);
    float *b = arena_floats(scratch, 3 * BLOCK);

    k->convert->pack3_f32(b, (const float *const *)plane, n);
    icc_transform_run(c->out, b, a, n);
    for (int s = 0; s < m; s++)
        k->convert->unpack_f32(plane[s], a + s, n, m);
}

/* Of a grey picture the one plane is all three. */
static void hlg(const struct convert *c, const struct kern *k,
                float *const plane[], size_t n, bool in)
{
    const bool grey = c->fmt.colors == 1;
    float *const row[3] = {plane[0], plane[grey ? 0 : 1], plane[grey ? 0 : 2]};

    (in ? film_hlg_show : film_hlg_scene)(k, row, n, FILM_HDR_PEAK);
}

/* Between encoded and linear colours, in place. */
static void to_light(const struct convert *c, const struct kern *k,
                     float *const plane[], const float *ink, size_t n,
                     struct arena *scratch)
{
    if (c->in) {
        icc_in(c, k, plane, ink, n, scratch);
        return;
    }
    for (int p = 0; p < c->fmt.colors && !c->table[0]; p++)
        curve_decode_row(k, &c->color->curve[p], plane[p], plane[p], n);
    if (c->has_matrix)
        k->convert->matrix(plane, (const float *const *)plane, n, c->to_work);
    if (c->hlg)
        hlg(c, k, plane, n, true);
}

static void from_light(const struct convert *c, const struct kern *k,
                       float *const plane[], size_t n, struct arena *scratch)
{
    if (c->out) {
        icc_out(c, k, plane, n, scratch);
        return;
    }
    if (c->fmt.colors == 1)
        k->convert->luminance(plane[0], (const float *const *)plane, n);
    if (c->hlg)
        hlg(c, k, plane, n, false);
    if (c->has_matrix)
        k->convert->matrix(plane, (const float *const *)plane, n, c->from_work);
    for (int p = 0; p < c->fmt.colors; p++)
        curve_encode_row(k, &c->color->curve[p], plane[p], plane[p], n);
}

/* Alpha multiplies what the file holds, so it is taken out before the curve. */
static void block_in(const struct convert *c, const struct kern *kern,
                     const uint8_t *raw, size_t n, float *const plane[],
                     struct arena *scratch)
{
    const struct kern_convert *k = kern->convert;
    const struct pixfmt *f = &c->fmt;
    const int colors = f->colors == 1 ? 1 : 3;
    float *ink = f->colors == 4 ? arena_floats(scratch, BLOCK) : NULL;

    if (c->table[0])
        for (int s = 0; s < colors; s++)
            lookup(c, k, raw, s, plane[s], n);
    else
        unpack_colors(k, f, raw, plane, n);
    if (ink)
        unpack(k, f, raw, 3, ink, n);
    for (int s = 0; s < f->extras; s++)
        unpack(k, f, raw, f->colors + s, plane[3 + s], n);
    if (f->inverted && !c->table[0])
        k->invert(plane[0], plane[0], n);
    if (f->associated && f->alpha >= 0) {
        for (int p = 0; p < colors; p++)
            k->dissociate(plane[p], plane[3 + f->alpha], n);
        if (ink)
            k->dissociate(ink, plane[3 + f->alpha], n);
    }
    if (c->color)
        to_light(c, kern, plane, ink, n, scratch);
    if (colors == 1 && !c->in)
        for (int p = 1; p < 3; p++)
            memcpy(plane[p], plane[0], n * sizeof(float));
}

static void block_out(const struct convert *c, const struct kern *kern,
                      float *const plane[], size_t n, int x, int y,
                      uint8_t *raw, struct arena *scratch)
{
    const struct kern_convert *k = kern->convert;
    const struct pixfmt *f = &c->fmt;

    if (c->color)
        from_light(c, kern, plane, n, scratch);
    if (f->associated && f->alpha >= 0)
        for (int p = 0; p < f->colors; p++)
            k->associate(plane[p], plane[3 + f->alpha], n);
    if (f->inverted)
        k->invert(plane[0], plane[0], n);
    if (c->dither)
        for (int p = 0; p < f->colors; p++)
            k->dither8(plane[p], plane[p], n, x, y, p);
    pack_colors(k, f, raw, plane, n);
    for (int s = 0; s < f->extras; s++)
        pack(k, f, raw, f->colors + s, plane[3 + s], n);
}

void convert_in(const struct convert *c, const struct kern *k, const void *raw,
                size_t n, float *const planes[], struct arena *scratch)
{
    const size_t pixel = pixfmt_bytes(&c->fmt), used = scratch->used;
    float *at[IMAGE_PLANES_MAX] = {0};

    for (size_t x = 0; x < n; x += BLOCK) {
        scratch->used = used;
        for (int p = 0; p < convert_planes(c); p++)
            at[p] = planes[p] + x;
        block_in(c, k, (const uint8_t *)raw + x * pixel,
                 n - x < BLOCK ? n - x : BLOCK, at, scratch);
    }
    scratch->used = used;
}

void convert_sample(const struct convert *c, const struct kern *k,
                    const void *raw, int s, size_t n, float *dst)
{
    unpack(k->convert, &c->fmt, raw, s, dst, n);
}

void convert_out(const struct convert *c, const struct kern *k,
                 float *const planes[], size_t n, int y, void *raw,
                 struct arena *scratch)
{
    const size_t pixel = pixfmt_bytes(&c->fmt), used = scratch->used;
    float *at[IMAGE_PLANES_MAX] = {0};

    assert(convert_can_write(c));
    for (size_t x = 0; x < n; x += BLOCK) {
        scratch->used = used;
        for (int p = 0; p < convert_planes(c); p++)
            at[p] = planes[p] + x;
        block_out(c, k, at, n - x < BLOCK ? n - x : BLOCK, (int)x, y,
                  (uint8_t *)raw + x * pixel, scratch);
    }
    scratch->used = used;
}
