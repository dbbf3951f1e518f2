/* Writes JPEG, through libjpeg. */

#include "codec/jpeg.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "codec/blocks.h"

/*
 * Optimised Huffman tables make a file 8 % smaller, but take three times as
 * long and the coefficients of the whole picture in memory: only on request.
 */
#define OPTIMISE_MAX ((uint64_t)256 << 20)

struct jpeg_writer {
    struct writer base;
    struct outfile *file;
    const struct picture *pic;
    struct jpeg_trap trap;
    struct jpeg_compress_struct cinfo;
    struct jpeg_destination_mgr dest;
    bool made;
    bool stated; /* the resolution, by EXIF */
    int next;
    const uint8_t *raw;
    int rows;
    uint8_t bytes[65536];
};

static void on_start(j_compress_ptr cinfo)
{
    struct jpeg_writer *w = cinfo->client_data;

    w->dest.next_output_byte = w->bytes;
    w->dest.free_in_buffer = sizeof(w->bytes);
}

static void flush(struct jpeg_writer *w, size_t n)
{
    if (outfile_add(w->file, w->bytes, n, w->trap.e) < 0)
        jpeg_trap_jump((j_common_ptr)&w->cinfo);
    on_start(&w->cinfo);
}

static boolean on_full(j_compress_ptr cinfo)
{
    struct jpeg_writer *w = cinfo->client_data;

    flush(w, sizeof(w->bytes));
    return TRUE;
}

static void on_end(j_compress_ptr cinfo)
{
    struct jpeg_writer *w = cinfo->client_data;

    flush(w, sizeof(w->bytes) - w->dest.free_in_buffer);
}

static void sample(j_compress_ptr c, int subsampling)
{
    const int h = subsampling == 444 || subsampling == 440 ? 1
                  : subsampling == 411                     ? 4
                                                           : 2;
    const int v = subsampling == 420 || subsampling == 440 ? 2 : 1;

    c->comp_info[0].h_samp_factor = h;
    c->comp_info[0].v_samp_factor = v;
}

/*
 * Whether the EXIF block that will be written states a resolution; a damaged
 * one does not.
 */
static int exif_states(const struct meta *m, bool *states, struct err *e)
{
    struct buf exif = {.max = (size_t)1 << 30};
    struct meta view = {0};
    int rc;

    *states = false;
    rc = meta_exif_block(m, &exif, e);
    if (rc == 0 && exif.len) {
        view.exif = (struct blob){exif.data, exif.len};
        rc = exif_view(&view, EXIF_RESOLUTION, e);
        *states = rc == 0 && view.xres > 0;
    }
    buf_release(&exif);
    return rc == ERR_MEM ? rc : 0;
}

static bool is_whole(double v)
{
    return fabs(v - round(v)) < 0.01;
}

static void density(j_compress_ptr c, const struct meta *m, bool stated)
{
    const struct meta_item *jfif = jpeg_item(m, "APP0:JFIF");
    const double x = m->xres, y = m->yres;

    c->write_JFIF_header = jfif || !stated;
    c->write_Adobe_marker = jpeg_item(m, "APP14:Adobe") != NULL;
    if (jfif && jfif->data.len >= 12) {
        const uint8_t *p = jfif->data.data;

        c->JFIF_major_version = 1;
        c->JFIF_minor_version = p[6];
        c->density_unit = p[7];
        c->X_density = (UINT16)(p[8] << 8 | p[9]);
        c->Y_density = (UINT16)(p[10] << 8 | p[11]);
    } else if (x >= 0.5 && y >= 0.5 && x < 25000 && y < 25000) {
        /* Whole numbers only: 118.11 per centimetre are 300 per inch. */
        const bool inch = m->res_unit == RES_CM && is_whole(x * 2.54) &&
                          is_whole(y * 2.54);
        const double scale = inch ? 2.54 : 1;

        c->density_unit = m->res_unit == RES_INCH || inch ? 1
                          : m->res_unit == RES_CM         ? 2
                                                          : 0;
        c->X_density = (UINT16)(x * scale + 0.5);
        c->Y_density = (UINT16)(y * scale + 0.5);
    }
}

static void start(void *arg)
{
    struct jpeg_writer *w = arg;
    const struct picture *pic = w->pic;
    const struct storage *s = &pic->storage;
    const int quality = s->quality ? s->quality : 95;
    j_compress_ptr c = &w->cinfo;

    w->made = true;
    c->err = jpeg_trap_init(&w->trap);
    jpeg_create_compress(c);
    c->client_data = w;
    w->dest = (struct jpeg_destination_mgr){
        .init_destination = on_start,
        .empty_output_buffer = on_full,
        .term_destination = on_end,
    };
    c->dest = &w->dest;
    c->image_width = (JDIMENSION)pic->w;
    c->image_height = (JDIMENSION)pic->h;
    c->input_components = pic->fmt.colors;
    c->in_color_space = pic->fmt.colors == 1 ? JCS_GRAYSCALE : JCS_RGB;
    jpeg_set_defaults(c);
    jpeg_set_quality(c, quality, TRUE);
    c->dct_method = JDCT_ISLOW;
    if (pic->fmt.colors == 3)
        sample(c, s->subsampling ? s->subsampling : quality > 90 ? 444 : 420);
    density(c, pic->meta, w->stated);
    if (s->interlaced)
        jpeg_simple_progression(c);
    c->optimize_coding = s->level > 0 && (uint64_t)pic->w * (uint64_t)pic->h *
                                                 (uint64_t)pic->fmt.colors *
                                                 sizeof(JCOEF) <=
                                             OPTIMISE_MAX;
    jpeg_start_compress(c, TRUE);
}

static void rows(void *arg)
{
    struct jpeg_writer *w = arg;
    const size_t size = (size_t)w->pic->w * (size_t)w->pic->fmt.colors;

    for (int y = 0; y < w->rows; y++) {
        /* libjpeg's interface knows no const; it does not write here. */
        JSAMPROW row = (JSAMPROW)(uintptr_t)(w->raw + (size_t)y * size);

        jpeg_write_scanlines(&w->cinfo, &row, 1);
    }
}

static void finish(void *arg)
{
    struct jpeg_writer *w = arg;

    jpeg_finish_compress(&w->cinfo);
}

int jpeg_put(struct writer *base, int index, const void *bytes, size_t len,
             int rows_here, struct err *e)
{
    struct jpeg_writer *w = (struct jpeg_writer *)base;

    assert(index == w->next);
    assert(len ==
           (size_t)rows_here * (size_t)w->pic->w * (size_t)w->pic->fmt.colors);
    w->next++;
    w->raw = bytes;
    w->rows = rows_here;
    return jpeg_trapped(&w->trap, rows, w, e);
}

int jpeg_end(struct writer *base, struct err *e)
{
    struct jpeg_writer *w = (struct jpeg_writer *)base;

    return jpeg_trapped(&w->trap, finish, w, e);
}

void jpeg_drop(struct writer *base)
{
    struct jpeg_writer *w = (struct jpeg_writer *)base;

    if (!w)
        return;
    if (w->made)
        jpeg_destroy_compress(&w->cinfo);
    mem_free(w);
}

static int check(const struct picture *pic, struct err *e)
{
    const struct pixfmt *f = &pic->fmt;
    const int s = pic->storage.subsampling;

    if (f->type != SAMPLE_U8 || (f->colors != 1 && f->colors != 3) ||
        f->extras || f->inverted)
        return err_set(e, ERR_ARG,
                       "JPEG holds grey or RGB of 8 bits, without alpha");
    if (pic->w > JPEG_MAX_DIMENSION || pic->h > JPEG_MAX_DIMENSION)
        return err_set(e, ERR_ARG, "%d x %d is too large for JPEG: %ld a side",
                       pic->w, pic->h, JPEG_MAX_DIMENSION);
    if (pic->storage.quality < 0 || pic->storage.quality > 100)
        return err_set(e, ERR_ARG, "a JPEG quality of %d; it is 1 … 100",
                       pic->storage.quality);
    if (s && s != 444 && s != 440 && s != 422 && s != 420 && s != 411)
        return err_set(e, ERR_ARG,
                       "JPEG subsampling %d; it is 444, 440, 422, "
                       "420 or 411",
                       s);
    return 0;
}

int jpeg_create(struct outfile *f, const struct picture *pic, int want_rows,
                int slots, struct writer **out, struct err *e)
{
    struct jpeg_writer *w = NULL;
    int rc;

    (void)slots;
    assert(want_rows > 0);
    TRY(check(pic, e));
    w = mem_zero(1, sizeof(*w));
    if (!w) {
        rc = err_mem(e, sizeof(*w));
        goto out;
    }
    w->base.codec = &codec_jpeg;
    w->base.chunk_rows = want_rows;
    w->file = f;
    w->pic = pic;
    TRY(exif_states(pic->meta, &w->stated, e));
    TRY(jpeg_trapped(&w->trap, start, w, e));
    TRY(jpeg_meta_write(&w->cinfo, &w->trap, pic, e));
    *out = &w->base;
    w = NULL;
out:
    jpeg_drop(w ? &w->base : NULL);
    return rc;
}
