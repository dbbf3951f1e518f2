#ifndef RUN_FILE_H
#define RUN_FILE_H

/*
 * One file from beginning to end: open, decide, render, replace. Everything
 * that a batch, a watch folder or a worker process does to a picture goes
 * through file_process(); it depends on nothing but its arguments.
 */

#include "base/hash.h"
#include "base/pool.h"
#include "base/trace.h"
#include "image/meta.h"
#include "run/options.h"
#include "store/journal.h"

struct file_result;

/* Where a picture asks before it goes on; a negative answer ends it. */
struct file_hooks {
    /* It will take so many bytes of memory. */
    int (*admit)(void *arg, uint64_t bytes, struct err *e);
    /* It is made, in_id and out_id are known, and it is to get its name. May
       be NULL: then neither is found out. */
    int (*name)(void *arg, const struct file_result *made, struct err *e);
    void *arg;
};

struct file_job {
    const char *in, *out;
    const struct process_options *options;
    const struct look *look;
    const struct hash128 *look_hash; /* of look_hash(), or NULL: not made yet */
    struct pool *pool;
    bool replace; /* an output that is there may go, whatever --conflict says */
    const struct file_hooks *hooks;  /* or NULL */
    const struct depth_maker *maker; /* depth by a network, or NULL */
    void (*progress)(void *arg, int done, int total);
    void *progress_arg;
};

enum file_status {
    FILE_DONE,
    FILE_SKIPPED, /* the output is there, or is what this job would make */
    FILE_FAILED,
    FILE_STOPPED,
    FILE_PLANNED, /* dry run */
    FILE_KEPT,    /* done before, by the journal */
};

struct file_result {
    enum file_status status;
    struct err err;
    char depth[240]; /* where depth came from; "": none was needed */
    char note[200];  /* warning: a damaged profile, an assumed colour */
    char codec_in[32], codec_out[32];
    int w, h, out_w, out_h;
    char samples_in[8], samples_out[8];
    char color_in[80], color_out[80];
    int64_t frames;   /* of a film that have been made              */
    int64_t expected; /* that there will be, at least 1 for a film  */
    int steps;        /* that do something */
    bool two_passes;
    uint64_t bytes_in, bytes_out;
    uint64_t memory; /* predicted bytes */
    uint64_t peak;   /* bytes that were resident at most; 0: not known */
    struct journal_id in_id, out_id; /* with hooks only */
    bool replaces;      /* what is at the name may go; with hooks only */
    double predicted_s; /* dry run: seconds on these threads */
    int64_t wall_ns;
    struct stage_times times;
    struct ledger ledger;
};

/* Never fails as a call: the result says what happened. */
void file_process(const struct file_job *job, struct file_result *result);
void file_result_release(struct file_result *r);

/* How the input is read, and where its depth comes from. */
struct read_options file_reading(const struct file_job *job, int slots);
struct depth_want file_depth(const struct file_job *job);

/* Steps of its look, lent, without those on depth where that is not wanted,
   which is told. The caller frees kept->step. */
int file_steps(const struct file_job *job, struct look *kept,
               struct file_result *r, struct ledger *ledger, struct err *e);

#endif
