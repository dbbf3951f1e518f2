#ifndef RUN_SINK_H
#define RUN_SINK_H

/*
 * Finished strips on their way into a file. They arrive from any thread in any
 * order, are compressed where they arrive, and are written in order by
 * whichever thread brings the one that is due. Strips come ascending, so those
 * that are too early wait for it once they are many: memory does not grow when
 * the disk is slower than the work.
 */

#include "base/trace.h"
#include "codec/codec.h"

/* Bytes that may wait for a strip before them, or for the disk. */
#define SINK_BYTES ((size_t)32 << 20)

struct sink;

/* The writer is lent; its chunks are numbered 0 … count-1. */
int sink_new(struct writer *w, int count, struct stage_times *times,
             const char *label, struct sink **out, struct err *e);
void sink_free(struct sink *s);

/* Takes the block `raw` (from mem_alloc), also on failure. */
int sink_add_take(struct sink *s, int slot, int index, uint8_t *raw,
                  size_t bytes, int rows, struct err *e);

/*
 * A strip will not come: those that wait for it return with this error, too.
 */
void sink_fail(struct sink *s, const struct err *e);

#endif
