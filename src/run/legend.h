#ifndef RUN_LEGEND_H
#define RUN_LEGEND_H

/* The bar below a view of depth: its colours, and what they stand for. */

#include <stdint.h>

#include "run/depth_save.h"

struct legend {
    enum depth_view view;
    bool metric;
    float near, far; /* shown at the ends; metric: in even ratios */
};

/* From the depth's own range; rare values at both ends are left out. */
void legend_init(struct legend *l, enum depth_view view,
                 const struct depth_full *d);

/* Where a depth lies: 1 is near. */
float legend_place(const struct legend *l, float depth);

int legend_height(int w);

/* Row y of the bar: w pixels of 8-bit RGB. */
void legend_row(const struct legend *l, int w, int y, uint8_t *rgb);

#endif
