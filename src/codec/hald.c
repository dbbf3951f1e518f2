/* A cube of colours laid out as a picture; see lut.h. */

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "codec/codec.h"
#include "codec/convert.h"
#include "codec/lut_write.h"
#include "codec/save.h"
#include "kern/convert.h"
#include "kern/kern.h"

#define LEVEL_MAX  16
#define MEMORY_MAX ((uint64_t)1 << 30)

/* n of a picture of n^3 by n^3, or 0. */
static int level_of(const struct picture *p)
{
    for (int n = 2; n <= LEVEL_MAX; n++)
        if (p->w == n * n * n && p->h == p->w)
            return n;
    return 0;
}

/* Values that are not numbers count as 0. */
static void put_nodes(float *node, const float *v, size_t n, int c)
{
    for (size_t i = 0; i < n; i++)
        node[4 * i + (size_t)c] = v[i] - v[i] == 0 ? v[i] : 0;
}

static int read_nodes(struct reader *r, struct lut *lut, struct err *e)
{
    const struct pixfmt *fmt = &r->pic.fmt;
    const size_t w = (size_t)r->pic.w, line = w * pixfmt_bytes(fmt);
    uint8_t *raw = mem_array((size_t)r->chunk_rows, line);
    float *row = mem_array(w, sizeof(float));
    float *node = lut->node;
    struct convert *v = NULL;
    int rc = 0;

    if (!raw || !row)
        TRY(err_mem(e, line * (size_t)r->chunk_rows));
    TRY(convert_new(fmt, NULL, false, &v, e));
    memset(node, 0, w * w * 4 * sizeof(float));
    for (int i = 0, y = 0; y < r->pic.h; i++) {
        TRY(r->codec->chunk(r, 0, i, raw, e));
        for (int k = 0; k < r->chunk_rows && y < r->pic.h; k++, y++) {
            for (int c = 0; c < 3; c++) {
                convert_sample(v, kern_best(), raw + (size_t)k * line, c, w,
                               row);
                put_nodes(node, row, w, c);
            }
            node += 4 * w;
        }
    }
out:
    convert_free(v);
    mem_free(raw);
    mem_free(row);
    return rc;
}

int hald_load(const char *path, struct lut **out, struct err *e)
{
    const struct read_options options = {.slots = 1, .memory = MEMORY_MAX};
    struct reader *r = NULL;
    struct lut *lut = NULL;
    int rc, n;

    TRY(reader_open(path, &options, &r, e));
    n = level_of(&r->pic);
    if (!n || r->pic.fmt.colors != 3) {
        rc = err_set(e, ERR_DATA,
                     "'%s' is no Hald CLUT: %d x %d in %d colours, not n^3 x "
                     "n^3 in 3 with n = 2 … %d",
                     path, r->pic.w, r->pic.h, r->pic.fmt.colors, LEVEL_MAX);
        goto out;
    }
    TRY(lut_new(0, n * n, &lut, e));
    TRY(read_nodes(r, lut, e));
    *out = lut;
    lut = NULL;
out:
    lut_free(lut);
    reader_close(r);
    return rc;
}

int hald_size(int size)
{
    int n = 2;

    while (n < LEVEL_MAX && n * n < size)
        n++;
    return n * n;
}

static void pack_nodes(const struct lut *lut, uint16_t *raw)
{
    const size_t side = (size_t)lut->size;

    for (size_t i = 0; i < side * side * side; i++)
        kern_best()->convert->pack_u16(raw + 3 * i, lut->node + 4 * i, 3, 1);
}

/* A text chunk of PNG: the keyword, a zero byte, the text. */
static int add_text(struct meta *m, const char *key, const char *text,
                    struct err *e)
{
    char chunk[200];
    const int n = snprintf(chunk, sizeof(chunk), "%s%c%s", key, 0, text);

    return meta_add_item(
        m, "png", "tEXt", "", chunk,
        (size_t)n < sizeof(chunk) ? (size_t)n : sizeof(chunk) - 1, e);
}

int hald_write(struct outfile *f, const struct lut *lut,
               const struct lut_words *words, struct err *e)
{
    const int side = (int)lround(pow(lut->size, 1.5));
    struct picture pic = {.w = side, .h = side, .pages = 1};
    const char *title = words->title ? words->title : lut->title;
    uint16_t *raw = mem_array((size_t)side * (size_t)side, 6);
    int rc = 0;

    pic.fmt = (struct pixfmt){.type = SAMPLE_U16, .colors = 3, .alpha = -1};
    if (!raw)
        TRY(err_mem(e, (size_t)side * (size_t)side * 6));
    TRY(meta_new(&pic.meta, e));
    if (title[0])
        TRY(add_text(pic.meta, "Title", title, e));
    if (words->origin)
        TRY(add_text(pic.meta, "Comment", words->origin, e));
    pack_nodes(lut, raw);
    TRY(picture_write(f, codec_named("png"), &pic, raw, e));
out:
    picture_release(&pic);
    mem_free(raw);
    return rc;
}
