/* Furniture, from cushions, rods and boxes. */

#include "furniture.h"

static void legs(struct world *w, v3 at, float yaw, float x, float y, float h)
{
    for (int i = 0; i < 4; i++) {
        const float sx = i & 1 ? x : -x, sy = i & 2 ? y : -y;

        add_cone(w, MAT_WALNUT, placed(at, yaw, sx, sy, 0),
                 placed(at, yaw, sx * 0.97f, sy * 0.95f, h), 0.014f, 0.022f);
    }
}

static struct shape *cushion(struct world *w, v3 at, float yaw, v3 place,
                             v3 half, float edge, float tilt, int tint)
{
    struct shape *s = add_cushion(w, MAT_FABRIC,
                                  placed(at, yaw, place.x, place.y, place.z),
                                  half, edge, yaw, tilt);

    s->tint = (uint8_t)tint;
    return s;
}

/* Its back is at +y: with yaw 0 one sits looking towards -y. */
void add_sofa(struct world *w, v3 at, float yaw, float length, int tint)
{
    const float half = length / 2, seat = (length - 0.36f) / 3;

    legs(w, at, yaw, half - 0.12f, 0.38f, 0.14f);
    cushion(w, at, yaw, v3_of(0, 0, 0.21f), v3_of(half, 0.46f, 0.09f), 0.03f, 0,
            tint);
    for (int i = -1; i <= 1; i += 2)
        cushion(w, at, yaw, v3_of((float)i * (half - 0.09f), 0, 0.40f),
                v3_of(0.09f, 0.46f, 0.21f), 0.05f, 0, tint);
    cushion(w, at, yaw, v3_of(0, 0.385f, 0.50f),
            v3_of(half - 0.02f, 0.09f, 0.30f), 0.05f, 0, tint);
    for (int i = -1; i <= 1; i++) {
        cushion(w, at, yaw, v3_of((float)i * seat, -0.07f, 0.375f),
                v3_of(seat / 2 - 0.004f, 0.40f, 0.085f), 0.05f, 0, tint);
        cushion(w, at, yaw, v3_of((float)i * seat, 0.24f, 0.63f),
                v3_of(seat / 2 - 0.012f, 0.085f, 0.21f), 0.075f, -0.17f, tint);
    }
}

static void pillow(struct world *w, v3 at, float yaw, float x, float turn,
                   int tint)
{
    struct shape *s =
        add_cushion(w, MAT_FABRIC, placed(at, yaw, x, 0.09f, 0.645f),
                    v3_of(0.225f, 0.065f, 0.205f), 0.06f, yaw + turn, -0.34f);

    s->tint = (uint8_t)tint;
}

void add_armchair(struct world *w, v3 at, float yaw, int tint)
{
    legs(w, at, yaw, 0.30f, 0.30f, 0.27f);
    cushion(w, at, yaw, v3_of(0, -0.02f, 0.355f), v3_of(0.33f, 0.35f, 0.09f),
            0.06f, 0.05f, tint);
    cushion(w, at, yaw, v3_of(0, 0.31f, 0.62f), v3_of(0.34f, 0.085f, 0.31f),
            0.07f, -0.22f, tint);
    for (int i = -1; i <= 1; i += 2)
        cushion(w, at, yaw, v3_of((float)i * 0.36f, 0.02f, 0.44f),
                v3_of(0.055f, 0.33f, 0.13f), 0.05f, 0, tint);
    pillow(w, along(at, v3_of(0, 0, 1), -0.04f), yaw, 0.02f, 0.15f, 5);
}

void add_round_table(struct world *w, v3 at, float radius, float height)
{
    const v3 top = add(at, v3_of(0, 0, height));

    add_cone(w, MAT_WALNUT, sub(top, v3_of(0, 0, 0.034f)), top, radius - 0.012f,
             radius);
    for (int i = 0; i < 3; i++) {
        const float a = 0.5f + 2.0944f * (float)i;
        const float r = radius * 0.72f;

        add_cone(w, MAT_WALNUT,
                 add(at, v3_of(cosf(a) * r * 1.12f, sinf(a) * r * 1.12f, 0)),
                 add(at, v3_of(cosf(a) * r, sinf(a) * r, height - 0.034f)),
                 0.013f, 0.021f);
    }
}

void add_floor_lamp(struct world *w, v3 at)
{
    const v3 top = add(at, v3_of(0, 0, 1.32f));

    add_cone(w, MAT_BRASS, at, add(at, v3_of(0, 0, 0.02f)), 0.15f, 0.145f);
    add_cone(w, MAT_BRASS, at, top, 0.011f, 0.011f);
    add_cone(w, MAT_LAMP, top, add(top, v3_of(0, 0, 0.30f)), 0.21f, 0.15f);
}

void add_pendant(struct world *w, v3 ceiling, float drop, float radius)
{
    const v3 at = sub(ceiling, v3_of(0, 0, drop));

    add_cone(w, MAT_BLACK, ceiling, at, 0.004f, 0.004f);
    add_cone(w, MAT_BLACK, sub(at, v3_of(0, 0, radius * 0.75f)), at, radius,
             radius * 0.16f);
    add_cone(w, MAT_LAMP, sub(at, v3_of(0, 0, radius * 0.76f)),
             sub(at, v3_of(0, 0, radius * 0.75f)), radius * 0.9f,
             radius * 0.9f);
}

void add_vase(struct world *w, v3 at, float height, int tint)
{
    const float r = height * 0.30f;

    add_ball(w, MAT_CERAMIC, add(at, v3_of(0, 0, r * 1.15f)),
             v3_of(r, r, r * 1.15f))
        ->tint = (uint8_t)tint;
    add_cone(w, MAT_CERAMIC, add(at, v3_of(0, 0, r * 1.9f)),
             add(at, v3_of(0, 0, height)), r * 0.42f, r * 0.34f)
        ->tint = (uint8_t)tint;
}

void add_books(struct world *w, v3 at, float yaw, int count)
{
    static const uint8_t tints[] = {0, 3, 1, 2, 4, 5};
    struct dice *d = &w->dice;
    float z = 0;

    for (int i = 0; i < count; i++) {
        const float thick = roll_in(d, 0.012f, 0.02f);
        const float turn = yaw + roll_in(d, -0.18f, 0.18f);
        struct shape *s = add_turned(
            w, MAT_CERAMIC, add(at, v3_of(0, 0, z + thick)),
            v3_of(0.15f - 0.012f * (float)i, 0.105f - 0.006f * (float)i, thick),
            turn);

        s->tint = tints[i % 6];
        z += 2 * thick;
    }
}

/* Folds hang side by side from one point to the other. */
void add_curtain(struct world *w, v3 from, v3 to, float height, int folds)
{
    const v3 run = sub(to, from), side = unit(cross(run, v3_of(0, 0, 1)));
    const float r = 0.85f * length(run) / (float)folds;

    for (int i = 0; i < folds; i++) {
        const float t = ((float)i + 0.5f) / (float)folds;
        const float off = (i & 1 ? 0.8f : -0.8f) * r;
        const v3 p = along(along(from, run, t), side,
                           off + 0.3f * r * sinf(2.1f * (float)i));

        add_cone(w, MAT_CURTAIN, add(p, v3_of(0, 0, 0.012f)),
                 add(p, v3_of(0, 0, height)), r * 1.12f, r * 0.86f);
    }
}

/* Head end at +y. */
void add_lounger(struct world *w, v3 at, float yaw)
{
    legs(w, at, yaw, 0.28f, 0.80f, 0.24f);
    add_turned(w, MAT_WALNUT, placed(at, yaw, 0, 0, 0.26f),
               v3_of(0.34f, 0.98f, 0.025f), yaw);
    cushion(w, at, yaw, v3_of(0, -0.30f, 0.345f), v3_of(0.32f, 0.66f, 0.055f),
            0.045f, 0, 3);
    cushion(w, at, yaw, v3_of(0, 0.62f, 0.50f), v3_of(0.32f, 0.40f, 0.055f),
            0.045f, 0.52f, 3);
    cushion(w, at, yaw, v3_of(0, 0.80f, 0.68f), v3_of(0.22f, 0.10f, 0.05f),
            0.045f, 0.52f, 7);
}

/* Front at +x. */
void add_car(struct world *w, v3 at, float yaw, int tint)
{
    struct shape *s;

    s = add_cushion(w, MAT_CAR, placed(at, yaw, 0, 0, 0.55f),
                    v3_of(2.15f, 0.88f, 0.33f), 0.2f, yaw, 0);
    s->tint = (uint8_t)tint;
    s = add_cushion(w, MAT_TYRE, placed(at, yaw, -0.25f, 0, 1.02f),
                    v3_of(1.22f, 0.77f, 0.33f), 0.24f, yaw, 0);
    s = add_cushion(w, MAT_CAR, placed(at, yaw, -0.32f, 0, 1.345f),
                    v3_of(0.86f, 0.66f, 0.05f), 0.045f, yaw, 0);
    s->tint = (uint8_t)tint;
    for (int i = 0; i < 4; i++) {
        const float x = i & 1 ? 1.32f : -1.32f, y = i & 2 ? 0.8f : -0.8f;

        add_cone(w, MAT_TYRE, placed(at, yaw, x, y - 0.1f, 0.32f),
                 placed(at, yaw, x, y + 0.1f, 0.32f), 0.32f, 0.32f);
    }
}
