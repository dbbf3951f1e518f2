/* portal jobs: follows a run, wherever it goes on, through its journal. */

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "cli/command.h"
#include "cli/jobs.h"

#define EVERY_S 2
#define ASK     5  /* looks between questions to Slurm */
#define JOBS    16 /* of Slurm, that it is asked about */

struct options {
    struct text_list folders;
    bool failed, follow, json;
};

static const struct param params[] = {
    P_BOOL(options, failed, .doc = "Lists all failures, not the first five"),
    P_BOOL(options, follow,
           .doc = "Goes on until nobody is at it and nothing waits in Slurm"),
    P_BOOL(options, json, .doc = "Prints one line of JSON per folder and look"),
    P_END,
};

/* A folder that is looked at, again and again. */
struct watched {
    struct journal *journal;
    struct jobs_view view;
    char last[256]; /* line, for those who read a log */
};

/* Adds the number of a job unless it is there: "123,124". */
static void add_job(char list[static JOBS * SLURM_ID_MAX], const char *id)
{
    const size_t n = strcspn(id, "_");
    size_t end = strlen(list);

    for (const char *at = list; *at; at += strcspn(at, ","), at += *at == ',')
        if (strcspn(at, ",") == n && strncmp(at, id, n) == 0)
            return;
    if (end + n + 2 < JOBS * SLURM_ID_MAX)
        snprintf(list + end, n + 2, "%s%.*s", end ? "," : "", (int)n, id);
}

static void ask_slurm(struct jobs_view *v)
{
    const struct tally *t = &v->tally;
    char list[JOBS * SLURM_ID_MAX] = "";

    for (int i = t->runs - 1; i >= 0; i--)
        if (t->run[i].slurm[0])
            add_job(list, t->run[i].slurm);
    v->waiting = v->begun = 0;
    v->asked = list[0] && slurm_ask(list, &v->waiting, &v->begun);
}

static int look(struct watched *w, int round, struct err *e)
{
    int rc;

    tally_release(&w->view.tally);
    TRY(tally_take(w->journal, &w->view.tally, e));
    if (round % ASK == 0)
        ask_slurm(&w->view);
out:
    return rc;
}

static bool is_over(const struct watched *w)
{
    return w->view.tally.alive + w->view.waiting + w->view.begun == 0;
}

/* A line of a log, when it says something new. */
static void log_line(struct watched *w, FILE *out)
{
    char *line = NULL;
    size_t size;
    FILE *f = open_memstream(&line, &size);

    if (!f)
        return;
    jobs_line(f, &w->view);
    fclose(f);
    if (line && strncmp(line, w->last, sizeof(w->last) - 1) != 0) {
        fputs(line, out);
        snprintf(w->last, sizeof(w->last), "%s", line);
    }
    free(line);
}

static int show(struct watched *w, int count, const struct options *o,
                bool brief, FILE *out, struct err *e)
{
    int rc = 0;

    for (int i = 0; i < count; i++) {
        if (o->json)
            TRY(jobs_json(out, &w[i].view, e));
        else if (brief)
            log_line(&w[i], out);
        else
            jobs_text(out, &w[i].view, o->failed);
    }
    fflush(out);
out:
    return rc;
}

/* Looks at all: 1 when all is over. */
static int look_at_all(struct watched *w, int count, int round, struct err *e)
{
    bool over = true;
    int rc;

    for (int i = 0; i < count; i++) {
        TRY(look(&w[i], round, e));
        if (is_over(&w[i]) && round % ASK) { /* Slurm may know better */
            ask_slurm(&w[i].view);
        }
        over = over && is_over(&w[i]);
    }
    rc = over;
out:
    return rc;
}

static int follow(struct watched *w, int count, const struct options *o,
                  FILE *out, struct err *e)
{
    const struct timespec nap = {.tv_sec = EVERY_S};
    const bool screen = !o->json && isatty(fileno(out));
    int rc, over;

    for (int round = 0;; round++) {
        TRY(look_at_all(w, count, round, e));
        over = rc;
        if (screen)
            fputs("\033[H\033[2J", out);
        TRY(show(w, count, o, !screen && !over, out, e));
        if (over || ferror(out))
            break;
        nanosleep(&nap, NULL);
    }
    rc = 0;
out:
    return rc;
}

/* As portal process would say it. */
static int code_of(const struct watched *w, int count)
{
    int done = 0, failed = 0, left = 0;

    for (int i = 0; i < count; i++) {
        done += w[i].view.tally.done;
        failed += w[i].view.tally.failed;
        left += w[i].view.tally.queued + w[i].view.tally.leased;
    }
    return left          ? EXIT_STOPPED
           : failed == 0 ? EXIT_DONE
           : done        ? EXIT_SOME
                         : EXIT_FAILED;
}

static int open_folder(struct watched *w, const char *folder, struct err *e)
{
    w->view.folder = folder;
    if (!journal_exists(folder))
        return err_set(e, ERR_ARG,
                       "there is no journal in '%s': one is made where the "
                       "outputs of several pictures go",
                       folder);
    return journal_open_reader(folder, &w->journal, e);
}

static int run(const void *options, FILE *out, struct err *e)
{
    const struct options *o = options;
    const int count = o->folders.count ? o->folders.count : 1;
    struct watched *w = mem_zero((size_t)count, sizeof(*w));
    int rc;

    if (!w)
        return err_mem(e, (size_t)count * sizeof(*w));
    for (int i = 0; i < count; i++)
        TRY(open_folder(&w[i], o->folders.count ? o->folders.item[i] : ".", e));
    if (o->follow) {
        TRY(follow(w, count, o, out, e));
        rc = code_of(w, count);
    } else {
        TRY(look_at_all(w, count, 0, e));
        TRY(show(w, count, o, false, out, e));
    }
out:
    for (int i = 0; i < count; i++) {
        tally_release(&w[i].view.tally);
        journal_close(w[i].journal);
    }
    mem_free(w);
    return rc;
}

const struct command command_jobs = {
    .name = "jobs",
    .words = "[FOLDER...]",
    .doc = "Follows the making of many pictures",
    .help =
        "Reads the journal that portal process keeps in an output folder, and "
        "says how many pictures are done, failed, being made and queued, how "
        "many an hour by the last five minutes, who is at it, and what failed "
        "and why. It changes nothing, and works from any machine that sees the "
        "folder; without one it takes the folder it is in. Tasks of Slurm are "
        "named, and squeue is asked how many wait and run.\n\n"
        "--follow shows it anew every two seconds, or writes a line for every "
        "change when that is no terminal. It ends with 0 when all is done, 1 "
        "when everything failed, 3 when some failed, 4 when pictures are left "
        "and nobody is at them.",
    .params = params,
    .size = sizeof(struct options),
    .words_at = offsetof(struct options, folders),
    .word = WORD_FILE,
    .run = run,
};
