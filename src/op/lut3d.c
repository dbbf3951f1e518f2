/*
 * A look-up table from a file of any format of codec/lut.h, or one of the
 * program. Colours go from the working space into the space the table was made
 * for, through it, and back; where that is the space of the picture, its code
 * values go through as they are. What lies outside the table's domain is moved
 * to its border: a table has no more.
 */

#include "codec/lut.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/file.h"
#include "codec/lut_shipped.h"
#include "image/color.h"
#include "kern/convert.h"
#include "kern/point.h"
#include "op/lut3d.h"
#include "op/op.h"
#include "op/row.h"

enum { TETRAHEDRAL, TRILINEAR };

struct lut3d {
    char file[400];
    float strength;
    int interpolation;
    int input;
    int output;
};

static const char *const interpolations[] = {"tetrahedral", "trilinear", NULL};

#define SPACES                                                                 \
    "srgb", "rec709", "p3", "rec2020_pq", "rec2020_hlg", "rec2020_hlg_scene",  \
        "linear", "logc3", "slog3", "acescct", "bt1886"

const char *const lut3d_spaces[] = {SPACES, NULL};
const char *const lut3d_inputs[] = {SPACES, "auto", NULL};
static_assert(sizeof(lut3d_spaces) ==
                  (LUT3D_AUTO + 1) * sizeof(lut3d_spaces[0]),
              "auto comes behind the spaces");
static const char *const outputs[] = {"same", SPACES, NULL};

static const struct param params[] = {
    P_TEXT(lut3d, file, .unit = "FILE|NAME",
           .doc = "Table to use: .cube, .3dl, .csp, .spi1d, .spi3d, .clf, a "
                  "Hald CLUT, or the name of one that comes with the program"),
    P_FLOAT(lut3d, strength, .def = 1, .lo = 0, .hi = 1,
            .doc = "Share of the result that comes from the table"),
    P_CHOICE(lut3d, interpolation, .names = interpolations,
             .doc = "Between four corners of a cell or between all eight"),
    P_CHOICE(lut3d, input, .def = LUT3D_AUTO, .names = lut3d_inputs,
             .doc = "Colour space the table expects, where linear has the "
                    "primaries of sRGB, logc3 and slog3 those of the camera, "
                    "bt1886 and rec2020_hlg the light of films, and auto is a "
                    "film's own, else srgb"),
    P_CHOICE(lut3d, output, .names = outputs,
             .doc = "Colour space the table gives"),
    P_END,
};

/* ARRI, ALEXA Wide Gamut; Sony, S-Gamut3.Cine. */
static const struct primaries wide_gamut = {
    {{0.6840, 0.3130}, {0.2210, 0.8480}, {0.0861, -0.1020}, {0.3127, 0.3290}}};
static const struct primaries gamut3_cine = {
    {{0.7660, 0.2750}, {0.2250, 0.8000}, {0.0890, -0.0870}, {0.3127, 0.3290}}};

/* In the order of the names. */
static const struct {
    enum space space;
    const struct primaries *own; /* instead of those of `space` */
    enum transfer transfer;
} spaces[] = {
    {SPACE_SRGB, NULL, TRANSFER_SRGB},
    {SPACE_REC709, NULL, TRANSFER_REC709},
    {SPACE_P3, NULL, TRANSFER_SRGB},
    {SPACE_REC2020, NULL, TRANSFER_PQ},
    {SPACE_REC2020, NULL, TRANSFER_HLG},
    {SPACE_REC2020, NULL, TRANSFER_HLG_SCENE},
    {SPACE_SRGB, NULL, TRANSFER_LINEAR},
    {SPACE_SRGB, &wide_gamut, TRANSFER_LOGC3},
    {SPACE_SRGB, &gamut3_cine, TRANSFER_SLOG3},
    {SPACE_ACESCG, NULL, TRANSFER_ACESCCT},
    {SPACE_REC709, NULL, TRANSFER_GAMMA24}, /* as films show it */
};

struct state {
    struct lut *lut;
    bool mixed; /* in code values, which are the same on both sides */
    enum transfer in, out;
    float to_lut[9], from_lut[9];
};

static int input_of(const struct lut3d *v)
{
    return v->input == LUT3D_AUTO ? 0 : v->input;
}

static int output_of(const struct lut3d *v)
{
    return v->output ? v->output - 1 : input_of(v);
}

static bool neutral(const void *values)
{
    const struct lut3d *v = values;

    return !v->file[0] || v->strength == 0;
}

void lut3d_matrix(int space, bool back, float out[9])
{
    const struct primaries *work = space_primaries(SPACE_REC2020);
    const struct primaries *own = spaces[space].own
                                      ? spaces[space].own
                                      : space_primaries(spaces[space].space);
    const struct mat3 m =
        primaries_convert(back ? own : work, back ? work : own, ADAPT_BRADFORD);

    for (int i = 0; i < 9; i++)
        out[i] = (float)m.m[i / 3][i % 3];
}

static bool code(const void *values, const struct op_code *code)
{
    const struct lut3d *v = values;
    const struct color *c = code->color;
    const enum transfer t = spaces[input_of(v)].transfer;
    const struct curve curve = transfer_curve(t);
    float back[9];

    if (output_of(v) != input_of(v))
        return false;
    if (v->input == LUT3D_AUTO && code->footage)
        return true;
    if (t == TRANSFER_HLG_SCENE || t == TRANSFER_ACESCCT)
        return false; /* no picture has these */
    lut3d_matrix(input_of(v), true, back);
    for (int i = 0; i < 9; i++)
        if (fabs(c->to_work.m[i / 3][i % 3] - (double)back[i]) > 1e-4)
            return false;
    return curve_equal(&c->curve[0], &curve) &&
           curve_equal(&c->curve[1], &curve) &&
           curve_equal(&c->curve[2], &curve);
}

enum transfer lut3d_transfer(int space)
{
    return spaces[space].transfer;
}

const char *lut3d_file(const void *values)
{
    return ((const struct lut3d *)values)->file;
}

static void release(void *state)
{
    struct state *s = state;

    lut_free(s->lut);
    mem_free(s);
}

static int load(const char *file, const char *folder, struct lut **out,
                struct err *e)
{
    const bool as_is = file[0] == '/' || !folder || lut_is_name(file);
    char *path = as_is ? mem_text(file) : path_join(folder, file);
    const int rc = path ? lut_load(path, out, e) : err_mem(e, 0);

    mem_free(path);
    return rc;
}

static int prepare(const void *values, const struct op_prep *prep, void **state,
                   struct err *e)
{
    const struct lut3d *v = values;
    const int input = input_of(v), output = output_of(v);
    struct state *s = mem_zero(1, sizeof(*s));
    int rc = 0;

    if (!s) {
        rc = err_mem(e, sizeof(*s));
        goto out;
    }
    if (v->file[0])
        TRY(load(v->file, prep->folder, &s->lut, e));
    s->mixed = input == output;
    s->in = spaces[input].transfer;
    s->out = spaces[output].transfer;
    lut3d_matrix(input, false, s->to_lut);
    lut3d_matrix(output, true, s->from_lut);
    *state = s;
    s = NULL;
out:
    if (s)
        release(s);
    return rc;
}

static size_t scratch(const void *values, const struct op_site *site, int rows)
{
    (void)values;
    (void)rows;
    return op_row_bytes(site->w, 6);
}

/* From the working space through the table and back, into `row`. */
static void convert(const struct kern *k, const struct lut3d *v,
                    const struct state *s, const struct op_row *r,
                    float *const row[3], float *const plain[3])
{
    const float *made[3] = {row[0], row[1], row[2]};
    const bool mixed = s->mixed && v->strength < 1;

    k->convert->matrix(row, r->src, r->n, s->to_lut);
    transfer_encode(k, s->in, row, r->n);
    for (int c = 0; c < 3 && mixed; c++)
        memcpy(plain[c], row[c], r->n * sizeof(float));
    lut_apply(s->lut, k, v->interpolation == TRILINEAR, row, r->n);
    for (int c = 0; c < 3 && mixed; c++)
        k->point->mix(row[c], plain[c], row[c], r->n, v->strength);
    transfer_decode(k, s->out, row, r->n);
    k->convert->matrix(row, made, r->n, s->from_lut);
}

static void rows(const struct op_job *job, const void *values)
{
    const struct lut3d *v = values;
    const struct state *s = job->state;
    const struct kern *k = job->k;
    const float strength = s->mixed && !job->code ? 1 : v->strength;
    float *row[3], *plain[3];

    for (int c = 0; c < 3; c++)
        row[c] = arena_floats(job->scratch, (size_t)job->dst.w);
    for (int c = 0; c < 3; c++)
        plain[c] = arena_floats(job->scratch, (size_t)job->dst.w);
    for (int y = job->y0; y < job->y1; y++) {
        const struct op_row r = op_row(job, y);

        if (!s->lut) {
            op_row_copy(r);
            continue;
        }
        if (job->code)
            for (int c = 0; c < 3; c++)
                memcpy(row[c], r.src[c], r.n * sizeof(float));
        if (job->code)
            lut_apply(s->lut, k, v->interpolation == TRILINEAR, row, r.n);
        else
            convert(k, v, s, &r, row, plain);
        for (int c = 0; c < 3; c++)
            k->point->mix(r.dst[c], r.src[c], row[c], r.n, strength);
    }
}

const struct op op_lut3d = {
    .name = "lut3d",
    .doc = "Colours through a look-up table from a file",
    .params = params,
    .size = sizeof(struct lut3d),
    .neutral = neutral,
    .code = code,
    .scratch = scratch,
    .prepare = prepare,
    .rows = rows,
    .release = release,
};
