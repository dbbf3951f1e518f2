#ifndef RUN_SOURCE_H
#define RUN_SOURCE_H

/*
 * Raw rows of a picture on demand, from any thread. The reader gives chunks;
 * a source decodes each when it is first asked for, lets several threads share
 * it, and lets go of it when the last strip of the pass that needs it is done.
 *
 * A picture may be passed over twice (proxy, then the work itself). What fits
 * in `retain` bytes is kept from the first pass; the rest is decoded again, so
 * memory does not grow with the height of the picture.
 */

#include <stdbool.h>
#include <stddef.h>

#include "base/trace.h"
#include "codec/codec.h"

struct source;

/* The reader is lent. */
int source_new(struct reader *r, size_t retain, struct stage_times *times,
               const char *label, struct source **out, struct err *e);
void source_free(struct source *s);

/*
 * Starts a pass. Before its strips run, every strip announces its rows; a
 * chunk lives until as many source_unpin() as announcements have covered it.
 * `last`: nothing is kept for a further pass.
 */
void source_pass(struct source *s, bool last);
void source_announce(struct source *s, int y0, int y1);

/* Makes rows y0 … y1-1 available. Blocks while another thread decodes them. */
int source_pin(struct source *s, int slot, int y0, int y1, struct err *e);
void source_unpin(struct source *s, int y0, int y1);

/* A row that is pinned. */
const void *source_row(const struct source *s, int y);

#endif
