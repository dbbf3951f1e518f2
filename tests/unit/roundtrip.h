#ifndef UNIT_ROUNDTRIP_H
#define UNIT_ROUNDTRIP_H

/* Pictures through a codec and back, for the tests of codecs. */

#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "codec/codec.h"

/* A folder of its own for a group of tests: its setup and teardown. */
static char shot_folder[] = "/dev/shm/test_shot.XXXXXX";

static inline int shot_enter(void **state)
{
    (void)state;
    if (access("/dev/shm", W_OK) != 0) /* many small files: in memory */
        strcpy(shot_folder, "/tmp/test_shot.XXXXXX");
    return !mkdtemp(shot_folder) || chdir(shot_folder);
}

static inline int shot_leave(void **state)
{
    char command[64];

    (void)state;
    snprintf(command, sizeof(command), "rm -rf '%s'", shot_folder);
    return chdir("/") || system(command);
}

/* A picture without metadata whose rows `pixels` holds. */
struct shot {
    struct picture pic;
    uint8_t *raw;
    size_t size;
};

static inline uint32_t noise(uint32_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 17;
    *state ^= *state << 5;
    return *state;
}

static inline size_t shot_row(const struct shot *s)
{
    return (size_t)s->pic.w * pixfmt_bytes(&s->pic.fmt);
}

/* A smooth picture with a little noise; the same for the same sizes. */
static inline int shot_make(struct shot *s, int w, int h, enum sample type,
                            int colors, bool alpha, struct err *e)
{
    uint32_t state = 2463534242u;
    const int n = colors + alpha;
    int rc;

    *s = (struct shot){.pic = {.w = w, .h = h, .pages = 1}};
    s->pic.fmt = (struct pixfmt){
        .type = type,
        .colors = colors,
        .extras = alpha,
        .alpha = alpha ? 0 : -1,
    };
    TRY(meta_new(&s->pic.meta, e));
    s->size = (size_t)h * shot_row(s);
    s->raw = mem_alloc(s->size);
    for (int y = 0; y < h; y++)
        for (int x = 0; x < w; x++)
            for (int c = 0; c < n; c++) {
                const size_t i =
                    ((size_t)y * (size_t)w + (size_t)x) * (size_t)n + (size_t)c;
                const uint32_t v =
                    (uint32_t)(x * 40000L / w + y * 20000L / h + c * 1000) +
                    noise(&state) % 300;

                if (type == SAMPLE_U16)
                    ((uint16_t *)(void *)s->raw)[i] = (uint16_t)v;
                else
                    s->raw[i] = (uint8_t)(v >> 8);
            }
out:
    return rc;
}

static inline void shot_release(struct shot *s)
{
    picture_release(&s->pic);
    mem_free(s->raw);
    *s = (struct shot){0};
}

/* Compresses and adds all chunks, then finishes the file. */
static inline int shot_chunks(const struct shot *s, struct writer *w,
                              struct err *e)
{
    struct buf packed = {.max = (size_t)1 << 30};
    const size_t row = shot_row(s);
    int rc = 0;

    for (int y = 0, i = 0; y < s->pic.h; i++) {
        const int rows = s->pic.h - y < w->chunk_rows ? s->pic.h - y
                                                      : w->chunk_rows;
        const uint8_t *raw = s->raw + (size_t)y * row;

        packed.len = 0;
        if (w->packs) {
            TRY(w->codec->pack(w, 0, i, raw, rows, &packed, e));
            TRY(w->codec->put(w, i, packed.data, packed.len, rows, e));
        } else {
            TRY(w->codec->put(w, i, raw, (size_t)rows * row, rows, e));
        }
        y += rows;
    }
    TRY(w->codec->finish(w, e));
out:
    buf_release(&packed);
    return rc;
}

static inline int shot_save(const struct shot *s, const char *codec,
                            const char *path, int want_rows, struct err *e)
{
    const struct codec *c = codec_named(codec);
    struct outfile f = {.fd = -1};
    struct writer *w = NULL;
    int rc;

    TRY(outfile_open(&f, path, e));
    TRY(c->create(&f, &s->pic, want_rows, 1, &w, e));
    TRY(shot_chunks(s, w, e));
    TRY(outfile_commit(&f, true, e));
out:
    c->abort(w);
    outfile_abandon(&f);
    return rc;
}

/* Opens and decodes everything; the picture is moved into the shot. */
static inline int shot_load(struct shot *s, const char *path,
                            const struct read_options *o, struct err *e)
{
    const struct read_options plain = {.slots = 1,
                                       .memory = (uint64_t)64 << 20};
    struct reader *r = NULL;
    int rc;

    *s = (struct shot){0};
    TRY(reader_open(path, o ? o : &plain, &r, e));
    s->pic = r->pic;
    s->size = (size_t)s->pic.h * shot_row(s);
    s->raw = mem_alloc(s->size);
    if (!s->raw) {
        rc = err_mem(e, s->size);
        goto out;
    }
    for (int i = 0; i < reader_chunks(r); i++)
        TRY(r->codec->chunk(
            r, 0, i, s->raw + (size_t)i * (size_t)r->chunk_rows * shot_row(s),
            e));
    r->pic.meta = NULL;
    r->pic.color = NULL;
out:
    if (rc < 0) {
        mem_free(s->raw);
        *s = (struct shot){0};
    }
    reader_close(r);
    return rc;
}

/* Small files whole, in place. */
static inline int bytes_save(const char *path, const void *bytes, size_t n)
{
    const int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
    const ssize_t put = fd < 0 ? -1 : write(fd, bytes, n);

    if (fd >= 0)
        close(fd);
    return put == (ssize_t)n ? 0 : -1;
}

/*
 * Every truncation and, for every byte, several changes of the file at `path`
 * are loaded; returns how many of the `step`-th lengths cut short were taken
 * for whole files. Whatever happens must be an error with a text, or success.
 */
static inline int shot_torture(const char *path, const char *scratch,
                               size_t step, struct err *e)
{
    static const uint8_t masks[] = {0x01, 0x80, 0xff};
    struct buf file = {.max = (size_t)1 << 20};
    int taken = 0;

    if (file_load(path, file.max, &file, e) < 0)
        return -1;
    for (size_t n = 0; n < file.len; n += step) {
        struct shot s;

        bytes_save(scratch, file.data, n);
        *e = (struct err){0};
        if (shot_load(&s, scratch, NULL, e) == 0)
            taken++;
        else if (!e->code || !e->text[0])
            taken += 1000000;
        shot_release(&s);
    }
    for (size_t i = 0; i < file.len * 3; i += step) {
        struct shot s;

        file.data[i / 3] ^= masks[i % 3];
        bytes_save(scratch, file.data, file.len);
        file.data[i / 3] ^= masks[i % 3];
        *e = (struct err){0};
        if (shot_load(&s, scratch, NULL, e) < 0 && (!e->code || !e->text[0]))
            taken += 1000000;
        shot_release(&s);
    }
    buf_release(&file);
    return taken;
}

#endif
