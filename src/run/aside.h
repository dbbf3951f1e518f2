#ifndef RUN_ASIDE_H
#define RUN_ASIDE_H

/*
 * Puts inputs aside that are over: those that succeeded below one folder,
 * those that failed below another with a file of JSON beside each that says
 * why. Nothing is overwritten: a name that is taken becomes name-2, name-3, …
 * Between file systems a file is copied, synced and compared in size before
 * it is removed. A thread of its own does it, so that large copies keep nobody
 * waiting.
 *
 * What cannot be moved stays where it is, and is told. A folder that is gone,
 * or is another file system's now, is not made anew.
 */

#include "run/report.h"

struct aside;

struct aside_file {
    const char *path, *rest; /* rest: below the folder it goes to */
    struct journal_id id;    /* it is moved while it is still this */
    const char *beside;      /* a file that goes with it, or NULL  */
    const char *output;
    const char *reason; /* that it failed, or NULL */
    int attempts;
};

/* Makes the folders (`done`, `failed`: NULL for none); `report` is told. */
int aside_new(const char *done, const char *failed, struct report *report,
              struct aside **out, struct err *e);

/* Copies what it is told; without a folder for it, nothing happens. */
int aside_put(struct aside *a, const struct aside_file *f, struct err *e);

/* Waits for the rest; with `drop` only for what has no end in sight. */
void aside_free(struct aside *a, bool drop);

#endif
