#ifndef IMAGE_DEPTH_SCORE_H
#define IMAGE_DEPTH_SCORE_H

/*
 * How well depth agrees with the truth. What has no scale of its own is first
 * brought to the truth by the line that fits best: its values to depth, or to
 * 1 / depth, whichever leaves the smaller error. Sky in the truth counts for
 * edges only.
 */

#include <stdbool.h>

#include "base/err.h"

struct depth_score {
    double absrel; /* mean of |depth - truth| / truth             */
    double rmse;   /* in the truth's unit                          */
    double delta;  /* share within a factor of 1.25                */
    /*
     * F-score of silhouettes: neighbours whose depths differ by more than a
     * ratio, found within one pixel; mean over ratios 1.05 … 1.25, weighted by
     * the ratio (Bochkovskii et al., Depth Pro, 2024, but for the tolerance).
     */
    double edges;
    bool inverse; /* the line fits 1 / depth */
    double scale, shift;
};

/*
 * Both w * h, row by row, the truth above 0, from `sky` on sky. align: fit a
 * line first. `got` is replaced by what was compared. ERR_DATA when all of the
 * truth is sky.
 */
int depth_score(float *got, const float *truth, int w, int h, float sky,
                bool align, struct depth_score *score, struct err *e);

#endif
