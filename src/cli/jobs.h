#ifndef CLI_JOBS_H
#define CLI_JOBS_H

/* What portal jobs shows of a folder, as text and as JSON. */

#include <stdio.h>

#include "run/tally.h"

struct jobs_view {
    const char *folder;
    struct tally tally;
    bool asked;         /* squeue has answered */
    int waiting, begun; /* tasks of Slurm      */
};

/* The first line alone: totals and speed. */
void jobs_line(FILE *out, const struct jobs_view *v);

/* Totals, runs, and failures: some, or `all`. */
void jobs_text(FILE *out, const struct jobs_view *v, bool all);

int jobs_json(FILE *out, const struct jobs_view *v, struct err *e);

#endif
