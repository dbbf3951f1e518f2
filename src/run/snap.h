#ifndef RUN_SNAP_H
#define RUN_SNAP_H

/*
 * Depth that a renderer has smoothed at silhouettes says of a pixel on one
 * that it is somewhere between the near and the far thing, where nothing is.
 * Such values go to the side that covers more of the pixel. Slopes stay, also
 * steep ones: beside a silhouette the depth is the same for two pixels, on a
 * slope it is not.
 */

#include "base/pool.h"
#include "image/depth.h"

int depth_snap(struct depth_map *map, struct pool *pool, struct err *e);

#endif
