#ifndef RUN_WATCH_H
#define RUN_WATCH_H

/*
 * Folders that files are dropped into: which of them are new or changed, and
 * at rest. Each is handed out once for what it is, and again when it has become
 * another. What is made of them is the caller's business (run/hot.c).
 *
 * Folders are read every so often, and that alone finds everything. Events of
 * the system (inotify) only find it sooner, and tell when a file is written to
 * and still open. So network file systems, which send none, the system's limit
 * on watches and an overflow cost nothing but time.
 *
 * A file is at rest when its size and time have stayed the same for a while by
 * the caller's clock and nobody who was seen writing has it open. Closing does
 * not shorten the wait: whoever copies slowly may open it again. An empty file
 * is one that has not come yet. Hidden and temporary names are left alone.
 *
 * A folder that goes away is waited for, as is one that has become the empty
 * mount point of what was there; what was known stays known meanwhile.
 *
 * Time is fed: ns of any clock that does not jump. One thread.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/text.h"
#include "run/content.h"

struct watch_rules {
    const struct text_list *folders;
    struct text_list except; /* paths of folders below them, as seen there */
    int64_t settle_ns;       /* at rest for so long        */
    int64_t poll_ns;         /* between readings           */
    bool recursive;
    bool events; /* use them where there are any */
    /* Whether a file that is at rest is of use; if not, it is left alone until
       it changes. NULL: all are. */
    bool (*wanted)(void *arg, const char *path);
    /* A folder is gone, or back: one sentence. */
    void (*say)(void *arg, const char *text);
    void *arg;
};

struct watch;

/* The rules and their texts must outlive it. Fails without memory only. */
int watch_open(const struct watch_rules *rules, struct watch **out,
               struct err *e);
void watch_close(struct watch *w);

/*
 * Takes what has happened and goes on reading folders, for some milliseconds;
 * true in *more: it has not come to an end. To be called often.
 */
int watch_turn(struct watch *w, int64_t now_ns, bool *more, struct err *e);

struct watch_found {
    const char *path; /* lent until watch_over() of it       */
    const char *rest; /* in it: below the folder that was named */
    struct journal_id id;
};

/* The next file that is at rest; it stays the caller's until watch_over(). */
bool watch_next(struct watch *w, int64_t now_ns, struct watch_found *found);

/* What has become of a file that the caller has. */
enum watch_change { WATCH_SAME, WATCH_CHANGED, WATCH_GONE };
enum watch_change watch_look(struct watch *w, const char *path);

/* What it was when it was handed out. */
bool watch_id(struct watch *w, const char *path, struct journal_id *id);

/* The caller is through with it, or wants it `again` when it is at rest. */
void watch_over(struct watch *w, const char *path, bool again, int64_t now_ns);

/* Whether it is a file that has been seen and is still there. */
bool watch_knows(struct watch *w, const char *path);

/* All folders have been read and nothing is waited for but new files. */
bool watch_idle(const struct watch *w);

/* Hidden, or called as what programs write before they rename it. */
bool watch_is_temporary(const char *name);

#endif
