#ifndef OP_MASK_H
#define OP_MASK_H

/*
 * Where a step works, by depth:
 *
 *     depth(0.2..0.6, soft 0.1)   shares of depth: 0 is near, 1 is the sky
 *                                 (the comma may be left out)
 *     depth(2m..10m, soft 1m)     metres, when the depth is metric
 *     depth(..0.3)  depth(5m..)   open to one side
 *     sky
 *     not sky       not depth(…)  everywhere else
 *
 * `soft` is the width of the transition, half of it on each side of a limit.
 */

#include "kern/depth.h"
#include "op/distance.h"

enum mask_kind { MASK_NONE, MASK_DEPTH, MASK_SKY };

struct mask {
    int kind; /* enum mask_kind; 0: everywhere */
    bool invert;
    bool metres;
    float lo, hi; /* an open side is infinite */
    float soft;
};

#define MASK_TEXT_MAX 160

/* "" is everywhere. On failure *mask is what it was. */
int mask_parse(const char *text, struct mask *mask, struct err *e);

/* What mask_parse() turns back into the same mask. */
void mask_text(const struct mask *mask, char text[static MASK_TEXT_MAX]);

/* Fails when the mask is in metres and the depth is not. */
int mask_window(const struct mask *mask, const struct distance *d,
                struct kern_window *out, struct err *e);

#endif
