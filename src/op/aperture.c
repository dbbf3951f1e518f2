/* Places under an aperture, nearest first. */

#include "op/aperture.h"

#include <math.h>
#include <stdlib.h>

#define STEP  0.25       /* of the radius, when light is followed */
#define FAINT (1.0 / 32) /* change of light that is not followed  */
#define LEAST 1e-3       /* light of a point                      */

struct place {
    double radius;
    int dx, dy;
    float weight;
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

/* Where blades let light through. Returns how many places that are. */
static size_t place_blades(const struct aperture *a, double radius,
                           const struct outline *o, double sign,
                           struct place *list)
{
    const double angle = o->degrees * M_PI / 180;
    size_t n = 0;

    for (int y = -a->reach; y <= a->reach; y++)
        for (int x = -a->reach; x <= a->reach; x++) {
            const double r = radius_at(sign * x, sign * y, o->blades, angle);

            if (r < radius + 0.5)
                list[n++] = (struct place){r, x, y, 1};
        }
    return n;
}

/* Light from one place, by the radius. */
struct ray {
    const struct shape *shape;
    double x, y; /* in the shape's own directions, pixels */
};

static double light_of(const struct ray *r, double radius)
{
    return shape_light(r->shape, r->x / radius, r->y / radius, 1 / radius);
}

/* Where it is within a ramp of settling, what it settles at. */
static double light_after(const struct ray *r, double radius)
{
    const double at = light_of(r, radius), on = light_of(r, radius + 2 * STEP);

    return fabs(on - at) < 2 * FAINT ? on : at;
}

/*
 * Below a radius of half a pixel all light stays in one, as it does with a
 * disc. Ramps do not overlap, and end at light that is really there, so that
 * no sum of them is below 0.
 */
static size_t follow(const struct ray *ray, double most, int x, int y,
                     struct place *list)
{
    double r = 0.5, level = light_of(ray, r);
    size_t n = 0;

    if (level > 0)
        list[n++] = (struct place){0, x, y, (float)level};
    while (r < most) {
        const double next = light_of(ray, r + STEP);

        if (next > 0 ? fabs(next - level) < FAINT : level == 0) {
            r += STEP;
            continue;
        }
        list[n] = (struct place){r + 0.5, x, y, (float)-level};
        level = light_after(ray, r + 1);
        list[n++].weight += (float)level;
        r += 1;
    }
    return n;
}

static size_t place_shape(const struct aperture *a, double radius,
                          const struct outline *o, double sign,
                          struct place *list)
{
    const double c = sign * cos(o->degrees * M_PI / 180);
    const double s = sign * sin(o->degrees * M_PI / 180);
    size_t n = 0;

    for (int y = -a->reach; y <= a->reach; y++)
        for (int x = -a->reach; x <= a->reach; x++) {
            const struct ray ray = {o->shape, c * x + s * y, c * y - s * x};

            n += follow(&ray, radius, x, y, list + n);
        }
    return n;
}

static int put_places(struct aperture *a, const struct place *list, size_t n,
                      bool weighted, struct err *e)
{
    a->dx = mem_array(n, sizeof(*a->dx));
    a->dy = mem_array(n, sizeof(*a->dy));
    a->near = mem_array(n, sizeof(*a->near));
    if (weighted)
        a->weight = mem_array(n, sizeof(*a->weight));
    if (!a->dx || !a->dy || !a->near || (weighted && !a->weight))
        return err_mem(e, n * sizeof(*a->near));
    for (size_t i = 0; i < n; i++) {
        a->dx[i] = (int16_t)list[i].dx;
        a->dy[i] = (int16_t)list[i].dy;
        a->near[i] = (float)(list[i].radius - 0.5);
        if (weighted)
            a->weight[i] = list[i].weight;
    }
    a->gather = (struct kern_gather){(int)n, a->dx, a->dy, a->near, a->weight};
    return 0;
}

static int place_all(struct aperture *a, double radius, const struct outline *o,
                     bool turned, struct err *e)
{
    const size_t side = 2 * (size_t)a->reach + 1;
    const size_t ramps = o->shape ? (size_t)radius + 3 : 1;
    const double sign = turned ? 1 : -1;
    struct place *list = mem_array(side * side, ramps * sizeof(*list));
    size_t n;
    int rc;

    if (!list)
        return err_mem(e, side * side * ramps * sizeof(*list));
    n = o->shape ? place_shape(a, radius, o, sign, list)
                 : place_blades(a, radius, o, sign, list);
    qsort(list, n, sizeof(*list), by_radius);
    rc = put_places(a, list, n, o->shape, e);
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
            sum += fmin(fmax(r - (double)a->near[t], 0), 1) *
                   (a->weight ? (double)a->weight[t] : 1);
        a->share[i] = (float)(1 / fmax(sum, LEAST));
    }
    return 0;
}

int aperture_new(double radius, const struct outline *o, bool turned,
                 struct aperture **out, struct err *e)
{
    struct aperture *a = mem_zero(1, sizeof(*a));
    int rc;

    if (!a) {
        rc = err_mem(e, sizeof(*a));
        goto out;
    }
    a->reach =
        (int)ceil((o->blades || o->shape ? SHAPE_REACH : 1) * (radius + 0.5));
    TRY(place_all(a, radius, o, turned, e));
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
    mem_free(a->weight);
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
