/* portal lut info: what a table is, and what it does to colours. */

#include <string.h>

#include "base/file.h"
#include "cli/json.h"
#include "cli/lut.h"
#include "codec/lut.h"
#include "run/lut_facts.h"
#include "run/lut_plot.h"

static const char *const kinds[] = {
    [LUT_TABLE] = "table",
    [LUT_MATRIX] = "matrix",
    [LUT_RANGE] = "range",
    [LUT_POWER] = "exponent",
    [LUT_LOG] = "logarithm",
    [LUT_UNLOG] = "antilogarithm",
    [LUT_KNOTS] = "curves between points",
    [LUT_HALF] = "curves over half floats",
};

static const char channel[3][8] = {"red", "green", "blue"};

static json_t *numbers(const double *v, int n)
{
    json_t *array = json_array();

    for (int i = 0; i < n; i++)
        json_array_append_new(array, json_real(v[i]));
    return array;
}

static json_t *three(const float v[3])
{
    const double d[3] = {(double)v[0], (double)v[1], (double)v[2]};

    return numbers(d, 3);
}

static json_t *stages_json(const struct lut *lut)
{
    json_t *array = json_array();

    for (int i = 0; i < lut->stages; i++) {
        const struct lut_stage *s = &lut->stage[i];
        json_t *object = json_object();

        json_add(object, "kind", json_text(kinds[s->kind]));
        if (s->table) {
            json_add(object, "points", json_integer(s->table->points));
            json_add(object, "size", json_integer(s->table->size));
        }
        json_array_append_new(array, object);
    }
    return array;
}

static json_t *axes_json(const struct lut_facts *f)
{
    json_t *object = json_object();

    for (int c = 0; c < 3; c++) {
        const struct lut_axis *a = &f->axis[c];

        json_add(object, channel[c],
                 json_pack("{s:f, s:f, s:f}", "falling_steps", a->falls,
                           "worst_fall", a->worst, "at", a->at));
    }
    return object;
}

static void add_facts(json_t *o, const struct lut_facts *f)
{
    json_add(o, "domain_min", three(f->lo));
    json_add(o, "domain_max", three(f->hi));
    json_add(o, "output_min", numbers(f->min, 3));
    json_add(o, "output_max", numbers(f->max, 3));
    json_add(o, "outside_share", json_real(f->outside));
    json_add(o, "axes", axes_json(f));
    json_add(o, "neutral_drift",
             json_pack("{s:f, s:f, s:f}", "mean", f->drift_mean, "max",
                       f->drift_max, "at", f->drift_at));
    json_add(o, "bend",
             json_pack("{s:f, s:f, s:s, s:f, s:s}", "second_difference",
                       f->bend, "slope_change", f->kink, "axis",
                       channel[f->bend_axis], "at", f->bend_at, "risk",
                       lut_risk(f)));
    json_add(o, "steepest_slope", json_real(f->steepest));
    json_add(o, "folded_share", json_real(f->folded));
    json_add(o, "flat_share", json_real(f->flat));
    json_add(o, "identity",
             json_pack("{s:f, s:f, s:f}", "mean", f->identity_mean, "max",
                       f->identity_max, "code", f->identity_code));
    json_add(o, "black", numbers(f->black, 3));
    json_add(o, "white", numbers(f->white, 3));
    json_add(o, "black_kept", json_boolean(lut_keeps_black(f)));
    json_add(o, "white_kept", json_boolean(lut_keeps_white(f)));
    json_add(o, "assumed", json_text("BT.1886 display of sRGB primaries, D65"));
    json_add(o, "difference", json_text("CIEDE2000"));
}

static int put_json(FILE *out, const struct lut *lut, const struct lut_facts *f,
                    struct err *e)
{
    json_t *object = json_object();

    json_add(object, "format", json_text(lut->format));
    json_add(object, "title", json_text(lut->title));
    json_add(object, "points", json_integer(lut->points));
    json_add(object, "size", json_integer(lut->size));
    json_add(object, "stages", stages_json(lut));
    add_facts(object, f);
    return json_put(out, object, true, e);
}

static void put_table(FILE *out, const struct lut *lut)
{
    if (lut->points)
        fprintf(out, "curves of %d points", lut->points);
    if (lut->points && lut->size)
        fprintf(out, ", then a ");
    if (lut->size)
        fprintf(out, "cube of %d x %d x %d nodes", lut->size, lut->size,
                lut->size);
}

static void put_kind(FILE *out, const struct lut *lut)
{
    fprintf(out, "kind        %s: ", lut->format);
    for (int i = 0; i < lut->stages; i++) {
        if (i)
            fputs(", then ", out);
        if (lut->stage[i].table)
            put_table(out, lut->stage[i].table);
        else
            fputs(kinds[lut->stage[i].kind], out);
    }
    put_table(out, lut);
    if (!lut->stages && !lut->points && !lut->size)
        fputs("nothing that changes colours", out);
    fputs("\n", out);
    if (lut->title[0])
        fprintf(out, "title       %s\n", lut->title);
}

static void put_domain(FILE *out, const float lo[3], const float hi[3])
{
    if (lo[0] == lo[1] && lo[1] == lo[2] && hi[0] == hi[1] && hi[1] == hi[2])
        fprintf(out, "domain      %g to %g\n", (double)lo[0], (double)hi[0]);
    else
        fprintf(out, "domain      %g %g %g to %g %g %g\n", (double)lo[0],
                (double)lo[1], (double)lo[2], (double)hi[0], (double)hi[1],
                (double)hi[2]);
}

static void put_axes(FILE *out, const struct lut_facts *f)
{
    bool all = true;

    for (int c = 0; c < 3; c++) {
        const struct lut_axis *a = &f->axis[c];

        if (a->falls == 0)
            continue;
        fprintf(out, "%s%s falls in %.2g %% of its steps, by %.2g near %.3g\n",
                all ? "monotone    no: " : "            ", channel[c],
                100 * a->falls, a->worst, a->at);
        all = false;
    }
    if (all)
        fputs("monotone    yes, each channel rises or stays along its axis\n",
              out);
}

static void put_bends(FILE *out, const struct lut_facts *f)
{
    if (f->bend == 0)
        fputs("bends       none\n", out);
    else
        fprintf(out,
                "bends       second difference %.3g, a slope changing by %.3g "
                "(%s near %.3g): banding risk %s\n",
                f->bend, f->kink, channel[f->bend_axis], f->bend_at,
                lut_risk(f));
}

static void put_volumes(FILE *out, const struct lut_facts *f)
{
    if (f->folded == 0 && f->flat == 0)
        fputs("invertible  yes\n", out);
    else
        fprintf(out,
                "invertible  no: %.2g %% of it is folded over, %.2g %% is "
                "flat\n",
                100 * f->folded, 100 * f->flat);
}

static void put_end(FILE *out, const char *name, const double v[3], bool kept)
{
    fprintf(out, "%s       %s%.4g %.4g %.4g\n", name, kept ? "kept: " : "",
            v[0], v[1], v[2]);
}

static void put_text(FILE *out, const struct lut *lut,
                     const struct lut_facts *f)
{
    put_kind(out, lut);
    put_domain(out, f->lo, f->hi);
    fprintf(out,
            "outputs     red %.4g to %.4g, green %.4g to %.4g, blue %.4g to "
            "%.4g\n",
            f->min[0], f->max[0], f->min[1], f->max[1], f->min[2], f->max[2]);
    fprintf(out, "outside     %.3g %% of nodes are beyond 0 ... 1\n",
            100 * f->outside);
    put_axes(out, f);
    fprintf(out,
            "neutral     greys drift by %.3g on average, %.3g at most "
            "(near %.3g)\n",
            f->drift_mean, f->drift_max, f->drift_at);
    put_bends(out, f);
    fprintf(out, "steepest    steps become up to %.3g times as large\n",
            f->steepest);
    put_volumes(out, f);
    fprintf(out,
            "change      %.3g on average, %.3g at most; a channel by at "
            "most %.3g\n",
            f->identity_mean, f->identity_max, f->identity_code);
    put_end(out, "black", f->black, lut_keeps_black(f));
    put_end(out, "white", f->white, lut_keeps_white(f));
    fputs("Differences are CIEDE2000 on a BT.1886 display with the primaries "
          "and white of sRGB.\n",
          out);
}

static int check_plot(const char *plot, const char *from, struct err *e)
{
    if (!plot)
        return 0;
    if (!text_is_nocase(path_ext(plot), "png"))
        return err_set(e, ERR_ARG, "'%s' does not end in .png, as a plot does",
                       plot);
    return lut_check_output(plot, from, e);
}

int lut_info(const struct lut_options *o, FILE *out, struct err *e)
{
    struct lut *lut = NULL;
    struct lut_facts facts;
    int rc;

    if (o->words.count != 2)
        TRY(err_set(e, ERR_ARG, "info needs one table"));
    TRY(check_plot(o->plot, o->words.item[1], e));
    TRY(lut_load(o->words.item[1], &lut, e));
    TRY(lut_measure(lut, &facts, e));
    if (o->plot)
        TRY(lut_plot(o->plot, lut, &facts, path_name(o->words.item[1]), e));
    if (o->json)
        rc = put_json(out, lut, &facts, e);
    else
        put_text(out, lut, &facts);
out:
    lut_free(lut);
    return rc;
}
