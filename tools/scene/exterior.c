/* A modern house on a slope, its pool and deck in the late sun. */

#include "furniture.h"

/* The house stands behind y = 0; the pool lies in front of it. */
#define DEEP  8.0f
#define LOW   3.0f /* of the ground floor */
#define SLAB  0.32f
#define UPPER 2.75f

static void light(struct world *w)
{
    w->sun = unit(v3_of(-0.72f, -0.62f, 0.50f));
    w->sun_light = v3_of(2.15f, 1.62f, 1.08f);
    w->sun_size = 0.007f;
    w->zenith = v3_of(0.13f, 0.25f, 0.50f);
    w->horizon = v3_of(0.62f, 0.66f, 0.70f);
    w->ground = v3_of(0.20f, 0.19f, 0.14f);
    w->clouds = 1.0f;
    w->hills = 0.13f;
    w->haze = 0.0006f;
    w->room_lo = v3_of(-6.9f, 0.4f, 0.1f);
    w->room_hi = v3_of(9.9f, DEEP - 0.3f, LOW + SLAB + UPPER);
    w->room_light = v3_of(0.95f, 0.70f, 0.43f);
    w->exposure = 1.0f;
    w->far = 120;
}

static void garden(struct world *w)
{
    const float z = 0;

    add_box(w, MAT_GRASS, v3_of(-90, -60, -0.6f), v3_of(-11, 90, z));
    add_box(w, MAT_GRASS, v3_of(13.5f, -60, -0.6f), v3_of(90, 90, z));
    add_box(w, MAT_GRASS, v3_of(-11, -60, -0.6f), v3_of(13.5f, -13.4f, z));
    add_box(w, MAT_GRASS, v3_of(-11, DEEP, -0.6f), v3_of(13.5f, 90, z));
    /* Deck along the house, stone around the pool. */
    add_box(w, MAT_DECK, v3_of(-7.6f, -3.6f, -0.4f), v3_of(10.6f, 0.3f, 0.12f));
    add_box(w, MAT_TERRACE, v3_of(-11, -3.6f, -0.6f),
            v3_of(-7.6f, DEEP, 0.03f));
    add_box(w, MAT_TERRACE, v3_of(10.6f, -3.6f, -0.6f),
            v3_of(13.5f, DEEP, 0.03f));
    add_box(w, MAT_TERRACE, v3_of(-11, -5.0f, -0.6f),
            v3_of(13.5f, -3.6f, 0.03f));
    add_box(w, MAT_TERRACE, v3_of(-11, -13.4f, -0.6f),
            v3_of(-6.2f, -5.0f, 0.03f));
    add_box(w, MAT_TERRACE, v3_of(7.6f, -13.4f, -0.6f),
            v3_of(13.5f, -5.0f, 0.03f));
    add_box(w, MAT_TERRACE, v3_of(-6.2f, -13.4f, -0.6f),
            v3_of(7.6f, -12.2f, 0.03f));
    /* The basin. */
    add_box(w, MAT_POOL, v3_of(-6.3f, -12.3f, -1.9f),
            v3_of(7.7f, -4.9f, -1.6f));
    add_box(w, MAT_POOL, v3_of(-6.3f, -12.3f, -1.6f),
            v3_of(-6.2f, -4.9f, 0.0f));
    add_box(w, MAT_POOL, v3_of(7.6f, -12.3f, -1.6f), v3_of(7.7f, -4.9f, 0.0f));
    add_box(w, MAT_POOL, v3_of(-6.2f, -5.0f, -1.6f), v3_of(7.6f, -4.9f, 0.0f));
    add_quad(w, MAT_WATER, v3_of(-6.2f, -12.2f, -0.05f), v3_of(13.8f, 0, 0),
             v3_of(0, 7.2f, 0))
        ->mask = RAY_EYE;
}

static void glazed(struct world *w, float x0, float x1, float y, float z0,
                   float z1, int panes)
{
    for (int i = 0; i <= panes; i++) {
        const float x = x0 + (x1 - x0) * (float)i / (float)panes;

        add_box(w, MAT_BLACK, v3_of(x - 0.03f, y - 0.04f, z0),
                v3_of(x + 0.03f, y + 0.04f, z1));
    }
    add_box(w, MAT_BLACK, v3_of(x0, y - 0.04f, z1 - 0.06f),
            v3_of(x1, y + 0.04f, z1));
    add_box(w, MAT_BLACK, v3_of(x0, y - 0.04f, z0),
            v3_of(x1, y + 0.04f, z0 + 0.06f));
    add_pane(w, v3_of(x0, y, z0), v3_of(x1 - x0, 0, 0), v3_of(0, 0, z1 - z0));
}

static void ground_floor(struct world *w)
{
    const float z = 0.12f, top = LOW;

    add_box(w, MAT_FLOOR, v3_of(-7, 0.3f, -0.2f), v3_of(10, DEEP, z));
    /* A stone wall that runs out into the garden, and the back. */
    add_box(w, MAT_STONE, v3_of(-7.45f, -2.6f, 0), v3_of(-7, DEEP, top));
    add_box(w, MAT_STONE, v3_of(4.4f, 0.3f, 0), v3_of(5.2f, DEEP, top));
    add_box(w, MAT_PLASTER, v3_of(-7, DEEP - 0.3f, 0), v3_of(10, DEEP, top));
    add_box(w, MAT_CONCRETE, v3_of(9.7f, 0.5f, 0), v3_of(10, DEEP, top));
    add_box(w, MAT_CLADDING, v3_of(8.2f, 0.42f, z), v3_of(9.7f, 0.55f, top));
    glazed(w, -7, 4.4f, 0.6f, z, top, 5);
    glazed(w, 5.2f, 8.2f, 0.6f, z, top, 2);
    /* Rooms behind the glass. */
    add_sofa(w, v3_of(-2.6f, 3.4f, z), 3.1416f, 2.6f, 0);
    add_armchair(w, v3_of(-4.9f, 2.6f, z), 1.2f, 2);
    add_round_table(w, v3_of(-2.9f, 2.0f, z), 0.5f, 0.36f);
    add_floor_lamp(w, v3_of(-0.7f, 4.1f, z));
    add_box(w, MAT_WALNUT, v3_of(-6.6f, DEEP - 0.75f, z),
            v3_of(3.6f, DEEP - 0.3f, 2.2f));
    add_box(w, MAT_OAK, v3_of(0.9f, 2.6f, 0.80f), v3_of(3.3f, 3.6f, 0.86f));
    for (int i = 0; i < 3; i++)
        add_pendant(w, v3_of(1.3f + 0.8f * (float)i, 3.1f, top), 1.05f, 0.17f);
    for (int i = 0; i < 3; i++) {
        add_turned(w, MAT_BLACK, v3_of(1.3f + 0.8f * (float)i, 2.25f, 0.58f),
                   v3_of(0.21f, 0.21f, 0.02f), 0.1f);
        add_turned(w, MAT_BLACK, v3_of(1.3f + 0.8f * (float)i, 2.05f, 0.80f),
                   v3_of(0.21f, 0.015f, 0.2f), 0.1f);
    }
    add_box(w, MAT_GLOW, v3_of(5.4f, DEEP - 0.42f, 1.0f),
            v3_of(8.0f, DEEP - 0.31f, 2.5f));
    add_potted(w, v3_of(3.7f, 1.3f, z), 1.9f);
}

static void upper_floor(struct world *w)
{
    const float z0 = LOW, z1 = LOW + SLAB, top = z1 + UPPER;
    const float x0 = -4.6f, x1 = 11.6f, front = -2.2f;

    /* Slab and canopy over the deck, its underside of timber. */
    add_box(w, MAT_PLASTER, v3_of(-8.4f, -2.3f, z0), v3_of(x1, DEEP, z1));
    add_box(w, MAT_CLADDING, v3_of(-8.3f, -2.2f, z0 - 0.03f),
            v3_of(x1 - 0.1f, DEEP, z0));
    /* The white volume juts out on the right. */
    add_box(w, MAT_PLASTER, v3_of(x0, DEEP - 0.3f, z1), v3_of(x1, DEEP, top));
    add_box(w, MAT_PLASTER, v3_of(x0, front, top),
            v3_of(x1, DEEP, top + 0.35f));
    add_box(w, MAT_PLASTER, v3_of(x1 - 0.35f, front, z1), v3_of(x1, DEEP, top));
    add_box(w, MAT_PLASTER, v3_of(x0, front, z1), v3_of(x0 + 0.35f, DEEP, top));
    add_box(w, MAT_FLOOR, v3_of(x0, front, z1), v3_of(x1, DEEP, z1 + 0.05f));
    /* Timber slats on one half, a loggia with glass on the other. */
    for (int i = 0; i < 34; i++) {
        const float x = 5.0f + 0.185f * (float)i;

        add_box(w, MAT_CLADDING, v3_of(x, front + 0.16f, z1),
                v3_of(x + 0.07f, front + 0.28f, top));
    }
    add_box(w, MAT_PLASTER, v3_of(4.75f, front + 0.1f, z1),
            v3_of(4.95f, 0.8f, top));
    glazed(w, x0 + 0.35f, 4.75f, -0.6f, z1 + 0.05f, top, 4);
    glazed(w, 4.95f, x1 - 0.35f, front + 0.5f, z1 + 0.05f, top, 3);
    add_pane(w, v3_of(x0 + 0.35f, front + 0.06f, z1 + 0.1f),
             v3_of(4.4f - x0, 0, 0), v3_of(0, 0, 0.95f));
    add_box(w, MAT_BLACK, v3_of(x0 + 0.35f, front + 0.03f, z1 + 1.04f),
            v3_of(4.75f, front + 0.09f, z1 + 1.09f));
    add_box(w, MAT_GLOW, v3_of(6.0f, 3.0f, z1 + 0.7f),
            v3_of(9.0f, 3.05f, z1 + 1.9f));
    add_curtain(w, v3_of(-3.9f, -0.4f, z1), v3_of(-2.7f, -0.4f, z1),
                UPPER - 0.05f, 18);
    add_box(w, MAT_PLASTER, v3_of(-4.0f, 4.0f, z1), v3_of(4.9f, 4.2f, top));
    add_box(w, MAT_ART, v3_of(-0.6f, 3.93f, z1 + 0.9f),
            v3_of(1.4f, 3.98f, z1 + 2.1f));
    add_floor_lamp(w, v3_of(3.6f, 1.2f, z1 + 0.05f));
    /* A roof of gravel, with an upstand and a chimney. */
    add_box(w, MAT_CONCRETE, v3_of(1.0f, 4.5f, top + 0.35f),
            v3_of(2.2f, 5.7f, top + 1.25f));
    /* Slim columns carry the canopy. */
    add_box(w, MAT_BLACK, v3_of(11.3f, -2.0f, 0), v3_of(11.42f, -1.88f, z0));
    add_box(w, MAT_BLACK, v3_of(11.3f, 6.0f, 0), v3_of(11.42f, 6.12f, z0));
}

static void planting(struct world *w)
{
    struct dice *d = &w->dice;

    add_tree(w, v3_of(-13.5f, 1.5f, 0), 7.2f, 2.9f, 1, 22500);
    add_tree(w, v3_of(17.5f, 3.0f, 0), 9.5f, 3.8f, 0, 27000);
    add_tree(w, v3_of(-20, 15, 0), 11, 4.4f, 0, 21000);
    add_tree(w, v3_of(-3, 15, 0), 13.5f, 4.8f, 0, 24000);
    add_tree(w, v3_of(9, 17, 0), 12.5f, 4.6f, 0, 21000);
    add_tree(w, v3_of(24, 19, 0), 12, 4.6f, 0, 21000);
    for (int i = 0; i < 5; i++)
        add_cypress(w, v3_of(-12.6f - 2.6f * (float)i, 10 + 1.1f * (float)i, 0),
                    roll_in(d, 6.5f, 8.5f), 0.8f, 1500);
    for (int i = 0; i < 4; i++)
        add_cypress(w, v3_of(15 + 2.4f * (float)i, 9.5f, 0),
                    roll_in(d, 5.5f, 7.5f), 0.75f, 1500);
    for (int i = 6; i < 17; i++)
        add_grass_tuft(w,
                       v3_of(-10.6f + roll_in(d, -0.15f, 0.15f),
                             -12.8f + 0.75f * (float)i, 0.03f),
                       roll_in(d, 0.7f, 1.0f), 60);
    for (int i = 0; i < 14; i++)
        add_shrub(w,
                  v3_of(12.8f + roll_in(d, -0.2f, 0.2f), -12.5f + (float)i, 0),
                  v3_of(0.6f, 0.6f, roll_in(d, 0.45f, 0.75f)), i & 1, 1200);
    for (int i = 0; i < 9; i++)
        add_shrub(w, v3_of(-8.1f, -2.0f + 1.0f * (float)i, 0.03f),
                  v3_of(0.42f, 0.45f, roll_in(d, 0.4f, 0.7f)), i & 1, 900);
    for (int i = 0; i < 40; i++) {
        const float x = -75 + 4.0f * (float)i;

        add_shrub(w, v3_of(x + roll_in(d, -1, 1), 46 + roll_in(d, -4, 4), 0),
                  v3_of(2.6f, 2.2f, roll_in(d, 2.0f, 4.2f)), 0, 260);
    }
}

static void terrace(struct world *w)
{
    for (int i = 0; i < 3; i++)
        add_lounger(w, v3_of(8.9f + 1.5f * (float)i, -7.3f, 0.03f),
                    3.1416f + 0.9f);
    add_armchair(w, v3_of(-3.4f, -2.1f, 0.12f), 2.6f, 6);
    add_armchair(w, v3_of(-5.2f, -2.2f, 0.12f), 3.6f, 6);
    add_round_table(w, v3_of(-4.3f, -2.7f, 0.12f), 0.35f, 0.42f);
    add_vase(w, v3_of(2.2f, -2.9f, 0.12f), 0.95f, 1);
    add_vase(w, v3_of(2.9f, -2.7f, 0.12f), 0.6f, 4);
    add_potted(w, v3_of(-6.6f, -1.2f, 0.12f), 1.6f);
    /* Stepping stones to the lawn. */
    for (int i = 0; i < 5; i++)
        add_box(w, MAT_CONCRETE,
                v3_of(-9.4f, -14.6f - 1.25f * (float)i, -0.05f),
                v3_of(-7.9f, -13.75f - 1.25f * (float)i, 0.03f));
}

void scene_exterior(struct world *w)
{
    light(w);
    garden(w);
    ground_floor(w);
    upper_floor(w);
    planting(w);
    terrace(w);
    world_camera(w, v3_of(-10.4f, -16.8f, 1.62f), v3_of(2.0f, 1.2f, 1.62f), 64,
                 0.13f);
}
