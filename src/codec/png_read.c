/* Pixels of a PNG, through libpng. */

#include "codec/png.h"

#include <assert.h>
#include <setjmp.h>
#include <string.h>
#include <png.h>

/* Deflate expands a byte to at most 1032. */
#define EXPANSION 1032

#define CHUNK_ROWS 64

/* All state of one file: libpng jumps out of its calls. */
struct png_reader {
    struct reader base;
    struct infile file;
    struct png_layout layout;
    png_structp png;
    png_infop info;
    jmp_buf jump;
    struct err *e; /* of the call that runs */
    uint64_t at;   /* where libpng reads    */
    uint64_t memory;
    size_t row_bytes;
    uint8_t *whole; /* an interlaced picture        */
    uint8_t *raw;   /* where rows go                */
    int row, end;   /* next row; the last one to go */
};

static struct png_reader *reader_of(png_structp png)
{
    return png_get_error_ptr(png);
}

static void on_error(png_structp png, png_const_charp text)
{
    struct png_reader *r = reader_of(png);

    if (r->e->code == 0)
        err_set(r->e, ERR_DATA, "damaged at row %d of %d: %s", r->row,
                r->layout.h, text);
    longjmp(r->jump, 1);
}

static void on_warning(png_structp png, png_const_charp text)
{
    (void)png, (void)text;
}

static void on_read(png_structp png, png_bytep bytes, size_t n)
{
    struct png_reader *r = reader_of(png);

    if (n > r->file.size - r->at) {
        err_set(r->e, ERR_DATA, "the file is cut short at row %d of %d", r->row,
                r->layout.h);
        png_error(png, "cut short");
    }
    if (infile_read(&r->file, r->at, bytes, n, r->e) < 0)
        png_error(png, "not readable");
    r->at += n;
}

static png_voidp on_alloc(png_structp png, png_alloc_size_t size)
{
    struct png_reader *r = png_get_mem_ptr(png);
    void *block = mem_alloc(size);

    if (!block)
        err_mem(r->e, size);
    return block;
}

static void on_free(png_structp png, png_voidp block)
{
    (void)png;
    mem_free(block);
}

/* The one place libpng jumps to. */
static int guarded(struct png_reader *r, void (*fn)(struct png_reader *r),
                   struct err *e)
{
    r->e = e;
    e->code = 0;
    if (setjmp(r->jump))
        return e->code ? e->code : err_set(e, ERR_DATA, "damaged");
    fn(r);
    return 0;
}

static void make(struct png_reader *r)
{
    r->png = png_create_read_struct_2(PNG_LIBPNG_VER_STRING, r, on_error,
                                      on_warning, r, on_alloc, on_free);
    r->info = r->png ? png_create_info_struct(r->png) : NULL;
}

static void start(struct png_reader *r)
{
    const uint16_t one = 1;
    const struct png_layout *o = &r->layout;

    png_set_read_fn(r->png, NULL, on_read);
    png_set_user_limits(r->png, INT32_MAX, INT32_MAX);
    /* Nothing of these chunks is stored: we have walked them ourselves. */
    png_set_keep_unknown_chunks(r->png, PNG_HANDLE_CHUNK_NEVER, NULL, -1);
    png_set_chunk_malloc_max(r->png, 0);
    png_read_info(r->png, r->info);
    if (o->type == PNG_COLOR_TYPE_PALETTE)
        png_set_palette_to_rgb(r->png);
    if (o->type == PNG_COLOR_TYPE_GRAY && o->depth < 8)
        png_set_expand_gray_1_2_4_to_8(r->png);
    if (o->transparent)
        png_set_tRNS_to_alpha(r->png);
    if (o->depth == 16 && *(const uint8_t *)&one)
        png_set_swap(r->png);
    png_set_interlace_handling(r->png);
    png_read_update_info(r->png, r->info);
}

static void end_of_pixels(struct png_reader *r)
{
    png_read_end(r->png, NULL);
}

static void rows(struct png_reader *r)
{
    for (; r->row < r->end; r->row++, r->raw += r->row_bytes)
        png_read_row(r->png, r->raw, NULL);
}

static void passes(struct png_reader *r)
{
    for (int pass = 0; pass < PNG_INTERLACE_ADAM7_PASSES; pass++) {
        r->raw = r->whole;
        r->row = 0;
        rows(r);
    }
}

/* A decoder at row 0. */
static int restart(struct png_reader *r, struct err *e)
{
    int rc;

    png_destroy_read_struct(&r->png, &r->info, NULL);
    r->at = 0;
    r->row = 0;
    TRY(guarded(r, make, e));
    if (!r->info)
        return err_mem(e, sizeof(*r));
    TRY(guarded(r, start, e));
    if (png_get_rowbytes(r->png, r->info) != r->row_bytes)
        return err_set(e, ERR_DATA, "its palette or transparency is damaged");
out:
    return rc;
}

static int load_whole(struct png_reader *r, struct err *e)
{
    size_t size = 0;
    int rc;

    if (!mem_product(r->row_bytes, (size_t)r->layout.h, &size) ||
        (r->memory && size > r->memory))
        return err_set(e, ERR_MEM,
                       "an interlaced PNG is decoded whole: %d x %d pixels "
                       "need more than the %llu MB allowed",
                       r->layout.w, r->layout.h,
                       (unsigned long long)(r->memory >> 20));
    r->whole = mem_zero(1, size);
    if (!r->whole)
        return err_mem(e, size);
    TRY(restart(r, e));
    r->end = r->layout.h;
    TRY(guarded(r, passes, e));
    TRY(guarded(r, end_of_pixels, e));
out:
    if (rc < 0) {
        mem_free(r->whole);
        r->whole = NULL;
    }
    return rc;
}

int png_chunk_rows(struct reader *base, int slot, int index, void *raw,
                   struct err *e)
{
    struct png_reader *r = (struct png_reader *)base;
    const int y = index * CHUNK_ROWS;
    int rc = 0;

    (void)slot;
    assert(index >= 0 && y < r->layout.h);
    if (r->layout.interlaced && !r->whole)
        TRY(load_whole(r, e));
    r->end = r->layout.h - y < CHUNK_ROWS ? r->layout.h : y + CHUNK_ROWS;
    if (r->whole) {
        memcpy(raw, r->whole + (size_t)y * r->row_bytes,
               (size_t)(r->end - y) * r->row_bytes);
        return 0;
    }
    if (index == 0)
        TRY(restart(r, e));
    assert(r->row == y);
    r->raw = raw;
    TRY(guarded(r, rows, e));
    if (r->row == r->layout.h)
        TRY(guarded(r, end_of_pixels, e));
out:
    return rc;
}

static void describe(struct png_reader *r)
{
    const struct png_layout *o = &r->layout;
    const bool alpha = o->transparent || o->type & 4;

    r->base.pic.w = o->w;
    r->base.pic.h = o->h;
    r->base.pic.fmt = (struct pixfmt){
        .type = o->depth == 16 ? SAMPLE_U16 : SAMPLE_U8,
        .colors = o->type & 2 ? 3 : 1,
        .extras = alpha,
        .alpha = alpha ? 0 : -1,
    };
    r->base.pic.storage = (struct storage){
        .compression = COMP_DEFLATE,
        .interlaced = o->interlaced,
    };
    r->base.pic.pages = 1;
    r->base.pic.file_size = r->file.size;
    r->row_bytes = (size_t)o->w * pixfmt_bytes(&r->base.pic.fmt);
}

/* How many bytes of raw samples a byte of the file can become. */
static uint64_t expansion(const struct png_reader *r)
{
    const struct png_layout *o = &r->layout;
    const int stored = o->depth * (o->type == 2   ? 3
                                   : o->type == 6 ? 4
                                   : o->type == 4 ? 2
                                                  : 1);

    return EXPANSION * (8 * pixfmt_bytes(&r->base.pic.fmt) / stored + 1);
}

static int keep_icc(struct picture *pic, struct err *e)
{
    const struct meta_item *item = png_item(pic->meta, "iCCP");
    struct buf icc = {.max = (size_t)64 << 20};
    struct err why = {0};
    int rc = 0;

    if (!item)
        return 0;
    if (png_iccp_unpack(item->data.data, item->data.len, &icc, &why) == 0)
        rc = blob_set(&pic->meta->icc, icc.data, icc.len, e);
    else if (why.code == ERR_MEM)
        rc = err_set(e, ERR_MEM, "%s", why.text);
    buf_release(&icc);
    return rc;
}

int png_open(const char *path, const struct read_options *o,
             struct reader **out, struct err *e)
{
    struct png_reader *r = NULL;
    struct picture *pic;
    int rc;

    if (o->page > 0)
        return err_set(e, ERR_ARG, "a PNG has one page only");
    r = mem_zero(1, sizeof(*r));
    if (!r)
        return err_mem(e, sizeof(*r));
    r->file.fd = -1;
    r->memory = o->memory;
    r->base.codec = &codec_png;
    r->base.chunk_rows = CHUNK_ROWS;
    r->base.ordered = true;
    pic = &r->base.pic;
    TRY(infile_open(&r->file, path, e));
    TRY(meta_new(&pic->meta, e));
    TRY(png_scan(&r->file, pic, &r->layout, e));
    describe(r);
    TRY(codec_check_size(pic->w, pic->h, &pic->fmt, r->layout.pixels,
                         expansion(r), o, e));
    TRY(png_color_read(pic->meta, pic->fmt.colors, &pic->color, pic->color_from,
                       pic->warning, e));
    TRY(keep_icc(pic, e));
    *out = &r->base;
    r = NULL;
    rc = 0;
out:
    png_close(r ? &r->base : NULL);
    return rc;
}

void png_close(struct reader *base)
{
    struct png_reader *r = (struct png_reader *)base;

    if (!r)
        return;
    png_destroy_read_struct(&r->png, &r->info, NULL);
    infile_close(&r->file);
    mem_free(r->whole);
    picture_release(&r->base.pic);
    mem_free(r);
}
