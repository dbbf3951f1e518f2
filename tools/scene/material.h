#ifndef SCENE_MATERIAL_H
#define SCENE_MATERIAL_H

/*
 * Materials: what a surface looks like at a point, from procedural textures,
 * and the class it belongs to in the material-ID picture.
 */

#include "shape.h"

/* Classes of the ID picture, with flat colours. */
#define CLASSES(X)                                                             \
    X(SKY, "sky", 128, 192, 255)                                               \
    X(WALL, "wall", 230, 230, 230)                                             \
    X(FLOOR, "floor", 170, 110, 60)                                            \
    X(CEILING, "ceiling", 250, 250, 200)                                       \
    X(GLASS, "glass", 0, 220, 220)                                             \
    X(WOOD, "wood", 130, 70, 20)                                               \
    X(FABRIC, "fabric", 90, 90, 200)                                           \
    X(STONE, "stone", 150, 150, 140)                                           \
    X(METAL, "metal", 60, 60, 70)                                              \
    X(PLANT, "vegetation", 20, 140, 40)                                        \
    X(GRASS, "grass", 110, 200, 60)                                            \
    X(WATER, "water", 20, 90, 220)                                             \
    X(CONCRETE, "concrete", 190, 180, 170)                                     \
    X(ROOF, "roof", 200, 70, 50)                                               \
    X(ROAD, "road", 80, 80, 80)                                                \
    X(VEHICLE, "vehicle", 220, 30, 160)                                        \
    X(HILL, "hill", 70, 110, 90)                                               \
    X(ART, "art", 250, 130, 0)                                                 \
    X(LIGHT, "light", 255, 240, 80)                                            \
    X(DECOR, "decor", 180, 90, 180)

#define X(id, name, r, g, b) CLASS_##id,
enum material_class { CLASSES(X) CLASS_COUNT };
#undef X

struct class_info {
    const char *name;
    unsigned char rgb[3];
};
extern const struct class_info class_info[CLASS_COUNT];

enum material {
    MAT_PLASTER,
    MAT_CEILING,
    MAT_FLOOR, /* oak planks along y                     */
    MAT_OAK,   /* furniture; grain along the longest side */
    MAT_WALNUT,
    MAT_FABRIC, /* tint: see fabrics                      */
    MAT_CURTAIN,
    MAT_RUG,
    MAT_ART,   /* tint: which picture                    */
    MAT_BLACK, /* powder-coated metal                    */
    MAT_BRASS,
    MAT_GLASS,
    MAT_LEAF, /* tint: species                          */
    MAT_BARK,
    MAT_TERRACE, /* large stone slabs                      */
    MAT_STONE,   /* coursed rubble wall                    */
    MAT_DECK,    /* boards along x                         */
    MAT_GRASS,
    MAT_WATER,
    MAT_POOL, /* mosaic                                 */
    MAT_CONCRETE,
    MAT_ROOF, /* clay tiles; tint: colour               */
    MAT_GRAVEL,
    MAT_ASPHALT,
    MAT_PAVING,
    MAT_MARKING,
    MAT_CAR, /* tint: colour                           */
    MAT_TYRE,
    MAT_LAMP,    /* gives light                            */
    MAT_GLOW,    /* window of a lit room                   */
    MAT_CERAMIC, /* tint: colour                           */
    MAT_SOIL,
    MAT_SKIRTING,
    MAT_HEDGE,
    MAT_CLADDING, /* vertical timber                        */
    MAT_FIELD,
    MAT_COUNT,
};

struct surface {
    v3 albedo;
    v3 emit;
    v3 n;          /* with the relief of the texture          */
    float mirror;  /* reflectance at normal incidence; 0: dull */
    float rough;   /* radius of the cone of reflections        */
    float through; /* light from behind that shines through    */
    bool metal;    /* reflections take the colour              */
};

enum material_class material_class(enum material m);

/* `size`: width of a pixel at the point, in metres. */
void material_at(const struct shape *s, const struct hit *h, float size,
                 struct surface *out);

/* Average colour, for light that has bounced. */
v3 material_mean(const struct shape *s);

/* Textures, in texture_*.c: colour and relief of one material. */
struct spot {
    const struct shape *shape;
    v3 p, n;    /* where the texture is looked up, and its facing */
    float size; /* width of a pixel there                         */
    struct surface *out;
};
void texture_floor(struct spot *s);
void texture_wood(struct spot *s, v3 light, v3 dark, v3 half);
void texture_fabric(struct spot *s);
void texture_rug(struct spot *s);
void texture_art(struct spot *s);
void texture_plaster(struct spot *s, v3 color, float depth);
void texture_terrace(struct spot *s);
void texture_stone(struct spot *s);
void texture_deck(struct spot *s);
void texture_cladding(struct spot *s);
void texture_grass(struct spot *s);
void texture_water(struct spot *s);
void texture_pool(struct spot *s);
void texture_concrete(struct spot *s);
void texture_roof(struct spot *s);
void texture_gravel(struct spot *s, v3 color, float grain);
void texture_leaf(struct spot *s);
void texture_hedge(struct spot *s);
void texture_field(struct spot *s);

/* Tilts the normal by the slope (du, dv) of a relief along two axes. */
void spot_tilt(struct spot *s, v3 u, v3 v, float du, float dv);

/* 1 inside a band of `width` around whole numbers, softened by `size`. */
float spot_line(float x, float width, float size);

extern const v3 fabric_colors[8];

#endif
