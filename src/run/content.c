/* What a file is. */

#include "run/content.h"

#include <sys/stat.h>

#define BLOCK ((size_t)1 << 20)

static int64_t time_of(const struct stat *st)
{
    return st->st_mtim.tv_sec * INT64_C(1000000000) + st->st_mtim.tv_nsec;
}

int content_stat(const char *path, struct journal_id *id, struct err *e)
{
    struct stat st;

    if (stat(path, &st) < 0)
        return err_errno(e, "cannot open", path);
    *id = (struct journal_id){(uint64_t)st.st_size, time_of(&st), {0, 0}};
    return 0;
}

/* Bytes from either kind of file. */
struct bytes {
    const struct infile *in;
    struct outfile *out;
};

static int hash_all(const struct bytes *b, uint64_t size, struct hash128 *hash,
                    struct err *e)
{
    struct hash_stream *s = hash_stream_new();
    uint8_t *block = mem_alloc(BLOCK);
    int rc = 0;

    if (!s || !block) {
        rc = err_mem(e, BLOCK);
        goto out;
    }
    for (uint64_t at = 0; at < size; at += BLOCK) {
        const size_t n = size - at < BLOCK ? (size_t)(size - at) : BLOCK;

        TRY(b->in ? infile_read(b->in, at, block, n, e)
                  : outfile_read(b->out, at, block, n, e));
        hash_stream_add(s, block, n);
    }
    *hash = hash_stream_end(s);
out:
    hash_stream_free(s);
    mem_free(block);
    return rc;
}

int content_of(const char *path, struct journal_id *id, struct err *e)
{
    struct infile f = {0};
    const struct bytes b = {.in = &f};
    int rc;

    TRY(infile_open(&f, path, e));
    *id = (struct journal_id){f.size, f.mtime_ns, {0, 0}};
    rc = hash_all(&b, f.size, &id->hash, e);
    infile_close(&f);
out:
    return rc;
}

int content_of_output(struct outfile *f, struct journal_id *id, struct err *e)
{
    const struct bytes b = {.out = f};
    struct stat st;

    if (fstat(f->fd, &st) < 0)
        return err_errno(e, "cannot read", f->path);
    *id = (struct journal_id){(uint64_t)st.st_size, time_of(&st), {0, 0}};
    return hash_all(&b, id->size, &id->hash, e);
}

bool content_same(const struct journal_id *a, const struct journal_id *b)
{
    return a->size == b->size && a->mtime_ns == b->mtime_ns;
}

bool content_equal(const struct journal_id *a, const struct journal_id *b)
{
    return a->size == b->size && a->hash.hi == b->hash.hi &&
           a->hash.lo == b->hash.lo;
}
