/* Plants: many small leaves on a few rods. */

#include "world.h"

static v3 scatter(struct dice *d)
{
    const float a = roll(d), b = roll(d);

    return sphere_direction(a, b);
}

/* `open`: how much of the sky reaches it. */
static void one_leaf(struct world *w, v3 at, v3 normal, v3 axis, float length_2,
                     float width_2, int tint, float open)
{
    struct shape *s =
        add_disc(w, MAT_LEAF, at, normal, axis, length_2, width_2);

    s->tint = (uint8_t)tint;
    s->mask = RAY_EYE | RAY_SHADOW;
    s->c.x = open;
}

static void leaf(struct world *w, v3 at, v3 out, float size, int tint,
                 float open)
{
    struct dice *d = &w->dice;
    const v3 n =
        unit(add(add(out, v3_of(0, 0, 0.5f)), scale(scatter(d), 0.9f)));
    const v3 axis = scatter(d);
    const float a = size * roll_in(d, 0.8f, 1.25f);
    const float b = size * roll_in(d, 0.45f, 0.7f);

    one_leaf(w, at, n, axis, a, b, tint, open);
}

/* What bounced light meets in place of many leaves. */
static void stand_in(struct world *w, v3 at, v3 radii)
{
    add_ball(w, MAT_LEAF, at, radii)->mask = RAY_GATHER;
}

/* Leaves near the surface of an ellipsoid, in tufts. */
static void crown(struct world *w, v3 at, v3 radii, float size, int tint,
                  int leaves)
{
    struct dice *d = &w->dice;
    v3 tuft = v3_all(0);

    for (int i = 0; i < leaves; i++) {
        v3 out, p;

        if (i % 24 == 0)
            tuft = scale(scatter(d), 0.62f + 0.36f * sqrtf(roll(d)));
        out = add(tuft, scale(scatter(d), 0.26f * sqrtf(roll(d))));
        p = add(at, mul(out, radii));
        leaf(w, p, unit(out), size, tint,
             clampf(0.15f + 0.75f * dot(out, out), 0, 1));
    }
    stand_in(w, at, scale(radii, 0.8f));
}

void add_tree(struct world *w, v3 at, float height, float radius, int tint,
              int leaves)
{
    struct dice *d = &w->dice;
    const float bole = height * 0.38f;
    const v3 fork = add(at, v3_of(roll_in(d, -0.1f, 0.1f) * height, 0, bole));
    const int limbs = 6;
    const float size = 0.95f * radius * sqrtf(height / radius) /
                       sqrtf((float)leaves) * 2.1f;

    add_cone(w, MAT_BARK, at, fork, 0.028f * height, 0.018f * height);
    for (int i = 0; i < limbs; i++) {
        const float phi = 6.2832f * ((float)i + roll(d)) / (float)limbs;
        const float rise = roll_in(d, 0.14f, 0.38f) * height;
        const float reach = radius * roll_in(d, 0.35f, 0.62f);
        const v3 tip =
            add(fork, v3_of(cosf(phi) * reach, sinf(phi) * reach, rise));
        const float r = radius * roll_in(d, 0.56f, 0.76f);

        add_cone(w, MAT_BARK, fork, tip, 0.014f * height, 0.004f * height);
        crown(w, tip, v3_of(r, r, r * 0.78f), size, tint, leaves / limbs);
    }
}

void add_cypress(struct world *w, v3 at, float height, float radius, int leaves)
{
    struct dice *d = &w->dice;
    const float size = 2.6f * sqrtf(radius * height / (float)leaves);

    add_cone(w, MAT_BARK, at, add(at, v3_of(0, 0, height * 0.6f)),
             radius * 0.2f, radius * 0.05f);
    for (int i = 0; i < leaves; i++) {
        const float t = sqrtf(roll(d)), phi = 6.2832f * roll(d);
        const float z = 1 - t;
        const float r = radius * powf(1 - z, 0.55f) * smooth(0, 0.06f, z) *
                        (0.8f + 0.2f * roll(d));
        const v3 out = v3_of(cosf(phi), sinf(phi), 0.9f);

        leaf(w, add(at, v3_of(r * out.x, r * out.y, 0.15f + z * height)),
             unit(out), size, 2, 0.75f);
    }
    stand_in(w, add(at, v3_of(0, 0, height * 0.45f)),
             v3_of(radius * 0.6f, radius * 0.6f, height * 0.42f));
}

void add_shrub(struct world *w, v3 at, v3 radii, int tint, int leaves)
{
    const float size = 2.0f * sqrtf(radii.x * radii.z / (float)leaves) + 0.004f;

    crown(w, add(at, v3_of(0, 0, radii.z * 0.8f)), radii, size, tint, leaves);
}

/* A fiddle-leaf fig: few large leaves on thin stems. */
void add_potted(struct world *w, v3 at, float height)
{
    struct dice *d = &w->dice;
    const v3 rim = add(at, v3_of(0, 0, 0.42f));

    add_cone(w, MAT_CERAMIC, at, rim, 0.15f, 0.22f)->tint = 4;
    add_cone(w, MAT_SOIL, add(rim, v3_of(0, 0, 0.001f)),
             add(rim, v3_of(0, 0, 0.004f)), 0.19f, 0.19f);
    for (int i = 0; i < 4; i++) {
        const float phi = 1.57f * (float)i + roll(d);
        v3 p = add(rim, v3_of(0.04f * cosf(phi), 0.04f * sinf(phi), 0));
        v3 dir = unit(v3_of(0.16f * cosf(phi), 0.16f * sinf(phi), 1));

        for (int k = 0; k < 9; k++) {
            const float step = (height - 0.5f) / 9;
            const v3 next = along(p, dir, step);

            add_cone(w, MAT_BARK, p, next, 0.011f, 0.010f);
            p = next;
            dir = unit(along(dir, scatter(d), 0.12f));
            for (int n = 0; k > 1 && n < 3; n++) {
                const float a = phi + 2.4f * (float)(3 * k + n);
                const v3 out = v3_of(cosf(a), sinf(a), 0.35f);
                const float len = roll_in(d, 0.11f, 0.17f);
                const v3 face = unit(add(v3_of(-0.5f * out.x, -0.5f * out.y, 1),
                                         scale(scatter(d), 0.3f)));

                one_leaf(w, along(p, out, len * 0.95f), face, out, len,
                         len * 0.55f, 3, 0.8f);
            }
        }
    }
}

void add_grass_tuft(struct world *w, v3 at, float height, int blades)
{
    struct dice *d = &w->dice;

    for (int i = 0; i < blades; i++) {
        const float phi = 6.2832f * roll(d), lean = roll_in(d, 0.1f, 0.75f);
        const v3 up = unit(v3_of(lean * cosf(phi), lean * sinf(phi), 1));
        const float h = height * roll_in(d, 0.6f, 1.1f);

        one_leaf(w, along(at, up, h * 0.5f),
                 unit(v3_of(-sinf(phi), cosf(phi), 0.2f)), up, h * 0.5f,
                 0.012f * height + 0.003f, i & 1, 0.7f);
    }
}
