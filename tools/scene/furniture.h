#ifndef SCENE_FURNITURE_H
#define SCENE_FURNITURE_H

/* Things that stand in rooms and gardens, each around a point of the floor,
   turned by `yaw`. */

#include "world.h"

void add_sofa(struct world *w, v3 at, float yaw, float length, int tint);
void add_armchair(struct world *w, v3 at, float yaw, int tint);
void add_round_table(struct world *w, v3 at, float radius, float height);
void add_floor_lamp(struct world *w, v3 at);
void add_pendant(struct world *w, v3 ceiling, float drop, float radius);
void add_vase(struct world *w, v3 at, float height, int tint);
void add_books(struct world *w, v3 at, float yaw, int count);
void add_curtain(struct world *w, v3 from, v3 to, float height, int folds);
void add_lounger(struct world *w, v3 at, float yaw);
void add_car(struct world *w, v3 at, float yaw, int tint);

/* Where a point given in the thing's own axes lies. */
static inline v3 placed(v3 at, float yaw, float x, float y, float z)
{
    const float c = cosf(yaw), s = sinf(yaw);

    return v3_of(at.x + c * x - s * y, at.y + s * x + c * y, at.z + z);
}

#endif
