#ifndef RUN_DEPTH_STATS_H
#define RUN_DEPTH_STATS_H

/* What there is in a depth map, sky apart. */

#include "run/depth_full.h"

#define DEPTH_PERCENTILES 7
extern const int depth_percentiles[DEPTH_PERCENTILES]; /* 1, 5, 25, … 99 */

struct depth_stats {
    float min, max;
    double mean;
    float percentile[DEPTH_PERCENTILES]; /* within 1/4096 of the range */
    double sky;                          /* share of the picture */
    double edges; /* share of it on silhouettes: a ratio of 1.15, or 2 % */
};

void depth_stats(const struct depth_full *d, struct depth_stats *s);

#endif
