#ifndef SCENE_BVH_H
#define SCENE_BVH_H

/* A tree of boxes over shapes, four children a node, so that a ray meets the
   few shapes in its way only. */

#include "base/err.h"
#include "shape.h"

struct bvh;

/* Copies the shapes that rays of `mask` can see. */
int bvh_new(const struct shape *shapes, int count, unsigned mask,
            struct bvh **out, struct err *e);
void bvh_free(struct bvh *b);

struct ray ray_of(v3 from, v3 to, float far, unsigned mask);

/* The nearest hit with all its fields; false when there is none. */
bool bvh_meet(const struct bvh *b, struct ray r, struct hit *h);

/* Whether anything lies in the way. *last is a shape of this tree that is
   tried first, or NULL, and becomes what was met; the answer does not depend
   on it. */
bool bvh_blocked(const struct bvh *b, const struct ray *r,
                 const struct shape **last);

#endif
