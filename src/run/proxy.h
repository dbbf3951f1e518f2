#ifndef RUN_PROXY_H
#define RUN_PROXY_H

/*
 * The small picture that prepare() looks at: box averages of the source in
 * linear light, factor chain_proxy_factor(). A sample that is not a number
 * or infinite counts as 0.
 */

#include "run/render.h"
#include "run/source.h"

int proxy_make(const struct render *r, struct source *s, struct image **out,
               struct err *e);

/* The same from a picture in memory: r->image. */
int proxy_of_image(const struct render *r, struct image **out, struct err *e);

#endif
