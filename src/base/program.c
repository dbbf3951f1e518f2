/* Running a program and catching what it says. */

#include "base/program.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/err.h"
#include "base/trace.h"

#define MS INT64_C(1000000) /* in ns */

struct child {
    pid_t pid;
    int out[2], err[2]; /* pipes */
};

static void close_end(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

/* 0, or the system's number of what went wrong. */
static int spawn(const char *const *argv, struct child *c)
{
    posix_spawn_file_actions_t actions;
    char **words;
    int reason;

    memcpy(&words, &argv, sizeof(words));
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, c->out[1], 1);
    posix_spawn_file_actions_adddup2(&actions, c->err[1], 2);
    reason = posix_spawnp(&c->pid, argv[0], &actions, NULL, words, environ);
    posix_spawn_file_actions_destroy(&actions);
    return reason;
}

/* What there is to read now; at the end the pipe is closed. */
static int take(int *fd, struct buf *b, struct err *e)
{
    char bytes[4096];
    const ssize_t n = read(*fd, bytes, sizeof(bytes));

    if (n < 0 && errno == EINTR)
        return 0;
    if (n <= 0) {
        close_end(fd);
        return 0;
    }
    return buf_add(b, bytes, (size_t)n, e);
}

/* Reads both until they end: 1, or 0 when that takes too long. */
static int listen_to(struct child *c, int limit_ms, struct program_result *r,
                     struct err *e)
{
    const int64_t end = time_ns() + limit_ms * MS;
    int rc = 0;

    while (rc >= 0 && (c->out[0] >= 0 || c->err[0] >= 0)) {
        struct pollfd p[2] = {{c->out[0], POLLIN, 0}, {c->err[0], POLLIN, 0}};
        const int64_t left = limit_ms ? (end - time_ns()) / MS : -1;

        if (limit_ms && left <= 0)
            return 0;
        if (poll(p, 2, (int)left) < 0 && errno != EINTR)
            return err_errno(e, "cannot wait for", "a program");
        if (p[0].revents)
            rc = take(&c->out[0], &r->out, e);
        if (rc >= 0 && p[1].revents)
            rc = take(&c->err[0], &r->err, e);
    }
    return rc < 0 ? rc : 1;
}

static int wait_for(pid_t pid)
{
    int status;

    while (waitpid(pid, &status, 0) < 0)
        if (errno != EINTR)
            return PROGRAM_KILLED;
    return WIFEXITED(status) ? WEXITSTATUS(status) : PROGRAM_KILLED;
}

int program_run(const char *const *argv, int limit_ms, struct program_result *r,
                struct err *e)
{
    struct child c = {0, {-1, -1}, {-1, -1}};
    int rc = 0;

    *r = (struct program_result){.out.max = PROGRAM_TEXT_MAX,
                                 .err.max = PROGRAM_TEXT_MAX};
    if (pipe2(c.out, O_CLOEXEC) < 0 || pipe2(c.err, O_CLOEXEC) < 0) {
        rc = err_errno(e, "cannot make", "a pipe");
        goto out;
    }
    errno = spawn(argv, &c);
    if (errno == ENOENT)
        r->exit = PROGRAM_MISSING;
    else if (errno)
        rc = err_errno(e, "cannot start", argv[0]);
    if (errno)
        goto out;
    close_end(&c.out[1]);
    close_end(&c.err[1]);
    rc = listen_to(&c, limit_ms, r, e);
    if (rc <= 0)
        kill(c.pid, SIGKILL);
    r->exit = wait_for(c.pid);
    if (rc == 0)
        r->exit = PROGRAM_LATE;
    rc = rc < 0 ? rc : 0;
out:
    for (int i = 0; i < 2; i++) {
        close_end(&c.out[i]);
        close_end(&c.err[i]);
    }
    return rc;
}

void program_release(struct program_result *r)
{
    buf_release(&r->out);
    buf_release(&r->err);
}
