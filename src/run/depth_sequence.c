/* Steady depth from frame to frame. */

#include "run/depth_sequence.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "run/steady.h"

/* Roots of colour, and shares of all depth: no change, and certainly one. */
#define STILL 0.04f
#define MOVED 0.12f

/* Points that a line needs. */
#define LINE_LEAST 64

struct depth_sequence {
    float hold;
    int w, h;
    struct depth_info info; /* of the shot */
    float *depth;           /* codes of the frame before, as shares */
    float *color[2];        /* lightness: of the frame before, of this one */
    float *now;             /* codes of this frame */
};

static float smooth(float lo, float hi, float x)
{
    const float t = fminf(fmaxf((x - lo) / (hi - lo), 0), 1);

    return t * t * (3 - 2 * t);
}

int depth_sequence_new(float hold, struct depth_sequence **out, struct err *e)
{
    struct depth_sequence *s;

    if (!(hold >= 0 && hold <= 0.98f))
        return err_set(e, ERR_ARG, "hold %g: allowed is 0 … 0.98",
                       (double)hold);
    s = mem_zero(1, sizeof(*s));
    if (!s)
        return err_mem(e, sizeof(*s));
    s->hold = hold;
    *out = s;
    return 0;
}

static void forget(struct depth_sequence *s)
{
    mem_free(s->depth);
    mem_free(s->now);
    mem_free(s->color[0]);
    mem_free(s->color[1]);
    s->depth = s->now = s->color[0] = s->color[1] = NULL;
    s->w = s->h = 0;
}

void depth_sequence_free(struct depth_sequence *s)
{
    if (s)
        forget(s);
    mem_free(s);
}

static int make_room(struct depth_sequence *s, const struct depth_map *map,
                     struct err *e)
{
    const size_t n = (size_t)map->w * (size_t)map->h;
    float **block[] = {&s->depth, &s->now, &s->color[0], &s->color[1]};

    forget(s);
    for (int i = 0; i < 4; i++) {
        *block[i] = mem_zero(n, sizeof(float));
        if (!*block[i]) {
            forget(s);
            return err_mem(e, n * sizeof(float));
        }
    }
    s->w = map->w;
    s->h = map->h;
    return 0;
}

struct line {
    double scale, shift;
};

/*
 * The line from this frame's values to those before, where colours are still,
 * neither is sky and they lie within `most` of the line `near`.
 */
static struct line fit(const struct depth_sequence *s, const struct line *near,
                       double most)
{
    const size_t all = (size_t)s->w * (size_t)s->h;
    double n = 0, sx = 0, sy = 0, xx = 0, xy = 0, scale;

    for (size_t i = 0; i < all; i++) {
        const double x = s->now[i], y = s->depth[i];

        if (fabsf(s->color[0][i] - s->color[1][i]) > STILL || x >= 0.999 ||
            y >= 0.999 || fabs(near->scale * x + near->shift - y) > most)
            continue;
        n++;
        sx += x;
        sy += y;
        xx += x * x;
        xy += x * y;
    }
    if (n < LINE_LEAST || xx * n - sx * sx < 1e-9 * n * n)
        return *near;
    scale = (xy * n - sx * sy) / (xx * n - sx * sx);
    scale = fmin(fmax(scale, 0.25), 4);
    return (struct line){scale, (sy - scale * sx) / n};
}

static void follow(struct depth_sequence *s)
{
    const size_t n = (size_t)s->w * (size_t)s->h;
    struct line l = {1, 0};

    if (s->info.kind == DEPTH_RELATIVE) {
        l = fit(s, &l, 1);
        l = fit(s, &l, 0.1);
        l = fit(s, &l, 0.05);
    }
    for (size_t i = 0; i < n; i++) {
        const float v = (float)(l.scale * (double)s->now[i] + l.shift);
        const float to = s->now[i] >= 0.999f ? 1 : fminf(fmaxf(v, 0), 0.998f);
        const float color = fabsf(s->color[0][i] - s->color[1][i]);
        const float rate = fmaxf(
            1 - s->hold, fmaxf(smooth(STILL, MOVED, color),
                               smooth(STILL, MOVED, fabsf(to - s->depth[i]))));

        s->depth[i] += (to - s->depth[i]) * rate;
    }
}

/* The frame's codes as shares, in the terms of the shot. */
static int take(struct depth_sequence *s, struct depth_map *map, struct err *e)
{
    const size_t w = (size_t)map->w;
    float *row = mem_array(w, sizeof(*row));

    if (!row)
        return err_mem(e, w * sizeof(*row));
    for (int y = 0; y < map->h; y++) {
        const struct depth_info own = map->info;

        depth_map_get(map, y, row);
        for (size_t x = 0; x < w; x++)
            if (depth_is_sky(&own, row[x]))
                row[x] = s->info.sky;
        map->info = s->info;
        depth_map_put(map, y, row);
        map->info = own;
        for (size_t x = 0; x < w; x++)
            s->now[(size_t)y * w + x] = (float)map->code[(size_t)y * w + x] /
                                        65535;
    }
    map->info = s->info;
    mem_free(row);
    return 0;
}

int depth_sequence_next(struct depth_sequence *s, const struct image *colors,
                        struct depth_map *map, bool *cut, struct err *e)
{
    const size_t n = (size_t)map->w * (size_t)map->h;
    bool first = s->w != map->w || s->h != map->h ||
                 s->info.kind != map->info.kind;
    float *swap;
    int rc = 0;

    if (first)
        TRY(make_room(s, map, e));
    cut_see(&colors->v, s->w, s->h, s->color[1]);
    first = first || cut_between(s->color[0], s->color[1], n);
    if (first)
        s->info = map->info;
    TRY(take(s, map, e));
    if (first)
        memcpy(s->depth, s->now, n * sizeof(float));
    else
        follow(s);
    for (size_t i = 0; i < n; i++)
        map->code[i] = (uint16_t)(s->depth[i] * 65535 + 0.5f);
    swap = s->color[0];
    s->color[0] = s->color[1];
    s->color[1] = swap;
    if (cut)
        *cut = first;
out:
    return rc;
}
