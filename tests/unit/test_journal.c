/* The journal: the life of a row, claims of dead runs, damage. */

#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "test.h"

#include "base/mem.h"
#include "base/trace.h"
#include "scratch.h"
#include "store/journal_module.h"

#define DB "r/.portal/journal.db"

/* What the cases are run with: on a local file system, and on a network. */
static struct journal_rules rules;

static struct journal *open_it(void)
{
    struct journal *j = NULL;
    struct err e = {0};

    if (journal_open_by(&rules, "r", "a test", &j, &e) < 0)
        fail_msg("%s", e.text);
    return j;
}

static void add(struct journal *j, const char *output)
{
    struct err e = {0};

    assert_int_equal(journal_enqueue(j, output, "in", &e), 0);
}

static int64_t fence_of(struct journal *j, const char *output)
{
    struct journal_row row;
    struct err e = {0};

    assert_int_equal(journal_find(j, output, &row, &e), 1);
    return row.fence;
}

static enum journal_state state_of(struct journal *j, const char *output)
{
    struct journal_row row;
    struct err e = {0};

    assert_int_equal(journal_find(j, output, &row, &e), 1);
    return row.state;
}

/* The fence of a claim that must succeed. */
static int64_t take(struct journal *j, const char *output,
                    struct journal_row *now)
{
    const int64_t seen = fence_of(j, output);
    enum journal_claim claim;
    struct err e = {0};
    int64_t fence;

    if (journal_claim(j, output, seen, &claim, &fence, now, &e) < 0)
        fail_msg("%s", e.text);
    assert_int_equal(claim, CLAIM_TAKEN);
    assert_true(fence > seen);
    return fence;
}

static enum journal_claim try_take(struct journal *j, const char *output)
{
    enum journal_claim claim;
    struct journal_row now;
    struct err e = {0};
    int64_t fence;

    if (journal_claim(j, output, fence_of(j, output), &claim, &fence, &now,
                      &e) < 0)
        fail_msg("%s", e.text);
    return claim;
}

static const struct journal_row whole = {
    .output = "out/ä.png",
    .input = "in/ä.tif",
    .in = {1, -2, {3, 0xfedcba9876543210}},
    .out = {UINT64_MAX, INT64_MAX, {5, 6}},
    .recipe = {7, 8},
    .ended_ms = 1234567890123,
    .seconds = 1.25,
    .reason = "none",
    .detail = "{\"a\": 1}",
};

static void assert_same_id(const struct journal_id *a,
                           const struct journal_id *b)
{
    assert_int_equal(a->size, b->size);
    assert_int_equal(a->mtime_ns, b->mtime_ns);
    assert_int_equal(a->hash.hi, b->hash.hi);
    assert_int_equal(a->hash.lo, b->hash.lo);
}

TEST(an_output_is_queued_claimed_made_and_done)
{
    struct journal *j = open_it();
    struct journal_row row = whole, now;
    struct err e = {0};

    assert_int_equal(journal_find(j, whole.output, &now, &e), 0);
    assert_int_equal(journal_enqueue(j, whole.output, whole.input, &e), 0);
    assert_int_equal(journal_enqueue(j, whole.output, "another", &e), 0);
    row.fence = take(j, whole.output, &now);
    assert_int_equal(now.state, JOURNAL_QUEUED);
    assert_string_equal(now.input, whole.input);
    assert_string_equal(now.reason, "");
    assert_int_equal(now.attempts, 0);
    assert_int_equal(state_of(j, whole.output), JOURNAL_LEASED);
    assert_int_equal(journal_intent(j, &row, &e), 0);
    assert_int_equal(journal_find(j, whole.output, &now, &e), 1);
    assert_int_equal(now.state, JOURNAL_COMMITTING);
    assert_same_id(&now.out, &whole.out);
    assert_int_equal(now.ended_ms, 0);
    assert_int_equal(journal_done(j, &row, &e), 0);
    assert_int_equal(journal_find(j, whole.output, &now, &e), 1);
    assert_int_equal(now.state, JOURNAL_DONE);
    assert_int_equal(now.attempts, 1);
    assert_int_equal(now.run, journal_run(j));
    assert_same_id(&now.in, &whole.in);
    assert_same_id(&now.out, &whole.out);
    assert_int_equal(now.recipe.lo, 8);
    assert_int_equal(now.ended_ms, whole.ended_ms);
    assert_true(now.seconds == whole.seconds);
    assert_string_equal(now.reason, whole.reason);
    assert_string_equal(now.detail, whole.detail);
    journal_close(j);
}

TEST(a_failure_keeps_what_the_output_was)
{
    struct journal *j = open_it();
    struct journal_row row = whole, now;
    struct err e = {0};

    add(j, row.output);
    row.fence = take(j, row.output, &now);
    assert_int_equal(journal_done(j, &row, &e), 0);
    row.fence = take(j, row.output, &now);
    assert_int_equal(journal_killed(j, row.output, row.fence, true, &e), 0);
    assert_int_equal(journal_killed(j, row.output, row.fence, false, &e), 0);
    row.out = (struct journal_id){0};
    row.ended_ms = 0;
    row.kills = 2;
    assert_int_equal(journal_fail(j, &row, &e), 0);
    assert_int_equal(journal_find(j, row.output, &now, &e), 1);
    assert_int_equal(now.state, JOURNAL_FAILED);
    assert_same_id(&now.out, &whole.out);
    assert_int_equal(now.attempts, 3);
    assert_int_equal(now.kills, 2);
    assert_true(now.ended_ms > whole.ended_ms);
    row.fence = take(j, row.output, &now);
    assert_int_equal(journal_done(j, &row, &e), 0);
    assert_int_equal(journal_find(j, row.output, &now, &e), 1);
    assert_int_equal(now.kills, 0);
    journal_close(j);
}

TEST(what_is_released_is_as_it_was)
{
    struct journal *j = open_it();
    struct journal_row row = whole, now;
    struct err e = {0};

    add(j, row.output);
    row.fence = take(j, row.output, &now);
    assert_int_equal(journal_release(j, row.output, row.fence, &e), 0);
    assert_int_equal(journal_find(j, row.output, &now, &e), 1);
    assert_int_equal(now.state, JOURNAL_QUEUED);
    assert_int_equal(now.attempts, 0);
    assert_int_equal(now.run, 0);
    row.fence = take(j, row.output, &now);
    assert_int_equal(journal_done(j, &row, &e), 0);
    row.fence = take(j, row.output, &now);
    assert_int_equal(journal_release(j, row.output, row.fence, &e), 0);
    assert_int_equal(journal_find(j, row.output, &now, &e), 1);
    assert_int_equal(now.state, JOURNAL_DONE);
    assert_int_equal(now.attempts, 1);
    assert_int_equal(now.ended_ms, whole.ended_ms);
    journal_close(j);
}

TEST(a_claim_has_one_owner)
{
    struct journal *a = open_it(), *b = open_it();
    struct journal_row row = whole, now;
    enum journal_claim claim;
    struct err e = {0};
    int64_t fence, seen;

    assert_int_not_equal(journal_run(a), journal_run(b));
    add(a, row.output);
    seen = fence_of(b, row.output);
    row.fence = take(a, row.output, &now);
    assert_int_equal(try_take(b, row.output), CLAIM_BUSY);
    assert_int_equal(try_take(a, row.output), CLAIM_BUSY);
    assert_int_equal(journal_intent(b, &row, &e), ERR_STOP);
    assert_int_equal(journal_done(a, &row, &e), 0);
    assert_int_equal(
        journal_claim(b, row.output, seen, &claim, &fence, &now, &e), 0);
    assert_int_equal(claim, CLAIM_CHANGED);
    assert_int_equal(now.state, JOURNAL_DONE);
    /* Who saw it claimed has not seen it done. */
    assert_int_equal(
        journal_claim(b, row.output, row.fence, &claim, &fence, &now, &e), 0);
    assert_int_equal(claim, CLAIM_CHANGED);
    assert_int_equal(journal_done(a, &row, &e), ERR_STOP);
    assert_int_equal(journal_fail(a, &row, &e), ERR_STOP);
    assert_int_equal(journal_release(a, row.output, row.fence, &e), ERR_STOP);
    assert_int_equal(journal_killed(a, row.output, row.fence, false, &e),
                     ERR_STOP);
    assert_int_equal(journal_claim(b, "none", 0, &claim, &fence, &now, &e),
                     ERR_ARG);
    journal_close(a);
    journal_close(b);
}

TEST(a_run_that_ends_gives_its_claims_back)
{
    struct journal *a = open_it(), *b = open_it();
    struct journal_row row = whole, now;
    struct err e = {0};

    add(a, "leased");
    add(a, row.output);
    take(a, "leased", &now);
    row.fence = take(a, row.output, &now);
    assert_int_equal(journal_intent(a, &row, &e), 0);
    journal_close(a);
    assert_int_equal(journal_find(b, "leased", &now, &e), 1);
    assert_int_equal(now.state, JOURNAL_QUEUED);
    assert_int_equal(now.attempts, 0);
    take(b, row.output, &now); /* nobody knows whether it has its name */
    assert_int_equal(now.state, JOURNAL_COMMITTING);
    assert_same_id(&now.out, &whole.out);
    journal_close(b);
    assert_int_not_equal(access("r/.portal/run-1.lock", F_OK), 0);
    assert_int_not_equal(access("r/.portal/run-2.lock", F_OK), 0);
    assert_int_not_equal(access(DB "-wal", F_OK), 0);
    assert_int_not_equal(access(DB "-shm", F_OK), 0);
}

/* A process that has claimed "a" and "b" and is killed, b being made. */
static void leave_claims(void)
{
    struct journal_row row = whole, now;
    struct err e = {0};
    struct journal *j;
    pid_t pid = fork();
    int status;

    if (!pid) {
        j = open_it();
        add(j, "a");
        add(j, "b");
        take(j, "a", &now);
        row.output = "b";
        row.fence = take(j, "b", &now);
        if (journal_intent(j, &row, &e) == 0)
            raise(SIGKILL);
        _exit(1);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFSIGNALED(status));
}

struct seen {
    int n, alive, held, done, failed;
    char names[200];
};

static int note(void *arg, const struct journal_row *row, struct err *e)
{
    struct seen *s = arg;

    (void)e;
    s->n++;
    snprintf(s->names + strlen(s->names), sizeof(s->names) - strlen(s->names),
             "%.20s ", row->output);
    return 0;
}

static int note_run(void *arg, const struct journal_runner *r, struct err *e)
{
    struct seen *s = arg;

    (void)e;
    s->n++;
    s->alive += r->alive;
    s->held += r->held;
    s->done += r->done;
    s->failed += r->failed;
    assert_string_equal(r->what, "a test");
    assert_true(r->began_ms > 0 && r->beat_ms >= r->began_ms);
    return 0;
}

TEST(what_a_killed_run_held_can_be_claimed_at_once)
{
    struct seen r = {0};
    struct journal_row now;
    struct err e = {0};
    struct journal *j;

    leave_claims();
    assert_int_equal(access("r/.portal/run-1.lock", F_OK), 0);
    j = open_it();
    assert_int_equal(journal_alive(j, 1, &e), 0);
    assert_int_equal(journal_alive(j, journal_run(j), &e), 1);
    assert_int_not_equal(access("r/.portal/run-1.lock", F_OK), 0);
    take(j, "a", &now);
    assert_int_equal(now.state, JOURNAL_LEASED);
    assert_int_equal(now.attempts, 1);
    take(j, "b", &now);
    assert_int_equal(now.state, JOURNAL_COMMITTING);
    assert_int_equal(now.out.hash.hi, whole.out.hash.hi);
    assert_int_equal(journal_runs(j, note_run, &r, &e), 0);
    assert_int_equal(r.n, 2);
    assert_int_equal(r.alive, 1);
    assert_int_equal(r.held, 2);
    journal_close(j);
}

/* Of another machine: nothing but the beat can be seen. */
static struct journal *open_elsewhere(void)
{
    struct journal *j;

    rules.boot = "another machine";
    j = open_it();
    rules.boot = NULL;
    return j;
}

static enum journal_claim take_in_time(struct journal *j, const char *output)
{
    const int64_t until = time_ns() + 20000000000;
    enum journal_claim claim;

    do
        claim = try_take(j, output);
    while (claim == CLAIM_BUSY && time_ns() < until);
    return claim;
}

TEST(a_machine_that_is_silent_is_given_up)
{
    struct journal_row row = whole, now;
    struct journal *a, *b;
    struct err e = {0};
    int64_t begin;

    if (!rules.network)
        return;
    rules.silent_ms = 200;
    a = open_elsewhere();
    b = open_it();
    add(a, row.output);
    row.fence = take(a, row.output, &now);
    begin = time_ns();
    while (time_ns() - begin < 500000000) { /* it beats, so it lives */
        assert_int_equal(journal_tick(a, &e), 0);
        assert_int_equal(journal_tick(b, &e), 0);
        assert_int_equal(try_take(b, row.output), CLAIM_BUSY);
    }
    assert_int_equal(take_in_time(b, row.output), CLAIM_TAKEN);
    assert_int_equal(journal_done(a, &row, &e), ERR_STOP);
    /* It was only slow: from now on it counts again. */
    add(a, "second");
    take(a, "second", &now);
    assert_int_equal(try_take(b, "second"), CLAIM_BUSY);
    journal_close(a);
    journal_close(b);
}

TEST(a_group_is_one_transaction)
{
    struct journal *a = open_it(), *b = open_it();
    struct journal_row row;
    struct err e = {0};

    assert_int_equal(journal_begin(a, &e), 0);
    add(a, "x");
    assert_int_equal(journal_find(b, "x", &row, &e), 0);
    assert_int_equal(journal_commit(a, &e), 0);
    assert_int_equal(journal_find(b, "x", &row, &e), 1);
    assert_int_equal(journal_begin(a, &e), 0);
    add(a, "y");
    journal_close(a);
    assert_int_equal(journal_find(b, "y", &row, &e), 0);
    journal_close(b);
}

TEST(all_rows_come_by_name)
{
    struct journal *j = open_it();
    struct seen s = {0}, all = {0};
    struct err e = {0};
    char name[20];

    add(j, "b");
    add(j, "c");
    add(j, "a");
    assert_int_equal(journal_rows(j, note, &s, &e), 0);
    assert_string_equal(s.names, "a b c ");
    assert_int_equal(journal_begin(j, &e), 0);
    for (int i = 0; i < 253; i++) {
        snprintf(name, sizeof(name), "%03d", i);
        add(j, name);
    }
    assert_int_equal(journal_commit(j, &e), 0);
    assert_int_equal(journal_rows(j, note, &all, &e), 0);
    assert_int_equal(all.n, 256);
    assert_int_equal(journal_enqueue(j, "", "in", &e), ERR_ARG);
    journal_close(j);
}

TEST(runs_are_counted)
{
    struct journal *a = open_it(), *b;
    struct journal_row row = whole, now;
    struct seen s = {0};
    struct err e = {0};

    for (int i = 0; i < 3; i++) {
        row.output = i ? i > 1 ? "c" : "b" : "a";
        add(a, row.output);
        row.fence = take(a, row.output, &now);
        if (i < 2)
            assert_int_equal((i ? journal_fail : journal_done)(a, &row, &e), 0);
    }
    b = open_it();
    assert_int_equal(journal_runs(b, note_run, &s, &e), 0);
    assert_int_equal(s.n, 2);
    assert_int_equal(s.alive, 2);
    assert_int_equal(s.held, 1);
    assert_int_equal(s.done, 1);
    assert_int_equal(s.failed, 1);
    journal_close(a);
    s = (struct seen){0};
    assert_int_equal(journal_runs(b, note_run, &s, &e), 0);
    assert_int_equal(s.alive, 1);
    assert_int_equal(s.held, 0);
    journal_close(b);
}

static int live(struct journal **j, struct err *e)
{
    struct journal_row row = whole, now;
    enum journal_claim claim;
    struct seen s = {0};
    int rc;

    TRY(journal_open_by(&rules, "r", "a test", j, e));
    TRY(journal_enqueue(*j, row.output, row.input, e));
    TRY(journal_find(*j, row.output, &now, e));
    TRY(journal_claim(*j, row.output, now.fence, &claim, &row.fence, &now, e));
    assert_int_equal(claim, CLAIM_TAKEN);
    TRY(journal_intent(*j, &row, e));
    TRY(journal_done(*j, &row, e));
    TRY(journal_tick(*j, e));
    TRY(journal_rows(*j, note, &s, e));
    assert_int_equal(s.n, 1);
    TRY(journal_runs(*j, note_run, &s, e));
out:
    return rc;
}

TEST(every_allocation_may_fail)
{
    const size_t used = mem_used();
    bool failed = true;

    for (long n = 1; failed; n++) {
        struct journal *j = NULL;
        struct err e = {0};
        int rc;

        assert_int_equal(system("rm -rf r"), 0);
        mem_fail_at(n);
        rc = live(&j, &e);
        failed = mem_failed();
        mem_fail_at(0);
        if (rc != (failed ? ERR_MEM : 0) || rc != e.code)
            fail_msg("allocation %ld: %d '%s'", n, rc, e.text);
        journal_close(j);
        assert_int_equal(mem_used(), used);
    }
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, enter, leave)

int main(void)
{
    const struct CMUnitTest both[] = {
        CASE(an_output_is_queued_claimed_made_and_done),
        CASE(a_failure_keeps_what_the_output_was),
        CASE(what_is_released_is_as_it_was),
        CASE(a_claim_has_one_owner),
        CASE(a_run_that_ends_gives_its_claims_back),
        CASE(what_a_killed_run_held_can_be_claimed_at_once),
        CASE(a_machine_that_is_silent_is_given_up),
        CASE(a_group_is_one_transaction),
        CASE(all_rows_come_by_name),
        CASE(runs_are_counted),
        CASE(every_allocation_may_fail),
    };
    int failed = cmocka_run_group_tests_name("local", both, NULL, NULL);

    rules = (struct journal_rules){.network = true};
    failed += cmocka_run_group_tests_name("network", both, NULL, NULL);
    return failed;
}
