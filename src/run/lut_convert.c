/* LUTs from one form to another. */

#include "run/lut_convert.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"

#define CUBE_SIDE 33

/* A range for all channels; outside of its own a channel does not change. */
static void even_domain(const struct lut *lut, float lo[3], float hi[3])
{
    lut_domain(lut, lo, hi);
    for (int c = 0; c < 3; c++) {
        lo[c] = fminf(fminf(lo[0], lo[1]), lo[2]);
        hi[c] = fmaxf(fmaxf(hi[0], hi[1]), hi[2]);
    }
}

/* The last thing it does is a cube, and what is before it keeps to channels. */
static bool has_shaper(const struct lut *lut, struct lut *front,
                       const struct lut **cube)
{
    *front = (struct lut){.stages = lut->stages, .stage = lut->stage};
    if (!lut->stages) {
        *cube = lut;
        *front = *lut;
        front->size = 0;
        return lut->points && lut->size;
    }
    front->stages--;
    *cube = lut->stage[lut->stages - 1].table;
    return lut->stages > 1 && *cube && (*cube)->size && !(*cube)->points &&
           lut_is_separable(front);
}

static int copy_cube(const struct lut *from, struct lut *to, struct err *e)
{
    const size_t n = (size_t)from->size;

    to->node = mem_array(n * n * n, 4 * sizeof(float));
    if (!to->node)
        return err_mem(e, n * n * n * 4 * sizeof(float));
    memcpy(to->node, from->node, n * n * n * 4 * sizeof(float));
    to->size = from->size;
    memcpy(to->from, from->from, sizeof(to->from));
    memcpy(to->to, from->to, sizeof(to->to));
    return 0;
}

static bool is_same(const float a[3], const float b[3])
{
    return a[0] == b[0] && a[1] == b[1] && a[2] == b[2];
}

/* Curves for what is in front, and the cube with `size` nodes a side. */
static int sample_both(const struct lut *front, const struct lut *cube,
                       int size, struct lut **out, struct err *e)
{
    struct lut plain = *cube, *thin = NULL, *made = NULL;
    float lo[3], hi[3];
    int rc;

    plain.points = 0;
    even_domain(front, lo, hi);
    TRY(lut_sample(front, lut_points(front), 0, lo, hi, &made, e));
    even_domain(&plain, lo, hi);
    if (size != cube->size || !is_same(lo, cube->from) ||
        !is_same(hi, cube->to))
        TRY(lut_sample(&plain, 0, size, lo, hi, &thin, e));
    TRY(copy_cube(thin ? thin : &plain, made, e));
    memcpy(made->title, cube->title, sizeof(made->title));
    *out = made;
    made = NULL;
out:
    lut_free(thin);
    lut_free(made);
    return rc;
}

static int sample(const struct lut *lut, enum lut_form form, int size,
                  struct lut **out, struct err *e)
{
    static const float zero[3] = {0, 0, 0}, one[3] = {1, 1, 1};
    const bool plain = lut->size && !lut->points && !lut->stages;
    const int own = plain || lut_side(lut) > CUBE_SIDE ? lut_side(lut)
                                                       : CUBE_SIDE;
    const struct lut *cube;
    struct lut front;
    float lo[3], hi[3];

    if (size == 1)
        return err_set(e, ERR_ARG, "a size of 1, allowed is 2 or more");

    if (form == LUT_FORM_HALD)
        return lut_sample(lut, 0, hald_size(size ? size : own), zero, one, out,
                          e);
    lut_domain(lut, lo, hi);
    if (lut_is_separable(lut))
        return lut_sample(lut, size ? size : lut_points(lut), 0, lo, hi, out,
                          e);
    if (size > LUT_CUBE_MAX)
        return err_set(e, ERR_ARG,
                       "a cube of %d nodes a side, allowed is 2 … "
                       "%d",
                       size, LUT_CUBE_MAX);
    if (has_shaper(lut, &front, &cube))
        return sample_both(&front, cube, size ? size : cube->size, out, e);
    return lut_sample(lut, 0, size ? size : own, lo, hi, out, e);
}

static bool has_size(const struct lut *lut, int size)
{
    return !size ||
           (!lut->stages && (lut->size ? lut->size : lut->points) == size);
}

/* Inputs that a Hald CLUT has no place for. */
static bool is_cut(const struct lut *lut)
{
    float lo[3], hi[3];
    bool cut = false;

    lut_domain(lut, lo, hi);
    for (int c = 0; c < 3; c++)
        cut = cut || lo[c] < 0 || hi[c] > 1;
    return cut;
}

/* What is in the file now, against what was to be in it. */
static int compare(const struct lut *lut, const char *path,
                   struct lut_made *made, struct err *e)
{
    struct lut *back = NULL;
    int rc;

    TRY(lut_load(path, &back, e));
    rc = lut_diff(lut, back, 0, &made->gap, e);
out:
    lut_free(back);
    return rc;
}

int lut_convert(const struct lut *lut, const char *path, int size,
                const struct lut_words *words, struct lut_made *made,
                struct err *e)
{
    const struct lut *what = lut;
    struct lut *sampled = NULL;
    int rc;

    *made = (struct lut_made){0};
    TRY(lut_form_of(path, &made->form, e));
    if (!lut_fits(lut, made->form) || !has_size(lut, size)) {
        TRY(sample(lut, made->form, size, &sampled, e));
        what = sampled;
    }
    made->points = what->points;
    made->size = what->size;
    made->rounded = made->form == LUT_FORM_HALD;
    made->cut = made->rounded && is_cut(lut);
    made->exact = !sampled && !made->rounded;
    TRY(lut_save(path, what, made->form, words, e));
    if (!made->exact)
        TRY(compare(lut, path, made, e));
out:
    lut_free(sampled);
    return rc;
}
