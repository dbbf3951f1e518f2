/* Reading an OpenEXR header. */

#include "codec/exr_header.h"

#include "base/text.h"

#define HEADER_FIRST ((size_t)64 << 10)
#define HEADER_MAX   ((size_t)256 << 20) /* previews and manifests are large */

/* A negative code that never leaves this file: more bytes are needed. */
#define SHORT (-100)

struct cursor {
    const uint8_t *data;
    size_t at, len;
};

static const char *const compressions[] = {
    "none", "rle",  "zips", "zip",  "piz",      "pxr24",
    "b44",  "b44a", "dwaa", "dwab", "htj2k256", "htj2k32",
};
static const int lines[] = {1, 1, 1, 16, 32, 16, 32, 32, 32, 256, 256, 32};

int exr_compression_lines(int c)
{
    const int count = (int)(sizeof(lines) / sizeof(*lines));

    return c >= 0 && c < count ? lines[c] : 0;
}

const char *exr_compression_name(int c)
{
    return exr_compression_lines(c) ? compressions[c] : "unknown";
}

size_t exr_type_bytes(enum exr_type type)
{
    return type == EXR_HALF ? 2 : 4;
}

size_t exr_pixel_bytes(const struct exr_channel *c, int count)
{
    size_t n = 0;

    for (int i = 0; i < count; i++)
        n += exr_type_bytes(c[i].type);
    return n;
}

bool exr_structural(const char *name)
{
    static const char *const names[] = {
        "channels",   "compression",
        "dataWindow", "displayWindow",
        "lineOrder",  "tiles",
        "type",       "chunkCount",
        "version",    "maxSamplesPerPixel",
    };

    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
        if (text_is(names[i], name))
            return true;
    return false;
}

const struct exr_attr *exr_attr_find(const struct exr_part *p, const char *name,
                                     const char *type)
{
    for (int i = 0; i < p->attr_count; i++)
        if (text_is(p->attr[i].name, name))
            return text_is(p->attr[i].type, type) ? &p->attr[i] : NULL;
    return NULL;
}

static int bytes(struct cursor *c, size_t n, const uint8_t **p)
{
    if (n > c->len - c->at)
        return SHORT;
    *p = c->data + c->at;
    c->at += n;
    return 0;
}

/* A name of at most 255 bytes and its NUL. */
static int word(struct cursor *c, const char **text, struct err *e)
{
    size_t left = c->len - c->at, most = left < 256 ? left : 256;
    const uint8_t *end = memchr(c->data + c->at, 0, most);

    if (!end)
        return left < 256
                   ? SHORT
                   : err_set(e, ERR_DATA, "a name in the header has no end");
    *text = (const char *)c->data + c->at;
    c->at = (size_t)(end - c->data) + 1;
    return 0;
}

static int grow(void *block, int count, size_t size, void **out, struct err *e)
{
    /* Doubles at powers of two. */
    if (count & (count - 1)) {
        *out = block;
        return 0;
    }
    *out = mem_resize(block, (count ? 2 * (size_t)count : 1) * size);
    return *out ? 0 : err_mem(e, (size_t)count * size);
}

/* One list of attributes; an empty one (end of all parts) has count 0. */
static int parse_attrs(struct cursor *c, uint64_t file_size, struct exr_part *p,
                       struct err *e)
{
    const uint8_t *size, *data;
    struct exr_attr a = {.name = "", .type = ""};
    void *more;
    int rc;

    for (;;) {
        TRY(word(c, &a.name, e));
        if (!a.name[0])
            return 0;
        TRY(word(c, &a.type, e));
        TRY(bytes(c, 4, &size));
        a.len = exr_u32(size);
        if (a.len > file_size) {
            rc = err_set(e, ERR_DATA,
                         "attribute '%s' claims %u bytes, more than the file",
                         a.name, (unsigned)a.len);
            goto out;
        }
        TRY(bytes(c, a.len, &data));
        a.data = data;
        TRY(grow(p->attr, p->attr_count, sizeof(a), &more, e));
        p->attr = more;
        p->attr[p->attr_count++] = a;
    }
out:
    return rc;
}

/* The bytes of an attribute that must be there; NULL sets e. */
static const uint8_t *need(const struct exr_part *p, const char *name,
                           const char *type, size_t len, struct err *e)
{
    const struct exr_attr *a = exr_attr_find(p, name, type);

    if (a && a->len >= len)
        return a->data;
    err_set(e, ERR_DATA, "the header has no valid '%s'", name);
    return NULL;
}

struct exr_box exr_box(const uint8_t *p)
{
    return (struct exr_box){(int32_t)exr_u32(p), (int32_t)exr_u32(p + 4),
                            (int32_t)exr_u32(p + 8), (int32_t)exr_u32(p + 12)};
}

static int one_channel(struct cursor *c, struct exr_part *p, bool *end,
                       struct err *e)
{
    struct exr_channel ch = {0};
    const uint8_t *d;
    const char *name;
    uint32_t type, xs, ys;
    void *more;
    int rc;

    TRY(word(c, &name, e));
    *end = !name[0];
    if (*end)
        return 0;
    TRY(bytes(c, 16, &d));
    type = exr_u32(d);
    xs = exr_u32(d + 8);
    ys = exr_u32(d + 12);
    if (type >= EXR_TYPES || xs < 1 || ys < 1 || xs > 65536 || ys > 65536 ||
        p->channel_count >= EXR_CHANNELS_MAX) {
        rc = SHORT;
        goto out;
    }
    snprintf(ch.name, sizeof(ch.name), "%s", name);
    ch.type = (enum exr_type)type;
    ch.linear = d[4] != 0;
    ch.xstep = (int)xs;
    ch.ystep = (int)ys;
    if (p->channel_count &&
        strcmp(p->channel[p->channel_count - 1].name, ch.name) >= 0) {
        rc = SHORT;
        goto out;
    }
    TRY(grow(p->channel, p->channel_count, sizeof(ch), &more, e));
    p->channel = more;
    p->channel[p->channel_count++] = ch;
    rc = 0;
out:
    return rc;
}

static int parse_channels(struct exr_part *p, struct err *e)
{
    const struct exr_attr *a = exr_attr_find(p, "channels", "chlist");
    struct cursor c = {0};
    bool end = false;
    int rc = 0;

    if (a)
        c = (struct cursor){a->data, 0, a->len};
    while (rc == 0 && !end)
        rc = a ? one_channel(&c, p, &end, e) : SHORT;
    if (rc == SHORT || (rc == 0 && p->channel_count == 0))
        rc = err_set(e, ERR_DATA, "the list of channels is damaged");
    return rc;
}

static int parse_tiles(struct exr_part *p, struct err *e)
{
    const uint8_t *d = need(p, "tiles", "tiledesc", 9, e);
    uint32_t tw, th;

    if (!d)
        return ERR_DATA;
    tw = exr_u32(d);
    th = exr_u32(d + 4);
    if (tw < 1 || th < 1 || tw > 1 << 20 || th > 1 << 20 || (d[8] & 15) > 2)
        return err_set(e, ERR_DATA, "tiles of %u x %u pixels", (unsigned)tw,
                       (unsigned)th);
    p->tile_w = (int)tw;
    p->tile_h = (int)th;
    p->lines = p->tile_h;
    p->blocks = ((int64_t)p->w + p->tile_w - 1) / p->tile_w;
    return 0;
}

/* Sets `deep` and whether the part has tiles. */
static int parse_type(struct exr_part *p, unsigned flags, bool *tiled,
                      struct err *e)
{
    const struct exr_attr *a = exr_attr_find(p, "type", "string");
    const char *const names[] = {"scanlineimage", "tiledimage", "deepscanline",
                                 "deeptile"};

    *tiled = flags & EXR_TILED;
    p->deep = flags & EXR_DEEP && !(flags & EXR_MULTIPART);
    if (!a)
        return 0;
    for (int i = 0; i < 4; i++)
        if (a->len == strlen(names[i]) && !memcmp(a->data, names[i], a->len)) {
            /* In a file of one part the flag decides, as for all readers. */
            if (flags & EXR_MULTIPART)
                *tiled = i & 1;
            p->deep = i >= 2;
            return 0;
        }
    return err_set(e, ERR_DATA, "a part of unknown type");
}

static int parse_part(struct exr_part *p, unsigned flags, struct err *e)
{
    const uint8_t *d;
    bool tiled;
    int64_t w, h;
    int rc;

    TRY(parse_channels(p, e));
    d = need(p, "compression", "compression", 1, e);
    if (!d)
        return ERR_DATA;
    p->compression = d[0];
    p->lines = exr_compression_lines(p->compression);
    d = need(p, "dataWindow", "box2i", 16, e);
    if (!d)
        return ERR_DATA;
    p->data = exr_box(d);
    d = need(p, "displayWindow", "box2i", 16, e);
    if (!d)
        return ERR_DATA;
    p->display = exr_box(d);
    w = (int64_t)p->data.x1 - p->data.x0 + 1;
    h = (int64_t)p->data.y1 - p->data.y0 + 1;
    if (w < 1 || h < 1 || w > INT32_MAX || h > INT32_MAX) {
        rc = err_set(e, ERR_DATA, "a data window of %lld x %lld pixels",
                     (long long)w, (long long)h);
        goto out;
    }
    p->w = (int)w;
    p->h = (int)h;
    p->blocks = 1;
    TRY(parse_type(p, flags, &tiled, e));
    if (tiled)
        TRY(parse_tiles(p, e));
    if (p->lines)
        p->blocks *= (h + p->lines - 1) / p->lines;
out:
    return rc;
}

/* Where the tables of offsets lie: one after the other, behind the header. */
static int place_tables(struct exr_header *h, uint64_t at, uint64_t size,
                        struct err *e)
{
    for (int i = 0; i < h->parts; i++) {
        struct exr_part *p = &h->part[i];
        int64_t count = p->blocks;

        p->table_at = at;
        if (h->flags & EXR_MULTIPART) {
            const uint8_t *d = need(p, "chunkCount", "int", 4, e);

            if (!d)
                return ERR_DATA;
            count = (int32_t)exr_u32(d);
        }
        if (count < p->blocks || (uint64_t)count > (size - at) / 8)
            return err_set(e, ERR_DATA,
                           "the table of %lld blocks does not fit in the file",
                           (long long)count);
        at += (uint64_t)count * 8;
    }
    return 0;
}

static void drop_parts(struct exr_header *h)
{
    for (int i = 0; i < h->parts; i++) {
        mem_free(h->part[i].attr);
        mem_free(h->part[i].channel);
    }
    mem_free(h->part);
    h->part = NULL;
    h->parts = 0;
}

static int parse(struct exr_header *h, size_t len, uint64_t file_size,
                 struct err *e)
{
    struct cursor c = {h->bytes, 0, len};
    const uint8_t *d;
    void *more;
    int rc;

    TRY(bytes(&c, 8, &d));
    h->flags = exr_u32(d + 4);
    if (exr_u32(d) != 0x01312f76 || (h->flags & 0xff) != 2) {
        rc = err_set(e, ERR_DATA, "not an OpenEXR file of version 2");
        goto out;
    }
    do {
        if (h->parts >= EXR_PARTS_MAX) {
            rc = err_set(e, ERR_DATA, "more than %d parts", EXR_PARTS_MAX);
            goto out;
        }
        TRY(grow(h->part, h->parts, sizeof(*h->part), &more, e));
        h->part = more;
        h->part[h->parts] = (struct exr_part){0};
        h->parts++;
        TRY(parse_attrs(&c, file_size, &h->part[h->parts - 1], e));
    } while (h->flags & EXR_MULTIPART && h->part[h->parts - 1].attr_count);
    if (h->flags & EXR_MULTIPART)
        h->parts--;
    if (!h->parts) {
        rc = err_set(e, ERR_DATA, "the header is empty");
        goto out;
    }
    for (int i = 0; i < h->parts; i++)
        TRY(parse_part(&h->part[i], h->flags, e));
    rc = place_tables(h, c.at, file_size, e);
out:
    return rc;
}

int exr_header_load(const struct infile *f, struct exr_header *h, struct err *e)
{
    size_t n = HEADER_FIRST, most;
    int rc;

    *h = (struct exr_header){0};
    most = f->size < HEADER_MAX ? (size_t)f->size : HEADER_MAX;
    for (;;) {
        n = n < most ? n : most;
        h->bytes = mem_alloc(n + 1);
        if (!h->bytes) {
            rc = err_mem(e, n);
            break;
        }
        rc = infile_read(f, 0, h->bytes, n, e);
        if (rc == 0)
            rc = parse(h, n, f->size, e);
        if (rc != SHORT || n == most)
            break;
        exr_header_release(h);
        n *= 8;
    }
    if (rc == SHORT)
        rc = err_set(e, ERR_DATA, "the header is cut short");
    if (rc < 0)
        exr_header_release(h);
    return rc;
}

void exr_header_release(struct exr_header *h)
{
    drop_parts(h);
    mem_free(h->bytes);
    *h = (struct exr_header){0};
}
