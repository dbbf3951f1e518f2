/*
 * The script of an array job. Lines of #SBATCH are read by sbatch, which knows
 * a backslash but no line break; the rest is read by bash.
 */

#include <string.h>

#include "base/err.h"
#include "base/shell.h"
#include "run/slurm.h"

#define SOONER 30    /* s, as Slurm's clock is coarse */
#define LATEST 65535 /* s, that sbatch takes          */

static int check_line(const char *what, const char *text, struct err *e)
{
    for (const char *c = text; *c; c++)
        if ((unsigned char)*c < 32 || *c == 127)
            return err_set(e, ERR_ARG,
                           "'%s' cannot be '%s': a line for sbatch has no "
                           "control characters",
                           what, text);
    return *text ? 0 : err_set(e, ERR_ARG, "'%s' cannot be empty", what);
}

/*
 * One line, #SBATCH --key="text". The name of a log has % for numbers, so one
 * in its folder is doubled.
 */
static int put_text(struct buf *b, const char *key, const char *text,
                    bool pattern, struct err *e)
{
    int rc;

    TRY(check_line(key, text, e));
    if (pattern && strchr(text, '\\'))
        TRY(err_set(e, ERR_ARG,
                    "Slurm cannot write a log to '%s': it reads a backslash "
                    "as a mark of its own",
                    text));
    TRY(buf_printf(b, e, "#SBATCH --%s=\"", key));
    for (; *text; text++)
        TRY(buf_printf(b, e, "%s%c",
                       strchr("\"\\", *text)     ? "\\"
                       : pattern && *text == '%' ? "%"
                                                 : "",
                       *text));
    TRY(buf_printf(b, e, "%s\"\n", pattern ? "/slurm-%A_%a.log" : ""));
out:
    return rc;
}

static int put_option(struct buf *b, const char *text, struct err *e)
{
    int rc;

    TRY(check_line("sbatch-option", text, e));
    if (text[0] != '-' || !text[1])
        TRY(err_set(e, ERR_ARG,
                    "'sbatch-option' cannot be '%s': it is an option as "
                    "sbatch takes it, such as --account=studio",
                    text));
    TRY(buf_printf(b, e, "#SBATCH %s\n", text));
out:
    return rc;
}

static int put_head(const struct slurm_job *job, struct buf *b, struct err *e)
{
    const int sooner = job->grace < LATEST - SOONER ? job->grace + SOONER
                                                    : LATEST;
    int rc;

    TRY(buf_printf(b, e, "#!/bin/bash\n"));
    TRY(put_text(b, "job-name", job->name, false, e));
    TRY(buf_printf(b, e, "#SBATCH --array=0-%d\n", job->tasks - 1));
    if (job->partition)
        TRY(put_text(b, "partition", job->partition, false, e));
    if (job->time)
        TRY(put_text(b, "time", job->time, false, e));
    if (job->cpus)
        TRY(buf_printf(b, e, "#SBATCH --cpus-per-task=%d\n", job->cpus));
    if (job->memory)
        TRY(buf_printf(b, e, "#SBATCH --mem=%juM\n",
                       (uintmax_t)((job->memory + (1 << 20) - 1) >> 20)));
    TRY(put_text(b, "output", job->logs, true, e));
    TRY(buf_printf(b, e,
                   "#SBATCH --open-mode=append\n"
                   "#SBATCH --requeue\n"
                   "#SBATCH --signal=B:TERM@%d\n",
                   sooner));
    for (int i = 0; i < job->option->count; i++)
        TRY(put_option(b, job->option->item[i], e));
out:
    return rc;
}

/* Ours stand first: the user's may end with "--" and names behind it. */
static int put_call(const struct slurm_job *job, struct buf *b, struct err *e)
{
    int rc;

    TRY(buf_printf(b, e, "\ncd "));
    TRY(shell_quote(b, job->cwd, e));
    TRY(buf_printf(b, e, " || exit\nexec "));
    TRY(shell_quote(b, job->program, e));
    TRY(buf_printf(b, e, " process --shard auto"));
    if (job->tell_threads && job->cpus)
        TRY(buf_printf(b, e, " --threads \"$SLURM_CPUS_PER_TASK\""));
    if (job->tell_memory && job->memory)
        TRY(buf_printf(b, e, " --memory %juM",
                       (uintmax_t)(job->memory / 2 >> 20)));
    for (int i = 0; i < job->words->count; i++) {
        TRY(buf_add(b, " ", 1, e));
        TRY(shell_quote(b, job->words->item[i], e));
    }
    TRY(buf_add(b, "\n", 1, e));
out:
    return rc;
}

int slurm_script(const struct slurm_job *job, struct buf *script, struct err *e)
{
    int rc;

    TRY(put_head(job, script, e));
    TRY(put_call(job, script, e));
out:
    return rc;
}
