/*
 * HDR to SDR, or to a display of less range. The curve looks at the brightest
 * of red, green and blue and all three are multiplied by one factor. So hue and
 * saturation stay, and no channel ends above the target, as it would where the
 * curve looks at luminance or at the intensity of ICtCp: those let a saturated
 * light through too bright, to be clipped later, which turns its hue. What is
 * lost is that bright colours do not pale; `highlights` gives that back, in
 * OKLab at the same hue.
 */

#include <math.h>

#include "image/light.h"
#include "kern/convert.h"
#include "op/display.h"
#include "op/row.h"

#define USUAL_PEAK 1000.0 /* cd/m2, where nothing says */
#define MOST_PEAK  10000.0
#define TOP_SHARE  1e-4 /* of pixels may be brighter than what is measured */

struct display_map {
    int method;
    float peak;
    float target;
    float black;
    float source_black;
    float highlights;
    int gamut;
    float soft;
};

static const char *const methods[] = {"bt2390",   "hable", "mobius",
                                      "reinhard", "clip",  NULL};
static const char *const gamuts[] = {"none", "rec709", "p3", "rec2020", NULL};
static const enum space gamut_spaces[] = {SPACE_REC2020, SPACE_REC709, SPACE_P3,
                                          SPACE_REC2020};
enum { GAMUT_NONE, GAMUT_REC709, GAMUT_P3, GAMUT_REC2020 };

static const struct param params[] = {
    P_CHOICE(display_map, method, .names = methods,
             .doc = "Curve that brings the peak of the source to the target, "
                    "where bt2390 leaves the most below it alone"),
    P_FLOAT(display_map, peak, .lo = 0, .hi = MOST_PEAK, .step = 10,
            .unit = "cd/m2",
            .doc = "Brightest light of the source, with 0 for what footage "
                   "says of itself, or what a picture has in 99.99 % of it"),
    P_FLOAT(display_map, target, .def = DISPLAY_WHITE, .lo = 40,
            .hi = MOST_PEAK, .step = 10, .unit = "cd/m2",
            .doc = "Brightest light of the display, where 203 is the white of "
                   "SDR"),
    P_FLOAT(display_map, black, .lo = 0, .hi = 1, .step = 0.005,
            .unit = "cd/m2",
            .doc = "Light of the display's black, above which bt2390 lifts "
                   "dark tones"),
    P_FLOAT(display_map, source_black, .lo = 0, .hi = 1, .step = 0.005,
            .unit = "cd/m2",
            .doc = "Light of black on the display it was mastered on, for "
                   "bt2390"),
    P_FLOAT(display_map, highlights, .def = 0.5, .lo = 0, .hi = 1,
            .doc = "How much colours brighter than the target pale towards "
                   "white"),
    P_CHOICE(display_map, gamut, .names = gamuts,
             .doc = "Primaries of the display, whose colours others are moved "
                    "to, at the same hue and lightness"),
    P_FLOAT(display_map, soft, .def = 0.1, .lo = 0, .hi = 0.5,
            .doc = "Share of the way to the border of the gamut within which "
                   "colours move closer together to make room"),
    P_END,
};

struct state {
    bool colors; /* chroma changes, not only light */
    struct kern_hdr_curve curve;
    struct kern_hdr_gamut gamut;
};

/* The brightest channel of the display in all but a few pixels, cd/m2. */
static int measure(const struct op_prep *prep, const float display[9],
                   double *peak, struct err *e)
{
    const struct view *v = &prep->proxy->v;
    const size_t n = (size_t)v->w, pixels = n * (size_t)v->h;
    struct light_bins *bins = mem_zero(1, sizeof(*bins));
    const float limit = (float)(MOST_PEAK / DISPLAY_WHITE);
    float *row[3] = {mem_array(n, 3 * sizeof(float))}, sum[8];
    int rc = 0;

    if (!bins || !row[0]) {
        rc = err_mem(e, n * 3 * sizeof(float));
        goto out;
    }
    row[1] = row[0] + n;
    row[2] = row[1] + n;
    for (int y = 0; y < v->h; y++) {
        const float *in[3], *const made[3] = {row[0], row[1], row[2]};

        op_row_near(v, y, in);
        prep->k->convert->matrix(row, in, n, display);
        prep->k->hdr->brightest(row[0], sum, made, n, limit);
        light_count(bins, row[0], n);
    }
    *peak = light_but(bins, (uint64_t)((double)pixels * TOP_SHARE)) *
            DISPLAY_WHITE;
out:
    mem_free(bins);
    mem_free(row[0]);
    return rc;
}

static int find_peak(const struct display_map *v, const struct op_prep *prep,
                     const float display[9], double *peak, struct err *e)
{
    int rc = 0;

    *peak = USUAL_PEAK;
    if (v->peak > 0)
        *peak = (double)v->peak;
    else if (prep->peak > 0)
        *peak = (double)prep->peak;
    else if (prep->proxy)
        TRY(measure(prep, display, peak, e));
    if (prep->proxy)
        TRY(op_steady(prep, peak, 1, e));
    *peak = fmin(*peak, MOST_PEAK);
out:
    return rc;
}

static int prepare(const void *values, const struct op_prep *prep, void **state,
                   struct err *e)
{
    const struct display_map *v = values;
    const double soft = v->gamut == GAMUT_REC2020 ? 0 : (double)v->soft;
    struct display_range r = {.black = (double)v->source_black,
                              .target = (double)v->target,
                              .target_black = (double)v->black};
    struct state *s = mem_zero(1, sizeof(*s));
    struct display_curve curve;
    int rc;

    if (!s) {
        rc = err_mem(e, sizeof(*s));
        goto out;
    }
    TRY(display_gamut(prep->k, gamut_spaces[v->gamut], soft, &s->gamut, e));
    s->gamut.bounded = v->gamut != GAMUT_NONE;
    s->gamut.fade = v->highlights;
    s->gamut.from = (float)(r.target / DISPLAY_WHITE);
    s->colors = s->gamut.bounded || s->gamut.fade > 0;
    TRY(find_peak(v, prep, s->gamut.display, &r.peak, e));
    curve = display_curve((enum display_method)v->method, &r);
    display_table(&curve, &s->curve);
    *state = s;
    s = NULL;
out:
    mem_free(s);
    return rc;
}

static void rows(const struct op_job *job, const void *values)
{
    const struct state *s = job->state;
    const struct kern_hdr *k = job->k->hdr;

    (void)values;
    for (int y = job->y0; y < job->y1; y++) {
        const struct op_row r = op_row(job, y);

        if (s->colors)
            k->map_gamut(r.dst, r.src, r.n, &s->curve, &s->gamut);
        else
            k->map(r.dst, r.src, r.n, &s->curve);
    }
}

static void release(void *state)
{
    mem_free(state);
}

const struct op op_display_map = {
    .name = "display_map",
    .doc =
        "Brings the light of HDR into the range and the colours of a display",
    .params = params,
    .size = sizeof(struct display_map),
    .needs = OP_NEEDS_PEAK | OP_NEEDS_TURN,
    .prepare = prepare,
    .rows = rows,
    .release = release,
};
