/* From scene light to display light, by the curves of op/film.h. */

#include "op/film.h"
#include "op/row.h"

static const char *const methods[] = {"agx",      "aces", "hable",
                                      "reinhard", "none", NULL};

static const struct param params[] = {
    P_CHOICE(film_values, method, .names = methods,
             .doc = "Curve from the light of a scene to that of a display"),
    P_FLOAT(film_values, exposure, .lo = -10, .hi = 10, .step = 0.05,
            .unit = "EV", .doc = "Brightness in stops before the curve"),
    P_FLOAT(film_values, white, .lo = 0, .hi = 1000, .step = 0.1,
            .doc = "Light that becomes white, with 0 for the curve's own of "
                   "16.3 for agx, 11.2 for hable and 4 for reinhard"),
    P_FLOAT(film_values, pivot, .def = 0.18, .lo = 0.05, .hi = 0.5,
            .doc = "Display light that middle grey becomes with agx"),
    P_FLOAT(film_values, contrast, .def = 2.4, .lo = 1, .hi = 5,
            .doc = "Slope of agx at middle grey"),
    P_FLOAT(film_values, toe, .def = 1.5, .lo = 0.5, .hi = 5,
            .doc = "Power of agx's toe, where more keeps the slope for "
                   "longer towards black"),
    P_FLOAT(film_values, shoulder, .def = 1.5, .lo = 0.5, .hi = 5,
            .doc = "Power of agx's shoulder, where more keeps the slope for "
                   "longer towards white"),
    P_FLOAT(film_values, purity, .def = 1, .lo = 0, .hi = 1.5,
            .doc = "How much of the colour agx gives back that it took"),
    P_END,
};

static bool neutral(const void *values)
{
    const struct film_values *v = values;

    return v->method == FILM_NONE && v->exposure == 0;
}

static int prepare(const void *values, const struct op_prep *prep, void **state,
                   struct err *e)
{
    struct film *f = mem_zero(1, sizeof(*f));

    (void)prep;
    if (!f)
        return err_mem(e, sizeof(*f));
    film_make(f, values);
    *state = f;
    return 0;
}

static void rows(const struct op_job *job, const void *values)
{
    (void)values;
    for (int y = job->y0; y < job->y1; y++) {
        const struct op_row r = op_row(job, y);

        film_row(job->state, job->k, r.dst, r.src, r.n);
    }
}

static void release(void *state)
{
    mem_free(state);
}

const struct op op_tone_map = {
    .name = "tone_map",
    .doc = "From the light of a scene to the light of a display",
    .params = params,
    .size = sizeof(struct film_values),
    .neutral = neutral,
    .prepare = prepare,
    .rows = rows,
    .release = release,
};
