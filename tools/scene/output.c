/* Pixels to samples to files, through the project's own writers. */

#include "output.h"

#include <stdio.h>
#include <string.h>

#include "film.h"

const char *const product_names[PRODUCT_COUNT + 1] = {"beauty", "exr", "depth",
                                                      "normal", "id",  NULL};
const char *const product_files[PRODUCT_COUNT] = {".tif", ".exr", "_depth.png",
                                                  "_normal.png", "_id.png"};

static const struct form {
    const char *codec;
    struct pixfmt fmt;
} forms[PRODUCT_COUNT] = {
    [PRODUCT_BEAUTY] = {"tiff", {SAMPLE_U16, 3, 0, -1, false, false}},
    [PRODUCT_EXR] = {"exr", {SAMPLE_F32, 3, 5, -1, false, false}},
    [PRODUCT_DEPTH] = {"png", {SAMPLE_U16, 1, 0, -1, false, false}},
    [PRODUCT_NORMAL] = {"png", {SAMPLE_U16, 3, 0, -1, false, false}},
    [PRODUCT_ID] = {"png", {SAMPLE_U8, 3, 0, -1, false, false}},
};

struct output {
    enum product product;
    const struct render *r;
    float noise;
    struct picture pic;
    struct outfile file;
    struct writer *writer;
    uint8_t *raw; /* rows that wait until a chunk is full */
    size_t row;   /* bytes */
    int held, room;
    int next; /* chunk */
    int y;    /* row that comes next */
    struct buf *packed;
};

static uint16_t to_u16(float x)
{
    return (uint16_t)(clampf(x, 0, 1) * 65535 + 0.5f);
}

static void put_beauty(const struct output *o, const struct pixel *p, size_t at,
                       uint16_t *out)
{
    const float c[3] = {p->color.x, p->color.y, p->color.z};

    for (int i = 0; i < 3; i++) {
        const uint32_t key =
            hash3((uint32_t)at, (uint32_t)i, o->r->seed ^ 0x6b8f1d23u);
        const float light = o->noise > 0 ? film_noise(c[i], o->noise, key)
                                         : c[i];

        out[i] = to_u16(film(light));
    }
}

static void put_exr(const struct pixel *p, float *out)
{
    const uint32_t id = p->cls;
    const float v[7] = {p->color.x,  p->color.y,  p->color.z, p->normal.x,
                        p->normal.y, p->normal.z, p->depth};

    memcpy(out, v, sizeof(v));
    memcpy(out + 7, &id, 4);
}

static void put_row(const struct output *o, const struct pixel *p, int y,
                    void *out)
{
    const float far = o->r->world->far;
    const size_t w = (size_t)o->r->width;
    uint16_t *u16 = out;
    uint8_t *u8 = out;
    float *f32 = out;

    for (size_t x = 0; x < w; x++, p++)
        switch (o->product) {
        case PRODUCT_BEAUTY:
            put_beauty(o, p, (size_t)y * w + x, u16 + 3 * x);
            break;
        case PRODUCT_EXR:
            put_exr(p, f32 + 8 * x);
            break;
        case PRODUCT_DEPTH:
            u16[x] = to_u16(minf(p->depth, far) / far);
            break;
        case PRODUCT_NORMAL:
            u16[3 * x] = to_u16(0.5f + 0.5f * p->normal.x);
            u16[3 * x + 1] = to_u16(0.5f + 0.5f * p->normal.y);
            u16[3 * x + 2] = to_u16(0.5f + 0.5f * p->normal.z);
            break;
        default:
            memcpy(u8 + 3 * x, class_info[p->cls].rgb, 3);
        }
}

/* What the file says of itself. */
static int describe(struct output *o, struct err *e)
{
    static const char channels[] = "f 3 -1\n1 0 R\n1 0 G\n1 0 B\n1 1 N.X\n1 1 "
                                   "N.Y\n1 1 N.Z\n2 0 Z\n0 0 id\n";
    static const char comment[] =
        "Z: metres along the view axis. N: x right, y up, z to the viewer. "
        "id: class of material.";
    struct picture *p = &o->pic;
    int rc;

    TRY(meta_new(&p->meta, e));
    if (o->product == PRODUCT_EXR) {
        TRY(meta_add_item(p->meta, "exr", "channels", "samples", channels,
                          sizeof(channels) - 1, e));
        TRY(meta_add_item(p->meta, "exr", "comments", "string", comment,
                          sizeof(comment) - 1, e));
        TRY(color_from_space(SPACE_REC709, true, &p->color, e));
    }
    if (o->product == PRODUCT_BEAUTY) {
        uint8_t *icc = NULL;
        size_t len = 0;

        TRY(color_from_space(SPACE_SRGB, false, &p->color, e));
        TRY(color_make_icc(p->color, &icc, &len, e));
        rc = blob_set(&p->meta->icc, icc, len, e);
        mem_free(icc);
        p->meta->xres = p->meta->yres = 300;
        p->meta->res_unit = RES_INCH;
        p->storage.compression = COMP_LZW;
        p->storage.predictor = 2;
    }
out:
    return rc;
}

int output_open(enum product product, const char *prefix,
                const struct render *r, float noise, struct output **out,
                struct err *e)
{
    const struct codec *codec = codec_named(forms[product].codec);
    struct output *o = mem_zero(1, sizeof(*o));
    char path[4096];
    int rc, slots = pool_slots(r->pool);

    if (!o)
        return err_mem(e, sizeof(*o));
    o->file.fd = -1;
    o->product = product;
    o->r = r;
    o->noise = noise;
    o->pic.w = r->width;
    o->pic.h = r->height;
    o->pic.pages = 1;
    o->pic.fmt = forms[product].fmt;
    TRY(describe(o, e));
    if (snprintf(path, sizeof(path), "%s%s", prefix, product_files[product]) >=
        (int)sizeof(path)) {
        rc = err_set(e, ERR_ARG, "the prefix is too long");
        goto out;
    }
    TRY(outfile_open(&o->file, path, e));
    TRY(codec->create(&o->file, &o->pic, STRIP_ROWS, slots, &o->writer, e));
    o->row = (size_t)r->width * pixfmt_bytes(&o->pic.fmt);
    o->room = STRIP_ROWS * 4 + o->writer->chunk_rows;
    o->raw = mem_array((size_t)o->room, o->row);
    o->packed = mem_zero((size_t)o->room, sizeof(*o->packed));
    if (!o->raw || !o->packed) {
        rc = err_mem(e, (size_t)o->room * o->row);
        goto out;
    }
    *out = o;
    o = NULL;
out:
    output_free(o);
    return rc;
}

static int chunk_rows(const struct output *o, int i)
{
    const int left = o->held - i * o->writer->chunk_rows;

    return left < o->writer->chunk_rows ? left : o->writer->chunk_rows;
}

static int pack(void *arg, int i, int slot, struct err *e)
{
    struct output *o = arg;
    struct writer *w = o->writer;
    const size_t at = (size_t)i * (size_t)w->chunk_rows * o->row;

    o->packed[i].max = (size_t)1 << 40;
    o->packed[i].len = 0;
    return w->codec->pack(w, slot, o->next + i, o->raw + at, chunk_rows(o, i),
                          &o->packed[i], e);
}

/* Writes all full chunks; at the end of the picture the last one too. */
static int flush(struct output *o, struct err *e)
{
    struct writer *w = o->writer;
    const bool last = o->y == o->r->height;
    const int n = last ? (o->held + w->chunk_rows - 1) / w->chunk_rows
                       : o->held / w->chunk_rows;
    int rc = 0, rows = 0;

    if (w->packs)
        TRY(pool_run(o->r->pool, n, pack, o, e));
    for (int i = 0; i < n; i++) {
        const int part = chunk_rows(o, i);
        const uint8_t *raw = o->raw + (size_t)rows * o->row;

        if (w->packs)
            TRY(w->codec->put(w, o->next + i, o->packed[i].data,
                              o->packed[i].len, part, e));
        else
            TRY(w->codec->put(w, o->next + i, raw, (size_t)part * o->row, part,
                              e));
        rows += part;
    }
    o->next += n;
    o->held -= rows;
    memmove(o->raw, o->raw + (size_t)rows * o->row, (size_t)o->held * o->row);
out:
    return rc;
}

struct strip {
    struct output *o;
    const struct pixel *pixels;
};

static int one_row(void *arg, int i, int slot, struct err *e)
{
    const struct strip *s = arg;
    struct output *o = s->o;

    (void)slot;
    (void)e;
    put_row(o, s->pixels + (size_t)i * (size_t)o->r->width, o->y + i,
            o->raw + (size_t)(o->held + i) * o->row);
    return 0;
}

int output_add(struct output *o, const struct pixel *pixels, int rows,
               struct err *e)
{
    struct strip s = {o, pixels};
    int rc;

    TRY(pool_run(o->r->pool, rows, one_row, &s, e));
    o->held += rows;
    o->y += rows;
    rc = flush(o, e);
out:
    return rc;
}

int output_commit(struct output *o, struct err *e)
{
    int rc = o->writer->codec->finish(o->writer, e);

    return rc < 0 ? rc : outfile_commit(&o->file, true, e);
}

void output_free(struct output *o)
{
    if (!o)
        return;
    if (o->writer)
        o->writer->codec->abort(o->writer);
    outfile_abandon(&o->file);
    for (int i = 0; o->packed && i < o->room; i++)
        buf_release(&o->packed[i]);
    mem_free(o->packed);
    mem_free(o->raw);
    picture_release(&o->pic);
    mem_free(o);
}
