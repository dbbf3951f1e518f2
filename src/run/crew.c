/* Worker processes, seen from the supervisor. */

#include "run/crew.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/text.h"
#include "base/trace.h"
#include "run/memory.h"
#include "run/worker.h"

#define SELF     "/proc/self/exe"
#define PEACE_MS 3000 /* that workers have to end by themselves */

struct crew {
    const struct process_options *o;
    const struct crew_owner *owner;
    struct hash128 look;
    int size;
    struct crew_member *member;
    struct pollfd *poll;
    const char **argv; /* of a worker */
};

int crew_size(const struct crew *c)
{
    return c->size;
}

struct crew_member *crew_member(struct crew *c, int i)
{
    return &c->member[i];
}

int crew_new(const struct process_options *o, struct hash128 look, int members,
             const struct crew_owner *owner, struct crew **out, struct err *e)
{
    const int n = o->worker.count;
    struct crew *c = mem_zero(1, sizeof(*c));

    if (!c)
        return err_mem(e, sizeof(*c));
    c->o = o;
    c->owner = owner;
    c->look = look;
    c->size = members;
    c->member = mem_zero((size_t)members, sizeof(*c->member));
    c->poll = mem_zero((size_t)members + 1, sizeof(*c->poll));
    c->argv = mem_zero((size_t)n + 4, sizeof(*c->argv));
    if (!c->member || !c->poll || !c->argv) {
        crew_free(c);
        return err_mem(e, (size_t)(members + n) * sizeof(*c->member));
    }
    for (int i = 0; i < members; i++)
        c->member[i].task = -1;
    c->argv[0] = "portal";
    c->argv[1] = "worker";
    for (int i = 0; i < n; i++)
        c->argv[2 + i] = o->worker.item[i];
    *out = c;
    return 0;
}

/*
 * Everything but standard output and error is closed in the child. Until it
 * ignores what a terminal sends to the whole group, it is deaf to it.
 */
static int spawn(struct crew *c, int fd, pid_t *pid, struct err *e)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attr;
    sigset_t deaf;
    char **argv;
    int reason;

    memcpy(&argv, &c->argv, sizeof(argv));
    sigemptyset(&deaf);
    for (int i = 0; i < WORKER_DEAF; i++)
        sigaddset(&deaf, worker_deaf[i]);
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attr);
    posix_spawnattr_setsigmask(&attr, &deaf);
    posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGMASK);
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, fd, WORKER_FD);
    reason = posix_spawn(pid, SELF, &actions, &attr, argv, environ);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attr);
    if (reason == 0)
        return 0;
    errno = reason;
    return err_errno(e, "cannot start", "a worker process");
}

int crew_start(struct crew *c, int i, struct err *e)
{
    struct crew_member *m = &c->member[i];
    int pair[2] = {-1, -1}, rc, moved;

    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
        return err_errno(e, "cannot make", "a pair of sockets");
    /* dup2() to itself would leave it closed by exec. */
    moved = fcntl(pair[1], F_DUPFD_CLOEXEC, WORKER_FD + 1);
    if (moved < 0) {
        rc = err_errno(e, "cannot make", "a socket");
        goto out;
    }
    close(pair[1]);
    pair[1] = moved;
    TRY(spawn(c, pair[1], &m->pid, e));
    m->fd = pair[0];
    pair[0] = -1;
    m->state = CREW_STARTING;
    m->greeted = false;
    m->reason[0] = '\0';
    m->heard_ns = m->moved_ns = m->began_ns = time_ns();
    m->in.len = 0;
out:
    for (int k = 0; k < 2; k++)
        if (pair[k] >= 0)
            close(pair[k]);
    return rc;
}

bool crew_give(struct crew *c, int i, int task, const struct wire_part *part,
               int parts)
{
    struct crew_member *m = &c->member[i];
    struct err e = {0};

    if (wire_send(m->fd, WIRE_JOB, part, parts, &e) < 0) {
        crew_kill(c, i, "did not listen");
        return false;
    }
    m->task = task;
    m->state = CREW_BUSY;
    m->began_ns = m->heard_ns = m->moved_ns = time_ns();
    return true;
}

bool crew_answer(struct crew *c, int i, bool yes)
{
    struct err e = {0};

    return wire_send(c->member[i].fd, yes ? WIRE_GO : WIRE_NO, NULL, 0, &e) ==
           0;
}

void crew_kill(struct crew *c, int i, const char *fmt, ...)
{
    struct crew_member *m = &c->member[i];
    va_list args;

    if (m->state == CREW_ABSENT || m->state == CREW_DYING)
        return;
    va_start(args, fmt);
    vsnprintf(m->reason, sizeof(m->reason), fmt, args);
    va_end(args);
    m->state = CREW_DYING;
    kill(m->pid, SIGKILL);
}

/* Waits for the end of a process that is ending. */
static int reap(pid_t pid)
{
    int status = 0;

    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        ;
    return status;
}

static void say_end(const struct crew_member *m, int status,
                    char text[static 200])
{
    const int number = WIFSIGNALED(status) ? WTERMSIG(status) : 0;

    if (m->reason[0])
        snprintf(text, 200, "%s", m->reason);
    else if (number == SIGKILL)
        snprintf(text, 200,
                 "was killed from outside (signal 9), by the system if memory "
                 "ran out");
    else if (number)
        snprintf(text, 200, "was killed by signal %d (%s)", number,
                 strsignal(number));
    else
        snprintf(text, 200, "ended with exit code %d", WEXITSTATUS(status));
}

static void bury(struct crew *c, int i)
{
    struct crew_member *m = &c->member[i];
    char reason[200];

    close(m->fd);
    m->fd = -1;
    kill(m->pid, SIGKILL); /* the socket is gone: so is its use */
    say_end(m, reap(m->pid), reason);
    m->state = CREW_ABSENT;
    c->owner->died(c->owner->arg, i, reason);
}

static void take_hello(struct crew *c, int i, const struct wire_message *msg)
{
    struct crew_member *m = &c->member[i];
    struct wire_hello hello;

    if (msg->len != sizeof(hello)) {
        crew_kill(c, i, "is of another version of the program");
        return;
    }
    memcpy(&hello, msg->bytes, sizeof(hello));
    hello.version[sizeof(hello.version) - 1] = '\0';
    if (!text_is(hello.version, PORTAL_VERSION))
        crew_kill(c, i, "is of another version of the program");
    else if (memcmp(&hello.look, &c->look, sizeof(c->look)) != 0)
        crew_kill(c, i, "found another look: a file of it has changed");
    else
        m->state = CREW_IDLE;
    m->greeted = m->state == CREW_IDLE;
}

static void take(struct crew *c, int i, const struct wire_message *msg)
{
    struct crew_member *m = &c->member[i];
    uint64_t ticks;

    m->heard_ns = time_ns();
    if (msg->kind == WIRE_TICK && msg->len == sizeof(ticks)) {
        memcpy(&ticks, msg->bytes, sizeof(ticks));
        if (ticks != m->ticks)
            m->moved_ns = m->heard_ns;
        m->ticks = ticks;
        return;
    }
    m->moved_ns = m->heard_ns;
    if (msg->kind == WIRE_HELLO && m->state == CREW_STARTING)
        take_hello(c, i, msg);
    else if (!c->owner->said(c->owner->arg, i, msg))
        crew_kill(c, i, "said something that makes no sense");
}

static void listen_to(struct crew *c, int i)
{
    struct crew_member *m = &c->member[i];
    struct wire_message msg;
    struct err e = {0};
    size_t used = 0;
    const int rc = wire_fill(m->fd, &m->in, &e);

    /* What it said before it was killed is not heard: its end is told. */
    while (m->state != CREW_DYING && wire_take(&m->in, &used, &msg))
        take(c, i, &msg);
    wire_drop(&m->in, used);
    if (rc < 0)
        crew_kill(c, i, "said something that makes no sense");
    if (rc <= 0)
        bury(c, i);
}

int crew_poll(struct crew *c, int wake, int timeout_ms, struct err *e)
{
    int n;

    for (int i = 0; i < c->size; i++)
        c->poll[i] = (struct pollfd){
            .fd = c->member[i].state == CREW_ABSENT ? -1 : c->member[i].fd,
            .events = POLLIN};
    c->poll[c->size] = (struct pollfd){.fd = wake, .events = POLLIN};
    n = poll(c->poll, (nfds_t)c->size + 1, timeout_ms);
    if (n < 0 && errno != EINTR)
        return err_errno(e, "cannot wait for", "worker processes");
    for (int i = 0; n > 0 && i < c->size; i++)
        if (c->poll[i].revents)
            listen_to(c, i);
    return 0;
}

void crew_skip(struct crew *c, int64_t ns)
{
    for (int i = 0; i < c->size; i++) {
        c->member[i].began_ns += ns;
        c->member[i].heard_ns += ns;
        c->member[i].moved_ns += ns;
    }
}

/* Waits for the end of a process until then, kills it, and buries it. */
static void see_off(struct crew_member *m, int64_t until_ns)
{
    while (time_ns() < until_ns)
        if (waitpid(m->pid, NULL, WNOHANG) != 0) {
            m->state = CREW_ABSENT;
            return;
        } else {
            usleep(500);
        }
    kill(m->pid, SIGKILL);
    reap(m->pid);
    m->state = CREW_ABSENT;
}

void crew_drop(struct crew *c)
{
    const int64_t until = time_ns() + PEACE_MS * INT64_C(1000000);

    for (int i = 0; i < c->size; i++)
        if (c->member[i].state != CREW_ABSENT)
            shutdown(c->member[i].fd, SHUT_RDWR);
    for (int i = 0; i < c->size; i++)
        if (c->member[i].state != CREW_ABSENT) {
            see_off(&c->member[i], until);
            close(c->member[i].fd);
            c->member[i].fd = -1;
        }
}

void crew_free(struct crew *c)
{
    if (!c)
        return;
    if (c->member) {
        crew_drop(c);
        for (int i = 0; i < c->size; i++)
            buf_release(&c->member[i].in);
    }
    mem_free(c->member);
    mem_free(c->poll);
    mem_free(c->argv);
    mem_free(c);
}
