/* The cache under several processes at once, some of which are killed. */

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "test.h"

#include "base/file.h"
#include "scratch.h"
#include "store/cache.h"

#define MANY 8
#define SIZE 200000

/* Seen by all processes. */
struct shared {
    atomic_int ready, made, putting;
    atomic_bool over;
};

static struct shared *shared;

static int share(void **state)
{
    shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
                  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    return shared == MAP_FAILED || enter(state);
}

static int unshare_it(void **state)
{
    munmap(shared, sizeof(*shared));
    return leave(state);
}

static struct hash128 key_of(uint64_t n)
{
    return hash_bytes128(&n, sizeof(n));
}

static void fill(uint8_t *bytes, size_t count, uint64_t n)
{
    uint64_t x = n * 2654435761u + 1;

    for (size_t i = 0; i < count; i++) {
        x = x * 6364136223846793005u + 1442695040888963407u;
        bytes[i] = (uint8_t)(x >> 60);
    }
}

static int make(void *arg, struct buf *value, struct err *e)
{
    int rc = buf_reserve(value, SIZE, e);

    atomic_fetch_add(&shared->made, 1);
    if (arg) /* dies with the lock in its hands */
        raise(SIGKILL);
    if (rc == 0) {
        fill(value->data, SIZE, 1);
        value->len = SIZE;
    }
    return rc;
}

/* The exit code of a process that fetches entry 1: 0 when it is right. */
static int fetch(bool die)
{
    struct buf value = {.max = SIZE};
    static uint8_t want[SIZE];
    struct cache *c = NULL;
    struct err e = {0};
    int wrong;

    if (cache_open("c", 1 << 20, &c, &e) < 0)
        return 1;
    atomic_fetch_add(&shared->ready, 1);
    while (!die && atomic_load(&shared->ready) < MANY)
        sched_yield();
    wrong = cache_fetch(c, key_of(1), 4, make, die ? c : NULL, NULL, NULL,
                        &value, NULL, &e) < 0;
    fill(want, SIZE, 1);
    if (!wrong)
        wrong = value.len != SIZE || memcmp(value.data, want, SIZE) != 0;
    buf_release(&value);
    cache_close(c);
    return wrong;
}

TEST(eight_at_once_make_it_once)
{
    int status;

    for (int i = 0; i < MANY; i++)
        if (!fork())
            _exit(fetch(false));
    for (int i = 0; i < MANY; i++) {
        assert_true(wait(&status) > 0);
        assert_int_equal(status, 0);
    }
    assert_int_equal(shared->made, 1);
}

struct thread {
    pthread_t id;
    struct cache *c;
    int wrong;
};

static void *fetch_in_thread(void *arg)
{
    struct thread *t = arg;
    struct buf value = {.max = SIZE};
    struct err e = {0};

    atomic_fetch_add(&shared->ready, 1);
    while (atomic_load(&shared->ready) < MANY)
        sched_yield();
    t->wrong = cache_fetch(t->c, key_of(1), 4, make, NULL, NULL, NULL, &value,
                           NULL, &e) < 0 ||
               value.len != SIZE;
    buf_release(&value);
    return NULL;
}

TEST(eight_threads_make_it_once)
{
    struct thread t[MANY] = {0};
    struct cache *c = NULL;
    struct err e = {0};

    assert_int_equal(cache_open("c", 1 << 20, &c, &e), 0);
    for (int i = 0; i < MANY; i++) {
        t[i].c = c;
        assert_int_equal(pthread_create(&t[i].id, NULL, fetch_in_thread, &t[i]),
                         0);
    }
    for (int i = 0; i < MANY; i++) {
        assert_int_equal(pthread_join(t[i].id, NULL), 0);
        assert_false(t[i].wrong);
    }
    assert_int_equal(shared->made, 1);
    cache_close(c);
}

TEST(who_dies_while_making_lets_the_next_try)
{
    int status;
    pid_t pid;

    for (int i = 0; i < 3; i++) {
        pid = fork();
        if (!pid)
            _exit(fetch(true));
        assert_int_equal(waitpid(pid, &status, 0), pid);
        assert_true(WIFSIGNALED(status));
    }
    atomic_store(&shared->ready, MANY);
    assert_int_equal(fetch(false), 0);
    assert_int_equal(shared->made, 4);
}

/* Puts entries for ever, or until it is over. */
static int keep_putting(uint64_t first, uint64_t limit)
{
    static uint8_t bytes[SIZE];
    struct cache *c = NULL;
    struct err e = {0};

    if (cache_open("c", limit, &c, &e) < 0)
        return 1;
    for (uint64_t n = first; !atomic_load(&shared->over); n++) {
        fill(bytes, SIZE, n % 40);
        if (cache_put(c, key_of(n % 40), bytes, SIZE, 1, &e) < 0)
            return 1;
        atomic_fetch_add(&shared->putting, 1);
    }
    cache_close(c);
    return 0;
}

/* Entries that are there and right; a wrong one fails the test. */
static int count_right(uint64_t limit)
{
    struct buf value = {.max = SIZE};
    static uint8_t want[SIZE];
    struct cache *c = NULL;
    struct err e = {0};
    int right = 0;

    assert_int_equal(cache_open("c", limit, &c, &e), 0);
    for (uint64_t n = 0; n < 40; n++) {
        fill(want, SIZE, n);
        if (cache_get(c, key_of(n), &value, &e) != 1)
            continue;
        assert_int_equal(value.len, SIZE);
        assert_memory_equal(value.data, want, SIZE);
        right++;
    }
    buf_release(&value);
    cache_close(c);
    return right;
}

static void wait_for_puts(int more)
{
    const int until = atomic_load(&shared->putting) + more;

    while (atomic_load(&shared->putting) < until)
        sched_yield();
}

TEST(a_kill_during_a_write_leaves_nothing_bad)
{
    const uint64_t limit = 40 * SIZE;
    struct cache *c = NULL;
    uint64_t sound, damaged;
    struct err e = {0};
    pid_t pid;

    for (int i = 0; i < 30; i++) {
        pid = fork();
        if (!pid)
            _exit(keep_putting((uint64_t)i * 7, limit));
        wait_for_puts(1 + i % 3);
        for (int j = 0; j < i * 500; j++) /* at another place each time */
            atomic_load(&shared->putting);
        kill(pid, SIGKILL);
        waitpid(pid, NULL, 0);
        assert_true(count_right(limit) > 0);
    }
    assert_int_equal(cache_open("c", limit, &c, &e), 0);
    assert_int_equal(cache_verify(c, &sound, &damaged, &e), 0);
    assert_int_equal(damaged, 0);
    assert_int_equal(sound, count_right(limit));
    cache_close(c);
}

TEST(the_limit_holds_for_all_together)
{
    const uint64_t limit = 700000;
    struct cache_stats s = {0};
    struct cache *c = NULL;
    pid_t pid[MANY];
    struct err e = {0};
    uint64_t most = 0;
    int status;

    for (int i = 0; i < MANY; i++) {
        pid[i] = fork();
        if (!pid[i])
            _exit(keep_putting((uint64_t)i * 5, limit));
    }
    assert_int_equal(cache_open("c", limit, &c, &e), 0);
    for (int i = 0; i < 40; i++) {
        wait_for_puts(3);
        assert_int_equal(cache_stats(c, &s, &e), 0);
        most = s.bytes > most ? s.bytes : most;
        if (i == 20)
            kill(pid[0], SIGKILL);
    }
    atomic_store(&shared->over, true);
    for (int i = 0; i < MANY; i++) {
        assert_int_equal(waitpid(pid[i], &status, 0), pid[i]);
        assert_int_equal(status, i == 0 ? SIGKILL : 0);
    }
    assert_int_equal(cache_stats(c, &s, &e), 0);
    assert_true(s.bytes <= limit);
    assert_true(most > limit / 2 && most <= limit);
    assert_true(count_right(limit) > 0);
    cache_close(c);
}

TESTS_EACH(share, unshare_it, eight_at_once_make_it_once,
           eight_threads_make_it_once, who_dies_while_making_lets_the_next_try,
           a_kill_during_a_write_leaves_nothing_bad,
           the_limit_holds_for_all_together)
