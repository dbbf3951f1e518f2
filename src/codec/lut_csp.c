/*
 * .csp files of cineSpace: a cube or curves, and in front of each channel a
 * curve through points that are nowhere near evenly spaced. Two points are a
 * line. Through more goes a cubic whose slope at a point is that from the point
 * before to the point behind, and a parabola at both ends, as in the
 * interpolator that came with the format.
 */

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "codec/lut.h"
#include "codec/lut_text.h"

struct prelut {
    int points;           /* 0: none */
    struct lines in, out; /* where the numbers are */
};

static int need_line(struct lines *l, const char *what, struct err *e)
{
    return next_full_line(l)
               ? 0
               : err_set(e, ERR_DATA, "it ends where %s should be", what);
}

static int read_head(struct lines *l, bool *cube, struct err *e)
{
    int rc;

    TRY(need_line(l, "CSPLUTV100", e));
    if (!line_after(l, "CSPLUTV100", true))
        TRY(err_set(e, ERR_DATA, "line %ld: '%.40s' is not CSPLUTV100",
                    l->number, l->text));
    TRY(need_line(l, "1D or 3D", e));
    *cube = line_after(l, "3D", true);
    if (!*cube && !line_after(l, "1D", true))
        TRY(err_set(e, ERR_DATA, "line %ld: '%.40s', allowed is 1D or 3D",
                    l->number, l->text));
    TRY(need_line(l, "the points of red", e));
    if (line_after(l, "BEGIN", true)) {
        while (!line_after(l, "END", true))
            TRY(need_line(l, "END METADATA", e));
        TRY(need_line(l, "the points of red", e));
    }
out:
    return rc;
}

/* The current line has the number of points. */
static int scan_prelut(struct lines *l, struct prelut *p, struct err *e)
{
    int words[2], rc;

    TRY(line_whole(l, l->text, "the number of points in front", 0,
                   LUT_CURVE_MAX, &p->points, e));
    if (p->points < 2) {
        p->points = 0;
        goto out;
    }
    TRY(need_line(l, "the inputs of a curve", e));
    p->in = *l;
    TRY(need_line(l, "the outputs of a curve", e));
    p->out = *l;
    words[0] = line_words(&p->in);
    words[1] = line_words(&p->out);
    if (words[0] != p->points || words[1] != p->points)
        TRY(err_set(e, ERR_DATA,
                    "line %ld: expected %d inputs and %d outputs, found %d and "
                    "%d",
                    p->in.number, p->points, p->points, words[0], words[1]));
out:
    return rc;
}

static int read_points(const struct prelut *p, float *x, float *y,
                       struct err *e)
{
    int rc;

    TRY(line_numbers(&p->in, p->points, x, e));
    TRY(line_numbers(&p->out, p->points, y, e));
    for (int i = 1; i < p->points; i++)
        if (!(x[i - 1] < x[i]))
            TRY(err_set(e, ERR_DATA,
                        "line %ld: inputs must go up, %g is behind %g",
                        p->in.number, (double)x[i], (double)x[i - 1]));
out:
    return rc;
}

/* Slope at point i in units of the piece at its side, whose width is `w`. */
static double slope_at(const float *x, const float *y, int i, double w)
{
    return ((double)y[i + 1] - (double)y[i - 1]) /
           ((double)x[i + 1] - (double)x[i - 1]) * w;
}

/* Coefficients over 0 … 1 of each piece. */
static void put_pieces(const float *x, const float *y, int n, float *piece)
{
    for (int i = 0; i < n - 1; i++) {
        const double w = (double)x[i + 1] - (double)x[i];
        const double a = (double)y[i], d = (double)y[i + 1] - a;
        double c[4] = {a, d, 0, 0};

        if (n > 2 && i == 0) {
            const double s = slope_at(x, y, 1, w);

            c[1] = 2 * d - s;
            c[2] = s - d;
        } else if (n > 2 && i == n - 2) {
            c[1] = slope_at(x, y, i, w);
            c[2] = d - c[1];
        } else if (n > 2) {
            const double s = slope_at(x, y, i, w);
            const double t = slope_at(x, y, i + 1, w);

            c[1] = s;
            c[2] = 3 * d - 2 * s - t;
            c[3] = s + t - 2 * d;
        }
        for (int k = 0; k < 4; k++)
            piece[4 * i + k] = (float)c[k];
    }
}

/* Where all three are lines, or not there, they are ranges. */
static bool are_lines(const struct prelut p[3])
{
    return p[0].points <= 2 && p[1].points <= 2 && p[2].points <= 2;
}

static int add_lines(const struct prelut p[3], struct lut *lut, struct err *e)
{
    struct lut_stage s = {.kind = LUT_RANGE};
    int rc = 0;

    for (int c = 0; c < 3; c++) {
        float x[2] = {0, 1}, y[2] = {0, 1};

        if (p[c].points)
            TRY(read_points(&p[c], x, y, e));
        s.channel[c].range.mul = (y[1] - y[0]) / (x[1] - x[0]);
        s.channel[c].range.add = y[0] - x[0] * s.channel[c].range.mul;
        s.channel[c].range.lo = fminf(y[0], y[1]);
        s.channel[c].range.hi = fmaxf(y[0], y[1]);
    }
    rc = lut_add_take(lut, &s, e);
out:
    return rc;
}

static int add_curves(const struct prelut p[3], struct lut *lut, struct err *e)
{
    static const float line[2] = {0, 1};
    struct lut_stage s = {.kind = LUT_KNOTS};
    size_t room = 0;
    float *at;
    int rc = 0;

    for (int c = 0; c < 3; c++)
        room += 6 * (size_t)(p[c].points ? p[c].points : 2);
    s.value = at = mem_array(room, sizeof(float));
    if (!at)
        TRY(err_mem(e, room * sizeof(float)));
    for (int c = 0; c < 3; c++) {
        const int n = p[c].points ? p[c].points : 2;
        float *x = at, *y = at + n, *piece = at + 2 * n;

        memcpy(x, line, sizeof(line));
        memcpy(y, line, sizeof(line));
        if (p[c].points)
            TRY(read_points(&p[c], x, y, e));
        put_pieces(x, y, n, piece);
        s.channel[c].knots = (struct kern_clf_knots){x, piece, n};
        at += 6 * n;
    }
    rc = lut_add_take(lut, &s, e);
out:
    mem_free(s.value);
    return rc;
}

static int read_size(struct lines *l, bool cube, int *points, int *size,
                     struct err *e)
{
    int rc;

    *points = *size = 0;
    TRY(need_line(l, "the size of the table", e));
    rc = cube ? line_sides(l, size, e)
              : line_whole(l, l->text, "the number of points", 2, LUT_CURVE_MAX,
                           points, e);
out:
    return rc;
}

static int read_table(struct lines l, struct lut *table, struct err *e)
{
    int rc = 0;

    for (int i = 0; next_full_line(&l); i++) {
        float v[4] = {0};

        TRY(line_numbers(&l, 3, v, e));
        for (int c = 0; c < 3 && table->points; c++)
            table->curve[c * table->points + i] = v[c];
        if (table->size)
            memcpy(table->node + 4 * (size_t)i, v, sizeof(v));
    }
out:
    return rc;
}

static int add_table(struct lines *l, bool cube, struct lut *lut, struct err *e)
{
    struct lut_stage s = {.kind = LUT_TABLE};
    int points, size, rc;

    TRY(read_size(l, cube, &points, &size, e));
    TRY(lines_left(*l, points + (long long)size * size * size, e));
    TRY(lut_new(points, size, &s.table, e));
    TRY(read_table(*l, s.table, e));
    rc = lut_add_take(lut, &s, e);
out:
    lut_free(s.table);
    return rc;
}

int lut_csp_parse(const void *text, size_t len, struct lut **out, struct err *e)
{
    struct lines l = lines_of(text, len);
    struct prelut p[3] = {0};
    struct lut *lut = NULL;
    bool cube;
    int rc;

    TRY(read_head(&l, &cube, e));
    for (int c = 0; c < 3; c++) {
        if (c)
            TRY(need_line(&l, "the points of a channel", e));
        TRY(scan_prelut(&l, &p[c], e));
    }
    TRY(lut_new(0, 0, &lut, e));
    if (are_lines(p))
        TRY(add_lines(p, lut, e));
    else
        TRY(add_curves(p, lut, e));
    TRY(add_table(&l, cube, lut, e));
    lut_settle(lut);
    *out = lut;
    lut = NULL;
out:
    lut_free(lut);
    return rc;
}
