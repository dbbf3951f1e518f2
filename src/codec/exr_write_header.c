/* The header of an OpenEXR file: structure, colour, and the attributes that
   came with the picture. */

#include "base/text.h"
#include "codec/exr_writer.h"

#define HEADER_MAX ((size_t)256 << 20)

static int attr_put(struct buf *b, const char *name, const char *type,
                    const void *data, size_t len, struct err *e)
{
    uint8_t size[4];
    int rc;

    exr_set_u32(size, (uint32_t)len);
    TRY(buf_add(b, name, strlen(name) + 1, e));
    TRY(buf_add(b, type, strlen(type) + 1, e));
    TRY(buf_add(b, size, 4, e));
    TRY(buf_add(b, data, len, e));
out:
    return rc;
}

static int channels_put(struct buf *b, const struct exr_channel *c, int count,
                        struct err *e)
{
    struct buf list = {.max = b->max};
    uint8_t d[16] = {0};
    int rc;

    for (int i = 0; i < count; i++) {
        exr_set_u32(d, (uint32_t)c[i].type);
        d[4] = c[i].linear;
        exr_set_u32(d + 8, 1);
        exr_set_u32(d + 12, 1);
        TRY(buf_add(&list, c[i].name, strlen(c[i].name) + 1, e));
        TRY(buf_add(&list, d, sizeof(d), e));
    }
    TRY(buf_add(&list, "", 1, e));
    TRY(attr_put(b, "channels", "chlist", list.data, list.len, e));
out:
    buf_release(&list);
    return rc;
}

static const struct meta_item *item(const struct picture *pic, const char *key,
                                    const char *type, size_t len)
{
    for (int i = 0; pic->meta && i < pic->meta->item_count; i++) {
        const struct meta_item *m = &pic->meta->items[i];

        if (text_is(m->format, "exr") && text_is(m->key, key) &&
            text_is(m->type, type) && m->data.len >= len)
            return m;
    }
    return NULL;
}

void exr_place_windows(struct exr_writer *x)
{
    const struct picture *p = x->pic;
    const struct meta_item *data = item(p, "dataWindow", "box2i", 16);
    const struct meta_item *display = item(p, "displayWindow", "box2i", 16);
    struct exr_box b = {0, 0, p->w - 1, p->h - 1};

    x->data = x->display = b;
    if (!data || !display)
        return;
    b = exr_box(data->data.data);
    if ((int64_t)b.x1 - b.x0 + 1 == p->w && (int64_t)b.y1 - b.y0 + 1 == p->h) {
        x->data = b;
        x->display = exr_box(display->data.data);
    }
}

static int put_box(struct buf *b, const char *name, const struct exr_box *box,
                   struct err *e)
{
    uint8_t d[16];

    exr_set_u32(d, (uint32_t)box->x0);
    exr_set_u32(d + 4, (uint32_t)box->y0);
    exr_set_u32(d + 8, (uint32_t)box->x1);
    exr_set_u32(d + 12, (uint32_t)box->y1);
    return attr_put(b, name, "box2i", d, sizeof(d), e);
}

static int put_floats(struct buf *b, const char *name, const char *type,
                      const float *v, int n, struct err *e)
{
    uint8_t d[32];

    for (int i = 0; i < n; i++) {
        uint32_t bits;

        memcpy(&bits, &v[i], 4);
        exr_set_u32(d + 4 * i, bits);
    }
    return attr_put(b, name, type, d, 4 * (size_t)n, e);
}

static int put_structure(struct exr_writer *x, struct buf *b, struct err *e)
{
    const struct picture *p = x->pic;
    const uint8_t compression = (uint8_t)x->compression, order = 0;
    const float zero[2] = {0, 0}, one = 1;
    uint8_t tiles[9] = {0};
    int rc;

    TRY(channels_put(b, x->channel, x->channels, e));
    TRY(attr_put(b, "compression", "compression", &compression, 1, e));
    TRY(put_box(b, "dataWindow", &x->data, e));
    TRY(put_box(b, "displayWindow", &x->display, e));
    TRY(attr_put(b, "lineOrder", "lineOrder", &order, 1, e));
    if (!item(p, "pixelAspectRatio", "float", 4))
        TRY(put_floats(b, "pixelAspectRatio", "float", &one, 1, e));
    if (!item(p, "screenWindowCenter", "v2f", 8))
        TRY(put_floats(b, "screenWindowCenter", "v2f", zero, 2, e));
    if (!item(p, "screenWindowWidth", "float", 4))
        TRY(put_floats(b, "screenWindowWidth", "float", &one, 1, e));
    if (p->storage.tile_w) {
        exr_set_u32(tiles, (uint32_t)p->storage.tile_w);
        exr_set_u32(tiles + 4, (uint32_t)p->storage.tile_h);
        TRY(attr_put(b, "tiles", "tiledesc", tiles, sizeof(tiles), e));
    }
out:
    return rc;
}

/* Chromaticities of linear RGB, seen from D65 as the working space is. */
static bool chromaticities_of(const struct color *c, float out[8])
{
    const struct primaries *work = space_primaries(SPACE_REC2020);
    const struct mat3 to_xyz = primaries_to_xyz(work);
    const struct mat3 m = mat3_mul(&to_xyz, &c->to_work);

    for (int i = 0; i < 3; i++) {
        const double sum = m.m[0][i] + m.m[1][i] + m.m[2][i];

        if (!(sum > 1e-9 || sum < -1e-9))
            return false;
        out[2 * i] = (float)(m.m[0][i] / sum);
        out[2 * i + 1] = (float)(m.m[1][i] / sum);
    }
    out[6] = (float)work->xy[3][0];
    out[7] = (float)work->xy[3][1];
    return true;
}

/* Whether the chromaticities that came with the picture still hold. */
static int still_true(const struct meta_item *m, const struct color *c,
                      bool *same, struct err *e)
{
    const struct curve linear = curve_named(CURVE_LINEAR);
    struct primaries p;
    struct color *was;
    int rc;

    for (int i = 0; i < 8; i++) {
        const uint32_t bits = exr_u32(m->data.data + 4 * i);
        float v;

        memcpy(&v, &bits, 4);
        p.xy[i / 2][i % 2] = (double)v;
    }
    *same = false;
    rc = color_from_primaries(&p, &linear, "", &was, e);
    if (rc == ERR_MEM)
        return rc;
    if (rc == 0)
        *same = color_equal(was, c);
    if (rc == 0)
        color_free(was);
    return 0;
}

static int put_color(const struct picture *pic, struct buf *b, struct err *e)
{
    const struct meta_item *m =
        item(pic, "chromaticities", "chromaticities", 32);
    const struct color *c = pic->color;
    struct color *rec709 = NULL;
    bool same = m != NULL, usual = false;
    float xy[8];
    int rc = 0;

    if (m && c)
        TRY(still_true(m, c, &same, e));
    if (same)
        return attr_put(b, m->key, m->type, m->data.data, m->data.len, e);
    if (!c || c->kind != COLOR_MATRIX)
        return 0;
    TRY(color_from_space(SPACE_REC709, true, &rec709, e));
    usual = color_equal(rec709, c);
    color_free(rec709);
    if (!usual && chromaticities_of(c, xy))
        TRY(put_floats(b, "chromaticities", "chromaticities", xy, 8, e));
out:
    return rc;
}

static int put_density(const struct meta *m, struct buf *b, struct err *e)
{
    const double scale = m->res_unit == RES_CM ? 2.54 : 1;
    const float v = (float)(m->xres * scale);

    if (!(v > 0) || m->res_unit == RES_NONE)
        return 0;
    return put_floats(b, "xDensity", "float", &v, 1, e);
}

static int put_items(const struct picture *pic, struct buf *b, struct err *e)
{
    int rc = 0;

    for (int i = 0; i < pic->meta->item_count; i++) {
        const struct meta_item *m = &pic->meta->items[i];

        if (!text_is(m->format, "exr") || exr_structural(m->key) ||
            text_is(m->key, "chromaticities") || text_is(m->key, "xDensity"))
            continue;
        TRY(attr_put(b, m->key, m->type, m->data.data, m->data.len, e));
    }
out:
    return rc;
}

static bool long_names(const struct exr_writer *x)
{
    const struct meta *m = x->pic->meta;

    for (int i = 0; i < x->channels; i++)
        if (strlen(x->channel[i].name) > 31)
            return true;
    for (int i = 0; m && i < m->item_count; i++)
        if (text_is(m->items[i].format, "exr") &&
            (strlen(m->items[i].key) > 31 || strlen(m->items[i].type) > 31))
            return true;
    return false;
}

int exr_write_header(struct exr_writer *x, struct err *e)
{
    struct buf b = {.max = HEADER_MAX};
    uint8_t lead[8];
    int rc;

    exr_set_u32(lead, 0x01312f76);
    exr_set_u32(lead + 4, 2u | (x->pic->storage.tile_w ? EXR_TILED : 0) |
                              (long_names(x) ? EXR_LONG_NAMES : 0));
    TRY(buf_add(&b, lead, sizeof(lead), e));
    TRY(put_structure(x, &b, e));
    TRY(put_color(x->pic, &b, e));
    if (x->pic->meta) {
        TRY(put_density(x->pic->meta, &b, e));
        TRY(put_items(x->pic, &b, e));
    }
    TRY(buf_add(&b, "", 1, e));
    TRY(outfile_add(x->file, b.data, b.len, e));
    x->table_at = x->file->at;
    rc = outfile_add(x->file, x->offsets, (size_t)x->blocks * 8, e);
out:
    buf_release(&b);
    return rc;
}
