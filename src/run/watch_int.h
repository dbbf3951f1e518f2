#ifndef RUN_WATCH_INT_H
#define RUN_WATCH_INT_H

/* What the parts of a watch share; see watch.h. */

#include <dirent.h>
#include <sys/types.h>

#include "run/watch.h"

#define WATCH_DEPTH 64 /* of folders in folders */

enum seen_state {
    SEEN_WAITING, /* in the queue, the longest at rest first */
    SEEN_TAKEN,   /* the caller has it                       */
    SEEN_OVER,
};

/* A file. */
struct seen {
    struct seen *same; /* the next one of the bucket */
    struct seen *before, *after;
    struct journal_id id;
    int64_t since_ns;
    uint32_t scan; /* that met it last */
    int root;
    enum seen_state state;
    bool writing; /* it was written to and has not been closed */
    size_t rest;  /* where the path below the root begins */
    char path[];
};

struct root {
    const char *path;
    dev_t dev;
    ino_t ino;
    bool known, here;
    bool failed; /* not all of it could be read this time */
};

/* A folder whose events come. */
struct folder {
    int wd, root;
    char *path;
};

/* A folder that is being read. */
struct level {
    DIR *dir;
    char *path;
};

struct watch {
    const struct watch_rules *rules;
    struct root *root;
    int roots;

    struct seen **bucket;
    size_t buckets, files; /* buckets: a power of 2 */
    struct seen *first, *last;
    size_t waiting;

    int events;            /* -1: none */
    struct folder *folder; /* ascending by wd */
    int folders, room;
    bool full_told;

    struct level level[WATCH_DEPTH];
    int depth;    /* of what is being read; 0: between two roots */
    int scanning; /* root; -1: none */
    uint32_t scan;
    bool rescan, complete;
    int64_t scan_ns, look_ns; /* when next */
};

/* watch.c: size and time as they are now; false: no file is there. */
bool watch_stat(const char *path, struct journal_id *id);

/* There is something new about a file, or it is met again. */
int watch_note(struct watch *w, int root, const char *path, int64_t now_ns,
               struct err *e);
struct seen *watch_find(struct watch *w, const char *path);
void watch_wait(struct watch *w, struct seen *s, int64_t now_ns);
void watch_forget(struct watch *w, struct seen *s);

__attribute__((format(printf, 2, 3))) void watch_say(struct watch *w,
                                                     const char *fmt, ...);

/* watch_scan.c */
void watch_roots(struct watch *w, int64_t now_ns);
int watch_scan(struct watch *w, int64_t now_ns, struct err *e);
void watch_scan_stop(struct watch *w);

/* watch_events.c */
void watch_events_open(struct watch *w);
void watch_events_close(struct watch *w);
int watch_events_of(struct watch *w, int root, const char *path, struct err *e);
int watch_events_take(struct watch *w, int64_t now_ns, struct err *e);

#endif
