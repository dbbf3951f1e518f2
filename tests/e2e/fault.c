/*
 * Loaded before a program (LD_PRELOAD): makes its worker processes fail at
 * files by their names, at the places where it hurts most.
 *
 *   crash, hang, eat   at the opening: a bad address, no end, ever more memory
 *   late, orphan       at the naming of the output: this process is killed just
 *                      after; its supervisor is killed just before
 */

#undef _FILE_OFFSET_BITS /* open() and open64() are two functions here */

#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#define PUBLIC __attribute__((visibility("default")))
#define PIECE  ((size_t)16 << 20)

static bool is_worker(void)
{
    static int known; /* 1: no, 2: yes */
    char line[64] = "";
    FILE *f;

    if (known)
        return known == 2;
    known = 1;
    f = fopen("/proc/self/cmdline", "r");
    if (f && fread(line, 1, sizeof(line) - 1, f) > 0 &&
        !strcmp(line + strlen(line) + 1, "worker"))
        known = 2;
    if (f)
        fclose(f);
    return known == 2;
}

static bool is_at(const char *path, const char *what)
{
    const char *slash = strrchr(path, '/');

    return strstr(slash ? slash + 1 : path, what) && is_worker();
}

/* The function behind this one, into a pointer of its type. */
static void find(const char *name, void *function)
{
    void *found = dlsym(RTLD_NEXT, name);

    memcpy(function, &found, sizeof(found));
}

static void on_open(const char *path)
{
    if (is_at(path, "crash")) {
        signal(SIGSEGV, SIG_DFL);
        raise(SIGSEGV);
    }
    while (is_at(path, "hang"))
        pause();
    while (is_at(path, "eat")) {
        char *more = malloc(PIECE);

        if (more)
            memset(more, 1, PIECE);
        usleep(2000);
    }
}

static mode_t mode_of(int flags, va_list args)
{
    const bool makes = flags & O_CREAT || (flags & O_TMPFILE) == O_TMPFILE;

    return makes ? va_arg(args, mode_t) : 0;
}

#define OPEN(name)                                                             \
    PUBLIC int name(const char *path, int flags, ...);                         \
    PUBLIC int name(const char *path, int flags, ...)                          \
    {                                                                          \
        int (*real)(const char *, int, ...);                                   \
        va_list args;                                                          \
        mode_t mode;                                                           \
                                                                               \
        find(#name, &real);                                                    \
        va_start(args, flags);                                                 \
        mode = mode_of(flags, args);                                           \
        va_end(args);                                                          \
        on_open(path);                                                         \
        return real(path, flags, mode);                                        \
    }

#define OPENAT(name)                                                           \
    PUBLIC int name(int folder, const char *path, int flags, ...);             \
    PUBLIC int name(int folder, const char *path, int flags, ...)              \
    {                                                                          \
        int (*real)(int, const char *, int, ...);                              \
        va_list args;                                                          \
        mode_t mode;                                                           \
                                                                               \
        find(#name, &real);                                                    \
        va_start(args, flags);                                                 \
        mode = mode_of(flags, args);                                           \
        va_end(args);                                                          \
        on_open(path);                                                         \
        return real(folder, path, flags, mode);                                \
    }

OPEN(open)
OPEN(open64)
OPENAT(openat)
OPENAT(openat64)

static void before_name(const char *path)
{
    if (!is_at(path, "orphan"))
        return;
    kill(getppid(), SIGKILL);
    for (;;)
        pause(); /* until this is noticed */
}

static void after_name(const char *path)
{
    if (is_at(path, "late"))
        raise(SIGKILL);
}

PUBLIC int rename(const char *from, const char *to)
{
    int (*real)(const char *, const char *);
    int rc;

    find("rename", &real);
    before_name(to);
    rc = real(from, to);
    after_name(to);
    return rc;
}

PUBLIC int renameat2(int a, const char *from, int b, const char *to,
                     unsigned flags)
{
    int (*real)(int, const char *, int, const char *, unsigned);
    int rc;

    find("renameat2", &real);
    before_name(to);
    rc = real(a, from, b, to, flags);
    after_name(to);
    return rc;
}
