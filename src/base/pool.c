/*
 * The thread pool: loops on their callers' stacks, in one list under one lock.
 * Tasks are strips and images, so the lock is taken a few thousand times a
 * second at most.
 */

#include "base/pool.h"

#include <assert.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>

#include "base/mem.h"

#define THREADS_MAX 256

struct loop {
    pool_fn *fn;
    void *arg;
    int n;
    int next;    /* the first task that nobody has taken */
    int running; /* tasks that somebody works on         */
    bool drives; /* its tasks may open loops             */
    int failed;  /* the lowest index that failed, or n   */
    struct err err;
    struct loop *younger;
};

struct pool {
    pthread_mutex_t lock;
    pthread_cond_t news; /* a loop was opened or is done; slot 0 is free */
    int waiting;         /* threads that wait for news                   */
    bool guest;          /* slot 0 is taken                              */
    bool quit;
    atomic_bool stop;
    struct loop *oldest; /* only loops with tasks left                   */
    int slots, started;
    pthread_t threads[THREADS_MAX];
};

static _Atomic uint64_t ticks;

/* What the calling thread is doing, and for whom. */
static _Thread_local struct self {
    struct pool *pool;
    int slot;
    enum { BETWEEN, IN_DRIVER, IN_TASK } state;
} self;

static void tell(struct pool *pool)
{
    if (pool->waiting)
        pthread_cond_broadcast(&pool->news);
}

static void wait_for_news(struct pool *pool)
{
    pool->waiting++;
    pthread_cond_wait(&pool->news, &pool->lock);
    pool->waiting--;
}

static void append(struct pool *pool, struct loop *l)
{
    struct loop **at = &pool->oldest;

    while (*at)
        at = &(*at)->younger;
    *at = l;
}

static bool done(const struct loop *l)
{
    return l->next >= l->n && !l->running;
}

/* No task of the loop starts from now on. */
static void finish(struct pool *pool, struct loop *l)
{
    struct loop **at = &pool->oldest;

    l->next = l->n;
    while (*at && *at != l)
        at = &(*at)->younger;
    if (*at)
        *at = l->younger;
    if (done(l))
        tell(pool);
}

static void fail(struct loop *l, int index, const struct err *e)
{
    if (index < l->failed) {
        l->failed = index;
        l->err = *e;
    }
}

static bool has_task(struct pool *pool, struct loop *l)
{
    struct err e;

    if (l->next < l->n && pool_stopped(pool)) {
        err_set(&e, ERR_STOP, "stopped");
        fail(l, l->next, &e);
        finish(pool, l);
    }
    return l->next < l->n;
}

/* The oldest loop that has a task of this kind, or NULL. */
static struct loop *find(struct pool *pool, bool drives)
{
    struct loop *l = pool->oldest, *younger;

    for (; l; l = younger) {
        younger = l->younger;
        if (l->drives == drives && has_task(pool, l))
            return l;
    }
    return NULL;
}

/* Takes the loop's next task; the lock is open while it runs. */
static void run_task(struct pool *pool, struct loop *l)
{
    struct err e = {0};
    int index = l->next, before = self.state, rc;

    l->running++;
    if (++l->next == l->n)
        finish(pool, l);
    pthread_mutex_unlock(&pool->lock);

    self.state = l->drives ? IN_DRIVER : IN_TASK;
    rc = l->fn(l->arg, index, self.slot, &e);
    self.state = before;
    atomic_fetch_add_explicit(&ticks, 1, memory_order_relaxed);

    pthread_mutex_lock(&pool->lock);
    l->running--;
    if (rc < 0) {
        e.code = rc;
        fail(l, index, &e);
        finish(pool, l);
    } else if (done(l)) {
        tell(pool);
    }
}

static void *thread_main(void *arg)
{
    struct pool *pool = arg;
    struct loop *l;
    char name[24];

    pthread_mutex_lock(&pool->lock);
    self = (struct self){.pool = pool, .slot = ++pool->started};
    snprintf(name, sizeof(name), "worker %d", self.slot);
    pthread_setname_np(pthread_self(), name);
    while (!pool->quit) {
        l = find(pool, true);
        if (!l)
            l = find(pool, false);
        if (l)
            run_task(pool, l);
        else
            wait_for_news(pool);
    }
    pthread_mutex_unlock(&pool->lock);
    return NULL;
}

/* Signals are for the threads that the program made itself. */
static int start_threads(struct pool *pool, int n, struct err *e)
{
    sigset_t all, before;
    int reason = 0;

    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    for (; pool->slots < n && !reason; pool->slots += !reason)
        reason = pthread_create(&pool->threads[pool->slots], NULL, thread_main,
                                pool);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return reason ? err_set(e, ERR_MEM, "cannot start %d threads", n) : 0;
}

int pool_new(int threads, struct pool **out, struct err *e)
{
    struct pool *pool;
    int rc;

    if (threads < 1 || threads > THREADS_MAX)
        return err_set(e, ERR_ARG, "%d threads: allowed is 1 … %d", threads,
                       THREADS_MAX);
    pool = mem_zero(1, sizeof(*pool));
    if (!pool)
        return err_mem(e, sizeof(*pool));
    pthread_mutex_init(&pool->lock, NULL);
    pthread_cond_init(&pool->news, NULL);
    pool->slots = 1;
    TRY(start_threads(pool, threads, e));

    *out = pool;
    pool = NULL;
out:
    pool_free(pool);
    return rc;
}

void pool_free(struct pool *pool)
{
    if (!pool)
        return;
    pthread_mutex_lock(&pool->lock);
    assert(!pool->oldest);
    pool->quit = true;
    tell(pool);
    pthread_mutex_unlock(&pool->lock);
    for (int i = 1; i < pool->slots; i++)
        pthread_join(pool->threads[i], NULL);
    pthread_cond_destroy(&pool->news);
    pthread_mutex_destroy(&pool->lock);
    mem_free(pool);
}

int pool_slots(const struct pool *pool)
{
    return pool->slots;
}

uint64_t pool_ticks(void)
{
    return atomic_load_explicit(&ticks, memory_order_relaxed);
}

int pool_slot(void)
{
    return self.slot;
}

void pool_stop(struct pool *pool)
{
    atomic_store(&pool->stop, true);
}

bool pool_stopped(const struct pool *pool)
{
    return atomic_load(&pool->stop);
}

/* A thread from outside gets slot 0 when nobody has it. */
static bool have_slot(struct pool *pool)
{
    if (self.pool == pool)
        return true;
    if (pool->guest)
        return false;
    pool->guest = true;
    self = (struct self){.pool = pool};
    return true;
}

static int run(struct pool *pool, struct loop *l, struct err *e)
{
    struct self before = self;
    struct loop *other;

    if (l->n <= 0)
        return 0;
    l->failed = l->n;
    pthread_mutex_lock(&pool->lock);
    append(pool, l);
    if (l->n > 1 || self.pool != pool)
        tell(pool);
    while (!done(l)) {
        other = NULL;
        if (have_slot(pool))
            other = has_task(pool, l) ? l : find(pool, false);
        if (other)
            run_task(pool, other);
        else if (!done(l))
            wait_for_news(pool);
    }
    if (before.pool != pool && self.pool == pool) {
        pool->guest = false;
        tell(pool);
    }
    pthread_mutex_unlock(&pool->lock);
    self = before;

    if (l->failed == l->n)
        return 0;
    if (e)
        *e = l->err;
    return l->err.code;
}

int pool_run(struct pool *pool, int n, pool_fn *fn, void *arg, struct err *e)
{
    struct loop l = {.fn = fn, .arg = arg, .n = n};

    assert(self.pool != pool || self.state != IN_TASK);
    return run(pool, &l, e);
}

int pool_drive(struct pool *pool, int n, pool_fn *fn, void *arg, struct err *e)
{
    struct loop l = {.fn = fn, .arg = arg, .n = n, .drives = true};

    assert(self.pool != pool || self.state == BETWEEN);
    return run(pool, &l, e);
}

int pool_until(struct pool *pool, bool (*ready)(void *arg), void *arg,
               struct err *e)
{
    struct loop *other;
    int rc = 0;

    assert(self.pool != pool || self.state != IN_TASK);
    pthread_mutex_lock(&pool->lock);
    while (!ready(arg)) {
        if (pool_stopped(pool)) {
            rc = err_set(e, ERR_STOP, "stopped");
            break;
        }
        other = self.pool == pool ? find(pool, false) : NULL;
        if (other)
            run_task(pool, other);
        else
            wait_for_news(pool);
    }
    pthread_mutex_unlock(&pool->lock);
    return rc;
}

void pool_wake(struct pool *pool)
{
    pthread_mutex_lock(&pool->lock);
    tell(pool);
    pthread_mutex_unlock(&pool->lock);
}
