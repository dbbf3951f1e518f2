/* From rays to pixels. */

#include "render.h"

struct band {
    const struct render *r;
    int y0;
    struct pixel *out;
};

/* Places in a pixel; the first two lie across, the others fill up. */
static const float place[4][2] = {
    {0.375f, 0.125f}, {0.625f, 0.875f}, {0.875f, 0.375f}, {0.125f, 0.625f}};

/* Which quarter of the sun's disc each of them sees. */
static const float quarter[4][2] = {{0, 0}, {0.5f, 0.5f}, {0.5f, 0}, {0, 0.5f}};

static bool differ(const struct seen *a, const struct seen *b)
{
    return a->hit.shape != b->hit.shape || a->cls != b->cls ||
           fabsf(a->color.y - b->color.y) >
               0.07f * (a->color.y + b->color.y) + 0.002f;
}

static void one_sample(const struct render *r, int x, int y, int i,
                       struct grid_spot *spot, struct seen *seen)
{
    const uint32_t key =
        hash3((uint32_t)x, (uint32_t)y, r->seed * 4 + (uint32_t)i + 77);
    struct dice dice = {.key = key};
    const float px = (float)x + place[i][0] + 0.2f * (roll(&dice) - 0.5f);
    const float py = (float)y + place[i][1] + 0.2f * (roll(&dice) - 0.5f);
    const float a = quarter[i][0] + 0.5f * roll(&dice);
    const float b = quarter[i][1] + 0.5f * roll(&dice);
    const struct camera *c = &r->world->camera;

    spot->x = px;
    spot->y = py;
    spot->key = key;
    look(r->world, c->eye, camera_ray(r->world, r->width, r->height, px, py),
         2 * c->zoom / (float)r->width, a, b, key, grid_light, spot, seen);
}

/* Bright samples count less, so that an edge against the light stays smooth. */
static v3 blend(const struct seen *seen, int n)
{
    float total = 0;
    v3 sum = v3_all(0);

    for (int i = 0; i < n; i++) {
        const float w = 1 / (1 + 0.5f * seen[i].color.y);

        sum = along(sum, seen[i].color, w);
        total += w;
    }
    return scale(sum, 1 / total);
}

static void one_pixel(const struct render *r, int x, int y, struct pixel *out)
{
    const struct camera *c = &r->world->camera;
    struct grid_spot spot = {.grid = r->grid, .shape = NULL};
    struct seen seen[4];
    int n = 2;
    v3 dir;

    for (int i = 0; i < n; i++) {
        one_sample(r, x, y, i, &spot, &seen[i]);
        if (i == 1 && differ(&seen[0], &seen[1]))
            n = 4;
    }
    dir = camera_ray(r->world, r->width, r->height, (float)x + 0.5f,
                     (float)y + 0.5f);
    *out = (struct pixel){
        .color = scale(blend(seen, n), r->world->exposure),
        .depth = seen[0].distance * dot(dir, c->forward),
        .normal = v3_of(dot(seen[0].normal, c->right),
                        dot(seen[0].normal, c->up),
                        -dot(seen[0].normal, c->forward)),
        .cls = (uint8_t)seen[0].cls,
    };
}

static int band_row(void *arg, int index, int slot, struct err *e)
{
    const struct band *b = arg;

    (void)slot;
    (void)e;
    for (int x = 0; x < b->r->width; x++)
        one_pixel(b->r, x, b->y0 + index,
                  &b->out[(size_t)index * (size_t)b->r->width + (size_t)x]);
    return 0;
}

int render_rows(const struct render *r, int y0, int rows, struct pixel *out,
                struct err *e)
{
    struct band b = {r, y0, out};

    return pool_run(r->pool, rows, band_row, &b, e);
}
