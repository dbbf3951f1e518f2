/*
 * .3dl files: integers, blue running fastest. Those of Lustre begin with
 * "3DMESH" and "Mesh n bits" for 2^n + 1 nodes a side and values of so many
 * bits; those of Flame have neither, and the largest value tells. A line of
 * more than three numbers is the curve in front of the cube, which nobody ever
 * documented: as OpenColorIO does, it is taken as values at evenly spaced
 * inputs, and as none when all are within two codes of the identity.
 */

#include <math.h>
#include <string.h>

#include "base/text.h"
#include "codec/lut.h"
#include "codec/lut_text.h"

struct mesh {
    int size;        /* nodes a side, 0: not said yet   */
    int bits;        /* of the values, 0: not said      */
    int points;      /* of the curve                    */
    long long found; /* lines of three                  */
    float most;      /* largest value of these          */
    float curve_most;
    struct lines curve; /* the line that has it            */
};

static const char allowed[] =
    "allowed are 3DMESH, Mesh, LUT8, LUT10, LUT12, LUT16, gamma and integers";

static int read_mesh(const struct lines *l, const char *text, struct mesh *m,
                     struct err *e)
{
    float v[2];
    int rc;

    TRY(line_scan(l, text, 2, v, e));
    if (v[0] != floorf(v[0]) || v[0] < 1 || v[0] > 8)
        TRY(err_set(e, ERR_DATA,
                    "line %ld: Mesh has 2^%g + 1 nodes a side, allowed is 1 … "
                    "8",
                    l->number, (double)v[0]));
    if (v[1] != floorf(v[1]) || v[1] < 8 || v[1] > 16)
        TRY(err_set(e, ERR_DATA,
                    "line %ld: Mesh has values of %g bits, allowed is 8 … 16",
                    l->number, (double)v[1]));
    m->size = (1 << (int)v[0]) + 1;
    m->bits = (int)v[1];
out:
    return rc;
}

static int read_word(const struct lines *l, struct mesh *m, struct err *e)
{
    const char *v;
    float gamma;
    int rc = 0;

    if ((v = line_after(l, "Mesh", true)))
        return read_mesh(l, v, m, e);
    if ((v = line_after(l, "gamma", true))) {
        TRY(line_scan(l, v, 1, &gamma, e));
        if (gamma != 1)
            rc = err_set(e, ERR_DATA, "line %ld: gamma is %g, allowed is 1",
                         l->number, (double)gamma);
    } else if (!line_after(l, "3DMESH", true) && !line_after(l, "LUT8", true) &&
               !line_after(l, "LUT10", true) && !line_after(l, "LUT12", true) &&
               !line_after(l, "LUT16", true)) {
        rc = err_set(e, ERR_DATA, "line %ld: '%.40s', %s", l->number, l->text,
                     allowed);
    }
out:
    return rc;
}

/* Whole numbers alone; the largest is kept. */
static int read_integers(const struct lines *l, int n, float *most,
                         struct err *e)
{
    const char *at = l->start;
    float v;
    int rc = 0;

    for (int i = 0; i < n; i++) {
        TRY(line_number(l, &at, &v, e));
        if (v != floorf(v) || v < -131071 || v > 131071)
            TRY(err_set(e, ERR_DATA,
                        "line %ld: %g is no integer of up to 16 bits",
                        l->number, (double)v));
        *most = fmaxf(*most, v);
    }
out:
    return rc;
}

static bool is_word(const struct lines *l)
{
    return text_is_nocase(l->text, "3DMESH") ||
           !strchr("+-.0123456789", l->text[0]);
}

static int scan_curve(const struct lines *l, int words, struct mesh *m,
                      struct err *e)
{
    if (m->points)
        return err_set(e, ERR_DATA,
                       "line %ld: %d numbers, where three of a colour are "
                       "allowed: there is a curve already, in line %ld",
                       l->number, words, m->curve.number);
    if (words > LUT_CURVE_MAX)
        return err_set(e, ERR_DATA,
                       "line %ld: a curve of %d points, allowed is 4 … %d",
                       l->number, words, LUT_CURVE_MAX);
    m->points = words;
    m->curve = *l;
    return read_integers(l, words, &m->curve_most, e);
}

static int scan_all(struct lines l, struct mesh *m, struct err *e)
{
    int rc = 0;

    while (next_full_line(&l)) {
        const int words = line_words(&l);

        if (is_word(&l)) {
            TRY(read_word(&l, m, e));
        } else if (words > 3) {
            TRY(scan_curve(&l, words, m, e));
        } else if (words == 3) {
            m->found++;
            TRY(read_integers(&l, 3, &m->most, e));
        } else {
            TRY(err_set(e, ERR_DATA,
                        "line %ld: %d numbers, where three of a colour are "
                        "allowed",
                        l.number, words));
        }
    }
out:
    return rc;
}

/*
 * The depth that OpenColorIO finds likely: values may overshoot by as much
 * again, and 14 bits are not in use.
 */
static int likely_bits(float most)
{
    return most <= 511 ? 8 : most <= 2047 ? 10 : most <= 8191 ? 12 : 16;
}

static float scale_of(int bits)
{
    return (float)((1 << bits) - 1);
}

static int check_cube(struct mesh *m, struct err *e)
{
    const int side = (int)lround(cbrt((double)m->found));

    if (!m->found)
        return err_set(e, ERR_DATA, "no lines of three integers");
    if (m->size && m->found != (long long)m->size * m->size * m->size)
        return err_set(e, ERR_DATA,
                       "expected %d lines of values (%d nodes a side), found "
                       "%lld",
                       m->size * m->size * m->size, m->size, m->found);
    if (side < 2 || side > LUT_CUBE_MAX ||
        (long long)side * side * side != m->found)
        return err_set(e, ERR_DATA,
                       "%lld lines of values are no cube of 2 … %d nodes a "
                       "side",
                       m->found, LUT_CUBE_MAX);
    m->size = side;
    return 0;
}

static int check_depth(struct mesh *m, struct err *e)
{
    if (!m->bits && m->most < 128)
        return err_set(e, ERR_DATA,
                       "its largest value is %g: integers of 8 bits and more "
                       "are expected",
                       (double)m->most);
    if (m->points && m->curve_most < 128)
        return err_set(e, ERR_DATA,
                       "line %ld: the curve's largest value is %g: integers "
                       "of 8 bits and more are expected",
                       m->curve.number, (double)m->curve_most);
    if (m->bits && m->most > 2 * scale_of(m->bits) + 1)
        return err_set(e, ERR_DATA,
                       "its largest value, %g, is none of the %d bits that "
                       "Mesh says",
                       (double)m->most, m->bits);
    if (!m->bits)
        m->bits = likely_bits(m->most);
    return 0;
}

/* False: it is the identity. */
static bool put_curve(const struct mesh *m, float *curve)
{
    const float scale = scale_of(likely_bits(m->curve_most));
    const char *at = m->curve.start;
    struct err e = {0};
    bool differs = false;

    for (int i = 0; i < m->points; i++) {
        const float same = scale / (float)(m->points - 1) * (float)i;
        float v = 0;

        line_number(&m->curve, &at, &v, &e); /* it has been read before */
        differs = differs || fabsf(same - v) >= 2;
        for (int c = 0; c < 3; c++)
            curve[c * m->points + i] = v / scale;
    }
    return differs;
}

static int put_nodes(struct lines l, const struct mesh *m, struct lut *lut,
                     struct err *e)
{
    const int n = m->size;
    const float scale = scale_of(m->bits);
    int i = 0, rc = 0;

    while (next_full_line(&l)) {
        const int r = i / (n * n), g = i / n % n, b = i % n;
        float *node = lut->node + 4 * (((size_t)b * n + g) * n + r);

        if (is_word(&l) || line_words(&l) != 3)
            continue;
        TRY(line_numbers(&l, 3, node, e));
        for (int c = 0; c < 3; c++)
            node[c] /= scale;
        node[3] = 0;
        i++;
    }
out:
    return rc;
}

int lut_3dl_parse(const void *text, size_t len, struct lut **out, struct err *e)
{
    const struct lines lines = lines_of(text, len);
    struct mesh m = {0};
    struct lut *lut = NULL;
    int rc;

    TRY(scan_all(lines, &m, e));
    TRY(check_cube(&m, e));
    TRY(check_depth(&m, e));
    TRY(lut_new(m.points, m.size, &lut, e));
    TRY(put_nodes(lines, &m, lut, e));
    if (m.points && !put_curve(&m, lut->curve))
        lut->points = 0;
    *out = lut;
    lut = NULL;
out:
    lut_free(lut);
    return rc;
}
