/* Whole pictures, from readers and into writers. */

#include "run/raster.h"

#include "base/mem.h"

#define ROWS 64

int raster_new(const struct pixfmt *fmt, int w, int h, struct raster **out,
               struct err *e)
{
    struct raster *r = mem_zero(1, sizeof(*r));
    const size_t row = (size_t)w * pixfmt_bytes(fmt);

    if (!r)
        return err_mem(e, sizeof(*r));
    r->fmt = *fmt;
    r->w = w;
    r->h = h;
    r->raw = mem_array((size_t)h, row);
    if (!r->raw) {
        mem_free(r);
        return err_mem(e, (size_t)h * row);
    }
    *out = r;
    return 0;
}

void raster_free(struct raster *r)
{
    if (!r)
        return;
    mem_free(r->raw);
    mem_free(r);
}

int raster_read(struct reader *r, struct raster **out, struct err *e)
{
    struct raster *made = NULL;
    int rc;

    TRY(raster_new(&r->pic.fmt, r->pic.w, r->pic.h, &made, e));
    for (int i = 0; i < reader_chunks(r); i++)
        TRY(r->codec->chunk(r, 0, i, raster_row(made, i * r->chunk_rows), e));
    *out = made;
    made = NULL;
out:
    raster_free(made);
    return rc;
}

int raster_write(const struct raster *r, const struct codec *codec,
                 const struct picture *pic, struct outfile *f, struct err *e)
{
    const size_t row = (size_t)r->w * pixfmt_bytes(&r->fmt);
    struct buf packed = {.max = SIZE_MAX / 2};
    struct writer *w = NULL;
    int rc;

    TRY(codec->create(f, pic, ROWS, 1, &w, e));
    for (int y = 0, i = 0; y < r->h; y += w->chunk_rows, i++) {
        const int rows = r->h - y < w->chunk_rows ? r->h - y : w->chunk_rows;

        packed.len = 0;
        if (w->packs)
            TRY(codec->pack(w, 0, i, raster_row(r, y), rows, &packed, e));
        TRY(codec->put(w, i, w->packs ? packed.data : raster_row(r, y),
                       w->packs ? packed.len : row * (size_t)rows, rows, e));
    }
    TRY(codec->finish(w, e));
out:
    if (w)
        codec->abort(w);
    buf_release(&packed);
    return rc;
}
