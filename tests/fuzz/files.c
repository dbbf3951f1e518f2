/* Picture files as input; see the header. */

#include "files.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/hash.h"
#include "fuzz.h"
#include "run/file.h"

#define MEMORY ((uint64_t)64 << 20)

static char folder[64];
static struct pool *pool;

static void must(int rc, const struct err *e)
{
    if (rc < 0)
        fuzz_fail("%s", e->text);
}

static void leave(void)
{
    pool_free(pool);
    rmdir(folder);
}

static void enter(void)
{
    struct err e = {0};

    if (pool)
        return;
    snprintf(folder, sizeof(folder), "%s/fuzz.XXXXXX",
             access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
    if (!mkdtemp(folder))
        fuzz_fail("cannot make a folder");
    must(pool_new(1, &pool, &e), &e);
    atexit(leave);
}

const char *files_path(void)
{
    static char path[100];

    enter();
    snprintf(path, sizeof(path), "%s/seed", folder);
    return path;
}

/* The names in the folder, of which `allowed` may be one. */
static int names_besides(const char *allowed)
{
    DIR *dir = opendir(folder);
    const struct dirent *d;
    int n = 0;

    while (dir && (d = readdir(dir)))
        n += d->d_name[0] == '.' ? strlen(d->d_name) > 2
                                 : strcmp(d->d_name, allowed) != 0;
    if (dir)
        closedir(dir);
    return n;
}

/* Decodes every row. */
static int read_all(const char *path, struct err *e)
{
    const struct read_options o = {.slots = 1, .memory = 4 * MEMORY};
    struct reader *r = NULL;
    void *raw = NULL;
    int rc;

    TRY(reader_open(path, &o, &r, e));
    raw = mem_array((size_t)r->chunk_rows * (size_t)r->pic.w,
                    pixfmt_bytes(&r->pic.fmt));
    if (!raw) {
        rc = err_mem(e, 0);
        goto out;
    }
    for (int i = 0; i < reader_chunks(r); i++)
        TRY(r->codec->chunk(r, 0, i, raw, e));
out:
    mem_free(raw);
    reader_close(r);
    return rc;
}

static void choose(uint64_t dice, struct process_options *o, struct look **look)
{
    static const char *const looks[] = {
        "steps: []",
        "steps: [exposure: {ev: 0.5}]",
        "steps: [sharpen, vignette: {amount: -0.2}]",
        "steps: [resize: {long_edge: 8}]",
    };
    static const char *const profiles[] = {"same", "same", "srgb", "prophoto"};
    const char *text = looks[dice % 4];
    struct err e = {0};

    param_defaults(process_params, o, sizeof(*o));
    o->conflict = CONFLICT_OVERWRITE;
    o->keep = KEEP_ALL;
    o->memory = MEMORY;
    o->icc = profiles[dice / 4 % 4];
    o->format = dice / 16 % 2 ? FORMAT_SAME : (int)(dice / 32 % 5);
    o->bits = dice / 256 % 4 ? BITS_SAME : (int)(dice / 1024 % 5);
    o->page = dice / 8192 % 32 == 0;
    must(look_parse(text, strlen(text), "fuzz", NULL, look, &e), &e);
}

void files_try(const uint8_t *data, size_t size)
{
    static const char *const exts[] = {"same", "exr", "jpg", "png", "tif"};
    const int fd = memfd_create("fuzz", MFD_CLOEXEC);
    struct process_options o;
    struct file_result result;
    struct file_job job = {.options = &o};
    struct look *look = NULL;
    char in[40], out[100];
    struct err e = {0};

    enter();
    job.pool = pool;
    choose(hash_bytes(data, size, 0), &o, &look);
    job.look = look;
    if (fd < 0 || write(fd, data, size) != (ssize_t)size)
        fuzz_fail("cannot make a file in memory");
    snprintf(in, sizeof(in), "/proc/self/fd/%d", fd);
    snprintf(out, sizeof(out), "%s/out.%s", folder, exts[o.format]);
    job.in = in;
    job.out = out;
    file_process(&job, &result);
    if (names_besides(path_name(out)) > 0)
        fuzz_fail("a temporary file is left");
    if (result.status == FILE_DONE) {
        if (read_all(out, &e) < 0)
            fuzz_fail("the output cannot be read: %s", e.text);
        unlink(out);
    } else if (result.status != FILE_FAILED) {
        fuzz_fail("neither done nor failed");
    } else if (!result.err.text[0]) {
        fuzz_fail("failed without a reason");
    } else if (access(out, F_OK) == 0) {
        fuzz_fail("failed, but the output is there");
    }
    file_result_release(&result);
    look_free(look);
    close(fd);
}

static void describe(struct meta *m)
{
    static const uint8_t exif[] = "II*\0\x08\0\0\0\x02\0"
                                  "\x12\x01\x03\0\1\0\0\0\6\0\0\0"
                                  "\x0f\x01\x02\0\6\0\0\0\x26\0\0\0"
                                  "\0\0\0\0"
                                  "Maker";
    static const char xmp[] =
        "<x:xmpmeta xmlns:x='adobe:ns:meta/'></x:xmpmeta>";
    struct color *c = NULL;
    uint8_t *icc = NULL;
    size_t len;
    struct err e = {0};

    must(blob_set(&m->exif, exif, sizeof(exif), &e), &e);
    must(blob_set(&m->xmp, xmp, sizeof(xmp) - 1, &e), &e);
    must(color_from_space(SPACE_ADOBERGB, false, &c, &e), &e);
    must(color_make_icc(c, &icc, &len, &e), &e);
    must(blob_set(&m->icc, icc, len, &e), &e);
    m->orientation = 6;
    m->xres = m->yres = 300;
    m->res_unit = RES_INCH;
    mem_free(icc);
    color_free(c);
}

static int write_rows(struct writer *w, const struct picture *pic,
                      const uint8_t *raw, struct err *e)
{
    const size_t row = (size_t)pic->w * pixfmt_bytes(&pic->fmt);
    struct buf packed = {.max = MEMORY};
    int rc = 0;

    for (int i = 0, y = 0; y < pic->h; i++, y += w->chunk_rows) {
        const int left = pic->h - y;
        const int rows = left < w->chunk_rows ? left : w->chunk_rows;
        const uint8_t *from = raw + (size_t)y * row;

        packed.len = 0;
        if (w->packs)
            TRY(w->codec->pack(w, 0, i, from, rows, &packed, e));
        TRY(w->codec->put(w, i, w->packs ? packed.data : from,
                          w->packs ? packed.len : (size_t)rows * row, rows, e));
    }
    TRY(w->codec->finish(w, e));
out:
    buf_release(&packed);
    return rc;
}

void files_seed_size(const char *codec, struct pixfmt fmt,
                     struct storage storage, int wide, int high)
{
    struct picture pic = {
        .w = wide, .h = high, .fmt = fmt, .storage = storage, .pages = 1};
    const size_t size = (size_t)wide * (size_t)high * pixfmt_bytes(&fmt);
    struct outfile f = {0};
    struct writer *w = NULL;
    uint8_t *raw = mem_alloc(size);
    uint32_t state = 7;
    struct err e = {0};

    if (!raw)
        fuzz_fail("out of memory");
    for (size_t i = 0; i < size; i++) {
        state = state * 1664525u + 1013904223u;
        raw[i] = i % 3 ? (uint8_t)(i / 8) : (uint8_t)(state >> 26);
    }
    must(meta_new(&pic.meta, &e), &e);
    if (fmt.colors == 3)
        describe(pic.meta);
    must(outfile_open(&f, files_path(), &e), &e);
    must(codec_named(codec)->create(&f, &pic, 8, 1, &w, &e), &e);
    must(write_rows(w, &pic, raw, &e), &e);
    w->codec->abort(w);
    must(outfile_commit(&f, true, &e), &e);
    picture_release(&pic);
    mem_free(raw);
    files_seed_path(files_path());
}

void files_seed(const char *codec, struct pixfmt fmt, struct storage storage)
{
    files_seed_size(codec, fmt, storage, 23, 19);
}

void files_seed_path(const char *path)
{
    struct buf bytes = {0};
    struct err e = {0};

    must(file_load(path, 1 << 20, &bytes, &e), &e);
    fuzz_seed(bytes.data, bytes.len);
    buf_release(&bytes);
    unlink(path);
}
