/*
 * The text of .cube files; see lut.h. It is gone through twice: the header is
 * read and the lines of values are counted before anything is allocated.
 */

#include <ctype.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "base/mem.h"
#include "codec/lut.h"
#include "codec/lut_text.h"

#define CURVE_MAX 65536

/* Numbers, also those that are none: NaN and infinity are refused later. */
static bool is_values(const char *text)
{
    return isdigit((unsigned char)*text) || *text == '+' || *text == '-' ||
           *text == '.' || strncasecmp(text, "nan", 3) == 0 ||
           strncasecmp(text, "inf", 3) == 0;
}

struct header {
    int points, size;
    float domain[2][3];
    float curve_range[2], cube_range[2];
    char title[LUT_TITLE_MAX];
};

static int scan_size(const struct lines *l, const char *text, const char *name,
                     int max, int *out, struct err *e)
{
    if (*out)
        return err_set(e, ERR_DATA, "line %ld: a second %s", l->number, name);
    return line_whole(l, text, name, 2, max, out, e);
}

static int read_keyword(const struct lines *l, struct header *h, struct err *e)
{
    const char *v;

    if ((v = line_after(l, "TITLE", true))) {
        line_title(v, h->title, sizeof(h->title));
        return 0;
    }
    if (l->cut)
        return err_set(e, ERR_DATA, "line %ld is too long", l->number);
    if ((v = line_after(l, "LUT_1D_SIZE", true)))
        return scan_size(l, v, "LUT_1D_SIZE", CURVE_MAX, &h->points, e);
    if ((v = line_after(l, "LUT_3D_SIZE", true)))
        return scan_size(l, v, "LUT_3D_SIZE", LUT_CUBE_MAX, &h->size, e);
    if ((v = line_after(l, "DOMAIN_MIN", true)))
        return line_scan(l, v, 3, h->domain[0], e);
    if ((v = line_after(l, "DOMAIN_MAX", true)))
        return line_scan(l, v, 3, h->domain[1], e);
    if ((v = line_after(l, "LUT_1D_INPUT_RANGE", true)))
        return line_scan(l, v, 2, h->curve_range, e);
    if ((v = line_after(l, "LUT_3D_INPUT_RANGE", true)))
        return line_scan(l, v, 2, h->cube_range, e);
    if (line_after(l, "LUT_IN_VIDEO_RANGE", true) ||
        line_after(l, "LUT_OUT_VIDEO_RANGE", true))
        return err_set(e, ERR_DATA,
                       "line %ld: tables of video range are not read",
                       l->number);
    return err_set(e, ERR_DATA,
                   "line %ld: unknown keyword '%.40s', allowed are TITLE, "
                   "LUT_1D_SIZE, LUT_3D_SIZE, DOMAIN_MIN, DOMAIN_MAX, "
                   "LUT_1D_INPUT_RANGE and LUT_3D_INPUT_RANGE",
                   l->number, l->text);
}

static int check_count(const struct header *h, long long found, struct err *e)
{
    const long long cube = (long long)h->size * h->size * h->size;

    if (!h->points && !h->size)
        return err_set(e, ERR_DATA, "no LUT_1D_SIZE and no LUT_3D_SIZE");
    if (found != h->points + cube)
        return err_set(e, ERR_DATA,
                       "expected %lld lines of values (LUT_1D_SIZE %d, "
                       "LUT_3D_SIZE %d), found %lld",
                       h->points + cube, h->points, h->size, found);
    return 0;
}

/* A range that goes up for each channel. */
static int put_range(const float lo[3], const float hi[3], float *from,
                     float *to, struct err *e)
{
    for (int c = 0; c < 3; c++) {
        if (!(lo[c] < hi[c]) || !isfinite(hi[c] - lo[c]))
            return err_set(e, ERR_DATA,
                           "the table's inputs go from %g to %g, which is no "
                           "range",
                           (double)lo[c], (double)hi[c]);
        from[c] = lo[c];
        to[c] = hi[c];
    }
    return 0;
}

/* DOMAIN is that of whatever comes first; a table's own range goes before. */
static int put_ranges(const struct header *h, struct lut *lut, struct err *e)
{
    const float one[2][3] = {{0, 0, 0}, {1, 1, 1}};
    const float a = h->curve_range[0], b = h->curve_range[1];
    const float c = h->cube_range[0], d = h->cube_range[1];
    const bool own_curve = a != 0 || b != 1, own_cube = c != 0 || d != 1;
    const float(*cube)[3] = h->points ? one : h->domain;
    int rc;

    TRY(put_range(own_curve ? (float[3]){a, a, a} : h->domain[0],
                  own_curve ? (float[3]){b, b, b} : h->domain[1], lut->lo,
                  lut->hi, e));
    TRY(put_range(own_cube ? (float[3]){c, c, c} : cube[0],
                  own_cube ? (float[3]){d, d, d} : cube[1], lut->from, lut->to,
                  e));
out:
    return rc;
}

static int read_header(struct lines l, struct header *h, struct err *e)
{
    long long found = 0;
    int rc;

    while (next_line(&l)) {
        if (!l.text[0])
            continue;
        if (is_values(l.text)) {
            found++;
            continue;
        }
        if (found) {
            rc = err_set(e, ERR_DATA, "line %ld: '%.40s' behind the values",
                         l.number, l.text);
            goto out;
        }
        TRY(read_keyword(&l, h, e));
    }
    TRY(check_count(h, found, e));
out:
    return rc;
}

/* The lines are there: they have been counted. */
static int read_values(struct lines l, struct lut *lut, struct err *e)
{
    long long at = 0;
    int rc = 0;

    while (next_line(&l)) {
        float v[3];

        if (!is_values(l.text))
            continue;
        TRY(line_numbers(&l, 3, v, e));
        if (at < lut->points) {
            for (int c = 0; c < 3; c++)
                lut->curve[c * lut->points + at] = v[c];
        } else {
            float *node = lut->node + (at - lut->points) * 4;

            memcpy(node, v, sizeof(v));
            node[3] = 0;
        }
        at++;
    }
out:
    return rc;
}

int cube_parse(const void *text, size_t len, struct lut **out, struct err *e)
{
    struct header h = {
        .domain = {{0, 0, 0}, {1, 1, 1}},
        .curve_range = {0, 1},
        .cube_range = {0, 1},
    };
    const struct lines lines = lines_of(text, len);
    struct lut *lut = NULL;
    int rc;

    TRY(read_header(lines, &h, e));
    TRY(lut_new(h.points, h.size, &lut, e));
    TRY(put_ranges(&h, lut, e));
    TRY(read_values(lines, lut, e));
    memcpy(lut->title, h.title, sizeof(lut->title));
    *out = lut;
    lut = NULL;
out:
    lut_free(lut);
    return rc;
}
