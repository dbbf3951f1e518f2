#ifndef IMAGE_DEPTH_H
#define IMAGE_DEPTH_H

/*
 * How far away things are. Relative depth runs from 0, the nearest, to 1, the
 * farthest; metric depth is metres along the viewing axis. What is farther than
 * anything is sky: it has one finite value, so that depth can be averaged and
 * interpolated like a colour.
 *
 * A map keeps 16 bits a point: in even steps when relative, in even ratios from
 * `near` to `sky` when metric (100 m: 0.02 %).
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

enum depth_kind { DEPTH_RELATIVE, DEPTH_METRIC };

struct depth_info {
    enum depth_kind kind;
    float near; /* the smallest value; relative: 0 */
    float sky;  /* the value of sky; relative: 1   */
};

struct depth_map {
    int w, h;
    struct depth_info info;
    char from[240]; /* where it comes from, for people */
    uint16_t *code; /* w * h, row by row */
};

/* info is made valid: 0 … 1 when relative, 0 < near < sky when metric. */
int depth_map_new(int w, int h, struct depth_info info, struct depth_map **out,
                  struct err *e);
void depth_map_free(struct depth_map *m);

/* Row y from and to values; not a number becomes sky, the rest is clamped. */
void depth_map_put(struct depth_map *m, int y, const float *src);
void depth_map_get(const struct depth_map *m, int y, float *dst);

/* Whether a value is sky, or so near to it that it was mixed from it. */
static inline bool depth_is_sky(const struct depth_info *info, float v)
{
    return v >= 0.999f * info->sky;
}

#endif
