/* The pool: every task once, the lowest error, loops from everywhere. */

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

#include "test.h"

#include "base/mem.h"
#include "base/pool.h"

#define TASKS 200

static const int thread_counts[] = {1, 2, 7};

struct tally {
    struct pool *pool;
    atomic_int seen[TASKS];
    atomic_int busy[8]; /* per slot */
    atomic_int overlaps, started;
    int fail_from, fail_step;
};

static struct pool *new_pool(int threads)
{
    struct pool *pool = NULL;
    struct err e = {0};

    assert_int_equal(pool_new(threads, &pool, &e), 0);
    assert_int_equal(pool_slots(pool), threads);
    return pool;
}

static int mark(void *arg, int index, int slot, struct err *e)
{
    struct tally *t = arg;

    atomic_fetch_add(&t->started, 1);
    if (atomic_fetch_add(&t->busy[slot], 1) || slot != pool_slot())
        atomic_fetch_add(&t->overlaps, 1);
    atomic_fetch_add(&t->seen[index], 1);
    atomic_fetch_sub(&t->busy[slot], 1);
    if (t->fail_step && index >= t->fail_from &&
        (index - t->fail_from) % t->fail_step == 0)
        return err_set(e, ERR_DATA, "task %d", index);
    return 0;
}

TEST(every_task_runs_once)
{
    for (size_t i = 0; i < 3; i++) {
        struct pool *pool = new_pool(thread_counts[i]);
        struct tally t = {.pool = pool};
        struct err e = {0};

        assert_int_equal(pool_run(pool, TASKS, mark, &t, &e), 0);
        for (int k = 0; k < TASKS; k++)
            assert_int_equal(atomic_load(&t.seen[k]), 1);
        assert_int_equal(atomic_load(&t.overlaps), 0);
        pool_free(pool);
    }
}

TEST(a_loop_of_none_is_done)
{
    struct pool *pool = new_pool(2);
    struct tally t = {.pool = pool};
    struct err e = {0};

    assert_int_equal(pool_run(pool, 0, mark, &t, &e), 0);
    assert_int_equal(atomic_load(&t.started), 0);
    pool_free(pool);
}

TEST(the_lowest_failure_is_reported)
{
    for (size_t i = 0; i < 3; i++) {
        struct pool *pool = new_pool(thread_counts[i]);

        for (int round = 0; round < 200; round++) {
            struct tally t = {.fail_from = 23, .fail_step = 1};
            struct err e = {0};

            assert_int_equal(pool_run(pool, TASKS, mark, &t, &e), ERR_DATA);
            assert_int_equal(e.code, ERR_DATA);
            assert_string_equal(e.text, "task 23");
            assert_true(atomic_load(&t.started) < TASKS);
            for (int k = 0; k <= 23; k++)
                assert_int_equal(atomic_load(&t.seen[k]), 1);
        }
        pool_free(pool);
    }
}

TEST(a_count_of_threads_out_of_range_is_refused)
{
    struct pool *pool = NULL;
    struct err e = {0};

    assert_int_equal(pool_new(0, &pool, &e), ERR_ARG);
    assert_int_equal(pool_new(257, &pool, &e), ERR_ARG);
    assert_null(pool);
}

/* A driver opens many small loops, some of which fail. */
static int drive(void *arg, int index, int slot, struct err *e)
{
    struct tally *all = arg;

    (void)slot;
    atomic_fetch_add(&all->seen[index], 1);
    for (int i = 0; i < 50; i++) {
        struct tally t = {.fail_from = i, .fail_step = i % 7 == 3 ? 5 : 0};
        struct err inner = {0};
        int n = 1 + (index + i) % 60;
        int rc = pool_run(all->pool, n, mark, &t, &inner);

        if (atomic_load(&t.overlaps))
            return err_set(e, ERR_ARG, "two threads in one slot");
        if (rc != (t.fail_step && i < n ? ERR_DATA : 0))
            return err_set(e, ERR_ARG, "loop %d gave %d", i, rc);
        if (rc == 0 && atomic_load(&t.started) != n)
            return err_set(e, ERR_ARG, "loop %d lost tasks", i);
    }
    if (all->fail_step && index >= all->fail_from)
        return err_set(e, ERR_IO, "image %d", index);
    return 0;
}

TEST(drivers_open_loops)
{
    for (size_t i = 0; i < 3; i++) {
        struct tally t = {.pool = new_pool(thread_counts[i])};
        struct err e = {0};
        int rc = pool_drive(t.pool, 40, drive, &t, &e);

        assert_string_equal(e.text, "");
        assert_int_equal(rc, 0);
        for (int k = 0; k < 40; k++)
            assert_int_equal(atomic_load(&t.seen[k]), 1);
        pool_free(t.pool);
    }
}

TEST(a_driver_that_fails_stops_the_rest)
{
    struct tally t = {.pool = new_pool(2), .fail_from = 4, .fail_step = 1};
    struct err e = {0};

    assert_int_equal(pool_drive(t.pool, 40, drive, &t, &e), ERR_IO);
    assert_string_equal(e.text, "image 4");
    assert_int_equal(atomic_load(&t.seen[39]), 0);
    pool_free(t.pool);
}

static void *outsider(void *arg)
{
    struct tally *all = arg;

    for (int i = 0; i < 100; i++) {
        struct tally t = {0};
        struct err e = {0};

        if (pool_run(all->pool, 1 + i % 20, mark, &t, &e) ||
            atomic_load(&t.started) != 1 + i % 20 || atomic_load(&t.overlaps))
            atomic_fetch_add(&all->overlaps, 1);
    }
    return NULL;
}

TEST(threads_from_outside_share_the_pool)
{
    for (size_t i = 0; i < 3; i++) {
        struct tally t = {.pool = new_pool(thread_counts[i])};
        pthread_t threads[4];

        for (int k = 0; k < 4; k++)
            assert_int_equal(pthread_create(&threads[k], NULL, outsider, &t),
                             0);
        for (int k = 0; k < 4; k++)
            pthread_join(threads[k], NULL);
        assert_int_equal(atomic_load(&t.overlaps), 0);
        pool_free(t.pool);
    }
}

static int stop_at_ten(void *arg, int index, int slot, struct err *e)
{
    struct tally *t = arg;

    (void)slot;
    (void)e;
    atomic_fetch_add(&t->started, 1);
    if (index == 10)
        pool_stop(t->pool);
    while (index > 10 && !pool_stopped(t->pool))
        sched_yield();
    return 0;
}

TEST(a_stopped_pool_starts_nothing)
{
    for (size_t i = 0; i < 3; i++) {
        struct tally t = {.pool = new_pool(thread_counts[i])};
        struct err e = {0};

        assert_false(pool_stopped(t.pool));
        assert_int_equal(pool_run(t.pool, TASKS, stop_at_ten, &t, &e),
                         ERR_STOP);
        assert_string_equal(e.text, "stopped");
        assert_true(pool_stopped(t.pool));
        assert_true(atomic_load(&t.started) < TASKS);
        atomic_store(&t.started, 0);
        assert_int_equal(pool_drive(t.pool, 3, stop_at_ten, &t, &e), ERR_STOP);
        assert_int_equal(atomic_load(&t.started), 0);
        pool_free(t.pool);
    }
}

struct meeting {
    struct pool *pool;
    pthread_barrier_t all;
};

static int meet(void *arg, int index, int slot, struct err *e)
{
    struct meeting *m = arg;

    (void)index;
    (void)slot;
    (void)e;
    pthread_barrier_wait(&m->all);
    return 0;
}

static int meet_inside(void *arg, int index, int slot, struct err *e)
{
    struct meeting *m = arg;

    (void)slot;
    return index ? 0 : pool_run(m->pool, 3, meet, m, e);
}

/* Would hang if fewer than three threads came. */
TEST(all_threads_work_on_one_loop)
{
    struct meeting m = {.pool = new_pool(3)};
    struct err e = {0};

    pthread_barrier_init(&m.all, NULL, 3);
    assert_int_equal(pool_run(m.pool, 3, meet, &m, &e), 0);
    assert_int_equal(pool_drive(m.pool, 2, meet_inside, &m, &e), 0);
    pthread_barrier_destroy(&m.all);
    pool_free(m.pool);
}

TEST(running_out_of_memory_is_reported)
{
    struct pool *pool = NULL;
    struct err e = {0};

    mem_fail_at(1);
    assert_int_equal(pool_new(2, &pool, &e), ERR_MEM);
    mem_fail_at(0);
    assert_null(pool);
    assert_int_equal(mem_used(), 0);
}

TESTS(every_task_runs_once, a_loop_of_none_is_done,
      the_lowest_failure_is_reported,
      a_count_of_threads_out_of_range_is_refused, drivers_open_loops,
      a_driver_that_fails_stops_the_rest, threads_from_outside_share_the_pool,
      a_stopped_pool_starts_nothing, all_threads_work_on_one_loop,
      running_out_of_memory_is_reported)
