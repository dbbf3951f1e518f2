#ifndef RUN_LUT_BAKE_H
#define RUN_LUT_BAKE_H

/*
 * A look as a LUT: its steps over a lattice of colours. That is possible where
 * every step makes of a colour another and nothing else: one that looks at its
 * neighbours, the whole picture, depth or other frames, that changes the shape,
 * or that works differently in different places, is refused by name.
 */

#include "codec/lut.h"
#include "look/look.h"
#include "run/lut_diff.h"

struct lut_baking {
    const struct look *look;
    int space; /* of op/lut3d.h: what goes in and comes out */
    int size;  /* nodes a side */

    /* Curves in front, for light up to LUT_BAKE_LIGHT times white, with nodes
       evenly spaced in stops; otherwise code values 0 … 1. */
    bool shaper;

    bool skip; /* leave such steps out instead of refusing */
    bool hald; /* results as a Hald CLUT has them: 0 … 1, in 16 bits */
};

struct lut_baked {
    struct lut *lut; /* the caller's */

    /* Between look and LUT, without what was left out, over random colours of
       the domain that were not used to make it. */
    struct lut_gap gap;
    char skipped[200]; /* "tone, vignette": steps that were left out */
};

#define LUT_BAKE_LIGHT 16

int lut_bake(const struct lut_baking *how, struct lut_baked *baked,
             struct err *e);

#endif
