#ifndef OP_DISTANCE_H
#define OP_DISTANCE_H

/*
 * What a picture's depth means to operations. Relative depth is what a network
 * says: even steps of it are even steps of 1 / distance. Metric depth has such
 * a share too, so that one look serves both: 0 is the near end of the picture,
 * 1 its sky.
 */

#include "kern/depth.h"
#include "op/op.h"

struct distance {
    struct depth_info info;
    float near, far; /* 1 % is nearer, 1 % of what is not sky is farther */
    float *rank;     /* what is not sky, ascending, `ranks` > 0 of them  */
    size_t ranks;
};

/* From the small picture's plane of depth; the caller releases it. `prep` has
   what op_steady() needs. */
int distance_of(const struct view *proxy, const struct depth_info *info,
                const struct op_prep *prep, struct distance *out,
                struct err *e);
void distance_release(struct distance *d);

/* The depth below which `share` of what is not sky lies. */
float distance_rank(const struct distance *d, double share);

/* From a share to the values of the plane. */
float distance_at_share(const struct distance *d, float share);

/*
 * What is at a point, in pixels of the plane: the middle of nine values, so
 * that a point on an edge is on one of its sides. Sky is info->sky itself.
 */
float distance_at(const struct view *v, const struct depth_info *info, double x,
                  double y);

/* Depth on a scale on which means make sense: of metres the reciprocal. */
double distance_scale(const struct depth_info *info, double depth);

/* A strength that goes from near to far by share. */
struct kern_fade distance_fade(const struct distance *d, float near, float far);

#endif
