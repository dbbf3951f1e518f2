#ifndef SCENE_OUTPUT_H
#define SCENE_OUTPUT_H

/* The files that a rendering becomes, written strip by strip. */

#include "codec/codec.h"
#include "render.h"

enum product {
    PRODUCT_BEAUTY, /* PREFIX.tif: 16-bit, display-referred, sRGB   */
    PRODUCT_EXR,    /* PREFIX.exr: scene light, Z, N, id            */
    PRODUCT_DEPTH,  /* PREFIX_depth.png: 16-bit, 65535 = far or sky */
    PRODUCT_NORMAL, /* PREFIX_normal.png: 16-bit, 32767.5 = 0       */
    PRODUCT_ID,     /* PREFIX_id.png: flat colours of the classes   */
    PRODUCT_COUNT,
};
extern const char *const product_names[PRODUCT_COUNT + 1];
extern const char *const product_files[PRODUCT_COUNT]; /* behind the prefix */

struct output;

/* Rows a strip should have. */
#define STRIP_ROWS 64

int output_open(enum product product, const char *prefix,
                const struct render *r, float noise, struct output **out,
                struct err *e);

/* The next rows; a multiple of STRIP_ROWS except at the end. */
int output_add(struct output *o, const struct pixel *pixels, int rows,
               struct err *e);

/* Whole or not at all: without commit nothing is left behind. */
int output_commit(struct output *o, struct err *e);
void output_free(struct output *o);

#endif
