/* Other programs: what they say, how they end, and that none stays. */

#include <stdlib.h>
#include <sys/wait.h>

#include "test.h"

#include "base/err.h"
#include "base/program.h"

static int bash(const char *script, int limit_ms, struct program_result *r)
{
    const char *argv[] = {"bash", "-c", script, NULL};
    struct err e = {0};

    return program_run(argv, limit_ms, r, &e);
}

TEST(both_outputs_and_the_code_are_caught)
{
    struct program_result r;

    assert_int_equal(bash("echo out; echo err >&2; exit 3", 0, &r), 0);
    assert_int_equal(r.exit, 3);
    assert_string_equal((char *)r.out.data, "out\n");
    assert_string_equal((char *)r.err.data, "err\n");
    program_release(&r);
}

TEST(much_on_both_outputs_does_not_block)
{
    struct program_result r;

    assert_int_equal(bash("head -c 500000 /dev/zero >&2; "
                          "head -c 500000 /dev/zero",
                          0, &r),
                     0);
    assert_int_equal(r.out.len, 500000);
    assert_int_equal(r.err.len, 500000);
    program_release(&r);
}

TEST(there_is_nothing_to_read)
{
    struct program_result r;

    assert_int_equal(bash("cat; echo end", 0, &r), 0);
    assert_string_equal((char *)r.out.data, "end\n");
    program_release(&r);
}

TEST(a_program_that_is_not_there_is_missing)
{
    const char *argv[] = {"no-such-program-here", NULL};
    struct program_result r;
    struct err e = {0};

    assert_int_equal(program_run(argv, 0, &r, &e), 0);
    assert_int_equal(r.exit, PROGRAM_MISSING);
    program_release(&r);
}

TEST(a_late_one_is_killed)
{
    struct program_result r;

    assert_int_equal(bash("echo begun; exec sleep 60", 200, &r), 0);
    assert_int_equal(r.exit, PROGRAM_LATE);
    assert_string_equal((char *)r.out.data, "begun\n");
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
    program_release(&r);
}

TEST(a_signal_is_told)
{
    struct program_result r;

    assert_int_equal(bash("kill -9 $$", 0, &r), 0);
    assert_int_equal(r.exit, PROGRAM_KILLED);
    program_release(&r);
}

TEST(too_much_text_is_refused)
{
    struct program_result r;

    assert_int_equal(bash("exec cat /dev/zero", 0, &r), ERR_MEM);
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
    program_release(&r);
}

TESTS(both_outputs_and_the_code_are_caught, much_on_both_outputs_does_not_block,
      there_is_nothing_to_read, a_program_that_is_not_there_is_missing,
      a_late_one_is_killed, a_signal_is_told, too_much_text_is_refused)
