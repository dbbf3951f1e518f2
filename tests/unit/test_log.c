/* Talk: as much as was asked for, one safe line each. */

#include <fcntl.h>
#include <unistd.h>

#include "test.h"

#include "base/log.h"

static char got[4096];

static void say_all(enum log_level level)
{
    int pipes[2], saved = dup(2);
    ssize_t n;

    assert_int_equal(pipe(pipes), 0);
    dup2(pipes[1], 2);
    close(pipes[1]);
    log_set_level(level);
    log_warn("w %d\x1b[2J", 1);
    log_info("i\nj");
    log_debug("%s", "d");
    fprintf(stderr, ".");
    dup2(saved, 2);
    close(saved);
    n = read(pipes[0], got, sizeof(got) - 1);
    assert_true(n > 0);
    while (n > 0 && got[n - 1] != '.') {
        ssize_t more = read(pipes[0], got + n, sizeof(got) - 1 - (size_t)n);

        assert_true(more > 0);
        n += more;
    }
    got[n - 1] = '\0';
    close(pipes[0]);
}

TEST(warnings_are_the_default)
{
    assert_int_equal(log_level_now(), LOG_WARN);
}

TEST(each_level_says_more)
{
    say_all(LOG_QUIET);
    assert_string_equal(got, "");
    say_all(LOG_WARN);
    assert_string_equal(got, "portal: warning: w 1?[2J\n");
    say_all(LOG_INFO);
    assert_string_equal(got, "portal: warning: w 1?[2J\nportal: i?j\n");
    say_all(LOG_DEBUG);
    assert_string_equal(got,
                        "portal: warning: w 1?[2J\nportal: i?j\nportal: d\n");
}

TESTS(warnings_are_the_default, each_level_says_more)
