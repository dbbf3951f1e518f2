#ifndef RUN_PROXY_H
#define RUN_PROXY_H

/*
 * The small picture that prepare() looks at: box averages of the source in
 * linear light. A sample that is not a number or infinite counts as 0.
 */

#include "run/render.h"
#include "run/source.h"

/* From the source, or r->image without; factor chain_depth_factor(). */
int proxy_make(const struct render *r, struct source *s, struct image **out,
               struct err *e);

/* Brings that to chain_proxy_factor(); its depth is not set yet. */
int proxy_shrink(const struct render *r, struct image **proxy, struct err *e);

#endif
