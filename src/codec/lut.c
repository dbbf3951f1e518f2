/* Look-up tables in memory, and which reader a file is for. */

#include "codec/lut.h"

#include "base/file.h"
#include "base/mem.h"
#include "codec/codec.h"

/* Text of 256^3 lines of three numbers in full length. */
#define CUBE_BYTES_MAX ((size_t)1 << 30)

int lut_new(int points, int size, struct lut **out, struct err *e)
{
    const size_t nodes = (size_t)size * (size_t)size * (size_t)size;
    struct lut *lut = mem_zero(1, sizeof(*lut));
    int rc = 0;

    if (!lut) {
        rc = err_mem(e, sizeof(*lut));
        goto out;
    }
    for (int c = 0; c < 3; c++)
        lut->hi[c] = lut->to[c] = 1;
    lut->points = points;
    lut->size = size;
    if (points)
        lut->curve = mem_array((size_t)points, 3 * sizeof(float));
    if (size)
        lut->node = mem_array(nodes, 4 * sizeof(float));
    if ((points && !lut->curve) || (size && !lut->node)) {
        rc = err_mem(e, nodes * 4 * sizeof(float));
        goto out;
    }
    *out = lut;
    lut = NULL;
out:
    lut_free(lut);
    return rc;
}

void lut_free(struct lut *lut)
{
    if (!lut)
        return;
    mem_free(lut->curve);
    mem_free(lut->node);
    mem_free(lut);
}

static bool is_picture(const uint8_t *head, size_t n)
{
    for (int i = 0; codecs[i]; i++)
        if (codecs[i]->probe(head, n))
            return true;
    return false;
}

static int load_cube(const char *path, struct lut **out, struct err *e)
{
    struct buf text = {0};
    int rc;

    TRY(file_load(path, CUBE_BYTES_MAX, &text, e));
    rc = cube_parse(text.data, text.len, out, e);
    if (rc < 0)
        err_prefix(e, "'%s'", path);
out:
    buf_release(&text);
    return rc;
}

int lut_load(const char *path, struct lut **out, struct err *e)
{
    struct infile f = {.fd = -1};
    uint8_t head[64];
    size_t n;
    int rc;

    TRY(infile_open(&f, path, e));
    n = f.size < sizeof(head) ? (size_t)f.size : sizeof(head);
    TRY(infile_read(&f, 0, head, n, e));
    rc = is_picture(head, n) ? hald_load(path, out, e)
                             : load_cube(path, out, e);
out:
    infile_close(&f);
    return rc;
}
