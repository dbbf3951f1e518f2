/* The text of CLF files: tables and matrices, all in 32-bit floats. */

#include <float.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "base/text.h"
#include "codec/lut_write.h"

#define BITS "inBitDepth=\"32f\" outBitDepth=\"32f\""

/* With the five characters that XML keeps for itself written as entities, and
   without those it does not know. */
static void escape(const char *from, char *text, size_t room)
{
    static const struct {
        char c;
        const char *name;
    } names[] = {{'<', "&lt;"},
                 {'>', "&gt;"},
                 {'&', "&amp;"},
                 {'"', "&quot;"},
                 {'\'', "&apos;"}};
    size_t n = 0;

    for (; *from && n + 7 < room; from++) {
        char one[2] = {*from, '\0'};
        const char *put = (unsigned char)*from < ' ' ? " " : one;

        for (int i = 0; i < 5; i++)
            put = *from == names[i].c ? names[i].name : put;
        for (; *put; put++)
            text[n++] = *put;
    }
    text[n] = '\0';
}

static bool is_even(const float v[3])
{
    return v[0] == v[1] && v[1] == v[2];
}

/* From a … b to p … q. */
static int put_limits(struct text_out *t, float a, float b, float p, float q,
                      struct err *e)
{
    char text[4][32];

    text_of_float(a, text[0]);
    text_of_float(b, text[1]);
    text_of_float(p, text[2]);
    text_of_float(q, text[3]);
    return text_put(t, e,
                    "  <Range " BITS ">\n    <minInValue>%s</minInValue>\n"
                    "    <maxInValue>%s</maxInValue>\n    <minOutValue>%s"
                    "</minOutValue>\n    <maxOutValue>%s</maxOutValue>\n"
                    "  </Range>\n",
                    text[0], text[1], text[2], text[3]);
}

static int put_matrix(struct text_out *t, const float m[9], const float add[3],
                      struct err *e)
{
    int rc;

    TRY(text_put(t, e, "  <Matrix " BITS ">\n    <Array dim=\"3 4\">\n"));
    for (int i = 0; i < 3; i++)
        TRY(text_numbers(
            t, (float[4]){m[3 * i], m[3 * i + 1], m[3 * i + 2], add[i]}, 4, e));
    TRY(text_put(t, e, "    </Array>\n  </Matrix>\n"));
out:
    return rc;
}

/* What brings lo … hi to 0 … 1, in front of a table over these. */
static int put_domain(struct text_out *t, const float lo[3], const float hi[3],
                      struct err *e)
{
    float m[9] = {0}, add[3];

    if (is_even(lo) && is_even(hi))
        return lo[0] == 0 && hi[0] == 1 ? 0
                                        : put_limits(t, lo[0], hi[0], 0, 1, e);
    for (int c = 0; c < 3; c++) {
        m[4 * c] = 1 / (hi[c] - lo[c]);
        add[c] = -lo[c] / (hi[c] - lo[c]);
    }
    return put_matrix(t, m, add, e);
}

/* Only what lut_fits() lets through. */
static int put_range(struct text_out *t, const struct lut_stage *s,
                     struct err *e)
{
    const struct kern_clf_range *r = &s->channel[0].range;
    float m[9] = {0}, add[3];

    if (r->lo > -FLT_MAX)
        return put_limits(t, (r->lo - r->add) / r->mul,
                          (r->hi - r->add) / r->mul, r->lo, r->hi, e);
    for (int c = 0; c < 3; c++) {
        m[4 * c] = s->channel[c].range.mul;
        add[c] = s->channel[c].range.add;
    }
    return put_matrix(t, m, add, e);
}

static bool is_grey(const struct lut *lut)
{
    const size_t n = (size_t)lut->points * sizeof(float);

    return memcmp(lut->curve, lut->curve + lut->points, n) == 0 &&
           memcmp(lut->curve, lut->curve + 2 * (size_t)lut->points, n) == 0;
}

static int put_curves(struct text_out *t, const struct lut *lut, struct err *e)
{
    const size_t points = (size_t)lut->points;
    const int channels = is_grey(lut) ? 1 : 3;
    int rc;

    TRY(put_domain(t, lut->lo, lut->hi, e));
    TRY(text_put(t, e, "  <LUT1D " BITS ">\n    <Array dim=\"%zu %d\">\n",
                 points, channels));
    for (size_t i = 0; i < points; i++)
        TRY(text_numbers(t,
                         (float[3]){lut->curve[i], lut->curve[points + i],
                                    lut->curve[2 * points + i]},
                         channels, e));
    TRY(text_put(t, e, "    </Array>\n  </LUT1D>\n"));
out:
    return rc;
}

static int put_cube(struct text_out *t, const struct lut *lut, struct err *e)
{
    const size_t side = (size_t)lut->size;
    int rc;

    TRY(put_domain(t, lut->from, lut->to, e));
    TRY(text_put(t, e,
                 "  <LUT3D " BITS " interpolation=\"%s\">\n    <Array "
                 "dim=\"%zu %zu %zu 3\">\n",
                 lut->trilinear ? "trilinear" : "tetrahedral", side, side,
                 side));
    for (size_t r = 0; r < side; r++)
        for (size_t g = 0; g < side; g++)
            for (size_t b = 0; b < side; b++)
                TRY(text_numbers(t, lut->node + 4 * ((b * side + g) * side + r),
                                 3, e));
    TRY(text_put(t, e, "    </Array>\n  </LUT3D>\n"));
out:
    return rc;
}

static int put_table(struct text_out *t, const struct lut *lut, struct err *e)
{
    int rc = 0;

    if (lut->points)
        TRY(put_curves(t, lut, e));
    if (lut->size)
        TRY(put_cube(t, lut, e));
out:
    return rc;
}

static int put_stage(struct text_out *t, const struct lut_stage *s,
                     struct err *e)
{
    return s->kind == LUT_TABLE    ? put_table(t, s->table, e)
           : s->kind == LUT_MATRIX ? put_matrix(t, s->matrix, s->offset, e)
                                   : put_range(t, s, e);
}

/* Of the first table's numbers: the same for the same. */
static uint64_t identity(const struct lut *lut)
{
    const size_t side = (size_t)lut->size;

    if (lut->stages)
        return lut->stage[0].table ? identity(lut->stage[0].table) : 1;
    return hash_bytes(
        lut->curve, (size_t)lut->points * 3 * sizeof(float),
        hash_bytes(lut->node, side * side * side * 4 * sizeof(float), 0));
}

int clf_write(struct text_out *t, const struct lut *lut,
              const struct lut_words *words, struct err *e)
{
    char title[6 * LUT_TITLE_MAX], origin[6 * LUT_TITLE_MAX];
    int rc;

    escape(words->title ? words->title : lut->title, title, sizeof(title));
    escape(words->origin ? words->origin : "", origin, sizeof(origin));
    TRY(text_put(t, e,
                 "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ProcessList "
                 "id=\"%016" PRIx64 "\"%s%s%s compCLFversion=\"3.0\">\n",
                 identity(lut), title[0] ? " name=\"" : "", title,
                 title[0] ? "\"" : ""));
    if (origin[0])
        TRY(text_put(t, e, "  <Description>%s</Description>\n", origin));
    for (int i = 0; i < lut->stages; i++)
        TRY(put_stage(t, &lut->stage[i], e));
    if (!lut->stages)
        TRY(put_table(t, lut, e));
    TRY(text_put(t, e, "</ProcessList>\n"));
out:
    return rc;
}
