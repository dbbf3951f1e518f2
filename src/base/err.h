#ifndef BASE_ERR_H
#define BASE_ERR_H

/*
 * How everything in this project fails.
 *
 * A function that can fail returns int: 0, or one of the negative codes below.
 * Its last argument is a struct err on the caller's stack, where it leaves one
 * sentence a user can act on. Nothing is logged on the way up; whoever stops
 * the error (a command, a batch, a test) prints it once.
 */

#include <stddef.h>

enum err_code {
    ERR_ARG = -1,  /* the caller asked for something that cannot be  */
    ERR_DATA = -2, /* a file or message is malformed                 */
    ERR_IO = -3,   /* the system refused: disk, permission, socket   */
    ERR_MEM = -4,  /* out of memory, or over a configured limit      */
    ERR_STOP = -5, /* cancelled by the user                          */
};

#define ERR_TEXT_MAX 480

struct err {
    int code; /* 0 while nothing has failed */
    char text[ERR_TEXT_MAX];
};

/*
 * Records the failure and returns `code`, so that callers can return it. Text
 * that is too long is cut; bytes that a terminal would act on become '?'. The
 * arguments may come from e itself; without an e (NULL) only the code returns.
 */
int err_set(struct err *e, enum err_code code, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* ERR_MEM with the size that could not be had. */
int err_mem(struct err *e, size_t size);

/* Puts "<prefix>: " before the text: where it failed, seen from further up. */
int err_prefix(struct err *e, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* ERR_IO "<what> '<name>': <the system's reason for errno>". */
int err_errno(struct err *e, const char *what, const char *name);

#ifdef __clang_analyzer__
/* What a static analyzer cannot see from outside err.c: these are failures. */
#define err_set(e, code, ...)    (err_set(e, code, __VA_ARGS__), (int)(code))
#define err_mem(e, size)         (err_mem(e, size), (int)ERR_MEM)
#define err_prefix(e, ...)       (err_prefix(e, __VA_ARGS__), (int)ERR_ARG)
#define err_errno(e, what, name) (err_errno(e, what, name), (int)ERR_IO)
#endif

/* Runs a fallible call in a function that has `int rc` and a label `out`. */
#define TRY(call)                                                              \
    do {                                                                       \
        rc = (call);                                                           \
        if (rc < 0)                                                            \
            goto out;                                                          \
    } while (0)

#endif
