/* Files that are dropped into folders: which are known, and which at rest. */

#include "run/watch.h"

#include <fcntl.h>
#include <fnmatch.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "run/watch_int.h"

#define BUCKETS 1024

bool watch_is_temporary(const char *name)
{
    static const char *const temporary[] = {
        "*~",           "*.tmp",      "*.temp",     "*.part",
        "*.partial",    "*.filepart", "*.download", "*.swp",
        "*.crdownload", "#*#",        NULL};

    if (name[0] == '.')
        return true;
    for (int i = 0; temporary[i]; i++)
        if (fnmatch(temporary[i], name, FNM_CASEFOLD) == 0)
            return true;
    return false;
}

void watch_say(struct watch *w, const char *fmt, ...)
{
    char text[1024];
    va_list args;

    if (!w->rules->say)
        return;
    va_start(args, fmt);
    vsnprintf(text, sizeof(text), fmt, args);
    va_end(args);
    w->rules->say(w->rules->arg, text);
}

int watch_open(const struct watch_rules *rules, struct watch **out,
               struct err *e)
{
    struct watch *w = mem_zero(1, sizeof(*w));

    if (!w)
        return err_mem(e, sizeof(*w));
    w->rules = rules;
    w->events = -1;
    w->scanning = -1;
    w->roots = rules->folders->count;
    w->buckets = BUCKETS;
    w->root = mem_zero((size_t)w->roots, sizeof(*w->root));
    w->bucket = mem_zero(w->buckets, sizeof(void *));
    if (!w->root || !w->bucket) {
        watch_close(w);
        return err_mem(e, BUCKETS * sizeof(void *));
    }
    for (int i = 0; i < w->roots; i++)
        w->root[i] =
            (struct root){.path = rules->folders->item[i], .here = true};
    if (rules->events)
        watch_events_open(w);
    *out = w;
    return 0;
}

void watch_close(struct watch *w)
{
    if (!w)
        return;
    watch_scan_stop(w);
    watch_events_close(w);
    for (size_t i = 0; w->bucket && i < w->buckets; i++)
        while (w->bucket[i]) {
            struct seen *s = w->bucket[i];

            w->bucket[i] = s->same;
            mem_free(s);
        }
    mem_free(w->bucket);
    mem_free(w->root);
    mem_free(w);
}

static struct seen **bucket_of(struct watch *w, const char *path)
{
    return &w->bucket[hash_bytes(path, strlen(path), 0) & (w->buckets - 1)];
}

struct seen *watch_find(struct watch *w, const char *path)
{
    struct seen *s = *bucket_of(w, path);

    while (s && strcmp(s->path, path) != 0)
        s = s->same;
    return s;
}

/* Without memory the buckets just get longer. */
static void grow(struct watch *w)
{
    struct seen **old = w->bucket;
    const size_t n = w->buckets;
    struct seen **more = mem_zero(2 * n, sizeof(void *));

    if (!more)
        return;
    w->bucket = more;
    w->buckets = 2 * n;
    for (size_t i = 0; i < n; i++)
        while (old[i]) {
            struct seen *s = old[i];
            struct seen **to = bucket_of(w, s->path);

            old[i] = s->same;
            s->same = *to;
            *to = s;
        }
    mem_free(old);
}

/* Out of the queue. */
static void leave(struct watch *w, struct seen *s)
{
    if (s->state != SEEN_WAITING)
        return;
    *(s->before ? &s->before->after : &w->first) = s->after;
    *(s->after ? &s->after->before : &w->last) = s->before;
    s->before = s->after = NULL;
    w->waiting--;
}

void watch_wait(struct watch *w, struct seen *s, int64_t now_ns)
{
    leave(w, s);
    s->state = SEEN_WAITING;
    s->since_ns = now_ns;
    s->before = w->last;
    s->after = NULL;
    *(w->last ? &w->last->after : &w->first) = s;
    w->last = s;
    w->waiting++;
}

void watch_forget(struct watch *w, struct seen *s)
{
    struct seen **at = bucket_of(w, s->path);

    leave(w, s);
    while (*at != s)
        at = &(*at)->same;
    *at = s->same;
    w->files--;
    mem_free(s);
}

static bool stat_file(const char *path, struct journal_id *id)
{
    struct err ignored = {0};
    struct stat st;

    return stat(path, &st) == 0 && S_ISREG(st.st_mode) &&
           content_stat(path, id, &ignored) == 0;
}

/* Opening it makes a client of NFS ask the server instead of its cache. */
bool watch_stat(const char *path, struct journal_id *id)
{
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

    if (fd >= 0)
        close(fd);
    return stat_file(path, id);
}

static struct seen *add(struct watch *w, int root, const char *path)
{
    const size_t n = strlen(path), r = strlen(w->root[root].path);
    struct seen *s = mem_zero(1, sizeof(*s) + n + 1), **at;

    if (!s)
        return NULL;
    memcpy(s->path, path, n + 1);
    s->root = root;
    s->rest = r + strspn(path + r, "/");
    s->state = SEEN_OVER;
    if (w->files >= 2 * w->buckets)
        grow(w);
    at = bucket_of(w, path);
    s->same = *at;
    *at = s;
    w->files++;
    return s;
}

int watch_note(struct watch *w, int root, const char *path, int64_t now_ns,
               struct err *e)
{
    struct seen *s = watch_find(w, path);
    const bool fresh = !s;
    struct journal_id id;

    if (!stat_file(path, &id)) {
        if (s && s->state != SEEN_TAKEN)
            watch_forget(w, s);
        return 0;
    }
    if (!s)
        s = add(w, root, path);
    if (!s)
        return err_mem(e, strlen(path));
    s->scan = w->scan;
    if (s->state == SEEN_TAKEN || (!fresh && content_same(&id, &s->id)))
        return 0;
    s->id = id;
    watch_wait(w, s, now_ns);
    return 0;
}

int watch_turn(struct watch *w, int64_t now_ns, bool *more, struct err *e)
{
    int rc;

    watch_roots(w, now_ns);
    TRY(watch_events_take(w, now_ns, e));
    TRY(watch_scan(w, now_ns, e));
    *more = w->scanning >= 0;
out:
    return rc;
}

/* The one at the head of the queue, which has waited long enough: is it? */
static bool at_rest(struct watch *w, struct seen *s, int64_t now_ns)
{
    struct journal_id id;

    if (!watch_stat(s->path, &id)) {
        watch_forget(w, s);
        return false;
    }
    if (s->writing || !content_same(&id, &s->id)) {
        s->id = id;
        watch_wait(w, s, now_ns);
        return false;
    }
    leave(w, s);
    s->state = SEEN_OVER;
    return id.size > 0 &&
           (!w->rules->wanted || w->rules->wanted(w->rules->arg, s->path));
}

bool watch_next(struct watch *w, int64_t now_ns, struct watch_found *found)
{
    for (size_t n = w->waiting; n > 0 && w->first; n--) {
        struct seen *s = w->first;

        if (now_ns - s->since_ns < w->rules->settle_ns)
            return false;
        if (!at_rest(w, s, now_ns))
            continue;
        s->state = SEEN_TAKEN;
        *found = (struct watch_found){s->path, s->path + s->rest, s->id};
        return true;
    }
    return false;
}

enum watch_change watch_look(struct watch *w, const char *path)
{
    const struct seen *s = watch_find(w, path);
    struct journal_id id;

    if (!watch_stat(path, &id))
        return WATCH_GONE;
    return s && content_same(&id, &s->id) ? WATCH_SAME : WATCH_CHANGED;
}

bool watch_id(struct watch *w, const char *path, struct journal_id *id)
{
    const struct seen *s = watch_find(w, path);

    if (s)
        *id = s->id;
    return s != NULL;
}

void watch_over(struct watch *w, const char *path, bool again, int64_t now_ns)
{
    struct seen *s = watch_find(w, path);
    struct journal_id id;

    if (!s || s->state != SEEN_TAKEN)
        return;
    s->state = SEEN_OVER;
    if (!watch_stat(path, &id)) {
        watch_forget(w, s);
        return;
    }
    if (!again && !s->writing && content_same(&id, &s->id))
        return;
    s->id = id;
    watch_wait(w, s, now_ns);
}

bool watch_knows(struct watch *w, const char *path)
{
    return watch_find(w, path) && access(path, F_OK) == 0;
}

bool watch_idle(const struct watch *w)
{
    return w->complete && w->scanning < 0 && !w->rescan && w->waiting == 0;
}
