/* portal submit: a run of portal process as a job of a farm. */

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/log.h"
#include "cli/args.h"
#include "cli/json.h"
#include "cli/process.h"
#include "run/names.h"
#include "run/process.h"
#include "run/slurm.h"
#include "store/journal.h"

#define PER_TASK 50 /* pictures, when nobody says */
#define TASKS    64
#define SCRIPTS  100000 /* in one folder */

struct options {
    struct text_list words, sbatch_option;
    const char *partition, *time, *memory_per_task, *name, *script;
    int engine, array, cpus;
    bool dry_run, json;
};

#define AT(field) offsetof(struct options, field)

static const char *const engines[] = {"slurm", NULL};

static const struct param params[] = {
    P_CHOICE(options, engine, .names = engines, .doc = "What runs the tasks"),
    P_INT(options, array, .lo = 0, .hi = 100000,
          .doc = "Tasks, each with a part of the pictures, where 0 means one "
                 "for 50 pictures and at most 64"),
    P_INT(options, cpus, .lo = 0, .hi = 256,
          .doc = "Processors for a task, where 0 asks for none in particular"),
    P_BOOL(options, dry_run,
           .doc = "Prints the script, writes nothing and submits nothing"),
    P_BOOL(options, json, .doc = "Prints JSON"),
    P_END,
};

static const struct flag flags[] = {
    {"partition", "NAME", "Part of the farm, normally its default",
     AT(partition), false, WORD_NONE},
    {"time", "TIME", "Most that a task may take, as in 30 or 2:00:00", AT(time),
     false, WORD_NONE},
    {"memory_per_task", "SIZE",
     "Memory for a task such as 8G, half of which is for pictures in flight",
     AT(memory_per_task), false, WORD_NONE},
    {"name", "NAME", "Name of the job, normally portal", AT(name), false,
     WORD_NONE},
    {"sbatch_option", "TEXT",
     "One more option of sbatch such as --account=studio", AT(sbatch_option),
     true, WORD_NONE},
    {"script", "FILE",
     "Where the script goes, normally .portal/submit-1.sh in the output folder",
     AT(script), false, WORD_FILE},
    {NULL, NULL, NULL, 0, false, WORD_NONE},
};

/* One submission on its way. */
struct submission {
    const struct options *o;
    struct args args; /* of portal process */
    struct process_options job;
    int files;
    char program[PATH_MAX], cwd[PATH_MAX];
    char *logs; /* absolute, in the output folder */
    char *script;
    struct buf text;
    char id[SLURM_ID_MAX];
};

/* What makes no sense on a farm, or for several tasks at once. */
static int refuse(const struct process_options *job, int tasks, struct err *e)
{
    if (!job->output || output_is_file(job))
        return err_set(e, ERR_ARG,
                       "needs -o and a folder: its journal is what the tasks "
                       "share, and their logs go there");
    if (job->shard || job->dry_run)
        return err_set(e, ERR_ARG, "process takes no --%s here: %s",
                       job->shard ? "shard" : "dry-run",
                       job->shard ? "each task gets its own"
                                  : "--dry-run of submit stands before '--'");
    if (tasks > 1 && (job->report || job->trace))
        return err_set(e, ERR_ARG,
                       "process takes no --%s here: %d tasks would write the "
                       "same file",
                       job->report ? "report" : "trace", tasks);
    return 0;
}

static int tasks_for(const struct options *o, int files)
{
    const int n = (files + PER_TASK - 1) / PER_TASK;

    return o->array ? o->array : n < TASKS ? n : TASKS;
}

/* The words as portal process reads them, and whether it could begin. */
static int read_words(struct submission *s, struct err *e)
{
    const struct text_list *words = &s->o->words;
    char **argv;
    int rc;

    memcpy(&argv, &words->item, sizeof(argv));
    TRY(args_parse(&command_process, words->count, argv, &s->args, e));
    if (words->count == 0 || s->args.help)
        TRY(err_set(e, ERR_ARG,
                    "needs the words of portal process behind '--', as in "
                    "portal submit -- shoot -o out --look signature"));
    TRY(process_read(s->args.values, &s->job, e));
    TRY(process_check(&s->job, &s->files, e));
    TRY(refuse(&s->job, tasks_for(s->o, s->files), e));
out:
    return rc;
}

static int find_places(struct submission *s, struct err *e)
{
    const ssize_t n = readlink("/proc/self/exe", s->program, PATH_MAX - 1);
    char *folder = NULL, *whole;
    int rc = 0;

    if (n <= 0 || !getcwd(s->cwd, sizeof(s->cwd)))
        return err_errno(e, "cannot find", n <= 0 ? "this program" : ".");
    s->program[n] = '\0';
    whole = s->job.output[0] == '/' ? mem_text(s->job.output)
                                    : path_join(s->cwd, s->job.output);
    for (size_t end = whole ? strlen(whole) : 0;
         end > 1 && whole[end - 1] == '/';)
        whole[--end] = '\0';
    folder = whole ? path_join(whole, JOURNAL_FOLDER) : NULL;
    mem_free(whole);
    if (!folder)
        rc = err_mem(e, PATH_MAX);
    s->logs = folder;
    return rc;
}

static int make_text(struct submission *s, struct err *e)
{
    const struct options *o = s->o;
    struct slurm_job job = {
        .name = o->name ? o->name : "portal",
        .partition = o->partition,
        .time = o->time,
        .option = &o->sbatch_option,
        .cpus = o->cpus,
        .tasks = tasks_for(o, s->files),
        .grace = s->job.grace,
        .program = s->program,
        .cwd = s->cwd,
        .logs = s->logs,
        .words = &o->words,
        .tell_threads = s->job.threads == 0,
        .tell_memory = s->job.memory == 0,
    };

    if (o->memory_per_task && (!text_to_size(o->memory_per_task, &job.memory) ||
                               job.memory < 2 << 20))
        return err_set(e, ERR_ARG,
                       "'memory-per-task' cannot be '%s': allowed is 2M or "
                       "more, such as 8G",
                       o->memory_per_task);
    return slurm_script(&job, &s->text, e);
}

/* A name that nobody has yet, in the output folder. */
static char *free_name(const struct submission *s)
{
    char name[32], *path;

    for (int i = 1; i < SCRIPTS; i++) {
        snprintf(name, sizeof(name), "submit-%d.sh", i);
        path = path_join(s->logs, name);
        if (!path || access(path, F_OK) < 0)
            return path;
        mem_free(path);
    }
    return NULL;
}

static int write_script(struct submission *s, struct err *e)
{
    struct outfile f = {0};
    int rc, tries = 100; /* others choose names too */

    TRY(dir_make(s->logs, e));
    do {
        mem_free(s->script);
        s->script = s->o->script ? mem_text(s->o->script) : free_name(s);
        if (!s->script)
            TRY(err_mem(e, PATH_MAX));
        TRY(outfile_open(&f, s->script, e));
        TRY(outfile_add(&f, s->text.data, s->text.len, e));
        rc = outfile_commit(&f, false, e);
    } while (rc < 0 && !s->o->script && access(s->script, F_OK) == 0 &&
             --tries);
out:
    outfile_abandon(&f);
    return rc;
}

/* Queues the pictures, so that all can see them wait. */
static void announce(const struct submission *s)
{
    struct err e = {0};
    char what[80];

    snprintf(what, sizeof(what), "portal submit, slurm %s", s->id);
    if (process_announce(&s->job, what, &e) < 0)
        log_warn("the job is submitted, though %s", e.text);
}

static int submit(struct submission *s, struct err *e)
{
    int rc;

    TRY(write_script(s, e));
    rc = slurm_submit(s->script, s->id, e);
    if (rc < 0)
        unlink(s->script);
    else
        announce(s);
out:
    return rc;
}

static int tell(const struct submission *s, FILE *out, struct err *e)
{
    const char *text = (const char *)s->text.data;
    json_t *object;

    if (!s->o->json) {
        if (s->id[0])
            fprintf(out, "job %s\n", s->id);
        else
            fputs(text, out);
        return 0;
    }
    object = json_object();
    json_add(object, "job", s->id[0] ? json_text(s->id) : json_null());
    json_add(object, "script", s->script ? json_text(s->script) : json_null());
    json_add(object, "tasks", json_integer(tasks_for(s->o, s->files)));
    json_add(object, "files", json_integer(s->files));
    if (!s->id[0])
        json_add(object, "text", json_string(text));
    return json_put(out, object, false, e);
}

static int run(const void *options, FILE *out, struct err *e)
{
    struct submission s = {.o = options, .text.max = 16 << 20};
    int rc;

    TRY(read_words(&s, e));
    TRY(find_places(&s, e));
    TRY(make_text(&s, e));
    if (!s.o->dry_run)
        TRY(submit(&s, e));
    TRY(tell(&s, out, e));
out:
    args_release(&s.args);
    buf_release(&s.text);
    mem_free(s.script);
    mem_free(s.logs);
    return rc;
}

const struct command command_submit = {
    .name = "submit",
    .words = "-- INPUT... -o FOLDER",
    .doc = "Has a farm run looks over pictures",
    .help =
        "What stands behind '--' are the words of portal process. They are "
        "checked here and now: a wrong option, a look or a picture that is "
        "not there is refused before anything is queued.\n\n"
        "A script for sbatch is written into the output folder and submitted: "
        "an array whose tasks each make a part of the pictures. They share "
        "the journal in that folder, so a task may be requeued, run twice or "
        "be submitted again, and nothing is made twice. 'portal jobs FOLDER' "
        "follows it. Paths must be the same on all machines. A task uses the "
        "processors and half of the memory that --cpus and --memory-per-task "
        "ask for, unless process is told --threads and --memory.\n\n"
        "  portal submit --array 16 --cpus 8 -- shoot -o finished --look "
        "twilight\n"
        "  portal jobs finished --follow",
    .params = params,
    .flags = flags,
    .size = sizeof(struct options),
    .words_at = AT(words),
    .word = WORD_FILE,
    .run = run,
};
