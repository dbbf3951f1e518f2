#ifndef RUN_SLURM_H
#define RUN_SLURM_H

/*
 * Slurm as the farm: an array job whose tasks are each one `portal process`
 * with a part of the pictures. The journal in the output folder is all they
 * share, so a task that is requeued, or runs twice, makes nothing twice.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/mem.h"
#include "base/text.h"

struct slurm_job {
    const char *name;
    const char *partition, *time;   /* as sbatch takes them; NULL: not asked */
    const struct text_list *option; /* of sbatch, each a line as it is     */
    uint64_t memory; /* bytes for a task, 0: not asked                    */
    int cpus;        /* for a task, 0: not asked                          */
    int tasks;
    int grace; /* seconds that running pictures may take to finish  */
    const char *program, *cwd;      /* absolute */
    const char *logs;               /* folder, absolute */
    const struct text_list *words;  /* of portal process */
    bool tell_threads, tell_memory; /* words say nothing about these */
};

/* The text for sbatch. ERR_ARG: something cannot stand in a line of #SBATCH. */
int slurm_script(const struct slurm_job *job, struct buf *script,
                 struct err *e);

#define SLURM_ID_MAX 48

/* Hands a script to sbatch. ERR_ARG: there is none; ERR_IO: it refuses. */
int slurm_submit(const char *script, char id[static SLURM_ID_MAX],
                 struct err *e);

/* The task that this process is in, "123_4" or "123"; "" outside of Slurm. */
void slurm_here(char id[static SLURM_ID_MAX]);

/* The same of a run, from what the journal says it does. */
void slurm_of(const char *what, char id[static SLURM_ID_MAX]);

/*
 * Asks squeue how many tasks of these jobs, "123,124", wait and how many have
 * begun. False: there is no squeue, or it does not answer soon.
 */
bool slurm_ask(const char *jobs, int *waiting, int *begun);

#endif
