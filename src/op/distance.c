/* Ranks of depth, and shares of it. */

#include "op/distance.h"

#include <math.h>
#include <stdlib.h>

#include "op/row.h"

static int by_value(const void *a, const void *b)
{
    const float x = *(const float *)a, y = *(const float *)b;

    return (x > y) - (x < y);
}

/* Points that are looked at, about: their ranks are those of all of them. */
#define POINTS 16384

static void find_ends(struct distance *d)
{
    d->near = distance_rank(d, 0.01);
    d->far = distance_rank(d, 0.99);
    if (d->info.kind == DEPTH_METRIC) {
        d->near = fminf(fmaxf(d->near, d->info.near), 0.5f * d->info.sky);
        d->far = fmaxf(d->far, 1.001f * d->near);
    }
}

int distance_of(const struct view *proxy, const struct depth_info *info,
                struct distance *out, struct err *e)
{
    const struct view *v = proxy;
    const int step = (int)ceil(sqrt((double)v->w * v->h / POINTS));
    const size_t w = (size_t)((v->w + step - 1) / step);
    const size_t h = (size_t)((v->h + step - 1) / step);
    float *list = mem_array(w * h, sizeof(*list));
    size_t n = 0;

    if (!list)
        return err_mem(e, w * h * sizeof(*list));
    for (int y = 0; y < v->h; y += step)
        for (int x = 0; x < v->w; x += step) {
            const float d = row_of(v, v->depth, y)[x];

            if (!depth_is_sky(info, d))
                list[n++] = d;
        }
    *out = (struct distance){.info = *info, .rank = list};
    out->sky_share = 1.0f - (float)n / (float)(w * h);
    if (n == 0) /* all is sky */
        list[n++] = info->sky;
    qsort(list, n, sizeof(*list), by_value);
    out->ranks = n;
    find_ends(out);
    return 0;
}

void distance_release(struct distance *d)
{
    mem_free(d->rank);
    *d = (struct distance){0};
}

double distance_scale(const struct depth_info *info, double depth)
{
    return info->kind == DEPTH_METRIC ? 1 / fmax(depth, 1e-6) : depth;
}

void distance_points(const struct distance *d, double point[DISTANCE_POINTS])
{
    for (int i = 0; i < DISTANCE_POINTS; i++)
        point[i] = distance_scale(
            &d->info,
            (double)distance_rank(d, (double)i / (DISTANCE_POINTS - 1)));
}

int distance_replace(struct distance *d, const double point[DISTANCE_POINTS],
                     struct err *e)
{
    float *rank = mem_array(DISTANCE_POINTS, sizeof(*rank));

    if (!rank)
        return err_mem(e, DISTANCE_POINTS * sizeof(*rank));
    for (int i = 0; i < DISTANCE_POINTS; i++)
        rank[i] = (float)distance_scale(&d->info, point[i]);
    mem_free(d->rank);
    d->rank = rank;
    d->ranks = DISTANCE_POINTS;
    find_ends(d);
    return 0;
}

float distance_rank(const struct distance *d, double share)
{
    return d->rank[(size_t)lround(share * (double)(d->ranks - 1))];
}

float distance_at_share(const struct distance *d, float share)
{
    const float t = fminf(fmaxf(share, 0.0f), 1.0f);

    if (d->info.kind == DEPTH_RELATIVE)
        return t;
    return 1.0f / ((1.0f - t) / d->near + t / d->info.sky);
}

struct kern_fade distance_fade(const struct distance *d, float near, float far)
{
    return (struct kern_fade){
        .relative = d->info.kind == DEPTH_RELATIVE,
        .begin = d->near,
        .scale = 1 / (1 - d->near / d->info.sky),
        .near = near,
        .far = far,
    };
}

float distance_at(const struct view *v, const struct depth_info *info, double x,
                  double y)
{
    const int x0 = (int)fmin(fmax(x, 0), v->w - 1);
    const int y0 = (int)fmin(fmax(y, 0), v->h - 1);
    float list[9] = {0};
    int n = 0;

    for (int dy = -1; dy <= 1; dy++)
        for (int dx = -1; dx <= 1; dx++) {
            const int u = x0 + dx < 0       ? 0
                          : x0 + dx >= v->w ? v->w - 1
                                            : x0 + dx;

            list[n++] = row_near(v, v->depth, y0 + dy)[u];
        }
    qsort(list, 9, sizeof(list[0]), by_value);
    return depth_is_sky(info, list[4]) ? info->sky : list[4];
}
