/* Reading OpenEXR: blocks are found by their offsets and unpacked by the
   module, any of them on any thread. */

#include "base/text.h"
#include "codec/exr_dwa.h"
#include "codec/exr_io.h"
#include "codec/exr_layer.h"
#include "codec/exr_pixels.h"

struct slot {
    uint8_t *packed, *raw; /* one block each, made when first needed */
};

struct exr_reader {
    struct reader base;
    const struct exr_module *module;
    struct exr_coder *coder;
    struct infile file;
    struct exr_header header;
    const struct exr_part *part;
    int part_number;
    struct exr_map map;
    struct exr_dwa *dwa; /* reads the pixels in place of the coder */
    uint8_t *offsets;    /* little-endian, as in the file */
    size_t block_bytes;  /* of the largest block         */
    struct slot *slot;
    int slots;
};

static const enum compression named[] = {
    COMP_NONE,  COMP_RLE, COMP_ZIPS, COMP_ZIP,  COMP_PIZ,
    COMP_PXR24, COMP_B44, COMP_B44A, COMP_DWAA, COMP_DWAB,
};

/* The most that a compression can expand, per stored byte; doubled, for halves
   that become floats beside a channel of floats. */
static unsigned expansion(int compression)
{
    static const unsigned most[] = {1, 64, 1040, 1040, 1024, 1400, 11, 11};

    return compression < 8 ? 2 * most[compression] : 0;
}

/* What the module does not know: DWA may go another way. */
static int open_dwa(struct exr_reader *x, const char *path,
                    const struct read_options *o, struct err *e)
{
    if (x->part->compression != 8 && x->part->compression != 9)
        return err_set(e, ERR_ARG,
                       "compression %s is not in this %s; store the file with "
                       "zip or piz",
                       exr_compression_name(x->part->compression),
                       x->module->id.about);
    return exr_dwa_open(path, &x->header, x->part_number, o->slots, &x->map,
                        &x->dwa, e);
}

static int check_part(struct exr_reader *x, const char *path,
                      const struct read_options *o, struct err *e)
{
    const struct exr_part *p;
    int rc;

    if (o->page < 0 || o->page >= x->header.parts)
        return err_set(e, ERR_ARG, "there is no page %d; there are %d",
                       o->page + 1, x->header.parts);
    x->part_number = o->page;
    p = x->part = &x->header.part[o->page];
    if (p->deep)
        return err_set(e, ERR_ARG, "deep pixels are not supported");
    if (!exr_compression_lines(p->compression))
        return err_set(e, ERR_DATA, "compression %d is not known",
                       p->compression);
    rc = exr_layer_pick(p, o->layer, &x->map, e);
    if (rc == 0 && !x->module->supports(p->compression))
        rc = open_dwa(x, path, o, e);
    if (rc == 0)
        rc = codec_check_size(p->w, p->h, &x->map.fmt, x->file.size,
                              expansion(p->compression), o, e);
    return rc;
}

static int check_channels(const struct exr_part *p, struct err *e)
{
    for (int i = 0; i < p->channel_count; i++)
        if (p->channel[i].xstep != 1 || p->channel[i].ystep != 1)
            return err_set(e, ERR_ARG,
                           "channel '%s' is stored at a lower resolution, "
                           "which is not supported",
                           p->channel[i].name);
    return 0;
}

static int load_offsets(struct exr_reader *x, struct err *e)
{
    const struct exr_part *p = x->part;
    const size_t n = (size_t)p->blocks * 8;
    const uint64_t w = (uint64_t)(p->tile_w ? p->tile_w : p->w);
    const uint64_t h = (uint64_t)(p->lines < p->h ? p->lines : p->h);
    uint64_t bytes = (w < (uint64_t)p->w ? w : (uint64_t)p->w) * h;

    /* The library counts the bytes of a block in an int. */
    if (bytes > INT32_MAX ||
        bytes * exr_pixel_bytes(p->channel, p->channel_count) > INT32_MAX)
        return err_set(e, ERR_DATA, "a block of %llu pixels is too large",
                       (unsigned long long)bytes);
    x->block_bytes = bytes * exr_pixel_bytes(p->channel, p->channel_count);
    x->offsets = mem_alloc(n);
    if (!x->offsets)
        return err_mem(e, n);
    return infile_read(&x->file, p->table_at, x->offsets, n, e);
}

static int open_color(struct exr_reader *x, struct err *e)
{
    struct picture *pic = &x->base.pic;
    const struct exr_attr *a =
        exr_attr_find(x->part, "chromaticities", "chromaticities");
    const struct curve linear = curve_named(CURVE_LINEAR);
    struct primaries p = *space_primaries(SPACE_REC709);
    bool sane = a && a->len >= 32;

    for (int i = 0; sane && i < 8; i++) {
        const uint32_t bits = exr_u32(a->data + 4 * i);
        float v;

        memcpy(&v, &bits, 4);
        sane = v > -2.0f && v < 2.0f;
        p.xy[i / 2][i % 2] = (double)v;
    }
    if (sane) {
        const int rc =
            color_from_primaries(&p, &linear, "chromaticities", &pic->color, e);

        if (rc == 0)
            snprintf(pic->color_from, sizeof(pic->color_from),
                     "chromaticities");
        if (rc == 0 || rc == ERR_MEM)
            return rc;
    }
    if (a)
        snprintf(pic->warning, sizeof(pic->warning),
                 "the chromaticities make no sense; Rec.709 is assumed");
    snprintf(pic->color_from, sizeof(pic->color_from), "OpenEXR default");
    return color_from_primaries(space_primaries(SPACE_REC709), &linear,
                                "linear Rec.709", &pic->color, e);
}

static int open_meta(struct exr_reader *x, struct err *e)
{
    struct picture *pic = &x->base.pic;
    const struct exr_part *p = x->part;
    const struct exr_attr *a;
    int rc;

    TRY(meta_new(&pic->meta, e));
    for (int i = 0; i < p->attr_count; i++) {
        a = &p->attr[i];
        if (text_is(a->name, "dataWindow") ||
            text_is(a->name, "displayWindow") || !exr_structural(a->name))
            TRY(meta_add_item(pic->meta, "exr", a->name, a->type, a->data,
                              a->len, e));
    }
    a = exr_attr_find(p, "xDensity", "float");
    if (a && a->len == 4) {
        const uint32_t bits = exr_u32(a->data);
        float v;

        memcpy(&v, &bits, 4);
        if (v > 0 && v < 1e6f) {
            pic->meta->xres = pic->meta->yres = (double)v;
            pic->meta->res_unit = RES_INCH;
        }
    }
    rc = exr_map_keep(&x->map, p, pic->meta, e);
out:
    return rc;
}

static int open_picture(struct exr_reader *x, struct err *e)
{
    struct picture *pic = &x->base.pic;
    const struct exr_part *p = x->part;
    int rc;

    pic->w = p->w;
    pic->h = p->h;
    pic->fmt = x->map.fmt;
    pic->storage.compression = p->compression < 10 ? named[p->compression]
                                                   : COMP_SAME;
    pic->storage.tile_w = p->tile_w;
    pic->storage.tile_h = p->tile_h;
    pic->page = x->part_number;
    pic->pages = x->header.parts;
    pic->file_size = x->file.size;
    exr_layer_names(p, pic->channels, pic->layers);
    if (x->map.dropped)
        snprintf(pic->warning, sizeof(pic->warning),
                 x->dwa ? "%d channels beside R, G, B, A cannot be read from "
                          "DWA compression by this OpenEXR"
                        : "%d channels more than 64 beside the colours are "
                          "left out",
                 x->map.dropped);
    TRY(open_color(x, e));
    TRY(open_meta(x, e));
    x->base.chunk_rows = p->lines;
    if (p->lines < 64)
        x->base.chunk_rows = 64 / p->lines * p->lines;
out:
    return rc;
}

int exr_open(const char *path, const struct read_options *o,
             struct reader **out, struct err *e)
{
    struct exr_reader *x = mem_zero(1, sizeof(*x));
    int rc;

    if (!x)
        return err_mem(e, sizeof(*x));
    x->base.codec = codec_named("exr");
    x->file.fd = -1;
    TRY(infile_open(&x->file, path, e));
    TRY(exr_module_get(&x->module, e));
    TRY(exr_header_load(&x->file, &x->header, e));
    TRY(check_part(x, path, o, e));
    TRY(check_channels(x->part, e));
    TRY(load_offsets(x, e));
    TRY(open_picture(x, e));
    x->slots = o->slots;
    x->slot = mem_zero((size_t)x->slots, sizeof(*x->slot));
    if (!x->slot) {
        rc = err_mem(e, sizeof(*x->slot));
        goto out;
    }
    if (x->part->compression && !x->dwa)
        TRY(x->module->open(&exr_host, x->part->compression, 0,
                            x->part->channel, x->part->channel_count, x->slots,
                            false, &x->coder, e));
    *out = &x->base;
    x = NULL;
    rc = 0;
out:
    if (x)
        exr_close(&x->base);
    return rc;
}

void exr_close(struct reader *r)
{
    struct exr_reader *x = (struct exr_reader *)r;

    for (int i = 0; x->slot && i < x->slots; i++) {
        mem_free(x->slot[i].packed);
        mem_free(x->slot[i].raw);
    }
    if (x->coder)
        x->module->close(x->coder);
    exr_dwa_close(x->dwa);
    if (x->file.fd >= 0)
        infile_close(&x->file);
    exr_header_release(&x->header);
    mem_free(x->offsets);
    mem_free(x->slot);
    picture_release(&x->base.pic);
    mem_free(x);
}

int exr_sample(const struct reader *r, const char *layer)
{
    const struct exr_reader *x = (const struct exr_reader *)r;
    const int n = pixfmt_samples(&x->map.fmt);
    struct exr_map alone;
    struct err ignored;

    if (exr_layer_pick(x->part, layer, &alone, &ignored) < 0 ||
        alone.fmt.colors != 1)
        return -1;
    for (int s = 0; s < n; s++)
        if (x->map.from[s] == alone.from[0])
            return s;
    return -1;
}

/* Where a block is: columns x0 …, rows y0 … of the data window. */
struct place {
    int64_t number;
    int x0, y0, w, h;
};

/* Reads block number i and unpacks it; *raw is its lines. */
static int load_block(struct exr_reader *x, int slot, const struct place *b,
                      const uint8_t **raw, struct err *e)
{
    const struct exr_part *p = x->part;
    const bool multi = x->header.flags & EXR_MULTIPART;
    const size_t words = (multi ? 1 : 0) + (p->tile_w ? 5 : 2);
    const size_t raw_len = (size_t)b->w * (size_t)b->h *
                           exr_pixel_bytes(p->channel, p->channel_count);
    const uint64_t at = exr_u64(x->offsets + 8 * b->number);
    struct slot *s = &x->slot[slot];
    uint8_t lead[24];
    const uint8_t *l = lead + (multi ? 4 : 0);
    uint32_t len;
    int rc;

    if (at == 0)
        return err_set(e, ERR_DATA, "rows %d to %d were never written", b->y0,
                       b->y0 + b->h - 1);
    TRY(infile_read(&x->file, at, lead, 4 * words, e));
    len = exr_u32(lead + 4 * words - 4);
    if ((multi && exr_u32(lead) != (uint32_t)x->part_number) ||
        (p->tile_w ? exr_u32(l) != (uint32_t)(b->x0 / p->tile_w) ||
                         exr_u32(l + 4) != (uint32_t)(b->y0 / p->tile_h) ||
                         exr_u32(l + 8) || exr_u32(l + 12)
                   : exr_u32(l) != (uint32_t)p->data.y0 + (uint32_t)b->y0) ||
        len < 1 || len > raw_len || (!p->compression && len != raw_len)) {
        rc = err_set(e, ERR_DATA, "the block of rows %d to %d is damaged",
                     b->y0, b->y0 + b->h - 1);
        goto out;
    }
    if (!s->packed)
        s->packed = mem_alloc(x->block_bytes);
    if (!s->raw)
        s->raw = mem_alloc(x->block_bytes);
    if (!s->packed || !s->raw) {
        rc = err_mem(e, x->block_bytes);
        goto out;
    }
    TRY(infile_read(&x->file, at + 4 * words, s->packed, len, e));
    *raw = s->packed; /* a block that would grow is stored as it is */
    if (len == raw_len)
        return 0;
    *raw = s->raw;
    rc = x->module->decode(x->coder, slot, b->w, b->h, s->packed, len, s->raw,
                           raw_len, e);
    if (rc < 0)
        err_prefix(e, "rows %d to %d", b->y0, b->y0 + b->h - 1);
out:
    return rc;
}

/* The lines of a block to raw pixels, whose row 0 is row `top`. */
static void spread(const struct exr_reader *x, const struct place *b,
                   const uint8_t *src, uint8_t *raw, int top)
{
    const struct exr_part *p = x->part;
    const size_t pixel = pixfmt_bytes(&x->map.fmt);
    const size_t sample = sample_bytes(x->map.fmt.type);
    const int samples = pixfmt_samples(&x->map.fmt);
    int to[EXR_CHANNELS_MAX];

    memset(to, -1, sizeof(to));
    for (int s = 0; s < samples; s++)
        to[x->map.from[s]] = s;
    for (int y = 0; y < b->h; y++) {
        uint8_t *row =
            raw +
            ((size_t)(b->y0 + y - top) * (size_t)p->w + (size_t)b->x0) * pixel;

        for (int c = 0; c < p->channel_count; c++) {
            if (to[c] >= 0)
                exr_line_in(p->channel[c].type, src, x->map.fmt.type,
                            row + (size_t)to[c] * sample, (size_t)samples,
                            (size_t)b->w);
            src += (size_t)b->w * exr_type_bytes(p->channel[c].type);
        }
    }
}

static int min(int a, int b)
{
    return a < b ? a : b;
}

int exr_chunk(struct reader *r, int slot, int index, void *raw, struct err *e)
{
    struct exr_reader *x = (struct exr_reader *)r;
    const struct exr_part *p = x->part;
    const int64_t top = (int64_t)index * r->chunk_rows;
    const int64_t last = top + r->chunk_rows, end = last < p->h ? last : p->h;
    const int step = p->tile_w ? p->tile_w : p->w;
    const int across = (int)(((int64_t)p->w + step - 1) / step);
    const uint8_t *block = NULL;
    int rc;

    if (x->dwa)
        return exr_dwa_rows(x->dwa, slot, (int)top, (int)(end - top), raw, e);
    for (int64_t y = top; y < end; y += p->lines)
        for (int i = 0; i < across; i++) {
            const struct place b = {
                .number = y / p->lines * across + i,
                .x0 = i * step,
                .y0 = (int)y,
                .w = min(step, p->w - i * step),
                .h = min(p->lines, p->h - (int)y),
            };

            TRY(load_block(x, slot, &b, &block, e));
            spread(x, &b, block, raw, (int)top);
        }
    rc = 0;
out:
    return rc;
}
