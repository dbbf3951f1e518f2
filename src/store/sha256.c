/* SHA-256 by nettle. */

#include "store/sha256.h"

#include <nettle/sha2.h>

#include "base/file.h"

#define PIECE ((size_t)1 << 18)

static void finish(struct sha256_ctx *ctx, char text[static SHA256_TEXT])
{
    uint8_t sum[SHA256_DIGEST_SIZE];

    sha256_digest(ctx, sizeof(sum), sum);
    for (size_t i = 0; i < sizeof(sum); i++)
        snprintf(text + 2 * i, 3, "%02x", sum[i]);
}

void sha256_bytes(const void *bytes, size_t n, char text[static SHA256_TEXT])
{
    struct sha256_ctx ctx;

    sha256_init(&ctx);
    sha256_update(&ctx, n, bytes);
    finish(&ctx, text);
}

int sha256_file(const char *path, char text[static SHA256_TEXT], uint64_t *size,
                struct err *e)
{
    struct infile f = {.fd = -1};
    struct sha256_ctx ctx;
    uint8_t *piece = NULL;
    int rc;

    TRY(infile_open(&f, path, e));
    piece = mem_alloc(PIECE);
    if (!piece) {
        rc = err_mem(e, PIECE);
        goto out;
    }
    sha256_init(&ctx);
    for (uint64_t at = 0; at < f.size;) {
        const uint64_t left = f.size - at;
        const size_t n = left < PIECE ? (size_t)left : PIECE;

        TRY(infile_read(&f, at, piece, n, e));
        sha256_update(&ctx, n, piece);
        at += n;
    }
    finish(&ctx, text);
    if (size)
        *size = f.size;
    rc = 0;
out:
    mem_free(piece);
    infile_close(&f);
    return rc;
}
