/* Which file comes next, and whether it has to be made. */

#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"
#include "base/trace.h"
#include "run/batch_int.h"
#include "run/content.h"
#include "run/recipe.h"

#define ROWS_AT_ONCE 2000
#define LOOK_NS      INT64_C(50000000) /* that a signal waits at most */

enum verdict { MAKE, SKIP, KEEP, REFUSE, WAIT };

struct choice {
    enum verdict verdict;
    struct wire_job job;
    int64_t seen; /* fence of the row it was decided by */
    bool row;     /* there is one */
    int kills;    /* workers that died of this very input */
    struct hash128 recipe;
    char why[300];
};

const char *batch_key(const struct batch *b, int i)
{
    const char *out = b->job->list->item[i].out;
    const size_t n = strlen(b->root);

    if (strncmp(out, b->root, n) == 0 && out[n] == '/')
        return out + n + strspn(out + n, "/");
    return text_is(b->root, ".") ? out + (strncmp(out, "./", 2) ? 0 : 2) : out;
}

int batch_enqueue(struct batch *b, struct err *e)
{
    const struct item_list *l = b->job->list;
    const int end = b->count - b->enqueued < ROWS_AT_ONCE
                        ? b->count
                        : b->enqueued + ROWS_AT_ONCE;
    int rc;

    if (b->enqueued == b->count)
        return 0;
    TRY(journal_begin(b->journal, e));
    for (; b->enqueued < end; b->enqueued++) {
        const struct item *it = &l->item[b->enqueued];

        if (!it->refusal && access(it->out, F_OK) < 0)
            TRY(journal_enqueue(b->journal, batch_key(b, b->enqueued), it->in,
                                e));
    }
    TRY(journal_commit(b->journal, e));
out:
    return rc;
}

/* An output that the journal knows nothing of; for CHANGED the worker looks. */
static void by_conflict(const struct batch *b, const struct file_job *f,
                        struct choice *c)
{
    if (b->o->conflict == CONFLICT_SKIP && access(f->out, F_OK) == 0)
        c->verdict = SKIP;
}

/*
 * Made by another recipe, and by a run that goes on: the two would undo each
 * other's work without end, so the later one waits, and the earlier gives way.
 */
static int by_rival(const struct batch *b, const struct journal_row *row,
                    struct choice *c, struct err *e)
{
    const int64_t own = journal_run(b->journal);
    int rc = 0;

    if (own == 0)
        return 0; /* a plan: by then the other may have ended */
    if (row->run > own) {
        c->verdict = REFUSE;
        snprintf(c->why, sizeof(c->why),
                 "run %lld, begun after this one, made it by another look or "
                 "other options",
                 (long long)row->run);
    } else if (row->run != own) {
        rc = journal_alive(b->journal, row->run, e);
        if (rc > 0)
            c->verdict = WAIT;
    }
    return rc < 0 ? rc : 0;
}

static int by_done(const struct batch *b, const struct journal_row *row,
                   const struct file_job *f, struct choice *c, struct err *e)
{
    const bool same = !memcmp(&row->recipe, &c->recipe, sizeof(c->recipe));
    struct journal_id in, out;
    struct err ignored = {0};

    if (content_stat(f->in, &in, &ignored) < 0 ||
        content_stat(f->out, &out, &ignored) < 0)
        return 0;
    if (!same && content_same(&in, &row->in) &&
        (by_rival(b, row, c, e) < 0 || c->verdict != MAKE))
        return e->code;
    c->job.replace = true;
    c->job.altered = !content_same(&out, &row->out);
    if (same && !c->job.altered && content_same(&in, &row->in) &&
        !b->o->verify) {
        c->verdict = KEEP;
        return 0;
    }
    /* A copy or a restored file: the content decides, in the worker. */
    c->job.known = out.size == row->out.size;
    c->job.out = row->out;
    if (same && in.size == row->in.size)
        c->job.in = row->in;
    return 0;
}

static int by_row(const struct batch *b, const struct journal_row *row,
                  const struct file_job *f, struct choice *c, struct err *e)
{
    struct journal_id in, out;
    struct err ignored = {0};

    if (row->state == JOURNAL_DONE)
        return by_done(b, row, f, c, e);
    if (content_stat(f->in, &in, &ignored) == 0 && content_same(&in, &row->in))
        c->kills = row->kills;
    if (row->state == JOURNAL_FAILED && c->kills >= POISON &&
        memcmp(&row->recipe, &c->recipe, sizeof(c->recipe)) == 0) {
        c->verdict = REFUSE;
        snprintf(c->why, sizeof(c->why),
                 "not tried again, as %d workers died of it (--no-resume tries "
                 "it): %.150s",
                 row->kills, row->reason);
        return 0;
    }
    if (row->out.size && content_stat(f->out, &out, &ignored) == 0 &&
        (content_same(&out, &row->out) || content_same(&out, &row->old)))
        c->job.replace = true; /* made by us, of something else */
    else
        by_conflict(b, f, c);
    return 0;
}

/* Its run ended between making and naming: the content tells which. */
static void by_intent(const struct journal_row *row, struct wire_job *job)
{
    job->known = row->out.size > 0;
    job->in = row->in;
    job->out = row->out;
}

static int choose(const struct batch *b, int i, struct choice *c, struct err *e)
{
    const struct item *it = &b->job->list->item[i];
    const struct file_job f = {.in = it->in,
                               .out = it->out,
                               .options = b->o,
                               .look = b->job->look,
                               .look_hash = &b->job->look_hash};
    struct journal_row row;
    int rc = 0;

    *c = (struct choice){.verdict = MAKE};
    if (it->refusal) {
        c->verdict = REFUSE;
        snprintf(c->why, sizeof(c->why), "%s", it->refusal);
        return 0;
    }
    if (b->journal)
        TRY(journal_find(b->journal, batch_key(b, i), &row, e));
    c->row = rc > 0;
    c->seen = c->row ? row.fence : 0;
    c->recipe = recipe_of(&f);
    if (c->row && b->o->resume && b->o->conflict != CONFLICT_UNIQUE)
        TRY(by_row(b, &row, &f, c, e));
    else
        by_conflict(b, &f, c);
    rc = 0;
out:
    return rc;
}

void batch_recall(struct batch *b, int i)
{
    struct journal_row row;
    struct err ignored = {0};

    if (b->o->report &&
        journal_find(b->journal, batch_key(b, i), &row, &ignored) > 0)
        report_before(b->job->report, &b->job->list->item[i], row.detail);
}

/* Of a file that needs no work. */
static void settle(const struct choice *c, struct file_result *r)
{
    *r = (struct file_result){.status = FILE_SKIPPED};
    if (c->verdict == KEEP)
        r->status = FILE_KEPT;
    if (c->verdict == REFUSE) {
        r->status = FILE_FAILED;
        err_set(&r->err, ERR_ARG, "%s", c->why);
    }
}

static void pass(struct batch *b, int i, const struct choice *c)
{
    struct file_result r;

    settle(c, &r);
    if (c->verdict == KEEP)
        batch_recall(b, i);
    batch_close(b, i, &r);
}

bool batch_plan(const struct batch *b, int i, struct file_result *r)
{
    struct choice c;

    if (choose(b, i, &c, &r->err) < 0)
        return true;
    if (c.verdict == MAKE)
        return false;
    settle(&c, r);
    return true;
}

static int leave_to_others(struct batch *b, int i)
{
    b->task[i].state = TASK_ELSEWHERE;
    b->elsewhere++;
    return 0;
}

/* 1: it is ours; 0: it is over, or another run's. */
static int take(struct batch *b, int i, struct wire_job *job, struct err *e)
{
    struct task *t = &b->task[i];
    struct journal_row now;
    enum journal_claim claim;
    struct choice c;
    int rc;

    do {
        TRY(choose(b, i, &c, e));
        if (c.verdict == WAIT) {
            b->rivals++;
            return leave_to_others(b, i);
        }
        if (c.verdict != MAKE) {
            pass(b, i, &c);
            return 0;
        }
        if (!c.row)
            TRY(journal_enqueue(b->journal, batch_key(b, i),
                                b->job->list->item[i].in, e));
        TRY(journal_claim(b->journal, batch_key(b, i), c.seen, &claim,
                          &t->fence, &now, e));
    } while (claim == CLAIM_CHANGED);
    if (claim == CLAIM_BUSY)
        return leave_to_others(b, i);
    if (now.state == JOURNAL_LEASED || now.state == JOURNAL_COMMITTING)
        outfile_sweep(b->job->list->item[i].out, 0);
    if (now.state == JOURNAL_COMMITTING && b->o->resume)
        by_intent(&now, &c.job);
    t->recipe = c.recipe;
    t->kills = (uint8_t)c.kills;
    t->replace = c.job.replace;
    *job = c.job;
    rc = 1;
out:
    return rc;
}

static int find_again(const struct batch *b)
{
    for (int i = 0; i < b->count; i++)
        if (b->task[i].state == TASK_AGAIN)
            return i;
    return -1;
}

/* The claim is held still. What is at the name may be what the first attempt
   made, or what was to be replaced. */
static int take_again(struct batch *b, int i, struct wire_job *job,
                      struct err *e)
{
    struct journal_row row;
    int rc;

    *job = (struct wire_job){.replace = b->task[i].replace};
    rc = journal_find(b->journal, batch_key(b, i), &row, e);
    if (rc > 0)
        by_intent(&row, job);
    if (!b->task[i].named)
        job->in = (struct journal_id){0};
    return rc < 0 ? rc : 1;
}

int batch_next(struct batch *b, int *index, struct wire_job *job, struct err *e)
{
    const int64_t until = time_ns() + LOOK_NS;
    int rc;

    if (b->again > 0) {
        *index = find_again(b);
        b->again--;
        b->task[*index].state = TASK_NEW;
        return take_again(b, *index, job, e);
    }
    for (; b->cursor < b->count && !b->hurry; b->cursor++) {
        if (b->task[b->cursor].state != TASK_NEW)
            continue;
        rc = take(b, b->cursor, job, e);
        if (rc == 1)
            *index = b->cursor++;
        if (rc)
            return rc;
        b->hurry = time_ns() > until;
    }
    return 0;
}

void batch_look_again(struct batch *b)
{
    if (b->elsewhere == 0 || b->cursor < b->count)
        return;
    for (int i = 0; i < b->count; i++)
        if (b->task[i].state == TASK_ELSEWHERE)
            b->task[i].state = TASK_NEW;
    b->elsewhere = b->rivals = 0;
    b->cursor = 0;
}
