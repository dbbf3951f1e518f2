/* A whole run over its files. */

#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

#include "base/cpu.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "run/chain.h"
#include "run/clip.h"
#include "run/depth_find.h"
#include "run/depth_model.h"
#include "run/file.h"
#include "run/focus.h"
#include "run/hot.h"
#include "run/batch.h"
#include "run/list.h"
#include "run/names.h"
#include "run/paper.h"
#include "run/process.h"
#include "run/report.h"
#include "run/sequence.h"
#include "run/shard.h"

struct run {
    const struct process_options *o;
    struct look *look;
    struct hash128 look_hash;
    struct item_list list;
    struct pool *pool;
    struct report *report;
    struct depth_model *model;
    struct depth_maker maker;
    struct batch *plan; /* of a dry run: what a batch would leave, or NULL */
    int threads;
    int left;  /* files that have not been begun */
    bool many; /* several were named */
};

/* The pool that a signal stops; one run at a time owns the signals. */
static struct pool *volatile signal_pool;
static volatile sig_atomic_t signal_count;

/* Once: no new strip starts. Twice: out at once, nothing half-written left. */
static void on_signal(int number)
{
    (void)number;
    if (signal_count++) {
        outfile_abandon_all();
        _exit(4);
    }
    if (signal_pool)
        pool_stop(signal_pool);
}

static void watch_signals(struct pool *pool)
{
    struct sigaction a;

    memset(&a, 0, sizeof(a));
    a.sa_handler = on_signal;
    signal_pool = pool;
    signal_count = 0;
    sigaction(SIGINT, &a, NULL);
    sigaction(SIGTERM, &a, NULL);
    sigaction(SIGHUP, &a, NULL);
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
}

static void release_signals(void)
{
    signal(SIGINT, SIG_DFL);
    signal(SIGTERM, SIG_DFL);
    signal(SIGHUP, SIG_DFL);
    signal_pool = NULL;
}

/* Strips of one file as thousandths of it. */
struct meter {
    struct report *report;
    const struct item *item;
    const struct file_result *now;
    bool alone; /* there is no other file */
    atomic_int told;
};

static void progress(void *arg, int done, int total)
{
    struct meter *m = arg;
    const int now = (int)((int64_t)done * 1000 / total);
    const int before = atomic_exchange(&m->told, now);

    report_progress(m->report, m->item, now - before);
    if (m->now->frames && m->alone)
        report_film(m->report, m->now->frames, m->now->expected,
                    m->now->bytes_out);
}

static void do_item(struct run *run, const struct item *it)
{
    struct file_result result = {.status = FILE_FAILED};
    struct meter meter = {run->report, it, &result, run->list.count == 1, 0};
    const struct file_job job = {
        .in = it->in,
        .out = it->out,
        .options = run->o,
        .look = run->look,
        .look_hash = &run->look_hash,
        .pool = run->pool,
        .maker = &run->maker,
        .progress = progress,
        .progress_arg = &meter,
    };

    if (it->refusal)
        err_set(&result.err, ERR_ARG, "%s", it->refusal);
    else if (!run->plan ||
             !batch_plan(run->plan, (int)(it - run->list.item), &result))
        file_process(&job, &result);
    report_file(run->report, it, &result, atomic_load(&meter.told));
    file_result_release(&result);
}

/* Of several files, the depth of one picture is no picture of its own. */
static void drop_depth(struct item_list *list)
{
    int kept = 0;

    for (int i = 0; i < list->count; i++)
        if (list->count > 1 && depth_is_beside(list->item[i].in))
            item_release(&list->item[i]);
        else
            list->item[kept++] = list->item[i];
    list->count = kept;
}

/* A sequence is a folder full of work already, and no file of a journal. */
static int check_sequences(const struct process_options *o,
                           const struct item_list *list, struct err *e)
{
    if (o->frames && !sequence_is(list->item[0].in))
        return err_set(e, ERR_ARG,
                       "'frames' is for a sequence such as shot.####.exr; of a "
                       "film, start, duration and preview_frames choose");
    for (int i = 0; list->count > 1 && i < list->count; i++)
        if (sequence_is(list->item[i].in))
            return err_set(e, ERR_ARG,
                           "'%s' is a sequence: name it alone, with its -o",
                           list->item[i].in);
    return 0;
}

/* A variable of a script that is empty would mean this folder. */
static int check_names(const struct process_options *o, struct err *e)
{
    if (o->output && !*o->output)
        return err_set(e, ERR_ARG,
                       "'output' cannot be '': name a folder or a file");
    if (o->suffix && strchr(o->suffix, '/'))
        return err_set(e, ERR_ARG,
                       "'suffix' cannot be '%s': a part of a name has no '/'",
                       o->suffix);
    return 0;
}

/* Look and files, or why they cannot be. */
static int find_work(struct run *run, struct err *e)
{
    const struct process_options *o = run->o;
    int rc;

    TRY(check_names(o, e));
    TRY(look_build(&o->look, &run->look, e));
    if (o->focus_pixel)
        TRY(focus_check(o->focus_pixel, run->look, e));
    if (o->show && chain_may_show(run->look, o->show, e) < 0)
        return err_prefix(e, "--show");
    TRY(look_hash(run->look, &run->look_hash, e));
    TRY(clip_check(o, e));
    if (o->watch)
        return hot_check(o, e);
    if (o->done || o->failed) {
        rc = err_set(e, ERR_ARG, "--%s goes with --watch",
                     o->done ? "done" : "failed");
        goto out;
    }
    TRY(item_list_make(o, &run->list, e));
    if (look_needs_depth(run->look))
        drop_depth(&run->list);
    if (run->list.count == 0) {
        rc = err_set(e, ERR_ARG, "no pictures found%s",
                     o->recursive ? "" : "; --recursive looks into subfolders");
        goto out;
    }
    TRY(check_sequences(o, &run->list, e));
    if (o->report)
        TRY(paper_check(o, &run->list, e));
    run->many = run->list.count > 1;
    if (o->shard)
        TRY(shard_keep(o, &run->list, e));
out:
    return rc;
}

static int open_run(struct run *run, FILE *out, struct err *e)
{
    const struct process_options *o = run->o;
    int rc;

    if (o->trace)
        TRY(trace_start(e));
    TRY(find_work(run, e));
    TRY(report_new(o, out, &run->list, &run->report, e));
out:
    return rc;
}

static struct batch_job batch_of(struct run *run)
{
    return (struct batch_job){.o = run->o,
                              .look = run->look,
                              .look_hash = run->look_hash,
                              .list = &run->list,
                              .report = run->report};
}

static int run_batch(struct run *run, struct err *e)
{
    const struct batch_job job = batch_of(run);

    return batch_run(&job, &run->left, e);
}

/*
 * One picture is made here; many by worker processes, where there can be, and
 * one as well where a journal would not know what became of its output.
 */
static bool is_for_many(struct run *run)
{
    const struct batch_job job = batch_of(run);

    return run->list.count > 0 && !output_is_file(run->o) &&
           !sequence_is(run->list.item[0].in) &&
           (run->many || batch_is_known(&job));
}

static bool is_batch(struct run *run)
{
    return run->o->watch ||
           (run->o->worker.count > 0 && !run->o->dry_run && is_for_many(run));
}

/* Here, one after the other, with all threads for each. */
static int run_here(struct run *run, struct err *e)
{
    const struct batch_job job = batch_of(run);
    int rc;

    if (run->o->dry_run && is_for_many(run))
        TRY(batch_plan_new(&job, &run->plan, e));
    TRY(depth_model_new(&run->model, &run->maker, e));
    TRY(pool_new(run->threads, &run->pool, e));
    watch_signals(run->pool);
    for (int i = 0; i < run->list.count && !pool_stopped(run->pool); i++) {
        do_item(run, &run->list.item[i]);
        run->left--;
    }
    release_signals();
out:
    batch_plan_free(run->plan);
    return rc;
}

static void close_run(struct run *run)
{
    report_free(run->report);
    pool_free(run->pool);
    depth_model_free(run->model);
    item_list_release(&run->list);
    look_free(run->look);
}

static bool was_stopped(void)
{
    return signal_count > 0;
}

/* The report, if one was asked for; `ended` is what ended the run early. */
static int write_paper(struct run *run, const struct report_sums *sums,
                       const struct err *ended, struct err *e)
{
    const struct paper paper = {
        .o = run->o,
        .look = run->look,
        .look_hash = run->look_hash,
        .list = &run->list,
        .record = report_record(run->report),
        .sums = sums,
        .error = ended ? ended->text : NULL,
        .pool = run->pool,
        .stopped = was_stopped,
    };
    int rc;

    if (!run->o->report)
        return 0;
    watch_signals(run->pool);
    rc = paper_write(&paper, e);
    release_signals();
    return rc;
}

int process_run(const struct process_options *o, FILE *out, struct err *e)
{
    struct run run = {.o = o};
    struct report_sums sums;
    struct err ignored = {0};
    int rc, code = 1;

    TRY(open_run(&run, out, e));
    run.threads = o->threads > 0 ? o->threads : cpu_count();
    run.left = run.list.count;
    rc = is_batch(&run) ? run_batch(&run, e) : run_here(&run, e);
    sums = report_sums(run.report, run.threads, run.left);
    if (rc < 0 && rc != ERR_STOP) {
        write_paper(&run, &sums, e, &ignored);
        goto out;
    }
    code = report_end(run.report, &sums);
    TRY(write_paper(&run, &sums, NULL, e));
    if (o->trace)
        TRY(trace_write(o->trace, e));
out:
    close_run(&run);
    return rc < 0 ? rc : code;
}

int process_check(const struct process_options *o, int *files, struct err *e)
{
    struct run run = {.o = o};
    const int rc =
        o->watch
            ? err_set(e, ERR_ARG, "--watch has no end, and a queue needs one")
            : find_work(&run, e);

    *files = run.list.count;
    close_run(&run);
    return rc;
}

int process_announce(const struct process_options *o, const char *what,
                     struct err *e)
{
    struct run run = {.o = o};
    struct batch_job job;
    int rc;

    TRY(find_work(&run, e));
    job = batch_of(&run);
    TRY(batch_announce(&job, what, e));
out:
    close_run(&run);
    return rc;
}
