/* A living room with a glazed corner, the sun low over the terrace. */

#include "furniture.h"

#define LEFT  -3.4f
#define RIGHT 3.6f
#define BACK  6.4f
#define FRONT -1.2f
#define HIGH  2.85f
#define HEAD  2.62f /* of the glazing */

static void light(struct world *w)
{
    w->sun = unit(v3_of(-0.78f, 0.42f, 0.58f));
    w->sun_light = v3_of(5.8f, 4.8f, 3.7f);
    w->sun_size = 0.006f;
    w->zenith = v3_of(0.55f, 0.95f, 1.75f);
    w->horizon = v3_of(1.6f, 1.85f, 2.1f);
    w->ground = v3_of(0.55f, 0.56f, 0.42f);
    w->clouds = 0.7f;
    w->hills = 0.11f;
    w->haze = 0.0004f;
    w->room_lo = v3_of(LEFT, FRONT, 0);
    w->room_hi = v3_of(RIGHT, BACK, HIGH);
    w->room_light = v3_of(0.52f, 0.475f, 0.42f);
    w->exposure = 1.3f;
    w->far = 30;
}

static void shell(struct world *w)
{
    const float t = 0.25f;

    add_box(w, MAT_FLOOR, v3_of(LEFT - t, FRONT - t, -0.1f),
            v3_of(RIGHT + t, BACK + t, 0));
    /* The boards of the ceiling run on as eaves, and keep the high sun out. */
    add_box(w, MAT_CLADDING, v3_of(LEFT - 1.0f, FRONT - t, HIGH),
            v3_of(RIGHT + t, BACK + 1.0f, HIGH + 0.3f));
    add_box(w, MAT_PLASTER, v3_of(RIGHT, FRONT - t, 0),
            v3_of(RIGHT + t, BACK + t, HIGH));
    add_box(w, MAT_PLASTER, v3_of(-0.2f, BACK, 0),
            v3_of(RIGHT, BACK + t, HIGH));
    add_box(w, MAT_PLASTER, v3_of(LEFT - t, FRONT - t, 0),
            v3_of(RIGHT + t, FRONT, HIGH));
    add_box(w, MAT_PLASTER, v3_of(LEFT - t, FRONT, 0), v3_of(LEFT, 1.3f, HIGH));
    /* Above the glazing. */
    add_box(w, MAT_PLASTER, v3_of(LEFT - t, 1.3f, HEAD),
            v3_of(LEFT, BACK + t, HIGH));
    add_box(w, MAT_PLASTER, v3_of(LEFT, BACK, HEAD),
            v3_of(-0.2f, BACK + t, HIGH));
    add_box(w, MAT_SKIRTING, v3_of(-0.2f, BACK - 0.014f, 0),
            v3_of(RIGHT, BACK, 0.09f));
    add_box(w, MAT_SKIRTING, v3_of(RIGHT - 0.014f, FRONT, 0),
            v3_of(RIGHT, BACK - 0.014f, 0.09f));
    add_box(w, MAT_SKIRTING, v3_of(LEFT, FRONT, 0),
            v3_of(LEFT + 0.014f, 1.3f, 0.09f));
}

static void mullion(struct world *w, float x, float y)
{
    add_box(w, MAT_BLACK, v3_of(x - 0.03f, y - 0.03f, 0),
            v3_of(x + 0.03f, y + 0.03f, HEAD));
}

static void glazing(struct world *w)
{
    const float x = LEFT - 0.12f, y = BACK + 0.12f;

    for (int i = 0; i <= 4; i++)
        mullion(w, x, 1.33f + (y - 1.33f) * (float)i / 4);
    for (int i = 1; i <= 3; i++)
        mullion(w, x + (-0.2f - x) * (float)i / 3, y);
    for (int i = 0; i < 2; i++) {
        const float z = i ? HEAD - 0.05f : 0;

        add_box(w, MAT_BLACK, v3_of(x - 0.03f, 1.3f, z),
                v3_of(x + 0.03f, y, z + 0.05f));
        add_box(w, MAT_BLACK, v3_of(x, y - 0.03f, z),
                v3_of(-0.2f, y + 0.03f, z + 0.05f));
    }
    add_pane(w, v3_of(x, 1.3f, 0), v3_of(0, y - 1.3f, 0), v3_of(0, 0, HEAD));
    add_pane(w, v3_of(x, y, 0), v3_of(-0.2f - x, 0, 0), v3_of(0, 0, HEAD));
    add_box(w, MAT_BLACK, v3_of(LEFT + 0.02f, 1.0f, HEAD - 0.035f),
            v3_of(LEFT + 0.05f, BACK - 0.02f, HEAD - 0.015f));
    add_curtain(w, v3_of(LEFT + 0.09f, 1.35f, 0), v3_of(LEFT + 0.09f, 2.05f, 0),
                HEAD - 0.03f, 17);
    add_curtain(w, v3_of(-0.95f, BACK - 0.09f, 0),
                v3_of(-0.28f, BACK - 0.09f, 0), HEAD - 0.03f, 16);
}

static void terrace(struct world *w)
{
    add_box(w, MAT_TERRACE, v3_of(-8.5f, -6, -0.2f),
            v3_of(LEFT - 0.25f, 11.5f, -0.04f));
    add_box(w, MAT_TERRACE, v3_of(LEFT - 0.25f, BACK + 0.25f, -0.2f),
            v3_of(6, 11.5f, -0.04f));
    /* A pool behind the terrace, level with it. */
    add_box(w, MAT_POOL, v3_of(-11.5f, 13.2f, -1.6f),
            v3_of(4.5f, 17.4f, -1.4f));
    add_box(w, MAT_WATER, v3_of(-11.5f, 13.2f, -1.4f),
            v3_of(4.5f, 17.4f, -0.12f))
        ->mask = RAY_EYE;
    add_box(w, MAT_TERRACE, v3_of(-12.3f, 12.4f, -0.2f),
            v3_of(5.3f, 13.2f, -0.04f));
    add_box(w, MAT_TERRACE, v3_of(-12.3f, 17.4f, -0.2f),
            v3_of(5.3f, 18.2f, -0.04f));
    add_box(w, MAT_GRASS, v3_of(-60, -30, -0.4f), v3_of(60, 12.4f, -0.1f));
    add_box(w, MAT_GRASS, v3_of(-60, 18.2f, -0.4f), v3_of(60, 70, -0.1f));
    add_box(w, MAT_GRASS, v3_of(-60, 12.4f, -0.4f),
            v3_of(-12.3f, 18.2f, -0.1f));
    add_box(w, MAT_GRASS, v3_of(5.3f, 12.4f, -0.4f), v3_of(60, 18.2f, -0.1f));
    add_tree(w, v3_of(-6.0f, 20.5f, 0), 5.0f, 2.0f, 1, 7200);
    add_tree(w, v3_of(-10.5f, 9.0f, 0), 4.6f, 1.9f, 1, 7200);
    add_tree(w, v3_of(2.5f, 26, 0), 6.5f, 2.6f, 0, 6000);
    add_tree(w, v3_of(-17, 22, 0), 7, 2.8f, 0, 6000);
    for (int i = 0; i < 9; i++)
        add_cypress(w, v3_of(-24 + 3.9f * (float)i, 33, -0.1f),
                    roll_in(&w->dice, 5, 8), 0.75f, 700);
    for (int i = 0; i < 26; i++)
        add_shrub(w,
                  v3_of(-14.5f + roll_in(&w->dice, -0.4f, 0.4f),
                        -5 + (float)i * 0.75f, -0.1f),
                  v3_of(0.55f, 0.55f, roll_in(&w->dice, 0.45f, 0.7f)),
                  i % 3 ? 0 : 1, 190);
    for (int i = 0; i < 10; i++)
        add_grass_tuft(w, v3_of(-8.1f, 1.5f + 0.8f * (float)i, -0.04f), 0.75f,
                       46);
    add_lounger(w, v3_of(-2.9f, 9.7f, -0.04f), 0.5f);
    add_lounger(w, v3_of(-1.5f, 9.9f, -0.04f), 0.5f);
}

static void picture(struct world *w, v3 at, float half_w, float half_h,
                    bool on_side, int tint)
{
    const v3 half = on_side ? v3_of(0.018f, half_w, half_h)
                            : v3_of(half_w, 0.018f, half_h);
    const v3 rim = v3_of(0.012f, 0.012f, 0.012f);
    const v3 out = on_side ? v3_of(-0.008f, 0, 0) : v3_of(0, -0.008f, 0);

    add_box(w, MAT_BLACK, sub(sub(at, half), rim), add(add(at, half), rim));
    add_turned(w, MAT_ART, add(at, scale(out, 2)), half, 0)->tint =
        (uint8_t)tint;
}

/* A low cabinet along the right wall. */
static void sideboard(struct world *w)
{
    const float x = RIGHT - 0.46f, y0 = 1.9f, y1 = 4.3f;

    add_box(w, MAT_BLACK, v3_of(x + 0.05f, y0 + 0.05f, 0.02f),
            v3_of(RIGHT - 0.02f, y1 - 0.05f, 0.14f));
    for (int i = 0; i < 4; i++) {
        const float a = y0 + (y1 - y0) * (float)i / 4;

        add_box(w, MAT_OAK, v3_of(x, a + 0.004f, 0.14f),
                v3_of(RIGHT - 0.02f, a + (y1 - y0) / 4 - 0.004f, 0.60f));
    }
    add_box(w, MAT_OAK, v3_of(x - 0.008f, y0 - 0.008f, 0.605f),
            v3_of(RIGHT - 0.012f, y1 + 0.008f, 0.635f));
    add_vase(w, v3_of(RIGHT - 0.24f, 3.95f, 0.635f), 0.40f, 3);
    add_vase(w, v3_of(RIGHT - 0.30f, 3.62f, 0.635f), 0.22f, 0);
    add_books(w, v3_of(RIGHT - 0.25f, 2.45f, 0.635f), 1.5f, 4);
}

static void seating(struct world *w)
{
    struct shape *rug = add_cushion(w, MAT_RUG, v3_of(1.15f, 4.05f, 0.008f),
                                    v3_of(1.75f, 1.25f, 0.009f), 0.008f, 0, 0);

    rug->tint = 0;
    add_sofa(w, v3_of(1.75f, 5.55f, 0), 0, 2.75f, 0);
    for (int i = 0; i < 4; i++) {
        static const float x[] = {-1.0f, -0.72f, 0.66f, 1.03f};
        static const float turn[] = {0.25f, -0.12f, 0.1f, -0.3f};
        static const uint8_t tint[] = {1, 2, 3, 1};

        add_cushion(w, MAT_FABRIC,
                    v3_of(1.75f + x[i], 5.6f - 0.02f * x[i], 0.655f),
                    v3_of(0.225f, 0.06f, 0.205f), 0.058f, turn[i], -0.36f)
            ->tint = tint[i];
    }
    /* A throw over the arm. */
    add_cushion(w, MAT_FABRIC, v3_of(3.04f, 5.42f, 0.45f),
                v3_of(0.105f, 0.20f, 0.175f), 0.05f, 0, 0)
        ->tint = 5;
    add_armchair(w, v3_of(-0.95f, 4.55f, 0), 1.95f, 1);
    add_round_table(w, v3_of(1.25f, 4.1f, 0.017f), 0.52f, 0.37f);
    add_round_table(w, v3_of(0.58f, 3.72f, 0.017f), 0.31f, 0.27f);
    add_books(w, v3_of(1.42f, 4.02f, 0.387f), 0.4f, 3);
    add_vase(w, v3_of(1.05f, 4.25f, 0.387f), 0.27f, 1);
    add_shrub(w, v3_of(1.05f, 4.25f, 0.60f), v3_of(0.15f, 0.15f, 0.17f), 1,
              130);
    add_ball(w, MAT_CERAMIC, v3_of(0.58f, 3.72f, 0.287f + 0.045f),
             v3_of(0.11f, 0.11f, 0.045f))
        ->tint = 2;
    add_floor_lamp(w, v3_of(3.3f, 5.95f, 0));
}

void scene_interior(struct world *w)
{
    light(w);
    shell(w);
    glazing(w);
    terrace(w);
    seating(w);
    sideboard(w);
    picture(w, v3_of(1.75f, BACK - 0.02f, 1.62f), 0.85f, 0.52f, false, 0);
    picture(w, v3_of(RIGHT - 0.02f, 3.1f, 1.6f), 0.62f, 0.46f, true, 1);
    add_potted(w, v3_of(-0.05f, 6.0f, 0), 1.75f);
    for (int i = 0; i < 3; i++)
        add_pendant(w, v3_of(0.75f + 0.42f * (float)i, 4.0f, HIGH),
                    0.95f + 0.17f * (float)((i * 2) % 3), 0.13f);
    world_camera(w, v3_of(0.62f, -0.95f, 1.28f), v3_of(0.22f, 6, 1.28f), 76,
                 -0.06f);
}
