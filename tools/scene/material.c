/* One entry per material. */

#include "material.h"

#include "noise.h"

#define X(id, name, r, g, b) [CLASS_##id] = {name, {r, g, b}},
const struct class_info class_info[CLASS_COUNT] = {CLASSES(X)};
#undef X

static const struct {
    uint8_t cls;
    v3 mean;
} table[MAT_COUNT] = {
    [MAT_PLASTER] = {CLASS_WALL, {0.80f, 0.78f, 0.745f}},
    [MAT_CEILING] = {CLASS_CEILING, {0.86f, 0.85f, 0.83f}},
    [MAT_FLOOR] = {CLASS_FLOOR, {0.36f, 0.245f, 0.15f}},
    [MAT_OAK] = {CLASS_WOOD, {0.42f, 0.285f, 0.17f}},
    [MAT_WALNUT] = {CLASS_WOOD, {0.16f, 0.088f, 0.047f}},
    [MAT_FABRIC] = {CLASS_FABRIC, {0.4f, 0.4f, 0.4f}},
    [MAT_CURTAIN] = {CLASS_FABRIC, {0.80f, 0.77f, 0.71f}},
    [MAT_RUG] = {CLASS_FABRIC, {0.55f, 0.51f, 0.44f}},
    [MAT_ART] = {CLASS_ART, {0.45f, 0.42f, 0.38f}},
    [MAT_BLACK] = {CLASS_METAL, {0.022f, 0.022f, 0.024f}},
    [MAT_BRASS] = {CLASS_METAL, {0.55f, 0.37f, 0.15f}},
    [MAT_GLASS] = {CLASS_GLASS, {0.5f, 0.5f, 0.5f}},
    [MAT_LEAF] = {CLASS_PLANT, {0.115f, 0.17f, 0.045f}},
    [MAT_BARK] = {CLASS_PLANT, {0.11f, 0.08f, 0.055f}},
    [MAT_TERRACE] = {CLASS_STONE, {0.50f, 0.465f, 0.41f}},
    [MAT_STONE] = {CLASS_STONE, {0.36f, 0.32f, 0.27f}},
    [MAT_DECK] = {CLASS_WOOD, {0.26f, 0.17f, 0.105f}},
    [MAT_GRASS] = {CLASS_GRASS, {0.075f, 0.125f, 0.03f}},
    [MAT_WATER] = {CLASS_WATER, {0.05f, 0.20f, 0.22f}},
    [MAT_POOL] = {CLASS_WATER, {0.28f, 0.56f, 0.60f}},
    [MAT_CONCRETE] = {CLASS_CONCRETE, {0.42f, 0.405f, 0.385f}},
    [MAT_ROOF] = {CLASS_ROOF, {0.30f, 0.13f, 0.075f}},
    [MAT_GRAVEL] = {CLASS_ROOF, {0.40f, 0.385f, 0.36f}},
    [MAT_ASPHALT] = {CLASS_ROAD, {0.085f, 0.085f, 0.088f}},
    [MAT_PAVING] = {CLASS_ROAD, {0.36f, 0.345f, 0.32f}},
    [MAT_MARKING] = {CLASS_ROAD, {0.68f, 0.68f, 0.66f}},
    [MAT_CAR] = {CLASS_VEHICLE, {0.3f, 0.3f, 0.3f}},
    [MAT_TYRE] = {CLASS_VEHICLE, {0.02f, 0.02f, 0.02f}},
    [MAT_LAMP] = {CLASS_LIGHT, {0.8f, 0.72f, 0.6f}},
    [MAT_GLOW] = {CLASS_LIGHT, {0.8f, 0.6f, 0.4f}},
    [MAT_CERAMIC] = {CLASS_DECOR, {0.6f, 0.55f, 0.48f}},
    [MAT_SOIL] = {CLASS_DECOR, {0.045f, 0.032f, 0.022f}},
    [MAT_SKIRTING] = {CLASS_WALL, {0.82f, 0.81f, 0.79f}},
    [MAT_HEDGE] = {CLASS_PLANT, {0.05f, 0.09f, 0.025f}},
    [MAT_CLADDING] = {CLASS_WOOD, {0.30f, 0.185f, 0.105f}},
    [MAT_FIELD] = {CLASS_GRASS, {0.16f, 0.17f, 0.07f}},
};

const v3 fabric_colors[8] = {
    {0.62f, 0.585f, 0.53f},  /* linen  */
    {0.115f, 0.14f, 0.165f}, /* slate  */
    {0.44f, 0.175f, 0.075f}, /* rust   */
    {0.70f, 0.68f, 0.64f},   /* chalk  */
    {0.16f, 0.19f, 0.125f},  /* olive  */
    {0.52f, 0.345f, 0.11f},  /* ochre  */
    {0.30f, 0.285f, 0.27f},  /* stone  */
    {0.055f, 0.095f, 0.15f}, /* indigo */
};

static const v3 car_colors[8] = {
    {0.72f, 0.72f, 0.72f},  {0.02f, 0.02f, 0.022f}, {0.35f, 0.36f, 0.38f},
    {0.42f, 0.03f, 0.025f}, {0.04f, 0.09f, 0.24f},  {0.13f, 0.135f, 0.14f},
    {0.55f, 0.53f, 0.48f},  {0.06f, 0.13f, 0.10f},
};

static const v3 ceramic_colors[6] = {
    {0.72f, 0.69f, 0.64f}, {0.06f, 0.06f, 0.065f}, {0.46f, 0.25f, 0.15f},
    {0.12f, 0.19f, 0.20f}, {0.60f, 0.52f, 0.40f},  {0.33f, 0.08f, 0.05f},
};

/* Paint over plaster. */
static const v3 washes[5] = {
    {1, 1, 1},
    {0.93f, 0.84f, 0.70f},
    {0.80f, 0.70f, 0.58f},
    {0.74f, 0.78f, 0.80f},
    {0.90f, 0.70f, 0.56f},
};

enum material_class material_class(enum material m)
{
    return (enum material_class)table[m].cls;
}

v3 material_mean(const struct shape *s)
{
    if (s->material == MAT_FABRIC)
        return fabric_colors[s->tint % 8];
    if (s->material == MAT_CAR)
        return car_colors[s->tint % 8];
    if (s->material == MAT_PLASTER)
        return mul(table[MAT_PLASTER].mean, washes[s->tint % 5]);
    if (s->material == MAT_CERAMIC)
        return ceramic_colors[s->tint % 6];
    return table[s->material].mean;
}

void spot_tilt(struct spot *s, v3 u, v3 v, float du, float dv)
{
    s->out->n = unit(sub(sub(s->out->n, scale(u, du)), scale(v, dv)));
}

float spot_line(float x, float width, float size)
{
    const float d = fabsf(x - floorf(x + 0.5f));
    const float soft = maxf(size, 1e-4f);
    const float cover = clampf((width + soft - d) / (2 * soft), 0, 1);

    return minf(cover, 1) * minf(1, 2 * width / soft + 0.1f);
}

/* Half sizes for the grain of wood: the longest side leads. */
static v3 extent(const struct shape *s)
{
    if (s->kind == SHAPE_BOX || s->kind == SHAPE_CUSHION)
        return s->a;
    if (s->kind == SHAPE_CONE)
        return v3_of(0.1f, 0.1f, 1);
    return v3_of(1, 0.5f, 0.5f);
}

static void shiny(struct surface *o, float mirror, float rough)
{
    o->mirror = mirror;
    o->rough = rough;
}

static void outdoors(enum material m, struct spot *s)
{
    switch (m) {
    case MAT_TERRACE:
        texture_terrace(s);
        break;
    case MAT_STONE:
        texture_stone(s);
        break;
    case MAT_DECK:
        texture_deck(s);
        break;
    case MAT_CLADDING:
        texture_cladding(s);
        break;
    case MAT_GRASS:
        texture_grass(s);
        break;
    case MAT_FIELD:
        texture_field(s);
        break;
    case MAT_WATER:
        texture_water(s);
        shiny(s->out, 0.02f, 0);
        break;
    case MAT_POOL:
        texture_pool(s);
        break;
    case MAT_CONCRETE:
        texture_concrete(s);
        break;
    case MAT_ROOF:
        texture_roof(s);
        break;
    case MAT_GRAVEL:
        texture_gravel(s, s->out->albedo, 0.05f);
        break;
    case MAT_ASPHALT:
        texture_gravel(s, s->out->albedo, 0.02f);
        break;
    case MAT_PAVING:
        texture_terrace(s);
        break;
    case MAT_LEAF:
        texture_leaf(s);
        break;
    case MAT_HEDGE:
        texture_hedge(s);
        break;
    default:
        break;
    }
}

static void indoors(enum material m, struct spot *s, v3 half)
{
    struct surface *o = s->out;

    switch (m) {
    case MAT_PLASTER:
        texture_plaster(s, o->albedo, 1);
        break;
    case MAT_FLOOR:
        texture_floor(s);
        shiny(o, 0.035f, 0.006f);
        break;
    case MAT_OAK:
        texture_wood(s, v3_of(0.47f, 0.325f, 0.2f), v3_of(0.30f, 0.19f, 0.105f),
                     half);
        shiny(o, 0.03f, 0.12f);
        break;
    case MAT_WALNUT:
        texture_wood(s, v3_of(0.20f, 0.112f, 0.06f),
                     v3_of(0.085f, 0.045f, 0.024f), half);
        shiny(o, 0.035f, 0.1f);
        break;
    case MAT_FABRIC:
        texture_fabric(s);
        break;
    case MAT_CURTAIN:
        o->through = 0.45f;
        break;
    case MAT_RUG:
        texture_rug(s);
        break;
    case MAT_ART:
        texture_art(s);
        break;
    case MAT_BLACK:
        shiny(o, 0.045f, 0.1f);
        break;
    case MAT_BRASS:
        shiny(o, 0.7f, 0.06f);
        o->metal = true;
        break;
    case MAT_GLASS:
        shiny(o, 0.04f, 0);
        break;
    case MAT_CERAMIC:
        shiny(o, 0.04f, 0.03f);
        break;
    case MAT_CAR:
        shiny(o, 0.05f, 0);
        break;
    case MAT_LAMP:
        o->emit = scale(v3_of(1.0f, 0.72f, 0.42f), 2.6f);
        break;
    case MAT_GLOW:
        o->emit = scale(v3_of(1.0f, 0.66f, 0.34f), 1.1f);
        break;
    default:
        outdoors(m, s);
    }
}

void material_at(const struct shape *s, const struct hit *h, float size,
                 struct surface *out)
{
    const bool own = s->kind == SHAPE_CUSHION || s->kind == SHAPE_QUAD ||
                     s->kind == SHAPE_TRIANGLE || s->r < 1;
    struct spot spot = {.shape = s, .size = size, .out = out};

    *out = (struct surface){.albedo = material_mean(s), .n = h->n};
    /* Turned shapes carry their texture along; others share one grid. */
    spot.p = own ? h->local : h->p;
    spot.n = own ? h->local_n : h->n;
    indoors((enum material)s->material, &spot, extent(s));
}
