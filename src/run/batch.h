#ifndef RUN_BATCH_H
#define RUN_BATCH_H

/*
 * Many pictures, by worker processes. The supervisor decides what is to be
 * made (by the journal of the output folder, then by --conflict), claims it,
 * hands it to a worker, lets pictures in while the memory they need fits, and
 * writes down what became of each. A worker that dies costs its picture one
 * attempt and nobody else anything.
 *
 * An output is named only when the journal has noted what it will be, so that
 * whatever happens, a later run knows what is done.
 */

#include "run/list.h"
#include "run/report.h"

struct batch_job {
    const struct process_options *o;
    const struct look *look;
    struct hash128 look_hash;
    struct item_list *list; /* with --watch: empty, and filled on the way */
    struct report *report;
};

/*
 * 0 when all has been tried, ERR_STOP when a signal has ended it early, or what
 * made it impossible to go on. What became of files is told to the report;
 * *left have not been begun. With --watch it goes on until a signal ends it,
 * which is then no error.
 */
int batch_run(const struct batch_job *job, int *left, struct err *e);

/* Whether batches have been there: the folder of the outputs has a journal. */
bool batch_is_known(const struct batch_job *job);

/*
 * What a batch would do, without doing it: whether file i needs no work, and
 * then *r tells why. `job` is lent until the end.
 */
struct batch;
int batch_plan_new(const struct batch_job *job, struct batch **out,
                   struct err *e);
bool batch_plan(const struct batch *b, int i, struct file_result *r);
void batch_plan_free(struct batch *b);

/*
 * Queues in the journal what others are to make: a run that begins and ends at
 * once, and says `what` it was. The report is not used.
 */
int batch_announce(const struct batch_job *job, const char *what,
                   struct err *e);

#endif
