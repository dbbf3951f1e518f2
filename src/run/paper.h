#ifndef RUN_PAPER_H
#define RUN_PAPER_H

/*
 * The written report of a run (--report): one JSON document for programs, or
 * one HTML page for people with nothing outside of it. docs/report.md names
 * the keys. It appears whole, at the end of the run however it ended.
 */

#include "run/report.h"
#include "run/thumbs.h"

/* Whether the file may be written: its extension is known, and it is none that
   the run reads or writes. Its folder is made. */
int paper_check(const struct process_options *o, const struct item_list *list,
                struct err *e);

struct paper {
    const struct process_options *o;
    const struct look *look;
    struct hash128 look_hash;
    const struct item_list *list;
    struct record *record;
    const struct report_sums *sums;
    const char *error; /* what ended the run before its time, or NULL */
    /* For thumbnails; see struct thumbs_job. */
    struct pool *pool;
    bool (*stopped)(void);
};

int paper_write(const struct paper *p, struct err *e);

#endif
