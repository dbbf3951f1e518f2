/* Writing OpenEXR: blocks are packed by the module on any thread and put in
   order; the table of their offsets is filled in at the end. */

#include "codec/exr_io.h"
#include "codec/exr_pixels.h"
#include "codec/exr_writer.h"

static int compression_of(enum compression c)
{
    switch (c) {
    case COMP_NONE:
        return 0;
    case COMP_RLE:
        return 1;
    case COMP_ZIPS:
        return 2;
    case COMP_SAME:
    case COMP_DEFLATE:
    case COMP_ZIP:
        return 3;
    case COMP_PIZ:
        return 4;
    case COMP_PXR24:
        return 5;
    case COMP_B44:
        return 6;
    case COMP_B44A:
        return 7;
    case COMP_DWAA:
        return 8;
    case COMP_DWAB:
        return 9;
    default:
        return -1;
    }
}

static int check(struct exr_writer *x, struct err *e)
{
    const struct picture *p = x->pic;

    x->compression = compression_of(p->storage.compression);
    if (x->compression < 0 || !x->module->supports(x->compression))
        return err_set(e, ERR_ARG, "cannot write EXR with %s compression",
                       compression_names[p->storage.compression]);
    if (!sample_is_float(p->fmt.type))
        return err_set(e, ERR_ARG, "EXR takes half and float samples, not %s",
                       sample_name(p->fmt.type));
    if (p->fmt.colors != 1 && p->fmt.colors != 3)
        return err_set(e, ERR_ARG, "EXR takes grey and RGB pictures");
    if (p->fmt.alpha >= 0 && !p->fmt.associated)
        return err_set(e, ERR_ARG, "EXR takes associated alpha only");
    return 0;
}

/* Channels are stored sorted by name. */
static void sort_channels(struct exr_writer *x)
{
    struct exr_channel by_sample[EXR_SAMPLES_MAX];

    exr_map_recall(x->pic, by_sample);
    x->channels = pixfmt_samples(&x->pic->fmt);
    for (int s = 0; s < x->channels; s++) {
        int i = s;

        for (; i > 0; i--) {
            if (strcmp(by_sample[x->sample[i - 1]].name, by_sample[s].name) < 0)
                break;
            x->sample[i] = x->sample[i - 1];
        }
        x->sample[i] = s;
    }
    for (int i = 0; i < x->channels; i++)
        x->channel[i] = by_sample[x->sample[i]];
}

/* The size of blocks, and room for their offsets. */
static int plan(struct exr_writer *x, int want_rows, struct err *e)
{
    const struct picture *p = x->pic;
    const bool tiled = p->storage.tile_w > 0 && p->storage.tile_h > 0;
    uint64_t bytes;

    x->block_w = tiled ? p->storage.tile_w : p->w;
    x->block_h = tiled ? p->storage.tile_h
                       : exr_compression_lines(x->compression);
    bytes = (uint64_t)(x->block_w < p->w ? x->block_w : p->w) *
            (uint64_t)(x->block_h < p->h ? x->block_h : p->h);
    if (bytes > INT32_MAX ||
        bytes * exr_pixel_bytes(x->channel, x->channels) > INT32_MAX)
        return err_set(e, ERR_ARG, "EXR blocks of %llu pixels are too large",
                       (unsigned long long)bytes);
    x->block_bytes = bytes * exr_pixel_bytes(x->channel, x->channels);
    x->blocks = (((int64_t)p->w + x->block_w - 1) / x->block_w) *
                (((int64_t)p->h + x->block_h - 1) / x->block_h);
    x->offsets = mem_zero((size_t)x->blocks, 8);
    x->block = mem_zero((size_t)x->slots, sizeof(*x->block));
    if (!x->offsets || !x->block)
        return err_mem(e, (size_t)x->blocks * 8);
    x->base.chunk_rows = x->block_h;
    if (want_rows > x->block_h)
        x->base.chunk_rows = want_rows / x->block_h * x->block_h;
    return 0;
}

int exr_create(struct outfile *f, const struct picture *pic, int want_rows,
               int slots, struct writer **out, struct err *e)
{
    struct exr_writer *x = mem_zero(1, sizeof(*x));
    int rc;

    if (!x)
        return err_mem(e, sizeof(*x));
    x->base.codec = codec_named("exr");
    x->base.packs = true;
    x->file = f;
    x->pic = pic;
    x->slots = slots;
    TRY(exr_module_get(&x->module, e));
    TRY(check(x, e));
    sort_channels(x);
    exr_place_windows(x);
    TRY(plan(x, want_rows, e));
    if (x->compression)
        TRY(x->module->open(&exr_host, x->compression, pic->storage.level,
                            x->channel, x->channels, slots, true, &x->coder,
                            e));
    TRY(exr_write_header(x, e));
    *out = &x->base;
    x = NULL;
    rc = 0;
out:
    if (x)
        exr_abort(&x->base);
    return rc;
}

/* One block: columns x0 …, and rows `top` … of the raw rows. */
static int pack_block(struct exr_writer *x, int slot, const uint8_t *raw,
                      int x0, int y0, int top, int w, int h, struct buf *out,
                      struct err *e)
{
    const struct pixfmt *f = &x->pic->fmt;
    const size_t pixel = pixfmt_bytes(f), sample = sample_bytes(f->type);
    const size_t raw_len = (size_t)w * (size_t)h *
                           exr_pixel_bytes(x->channel, x->channels);
    const bool tiled = x->pic->storage.tile_w > 0;
    uint8_t lead[20] = {0}, *dst = x->block[slot];
    const void *packed = dst;
    size_t len = raw_len;
    int rc;

    for (int y = 0; y < h; y++)
        for (int c = 0; c < x->channels; c++) {
            exr_line_out(
                x->channel[c].type, dst, f->type,
                raw +
                    ((size_t)(top + y) * (size_t)x->pic->w + (size_t)x0) *
                        pixel +
                    (size_t)x->sample[c] * sample,
                (size_t)pixfmt_samples(f), (size_t)w);
            dst += (size_t)w * exr_type_bytes(x->channel[c].type);
        }
    if (x->coder)
        TRY(x->module->encode(x->coder, slot, w, h, x->block[slot], raw_len,
                              &packed, &len, e));
    if (len >= raw_len) {
        packed = x->block[slot];
        len = raw_len;
    }
    if (tiled) {
        exr_set_u32(lead, (uint32_t)(x0 / x->block_w));
        exr_set_u32(lead + 4, (uint32_t)(y0 / x->block_h));
        exr_set_u32(lead + 16, (uint32_t)len);
    } else {
        exr_set_u32(lead, (uint32_t)x->data.y0 + (uint32_t)y0);
        exr_set_u32(lead + 4, (uint32_t)len);
    }
    TRY(buf_add(out, lead, tiled ? 20 : 8, e));
    rc = buf_add(out, packed, len, e);
out:
    return rc;
}

static int min(int a, int b)
{
    return a < b ? a : b;
}

int exr_pack(struct writer *w, int slot, int index, const void *raw, int rows,
             struct buf *packed, struct err *e)
{
    struct exr_writer *x = (struct exr_writer *)w;
    const int y0 = index * w->chunk_rows;
    int rc;

    if (!x->block[slot])
        x->block[slot] = mem_alloc(x->block_bytes);
    if (!x->block[slot])
        return err_mem(e, x->block_bytes);
    for (int y = 0; y < rows; y += x->block_h)
        for (int64_t x0 = 0; x0 < x->pic->w; x0 += x->block_w)
            TRY(pack_block(x, slot, raw, (int)x0, y0 + y, y,
                           min(x->block_w, x->pic->w - (int)x0),
                           min(x->block_h, rows - y), packed, e));
    rc = 0;
out:
    return rc;
}

int exr_put(struct writer *w, int index, const void *bytes, size_t len,
            int rows, struct err *e)
{
    struct exr_writer *x = (struct exr_writer *)w;
    const size_t lead = x->pic->storage.tile_w > 0 ? 20 : 8;
    const uint8_t *p = bytes;
    const uint64_t base = x->file->at;

    (void)index;
    (void)rows;
    for (size_t at = 0; at + lead <= len && x->written < x->blocks;) {
        exr_set_u64(x->offsets + 8 * x->written++, base + at);
        at += lead + exr_u32(p + at + lead - 4);
    }
    return outfile_add(x->file, bytes, len, e);
}

int exr_finish(struct writer *w, struct err *e)
{
    struct exr_writer *x = (struct exr_writer *)w;

    if (x->written != x->blocks)
        return err_set(e, ERR_ARG, "%lld of %lld EXR blocks are missing",
                       (long long)(x->blocks - x->written),
                       (long long)x->blocks);
    return outfile_write(x->file, x->table_at, x->offsets,
                         (size_t)x->blocks * 8, e);
}

void exr_abort(struct writer *w)
{
    struct exr_writer *x = (struct exr_writer *)w;

    if (!x)
        return;
    for (int i = 0; x->block && i < x->slots; i++)
        mem_free(x->block[i]);
    if (x->coder)
        x->module->close(x->coder);
    mem_free(x->block);
    mem_free(x->offsets);
    mem_free(x);
}
