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

#define FOLLOWED 1025 /* ranks of footage */

double distance_scale(const struct depth_info *info, double depth)
{
    return info->kind == DEPTH_METRIC ? 1 / fmax(depth, 1e-6) : depth;
}

/* As many ranks of each frame, which follow those of the frames before. Where a
   shot begins they stay those of the frame's still. */
static int steady_ranks(struct distance *d, const struct op_prep *prep,
                        struct err *e)
{
    double v[FOLLOWED], own[FOLLOWED];
    bool moved = false;
    int rc;

    for (int i = 0; i < FOLLOWED; i++) {
        const float r = distance_rank(d, i / (FOLLOWED - 1.0));

        v[i] = own[i] = distance_scale(&d->info, (double)r);
    }
    rc = op_steady(prep, v, FOLLOWED, e);
    for (int i = 0; i < FOLLOWED; i++)
        moved |= v[i] != own[i];
    if (!moved)
        return rc;
    for (int i = 0; i < FOLLOWED; i++)
        d->rank[i] = (float)distance_scale(&d->info, v[i]);
    d->ranks = FOLLOWED;
    return rc;
}

int distance_of(const struct view *proxy, const struct depth_info *info,
                const struct op_prep *prep, struct distance *out, struct err *e)
{
    const struct view *v = proxy;
    const int step = (int)ceil(sqrt((double)v->w * v->h / POINTS));
    const size_t w = (size_t)((v->w + step - 1) / step);
    const size_t h = (size_t)((v->h + step - 1) / step);
    float *list = mem_array(w * h + FOLLOWED, sizeof(*list));
    size_t n = 0;
    int rc = 0;

    if (!list)
        return err_mem(e, w * h * sizeof(*list));
    for (int y = 0; y < v->h; y += step)
        for (int x = 0; x < v->w; x += step) {
            const float d = row_of(v, v->depth, y)[x];

            if (!depth_is_sky(info, d))
                list[n++] = d;
        }
    *out = (struct distance){.info = *info, .rank = list};
    if (n == 0) /* all is sky */
        list[n++] = info->sky;
    qsort(list, n, sizeof(*list), by_value);
    out->ranks = n;
    if (prep->follow)
        rc = steady_ranks(out, prep, e);
    out->near = distance_rank(out, 0.01);
    out->far = distance_rank(out, 0.99);
    if (info->kind == DEPTH_METRIC) {
        out->near = fminf(fmaxf(out->near, info->near), 0.5f * info->sky);
        out->far = fmaxf(out->far, 1.001f * out->near);
    }
    return rc;
}

void distance_release(struct distance *d)
{
    mem_free(d->rank);
    *d = (struct distance){0};
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
