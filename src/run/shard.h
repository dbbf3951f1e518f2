#ifndef RUN_SHARD_H
#define RUN_SHARD_H

/*
 * A part of the files for each of several machines: by a hash of the output's
 * name, so that it does not matter which other files there are.
 */

#include "run/list.h"

/*
 * Drops what is not of o->shard: "I/N" with I from 1 to N, or "auto", which
 * asks Slurm: SLURM_ARRAY_TASK_ID (counted from SLURM_ARRAY_TASK_MIN) and
 * SLURM_ARRAY_TASK_COUNT.
 */
int shard_keep(const struct process_options *o, struct item_list *list,
               struct err *e);

#endif
