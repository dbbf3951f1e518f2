/* From rays to pixels. */

#include "render.h"

#include "base/mem.h"

#define BAND 8 /* rows that one task renders */

/* What the first sample of a pixel found, for its neighbours. */
struct memo {
    const struct shape *shape;
    float light;
    int cls;
    bool mixed; /* further samples found something else */
};

struct strip {
    const struct render *r;
    int y0, rows;
    struct pixel *out;
};

/* Places in a pixel. Depth, normal and class are those of its middle. */
static const float place[4][2] = {
    {0.5f, 0.5f}, {0.2f, 0.15f}, {0.85f, 0.35f}, {0.35f, 0.85f}};

/* Which quarter of the sun's disc each of them sees. */
static const float quarter[4][2] = {{0, 0}, {0.5f, 0.5f}, {0.5f, 0}, {0, 0.5f}};

static struct memo memo_of(const struct seen *s)
{
    return (struct memo){s->hit.shape, s->color.y, (int)s->cls, false};
}

static bool alike(struct memo a, struct memo b)
{
    return a.shape == b.shape && a.cls == b.cls && !a.mixed && !b.mixed &&
           fabsf(a.light - b.light) <= 0.06f * (a.light + b.light) + 0.002f;
}

static void one_sample(const struct render *r, int x, int y, int i,
                       struct gaze *gaze, struct seen *seen)
{
    const uint32_t key =
        hash3((uint32_t)x, (uint32_t)y, r->seed * 4 + (uint32_t)i + 77);
    struct dice dice = {.key = key};
    const float stray = i ? 0.2f : 0;
    const float px = (float)x + place[i][0] + stray * (roll(&dice) - 0.5f);
    const float py = (float)y + place[i][1] + stray * (roll(&dice) - 0.5f);
    const float a = quarter[i][0] + 0.5f * roll(&dice);
    const float b = quarter[i][1] + 0.5f * roll(&dice);
    struct grid_spot *spot = gaze->arg;
    const struct world *w = r->world;

    spot->x = px;
    spot->y = py;
    spot->key = key;
    gaze->key = key;
    gaze->sun = cone_direction(w->sun, w->sun_size, a, b);
    look(gaze, w->camera.eye, camera_ray(w, r->width, r->height, px, py), seen);
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

/*
 * One sample where it is like that of the pixels to the left and above, two
 * otherwise, four when those differ; so noise in one asks for more beside it.
 * `memo` holds the row above, from x on, and the row itself before x.
 */
static void one_pixel(const struct render *r, int x, int y, bool top,
                      struct memo *memo, struct gaze *gaze, struct pixel *out)
{
    const struct camera *c = &r->world->camera;
    struct grid_spot spot = {.grid = r->grid};
    struct seen seen[4];
    struct memo me;
    int n;
    v3 dir;

    gaze->arg = &spot;
    one_sample(r, x, y, 0, gaze, &seen[0]);
    me = memo_of(&seen[0]);
    n = x > 0 && !top && alike(me, memo[x - 1]) && alike(me, memo[x]) ? 1 : 2;
    for (int i = 1; i < n; i++) {
        one_sample(r, x, y, i, gaze, &seen[i]);
        if (i == 1 && !alike(me, memo_of(&seen[1])))
            n = 4;
    }
    memo[x] = me;
    memo[x].mixed = n == 4;
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

static int band(void *arg, int index, int slot, struct err *e)
{
    const struct strip *s = arg;
    const struct render *r = s->r;
    const size_t w = (size_t)r->width;
    struct memo *memo = mem_array(w, sizeof(*memo));
    struct gaze gaze = {
        .w = r->world,
        .indirect = grid_light,
        .pixel = 2 * r->world->camera.zoom / (float)r->width,
    };

    (void)slot;
    if (!memo)
        return err_mem(e, w * sizeof(*memo));
    for (int y = index * BAND; y < s->rows && y < (index + 1) * BAND; y++)
        for (int x = 0; x < r->width; x++)
            one_pixel(r, x, s->y0 + y, y == index * BAND, memo, &gaze,
                      &s->out[(size_t)y * w + (size_t)x]);
    mem_free(memo);
    return 0;
}

int render_rows(const struct render *r, int y0, int rows, struct pixel *out,
                struct err *e)
{
    struct strip s = {r, y0, rows, out};

    return pool_run(r->pool, (rows + BAND - 1) / BAND, band, &s, e);
}
