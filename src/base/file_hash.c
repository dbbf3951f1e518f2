/* Hashes of what files hold. */

#include <string.h>

#include "base/file.h"
#include "base/hash.h"

#define PIECE ((size_t)128 << 10) /* stays in the cache */

/* Either kind of file. */
struct bytes {
    const struct infile *in;
    struct outfile *out;
};

static int hash_all(const struct bytes *b, uint64_t size, struct hash128 *hash,
                    struct err *e)
{
    struct hash_stream *h = hash_stream_new();
    uint8_t *piece = mem_alloc(PIECE);
    int rc = 0;

    if (!h || !piece) {
        rc = err_mem(e, PIECE);
        goto out;
    }
    for (uint64_t at = 0; at < size; at += PIECE) {
        const size_t n = size - at < PIECE ? (size_t)(size - at) : PIECE;

        TRY(b->in ? infile_read(b->in, at, piece, n, e)
                  : outfile_read(b->out, at, piece, n, e));
        hash_stream_add(h, piece, n);
    }
    *hash = hash_stream_end(h);
out:
    mem_free(piece);
    hash_stream_free(h);
    return rc;
}

int infile_hash(const struct infile *f, struct hash128 *hash, struct err *e)
{
    return hash_all(&(struct bytes){.in = f}, f->size, hash, e);
}

int outfile_hash(struct outfile *f, uint64_t size, struct hash128 *hash,
                 struct err *e)
{
    return hash_all(&(struct bytes){.out = f}, size, hash, e);
}

int file_hash(const char *path, struct hash128 *hash, struct err *e)
{
    struct infile f;
    int rc;

    TRY(infile_open(&f, path, e));
    rc = infile_hash(&f, hash, e);
    infile_close(&f);
out:
    return rc;
}
