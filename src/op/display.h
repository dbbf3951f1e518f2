#ifndef OP_DISPLAY_H
#define OP_DISPLAY_H

/*
 * From the light a picture was mastered in to what a display of less range
 * shows: curves, in cd/m2 and double, and the tables that kern/hdr.h runs on.
 *
 * BT2390 is the EETF of Report ITU-R BT.2390-10, 5.4.1 (and BT.2408-7, annex
 * 5): a straight line up to a knee, then a Hermite spline that is level at the
 * peak, both over the PQ signal, and a lift of black. The others are those of
 * FFmpeg's filter "tonemap" over light / light of the display's white:
 *
 *     Hable     h(s) / h(p), h(x) = (x (.15 x + .05) + .004) /
 *                                   (x (.15 x + .5) + .06) - 1 / 15
 *     Mobius    s up to .3, then a rational function through p -> 1
 *     Reinhard  s / (s + 1) * (p + 1) / p
 *     clip      s, at most 1
 */

#include "image/color.h"
#include "kern/hdr.h"
#include "kern/kern.h"

#define DISPLAY_WHITE 203.0 /* cd/m2 of light 1.0: ITU-R BT.2408 */

enum display_method {
    DISPLAY_BT2390,
    DISPLAY_HABLE,
    DISPLAY_MOBIUS,
    DISPLAY_REINHARD,
    DISPLAY_CLIP,
};

/* All in cd/m2. With a peak up to the target nothing is left to do but to clip
   at the target. Black is BT2390's only. */
struct display_range {
    double peak, black;          /* of the display it was mastered on */
    double target, target_black; /* of the one that shows it          */
};

/* The names of BT2390 are the Report's; its signals are those of PQ. */
struct display_curve {
    enum display_method method;
    struct display_range range;
    double lb, span, max_lum, b, ks;
    double knee; /* cd/m2 at ks */
};

struct display_curve display_curve(enum display_method m,
                                   const struct display_range *r);

/* What light at `nits` becomes. */
double display_light(const struct display_curve *c, double nits);

/* The same as a table: within 1/65535 of PQ. */
void display_table(const struct display_curve *c, struct kern_hdr_curve *out);

/*
 * The colours of a display with these primaries. Chroma begins to make room at
 * 1 - soft of what it can be; with 0 all that can be shown stays as it is.
 * Fading is set to none.
 */
int display_gamut(const struct kern *k, enum space primaries, double soft,
                  struct kern_hdr_gamut *out, struct err *e);

#endif
