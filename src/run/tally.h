#ifndef RUN_TALLY_H
#define RUN_TALLY_H

/* How far the work in an output folder is, by its journal, whoever does it. */

#include "run/slurm.h"
#include "store/journal.h"

struct tally_run {
    int64_t run;
    long pid;
    int64_t began_ms, ended_ms; /* Unix time; ended 0: goes on or has died */
    bool alive;
    int held, done, failed;
    char host[64];
    char what[64];
    char slurm[SLURM_ID_MAX]; /* its task, "" when it is in none */
};

struct tally_failure {
    char *output, *reason;
    int attempts;
};

struct tally {
    int queued, leased, done, failed;
    int alive;       /* runs                                   */
    double per_hour; /* pictures, by those of the last minutes */
    struct tally_run *run;
    int runs;
    struct tally_failure *failure;
    int failures;
    int64_t now_ms;  /* Unix time of the look                            */
    double since_ms; /* the first of those that ended lately began then  */
    int lately;
};

/* Fills *t afresh; tally_release() is due after a failure too. */
int tally_take(struct journal *j, struct tally *t, struct err *e);
void tally_release(struct tally *t);

#endif
