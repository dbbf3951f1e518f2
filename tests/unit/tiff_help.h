#ifndef UNIT_TIFF_HELP_H
#define UNIT_TIFF_HELP_H

/* Pictures for the tests of the TIFF codec, and the way through a file. */

#include <unistd.h>

#include "test.h"

#include "base/mem.h"
#include "codec/codec.h"
#include "outside.h"

struct shot {
    struct picture pic;
    uint8_t *raw;
    size_t bytes;
};

static inline uint32_t next_random(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

/* A picture with slopes, flats and noise; floats are finite. */
static inline struct shot make_shot(int w, int h, enum sample type, int colors,
                                    int extras, uint32_t seed)
{
    struct shot s = {0};
    struct err e;
    const struct pixfmt fmt = {.type = type,
                               .colors = colors,
                               .extras = extras,
                               .alpha = extras ? 0 : -1};
    const size_t size = sample_bytes(type);
    const int spp = colors + extras;

    s.pic.w = w;
    s.pic.h = h;
    s.pic.fmt = fmt;
    s.pic.pages = 1;
    assert_int_equal(meta_new(&s.pic.meta, &e), 0);
    s.bytes = (size_t)w * (size_t)h * pixfmt_bytes(&fmt);
    s.raw = mem_alloc(s.bytes);
    assert_non_null(s.raw);
    for (size_t i = 0; i < s.bytes / size; i++) {
        const size_t x = i / (size_t)spp % (size_t)w;
        const uint32_t noise = next_random(&seed);
        const uint32_t v = x < 20 ? 0x01020304u
                                  : (uint32_t)(x * 0x01010101u) + noise % 999;
        const float f = (float)v / 1e6f - 20.0f;

        if (type == SAMPLE_F32)
            memcpy(s.raw + 4 * i, &f, 4);
        else if (type == SAMPLE_F16)
            memcpy(s.raw + 2 * i, &(uint16_t){(uint16_t)(v % 0x7bff)}, 2);
        else
            memcpy(s.raw + size * i, &v, size);
    }
    return s;
}

static inline void free_shot(struct shot *s)
{
    picture_release(&s->pic);
    mem_free(s->raw);
    *s = (struct shot){0};
}

/* Writes the picture; the chunks are packed last to first, as threads may. */
static inline int write_shot(const struct shot *s, const char *path,
                             int want_rows, struct err *e)
{
    const struct codec *c = codec_named("tiff");
    const size_t row = (size_t)s->pic.w * pixfmt_bytes(&s->pic.fmt);
    struct outfile out = {0};
    struct writer *w = NULL;
    struct buf *packed = NULL;
    int rc, n = 0, step;

    TRY(outfile_open(&out, path, e));
    TRY(c->create(&out, &s->pic, want_rows, 2, &w, e));
    step = w->chunk_rows;
    n = (s->pic.h - 1) / step + 1;
    packed = mem_zero((size_t)n, sizeof(*packed));
    if (!packed) {
        rc = err_mem(e, 0);
        goto out;
    }
    for (int i = n; i-- > 0 && w->packs;) {
        const int left = s->pic.h - i * step, rows = left < step ? left : step;

        packed[i].max = 2 * row * (size_t)rows + (1 << 20);
        TRY(c->pack(w, i % 2, i, s->raw + row * (size_t)(i * step), rows,
                    &packed[i], e));
    }
    for (int i = 0; i < n; i++) {
        const int left = s->pic.h - i * step, rows = left < step ? left : step;
        const uint8_t *raw = s->raw + row * (size_t)(i * step);

        TRY(c->put(w, i, w->packs ? packed[i].data : raw,
                   w->packs ? packed[i].len : row * (size_t)rows, rows, e));
    }
    TRY(c->finish(w, e));
    /* Without the sync of a commit, which costs more than all the rest. */
    unlink(path); /* a replaced file is flushed by some file systems */
    assert_int_equal(rename(out.temp, path), 0);
out:
    if (w)
        c->abort(w);
    for (int i = 0; packed && i < n; i++)
        buf_release(&packed[i]);
    mem_free(packed);
    outfile_abandon(&out);
    return rc;
}

/* Reads a whole picture, the even chunks after the odd ones if allowed. */
static inline int read_shot(const char *path, int page, struct shot *out,
                            struct err *e)
{
    const struct read_options o = {
        .page = page, .slots = 2, .memory = (uint64_t)256 << 20};
    struct reader *r = NULL;
    struct shot s = {0};
    size_t row;
    int rc;

    TRY(reader_open(path, &o, &r, e));
    row = (size_t)r->pic.w * pixfmt_bytes(&r->pic.fmt);
    if (row * (uint64_t)r->pic.h > (uint64_t)1 << 30) {
        rc = err_set(e, ERR_MEM, "too large for a test");
        goto out;
    }
    s.bytes = row * (size_t)r->pic.h;
    s.raw = mem_alloc(s.bytes);
    if (!s.raw) {
        rc = err_mem(e, s.bytes);
        goto out;
    }
    memset(s.raw, 0xa5, s.bytes);
    for (int pass = 0; pass < 2; pass++)
        for (int i = 0; i < reader_chunks(r); i++)
            if (r->ordered || i % 2 != pass)
                TRY(r->codec->chunk(r, r->ordered ? pass : i % 2, i,
                                    s.raw + row * (size_t)(i * r->chunk_rows),
                                    e));
    s.pic = r->pic;
    r->pic.color = NULL;
    r->pic.meta = NULL;
    *out = s;
    s = (struct shot){0};
out:
    mem_free(s.raw);
    reader_close(r);
    return rc;
}

/* As read_shot(), which must succeed. */
static inline struct shot must_read(const char *path, int page)
{
    struct shot s = {0};
    struct err e = {0};

    if (read_shot(path, page, &s, &e) < 0)
        fail_msg("%s: %s", path, e.text);
    return s;
}

static inline void must_write(const struct shot *s, const char *path, int rows)
{
    struct err e = {0};

    if (write_shot(s, path, rows, &e) < 0)
        fail_msg("%s: %s", path, e.text);
}

static inline void same_pixels(const struct shot *a, const struct shot *b,
                               const char *what)
{
    if (a->pic.w != b->pic.w || a->pic.h != b->pic.h || a->bytes != b->bytes ||
        a->pic.fmt.type != b->pic.fmt.type ||
        a->pic.fmt.colors != b->pic.fmt.colors ||
        a->pic.fmt.extras != b->pic.fmt.extras)
        fail_msg("%s: another kind of picture", what);
    if (memcmp(a->raw, b->raw, a->bytes))
        fail_msg("%s: other pixels", what);
}

static inline void put_le(FILE *f, uint64_t v, int n)
{
    for (int i = 0; i < n; i++)
        fputc((int)(v >> (8 * i)) & 255, f);
}

#endif
