/* Places under an aperture, nearest first. */

#include "op/aperture.h"

#include <math.h>
#include <stdlib.h>

struct place {
    double radius;
    int dx, dy;
};

/* The radius of the shape whose border runs through x, y. */
static double radius_at(double x, double y, int blades, double angle)
{
    const double edge = sqrt(M_PI / (blades * tan(M_PI / blades)));
    double most = 0;

    if (blades == 0)
        return sqrt(x * x + y * y);
    for (int i = 0; i < blades; i++) {
        const double a = angle + 2 * M_PI * i / blades;

        most = fmax(most, x * cos(a) + y * sin(a));
    }
    return most / edge;
}

static int by_radius(const void *a, const void *b)
{
    const struct place *x = a, *y = b;

    if (x->radius != y->radius)
        return x->radius < y->radius ? -1 : 1;
    return x->dy != y->dy ? x->dy - y->dy : x->dx - y->dx;
}

static int place_all(struct aperture *a, double radius, int blades,
                     double angle, bool turned, struct err *e)
{
    const size_t side = 2 * (size_t)a->reach + 1;
    struct place *list = mem_array(side * side, sizeof(*list));
    size_t n = 0;
    int rc;

    if (!list) {
        rc = err_mem(e, side * side * sizeof(*list));
        goto out;
    }
    for (int y = -a->reach; y <= a->reach; y++)
        for (int x = -a->reach; x <= a->reach; x++) {
            const double sign = turned ? 1 : -1;
            const double r = radius_at(sign * x, sign * y, blades, angle);

            if (r < radius + 0.5)
                list[n++] = (struct place){r, x, y};
        }
    qsort(list, n, sizeof(*list), by_radius);
    a->dx = mem_array(n, sizeof(*a->dx));
    a->dy = mem_array(n, sizeof(*a->dy));
    a->near = mem_array(n, sizeof(*a->near));
    if (!a->dx || !a->dy || !a->near) {
        rc = err_mem(e, n * sizeof(*a->near));
        goto out;
    }
    for (size_t i = 0; i < n; i++) {
        a->dx[i] = (int16_t)list[i].dx;
        a->dy[i] = (int16_t)list[i].dy;
        a->near[i] = (float)(list[i].radius - 0.5);
    }
    a->gather = (struct kern_gather){(int)n, a->dx, a->dy, a->near};
    rc = 0;
out:
    mem_free(list);
    return rc;
}

static int make_shares(struct aperture *a, double radius, struct err *e)
{
    a->shares = (int)ceil(radius * APERTURE_FINE) + 2;
    a->share = mem_array((size_t)a->shares, sizeof(*a->share));
    if (!a->share)
        return err_mem(e, (size_t)a->shares * sizeof(*a->share));
    for (int i = 0; i < a->shares; i++) {
        const double r = (double)i / APERTURE_FINE;
        double sum = 0;

        for (int t = 0; t < a->gather.count; t++)
            sum += fmin(fmax(r - (double)a->near[t], 0), 1);
        a->share[i] = (float)(1 / sum);
    }
    return 0;
}

int aperture_new(double radius, int blades, double degrees, bool turned,
                 struct aperture **out, struct err *e)
{
    struct aperture *a = mem_zero(1, sizeof(*a));
    int rc;

    if (!a) {
        rc = err_mem(e, sizeof(*a));
        goto out;
    }
    /* Corners of a pentagon, the least there is, are at 1.15 radii. */
    a->reach = (int)ceil((blades ? 1.15 : 1) * (radius + 0.5));
    TRY(place_all(a, radius, blades, degrees * M_PI / 180, turned, e));
    TRY(make_shares(a, radius, e));
    *out = a;
    a = NULL;
    rc = 0;
out:
    aperture_free(a);
    return rc;
}

void aperture_free(struct aperture *a)
{
    if (!a)
        return;
    mem_free(a->dx);
    mem_free(a->dy);
    mem_free(a->near);
    mem_free(a->share);
    mem_free(a);
}

struct kern_gather aperture_within(const struct aperture *a, float radius)
{
    struct kern_gather g = a->gather;
    int lo = 1, hi = g.count;

    while (lo < hi) {
        const int mid = (lo + hi) / 2;

        if (g.near[mid] < radius)
            lo = mid + 1;
        else
            hi = mid;
    }
    g.count = lo;
    return g;
}
