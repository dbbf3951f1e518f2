/* Four taps along an axis. */

#include "nn/axis.h"

#include <math.h>

#include "base/mem.h"
#include "kern/kern.h"
#include "kern/resample.h"

static int axis_new(int in, int out, struct axis *a, struct err *e)
{
    *a = (struct axis){.in = in, .out = out};
    a->at = mem_zero((size_t)out, sizeof(*a->at));
    a->weight = mem_zero((size_t)out, sizeof(*a->weight));
    if (a->at && a->weight)
        return 0;
    axis_release(a);
    return err_mem(e, (size_t)out * sizeof(*a->at));
}

void axis_release(struct axis *a)
{
    mem_free(a->at);
    mem_free(a->weight);
    *a = (struct axis){0};
}

/* Keys' cubic convolution kernel at distance x. */
static double cubic(double x)
{
    const double a = -0.75;

    x = fabs(x);
    return x <= 1 ? ((a + 2) * x - (a + 3)) * x * x + 1
                  : ((a * x - 5 * a) * x + 8 * a) * x - 4 * a;
}

static int within(int i, int n)
{
    return i < 0 ? 0 : i >= n ? n - 1 : i;
}

int axis_cubic(int in, int out, double ratio, bool coarse, struct axis *a,
               struct err *e)
{
    int rc = axis_new(in, out, a, e);

    for (int i = 0; rc == 0 && i < out; i++) {
        double place = (i + 0.5) * ratio - 0.5, t;

        if (coarse)
            place = (double)(float)place;
        t = place - floor(place);
        if (coarse)
            t = (double)(float)t;
        for (int k = 0; k < AXIS_TAPS; k++) {
            a->at[i][k] = within((int)floor(place) + k - 1, in);
            a->weight[i][k] = (float)cubic(t - (k - 1));
        }
    }
    return rc;
}

int axis_corners(int in, int out, struct axis *a, struct err *e)
{
    const double ratio = out > 1 ? (double)(in - 1) / (out - 1) : 0;
    int rc = axis_new(in, out, a, e);

    for (int i = 0; rc == 0 && i < out; i++) {
        const double place = i * ratio;
        const int first = within((int)floor(place), in);

        a->weight[i][1] = (float)(place - first);
        a->weight[i][0] = 1.0f - a->weight[i][1];
        a->at[i][0] = first;
        for (int k = 1; k < AXIS_TAPS; k++)
            a->at[i][k] = within(first + 1, in);
    }
    return rc;
}

void axis_blend(const struct axis *a, int y, const float *const rows[AXIS_TAPS],
                float *dst, size_t n)
{
    kern_best()->resample->blend(dst, rows, a->weight[y], AXIS_TAPS, n);
}

void axis_row(const struct axis *a, const float *src, float *dst)
{
    for (int x = 0; x < a->out; x++) {
        const int *at = a->at[x];
        const float *w = a->weight[x];

        dst[x] = w[0] * src[at[0]] + w[1] * src[at[1]] + w[2] * src[at[2]] +
                 w[3] * src[at[3]];
    }
}
