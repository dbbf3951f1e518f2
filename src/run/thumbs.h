#ifndef RUN_THUMBS_H
#define RUN_THUMBS_H

/*
 * Small pictures of some of a run's inputs and outputs, for its report: of
 * files that failed, of the slowest, and of others evenly spread. They are made
 * by worker processes, since a file that kills its decoder is just what a
 * report may be about; here only where the run itself made its picture here.
 * One that cannot be made is left out.
 */

#include "base/hash.h"
#include "base/pool.h"
#include "run/list.h"
#include "run/preview.h"
#include "run/record.h"

#define THUMBS_FILES  200 /* that get some, at most */
#define THUMBS_FAILED 50  /* of them failed ones    */
#define THUMBS_SLOW   20

struct thumbs_job {
    const struct process_options *o;
    struct hash128 look_hash; /* that worker processes check */
    const struct item_list *list;
    const struct record *record;
    struct pool *pool; /* makes them here; NULL: worker processes do */
    uint64_t memory;   /* bytes that all together may take           */
    int64_t most_ns;   /* after which no new one is begun            */
    bool (*stopped)(void);
};

struct thumbs;

int thumbs_make(const struct thumbs_job *job, struct thumbs **out,
                struct err *e);

/* Removes the files. */
void thumbs_free(struct thumbs *t);

/* Files that have been chosen, ascending; and whether time ran out. */
int thumbs_count(const struct thumbs *t);
int thumbs_item(const struct thumbs *t, int n);
bool thumbs_cut(const struct thumbs *t);

/* The JPEG into an empty buffer; false: there is none. */
bool thumbs_load(const struct thumbs *t, int n, enum preview_of kind,
                 struct buf *jpeg);

#endif
