#ifndef RUN_WIRE_H
#define RUN_WIRE_H

/*
 * What the supervisor of a batch and its workers say to each other, over a
 * pair of stream sockets. Both ends are the same program on the same machine,
 * so structs travel as they are. A message is a kind, a length, and bytes.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/mem.h"

enum wire_kind {
    /* From the worker. */
    WIRE_HELLO,    /* struct wire_hello                                     */
    WIRE_NEED,     /* uint64_t: bytes that the picture will take; waits     */
    WIRE_MADE,     /* struct file_result, ids set: may it get its name?     */
    WIRE_PROGRESS, /* int32_t: thousandths of the picture since the last    */
    WIRE_TICK,     /* uint64_t: tasks done so far; about twice a second     */
    WIRE_RESULT,   /* struct file_result, then its ledger lines             */

    /* From the supervisor. */
    WIRE_JOB, /* struct wire_job, then input and output, each with its NUL  */
    WIRE_GO,  /* to WIRE_NEED and WIRE_MADE: yes                            */
    WIRE_NO,  /* to the same: drop it                                       */
};

#define WIRE_MAX ((size_t)1 << 20)

struct wire_message {
    uint32_t kind, len;
    const uint8_t *bytes; /* valid until the next call */
};

/* Of `parts` pieces. ERR_IO when the other end is gone. Threads may call it on
   the same socket when they lock around it. */
struct wire_part {
    const void *bytes;
    size_t len;
};
int wire_send(int fd, enum wire_kind kind, const struct wire_part *part,
              int parts, struct err *e);

/*
 * Reads what has come into `in` (ceiling: twice WIRE_MAX) without waiting: 1,
 * or 0 when the other end is gone, or ERR_DATA when it cannot be a message.
 */
int wire_fill(int fd, struct buf *in, struct err *e);

/* Takes the first whole message off; false when there is none. *used starts as
   0 and wire_drop() gives the room back. */
bool wire_take(const struct buf *in, size_t *used, struct wire_message *m);
void wire_drop(struct buf *in, size_t used);

#endif
