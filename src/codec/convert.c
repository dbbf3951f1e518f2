/* Rows of raw samples to rows of working planes and back. */

#include "codec/convert.h"

#include <string.h>

#include "codec/convert_icc.h"
#include "image/image.h"
#include "kern/convert.h"

/* Pixels per turn: three planes of them stay in the first cache. */
#define BLOCK 1024

/* A curve in the form its kernel takes. */
struct stage_curve {
    enum curve_kind kind;
    struct kern_power power;
    const float *table; /* of the colour, which is lent */
    int points;
};

struct convert {
    struct pixfmt fmt;
    bool encoded, dither, has_matrix;
    struct stage_curve curve[3];
    float to_work[9], from_work[9];
    struct icc_link *in, *out;
};

static struct stage_curve stage_curve(const struct curve *c)
{
    return (struct stage_curve){
        .kind = c->kind,
        .power = {(float)c->g, (float)c->a, (float)c->b, (float)c->c,
                  (float)c->d, (float)c->e, (float)c->f},
        .table = c->table,
        .points = c->points,
    };
}

static void matrix_floats(const struct mat3 *m, float f[9])
{
    for (int i = 0; i < 9; i++)
        f[i] = (float)m->m[i / 3][i % 3];
}

int convert_new(const struct pixfmt *fmt, const struct color *color,
                bool dither, struct convert **out, struct err *e)
{
    struct convert *c = mem_zero(1, sizeof(*c));
    int rc = 0;

    if (!c)
        return err_mem(e, sizeof(*c));
    c->fmt = *fmt;
    c->dither = dither && fmt->type == SAMPLE_U8;
    c->encoded = !color;
    if (!color && fmt->colors == 4) {
        rc = err_set(e, ERR_DATA, "CMYK needs a profile");
    } else if (color && (color->kind == COLOR_ICC || fmt->colors == 4)) {
        rc = icc_link_new(color, fmt->colors, false, &c->in, e);
        if (rc == 0 && color->can_write && fmt->colors != 4)
            rc = icc_link_new(color, fmt->colors, true, &c->out, e);
    } else if (color) {
        for (int i = 0; i < 3; i++)
            c->curve[i] =
                stage_curve(&color->curve[color->kind == COLOR_GREY ? 0 : i]);
        c->has_matrix = fmt->colors == 3 && color->kind == COLOR_MATRIX &&
                        !mat3_is_identity(&color->to_work, 1e-9);
        matrix_floats(&color->to_work, c->to_work);
        matrix_floats(&color->from_work, c->from_work);
    }
    if (rc < 0) {
        convert_free(c);
        return rc;
    }
    *out = c;
    return 0;
}

void convert_free(struct convert *c)
{
    if (!c)
        return;
    icc_link_free(c->in);
    icc_link_free(c->out);
    mem_free(c);
}

int convert_planes(const struct convert *c)
{
    return 3 + c->fmt.extras;
}

size_t convert_scratch(const struct convert *c, int w)
{
    (void)w;
    /* Two interleaved blocks for lcms2, one plane for a fourth ink or grey. */
    return (c->in ? 8 : 1) * BLOCK * sizeof(float) + 512;
}

static void decode(const struct kern_convert *k, const struct stage_curve *c,
                   float *row, size_t n)
{
    switch (c->kind) {
    case CURVE_LINEAR:
        break;
    case CURVE_POWER:
        k->power_decode(row, row, n, &c->power);
        break;
    case CURVE_PQ:
        k->pq_decode(row, row, n);
        break;
    case CURVE_HLG:
        k->hlg_decode(row, row, n);
        break;
    case CURVE_LOGC3:
        k->logc3_decode(row, row, n);
        break;
    case CURVE_SLOG3:
        k->slog3_decode(row, row, n);
        break;
    case CURVE_TABLE:
        k->table_decode(row, row, n, c->table, c->points);
        break;
    }
}

static void encode(const struct kern_convert *k, const struct stage_curve *c,
                   float *row, size_t n)
{
    switch (c->kind) {
    case CURVE_LINEAR:
        break;
    case CURVE_POWER:
        k->power_encode(row, row, n, &c->power);
        break;
    case CURVE_PQ:
        k->pq_encode(row, row, n);
        break;
    case CURVE_HLG:
        k->hlg_encode(row, row, n);
        break;
    case CURVE_LOGC3:
        k->logc3_encode(row, row, n);
        break;
    case CURVE_SLOG3:
        k->slog3_encode(row, row, n);
        break;
    case CURVE_TABLE:
        k->table_encode(row, row, n, c->table, c->points);
        break;
    }
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
    const float *const src[3] = {plane[0], plane[1], plane[2]};

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

/* Encoded planes (four for CMYK) through lcms2 to linear ones. */
static void link_in(const struct convert *c, float *const plane[],
                    const float *ink, size_t n, struct arena *scratch)
{
    const int m = c->fmt.colors;
    float *a = arena_floats(scratch, 4 * BLOCK);
    float *b = arena_floats(scratch, 3 * BLOCK);

    for (size_t i = 0; i < n; i++)
        for (int s = 0; s < m; s++)
            a[i * (size_t)m + (size_t)s] = s < 3 ? plane[s][i] : ink[i];
    icc_link_run(c->in, a, b, n);
    for (size_t i = 0; i < n; i++)
        for (int s = 0; s < 3; s++)
            plane[s][i] = b[3 * i + (size_t)s];
}

static void link_out(const struct convert *c, float *const plane[], size_t n,
                     struct arena *scratch)
{
    const int m = c->fmt.colors;
    float *a = arena_floats(scratch, 4 * BLOCK);
    float *b = arena_floats(scratch, 3 * BLOCK);

    for (size_t i = 0; i < n; i++)
        for (int s = 0; s < 3; s++)
            b[3 * i + (size_t)s] = plane[s][i];
    icc_link_run(c->out, b, a, n);
    for (size_t i = 0; i < n; i++)
        for (int s = 0; s < m && s < 3; s++)
            plane[s][i] = a[i * (size_t)m + (size_t)s];
}

/* Between encoded and linear colours, in place. */
static void to_light(const struct convert *c, const struct kern_convert *k,
                     float *const plane[], const float *ink, size_t n,
                     struct arena *scratch)
{
    const float *const src[3] = {plane[0], plane[1], plane[2]};

    if (c->in) {
        link_in(c, plane, ink, n, scratch);
        return;
    }
    for (int p = 0; p < (c->fmt.colors == 1 ? 1 : 3); p++)
        decode(k, &c->curve[p], plane[p], n);
    if (c->has_matrix)
        k->matrix(plane, src, n, c->to_work);
}

static void from_light(const struct convert *c, const struct kern_convert *k,
                       float *const plane[], size_t n, struct arena *scratch)
{
    const float *const src[3] = {plane[0], plane[1], plane[2]};

    if (c->out) {
        link_out(c, plane, n, scratch);
        return;
    }
    if (c->has_matrix)
        k->matrix(plane, src, n, c->from_work);
    for (int p = 0; p < (c->fmt.colors == 1 ? 1 : 3); p++)
        encode(k, &c->curve[p], plane[p], n);
}

static void block_in(const struct convert *c, const struct kern_convert *k,
                     const uint8_t *raw, size_t n, float *const plane[],
                     struct arena *scratch)
{
    const struct pixfmt *f = &c->fmt;
    const bool grey = f->colors == 1;
    float *ink = f->colors == 4 ? arena_floats(scratch, BLOCK) : NULL;

    unpack_colors(k, f, raw, plane, n);
    if (ink)
        unpack(k, f, raw, 3, ink, n);
    for (int s = 0; s < f->extras; s++)
        unpack(k, f, raw, f->colors + s, plane[3 + s], n);
    if (f->inverted)
        k->invert(plane[0], plane[0], n);
    if (f->associated && f->alpha >= 0)
        for (int p = 0; p < (grey ? 1 : 3); p++)
            k->dissociate(plane[p], plane[3 + f->alpha], n);
    if (!c->encoded)
        to_light(c, k, plane, ink, n, scratch);
    if (grey && (!c->in || c->encoded))
        for (int p = 1; p < 3; p++)
            memcpy(plane[p], plane[0], n * sizeof(float));
}

static void block_out(const struct convert *c, const struct kern_convert *k,
                      float *const plane[], size_t n, int x, int y,
                      uint8_t *raw, struct arena *scratch)
{
    const struct pixfmt *f = &c->fmt;
    const int colors = f->colors == 1 ? 1 : 3;
    const float *const src[3] = {plane[0], plane[1], plane[2]};

    if (f->colors == 1 && !c->encoded && !c->out)
        k->luminance(plane[0], src, n);
    if (!c->encoded)
        from_light(c, k, plane, n, scratch);
    if (f->associated && f->alpha >= 0)
        for (int p = 0; p < colors; p++)
            k->associate(plane[p], plane[3 + f->alpha], n);
    if (f->inverted)
        k->invert(plane[0], plane[0], n);
    if (c->dither)
        for (int p = 0; p < colors; p++)
            k->dither8(plane[p], plane[p], n, x, y, p);
    pack_colors(k, f, raw, plane, n);
    for (int s = 0; s < f->extras; s++)
        pack(k, f, raw, f->colors + s, plane[3 + s], n);
}

void convert_in(const struct convert *c, const struct kern *k, const void *raw,
                size_t n, float *const planes[], struct arena *scratch)
{
    const size_t pixel = pixfmt_bytes(&c->fmt);
    float *at[IMAGE_PLANES_MAX];

    for (size_t x = 0; x < n; x += BLOCK) {
        arena_reset(scratch);
        for (int p = 0; p < convert_planes(c); p++)
            at[p] = planes[p] + x;
        block_in(c, k->convert, (const uint8_t *)raw + x * pixel,
                 n - x < BLOCK ? n - x : BLOCK, at, scratch);
    }
}

void convert_out(const struct convert *c, const struct kern *k,
                 float *const planes[], size_t n, int y, void *raw,
                 struct arena *scratch)
{
    const size_t pixel = pixfmt_bytes(&c->fmt);
    float *at[IMAGE_PLANES_MAX];

    for (size_t x = 0; x < n; x += BLOCK) {
        arena_reset(scratch);
        for (int p = 0; p < convert_planes(c); p++)
            at[p] = planes[p] + x;
        block_out(c, k->convert, at, n - x < BLOCK ? n - x : BLOCK, (int)x, y,
                  (uint8_t *)raw + x * pixel, scratch);
    }
}
