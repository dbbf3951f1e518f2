#ifndef RUN_WORKER_H
#define RUN_WORKER_H

/*
 * The other side of run/crew.h: a process that makes the pictures it is told
 * to, one after the other, and says what became of them. When whoever started
 * it is gone it drops what it is at and ends.
 */

#include "run/options.h"
#include "run/wire.h"
#include "store/journal.h"

#define WORKER_FD 3 /* its socket */

/* Signals that it never sees; blocked when it is started. */
#define WORKER_DEAF 5
extern const int worker_deaf[WORKER_DEAF];

struct wire_hello {
    char version[16];
    struct hash128 look;
};

struct wire_job {
    int threads;
    bool replace; /* what is at the output's name is ours */
    /* It is when it has the hash of `out`; and when the input has that of `in`
       too, it is left as it is. */
    bool known;
    /* It was made by us, and its size or time is another now. */
    bool altered;
    struct journal_id in, out;
    int64_t trace_zero;
    uint8_t preview; /* enum preview_of: only a small picture of `in` */
};

struct file_result;

/* A result as a message, and back: false when it is none. The ledger is the
   caller's. */
int worker_tell(int fd, enum wire_kind kind, const struct file_result *r,
                struct err *e);
bool worker_told(const struct wire_message *m, struct file_result *r);

/* Until the socket `fd` says no more; an exit code, or a negative error. */
int worker_run(const struct process_options *o, int fd, struct err *e);

#endif
