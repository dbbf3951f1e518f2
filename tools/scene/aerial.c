/* A suburb from the air: streets, roofs, gardens and pools. */

#include "furniture.h"

#define BLOCK_X 66.0f /* streets repeat at these distances */
#define BLOCK_Y 58.0f
#define STREET  7.0f

static void light(struct world *w)
{
    w->sun = unit(v3_of(-0.70f, 0.28f, 0.62f));
    w->sun_light = v3_of(2.4f, 2.02f, 1.56f);
    w->sun_size = 0.006f;
    w->zenith = v3_of(0.12f, 0.22f, 0.42f);
    w->horizon = v3_of(0.46f, 0.52f, 0.60f);
    w->ground = v3_of(0.16f, 0.16f, 0.12f);
    w->clouds = 0.4f;
    w->hills = 0.05f;
    w->haze = 0.00032f;
    w->exposure = 1.3f;
    w->far = 400;
}

/* A roof of two slopes over a rectangle, ridge along its own x. */
static void gable(struct world *w, v3 at, float yaw, float x, float y, float z,
                  float rise, int tint)
{
    const float out = 0.5f, drop = rise * out / y;
    const v3 along_x = sub(placed(at, yaw, 1, 0, 0), at);
    const v3 along_y = sub(placed(at, yaw, 0, 1, 0), at);

    for (int i = -1; i <= 1; i += 2) {
        const float s = (float)i;
        const v3 eave = placed(at, yaw, -(x + out), s * (y + out), z - drop);
        const v3 up =
            add(scale(along_y, -s * (y + out)), v3_of(0, 0, rise + drop));

        add_quad(w, MAT_ROOF, eave, scale(along_x, 2 * (x + out)), up)->tint =
            (uint8_t)tint;
        add_triangle(w, MAT_PLASTER, placed(at, yaw, s * x, -y, z),
                     scale(along_y, y),
                     add(scale(along_y, y), v3_of(0, 0, rise)));
        add_triangle(w, MAT_PLASTER, placed(at, yaw, s * x, y, z),
                     scale(along_y, -y),
                     add(scale(along_y, -y), v3_of(0, 0, rise)));
    }
}

/* Four slopes that meet in a short ridge. */
static void hip(struct world *w, v3 at, float yaw, float x, float y, float z,
                float rise, int tint)
{
    const float o = 0.5f, ridge = x - y;
    const v3 a = placed(at, yaw, -ridge, 0, z + rise),
             b = placed(at, yaw, ridge, 0, z + rise);
    const v3 c[4] = {placed(at, yaw, -x - o, -y - o, z - 0.2f),
                     placed(at, yaw, x + o, -y - o, z - 0.2f),
                     placed(at, yaw, x + o, y + o, z - 0.2f),
                     placed(at, yaw, -x - o, y + o, z - 0.2f)};
    const v3 top[4] = {a, b, b, a};

    for (int i = 0; i < 4; i++) {
        const int n = (i + 1) & 3;

        add_triangle(w, MAT_ROOF, c[i], sub(c[n], c[i]), sub(top[i], c[i]))
            ->tint = (uint8_t)tint;
        add_triangle(w, MAT_ROOF, top[n], sub(top[i], top[n]),
                     sub(c[n], top[n]))
            ->tint = (uint8_t)tint;
    }
}

static void windows(struct world *w, v3 at, float yaw, float x, float y)
{
    for (int side = -1; side <= 1; side += 2)
        for (int i = -1; i <= 1; i++)
            add_turned(
                w, MAT_BLACK,
                placed(at, yaw, (float)i * x * 0.6f, (float)side * y, 1.7f),
                v3_of(0.75f, 0.05f, 0.65f), yaw);
}

static void solar(struct world *w, v3 at, float yaw, float x, float y, float z)
{
    for (int i = 0; i < 8; i++) {
        struct shape *s =
            add_cushion(w, MAT_CAR,
                        placed(at, yaw, -x * 0.45f + 1.08f * (float)(i % 4),
                               -y * 0.35f + 1.75f * (float)(i / 4), z),
                        v3_of(0.51f, 0.83f, 0.03f), 0.02f, yaw, -0.18f);

        s->tint = 4;
    }
}

static void house(struct world *w, v3 at, float yaw)
{
    struct dice *d = &w->dice;
    const int kind = (int)roll_in(d, 0, 3.99f);
    const int tint = (int)roll_in(d, 0, 3.99f);
    const int wash = (int)roll_in(d, 0, 7.99f);
    const float x = roll_in(d, 5.6f, 7.6f), y = roll_in(d, 3.9f, 4.8f);
    const float h = roll(d) < 0.4f ? 5.4f : 3.1f;

    add_turned(w, MAT_PLASTER, placed(at, yaw, 0, 0, h / 2), v3_of(x, y, h / 2),
               yaw)
        ->tint = (uint8_t)(wash > 4 ? 0 : wash);
    windows(w, at, yaw, x, y);
    if (kind == 3) {
        add_turned(w, MAT_GRAVEL, placed(at, yaw, 0, 0, h + 0.02f),
                   v3_of(x - 0.3f, y - 0.3f, 0.03f), yaw);
        for (int i = -1; i <= 1; i += 2) {
            add_turned(w, MAT_CONCRETE,
                       placed(at, yaw, (float)i * (x - 0.15f), 0, h + 0.15f),
                       v3_of(0.15f, y, 0.2f), yaw);
            add_turned(w, MAT_CONCRETE,
                       placed(at, yaw, 0, (float)i * (y - 0.15f), h + 0.15f),
                       v3_of(x, 0.15f, 0.2f), yaw);
        }
        solar(w, at, yaw, x, y, h + 0.35f);
        add_turned(w, MAT_PLASTER, placed(at, yaw, x + 1.6f, 1, 1.4f),
                   v3_of(1.7f, 2.4f, 1.4f), yaw);
        return;
    }
    if (kind == 2)
        hip(w, at, yaw, x, y, h, 2.3f, tint);
    else
        gable(w, at, yaw, x, y, h, 2.7f, tint);
    add_turned(w, MAT_STONE, placed(at, yaw, x * 0.45f, y * 0.3f, h + 1.6f),
               v3_of(0.4f, 0.5f, 1.5f), yaw);
    if (kind == 1) {
        /* A lower wing across. */
        const v3 wing = placed(at, yaw, x * 0.5f, -y - 1.6f, 0);

        add_turned(w, MAT_PLASTER, add(wing, v3_of(0, 0, 1.4f)),
                   v3_of(2.6f, 3, 1.4f), yaw);
        gable(w, wing, yaw + 1.5708f, 3.0f, 2.6f, 2.8f, 1.6f, tint);
    }
}

static void hedge(struct world *w, float x0, float y0, float x1, float y1)
{
    add_cushion(
        w, MAT_HEDGE, v3_of((x0 + x1) / 2, (y0 + y1) / 2, 0.7f),
        v3_of(fabsf(x1 - x0) / 2 + 0.45f, fabsf(y1 - y0) / 2 + 0.45f, 0.75f),
        0.3f, 0, 0);
}

static void pool(struct world *w, v3 at)
{
    struct dice *d = &w->dice;
    const float x = roll_in(d, 2.0f, 2.5f), y = roll_in(d, 4.0f, 5.2f);

    add_box(w, MAT_TERRACE, v3_of(at.x - x - 1.3f, at.y - y - 1.3f, -0.1f),
            v3_of(at.x + x + 1.3f, at.y + y + 1.3f, 0.06f));
    add_box(w, MAT_POOL, v3_of(at.x - x, at.y - y, -0.1f),
            v3_of(at.x + x, at.y + y, 0.07f));
    add_quad(w, MAT_WATER, v3_of(at.x - x, at.y - y, 0.075f),
             v3_of(2 * x, 0, 0), v3_of(0, 2 * y, 0))
        ->mask = RAY_EYE;
    add_lounger(w, v3_of(at.x + x + 0.7f, at.y + 1, 0.06f), 1.7f);
    add_lounger(w, v3_of(at.x + x + 0.7f, at.y - 1, 0.06f), 1.5f);
}

/* Leaves for a tree at p: fewer where nobody can tell. */
static int leaves_at(v3 p, int near)
{
    const float far = hypotf(p.x + 21, hypotf(p.y + 62, 52));

    return (int)((float)near * clampf(85 / far, 0.16f, 1));
}

/* Lot of 16.5 x 25.5 m; `front` is the side of the street: -1 or 1. */
static void lot(struct world *w, float x, float y, float front)
{
    struct dice *d = &w->dice;
    const float yaw = roll_in(d, -0.04f, 0.04f) +
                      (roll(d) < 0.25f ? 1.5708f : 0);
    const v3 at = v3_of(x + roll_in(d, -0.6f, 0.6f), y + front * 3.6f, 0);

    house(w, at, yaw);
    add_box(w, MAT_PAVING, v3_of(x - 6.6f, y + front * 12.7f - 4.5f, -0.1f),
            v3_of(x - 3.4f, y + front * 12.7f + 4.5f, 0.03f));
    if (roll(d) < 0.75f)
        add_car(w, v3_of(x - 5, y + front * 11.4f, 0.03f), 1.5708f * front,
                (int)roll_in(d, 0, 7.99f));
    if (roll(d) < 0.55f)
        pool(w, v3_of(x + roll_in(d, -2.5f, 2.5f), y - front * 6.8f, 0));
    for (int i = 0; i < 3; i++)
        if (roll(d) < 0.8f) {
            const float r = roll_in(d, 1.4f, 2.8f);

            const v3 p = v3_of(x + roll_in(d, -7, 7),
                               y - front * roll_in(d, 2.5f, 11.5f), 0);

            add_tree(w, p, 2.3f * r, r, roll(d) < 0.3f, leaves_at(p, 1500));
        }
    for (int i = 0; i < 5; i++)
        add_shrub(w,
                  v3_of(x + roll_in(d, -7.5f, 7.5f),
                        y + front * roll_in(d, 8.6f, 11.5f), 0),
                  v3_of(0.8f, 0.8f, roll_in(d, 0.5f, 0.9f)), i & 1, 120);
    hedge(w, x - 8.2f, y - front * 12.4f, x - 8.2f, y + front * 6);
    hedge(w, x - 8.2f, y - front * 12.7f, x + 8.2f, y - front * 12.7f);
}

static void streets(struct world *w, int x, int y)
{
    struct dice *d = &w->dice;
    const float sx = BLOCK_X * (float)x, sy = BLOCK_Y * (float)y;
    const float half = STREET / 2;

    /* Kerb and pavement around the block, lawns inside. */
    add_box(w, MAT_PAVING, v3_of(sx + half, sy + half, -0.3f),
            v3_of(sx + BLOCK_X - half, sy + BLOCK_Y - half, 0.0f));
    add_box(
        w, MAT_GRASS, v3_of(sx + half + 1.7f, sy + half + 1.7f, -0.2f),
        v3_of(sx + BLOCK_X - half - 1.7f, sy + BLOCK_Y - half - 1.7f, 0.02f));
    for (int i = 0; i < 12; i++)
        add_box(w, MAT_MARKING,
                v3_of(sx + 5 + 5.0f * (float)i, sy - 0.07f, -0.2f),
                v3_of(sx + 8 + 5.0f * (float)i, sy + 0.07f, -0.115f));
    for (int i = 0; i < 10; i++)
        add_box(w, MAT_MARKING,
                v3_of(sx - 0.07f, sy + 5 + 5.0f * (float)i, -0.2f),
                v3_of(sx + 0.07f, sy + 8 + 5.0f * (float)i, -0.115f));
    for (int i = 0; i < 6; i++)
        add_box(w, MAT_MARKING,
                v3_of(sx + 4.2f, sy - 2.9f + 1.05f * (float)i, -0.2f),
                v3_of(sx + 6.6f, sy - 2.4f + 1.05f * (float)i, -0.115f));
    for (int i = 0; i < 5; i++)
        if (roll(d) < 0.6f)
            add_car(w,
                    v3_of(sx + 10 + 10.5f * (float)i,
                          sy + (i & 1 ? 2.55f : -2.55f), -0.12f),
                    roll(d) < 0.5f ? 0 : 3.1416f, (int)roll_in(d, 0, 7.99f));
    for (int i = 0; i < 2; i++)
        if (roll(d) < 0.5f)
            add_car(w,
                    v3_of(sx + (i ? 1.6f : -1.6f), sy + 14 + 20.0f * (float)i,
                          -0.12f),
                    i ? 1.5708f : -1.5708f, (int)roll_in(d, 0, 7.99f));
    for (int i = 0; i < 5; i++) {
        const float r = roll_in(d, 1.5f, 2.1f);

        const v3 p = v3_of(sx + 9 + 12.0f * (float)i, sy + half + 0.9f, 0);

        add_tree(w, p, 2.5f * r, r, 0, leaves_at(p, 1300));
    }
}

void scene_aerial(struct world *w)
{
    light(w);
    add_box(w, MAT_ASPHALT, v3_of(-340, -150, -0.6f), v3_of(340, 330, -0.12f));
    add_quad(w, MAT_FIELD, v3_of(-6000, -2000, -0.7f), v3_of(12000, 0, 0),
             v3_of(0, 9000, 0));
    for (int y = -1; y < 5; y++)
        for (int x = -4; x < 4; x++) {
            streets(w, x, y);
            for (int i = 0; i < 3; i++) {
                const float at = BLOCK_X * (float)x + 14.2f + 18.8f * (float)i;

                lot(w, at, BLOCK_Y * (float)y + 16.6f, -1);
                lot(w, at, BLOCK_Y * (float)y + BLOCK_Y - 16.6f, 1);
            }
        }
    for (int i = 0; i < 260; i++)
        add_shrub(w,
                  v3_of(roll_in(&w->dice, -420, 420),
                        roll_in(&w->dice, 296, 520), -0.5f),
                  v3_of(5, 4, roll_in(&w->dice, 3, 6)), 0, 90);
    world_camera(w, v3_of(-21, -62, 52), v3_of(4, 62, 0), 58, 0);
}
