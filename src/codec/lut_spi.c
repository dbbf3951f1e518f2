/* .spi1d and .spi3d, of Sony Pictures Imageworks. */

#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "codec/lut.h"
#include "codec/lut_text.h"

struct spi1d {
    int points, components;
    float from[2];
};

static int read_length(const struct lines *l, struct spi1d *h, struct err *e)
{
    const char *v;
    int version;

    if ((v = line_after(l, "Version", false)))
        return line_whole(l, v, "Version", 1, 1, &version, e);
    if ((v = line_after(l, "From", false)))
        return line_scan(l, v, 2, h->from, e);
    if ((v = line_after(l, "Length", false)))
        return line_whole(l, v, "Length", 2, LUT_CURVE_MAX, &h->points, e);
    if ((v = line_after(l, "Components", false)))
        return line_whole(l, v, "Components", 1, 3, &h->components, e);
    return err_set(e, ERR_DATA,
                   "line %ld: '%.40s', allowed are Version, From, Length, "
                   "Components and {",
                   l->number, l->text);
}

/* Up to the brace that opens the values. */
static int read_head(struct lines *l, struct spi1d *h, struct err *e)
{
    int rc = 0;

    for (;;) {
        if (!next_full_line(l))
            TRY(err_set(e, ERR_DATA, "no { in front of values"));
        if (text_is(l->text, "{"))
            break;
        TRY(read_length(l, h, e));
    }
    if (!h->points || !h->components)
        TRY(err_set(e, ERR_DATA, "line %ld: no %s before the values", l->number,
                    h->points ? "Components" : "Length"));
    if (!(h->from[0] < h->from[1]))
        TRY(err_set(e, ERR_DATA,
                    "the inputs go from %g to %g, which is no range",
                    (double)h->from[0], (double)h->from[1]));
out:
    return rc;
}

/* Lines up to the brace that closes the values. */
static int count_values(struct lines l, const struct spi1d *h, struct err *e)
{
    int found = 0;

    for (;;) {
        if (!next_full_line(&l))
            return err_set(e, ERR_DATA, "no } behind %d lines of values",
                           found);
        if (text_is(l.text, "}"))
            break;
        found++;
    }
    if (found != h->points)
        return err_set(e, ERR_DATA,
                       "expected %d lines of values (Length), found %d",
                       h->points, found);
    if (next_full_line(&l))
        return err_set(e, ERR_DATA, "line %ld: '%.40s' behind the }", l.number,
                       l.text);
    return 0;
}

/* One component is for all channels; of two the third is 0. */
static int read_curve(struct lines l, const struct spi1d *h, struct lut *lut,
                      struct err *e)
{
    int rc = 0;

    for (int i = 0; i < h->points; i++) {
        float v[3] = {0};

        next_full_line(&l);
        TRY(line_numbers(&l, h->components, v, e));
        for (int c = 0; c < 3; c++)
            lut->curve[c * h->points + i] = v[h->components == 1 ? 0 : c];
    }
out:
    return rc;
}

int lut_spi1d_parse(const void *text, size_t len, struct lut **out,
                    struct err *e)
{
    struct spi1d h = {.from = {0, 1}};
    struct lines l = lines_of(text, len);
    struct lut *lut = NULL;
    int rc;

    TRY(read_head(&l, &h, e));
    TRY(count_values(l, &h, e));
    TRY(lut_new(h.points, 0, &lut, e));
    TRY(read_curve(l, &h, lut, e));
    for (int c = 0; c < 3; c++) {
        lut->lo[c] = h.from[0];
        lut->hi[c] = h.from[1];
    }
    *out = lut;
    lut = NULL;
out:
    lut_free(lut);
    return rc;
}

static int read_sides(struct lines *l, int *size, struct err *e)
{
    float v[2];
    int rc;

    if (!next_full_line(l) || !line_after(l, "SPILUT", true))
        TRY(err_set(e, ERR_DATA, "it does not begin with SPILUT"));
    if (!next_full_line(l))
        TRY(err_set(e, ERR_DATA, "no line '3 3' behind SPILUT"));
    TRY(line_numbers(l, 2, v, e));
    if (v[0] != 3 || v[1] != 3)
        TRY(err_set(e, ERR_DATA,
                    "line %ld: from %g to %g channels, allowed is 3 3",
                    l->number, (double)v[0], (double)v[1]));
    if (!next_full_line(l))
        TRY(err_set(e, ERR_DATA, "no line with the nodes of each side"));
    TRY(line_sides(l, size, e));
out:
    return rc;
}

/* node[3] of a node that has its values is 0. */
static int read_node(const struct lines *l, struct lut *lut, struct err *e)
{
    const float size = (float)lut->size;
    float v[6], *node;
    int rc;

    TRY(line_numbers(l, 6, v, e));
    for (int c = 0; c < 3; c++)
        if (!(v[c] >= 0 && v[c] < size) || v[c] != (float)(int)v[c])
            TRY(err_set(e, ERR_DATA,
                        "line %ld: node %g of a side, allowed is 0 … %d",
                        l->number, (double)v[c], lut->size - 1));
    node = lut->node + 4 * (((size_t)v[2] * (size_t)lut->size + (size_t)v[1]) *
                                (size_t)lut->size +
                            (size_t)v[0]);
    if (node[3] == 0)
        TRY(err_set(e, ERR_DATA, "line %ld: node %g %g %g is there twice",
                    l->number, (double)v[0], (double)v[1], (double)v[2]));
    memcpy(node, v + 3, 3 * sizeof(float));
    node[3] = 0;
out:
    return rc;
}

int lut_spi3d_parse(const void *text, size_t len, struct lut **out,
                    struct err *e)
{
    struct lines l = lines_of(text, len);
    struct lut *lut = NULL;
    int rc, size;

    TRY(read_sides(&l, &size, e));
    TRY(lines_left(l, (long long)size * size * size, e));
    TRY(lut_new(0, size, &lut, e));
    for (int i = 0; i < size * size * size; i++)
        lut->node[4 * (size_t)i + 3] = 1;
    while (next_full_line(&l))
        TRY(read_node(&l, lut, e));
    *out = lut;
    lut = NULL;
out:
    lut_free(lut);
    return rc;
}
