/*
 * Writes PNG. Each chunk of rows is filtered and deflated by itself, on any
 * thread, and ends on a byte boundary (Z_SYNC_FLUSH), so that the chunks laid
 * end to end are one zlib stream. Its checksum is put together from theirs.
 *
 * Which deflate: pictures with noise, camera frames above all, hold no
 * repetitions. There a Huffman code alone gives the same size as zlib's full
 * search for a tenth of its time. So each chunk tries both on a sample.
 */

#include "codec/png.h"

#include <assert.h>
#include <string.h>
#define ZLIB_CONST
#include <zlib.h>

#include "codec/huffman.h"
#include "kern/kern.h"
#include "kern/png.h"

/* Raw bytes of a chunk: at least this, so that cutting costs nothing. */
#define CHUNK_BYTES ((size_t)512 << 10)
#define ROW_MAX     ((size_t)256 << 20)

#define SAMPLE_BYTES ((size_t)16 << 10)
#define SAMPLES      4

/* What stands before the IDAT chunk in the packed bytes. */
struct head {
    uint64_t raw; /* bytes before deflate */
    uint32_t adler;
};

struct slot {
    z_stream search;
    bool ready;
    uint8_t *rows;     /* this row and the one above, high bytes first */
    uint8_t *filtered; /* five candidates                              */
    uint8_t *chunk;    /* what is deflated                             */
};

struct png_writer {
    struct writer base;
    struct outfile *file;
    const struct picture *pic;
    const struct kern_png *k;
    size_t row, bpp; /* bytes */
    int level, slots, chunks, next;
    uint32_t adler;
    bool finished;
    struct slot slot[];
};

static voidpf on_alloc(voidpf opaque, uInt count, uInt size)
{
    (void)opaque;
    return mem_array(count, size);
}

static void on_free(voidpf opaque, voidpf block)
{
    (void)opaque;
    mem_free(block);
}

static int slot_ready(struct png_writer *w, struct slot *s, struct err *e)
{
    const size_t chunk = (size_t)w->base.chunk_rows * (w->row + 1);
    const z_stream start = {.zalloc = on_alloc, .zfree = on_free};

    if (s->ready)
        return 0;
    if (!s->rows)
        s->rows = mem_array(2, w->row);
    if (!s->filtered)
        s->filtered = mem_array(5, w->row);
    if (!s->chunk)
        s->chunk = mem_alloc(chunk);
    if (!s->rows || !s->filtered || !s->chunk)
        return err_mem(e, chunk);
    if (!s->search.state) {
        s->search = start;
        if (deflateInit2(&s->search, w->level ? w->level : 4, Z_DEFLATED, -15,
                         9, Z_DEFAULT_STRATEGY) != Z_OK)
            return err_mem(e, chunk);
    }
    s->ready = true;
    return 0;
}

/* Filters one row behind its filter byte: the least sum of absolute values
   wins. Rows without one above (the first of a chunk) have two choices. */
static void filter(const struct png_writer *w, struct slot *s,
                   const uint8_t *row, const uint8_t *above, uint8_t *out)
{
    const size_t n = w->row;
    uint8_t *const f = s->filtered;
    const uint8_t *best = row;
    uint64_t least = w->k->cost(row, n);

    assert(row);
    out[0] = 0;
    for (int type = 1; type < (above ? 5 : 2); type++) {
        uint8_t *to = f + (size_t)type * n;
        uint64_t cost;

        if (type == 1)
            w->k->sub(to, row, n, w->bpp);
        else if (type == 2)
            w->k->up(to, row, above, n);
        else if (type == 3)
            w->k->average(to, row, above, n, w->bpp);
        else
            w->k->paeth(to, row, above, n, w->bpp);
        cost = w->k->cost(to, n);
        if (cost < least) {
            least = cost;
            best = to;
            out[0] = (uint8_t)type;
        }
    }
    memcpy(out + 1, best, n);
}

static size_t filter_rows(const struct png_writer *w, struct slot *s,
                          const uint8_t *raw, int rows)
{
    const bool wide = w->pic->fmt.type == SAMPLE_U16;
    const uint8_t *above = NULL;
    uint8_t *out = s->chunk;

    for (int y = 0; y < rows; y++) {
        const uint8_t *row = raw + (size_t)y * w->row;

        if (wide) {
            uint8_t *big = s->rows + (size_t)(y & 1) * w->row;

            w->k->big16(big, (const uint16_t *)(const void *)row, w->row / 2);
            row = big;
        }
        filter(w, s, row, above, out);
        out += 1 + w->row;
        above = row;
    }
    return (size_t)(out - s->chunk);
}

/* Whether the search for repetitions pays for these bytes. */
static bool search_pays(const struct png_writer *w, z_stream *z,
                        const uint8_t *bytes, size_t n)
{
    const size_t gap = n / SAMPLES;
    size_t plain = 0;
    uint8_t sink[4096];

    if (n < 2 * SAMPLES * SAMPLE_BYTES)
        return true;
    deflateReset(z);
    for (size_t i = 0; i < SAMPLES; i++) {
        plain += huffman_size(bytes + i * gap, SAMPLE_BYTES);
        z->next_in = bytes + i * gap;
        z->avail_in = SAMPLE_BYTES;
        do {
            z->next_out = sink;
            z->avail_out = sizeof(sink);
            deflate(z, i + 1 < SAMPLES ? Z_NO_FLUSH : Z_FINISH);
        } while (z->avail_out == 0);
    }
    /* A level that was asked for is used unless it gains nothing. */
    return z->total_out < (w->level ? plain : plain / 100 * 95);
}

static int search(z_stream *z, const uint8_t *bytes, size_t n, bool last,
                  struct buf *out, struct err *e)
{
    int rc;

    deflateReset(z);
    z->next_in = bytes;
    z->avail_in = (uInt)n;
    do {
        TRY(buf_reserve(out, n / 2 + 1024, e));
        z->next_out = out->data + out->len;
        z->avail_out = (uInt)(n / 2 + 1024);
        deflate(z, last ? Z_FINISH : Z_SYNC_FLUSH);
        out->len = (size_t)(z->next_out - out->data);
    } while (z->avail_out == 0);
out:
    return rc;
}

int png_pack(struct writer *base, int slot, int index, const void *raw,
             int rows, struct buf *packed, struct err *e)
{
    static const uint8_t zlib[2] = {0x78, 0x9c}; /* 32K window, deflate */
    struct png_writer *w = (struct png_writer *)base;
    struct slot *s = &w->slot[slot];
    const bool last = index == w->chunks - 1;
    const size_t start = packed->len;
    struct head head;
    uint8_t word[4];
    size_t idat, n;
    int rc;

    assert(slot < w->slots);
    TRY(slot_ready(w, s, e));
    n = filter_rows(w, s, raw, rows);
    head.raw = n;
    head.adler = (uint32_t)adler32_z(1, s->chunk, n);
    TRY(buf_add(packed, &head, sizeof(head), e));
    idat = packed->len;
    TRY(buf_add(packed, "\0\0\0\0IDAT", 8, e));
    if (index == 0)
        TRY(buf_add(packed, zlib, 2, e));
    if (search_pays(w, &s->search, s->chunk, n))
        TRY(search(&s->search, s->chunk, n, last, packed, e));
    else
        TRY(huffman_deflate(s->chunk, n, last, packed, e));
    png_put_u32(packed->data + idat, (uint32_t)(packed->len - idat - 8));
    png_put_u32(word, (uint32_t)crc32_z(0, packed->data + idat + 4,
                                        packed->len - idat - 4));
    TRY(buf_add(packed, word, 4, e));
out:
    if (rc < 0)
        packed->len = start;
    return rc;
}

int png_put(struct writer *base, int index, const void *bytes, size_t len,
            int rows, struct err *e)
{
    struct png_writer *w = (struct png_writer *)base;
    struct head head;

    (void)rows;
    assert(index == w->next && len > sizeof(head));
    w->next++;
    memcpy(&head, bytes, sizeof(head));
    w->adler =
        (uint32_t)adler32_combine(w->adler, head.adler, (z_off_t)head.raw);
    return outfile_add(w->file, (const uint8_t *)bytes + sizeof(head),
                       len - sizeof(head), e);
}

int png_finish(struct writer *base, struct err *e)
{
    struct png_writer *w = (struct png_writer *)base;
    struct buf out = {.max = SIZE_MAX / 2};
    uint8_t word[4];
    int rc;

    assert(w->next == w->chunks);
    png_put_u32(word, w->adler);
    TRY(png_chunk(&out, "IDAT", word, 4, e));
    TRY(png_meta_write(w->pic, true, &out, e));
    TRY(png_chunk(&out, "IEND", NULL, 0, e));
    TRY(outfile_add(w->file, out.data, out.len, e));
out:
    buf_release(&out);
    return rc;
}

void png_abort(struct writer *base)
{
    struct png_writer *w = (struct png_writer *)base;

    if (!w)
        return;
    for (int i = 0; i < w->slots; i++) {
        deflateEnd(&w->slot[i].search);
        mem_free(w->slot[i].rows);
        mem_free(w->slot[i].filtered);
        mem_free(w->slot[i].chunk);
    }
    mem_free(w);
}

static int start(struct png_writer *w, struct err *e)
{
    static const uint8_t signature[8] = "\x89PNG\r\n\x1a\n";
    const struct pixfmt *fmt = &w->pic->fmt;
    struct buf out = {.max = SIZE_MAX / 2};
    uint8_t head[13] = {0};
    int rc;

    png_put_u32(head, (uint32_t)w->pic->w);
    png_put_u32(head + 4, (uint32_t)w->pic->h);
    head[8] = fmt->type == SAMPLE_U16 ? 16 : 8;
    head[9] = (fmt->colors == 3 ? 2 : 0) | (fmt->extras ? 4 : 0);
    TRY(buf_add(&out, signature, 8, e));
    TRY(png_chunk(&out, "IHDR", head, sizeof(head), e));
    TRY(png_color_write(w->pic, &out, e));
    TRY(png_meta_write(w->pic, false, &out, e));
    TRY(outfile_add(w->file, out.data, out.len, e));
out:
    buf_release(&out);
    return rc;
}

static int check(const struct picture *pic, struct err *e)
{
    const struct pixfmt *f = &pic->fmt;

    if ((f->type != SAMPLE_U8 && f->type != SAMPLE_U16) ||
        (f->colors != 1 && f->colors != 3) || f->extras > 1 ||
        (f->extras && f->alpha != 0) || f->associated || f->inverted)
        return err_set(e, ERR_ARG,
                       "PNG holds grey or RGB of 8 or 16 bits, "
                       "with straight alpha or without");
    if ((size_t)pic->w > ROW_MAX / pixfmt_bytes(f))
        return err_set(e, ERR_ARG,
                       "a row of %d pixels is too long for our "
                       "PNG writer (%zu MB)",
                       pic->w, ROW_MAX >> 20);
    return 0;
}

int png_create(struct outfile *f, const struct picture *pic, int want_rows,
               int slots, struct writer **out, struct err *e)
{
    struct png_writer *w = NULL;
    size_t rows;
    int rc;

    assert(want_rows > 0 && slots > 0);
    TRY(check(pic, e));
    w = mem_zero(1, sizeof(*w) + (size_t)slots * sizeof(*w->slot));
    if (!w) {
        rc = err_mem(e, sizeof(*w));
        goto out;
    }
    w->base.codec = &codec_png;
    w->base.packs = true;
    w->file = f;
    w->pic = pic;
    w->k = kern_best()->png;
    w->bpp = pixfmt_bytes(&pic->fmt);
    w->row = (size_t)pic->w * w->bpp;
    w->level = pic->storage.level > 9 ? 9 : pic->storage.level;
    w->slots = slots;
    w->adler = 1;
    rows = (CHUNK_BYTES + w->row - 1) / w->row;
    rows = (rows + (size_t)want_rows - 1) / (size_t)want_rows *
           (size_t)want_rows;
    if (rows > ROW_MAX * 2 / (w->row + 1))
        rows = ROW_MAX * 2 / (w->row + 1);
    w->base.chunk_rows = rows > (size_t)pic->h ? pic->h : (int)rows;
    w->chunks = (pic->h - 1) / w->base.chunk_rows + 1;
    TRY(start(w, e));
    *out = &w->base;
    w = NULL;
out:
    png_abort(w ? &w->base : NULL);
    return rc;
}
