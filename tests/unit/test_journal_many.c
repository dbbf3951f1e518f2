/* A journal under several processes at once, some of which are killed. */

#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "test.h"

#include "base/trace.h"
#include "scratch.h"
#include "store/journal_module.h"

#define MANY    8
#define OUTPUTS 400
#define KILLS   12
#define LIMIT   100 /* seconds after which it hangs */

/* Seen by all processes. */
struct shared {
    atomic_int done[OUTPUTS];  /* times that done() succeeded              */
    atomic_int after[OUTPUTS]; /* claims that were taken after that        */
    atomic_int steps;
};

static struct shared *shared;
static struct journal_rules rules;
static int outputs = OUTPUTS;

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

/* Makes one output if nobody is at it; *over: it is done. */
static int try_one(struct journal *j, int i, bool *over, struct err *e)
{
    struct journal_row now, row = {.in = {1, 2, {3, 4}}};
    enum journal_claim claim;
    char name[20];
    int rc;

    snprintf(name, sizeof(name), "%03d", i);
    row.output = name;
    TRY(journal_find(j, name, &now, e));
    *over = now.state == JOURNAL_DONE;
    if (*over)
        return 0;
    TRY(journal_claim(j, name, now.fence, &claim, &row.fence, &now, e));
    if (claim != CLAIM_TAKEN)
        return 0;
    atomic_fetch_add(&shared->after[i], atomic_load(&shared->done[i]));
    TRY(journal_intent(j, &row, e));
    atomic_fetch_add(&shared->steps, 1);
    TRY(journal_done(j, &row, e));
    atomic_fetch_add(&shared->done[i], 1);
out:
    return rc;
}

/* The exit code of a process that works until all is done. */
static int work(int self)
{
    const int64_t until = time_ns() + LIMIT * (int64_t)1000000000;
    struct journal *j = NULL;
    struct err e = {0};
    int left = 1, rc;
    bool over;

    TRY(journal_open_by(&rules, "r", "many", &j, &e));
    while (left && time_ns() < until) {
        left = 0;
        for (int i = 0; i < outputs; i++) {
            TRY(try_one(j, (i + self * 37) % outputs, &over, &e));
            left += !over;
        }
        TRY(journal_tick(j, &e));
    }
out:
    if (rc < 0)
        fprintf(stderr, "%s\n", e.text);
    journal_close(j);
    return rc < 0 || left;
}

static pid_t start(int self)
{
    pid_t pid = fork();

    if (!pid)
        _exit(work(self));
    return pid;
}

static void make_all(void)
{
    struct journal *j = NULL;
    struct err e = {0};
    char name[20];

    assert_int_equal(journal_open_by(&rules, "r", "many", &j, &e), 0);
    assert_int_equal(journal_begin(j, &e), 0);
    for (int i = 0; i < outputs; i++) {
        snprintf(name, sizeof(name), "%03d", i);
        assert_int_equal(journal_enqueue(j, name, "in", &e), 0);
    }
    assert_int_equal(journal_commit(j, &e), 0);
    journal_close(j);
}

static void assert_all_done(void)
{
    struct journal *j = NULL;
    struct journal_row row;
    struct err e = {0};
    char name[20];

    assert_int_equal(journal_open_by(&rules, "r", "many", &j, &e), 0);
    for (int i = 0; i < outputs; i++) {
        snprintf(name, sizeof(name), "%03d", i);
        assert_int_equal(journal_find(j, name, &row, &e), 1);
        assert_int_equal(row.state, JOURNAL_DONE);
        /* Who was killed behind done() could not count it. */
        assert_true(shared->done[i] <= 1);
        assert_int_equal(shared->after[i], 0);
        assert_true(row.attempts >= 1);
    }
    journal_close(j);
}

TEST(all_is_done_once_whoever_is_killed)
{
    pid_t pid[MANY];
    int status;

    make_all();
    for (int i = 0; i < MANY; i++)
        pid[i] = start(i);
    for (int k = 0; k < KILLS; k++) {
        const int victim = k * 5 % MANY;
        const int from = atomic_load(&shared->steps);

        while (atomic_load(&shared->steps) < from + 7 &&
               atomic_load(&shared->steps) < outputs * 3 / 4)
            sched_yield();
        kill(pid[victim], SIGKILL);
        assert_int_equal(waitpid(pid[victim], &status, 0), pid[victim]);
        assert_true(WIFSIGNALED(status) || status == 0);
        pid[victim] = start(victim);
    }
    for (int i = 0; i < MANY; i++) {
        assert_int_equal(waitpid(pid[i], &status, 0), pid[i]);
        assert_int_equal(status, 0);
    }
    assert_all_done();
}

TEST(eight_open_a_new_journal_at_once)
{
    int status;

    for (int round = 0; round < 10; round++) {
        int failed = 0;

        assert_int_equal(system("rm -rf r"), 0);
        for (int i = 0; i < MANY; i++)
            if (!fork()) {
                struct journal *j = NULL;
                struct err e = {0};
                int rc = journal_open_by(&rules, "r", "many", &j, &e);

                if (rc < 0)
                    fprintf(stderr, "%s\n", e.text);
                journal_close(j);
                _exit(rc < 0);
            }
        for (int i = 0; i < MANY; i++) {
            assert_true(wait(&status) > 0);
            failed += status != 0;
        }
        assert_int_equal(failed, 0);
    }
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, share, unshare_it)

int main(void)
{
    const struct CMUnitTest both[] = {
        CASE(all_is_done_once_whoever_is_killed),
        CASE(eight_open_a_new_journal_at_once),
    };
    int failed = cmocka_run_group_tests_name("local", both, NULL, NULL);

    rules.network = true;
    outputs = OUTPUTS / 4; /* each is synced six times */
    failed += cmocka_run_group_tests_name("network", both, NULL, NULL);
    return failed;
}
