#ifndef RUN_REPORT_H
#define RUN_REPORT_H

/*
 * What a run says: a line of JSON per file for programs, sentences and a
 * progress bar with images per hour and the time left for people. The bar is
 * drawn only on a terminal. May be called from any thread.
 */

#include <stdio.h>

#include "run/file.h"
#include "run/list.h"

struct report;

/* Data goes to `out`, talk to stderr. */
int report_new(const struct process_options *o, FILE *out, int files,
               struct report **r, struct err *e);
void report_free(struct report *r);

/* `share`: parts of a thousand of one file that were done since the last. */
void report_progress(struct report *r, int share);

void report_file(struct report *r, const struct item *it,
                 const struct file_result *f);

/* The summary; returns the exit code of the run: 0, 1, 3 or 4. */
int report_end(struct report *r, int threads);

#endif
