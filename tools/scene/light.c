/* Shading. */

#include "light.h"

#define FAR  1e6f
#define LIFT 1e-3f

static bool inside(v3 p, v3 lo, v3 hi)
{
    return p.x > lo.x && p.x < hi.x && p.y > lo.y && p.y < hi.y && p.z > lo.z &&
           p.z < hi.z;
}

/* Light from all around, where rays are not worth their time. */
static v3 ambient(const struct world *w, v3 p, v3 n)
{
    if (inside(p, w->room_lo, w->room_hi))
        return scale(w->room_light, 0.85f + 0.15f * n.z);
    return add(scale(w->sky_light, 0.5f + 0.5f * n.z),
               scale(w->ground, 0.5f - 0.5f * n.z));
}

static v3 facing(v3 n, v3 dir)
{
    return dot(n, dir) > 0 ? scale(n, -1) : n;
}

static bool sunlit(const struct bvh *b, unsigned mask, v3 p, v3 n, v3 sun,
                   const struct shape **blocker)
{
    const v3 up = dot(n, sun) > 0 ? n : scale(n, -1);
    const struct ray r = ray_of(along(p, up, LIFT), sun, FAR, mask);

    return !bvh_blocked(b, &r, blocker);
}

/* Irradiance from the sun at a point with this facing. */
static v3 from_sun(const struct world *w, v3 p, v3 geometric, v3 n, v3 sun,
                   float through, const struct shape **blocker)
{
    const float front = dot(n, sun), side = dot(geometric, sun);
    float k = 0;

    if (side > 0 && front > 0)
        k = front * (1 - 0.3f * through);
    else if (side <= 0 && through > 0)
        k = -side * through;
    if (k <= 0 || w->sun_light.x <= 0 ||
        !sunlit(w->bvh, RAY_SHADOW, p, geometric, sun, blocker))
        return v3_all(0);
    return scale(w->sun_light, k);
}

/* Light that a solid sends on, with its average colour. */
static v3 bounce(const struct world *w, const struct hit *h, v3 dir,
                 const struct shape **blocker)
{
    const struct shape *s = h->shape;
    const v3 n = facing(h->n, dir);
    const float front = dot(n, w->sun);
    v3 light = ambient(w, h->p, n);

    if (s->material == MAT_LAMP)
        return v3_of(2.6f, 1.9f, 1.1f);
    if (s->material == MAT_GLOW)
        return v3_of(1.1f, 0.73f, 0.37f);
    if (s->material == MAT_LEAF)
        light = scale(light, 0.5f);
    if (front > 0 && sunlit(w->solids, RAY_GATHER, h->p, n, w->sun, blocker))
        light = along(light, w->sun_light, front);
    return mul(material_mean(s), light);
}

v3 gather(const struct world *w, v3 p, v3 n, int rays, uint32_t key)
{
    struct dice dice = {.key = key};
    const float cell = 1 / (float)rays;
    const float turn = roll(&dice);
    const struct shape *blocker = NULL;
    v3 sum = v3_all(0);

    for (int i = 0; i < rays; i++)
        for (int k = 0; k < rays; k++) {
            const float a = ((float)i + roll(&dice)) * cell;
            const float b = fract(((float)k + roll(&dice)) * cell + turn);
            const v3 dir = cosine_direction(n, a, b);
            struct hit h;

            if (bvh_meet(w->solids,
                         ray_of(along(p, n, LIFT), dir, FAR, RAY_GATHER), &h))
                sum = add(sum, bounce(w, &h, dir, &blocker));
            else
                sum = add(sum, sky_light(w, dir));
        }
    return scale(sum, cell * cell);
}

static bool takes_gather(enum material m)
{
    return m != MAT_LEAF && m != MAT_WATER && m != MAT_LAMP && m != MAT_GLOW;
}

bool find_lit(const struct world *w, v3 from, v3 dir, struct hit *h)
{
    for (int i = 0; i < 8; i++) {
        if (!bvh_meet(w->bvh, ray_of(from, dir, FAR, RAY_EYE), h))
            return false;
        if (h->shape->material != MAT_GLASS) {
            h->n = facing(h->n, dir);
            return takes_gather((enum material)h->shape->material);
        }
        from = along(h->p, dir, LIFT);
    }
    return false;
}

static v3 in_air(const struct world *w, v3 c, v3 dir, float distance)
{
    const v3 far = sky_light(w, unit(v3_of(dir.x, dir.y, 0.03f)));

    return w->haze > 0 ? mix3(c, far, 1 - expf(-distance * w->haze)) : c;
}

static float fresnel(float f0, float cosine)
{
    const float k = 1 - clampf(cosine, 0, 1), k2 = k * k;

    return f0 + (1 - f0) * k2 * k2 * k;
}

/* What a mirror shows: textured, but with simple light. */
static v3 reflection(struct gaze *g, v3 p, v3 dir, float pixel)
{
    const struct world *w = g->w;
    enum material_class cls;
    struct surface s;
    struct hit h;
    float far;
    v3 light;

    if (!bvh_meet(w->bvh, ray_of(p, dir, FAR, RAY_EYE & ~RAY_GATHER), &h))
        return sky_view(w, dir, &far, &cls);
    if (h.shape->material == MAT_GLASS)
        return sky_view(w, reflect(dir, facing(h.n, dir)), &far, &cls);
    h.n = facing(h.n, dir);
    material_at(h.shape, &h, pixel * h.t, &s);
    light = add(ambient(w, h.p, h.n),
                from_sun(w, h.p, h.n, s.n, w->sun, s.through, &g->blocker));
    return in_air(w, add(mul(s.albedo, light), s.emit), dir, h.t);
}

/* Down through water: what lies on the ground, the deeper the bluer. */
static v3 below(struct gaze *gz, const struct hit *h, v3 n, v3 dir)
{
    const struct world *w = gz->w;
    const float k = 1 / 1.33f, c = -dot(n, dir);
    const float root = sqrtf(maxf(0, 1 - k * k * (1 - c * c)));
    const v3 down = unit(along(scale(dir, k), n, k * c - root));
    struct surface s;
    struct hit g;
    float deep;
    v3 light;

    if (!bvh_meet(w->bvh,
                  ray_of(along(h->p, down, 2 * LIFT), down, FAR, RAY_EYE), &g))
        return v3_of(0.02f, 0.08f, 0.09f);
    g.n = facing(g.n, down);
    material_at(g.shape, &g, gz->pixel * (h->t + g.t), &s);
    light =
        add(scale(ambient(w, g.p, v3_of(0, 0, 1)), 0.75f),
            scale(from_sun(w, g.p, g.n, g.n, w->sun, 0, &gz->blocker), 0.85f));
    deep = g.t * 1.4f;
    return mul(
        mul(s.albedo, light),
        v3_of(expf(-0.42f * deep), expf(-0.075f * deep), expf(-0.05f * deep)));
}

static v3 indirect_light(const struct gaze *g, const struct hit *h)
{
    const enum material m = (enum material)h->shape->material;

    if (takes_gather(m))
        return g->indirect(g->arg, g->w, h);
    /* Leaves: the deeper in the crown, the less sky. */
    return scale(ambient(g->w, h->p, h->n), m == MAT_LEAF ? h->shape->c.x : 1);
}

static v3 shade(struct gaze *g, const struct hit *h, v3 dir)
{
    const struct world *w = g->w;
    const struct shape *shape = h->shape;
    struct surface s;
    float f = 0;
    v3 c, mirror, bent;

    material_at(shape, h, g->pixel * h->t, &s);
    bent = dot(s.n, dir) < -0.02f ? s.n : h->n;
    if (s.mirror > 0)
        f = fresnel(s.mirror, -dot(bent, dir)) *
            (s.metal ? 1 : 1 - 2.2f * s.rough);
    if (shape->material == MAT_WATER) {
        c = below(g, h, bent, dir);
    } else {
        c = add(indirect_light(g, h),
                from_sun(w, h->p, h->n, bent, g->sun, s.through, &g->blocker));
        c = scale(mul(s.albedo, c), s.metal ? 0.1f : 1);
    }
    if (f > 0.012f) {
        struct dice dice = {.key = g->key ^ 0x9e3779b9u};
        const float a = roll(&dice), b = roll(&dice);
        v3 to = cone_direction(reflect(dir, bent), s.rough, a, b);

        if (dot(to, h->n) < 0)
            to = reflect(to, h->n);
        mirror = reflection(g, along(h->p, h->n, LIFT), to,
                            g->pixel + 0.7f * s.rough);
        c = add(scale(c, 1 - f),
                scale(s.metal ? mul(mirror, s.albedo) : mirror, f));
    }
    return add(c, s.emit);
}

void look(struct gaze *g, v3 from, v3 dir, struct seen *out)
{
    const struct world *w = g->w;
    float before = 0, clear = 1;
    v3 sum = v3_all(0);

    for (int panes = 0; panes < 8; panes++) {
        struct hit *h = &out->hit;
        float f;
        v3 n;

        if (!bvh_meet(w->bvh, ray_of(from, dir, FAR, RAY_EYE), h)) {
            h->shape = NULL;
            out->color =
                along(sum, sky_view(w, dir, &out->distance, &out->cls), clear);
            out->normal = v3_all(0);
            return;
        }
        n = h->n = facing(h->n, dir);
        h->t += before;
        if (h->shape->material != MAT_GLASS) {
            out->color =
                along(sum, in_air(w, shade(g, h, dir), dir, h->t), clear);
            out->distance = h->t;
            out->normal = n;
            out->cls = material_class((enum material)h->shape->material);
            return;
        }
        f = minf(1, 1.8f * fresnel(0.04f, -dot(n, dir)));
        sum = along(
            sum, reflection(g, along(h->p, n, LIFT), reflect(dir, n), g->pixel),
            clear * f);
        clear *= (1 - f) * 0.94f;
        before = h->t;
        from = along(h->p, dir, LIFT);
    }
    out->color = sum;
    out->distance = before;
    out->cls = CLASS_GLASS;
}
