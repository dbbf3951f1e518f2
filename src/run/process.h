#ifndef RUN_PROCESS_H
#define RUN_PROCESS_H

/*
 * A whole run: list the inputs, process each on one pool, report. One file
 * that fails never stops the others.
 */

#include <stdio.h>

#include "run/options.h"

/*
 * The exit code: 0 all is done, 1 everything failed, 3 some files failed,
 * 4 stopped by a signal. Negative when the run as a whole could not be
 * (ERR_ARG: asked for something that cannot be). What a program reads goes to
 * `out`.
 */
int process_run(const struct process_options *o, FILE *out, struct err *e);

/*
 * Whether such a run could begin, as process_run() would find out before its
 * first file, and how many files it is about. Nothing is written.
 */
int process_check(const struct process_options *o, int *files, struct err *e);

/*
 * Queues the files of a run that is to come, elsewhere, in the journal of its
 * output folder; `what` tells people who does it.
 */
int process_announce(const struct process_options *o, const char *what,
                     struct err *e);

#endif
