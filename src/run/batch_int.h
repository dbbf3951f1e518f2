#ifndef RUN_BATCH_INT_H
#define RUN_BATCH_INT_H

/* What the parts of a batch share; see batch.h. */

#include "run/batch.h"
#include "run/crew.h"
#include "run/file.h"
#include "run/worker.h"
#include "store/journal.h"

/* Workers that a file may cost before it is left alone for good. */
#define POISON 2

enum task_state {
    TASK_NEW,
    TASK_AGAIN,     /* its worker died; the claim is still held   */
    TASK_ELSEWHERE, /* another run is at it                       */
    TASK_RUNNING,
    TASK_OVER,
};

struct task {
    struct hash128 recipe; /* as it was when it was claimed */
    int64_t fence;
    uint8_t state; /* enum task_state */
    uint8_t attempts, kills;
    bool replace;
    bool named;    /* the journal has its intent: the name may be there */
    int16_t shown; /* thousandths of it that were reported              */
};

/* What a member has asked for and got. */
struct room {
    uint64_t bytes; /* that its picture needs; 0: not asked     */
    uint64_t turn;  /* waits since then; 0: is in, or not asked */
    int told;       /* thousandths of its picture that it has said */
};

struct batch {
    const struct process_options *o;
    const struct batch_job *job;
    struct crew *crew;
    struct journal *journal;
    char *root; /* folder of the journal */
    struct task *task;
    int count, cursor, left, running, again, elsewhere;
    int rivals;   /* of elsewhere: made by another recipe */
    int enqueued; /* items that have been looked at for rows */
    bool ready;   /* the next file has been claimed: */
    int next;
    struct wire_job next_job;
    int threads;
    uint64_t budget, used, turns, peak;
    struct room *room; /* per member */
    int false_starts;  /* workers that died before they said hello, in a row */
    bool stopping, waiting_told;
    bool hurry; /* there was more to look at than time */
    int64_t drop_ns, tick_ns, watch_ns;
    struct hot *hot; /* of --watch, or NULL */
    struct err err;  /* that ends the run; code 0: none */
};

/* batch_queue.c */

/* Path of an output in the journal: below its folder, or as it is. */
const char *batch_key(const struct batch *b, int i);

/* Makes rows for more of the files that are to be made. */
int batch_enqueue(struct batch *b, struct err *e);

/*
 * The next file to make, claimed: 1, *index and *job are set; 0: none now.
 * What needs no work is reported on the way.
 */
int batch_next(struct batch *b, int *index, struct wire_job *job,
               struct err *e);

/* Tells the report what the journal knows about a file that was done before. */
void batch_recall(struct batch *b, int i);

/* Those that other runs were at are looked at again. */
void batch_look_again(struct batch *b);

/* batch_end.c: what a worker said, and how a file ends. */
void batch_over(struct batch *b, int i, struct file_result *r);
void batch_close(struct batch *b, int i, const struct file_result *r);
bool batch_said(void *arg, int member, const struct wire_message *m);
void batch_died(void *arg, int member, const char *reason);
void batch_admit(struct batch *b);

/* Those that have not begun do not; those that run may finish. */
void batch_stop(struct batch *b);

/* The run cannot go on: nothing new starts. */
void batch_fail(struct batch *b, const struct err *e);

#endif
