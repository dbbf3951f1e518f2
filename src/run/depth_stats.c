/* Statistics of depth. */

#include "run/depth_stats.h"

#include <math.h>

#define BINS 4096

const int depth_percentiles[DEPTH_PERCENTILES] = {1, 5, 25, 50, 75, 95, 99};

static bool edge(const struct depth_full *d, float a, float b)
{
    const float lo = fminf(a, b), hi = fmaxf(a, b);

    return d->info.kind == DEPTH_METRIC ? hi > 1.15f * lo : hi - lo > 0.02f;
}

/* Even ratios of metres, as depth is seen. */
static float scale_of(const struct depth_full *d, float v)
{
    return d->info.kind == DEPTH_METRIC ? logf(fmaxf(v, 1e-6f)) : v;
}

void depth_stats(const struct depth_full *d, struct depth_stats *s)
{
    const size_t w = (size_t)d->w, n = w * (size_t)d->h;
    double bin[BINS] = {0}, count = 0, sum = 0, edges = 0;
    float lo, range;

    *s = (struct depth_stats){.min = INFINITY, .max = -INFINITY};
    for (size_t i = 0; i < n; i++) {
        edges += (i % w + 1 < w && edge(d, d->v[i], d->v[i + 1])) ||
                 (i + w < n && edge(d, d->v[i], d->v[i + w]));
        if (depth_is_sky(&d->info, d->v[i]))
            continue;
        s->min = fminf(s->min, d->v[i]);
        s->max = fmaxf(s->max, d->v[i]);
        sum += (double)d->v[i];
        count++;
    }
    s->edges = edges / (double)n;
    s->sky = 1 - count / (double)n;
    if (count <= 0) {
        s->min = s->max = d->info.sky;
        for (int p = 0; p < DEPTH_PERCENTILES; p++)
            s->percentile[p] = d->info.sky;
        s->mean = (double)d->info.sky;
        return;
    }
    s->mean = sum / count;
    lo = scale_of(d, s->min);
    range = fmaxf(scale_of(d, s->max) - lo, 1e-9f);
    for (size_t i = 0; i < n; i++)
        if (!depth_is_sky(&d->info, d->v[i]))
            bin[(int)fminf((scale_of(d, d->v[i]) - lo) / range * BINS,
                           BINS - 1)]++;
    sum = 0;
    for (int i = 0, p = 0; i < BINS && p < DEPTH_PERCENTILES; i++) {
        const float at = lo + ((float)i + 0.5f) / BINS * range;

        sum += bin[i];
        for (;
             p < DEPTH_PERCENTILES && sum >= depth_percentiles[p] * count / 100;
             p++)
            s->percentile[p] = d->info.kind == DEPTH_METRIC ? expf(at) : at;
    }
}
