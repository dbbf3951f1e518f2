#ifndef RUN_VIEW_H
#define RUN_VIEW_H

/* A picture as a display shows it, for networks that learned from such. */

#include <stdbool.h>

#include "base/hash.h"
#include "base/pool.h"
#include "image/image.h"

/*
 * `linear`, in the working space, as sRGB of 0 … 1. Scene light is exposed so
 * that its mean is middle grey, and highlights are compressed (E. Reinhard et
 * al., Photographic Tone Reproduction for Digital Images, 2002).
 */
int view_for_model(const struct image *linear, bool scene, struct pool *pool,
                   struct image **out, struct err *e);

/* Of shape and pixels, with what else the result depends on. */
struct hash128 view_hash(const struct image *view, struct hash128 with,
                         int size);

#endif
