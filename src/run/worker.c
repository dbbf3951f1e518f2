/*
 * A worker process. Its main thread makes pictures; another one listens to the
 * socket all the time, so that the end of the supervisor is noticed at once,
 * and tells it twice a second how many tasks have been done.
 */

#include "run/worker.h"

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"
#include "run/depth_model.h"
#include "run/file.h"
#include "run/content.h"
#include "run/preview.h"

#define TICK_MS 500
#define STOPPED 4  /* exit code */
#define COARSE  20 /* thousandths of a picture that are told at once */

struct worker {
    const struct process_options *o;
    int fd;
    struct look *look;
    struct hash128 look_hash;
    struct depth_model *model;
    struct depth_maker maker;
    struct pool *pool;
    pthread_mutex_t speak; /* one message at a time */
    pthread_mutex_t lock;  /* of what follows */
    pthread_cond_t heard;
    uint8_t *job; /* that has come and nobody has taken yet */
    size_t job_len;
    int answer; /* a wire_kind, or -1 */
    bool busy, over;
    atomic_int told; /* thousandths of the picture */
};

static int speak(struct worker *w, enum wire_kind kind, const void *bytes,
                 size_t n, struct err *e)
{
    const struct wire_part part = {bytes, n};
    int rc;

    pthread_mutex_lock(&w->speak);
    rc = wire_send(w->fd, kind, &part, 1, e);
    pthread_mutex_unlock(&w->speak);
    return rc;
}

int worker_tell(int fd, enum wire_kind kind, const struct file_result *r,
                struct err *e)
{
    const struct ledger *l = &r->ledger;
    const size_t most = (WIRE_MAX - sizeof(*r)) / sizeof(*l->line);
    const size_t lines = (size_t)l->count < most ? (size_t)l->count : most;
    const struct wire_part part[] = {{r, sizeof(*r)},
                                     {l->line, lines * sizeof(*l->line)}};

    return wire_send(fd, kind, part, lines ? 2 : 1, e);
}

bool worker_told(const struct wire_message *m, struct file_result *r)
{
    size_t rest;

    if (m->len < sizeof(*r))
        return false;
    memcpy(r, m->bytes, sizeof(*r));
    rest = m->len - sizeof(*r);
    r->ledger = (struct ledger){0};
    if (rest == 0 || rest % sizeof(*r->ledger.line))
        return rest == 0;
    r->ledger.line = mem_copy(m->bytes + sizeof(*r), rest);
    if (r->ledger.line)
        r->ledger.count = (int)(rest / sizeof(*r->ledger.line));
    return true;
}

/* The supervisor is gone, or wants no more. */
static void hear_end(struct worker *w)
{
    pthread_mutex_lock(&w->lock);
    if (w->busy) {
        outfile_abandon_all();
        _exit(STOPPED);
    }
    w->over = true;
    pthread_cond_signal(&w->heard);
    pthread_mutex_unlock(&w->lock);
}

static void hear(struct worker *w, const struct wire_message *m)
{
    pthread_mutex_lock(&w->lock);
    if (m->kind == WIRE_JOB && !w->job) {
        w->job = mem_copy(m->bytes, m->len);
        w->job_len = m->len;
        w->busy = w->job != NULL;
        w->over = w->over || !w->job;
    } else if (m->kind == WIRE_GO || m->kind == WIRE_NO) {
        w->answer = (int)m->kind;
    }
    pthread_cond_signal(&w->heard);
    pthread_mutex_unlock(&w->lock);
}

static void *listen_main(void *arg)
{
    struct worker *w = arg;
    struct buf in = {0};
    bool alive = true;

    pthread_setname_np(pthread_self(), "listener");
    while (alive) {
        struct pollfd p = {.fd = w->fd, .events = POLLIN};
        const int n = poll(&p, 1, TICK_MS);
        const uint64_t ticks = pool_ticks();
        struct wire_message m;
        struct err e = {0};
        size_t used = 0;

        if (n == 0) {
            alive = speak(w, WIRE_TICK, &ticks, sizeof(ticks), &e) == 0;
            continue;
        }
        alive = wire_fill(w->fd, &in, &e) > 0;
        while (alive && wire_take(&in, &used, &m))
            hear(w, &m);
        wire_drop(&in, used);
    }
    hear_end(w);
    buf_release(&in);
    return NULL;
}

/* Waits for WIRE_GO. */
static int ask(struct worker *w, struct err *e)
{
    int answer;

    pthread_mutex_lock(&w->lock);
    while (w->answer < 0)
        pthread_cond_wait(&w->heard, &w->lock);
    answer = w->answer;
    w->answer = -1;
    pthread_mutex_unlock(&w->lock);
    return answer == WIRE_GO ? 0 : err_set(e, ERR_STOP, "stopped");
}

static int admit(void *arg, uint64_t bytes, struct err *e)
{
    struct worker *w = arg;
    int rc;

    TRY(speak(w, WIRE_NEED, &bytes, sizeof(bytes), e));
    TRY(ask(w, e));
out:
    return rc;
}

static int name(void *arg, const struct file_result *made, struct err *e)
{
    struct worker *w = arg;
    int rc;

    TRY(speak(w, WIRE_MADE, made, sizeof(*made), e));
    TRY(ask(w, e));
out:
    return rc;
}

static void progress(void *arg, int done, int total)
{
    struct worker *w = arg;
    const int32_t now = (int32_t)((int64_t)done * 1000 / total);
    int before = atomic_load(&w->told);
    struct err e = {0};
    int32_t step;

    while (now - before >= COARSE)
        if (atomic_compare_exchange_weak(&w->told, &before, now)) {
            step = now - before;
            speak(w, WIRE_PROGRESS, &step, sizeof(step), &e);
            return;
        }
}

/* Whether the output is still the one that was made of this input; if only the
   input is another, the output may be replaced. */
static bool is_made(struct wire_job *job, const char *in, const char *out,
                    struct file_result *r)
{
    struct err e = {0};

    if (!job->known || content_of(out, &r->out_id, &e) < 0)
        return false;
    job->altered = !content_equal(&r->out_id, &job->out);
    if (job->altered)
        return false;
    job->replace = true;
    return content_of(in, &r->in_id, &e) == 0 &&
           content_equal(&r->in_id, &job->in);
}

static int use_threads(struct worker *w, int threads, struct err *e)
{
    if (w->pool && pool_slots(w->pool) == threads)
        return 0;
    pool_free(w->pool);
    w->pool = NULL;
    return pool_new(threads, &w->pool, e);
}

/* Nobody waits for its name, and its progress is nobody's. */
static void work_preview(const struct file_job *job, enum preview_of kind,
                         struct file_result *r)
{
    const struct file_hooks hooks = {admit, NULL, job->hooks->arg};
    struct file_job small = *job;

    small.hooks = &hooks;
    small.progress = NULL;
    preview_make(&small, kind, r);
}

static void work(struct worker *w, const uint8_t *bytes, size_t len,
                 struct file_result *r)
{
    const struct file_hooks hooks = {admit, name, w};
    struct file_job job = {.options = w->o,
                           .look = w->look,
                           .look_hash = &w->look_hash,
                           .hooks = &hooks,
                           .maker = &w->maker,
                           .progress = progress,
                           .progress_arg = w};
    const char *text = (const char *)bytes + sizeof(struct wire_job);
    struct wire_job told;

    *r = (struct file_result){.status = FILE_FAILED};
    if (len < sizeof(told) + 4 || bytes[len - 1] ||
        !memchr(text, 0, len - sizeof(told) - 1)) {
        err_set(&r->err, ERR_DATA, "a message that cannot be");
        return;
    }
    memcpy(&told, bytes, sizeof(told));
    job.in = text;
    job.out = text + strlen(text) + 1;
    trace_join(told.trace_zero);
    atomic_store(&w->told, 0);
    if (use_threads(w, told.threads, &r->err) < 0)
        return;
    job.pool = w->pool;
    if (told.preview) {
        work_preview(&job, (enum preview_of)told.preview, r);
        return;
    }
    if (is_made(&told, job.in, job.out, r)) {
        r->status = FILE_SKIPPED;
        return;
    }
    job.replace = told.replace;
    file_process(&job, r);
    if (told.altered && r->status == FILE_DONE && !r->note[0])
        snprintf(r->note, sizeof(r->note),
                 "its output had been altered since it was made, and was made "
                 "again (--no-resume leaves such ones)");
}

/* The next job, the caller's to free, or NULL when there will be none. */
static uint8_t *next_job(struct worker *w, size_t *len)
{
    uint8_t *job;

    pthread_mutex_lock(&w->lock);
    while (!w->job && !w->over)
        pthread_cond_wait(&w->heard, &w->lock);
    job = w->job;
    *len = w->job_len;
    w->job = NULL;
    pthread_mutex_unlock(&w->lock);
    return job;
}

static void end_job(struct worker *w, const struct file_result *r)
{
    struct err e = {0};

    pthread_mutex_lock(&w->lock);
    w->busy = false;
    pthread_mutex_unlock(&w->lock);
    pthread_mutex_lock(&w->speak);
    worker_tell(w->fd, WIRE_RESULT, r, &e);
    pthread_mutex_unlock(&w->speak);
}

const int worker_deaf[WORKER_DEAF] = {SIGINT, SIGTERM, SIGHUP, SIGPIPE,
                                      SIGXFSZ};

/* Signals are the supervisor's; out of memory, this process goes first. */
static void settle(void)
{
    const int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);

    pthread_setname_np(pthread_self(), "portal worker");
    for (int i = 0; i < WORKER_DEAF; i++)
        signal(worker_deaf[i], SIG_IGN);
    if (fd >= 0) {
        (void)!write(fd, "1000", 4);
        close(fd);
    }
}

static int begin(struct worker *w, pthread_t *listener, struct err *e)
{
    struct wire_hello hello = {.version = PORTAL_VERSION};
    int rc;

    settle();
    if (w->o->trace)
        TRY(trace_start(e));
    TRY(look_build(&w->o->look, &w->look, e));
    TRY(look_hash(w->look, &w->look_hash, e));
    TRY(depth_model_new(&w->model, &w->maker, e));
    hello.look = w->look_hash;
    if (speak(w, WIRE_HELLO, &hello, sizeof(hello), e) < 0)
        _exit(STOPPED); /* it is gone already, and nobody listens */
    if (pthread_create(listener, NULL, listen_main, w))
        rc = err_set(e, ERR_MEM, "cannot start a thread");
out:
    return rc;
}

int worker_run(const struct process_options *o, int fd, struct err *e)
{
    struct worker w = {.o = o,
                       .fd = fd,
                       .answer = -1,
                       .speak = PTHREAD_MUTEX_INITIALIZER,
                       .lock = PTHREAD_MUTEX_INITIALIZER,
                       .heard = PTHREAD_COND_INITIALIZER};
    pthread_t listener;
    uint8_t *job;
    size_t len;
    int rc;

    TRY(begin(&w, &listener, e));
    while ((job = next_job(&w, &len))) {
        struct file_result r;

        work(&w, job, len, &r);
        mem_free(job);
        end_job(&w, &r);
        file_result_release(&r);
    }
    pthread_join(listener, NULL);
    if (o->trace)
        TRY(trace_part(o->trace, e));
    rc = 0;
out:
    pool_free(w.pool);
    depth_model_free(w.model);
    look_free(w.look);
    return rc;
}
