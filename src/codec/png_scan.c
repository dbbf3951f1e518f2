/* Walks the chunks of a PNG: sizes and metadata, everything but the pixels. */

#include "codec/png.h"

#include <string.h>
#include <zlib.h>

#include "codec/blocks.h"

/* Most bytes of all ancillary chunks together, and of one when unpacked. */
#define META_MAX  ((size_t)64 << 20)
#define ITEMS_MAX 4096

struct scan {
    const struct infile *f;
    struct picture *pic;
    struct png_layout *out;
    struct buf raw; /* the chunk at hand: type, then data */
    size_t kept;
};

static void warn(struct scan *s, const char *type, const char *what)
{
    if (!s->pic->warning[0])
        snprintf(s->pic->warning, sizeof(s->pic->warning), "chunk '%s' %s",
                 type, what);
}

/* Bits of one sample that this colour type may have, as a mask. */
static unsigned depths(int type)
{
    switch (type) {
    case 0:
        return 1u << 1 | 1u << 2 | 1u << 4 | 1u << 8 | 1u << 16;
    case 3:
        return 1u << 1 | 1u << 2 | 1u << 4 | 1u << 8;
    case 2:
    case 4:
    case 6:
        return 1u << 8 | 1u << 16;
    default:
        return 0;
    }
}

static int item(struct scan *s, const char *type, const uint8_t *p, size_t n,
                struct err *e)
{
    s->kept += n;
    if (s->kept > META_MAX || s->pic->meta->item_count == ITEMS_MAX)
        return err_set(e, ERR_DATA,
                       "it holds more than %zu MB or %d chunks of metadata",
                       META_MAX >> 20, ITEMS_MAX);
    return meta_add_item(s->pic->meta, "png", type, s->out->pixels ? "end" : "",
                         p, n, e);
}

static int take_ihdr(struct scan *s, const char *type, const uint8_t *p,
                     size_t n, struct err *e)
{
    struct png_layout *o = s->out;

    if (n != 13 || o->w)
        return err_set(e, ERR_DATA, "its header chunk is damaged");
    if (png_u32(p) > INT32_MAX || png_u32(p + 4) > INT32_MAX || !png_u32(p) ||
        !png_u32(p + 4))
        return err_set(e, ERR_DATA, "a size of %lu x %lu cannot be",
                       (unsigned long)png_u32(p),
                       (unsigned long)png_u32(p + 4));
    o->w = (int)png_u32(p);
    o->h = (int)png_u32(p + 4);
    o->depth = p[8];
    o->type = p[9];
    o->interlaced = p[12] == 1;
    if (o->depth > 16 || !(depths(o->type) & 1u << o->depth) || p[10] ||
        p[11] || p[12] > 1)
        return err_set(e, ERR_DATA,
                       "its header names a kind of picture that does not "
                       "exist (depth %d, colour type %d)",
                       o->depth, o->type);
    return item(s, type, p, n, e);
}

static int take_plte(struct scan *s, const char *type, const uint8_t *p,
                     size_t n, struct err *e)
{
    (void)type, (void)p, (void)n, (void)e;
    s->out->palette = true;
    return 0;
}

static int take_trns(struct scan *s, const char *type, const uint8_t *p,
                     size_t n, struct err *e)
{
    (void)type, (void)p, (void)e;
    s->out->transparent = n > 0 && s->out->type != 4 && s->out->type != 6;
    return 0;
}

static int take_exif(struct scan *s, const char *type, const uint8_t *p,
                     size_t n, struct err *e)
{
    int rc;

    if (s->pic->meta->exif.len) {
        warn(s, type, "is there twice");
        return 0;
    }
    TRY(blob_set(&s->pic->meta->exif, p, n, e));
    TRY(exif_view(s->pic->meta, EXIF_ORIENTATION, e));
out:
    return rc;
}

static int take_phys(struct scan *s, const char *type, const uint8_t *p,
                     size_t n, struct err *e)
{
    struct meta *m = s->pic->meta;
    const double scale = n == 9 && p[8] == 1 ? 100 : 1;

    (void)e;
    if (n != 9) {
        warn(s, type, "is damaged and was left out");
        return 0;
    }
    m->xres = png_u32(p) / scale;
    m->yres = png_u32(p + 4) / scale;
    m->res_unit = p[8] == 1 ? RES_CM : RES_NONE;
    return 0;
}

/* Splits an iTXt: where its text starts and whether it is compressed. */
static const uint8_t *itxt_text(const uint8_t *p, const uint8_t *end,
                                bool *compressed)
{
    p = memchr(p, 0, (size_t)(end - p));
    if (!p || end - p < 3)
        return NULL;
    *compressed = p[1] == 1;
    p += 3;
    for (int i = 0; i < 2; i++) {
        p = p < end ? memchr(p, 0, (size_t)(end - p)) : NULL;
        if (!p)
            return NULL;
        p++;
    }
    return p;
}

static int take_itxt(struct scan *s, const char *type, const uint8_t *p,
                     size_t n, struct err *e)
{
    static const char key[] = "XML:com.adobe.xmp";
    struct buf text = {.max = META_MAX};
    const uint8_t *body, *end = p + n;
    bool compressed = false;
    int rc = 0;

    if (n <= sizeof(key) || memcmp(p, key, sizeof(key)) != 0 ||
        s->pic->meta->xmp.len)
        return item(s, type, p, n, e);
    body = itxt_text(p, end, &compressed);
    if (!body) {
        warn(s, type, "is damaged and was left out");
        return 0;
    }
    if (compressed) {
        if (png_inflate(body, (size_t)(end - body), &text, e) < 0) {
            rc = err_prefix(e, "the XMP packet");
            goto out;
        }
        TRY(blob_set(&s->pic->meta->xmp, text.data, text.len, e));
    } else {
        TRY(blob_set(&s->pic->meta->xmp, body, (size_t)(end - body), e));
    }
out:
    buf_release(&text);
    return rc;
}

/* IPTC travels as a raw profile, in a Photoshop block or bare. */
static int take_text(struct scan *s, const char *type, const uint8_t *p,
                     size_t n, struct err *e)
{
    static const char key[] = "Raw profile type iptc";
    struct meta *m = s->pic->meta;
    struct buf block = {.max = META_MAX};
    struct err why = {0};
    int rc = 0;

    if (n <= sizeof(key) || memcmp(p, key, sizeof(key)) != 0 || m->psir.len ||
        m->iptc.len || png_raw_read(p, n, type[0] == 'z', &block, &why) < 0) {
        rc = why.code == ERR_MEM ? err_set(e, ERR_MEM, "%s", why.text)
                                 : item(s, type, p, n, e);
        goto out;
    }
    if (block.data[0] == 0x1c)
        TRY(blob_set(&m->iptc, block.data, block.len, e));
    else
        TRY(psir_take(m, block.data, block.len, e));
out:
    buf_release(&block);
    return rc;
}

static int take_animation(struct scan *s, const char *type, const uint8_t *p,
                          size_t n, struct err *e)
{
    (void)p, (void)n, (void)e;
    warn(s, type, "makes this an animation; only its first picture is read");
    return 0;
}

/* Belongs to the palette, which is expanded. */
static int take_nothing(struct scan *s, const char *type, const uint8_t *p,
                        size_t n, struct err *e)
{
    (void)s, (void)type, (void)p, (void)n, (void)e;
    return 0;
}

static const struct take {
    char type[5];
    int (*fn)(struct scan *s, const char *type, const uint8_t *p, size_t n,
              struct err *e);
} takes[] = {
    {"IHDR", take_ihdr},    {"PLTE", take_plte},    {"tRNS", take_trns},
    {"eXIf", take_exif},    {"pHYs", take_phys},    {"iTXt", take_itxt},
    {"zTXt", take_text},    {"tEXt", take_text},    {"acTL", take_animation},
    {"fcTL", take_nothing}, {"fdAT", take_nothing}, {"hIST", take_nothing},
};

static int take(struct scan *s, const char *type, const uint8_t *p, size_t n,
                struct err *e)
{
    for (size_t i = 0; i < sizeof(takes) / sizeof(*takes); i++)
        if (!memcmp(takes[i].type, type, 4))
            return takes[i].fn(s, type, p, n, e);
    if (type[0] >= 'A' && type[0] <= 'Z')
        return err_set(e, ERR_DATA,
                       "its chunk '%s' is unknown and must not be ignored",
                       type);
    return item(s, type, p, n, e);
}

/* Loads a chunk at `at`, checks its CRC and hands it on. */
static int load(struct scan *s, uint64_t at, const char *type, size_t n,
                struct err *e)
{
    const bool critical = type[0] >= 'A' && type[0] <= 'Z';
    uint8_t crc[4];
    int rc;

    if (n > META_MAX)
        return err_set(e, ERR_DATA,
                       "its chunk '%s' has %zu bytes, the most "
                       "is %zu MB",
                       type, n, META_MAX >> 20);
    s->raw.len = 0;
    s->raw.max = n + 4;
    TRY(buf_reserve(&s->raw, n + 4, e));
    TRY(infile_read(s->f, at + 4, s->raw.data, n + 4, e));
    TRY(infile_read(s->f, at + 8 + n, crc, 4, e));
    if (crc32_z(0, s->raw.data, n + 4) == png_u32(crc))
        return take(s, type, s->raw.data + 4, n, e);
    if (critical)
        return err_set(e, ERR_DATA, "its chunk '%s' is damaged (CRC)", type);
    warn(s, type, "is damaged (CRC) and was left out");
out:
    return rc;
}

static bool is_type(const char *type)
{
    for (int i = 0; i < 4; i++)
        if ((type[i] | 32) < 'a' || (type[i] | 32) > 'z')
            return false;
    return true;
}

/* One chunk at *at; *at is moved behind it. */
static int step(struct scan *s, uint64_t *at, struct err *e)
{
    const uint64_t left = s->f->size - *at;
    struct png_layout *o = s->out;
    uint8_t head[8];
    char type[5] = "";
    uint64_t n;
    int rc = 0;

    if (left < 12 && o->pixels) {
        *at = s->f->size;
        return 0;
    }
    if (left < 12)
        return err_set(e, ERR_DATA, "the file is cut short before its pixels");
    TRY(infile_read(s->f, *at, head, 8, e));
    n = png_u32(head);
    memcpy(type, head + 4, 4);
    if (!is_type(type) || n > INT32_MAX)
        return err_set(e, ERR_DATA, "no chunk where one must be, at byte %llu",
                       (unsigned long long)*at);
    if (!o->w && memcmp(type, "IHDR", 4) != 0)
        return err_set(e, ERR_DATA, "its first chunk is '%s', not IHDR", type);
    if (!memcmp(type, "IDAT", 4)) {
        o->pixels += n < left - 8 ? n : left - 8;
        *at += n + 12 < left ? n + 12 : left;
        return 0;
    }
    if (n > left - 12)
        return err_set(e, ERR_DATA, "the file is cut short in its chunk '%s'",
                       type);
    o->ended = !memcmp(type, "IEND", 4);
    if (!o->ended)
        TRY(load(s, *at, type, (size_t)n, e));
    *at += n + 12;
out:
    return rc;
}

int png_scan(const struct infile *f, struct picture *pic,
             struct png_layout *out, struct err *e)
{
    struct scan s = {.f = f, .pic = pic, .out = out};
    uint64_t at = 8;
    int rc = 0;

    *out = (struct png_layout){0};
    while (!out->ended && (at < f->size || !out->pixels))
        TRY(step(&s, &at, e));
    if (!out->pixels)
        rc = err_set(e, ERR_DATA, "it has no pixels");
    else if (out->type == 3 && !out->palette)
        rc = err_set(e, ERR_DATA, "its palette is missing");
out:
    buf_release(&s.raw);
    return rc;
}

const struct meta_item *png_item(const struct meta *m, const char *key)
{
    for (int i = 0; i < m->item_count; i++)
        if (!strcmp(m->items[i].format, "png") && !strcmp(m->items[i].key, key))
            return &m->items[i];
    return NULL;
}
