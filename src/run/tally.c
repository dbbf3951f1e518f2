/* Counting rows and runs of a journal. */

#include "run/tally.h"

#include <time.h>

#include <stdio.h>

#include "base/mem.h"

#define LATELY_MS 300000

/* Room for one more in a list that doubles. */
static int grow(void **list, int count, size_t size, struct err *e)
{
    const size_t room = count ? (size_t)count * 2 : 8;
    void *more;

    if (count & (count - 1) || (count && count < 8))
        return 0;
    more = mem_resize(*list, room * size);
    if (!more)
        return err_mem(e, room * size);
    *list = more;
    return 0;
}

static int add_failure(struct tally *t, const struct journal_row *row,
                       struct err *e)
{
    struct tally_failure *f;
    void *list = t->failure;
    const int rc = grow(&list, t->failures, sizeof(*f), e);

    if (rc < 0)
        return rc;
    t->failure = list;
    f = &t->failure[t->failures++];
    f->output = mem_text(row->output);
    f->reason = mem_text(row->reason);
    f->attempts = row->attempts;
    return f->output && f->reason ? 0 : err_mem(e, 1);
}

static int count_row(void *arg, const struct journal_row *row, struct err *e)
{
    struct tally *t = arg;
    const double began = (double)row->ended_ms - row->seconds * 1000;

    t->queued += row->state == JOURNAL_QUEUED;
    t->leased += row->state == JOURNAL_LEASED ||
                 row->state == JOURNAL_COMMITTING;
    t->done += row->state == JOURNAL_DONE;
    t->failed += row->state == JOURNAL_FAILED;
    if (row->state == JOURNAL_FAILED)
        return add_failure(t, row, e);
    if (row->state == JOURNAL_DONE && row->ended_ms > t->now_ms - LATELY_MS) {
        if (!t->lately++ || began < t->since_ms)
            t->since_ms = began;
    }
    return 0;
}

static int add_run(void *arg, const struct journal_runner *r, struct err *e)
{
    struct tally *t = arg;
    void *list = t->run;
    struct tally_run *run;
    const int rc = grow(&list, t->runs, sizeof(*run), e);

    if (rc < 0)
        return rc;
    t->run = list;
    run = &t->run[t->runs++];
    *run = (struct tally_run){
        .run = r->run,
        .pid = r->pid,
        .began_ms = r->began_ms,
        .ended_ms = r->ended_ms,
        .alive = r->alive,
        .held = r->held,
        .done = r->done,
        .failed = r->failed,
    };
    snprintf(run->host, sizeof(run->host), "%s", r->host);
    snprintf(run->what, sizeof(run->what), "%s", r->what);
    slurm_of(run->what, run->slurm);
    t->alive += r->alive;
    return 0;
}

int tally_take(struct journal *j, struct tally *t, struct err *e)
{
    struct timespec now;
    double span_ms;
    int rc;

    clock_gettime(CLOCK_REALTIME, &now);
    *t = (struct tally){.now_ms = (int64_t)now.tv_sec * 1000 +
                                  now.tv_nsec / 1000000};
    TRY(journal_runs(j, add_run, t, e));
    TRY(journal_rows(j, count_row, t, e));
    if (t->lately && t->since_ms < (double)(t->now_ms - LATELY_MS))
        t->since_ms = (double)(t->now_ms - LATELY_MS);
    span_ms = (double)t->now_ms - t->since_ms;
    if (t->lately && span_ms > 0)
        t->per_hour = t->lately * 3.6e6 / span_ms;
out:
    return rc;
}

void tally_release(struct tally *t)
{
    for (int i = 0; i < t->failures; i++) {
        mem_free(t->failure[i].output);
        mem_free(t->failure[i].reason);
    }
    mem_free(t->failure);
    mem_free(t->run);
    *t = (struct tally){0};
}
