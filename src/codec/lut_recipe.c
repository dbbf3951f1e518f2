/* The values of tables that are made, and their files. */

#include "codec/lut_recipe.h"

#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/yaml.h"

static const char *const whites[] = {"keep", "tint", NULL};
static const char *const films[] = {"none", "print", "negative", NULL};

/* A field of an array or of a struct inside, under a name of its own. */
#define FLOAT(name, field, ...)                                                \
    {                                                                          \
        .key = name, .type = PARAM_FLOAT,                                      \
        .at = P_AT(lut_recipe, field, float), __VA_ARGS__                      \
    }

#define BAND(name, i, from, to)                                                \
    FLOAT(#name "_hue", band[i].hue, .lo = -15, .hi = 15, .step = 0.5,         \
          .unit = "deg",                                                       \
          .doc = "Turns " #name "s, above 0 towards " to                       \
                 ", below towards " from),                                     \
        FLOAT(#name "_saturation", band[i].saturation, .lo = -0.5, .hi = 1,    \
              .doc = "Share of colour that " #name "s gain or lose"),          \
        FLOAT(#name "_light", band[i].light, .lo = -1, .hi = 1,                \
              .doc = "Brightens " #name "s, or below 0 darkens them")

#define CHANNELS(name, what, ...)                                              \
    FLOAT(#name "_red", name[0], .doc = what " in red", __VA_ARGS__),          \
        FLOAT(#name "_green", name[1], .doc = what " in green", __VA_ARGS__),  \
        FLOAT(#name "_blue", name[2], .doc = what " in blue", __VA_ARGS__)

const struct param lut_params[] = {
    P_TEXT(lut_recipe, doc, .doc = "One sentence about the table"),
    P_CHOICE(lut_recipe, white, .names = whites,
             .doc = "Whether white stays as it is, or takes the tint"),
    P_FLOAT(lut_recipe, warmth, .lo = -80, .hi = 120, .step = 1,
            .unit = "mired",
            .doc = "Colour of the light, above 0 warmer, as a filter would"),
    P_FLOAT(lut_recipe, tint, .lo = -1, .hi = 1,
            .doc = "Colour across that, above 0 greener, below magenta"),
    P_FLOAT(lut_recipe, exposure, .lo = -2, .hi = 2, .unit = "EV",
            .doc = "Brightness of shadows and midtones, with white held"),
    P_FLOAT(lut_recipe, saturation, .lo = -1, .hi = 1,
            .doc = "Share of colour that all tones gain or lose"),
    P_FLOAT(lut_recipe, shadow_saturation, .lo = -1, .hi = 1,
            .doc = "The same, mostly in the shadows"),
    P_FLOAT(lut_recipe, highlight_saturation, .lo = -1, .hi = 1,
            .doc = "The same, mostly in the highlights"),
    P_FLOAT(lut_recipe, neutrals, .lo = 0, .hi = 0.9,
            .doc = "Share of colour that nearly grey tones lose, so that "
                   "stone, plaster and metal are clean"),
    BAND(orange, 0, "red", "yellow"),
    BAND(green, 1, "yellow", "pure green"),
    BAND(aqua, 2, "pure green", "cyan"),
    BAND(blue, 3, "cyan", "pure blue"),
    BAND(violet, 4, "pure blue", "magenta"),
    BAND(rose, 5, "magenta", "red"),
    P_CHOICE(lut_recipe, film, .names = films,
             .doc = "Goes through a print film, or a negative and the print"),
    P_FLOAT(lut_recipe, film_contrast, .def = 1, .lo = 0.7, .hi = 1.6,
            .doc = "Slope of the whole film stage at middle grey"),
    P_FLOAT(lut_recipe, film_crossover, .def = 1, .lo = 0, .hi = 2,
            .doc = "How far the film's layers part, warm in the light and "
                   "cool in the dark, where 0 keeps greys grey"),
    P_FLOAT(lut_recipe, film_share, .def = 1, .lo = 0, .hi = 1,
            .doc = "Share of the result that comes from the film"),
    P_FLOAT(lut_recipe, silver, .lo = 0, .hi = 1,
            .doc = "Silver left in the print, as when bleach is skipped"),
    P_FLOAT(lut_recipe, contrast, .lo = -1, .hi = 1,
            .doc = "An S curve between black and white, below 0 its inverse"),
    P_FLOAT(lut_recipe, pivot, .def = 0.45, .lo = 0.2, .hi = 0.8,
            .doc = "Level at which that curve is steepest"),
    P_FLOAT(lut_recipe, shadows, .lo = -0.9, .hi = 0.9,
            .doc = "Opens the shadows, or below 0 deepens them"),
    P_FLOAT(lut_recipe, highlights, .lo = -0.9, .hi = 0.9,
            .doc = "Opens the highlights and rolls them off towards white, "
                   "below 0 draws them"),
    CHANNELS(lift, "Level that black is raised to", .lo = 0, .hi = 0.15),
    CHANNELS(gamma, "Brightness of the midtones", .def = 1, .lo = 0.5, .hi = 2),
    CHANNELS(gain, "Brightness of the highlights", .def = 1, .lo = 0.5,
             .hi = 1.5),
    P_FLOAT(lut_recipe, shadow_hue, .def = 215, .lo = 0, .hi = 360, .step = 1,
            .unit = "deg",
            .doc = "Hue of the shadows' tint, where 0 is red, 60 yellow, 120 "
                   "green, 180 cyan and 240 blue"),
    P_FLOAT(lut_recipe, shadow_tint, .lo = 0, .hi = 1,
            .doc = "Strength of the shadows' tint, with black kept"),
    P_FLOAT(lut_recipe, highlight_hue, .def = 40, .lo = 0, .hi = 360, .step = 1,
            .unit = "deg",
            .doc = "Hue of the highlights' tint on the same wheel"),
    P_FLOAT(lut_recipe, highlight_tint, .lo = 0, .hi = 1,
            .doc = "Strength of the highlights' tint, with white kept"),
    P_FLOAT(lut_recipe, matte, .lo = 0, .hi = 0.15,
            .doc = "Level that black is raised to, with all else little "
                   "changed"),
    P_END,
};

void lut_recipe_defaults(struct lut_recipe *r)
{
    param_defaults(lut_params, r, sizeof(*r));
}

/* The current event's text. Only while the event lasts. */
static int scalar(const struct yaml_reader *y, const char **text, struct err *e)
{
    size_t len;

    *text = yaml_text(y, &len);
    if (!*text)
        return yaml_fail(y, e, "one word or number is expected here");
    if (strlen(*text) != len)
        return yaml_fail(y, e, "a text contains a zero byte");
    return 0;
}

/* The current event is a key. */
static int read_entry(struct yaml_reader *y, struct lut_recipe *r, bool *seen,
                      struct err *e)
{
    const int line = yaml_line(y);
    const struct param *p;
    const char *text;
    char key[64];
    int rc;

    TRY(scalar(y, &text, e));
    snprintf(key, sizeof(key), "%s", text);
    p = param_find(lut_params, key);
    if (p && seen[p - lut_params])
        TRY(yaml_fail(y, e, "'%s' is there twice", key));
    if (p)
        seen[p - lut_params] = true;
    TRY(yaml_next(y, e));
    TRY(scalar(y, &text, e));
    rc = param_set(lut_params, r, key, text, e);
    if (rc < 0) {
        err_prefix(e, "line %d", line);
        rc = ERR_DATA;
    }
out:
    return rc;
}

static int read_all(struct yaml_reader *y, struct lut_recipe *r, struct err *e)
{
    bool seen[sizeof(lut_params) / sizeof(*lut_params)] = {false};
    int rc;

    TRY(yaml_next(y, e)); /* stream start */
    TRY(yaml_next(y, e));
    if (!yaml_is(y, YAML_DOCUMENT_START_EVENT))
        TRY(err_set(e, ERR_DATA, "is empty"));
    TRY(yaml_next(y, e));
    if (!yaml_is(y, YAML_MAPPING_START_EVENT))
        TRY(yaml_fail(y, e, "a table to make has the form 'key: value'"));
    for (;;) {
        TRY(yaml_next(y, e));
        if (yaml_is(y, YAML_MAPPING_END_EVENT))
            break;
        TRY(read_entry(y, r, seen, e));
    }
    TRY(yaml_next(y, e)); /* document end */
    TRY(yaml_next(y, e));
    if (!yaml_is(y, YAML_STREAM_END_EVENT))
        TRY(yaml_fail(y, e, "only one table in a file"));
out:
    return rc;
}

int lut_recipe_parse(const void *bytes, size_t len, const char *name,
                     struct lut_recipe *out, struct err *e)
{
    struct yaml_reader y = {.open = false};
    struct lut_recipe r;
    int rc;

    lut_recipe_defaults(&r);
    TRY(yaml_open(&y, bytes, len, e));
    TRY(read_all(&y, &r, e));
    *out = r;
out:
    yaml_close(&y);
    if (rc < 0)
        err_prefix(e, "'%s'", name);
    return rc;
}

int lut_recipe_load(const char *path, struct lut_recipe *out, struct err *e)
{
    struct buf text = {0};
    int rc;

    TRY(file_load(path, LUT_RECIPE_BYTES_MAX, &text, e));
    TRY(lut_recipe_parse(text.data, text.len, path, out, e));
out:
    buf_release(&text);
    return rc;
}

int lut_recipe_set(struct lut_recipe *r, const char *setting, struct err *e)
{
    const char *value = strchr(setting, '=');
    char key[64];

    if (!value || (size_t)(value - setting) >= sizeof(key))
        return err_set(e, ERR_ARG, "'%.80s' is not KEY=VALUE", setting);
    memcpy(key, setting, (size_t)(value - setting));
    key[value - setting] = '\0';
    return param_set(lut_params, r, key, value + 1, e);
}
