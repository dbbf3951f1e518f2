#ifndef RUN_DEPTH_SEQUENCE_H
#define RUN_DEPTH_SEQUENCE_H

/*
 * Depth of the frames of a film, steady. A network looks at each frame alone:
 * its range jumps from one to the next, and everything trembles. Here each
 * relative map is brought onto those before it by the line that fits best where
 * the colours stay, which keeps the range of the shot's first frame; then
 * values follow slowly where nothing happens, and at once where colour or depth
 * changes. A cut, seen in the colours, starts anew.
 */

#include <stdbool.h>

#include "image/depth.h"
#include "image/image.h"

struct depth_sequence;

/* hold: share of the frame before that stays where nothing moves, 0 … 0.98. */
int depth_sequence_new(float hold, struct depth_sequence **out, struct err *e);
void depth_sequence_free(struct depth_sequence *s);

/*
 * The next frame: its colours in linear light, any size, and its map, which is
 * changed. *cut (may be NULL) tells whether a shot begins: then the map stays
 * as it is. One thread at a time.
 */
int depth_sequence_next(struct depth_sequence *s, const struct image *colors,
                        struct depth_map *map, bool *cut, struct err *e);

#endif
