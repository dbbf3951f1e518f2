/* Filling a world. */

#include "world.h"

#include "base/mem.h"

#define FIRST 1024

static struct shape *add_shape(struct world *w, enum shape_kind kind,
                               enum material m)
{
    struct shape *s = &w->spare;

    if (w->count == w->room && !w->failed) {
        const int room = w->room ? 2 * w->room : FIRST;
        struct shape *more =
            mem_resize(w->shapes, (size_t)room * sizeof(*more));

        if (more) {
            w->shapes = more;
            w->room = room;
        } else {
            w->failed = true;
        }
    }
    if (!w->failed)
        s = &w->shapes[w->count++];
    *s = (struct shape){
        .kind = (uint8_t)kind,
        .mask = RAY_ALL,
        .material = (uint8_t)m,
        .seed = hash3((uint32_t)w->count, w->dice.key, 9),
    };
    return s;
}

struct shape *add_box(struct world *w, enum material m, v3 lo, v3 hi)
{
    struct shape *s = add_shape(w, SHAPE_BOX, m);

    s->at = scale(add(lo, hi), 0.5f);
    s->a = scale(sub(hi, lo), 0.5f);
    s->r = 1;
    return s;
}

struct shape *add_turned(struct world *w, enum material m, v3 at, v3 half,
                         float yaw)
{
    struct shape *s = add_shape(w, SHAPE_BOX, m);

    s->at = at;
    s->a = half;
    /* Never exactly 1: a turned box keeps its own texture. */
    s->r = minf(cosf(yaw), 0.9999999f);
    s->q = sinf(yaw);
    return s;
}

/* Tilted around its own x axis first, then turned around z. */
struct shape *add_cushion(struct world *w, enum material m, v3 at, v3 half,
                          float edge, float yaw, float tilt)
{
    struct shape *s = add_shape(w, SHAPE_CUSHION, m);
    const float c = cosf(yaw), n = sinf(yaw);

    s->at = at;
    s->a = half;
    s->r = edge;
    s->b = v3_of(c, n, 0);
    s->c = v3_of(-n * cosf(tilt), c * cosf(tilt), sinf(tilt));
    return s;
}

struct shape *add_ball(struct world *w, enum material m, v3 at, v3 radii)
{
    struct shape *s = add_shape(w, SHAPE_ELLIPSOID, m);

    s->at = at;
    s->a = radii;
    return s;
}

struct shape *add_cone(struct world *w, enum material m, v3 from, v3 to,
                       float r, float q)
{
    struct shape *s = add_shape(w, SHAPE_CONE, m);

    s->at = from;
    s->a = to;
    s->r = r;
    s->q = q;
    return s;
}

struct shape *add_disc(struct world *w, enum material m, v3 at, v3 normal,
                       v3 axis, float half_length, float half_width)
{
    struct shape *s = add_shape(w, SHAPE_DISC, m);

    s->at = at;
    s->a = unit(normal);
    s->b = unit(sub(axis, scale(s->a, dot(axis, s->a))));
    s->r = half_length;
    s->q = half_width;
    return s;
}

struct shape *add_quad(struct world *w, enum material m, v3 at, v3 a, v3 b)
{
    struct shape *s = add_shape(w, SHAPE_QUAD, m);

    s->at = at;
    s->a = a;
    s->b = b;
    s->c = unit(cross(a, b));
    return s;
}

struct shape *add_triangle(struct world *w, enum material m, v3 at, v3 a, v3 b)
{
    struct shape *s = add_quad(w, m, at, a, b);

    s->kind = SHAPE_TRIANGLE;
    return s;
}

struct shape *add_pane(struct world *w, v3 at, v3 a, v3 b)
{
    struct shape *s = add_quad(w, MAT_GLASS, at, a, b);

    s->mask = RAY_EYE;
    return s;
}

void world_camera(struct world *w, v3 eye, v3 at, float degrees, float shift)
{
    struct camera *c = &w->camera;

    c->eye = eye;
    c->forward = unit(sub(at, eye));
    c->right = unit(cross(c->forward, v3_of(0, 0, 1)));
    c->up = cross(c->right, c->forward);
    c->zoom = tanf(degrees * 0.5f * 0.01745329f);
    c->shift = shift;
}

void world_move(struct world *w, const float by[3])
{
    struct camera *c = &w->camera;

    c->eye = add(c->eye, scale(c->right, by[0]));
    c->eye = add(c->eye, scale(c->up, by[1]));
    c->eye = add(c->eye, scale(c->forward, by[2]));
}

static v3 mean_sky(const struct world *w)
{
    v3 sum = v3_all(0);

    for (int i = 0; i < 24; i++)
        for (int k = 0; k < 24; k++)
            sum = add(sum,
                      sky_light(w, cosine_direction(v3_of(0, 0, 1),
                                                    ((float)i + 0.5f) / 24,
                                                    ((float)k + 0.5f) / 24)));
    return scale(sum, 1.0f / (24 * 24));
}

int world_close(struct world *w, struct err *e)
{
    int rc;

    if (w->failed)
        return err_mem(e, (size_t)w->count * 2 * sizeof(*w->shapes));
    w->sky_light = mean_sky(w);
    rc = bvh_new(w->shapes, w->count, RAY_EYE | RAY_SHADOW, &w->bvh, e);
    if (rc == 0)
        rc = bvh_new(w->shapes, w->count, RAY_GATHER, &w->solids, e);
    return rc;
}

void world_release(struct world *w)
{
    bvh_free(w->bvh);
    bvh_free(w->solids);
    mem_free(w->shapes);
    *w = (struct world){0};
}
