/* Folders that are watched: whether they are there, and what is in them. */

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "run/watch_int.h"

#define AT_ONCE 500 /* entries of folders */
#define LOOK_NS INT64_C(500000000)

static void leave_level(struct watch *w)
{
    struct level *l = &w->level[--w->depth];

    closedir(l->dir);
    mem_free(l->path);
}

void watch_scan_stop(struct watch *w)
{
    while (w->depth > 0)
        leave_level(w);
    w->scanning = -1;
}

static bool is_empty(const char *path)
{
    DIR *d = opendir(path);
    const struct dirent *entry;
    bool empty = true;

    while (d && empty && (entry = readdir(d)))
        empty = strcmp(entry->d_name, ".") == 0 ||
                strcmp(entry->d_name, "..") == 0;
    if (d)
        closedir(d);
    return empty;
}

/* A place where something is mounted at other times. */
static bool is_bare(const char *path, const struct stat *st)
{
    char *up = path_join(path, "..");
    struct stat above;
    const bool same = up && stat(up, &above) == 0 && above.st_dev == st->st_dev;

    mem_free(up);
    return same && is_empty(path);
}

static bool is_here(struct root *r, bool *other)
{
    struct stat st;

    if (stat(r->path, &st) < 0 || !S_ISDIR(st.st_mode))
        return false;
    if (r->known && st.st_dev != r->dev && is_bare(r->path, &st))
        return false;
    *other = r->known && (st.st_dev != r->dev || st.st_ino != r->ino);
    r->known = true;
    r->dev = st.st_dev;
    r->ino = st.st_ino;
    return true;
}

static void look_at(struct watch *w, struct root *r)
{
    const bool before = r->here;
    bool other = false;

    r->here = is_here(r, &other);
    if (before && !r->here) {
        watch_say(w, "folder '%s' is gone: waiting until it is back", r->path);
        r->failed = true;
    }
    if (!before && r->here)
        watch_say(w, "folder '%s' is back", r->path);
    if (other || (!before && r->here))
        w->rescan = true;
}

void watch_roots(struct watch *w, int64_t now_ns)
{
    if (now_ns < w->look_ns)
        return;
    w->look_ns = now_ns + LOOK_NS;
    for (int i = 0; i < w->roots; i++)
        look_at(w, &w->root[i]);
}

static bool is_excepted(const struct watch *w, const char *path)
{
    for (int i = 0; i < w->rules->except.count; i++)
        if (text_is(w->rules->except.item[i], path))
            return true;
    return false;
}

/* Events first, so that nothing comes in between. */
static int enter(struct watch *w, const char *path, struct err *e)
{
    struct level *l = &w->level[w->depth];
    int rc;

    if (w->depth == WATCH_DEPTH || is_excepted(w, path))
        return 0;
    TRY(watch_events_of(w, w->scanning, path, e));
    l->dir = opendir(path);
    if (!l->dir) {
        w->root[w->scanning].failed |= errno != ENOENT || w->depth == 0;
        return 0;
    }
    l->path = mem_text(path);
    if (!l->path) {
        closedir(l->dir);
        rc = err_mem(e, strlen(path));
        goto out;
    }
    w->depth++;
out:
    return rc;
}

/* Forgets what was not met though all of the folder was read. */
static void sweep(struct watch *w, int root)
{
    for (size_t i = 0; i < w->buckets; i++)
        for (struct seen *s = w->bucket[i], *next; s; s = next) {
            next = s->same;
            if (s->root == root && s->scan != w->scan &&
                s->state != SEEN_TAKEN && access(s->path, F_OK) < 0)
                watch_forget(w, s);
        }
}

static int next_root(struct watch *w, struct err *e)
{
    struct root *r = &w->root[w->scanning];
    int rc = 0;

    look_at(w, r);
    if (r->here && !r->failed)
        sweep(w, w->scanning);
    w->scanning++;
    if (w->scanning == w->roots) {
        w->scanning = -1;
        w->complete = true;
        return 0;
    }
    r++;
    r->failed = false;
    if (r->here)
        TRY(enter(w, r->path, e));
out:
    return rc;
}

static int read_entry(struct watch *w, int64_t now_ns, struct err *e)
{
    struct level *l = &w->level[w->depth - 1];
    const struct dirent *entry;
    char *path = NULL;
    struct stat st;
    int rc = 0;

    errno = 0;
    entry = readdir(l->dir);
    if (!entry) {
        w->root[w->scanning].failed |= errno != 0;
        leave_level(w);
        return 0;
    }
    if (watch_is_temporary(entry->d_name))
        return 0;
    path = path_join(l->path, entry->d_name);
    if (!path)
        rc = err_mem(e, strlen(l->path));
    else if (lstat(path, &st) < 0)
        w->root[w->scanning].failed |= errno != ENOENT;
    else if (!S_ISDIR(st.st_mode))
        rc = watch_note(w, w->scanning, path, now_ns, e);
    else if (w->rules->recursive)
        rc = enter(w, path, e);
    mem_free(path);
    return rc;
}

int watch_scan(struct watch *w, int64_t now_ns, struct err *e)
{
    int rc = 0;

    if (w->scanning < 0) {
        if (!w->rescan && w->complete && now_ns < w->scan_ns)
            return 0;
        w->rescan = false;
        w->scan++;
        w->scan_ns = now_ns + w->rules->poll_ns;
        w->scanning = 0;
        w->root[0].failed = false;
        if (w->root[0].here)
            TRY(enter(w, w->root[0].path, e));
    }
    for (int i = 0; i < AT_ONCE && w->scanning >= 0; i++)
        TRY(w->depth > 0 ? read_entry(w, now_ns, e) : next_root(w, e));
out:
    return rc;
}
