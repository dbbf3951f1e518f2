/* Filters for resizing. */

#include "op/filters.h"

#include <math.h>
#include <stdbool.h>

#include "base/mem.h"

const char *const filter_names[] = {"lanczos3", "mitchell", "bilinear", "box",
                                    NULL};

static double sinc(double x)
{
    return x == 0 ? 1 : x == rint(x) ? 0 : sin(M_PI * x) / (M_PI * x);
}

/* D. Mitchell and A. Netravali (1988), B = C = 1/3. */
static double mitchell(double x)
{
    x = fabs(x);
    return x < 1   ? (7 * x * x * x - 12 * x * x + 16.0 / 3) / 6
           : x < 2 ? (-7.0 / 3 * x * x * x + 12 * x * x - 20 * x + 32.0 / 3) / 6
                   : 0;
}

static double radius(enum filter filter)
{
    static const double r[] = {3, 2, 1, 0.5};

    return r[filter];
}

/* Source pixels per pixel of the result, at least 1: what filters widen by. */
static double widening(int from, int to)
{
    return from > to ? (double)from / to : 1;
}

/* Half the length that pixels may lie in; a box counts parts of pixels. */
static double reach(enum filter filter, int from, int to)
{
    return radius(filter) * widening(from, to) +
           (filter == FILTER_BOX ? 0.5 : 0);
}

static double centre(int from, int to, int i)
{
    return (i + 0.5) * from / to - 0.5;
}

int filter_start(enum filter filter, int from, int to, int i, int *taps)
{
    const double r = reach(filter, from, to);
    const int first = (int)floor(centre(from, to, i) - r) + 1;

    *taps = (int)fmin(ceil(2 * r), from);
    return first < 0 ? 0 : first > from - *taps ? from - *taps : first;
}

static double weight_at(enum filter filter, double x, double wide)
{
    const double t = x / wide;

    switch (filter) {
    case FILTER_LANCZOS3:
        return fabs(t) < 3 ? sinc(t) * sinc(t / 3) : 0;
    case FILTER_MITCHELL:
        return mitchell(t);
    case FILTER_BILINEAR:
        return fmax(1 - fabs(t), 0);
    case FILTER_BOX:
        break;
    }
    return fmax(fmin(x + 0.5, wide / 2) - fmax(x - 0.5, -wide / 2), 0);
}

/* Weights of pixel i. What rounding leaves goes to the largest. */
static void fill(enum filter filter, int from, int to, int i,
                 struct filter_table *t)
{
    const double wide = widening(from, to), c = centre(from, to, i);
    float *w = t->weight + (size_t)i * (size_t)t->taps;
    double sum = 0, rounded = 0;
    int largest = 0;

    for (int k = 0; k < t->taps; k++)
        sum += weight_at(filter, t->start[i] + k - c, wide);
    for (int k = 0; k < t->taps; k++) {
        w[k] = (float)(weight_at(filter, t->start[i] + k - c, wide) / sum);
        rounded += (double)w[k];
        if (w[k] > w[largest])
            largest = k;
    }
    w[largest] = (float)((double)w[largest] + (1 - rounded));
}

int filter_table_new(enum filter filter, int from, int to,
                     struct filter_table **out, struct err *e)
{
    struct filter_table *t = mem_zero(1, sizeof(*t));
    size_t n = 0;
    int rc;

    if (!t) {
        rc = err_mem(e, sizeof(*t));
        goto out;
    }
    (void)filter_start(filter, from, to, 0, &t->taps);
    t->start = mem_array((size_t)to, sizeof(*t->start));
    if (mem_product((size_t)to, (size_t)t->taps, &n))
        t->weight = mem_array(n, sizeof(*t->weight));
    if (!t->start || !t->weight) {
        rc = err_mem(e, n * sizeof(*t->weight));
        goto out;
    }
    for (int i = 0; i < to; i++) {
        t->start[i] = filter_start(filter, from, to, i, &t->taps);
        fill(filter, from, to, i, t);
    }
    *out = t;
    t = NULL;
    rc = 0;
out:
    filter_table_free(t);
    return rc;
}

void filter_table_free(struct filter_table *t)
{
    if (!t)
        return;
    mem_free(t->start);
    mem_free(t->weight);
    mem_free(t);
}
