#ifndef CODEC_LUT_RECIPE_H
#define CODEC_LUT_RECIPE_H

/*
 * What a look-up table is made of (lut_make.h): some dozens of values, in a
 * small YAML file that has what differs from the defaults:
 *
 *     doc: Warm wood, neutral stone
 *     warmth: 8
 *     orange_saturation: 0.2
 *
 * The defaults make the identity.
 */

#include <stddef.h>

#include "base/err.h"
#include "base/param.h"

#define LUT_RECIPE_BYTES_MAX 65536 /* of a file */

enum lut_white { LUT_WHITE_KEEP, LUT_WHITE_TINT };
enum lut_film { LUT_FILM_NONE, LUT_FILM_PRINT, LUT_FILM_NEGATIVE };

/* Sixths of the wheel of hue: from red to yellow, yellow to green, … */
#define LUT_BANDS 6
struct lut_band {
    float hue, saturation, light;
};

struct lut_recipe {
    char doc[120];
    int white; /* enum lut_white */

    float warmth, tint, exposure;
    float saturation, shadow_saturation, highlight_saturation, neutrals;
    struct lut_band band[LUT_BANDS];

    int film; /* enum lut_film */
    float film_contrast, film_crossover, film_share, silver;

    float contrast, pivot, shadows, highlights;
    float lift[3], gamma[3], gain[3];
    float shadow_hue, shadow_tint, highlight_hue, highlight_tint;
    float matte;
};

extern const struct param lut_params[];

void lut_recipe_defaults(struct lut_recipe *r);

/*
 * Reads YAML over the defaults. `name` is for messages. Refuses unknown keys
 * (naming the nearest right one), values out of range (naming the range), keys
 * that are there twice; the text starts with the line.
 */
int lut_recipe_parse(const void *bytes, size_t len, const char *name,
                     struct lut_recipe *out, struct err *e);

int lut_recipe_load(const char *path, struct lut_recipe *out, struct err *e);

/* "key=value". */
int lut_recipe_set(struct lut_recipe *r, const char *setting, struct err *e);

#endif
