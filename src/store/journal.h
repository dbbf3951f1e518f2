#ifndef STORE_JOURNAL_H
#define STORE_JOURNAL_H

/*
 * What a batch has done, in one SQLite database beside the outputs,
 * ROOT/.portal/journal.db: for each output its state, what it was made from,
 * and which run is at it. Any number of runs share a journal, from several
 * machines too: an output is claimed in a transaction before it is made, and
 * a claim whose run has died goes to the next one that asks.
 *
 * A run is alive while its beat goes on: others watch its counter by their own
 * clocks, so clocks need not agree. On the same machine a lock on a file tells
 * at once: ROOT/.portal/run-<number>.lock, which is gone when the run has
 * ended. Each row has a fence, a number that grows when it is claimed and when
 * a claim ends; who writes with an old one is told that the claim is lost and
 * must drop what it made.
 *
 * SQLite lives in the module portal-journal.so. A journal belongs to one
 * thread, and to the process that opened it: a child that was forked may not
 * touch it, and while it lives without exec() it keeps the lock of its parent.
 * Errors: ERR_IO with the path (disk full, read-only, damaged), ERR_ARG when
 * the module is missing, the journal is of a newer program, or a text is longer
 * than a megabyte. Nothing that a user has is ever removed or overwritten.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/hash.h"

#define JOURNAL_FOLDER ".portal"
#define JOURNAL_NAME   "journal.db"

enum journal_state {
    JOURNAL_QUEUED,     /* to be made                                       */
    JOURNAL_LEASED,     /* a run is at it                                   */
    JOURNAL_COMMITTING, /* made, and about to get its name                  */
    JOURNAL_DONE,
    JOURNAL_FAILED,
};

/* What a file was: when size and time are the same, the bytes are. */
struct journal_id {
    uint64_t size;
    int64_t mtime_ns;
    struct hash128 hash; /* of the content; 0, 0: not known */
};

/* One output. Texts are lent: by the caller on the way in, until the next call
   on the way out. */
struct journal_row {
    const char *output;    /* path below ROOT, or absolute when elsewhere */
    const char *input;     /* as it was named                             */
    struct journal_id in;  /* of the input that the output was made from  */
    struct journal_id out; /* of the output                               */
    struct journal_id
        old; /* size and time of what `out` replaces; 0, 0: none */
    struct hash128 recipe; /* look, options, program: all but the input   */
    enum journal_state state;
    int attempts; /* times that it was begun                             */
    int kills;    /* workers that died of it; 0 again after a success     */
    int64_t fence;
    int64_t run;        /* that holds it or did it last; 0: none          */
    int64_t ended_ms;   /* Unix time of the end; 0: not ended, or in: now */
    double seconds;     /* that it took                                   */
    const char *reason; /* of a failure; ""                               */
    const char *detail; /* one JSON object about the result, or ""        */
};

struct journal;

/*
 * Opens or makes the journal of a folder and begins a run in it. `what` tells
 * people what the run does (its command line). Network file systems, which
 * cannot share memory, get a rollback journal instead of WAL.
 */
int journal_open(const char *root, const char *what, struct journal **out,
                 struct err *e);

/* For looking only: no run, nothing is written. ERR_ARG when there is none. */
int journal_open_reader(const char *root, struct journal **out, struct err *e);

/*
 * Ends the run and gives back the claims it still holds; what is COMMITTING
 * stays so, for whoever claims it next to look at. NULL is fine.
 */
void journal_close(struct journal *j);

bool journal_exists(const char *root);
int64_t journal_run(const struct journal *j);

/*
 * Groups what follows into one transaction, for speed; they do not nest, and
 * other runs wait meanwhile. Closing without commit undoes it.
 */
int journal_begin(struct journal *j, struct err *e);
int journal_commit(struct journal *j, struct err *e);

/* The row of an output: 1, or 0 when there is none. */
int journal_find(struct journal *j, const char *output, struct journal_row *row,
                 struct err *e);

/* Makes a row in state QUEUED when there is none; an old one stays. */
int journal_enqueue(struct journal *j, const char *output, const char *input,
                    struct err *e);

/*
 * Takes an output. `seen` is the fence of the row that the caller decided by:
 * when it has grown since, somebody else was faster and the caller must decide
 * again by *now. The row as it was before the claim is in *now: when it was
 * COMMITTING, its run died between making and naming, and out.hash tells
 * whether the output that is there is the one that was made. A claim counts as
 * an attempt. ERR_ARG: there is no such row.
 */
enum journal_claim { CLAIM_TAKEN, CLAIM_BUSY, CLAIM_CHANGED };
int journal_claim(struct journal *j, const char *output, int64_t seen,
                  enum journal_claim *claim, int64_t *fence,
                  struct journal_row *now, struct err *e);

/*
 * The rest of a claim's life; row->output, row->fence name it. ERR_STOP: the
 * claim is lost. intent: state COMMITTING with input, in, out, old, recipe, so
 * that the file at the name is known as ours before and after. done and
 * fail: the end, with all that the row says (fail keeps `out` as it was; input
 * NULL keeps the input). release: the row as it was before the claim, QUEUED
 * after an intent, without counting as an attempt.
 */
int journal_intent(struct journal *j, const struct journal_row *row,
                   struct err *e);
int journal_done(struct journal *j, const struct journal_row *row,
                 struct err *e);
int journal_fail(struct journal *j, const struct journal_row *row,
                 struct err *e);
int journal_release(struct journal *j, const char *output, int64_t fence,
                    struct err *e);

/* A worker died of it: kills + 1, and with `again` attempts + 1. */
int journal_killed(struct journal *j, const char *output, int64_t fence,
                   bool again, struct err *e);

/*
 * To be called about every JOURNAL_BEAT_MS: this run's beat, and a look at the
 * others'. A run that has not been heard of for JOURNAL_SILENT_MS, or whose
 * lock is free on this machine, is dead: its claims may be taken.
 */
#define JOURNAL_BEAT_MS   2000
#define JOURNAL_SILENT_MS 20000
int journal_tick(struct journal *j, struct err *e);

/* 1: the run with this number goes on, as far as can be told; 0: it does not.
   A later run has a higher number. */
int journal_alive(struct journal *j, int64_t run, struct err *e);

/*
 * All rows by output, and all runs by number; each() may end it by < 0. It may
 * call the journal; rows are read some at a time, so nobody waits for it.
 */
int journal_rows(struct journal *j,
                 int (*each)(void *arg, const struct journal_row *row,
                             struct err *e),
                 void *arg, struct err *e);

struct journal_runner {
    int64_t run;
    const char *host, *what;
    long pid;
    int64_t began_ms, beat_ms, ended_ms; /* Unix time; ended 0: goes on, … */
    bool alive;       /* … or has died                                     */
    int held;         /* claims                                            */
    int done, failed; /* rows that it did last                             */
};
int journal_runs(struct journal *j,
                 int (*each)(void *arg, const struct journal_runner *r,
                             struct err *e),
                 void *arg, struct err *e);

#endif
