/* Indirect light on a coarse grid of the picture. */

#include "grid.h"

#include "base/mem.h"

#define RAYS       8 /* squared: directions of a point */
#define RAYS_ALONE 4

struct point {
    v3 p, n, light;
    float t; /* 0: nothing here */
};

struct grid {
    const struct world *w;
    int width, height, step, across, down;
    struct point *point, *other;
};

v3 camera_ray(const struct world *w, int width, int height, float x, float y)
{
    const struct camera *c = &w->camera;
    const float k = 2 * c->zoom / (float)width;
    const float u = (x - 0.5f * (float)width) * k;
    const float v = (0.5f * (float)height - y) * k + c->shift * c->zoom;

    return unit(add(c->forward, add(scale(c->right, u), scale(c->up, v))));
}

static int row(void *arg, int y, int slot, struct err *e)
{
    struct grid *g = arg;

    (void)slot;
    (void)e;
    for (int x = 0; x < g->across; x++) {
        const v3 dir = camera_ray(g->w, g->width, g->height,
                                  ((float)x + 0.5f) * (float)g->step,
                                  ((float)y + 0.5f) * (float)g->step);
        struct point *p = &g->point[y * g->across + x];
        struct hit h;

        *p = (struct point){0};
        if (!find_lit(g->w, g->w->camera.eye, dir, &h))
            continue;
        p->p = h.p;
        p->n = h.n;
        p->t = length(sub(h.p, g->w->camera.eye));
        p->light = gather(g->w, h.p, h.n, RAYS,
                          hash3((uint32_t)x, (uint32_t)y, 0xabcd));
    }
    return 0;
}

/* How much a point says about another: same plane, same facing, near. */
static float likeness(const struct point *q, v3 p, v3 n, float dx, float dy)
{
    const float face = dot(q->n, n);
    const float off = fabsf(dot(n, sub(p, q->p))) / (0.012f * q->t);
    const float k = face * face * face * face;

    if (q->t <= 0 || face < 0.6f || off > 1)
        return 0;
    return k * k * (1 - off) * expf(-0.45f * (dx * dx + dy * dy));
}

/* One pass of smoothing from `point` to `other`: the noise of the few rays
   goes, edges of the scene stay. */
static int smooth_row(void *arg, int y, int slot, struct err *e)
{
    struct grid *g = arg;

    (void)slot;
    (void)e;
    for (int x = 0; x < g->across; x++) {
        const struct point *c = &g->point[y * g->across + x];
        struct point *out = &g->other[y * g->across + x];
        float total = 0;
        v3 sum = v3_all(0);

        *out = *c;
        if (c->t <= 0)
            continue;
        for (int v = y - 2; v <= y + 2; v++)
            for (int u = x - 2; u <= x + 2; u++) {
                const struct point *q;
                float k;

                if (u < 0 || v < 0 || u >= g->across || v >= g->down)
                    continue;
                q = &g->point[v * g->across + u];
                k = likeness(q, c->p, c->n, 0.5f * (float)(u - x),
                             0.5f * (float)(v - y));
                sum = along(sum, q->light, k);
                total += k;
            }
        out->light = scale(sum, 1 / total);
    }
    return 0;
}

int grid_new(const struct world *w, int width, int height, struct pool *pool,
             struct grid **out, struct err *e)
{
    struct grid *g = mem_zero(1, sizeof(*g));
    size_t n;
    int rc;

    if (!g)
        return err_mem(e, sizeof(*g));
    g->w = w;
    g->width = width;
    g->height = height;
    g->step = width / 320 > 3 ? width / 320 : 3;
    g->across = (width + g->step - 1) / g->step;
    g->down = (height + g->step - 1) / g->step;
    n = (size_t)g->across * (size_t)g->down;
    g->point = mem_array(n, sizeof(*g->point));
    g->other = mem_array(n, sizeof(*g->other));
    if (!g->point || !g->other) {
        rc = err_mem(e, n * sizeof(*g->point));
        goto out;
    }
    TRY(pool_run(pool, g->down, row, g, e));
    for (int pass = 0; pass < 2; pass++) {
        struct point *swap = g->point;

        TRY(pool_run(pool, g->down, smooth_row, g, e));
        g->point = g->other;
        g->other = swap;
    }
    *out = g;
    g = NULL;
out:
    grid_free(g);
    return rc;
}

void grid_free(struct grid *g)
{
    if (!g)
        return;
    mem_free(g->point);
    mem_free(g->other);
    mem_free(g);
}

v3 grid_light(void *arg, const struct world *w, const struct hit *h)
{
    struct grid_spot *s = arg;
    const struct grid *g = s->grid;
    const float gx = s->x / (float)g->step - 0.5f;
    const float gy = s->y / (float)g->step - 0.5f;
    const int x0 = (int)floorf(gx), y0 = (int)floorf(gy);
    float total = 0;
    v3 sum = v3_all(0);

    if (s->shape == h->shape && dot(s->n, h->n) > 0.995f)
        return s->light;
    for (int y = y0 - 1; y <= y0 + 2; y++)
        for (int x = x0 - 1; x <= x0 + 2; x++) {
            const struct point *q;
            float k;

            if (x < 0 || y < 0 || x >= g->across || y >= g->down)
                continue;
            q = &g->point[y * g->across + x];
            k = likeness(q, h->p, h->n, (float)x - gx, (float)y - gy);
            sum = along(sum, q->light, k);
            total += k;
        }
    if (total > 0.02f)
        sum = scale(sum, 1 / total);
    else
        sum = gather(w, h->p, h->n, RAYS_ALONE, s->key);
    s->shape = h->shape;
    s->n = h->n;
    s->light = sum;
    return sum;
}
