#ifndef RUN_REFINE_H
#define RUN_REFINE_H

/*
 * Depth for every pixel from a map that may be smaller than the picture. Rows
 * come in any order on any thread, with the same bits; no map of the full size
 * is ever made.
 */

#include "base/mem.h"
#include "base/pool.h"
#include "image/depth.h"
#include "image/image.h"
#include "kern/kern.h"

struct refine;

/* For a picture of w by h. `proxy` is lent for the call, the map is taken on
   success. */
int refine_new_take(struct depth_map *map, const struct image *proxy, int w,
                    int h, const struct kern *k, struct pool *pool,
                    struct refine **out, struct err *e);
void refine_free(struct refine *r);

/* Bytes that refine_row() takes from its arena. */
size_t refine_scratch(const struct refine *r);

/* Row y of the picture: dst gets w values; rgb is its row in linear light. */
void refine_row(const struct refine *r, const struct kern *k, int y,
                float *const rgb[3], float *dst, struct arena *scratch);

/* Fills the plane proxy->v.depth of the picture made small. */
int refine_proxy(const struct refine *r, const struct kern *k,
                 struct pool *pool, struct image *proxy, struct err *e);

#endif
