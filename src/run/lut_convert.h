#ifndef RUN_LUT_CONVERT_H
#define RUN_LUT_CONVERT_H

/*
 * A LUT into a file of another form: as it is where the form can hold that,
 * else sampled, with what that costs. Curves stay curves, curves in front of a
 * cube stay in front, and a cube keeps its nodes unless a size is asked for.
 */

#include "codec/lut_write.h"
#include "run/lut_diff.h"

struct lut_made {
    enum lut_form form;
    bool exact;         /* nothing but the file's format has changed */
    int points, size;   /* of what was written                       */
    bool rounded;       /* to 16 bits                                */
    bool cut;           /* inputs beyond 0 … 1 are lost              */
    struct lut_gap gap; /* to the original, unless exact             */
};

/* size: points of curves or nodes a side of a cube, 0: as it is. */
int lut_convert(const struct lut *lut, const char *path, int size,
                const struct lut_words *words, struct lut_made *made,
                struct err *e);

#endif
