#ifndef RUN_LUT_FACTS_H
#define RUN_LUT_FACTS_H

/*
 * What a LUT does to colours, as numbers: read docs/luts.md for what they mean.
 *
 * A cube without curves is measured at its nodes, anything else at those of a
 * lattice over its domain, as fine as its cube and at least LUT_LATTICE a side;
 * where channels do not mix, steps are those of the curves.
 */

#include "codec/lut.h"

#define LUT_LATTICE 33
#define LUT_GREYS   257

/* Of one channel along its own axis. */
struct lut_axis {
    double falls; /* share of steps that go down           */
    double worst; /* how far the worst of them goes down   */
    double at;    /* the input where it begins             */
};

struct lut_facts {
    float lo[3], hi[3];
    double min[3], max[3]; /* of the outputs                            */
    double outside;        /* share of nodes with a value beyond 0 … 1  */
    struct lut_axis axis[3];

    /* Of the grey inputs from lo to hi: CIEDE2000 between the result and the
       grey of its lightness. */
    double drift_mean, drift_max, drift_at;

    double bend;    /* largest second difference of an output along an axis  */
    double kink;    /* the change of slope that it is                         */
    double bend_at; /* the input of that axis there                           */
    int bend_axis;
    double steepest; /* largest slope of a channel along its own axis      */

    double folded; /* share of tetrahedra that are turned inside out     */
    double flat;   /* and of those without a volume to speak of          */

    /* From inputs to outputs. */
    double identity_mean, identity_max; /* CIEDE2000          */
    double identity_code;               /* of a channel       */

    double black[3], white[3]; /* of 0 0 0 and 1 1 1 */
};

int lut_measure(const struct lut *lut, struct lut_facts *facts, struct err *e);

/* Within half a step of 10 bits. */
bool lut_keeps_black(const struct lut_facts *f);
bool lut_keeps_white(const struct lut_facts *f);

/* "none", "low", "some", "high": what a change of slope does to gradients. */
const char *lut_risk(const struct lut_facts *f);

#endif
