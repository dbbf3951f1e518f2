/* A picture in memory through a codec. */

#include "codec/save.h"

static int put_chunks(const struct picture *pic, const uint8_t *raw,
                      struct writer *w, struct err *e)
{
    const size_t row = (size_t)pic->w * pixfmt_bytes(&pic->fmt);
    struct buf packed = {.max = (size_t)pic->h * row + (1 << 20)};
    int rc = 0;

    for (int y = 0, i = 0; y < pic->h; y += w->chunk_rows, i++) {
        const int left = pic->h - y;
        const int rows = left < w->chunk_rows ? left : w->chunk_rows;
        const uint8_t *at = raw + (size_t)y * row;

        packed.len = 0;
        if (w->packs) {
            TRY(w->codec->pack(w, 0, i, at, rows, &packed, e));
            TRY(w->codec->put(w, i, packed.data, packed.len, rows, e));
        } else {
            TRY(w->codec->put(w, i, at, (size_t)rows * row, rows, e));
        }
    }
    TRY(w->codec->finish(w, e));
out:
    buf_release(&packed);
    return rc;
}

int picture_write(struct outfile *f, const struct codec *codec,
                  const struct picture *pic, const void *raw, struct err *e)
{
    struct writer *w = NULL;
    int rc;

    TRY(codec->create(f, pic, pic->h < 64 ? pic->h : 64, 1, &w, e));
    TRY(put_chunks(pic, raw, w, e));
out:
    codec->abort(w);
    return rc;
}
