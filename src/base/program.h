#ifndef BASE_PROGRAM_H
#define BASE_PROGRAM_H

/*
 * Another program: started, waited for, and what it says caught. No shell is
 * in between, so words need no quotes.
 */

#include "base/mem.h"

#define PROGRAM_MISSING (-1) /* there is none of that name in PATH */
#define PROGRAM_LATE    (-2) /* took too long and was killed       */
#define PROGRAM_KILLED  (-3) /* by a signal                        */

/* Text that it may write to each of its two outputs. */
#define PROGRAM_TEXT_MAX (1 << 20)

struct program_result {
    int exit; /* its code, or one of the above */
    struct buf out, err;
};

/*
 * Runs argv[0], found by PATH, with nothing to read; argv ends with NULL. A
 * limit of 0 ms is none. That it fails is no error: see r->exit. Fills *r
 * afresh; program_release() is due after a failure too.
 */
int program_run(const char *const *argv, int limit_ms, struct program_result *r,
                struct err *e);
void program_release(struct program_result *r);

#endif
