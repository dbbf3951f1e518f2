/* Pixels of a JPEG, through libjpeg. */

#include "codec/jpeg.h"

#include <assert.h>
#include <string.h>

#define CHUNK_ROWS 64

/* A progressive file of few bytes may ask for any number of passes over the
   picture; encoders write about ten. */
#define SCANS_MAX 100

/* A block of 64 pixels takes at least one bit, Huffman coded. Arithmetic coding
   of a flat picture takes next to none, and no bytes at all may stand for any
   number of blocks (ITU-T T.81, D.1.8): a bound that no real picture nears. */
#define EXPANSION            512
#define EXPANSION_ARITHMETIC (16 * EXPANSION)

struct jpeg_reader {
    struct reader base;
    struct infile file;
    struct jpeg_trap trap;
    struct jpeg_decompress_struct cinfo;
    struct jpeg_source_mgr src;
    struct jpeg_progress_mgr progress;
    uint64_t at;
    bool made;
    uint8_t *raw; /* where rows go                  */
    int end;      /* the last row that goes, plus 1 */
    uint8_t bytes[65536];
};

static void on_source(j_decompress_ptr cinfo)
{
    (void)cinfo;
}

static boolean on_fill(j_decompress_ptr cinfo)
{
    struct jpeg_reader *r = cinfo->client_data;
    const uint64_t left = r->file.size - r->at;
    const size_t n = left < sizeof(r->bytes) ? (size_t)left : sizeof(r->bytes);

    if (n == 0) {
        err_set(r->trap.e, ERR_DATA, "the file is cut short at row %d of %d",
                r->trap.row, r->base.pic.h);
        jpeg_trap_jump((j_common_ptr)cinfo);
    }
    if (infile_read(&r->file, r->at, r->bytes, n, r->trap.e) < 0)
        jpeg_trap_jump((j_common_ptr)cinfo);
    r->at += n;
    r->src.next_input_byte = r->bytes;
    r->src.bytes_in_buffer = n;
    return TRUE;
}

static void on_skip(j_decompress_ptr cinfo, long n)
{
    struct jpeg_reader *r = cinfo->client_data;

    if (n <= 0)
        return;
    while ((size_t)n > r->src.bytes_in_buffer) {
        n -= (long)r->src.bytes_in_buffer;
        on_fill(cinfo);
    }
    r->src.next_input_byte += n;
    r->src.bytes_in_buffer -= (size_t)n;
}

static void on_progress(j_common_ptr cinfo)
{
    struct jpeg_reader *r = cinfo->client_data;

    if (r->cinfo.input_scan_number <= SCANS_MAX)
        return;
    err_set(r->trap.e, ERR_DATA, "it has more than %d scans", SCANS_MAX);
    jpeg_trap_jump(cinfo);
}

/* To the first scan, from the first byte. */
static void header(void *arg)
{
    struct jpeg_reader *r = arg;
    j_decompress_ptr c = &r->cinfo;

    if (!r->made) {
        r->made = true;
        c->err = jpeg_trap_init(&r->trap);
        jpeg_create_decompress(c);
    }
    jpeg_abort_decompress(c);
    c->client_data = r;
    r->src = (struct jpeg_source_mgr){
        .init_source = on_source,
        .fill_input_buffer = on_fill,
        .skip_input_data = on_skip,
        .resync_to_restart = jpeg_resync_to_restart,
        .term_source = on_source,
    };
    c->src = &r->src;
    r->progress.progress_monitor = on_progress;
    c->progress = &r->progress;
    r->at = 0;
    r->trap.row = 0;
    r->trap.lenient = false;
    jpeg_read_header(c, TRUE);
}

static void start(void *arg)
{
    struct jpeg_reader *r = arg;
    j_decompress_ptr c = &r->cinfo;

    r->trap.rows = r->base.pic.h;
    c->out_color_space = r->base.pic.fmt.colors == 1   ? JCS_GRAYSCALE
                         : r->base.pic.fmt.colors == 3 ? JCS_RGB
                                                       : JCS_CMYK;
    c->dct_method = JDCT_ISLOW;
    c->do_fancy_upsampling = TRUE;
    jpeg_start_decompress(c);
}

static void rows(void *arg)
{
    struct jpeg_reader *r = arg;
    const size_t size = (size_t)r->base.pic.w * pixfmt_bytes(&r->base.pic.fmt);

    while (r->trap.row < r->end) {
        JSAMPROW row = r->raw;

        jpeg_read_scanlines(&r->cinfo, &row, 1);
        r->raw += size;
        r->trap.row++;
    }
    if (r->end < r->base.pic.h)
        return;
    r->trap.lenient = true; /* stuffing behind the last row harms nobody */
    jpeg_finish_decompress(&r->cinfo);
}

/* Adobe writes inks the other way round: 255 is none. */
static void invert(uint8_t *raw, size_t n)
{
    for (size_t i = 0; i < n; i++)
        raw[i] = (uint8_t)~raw[i];
}

int jpeg_chunk(struct reader *base, int slot, int index, void *raw,
               struct err *e)
{
    struct jpeg_reader *r = (struct jpeg_reader *)base;
    const struct picture *pic = &base->pic;
    const int y = index * CHUNK_ROWS;
    int rc;

    (void)slot;
    assert(index >= 0 && y < pic->h);
    if (index == 0) {
        TRY(jpeg_trapped(&r->trap, header, r, e));
        TRY(jpeg_trapped(&r->trap, start, r, e));
    }
    assert(r->trap.row == y);
    r->raw = raw;
    r->end = pic->h - y < CHUNK_ROWS ? pic->h : y + CHUNK_ROWS;
    TRY(jpeg_trapped(&r->trap, rows, r, e));
    if (pic->fmt.colors == 4 && r->cinfo.saw_Adobe_marker)
        invert(raw, (size_t)(r->end - y) * (size_t)pic->w * 4);
out:
    return rc;
}

/* 444, 422, 440, 420, 411, or 0 for anything else. */
static int subsampling(const struct jpeg_decompress_struct *c)
{
    const jpeg_component_info *p = c->comp_info;
    const int h = p[0].h_samp_factor, v = p[0].v_samp_factor;

    if (c->num_components != 3 || p[1].h_samp_factor != 1 ||
        p[1].v_samp_factor != 1 || p[2].h_samp_factor != 1 ||
        p[2].v_samp_factor != 1)
        return 0;
    return h == 1 && v == 1   ? 444
           : h == 2 && v == 1 ? 422
           : h == 1 && v == 2 ? 440
           : h == 2 && v == 2 ? 420
           : h == 4 && v == 1 ? 411
                              : 0;
}

static int describe(struct jpeg_reader *r, struct err *e)
{
    const struct jpeg_decompress_struct *c = &r->cinfo;
    struct picture *pic = &r->base.pic;
    const JQUANT_TBL *table =
        c->quant_tbl_ptrs[c->comp_info[0].quant_tbl_no & 3];
    int colors;

    switch (c->jpeg_color_space) {
    case JCS_GRAYSCALE:
        colors = 1;
        break;
    case JCS_RGB:
    case JCS_YCbCr:
        colors = 3;
        break;
    case JCS_CMYK:
    case JCS_YCCK:
        colors = 4;
        break;
    default:
        return err_set(e, ERR_DATA, "a JPEG of %d components is not read",
                       c->num_components);
    }
    pic->w = (int)c->image_width;
    pic->h = (int)c->image_height;
    pic->fmt = (struct pixfmt){
        .type = SAMPLE_U8,
        .colors = colors,
        .alpha = -1,
    };
    pic->storage = (struct storage){
        .compression = COMP_JPEG,
        .quality = table ? jpeg_quality_of(table->quantval) : 0,
        .subsampling = colors == 1 ? 0 : subsampling(c),
        .interlaced = c->progressive_mode,
    };
    pic->pages = 1;
    pic->file_size = r->file.size;
    return 0;
}

/* Several scans are put together in memory before the first row is there. */
static int check_memory(struct jpeg_reader *r, uint64_t limit, struct err *e)
{
    const struct jpeg_decompress_struct *c = &r->cinfo;
    uint64_t need = 0;

    if (!limit || !jpeg_has_multiple_scans(&r->cinfo))
        return 0;
    for (int i = 0; i < c->num_components; i++)
        need += (uint64_t)c->comp_info[i].width_in_blocks *
                c->comp_info[i].height_in_blocks * sizeof(JBLOCK);
    if (need > limit)
        return err_set(e, ERR_MEM,
                       "a progressive JPEG is decoded whole: %d x %d pixels "
                       "need %llu MB, more than the %llu MB allowed",
                       r->base.pic.w, r->base.pic.h,
                       (unsigned long long)(need >> 20),
                       (unsigned long long)(limit >> 20));
    return 0;
}

static int take_color(struct picture *pic, struct err *e)
{
    const struct blob *icc = &pic->meta->icc;
    struct err why = {0};

    if (!icc->len)
        return 0;
    if (color_from_icc(icc->data, icc->len, pic->fmt.colors, &pic->color,
                       &why) == 0)
        snprintf(pic->color_from, sizeof(pic->color_from), "ICC");
    else if (!pic->warning[0])
        snprintf(pic->warning, sizeof(pic->warning),
                 "the ICC profile cannot be used: %.120s", why.text);
    return why.code == ERR_MEM ? err_set(e, ERR_MEM, "%s", why.text) : 0;
}

int jpeg_open(const char *path, const struct read_options *o,
              struct reader **out, struct err *e)
{
    struct jpeg_reader *r = NULL;
    struct picture *pic;
    int rc;

    if (o->page > 0)
        return err_set(e, ERR_ARG, "a JPEG has one page only");
    r = mem_zero(1, sizeof(*r));
    if (!r)
        return err_mem(e, sizeof(*r));
    r->file.fd = -1;
    r->base.codec = &codec_jpeg;
    r->base.chunk_rows = CHUNK_ROWS;
    r->base.ordered = true;
    pic = &r->base.pic;
    TRY(infile_open(&r->file, path, e));
    TRY(meta_new(&pic->meta, e));
    TRY(jpeg_scan(&r->file, pic, e));
    TRY(jpeg_trapped(&r->trap, header, r, e));
    TRY(describe(r, e));
    TRY(codec_check_size(
        pic->w, pic->h, &pic->fmt, r->file.size,
        (r->cinfo.arith_code ? EXPANSION_ARITHMETIC : EXPANSION) *
            (uint64_t)pic->fmt.colors,
        o, e));
    TRY(check_memory(r, o->memory, e));
    TRY(take_color(pic, e));
    *out = &r->base;
    r = NULL;
    rc = 0;
out:
    jpeg_close(r ? &r->base : NULL);
    return rc;
}

void jpeg_close(struct reader *base)
{
    struct jpeg_reader *r = (struct jpeg_reader *)base;

    if (!r)
        return;
    if (r->made)
        jpeg_destroy_decompress(&r->cinfo);
    infile_close(&r->file);
    picture_release(&r->base.pic);
    mem_free(r);
}
