/* What workers say, and how a file ends. */

#include <string.h>
#include <time.h>

#include "base/file.h"
#include "base/text.h"
#include "base/trace.h"
#include "run/batch_int.h"
#include "run/content.h"
#include "run/hot.h"

static const struct item *item_of(const struct batch *b, int i)
{
    return &b->job->list->item[i];
}

/* What is claimed and nobody works on is free for others at once. */
static void give_back(struct batch *b)
{
    struct err ignored = {0};

    for (int i = 0; i < b->count; i++)
        if (!b->task[i].named &&
            (b->task[i].state == TASK_AGAIN || (b->ready && i == b->next)))
            journal_release(b->journal, batch_key(b, i), b->task[i].fence,
                            &ignored);
    b->ready = false;
    b->again = 0;
}

void batch_stop(struct batch *b)
{
    if (b->stopping)
        return;
    b->stopping = true;
    for (int i = 0; i < crew_size(b->crew); i++)
        if (b->room[i].turn) {
            b->room[i] = (struct room){.told = b->room[i].told};
            crew_answer(b->crew, i, false);
        }
    give_back(b);
}

void batch_fail(struct batch *b, const struct err *e)
{
    if (b->hot && e->code != ERR_MEM && !hot_is_home(b))
        return; /* it waits for the folder */
    if (!b->err.code)
        b->err = *e;
    batch_stop(b);
}

/* The share of a picture that is not reported yet; less, when it is made for
   the second time. */
static void report_share(struct batch *b, int member, int to)
{
    const int i = crew_member(b->crew, member)->task;

    b->room[member].told = to;
    if (to <= b->task[i].shown)
        return;
    report_progress(b->job->report, item_of(b, i), to - b->task[i].shown);
    b->task[i].shown = (int16_t)to;
}

/* The member's picture is at an end, however it ended. */
static int leave(struct batch *b, int member)
{
    struct crew_member *m = crew_member(b->crew, member);
    struct room *r = &b->room[member];
    int task;

    if (!r->turn)
        b->used -= r->bytes;
    *r = (struct room){0};
    b->running--;
    if (m->state == CREW_BUSY)
        m->state = CREW_IDLE;
    task = m->task;
    m->task = -1;
    batch_admit(b);
    return task;
}

void batch_admit(struct batch *b)
{
    for (;;) {
        int first = -1;

        for (int i = 0; i < crew_size(b->crew); i++)
            if (b->room[i].turn &&
                (first < 0 || b->room[i].turn < b->room[first].turn))
                first = i;
        if (first < 0 ||
            (b->used > 0 && b->used + b->room[first].bytes > b->budget))
            return;
        b->room[first].turn = 0;
        b->used += b->room[first].bytes;
        crew_answer(b->crew, first, true); /* or it dies, which is told */
    }
}

static int64_t unix_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_REALTIME, &t);
    return t.tv_sec * INT64_C(1000) + t.tv_nsec / 1000000;
}

static struct journal_row row_of_task(const struct batch *b, int i,
                                      const struct file_result *r)
{
    return (struct journal_row){.output = batch_key(b, i),
                                .input = item_of(b, i)->in,
                                .in = r->in_id,
                                .out = r->out_id,
                                .recipe = b->task[i].recipe,
                                .attempts = b->task[i].attempts,
                                .kills = b->task[i].kills,
                                .fence = b->task[i].fence,
                                .ended_ms = unix_ms(),
                                .seconds = (double)r->wall_ns * 1e-9,
                                .reason = "",
                                .detail = ""};
}

/* Of a file found as it was made before: what was written down then, fresh. */
static char *old_detail(struct batch *b, const struct file_result *r,
                        struct journal_row *row)
{
    struct journal_row then;
    struct err ignored = {0};

    if (r->status != FILE_KEPT ||
        journal_find(b->journal, row->output, &then, &ignored) <= 0)
        return NULL;
    row->seconds = then.seconds;
    return mem_text(then.detail);
}

/* Writes down the end of a file. */
static int note(struct batch *b, int i, const struct file_result *r,
                struct err *e)
{
    struct journal_row row = row_of_task(b, i, r);
    char *detail = NULL, *old = NULL;
    int rc;

    if (r->status == FILE_STOPPED && b->task[i].named)
        return 0; /* whoever claims it next finds out whether it has its name */
    if (r->status == FILE_STOPPED || r->status == FILE_SKIPPED) {
        TRY(journal_release(b->journal, row.output, row.fence, e));
        return 0;
    }
    old = old_detail(b, r, &row);
    detail = report_detail(item_of(b, i), r);
    row.detail = old ? old : detail ? detail : "";
    row.reason = r->err.text;
    if (r->status == FILE_FAILED && row.in.size == 0) {
        struct err ignored = {0};

        content_stat(row.input, &row.in, &ignored);
    }
    if (r->status == FILE_FAILED)
        TRY(journal_fail(b->journal, &row, e));
    else
        TRY(journal_done(b->journal, &row, e));
out:
    report_detail_free(detail);
    mem_free(old);
    return rc;
}

void batch_close(struct batch *b, int i, const struct file_result *r)
{
    b->task[i].state = TASK_OVER;
    b->left--;
    report_file(b->job->report, item_of(b, i), r, b->task[i].shown);
    if (b->hot)
        hot_over(b, i, r);
}

void batch_over(struct batch *b, int i, struct file_result *r)
{
    struct err e = {0};

    if (note(b, i, r, &e) < 0 && e.code != ERR_STOP)
        batch_fail(b, &e);
    batch_close(b, i, r);
}

static bool may_try_again(const struct batch *b, const struct task *t)
{
    return !b->stopping && t->kills < POISON && t->attempts <= b->o->retries;
}

static void end_of(struct batch *b, int member, struct file_result *r)
{
    const int i = leave(b, member);

    if (r->err.code == ERR_MEM && may_try_again(b, &b->task[i])) {
        b->task[i].state = TASK_AGAIN;
        b->again++;
        return;
    }
    /* Found by content as it was made before; else --conflict left it. */
    if (r->status == FILE_SKIPPED && r->out_id.size) {
        r->status = FILE_KEPT;
        batch_recall(b, i);
    }
    if (!b->hot || !hot_keeps(b, i, r))
        batch_over(b, i, r);
}

/* The journal knows what will be there before it is. */
static bool made(struct batch *b, int member, const struct file_result *r)
{
    const int i = crew_member(b->crew, member)->task;
    struct journal_row row = row_of_task(b, i, r);
    struct err e = {0};
    int rc;

    if (r->replaces)
        (void)content_stat(item_of(b, i)->out, &row.old, &e);
    rc = journal_intent(b->journal, &row, &e);
    b->task[i].named |= rc == 0;
    if (rc < 0 && rc != ERR_STOP)
        batch_fail(b, &e);
    crew_answer(b->crew, member, rc == 0);
    return true;
}

bool batch_said(void *arg, int member, const struct wire_message *m)
{
    struct batch *b = arg;
    struct room *room = &b->room[member];
    struct file_result r;
    int32_t step;

    if (crew_member(b->crew, member)->state != CREW_BUSY)
        return false;
    switch (m->kind) {
    case WIRE_NEED:
        if (m->len != sizeof(room->bytes) || room->bytes)
            return false;
        memcpy(&room->bytes, m->bytes, sizeof(room->bytes));
        if (b->stopping || (b->hot && !hot_is_home(b))) {
            room->bytes = 0;
            crew_answer(b->crew, member, false);
            return true;
        }
        room->turn = ++b->turns;
        batch_admit(b);
        return true;
    case WIRE_PROGRESS:
        if (m->len != sizeof(step))
            return false;
        memcpy(&step, m->bytes, sizeof(step));
        if (step < 0 || step > 1000 - room->told)
            return false;
        report_share(b, member, room->told + step);
        return true;
    case WIRE_MADE:
        return worker_told(m, &r) && made(b, member, &r);
    case WIRE_RESULT:
        if (!worker_told(m, &r))
            return false;
        end_of(b, member, &r);
        file_result_release(&r);
        return true;
    default:
        return false;
    }
}

void batch_died(void *arg, int member, const char *reason)
{
    struct batch *b = arg;
    const struct crew_member *m = crew_member(b->crew, member);
    struct file_result r = {.status = FILE_FAILED};
    struct err e = {0};
    struct task *t;
    int i;

    if (m->task < 0 && m->greeted)
        return; /* it had nothing to do: another one will */
    if (m->task < 0) {
        b->false_starts++;
        if (b->false_starts >= 3) {
            err_set(&e, ERR_IO,
                    "worker processes do not start: the last one "
                    "%s",
                    reason);
            batch_fail(b, &e);
        }
        return;
    }
    i = leave(b, member);
    t = &b->task[i];
    t->kills++;
    r.wall_ns = time_ns() - m->began_ns;
    outfile_sweep(item_of(b, i)->out, m->pid);
    if (journal_killed(b->journal, batch_key(b, i), t->fence,
                       may_try_again(b, t), &e) < 0 &&
        e.code != ERR_STOP)
        batch_fail(b, &e);
    if (may_try_again(b, t)) {
        t->state = TASK_AGAIN;
        b->again++;
        return;
    }
    err_set(&r.err, ERR_DATA, "its worker %s%s", reason,
            t->kills > 1 ? ", and it is not the first to die of it" : "");
    if (b->stopping && t->kills < POISON)
        r.status = FILE_STOPPED;
    if (!b->hot || !hot_keeps(b, i, &r))
        batch_over(b, i, &r);
}
