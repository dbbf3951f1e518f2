/* Calls of Slurm's programs, and the names it gives. */

#include "run/slurm.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/program.h"

#define MARK   ", slurm " /* in what a run says it does, before its task */
#define ASK_MS 5000

/* What a program of Slurm says, as one line, without its own name. */
static void one_line(const char *said, char text[static 320])
{
    static const char *const before[] = {"sbatch: ", "error: ", "fatal: "};
    size_t at = 0;

    text[0] = '\0';
    while (*said && at < 300) {
        size_t n;

        for (size_t i = 0; i < sizeof(before) / sizeof(*before); i++)
            if (strncmp(said, before[i], strlen(before[i])) == 0)
                said += strlen(before[i]);
        n = strcspn(said, "\n");
        if (n)
            at +=
                (size_t)snprintf(text + at, 320 - at, "%s%.*s", at ? "; " : "",
                                 n < 300 - at ? (int)n : (int)(300 - at), said);
        said += n + (said[n] == '\n');
    }
}

/* "123", or "123;cluster". */
static int read_id(const char *said, char id[static SLURM_ID_MAX],
                   struct err *e)
{
    const size_t n = strspn(said, "0123456789");

    if (n == 0 || n >= SLURM_ID_MAX)
        return err_set(e, ERR_IO, "sbatch gives no number of a job but '%.80s'",
                       said);
    snprintf(id, SLURM_ID_MAX, "%.*s", (int)n, said);
    return 0;
}

int slurm_submit(const char *script, char id[static SLURM_ID_MAX],
                 struct err *e)
{
    const char *argv[] = {"sbatch", "--parsable", script, NULL};
    struct program_result r;
    char why[320];
    int rc;

    TRY(program_run(argv, 0, &r, e));
    if (r.exit == PROGRAM_MISSING)
        rc = err_set(e, ERR_ARG,
                     "there is no 'sbatch' here: on Debian it comes with the "
                     "package slurm-client, and --dry-run prints the script "
                     "for another machine");
    else if (r.exit) {
        one_line(r.err.data ? (char *)r.err.data : "", why);
        rc = err_set(e, ERR_IO, "sbatch refuses the job: %s",
                     why[0] ? why : "it does not say why");
    } else {
        rc = read_id(r.out.data ? (char *)r.out.data : "", id, e);
    }
out:
    program_release(&r);
    return rc;
}

static const char *number(const char *key)
{
    const char *text = getenv(key);

    return text && *text && strlen(text) < 20 &&
                   !text[strspn(text, "0123456789")]
               ? text
               : NULL;
}

void slurm_here(char id[static SLURM_ID_MAX])
{
    const char *job = number("SLURM_ARRAY_JOB_ID");
    const char *task = number("SLURM_ARRAY_TASK_ID");

    if (!job || !task)
        job = number("SLURM_JOB_ID");
    snprintf(id, SLURM_ID_MAX, "%s%s%s", job ? job : "", job && task ? "_" : "",
             job && task ? task : "");
}

void slurm_of(const char *what, char id[static SLURM_ID_MAX])
{
    const char *at = strstr(what, MARK);
    size_t n = 0;

    if (at) {
        at += strlen(MARK);
        n = strspn(at, "0123456789_");
    }
    snprintf(id, SLURM_ID_MAX, "%.*s", n < SLURM_ID_MAX ? (int)n : 0,
             at ? at : "");
}

bool slurm_ask(const char *jobs, int *waiting, int *begun)
{
    const char *argv[] = {"squeue", "--noheader", "--array", "--format=%T",
                          "--jobs", jobs,         NULL};
    struct program_result r;
    struct err ignored = {0};
    bool answered;

    *waiting = *begun = 0;
    answered = program_run(argv, ASK_MS, &r, &ignored) == 0 && r.exit == 0;
    for (const char *at = answered && r.out.data ? (char *)r.out.data : ""; *at;
         at += strcspn(at, "\n"), at += *at == '\n')
        if (strncmp(at, "PENDING", 7) == 0)
            ++*waiting;
        else
            ++*begun;
    program_release(&r);
    return answered;
}
