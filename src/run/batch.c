/* The supervisor of a batch: its loop, its clock, its signals. */

#include "run/batch.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "base/cpu.h"
#include "base/file.h"
#include "base/text.h"
#include "base/trace.h"
#include "run/batch_int.h"
#include "run/hot.h"
#include "run/memory.h"
#include "run/slurm.h"

#define MS        INT64_C(1000000) /* in ns */
#define POLL_MS   50
#define WATCH_MS  50
#define ASLEEP_MS 2000                 /* it was stopped, or very busy */
#define STALL_MS  300000               /* without progress */
#define SILENT_MS 60000                /* without any sign */
#define LEAST     ((uint64_t)48 << 20) /* bytes that a worker takes at least */
#define SLACK     ((uint64_t)128 << 20)

/* One batch at a time owns the signals. */
static volatile sig_atomic_t interrupts, terminations;
static int wake[2] = {-1, -1};

static void on_signal(int number)
{
    const int before = errno;

    if (number == SIGINT)
        interrupts++;
    else
        terminations++;
    (void)!write(wake[1], "", 1);
    errno = before;
}

static int watch_signals(struct err *e)
{
    struct sigaction a;

    if (pipe2(wake, O_CLOEXEC | O_NONBLOCK) < 0)
        return err_errno(e, "cannot make", "a pipe");
    interrupts = terminations = 0;
    memset(&a, 0, sizeof(a));
    a.sa_handler = on_signal;
    sigaction(SIGINT, &a, NULL);
    sigaction(SIGTERM, &a, NULL);
    sigaction(SIGHUP, &a, NULL);
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
    return 0;
}

static void release_signals(void)
{
    if (wake[0] < 0)
        return;
    signal(SIGINT, SIG_DFL);
    signal(SIGTERM, SIG_DFL);
    signal(SIGHUP, SIG_DFL);
    close(wake[0]);
    close(wake[1]);
    wake[0] = wake[1] = -1;
}

/* Those that run are dropped whole. */
static void drop(struct batch *b)
{
    struct err e = {0};

    err_set(&e, ERR_STOP, "stopped");
    crew_drop(b->crew);
    for (int i = 0; i < crew_size(b->crew); i++) {
        const int task = crew_member(b->crew, i)->task;
        struct file_result r = {.status = FILE_STOPPED, .err = e};

        if (task < 0)
            continue;
        outfile_sweep(b->job->list->item[task].out,
                      crew_member(b->crew, i)->pid);
        crew_member(b->crew, i)->task = -1;
        b->running--;
        batch_over(b, task, &r);
    }
}

static void heed_signals(struct batch *b)
{
    const int64_t now = time_ns();
    char bytes[64];

    while (read(wake[0], bytes, sizeof(bytes)) > 0)
        ;
    if (!interrupts && !terminations)
        return;
    if (!b->stopping && b->running > 0)
        report_say(b->job->report,
                   "stopping: %d running file%s may finish%s; a second signal "
                   "drops %s",
                   b->running, b->running > 1 ? "s" : "",
                   terminations ? " within --grace" : "",
                   b->running > 1 ? "them" : "it");
    batch_stop(b);
    if (terminations && !b->drop_ns)
        b->drop_ns = now + b->o->grace * 1000 * MS;
    if (interrupts > 1 || terminations > 1 || (b->drop_ns && now >= b->drop_ns))
        drop(b);
}

/* Returns the memory that it holds. */
static uint64_t watch_member(struct batch *b, int i, int64_t now)
{
    struct crew_member *m = crew_member(b->crew, i);
    const int limit = b->o->timeout;
    const uint64_t held = m->state == CREW_ABSENT ? 0 : memory_of(m->pid);
    uint64_t most;

    if (m->state == CREW_STARTING && now - m->began_ns > SILENT_MS * MS)
        crew_kill(b->crew, i, "did not start within %d s", SILENT_MS / 1000);
    if (m->state != CREW_BUSY)
        return held;
    if (b->room[i].turn) /* waits for others */
        m->began_ns = m->moved_ns = now;
    if (limit && now - m->began_ns > limit * 1000 * MS)
        crew_kill(b->crew, i, "took longer than %d s (--timeout)", limit);
    else if (now - m->moved_ns > STALL_MS * MS)
        crew_kill(b->crew, i, "made no progress for %d s", STALL_MS / 1000);
    else if (now - m->heard_ns > SILENT_MS * MS)
        crew_kill(b->crew, i, "gave no answer for %d s", SILENT_MS / 1000);
    most =
        (b->budget > 2 * b->room[i].bytes ? b->budget : 2 * b->room[i].bytes) +
        SLACK;
    if (held > most)
        crew_kill(b->crew, i,
                  "took %.0f MB of memory, and %.0f MB is what --memory allows "
                  "with %.0f MB of leeway",
                  (double)held / 1e6, (double)(most - SLACK) / 1e6,
                  (double)SLACK / 1e6);
    return held;
}

static void watch(struct batch *b)
{
    const int64_t now = time_ns(), gap = now - b->watch_ns;
    struct err e = {0};

    if (gap >= WATCH_MS * MS) {
        uint64_t held = memory_of(getpid());

        if (b->watch_ns && gap > ASLEEP_MS * MS)
            crew_skip(b->crew, gap);
        b->watch_ns = now;
        for (int i = 0; i < crew_size(b->crew); i++)
            held += watch_member(b, i, now);
        if (held > b->peak)
            b->peak = held;
        report_beat(b->job->report);
    }
    if (now - b->tick_ns >= JOURNAL_BEAT_MS * MS) {
        b->tick_ns = now;
        if (b->journal && journal_tick(b->journal, &e) < 0)
            batch_fail(b, &e);
        batch_look_again(b);
    }
}

/* Of all threads, those for the next picture. */
static int threads_for(const struct batch *b, int i)
{
    const int64_t size = b->job->list->item[i].size;
    int at_once = b->left < crew_size(b->crew) ? b->left : crew_size(b->crew);

    if (size > 0 && (uint64_t)size > b->budget / 2)
        at_once = 1; /* it will be alone */
    return b->threads > at_once ? b->threads / at_once : 1;
}

/* The kernel reads what comes next while this is worked on. */
static void read_ahead(const struct batch *b)
{
    for (int i = b->cursor; i < b->count && i < b->cursor + 2; i++) {
        const int fd = b->task[i].state == TASK_NEW
                           ? open(b->job->list->item[i].in,
                                  O_RDONLY | O_CLOEXEC | O_NONBLOCK)
                           : -1;

        if (fd < 0)
            continue;
        posix_fadvise(fd, 0, 0, POSIX_FADV_WILLNEED);
        close(fd);
    }
}

/* Has the next file ready, claimed: 1, or 0 when there is none now. */
static int fetch(struct batch *b, struct err *e)
{
    int rc = 1;

    if (!b->ready)
        TRY(batch_next(b, &b->next, &b->next_job, e));
    b->ready = rc == 1;
out:
    return rc;
}

/* The file that is ready goes to a member that has none. */
static void give(struct batch *b, int member)
{
    const struct item *it = &b->job->list->item[b->next];
    struct wire_job job = b->next_job;
    const struct wire_part part[3] = {{&job, sizeof(job)},
                                      {it->in, strlen(it->in) + 1},
                                      {it->out, strlen(it->out) + 1}};

    job.threads = threads_for(b, b->next);
    job.trace_zero = trace_zero();
    if (!crew_give(b->crew, member, b->next, part, 3))
        return; /* it is for the next one then */
    b->false_starts = 0;
    b->ready = false;
    b->task[b->next].state = TASK_RUNNING;
    b->task[b->next].attempts++;
    b->running++;
    b->room[member] = (struct room){0};
    read_ahead(b);
}

/* Work for those who have none; processes for the work there is. */
static int hand_out(struct batch *b, struct err *e)
{
    int starting = 0, rc = 0;

    b->hurry = false;
    for (int i = 0; i < crew_size(b->crew); i++) {
        struct crew_member *m = crew_member(b->crew, i);

        if (b->stopping || b->hurry)
            break;
        if (m->state != CREW_IDLE && m->state != CREW_ABSENT)
            starting += m->state == CREW_STARTING;
        else if (b->running + starting < b->left)
            TRY(fetch(b, e));
        if (!b->ready)
            continue;
        if (m->state == CREW_IDLE) {
            give(b, i);
        } else if (m->state == CREW_ABSENT) {
            rc = crew_start(b->crew, i, e);
            if (rc < 0 && b->running + starting == 0)
                goto out;
            starting += rc == 0; /* else the others do it */
        }
    }
    rc = 0;
out:
    return rc;
}

static void tell_waiting(struct batch *b)
{
    if (b->elsewhere == 0 || b->running > 0 || b->ready ||
        b->cursor < b->count || b->waiting_told)
        return;
    b->waiting_told = true;
    report_say(b->job->report, "waiting for %d file%s that another run is at%s",
               b->elsewhere, b->elsewhere > 1 ? "s" : "",
               b->rivals ? ", by another look or other options" : "");
}

static bool is_over(const struct batch *b)
{
    return b->running == 0 && (b->stopping || (b->left == 0 && !b->hot));
}

static int patience_ms(const struct batch *b)
{
    if (!b->stopping && (b->hurry || b->enqueued < b->count))
        return 0;
    return b->hot ? hot_patience_ms(b) : POLL_MS;
}

/* More files from folders that are watched, and work for who has none. */
static int feed(struct batch *b, struct err *e)
{
    int rc = 0;

    if (b->hot)
        TRY(hot_turn(b, e));
    TRY(hand_out(b, e));
out:
    if (rc < 0 && rc != ERR_MEM && b->hot && !hot_is_home(b)) {
        *e = (struct err){0}; /* the folder of outputs is gone: it waits */
        rc = 0;
    }
    return rc;
}

static int loop(struct batch *b, struct err *e)
{
    int rc;

    for (;;) {
        heed_signals(b);
        if (is_over(b))
            break;
        TRY(feed(b, e));
        if (b->left == 0 && !b->hot)
            continue;
        TRY(crew_poll(b->crew, wake[0], patience_ms(b), e));
        watch(b);
        if (!b->stopping)
            TRY(batch_enqueue(b, e));
        tell_waiting(b);
    }
    rc = 0;
out:
    return rc;
}

/* The folder that the journal is about. */
static char *root_of(const struct batch_job *job)
{
    char *root = job->o->output ? mem_text(job->o->output)
                                : path_folder(job->list->item[0].out);
    size_t n = root ? strlen(root) : 0;

    while (n > 1 && root[n - 1] == '/')
        root[--n] = '\0';
    return root;
}

static int members(const struct batch *b)
{
    uint64_t n = (uint64_t)(b->o->jobs ? b->o->jobs : b->threads);

    if (!b->o->jobs && n > b->budget / LEAST)
        n = b->budget / LEAST;
    if (!b->o->watch && n > (uint64_t)b->count)
        n = (uint64_t)b->count;
    return n > 1 ? (int)n : 1;
}

/* What the journal tells people about this run. */
static void what_of(char what[static 80])
{
    char id[SLURM_ID_MAX];

    slurm_here(id);
    snprintf(what, 80, "portal process%s%s", id[0] ? ", slurm " : "", id);
}

static int open_batch(struct batch *b, const struct crew_owner *owner,
                      struct err *e)
{
    const struct batch_job *job = b->job;
    char what[80];
    int rc;

    what_of(what);
    b->count = b->left = job->list->count;
    b->threads = b->o->threads ? b->o->threads : cpu_count();
    b->budget = b->o->memory ? b->o->memory : memory_budget();
    b->root = root_of(job);
    b->task = mem_zero((size_t)b->count + 1, sizeof(*b->task));
    b->room = mem_zero((size_t)members(b), sizeof(*b->room));
    if (!b->root || !b->task || !b->room) {
        rc = err_mem(e, (size_t)b->count * sizeof(*b->task));
        goto out;
    }
    if (b->o->trace)
        trace_start_over(b->o->trace);
    TRY(journal_open(b->root, what, &b->journal, e));
    TRY(crew_new(b->o, job->look_hash, members(b), owner, &b->crew, e));
    if (b->o->watch)
        TRY(hot_open(b, e));
    TRY(watch_signals(e));
out:
    return rc;
}

int batch_run(const struct batch_job *job, int *left, struct err *e)
{
    struct batch b = {.o = job->o, .job = job};
    const struct crew_owner owner = {batch_said, batch_died, &b};
    int rc;

    TRY(open_batch(&b, &owner, e));
    TRY(loop(&b, e));
    report_peak(job->report, b.peak);
    *left = b.hot ? 0 : b.left;
    if (b.err.code) {
        *e = b.err;
        rc = b.err.code;
    } else if (*left > 0) {
        rc = err_set(e, ERR_STOP, "stopped");
    }
out:
    if (rc < 0 && rc != ERR_STOP && b.running > 0)
        drop(&b);
    crew_free(b.crew);
    hot_close(&b, interrupts > 1 || terminations > 1);
    journal_close(b.journal);
    release_signals();
    mem_free(b.root);
    mem_free(b.task);
    mem_free(b.room);
    return rc;
}

bool batch_is_known(const struct batch_job *job)
{
    char *root = root_of(job);
    const bool known = root && journal_exists(root);

    mem_free(root);
    return known;
}

int batch_plan_new(const struct batch_job *job, struct batch **out,
                   struct err *e)
{
    struct batch *b = mem_zero(1, sizeof(*b));
    int rc = 0;

    if (!b)
        return err_mem(e, sizeof(*b));
    b->o = job->o;
    b->job = job;
    b->root = root_of(job);
    if (!b->root)
        rc = err_mem(e, 1);
    else if (journal_exists(b->root))
        rc = journal_open_reader(b->root, &b->journal, e);
    if (rc == 0)
        *out = b;
    else
        batch_plan_free(b);
    return rc;
}

void batch_plan_free(struct batch *b)
{
    if (!b)
        return;
    journal_close(b->journal);
    mem_free(b->root);
    mem_free(b);
}

int batch_announce(const struct batch_job *job, const char *what, struct err *e)
{
    struct batch b = {.o = job->o, .job = job, .count = job->list->count};
    int rc;

    b.root = root_of(job);
    if (!b.root)
        return err_mem(e, 1);
    TRY(journal_open(b.root, what, &b.journal, e));
    while (b.enqueued < b.count)
        TRY(batch_enqueue(&b, e));
out:
    journal_close(b.journal);
    mem_free(b.root);
    return rc;
}
