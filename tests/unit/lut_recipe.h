#ifndef UNIT_LUT_RECIPE_H
#define UNIT_LUT_RECIPE_H

/* Recipes from settings, and one colour through what they make. */

#include "test.h"

#include "codec/lut_make.h"

static inline void set(struct lut_recipe *r, const char *setting)
{
    struct err e = {0};

    if (lut_recipe_set(r, setting, &e) < 0)
        fail_msg("%s", e.text);
}

/* Settings with a semicolon between them. */
static inline struct lut_recipe recipe(const char *settings)
{
    struct lut_recipe r;
    char one[100];

    lut_recipe_defaults(&r);
    while (*settings) {
        const size_t n = strcspn(settings, ";");

        snprintf(one, sizeof(one), "%.*s", (int)n, settings);
        set(&r, one);
        settings += n + (settings[n] == ';');
    }
    return r;
}

static inline void one(const char *settings, const double in[3], double out[3])
{
    const struct lut_recipe r = recipe(settings);
    struct lut_maker maker;

    lut_maker_init(&maker, &r);
    lut_maker_color(&maker, in, out);
}

#endif
