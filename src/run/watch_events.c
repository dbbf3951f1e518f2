/* Events of the system about folders that are watched. */

#include <errno.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "run/watch_int.h"

#define EVENTS                                                                 \
    (IN_MODIFY | IN_CLOSE_WRITE | IN_ATTRIB | IN_CREATE | IN_MOVED_TO |        \
     IN_MOVED_FROM | IN_DELETE | IN_ONLYDIR | IN_EXCL_UNLINK)
#define READS 16 /* of a buffer of events, in one turn */

void watch_events_open(struct watch *w)
{
    w->events = inotify_init1(IN_CLOEXEC | IN_NONBLOCK); /* -1: without */
}

void watch_events_close(struct watch *w)
{
    if (w->events >= 0)
        close(w->events);
    for (int i = 0; i < w->folders; i++)
        mem_free(w->folder[i].path);
    mem_free(w->folder);
}

/* The first whose number is not below wd. */
static int place_of(const struct watch *w, int wd)
{
    int lo = 0, hi = w->folders;

    while (lo < hi) {
        const int mid = (lo + hi) / 2;

        if (w->folder[mid].wd < wd)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

static struct folder *folder_of(struct watch *w, int wd)
{
    const int i = place_of(w, wd);

    return i < w->folders && w->folder[i].wd == wd ? &w->folder[i] : NULL;
}

static int add(struct watch *w, int wd, struct err *e)
{
    const int at = place_of(w, wd);

    if (w->folders == w->room) {
        const int room = w->room ? 2 * w->room : 16;
        struct folder *more =
            mem_resize(w->folder, (size_t)room * sizeof(*w->folder));

        if (!more)
            return err_mem(e, (size_t)room * sizeof(*w->folder));
        w->folder = more;
        w->room = room;
    }
    memmove(&w->folder[at + 1], &w->folder[at],
            (size_t)(w->folders - at) * sizeof(*w->folder));
    w->folder[at] = (struct folder){.wd = wd};
    w->folders++;
    return 0;
}

int watch_events_of(struct watch *w, int root, const char *path, struct err *e)
{
    const int wd = w->events < 0 ? -1
                                 : inotify_add_watch(w->events, path, EVENTS);
    struct folder *f;
    char *own;

    if (wd < 0) {
        if (w->events >= 0 && errno == ENOSPC && !w->full_told) {
            w->full_told = true;
            watch_say(w,
                      "no more folders can be watched (fs.inotify."
                      "max_user_watches): '%s' and others are only read every "
                      "%.0f s",
                      path, (double)w->rules->poll_ns * 1e-9);
        }
        return 0;
    }
    if (!folder_of(w, wd) && add(w, wd, e) < 0)
        return e->code;
    f = folder_of(w, wd);
    f->root = root;
    if (text_is(f->path, path))
        return 0;
    own = mem_text(path);
    if (!own)
        return err_mem(e, strlen(path));
    mem_free(f->path);
    f->path = own;
    return 0;
}

static void remove_folder(struct watch *w, int wd)
{
    const int at = place_of(w, wd);

    mem_free(w->folder[at].path);
    w->folders--;
    memmove(&w->folder[at], &w->folder[at + 1],
            (size_t)(w->folders - at) * sizeof(*w->folder));
}

/* Some events are lost, those of closing among them. */
static void overflow(struct watch *w)
{
    w->rescan = true;
    for (size_t i = 0; i < w->buckets; i++)
        for (struct seen *s = w->bucket[i]; s; s = s->same)
            s->writing = false;
}

static int file_event(struct watch *w, const struct folder *f,
                      const struct inotify_event *ev, int64_t now_ns,
                      struct err *e)
{
    char *path = path_join(f->path, ev->name);
    struct seen *s;
    int rc;

    if (!path)
        return err_mem(e, strlen(f->path));
    TRY(watch_note(w, f->root, path, now_ns, e));
    s = watch_find(w, path);
    if (s &&
        (ev->mask & IN_MODIFY || (ev->mask & IN_CLOSE_WRITE && s->writing))) {
        s->writing = ev->mask & IN_MODIFY;
        if (s->state != SEEN_TAKEN)
            watch_wait(w, s, now_ns);
    }
out:
    mem_free(path);
    return rc;
}

static int event(struct watch *w, const struct inotify_event *ev,
                 int64_t now_ns, struct err *e)
{
    const struct folder *f = folder_of(w, ev->wd);

    if (ev->mask & IN_Q_OVERFLOW)
        overflow(w);
    if (!f)
        return 0;
    if (ev->mask & IN_IGNORED) {
        remove_folder(w, ev->wd);
        return 0;
    }
    if (ev->len == 0 || watch_is_temporary(ev->name))
        return 0;
    if (ev->mask & IN_ISDIR) {
        w->rescan |= w->rules->recursive &&
                     ev->mask & (IN_CREATE | IN_MOVED_TO);
        return 0;
    }
    return file_event(w, f, ev, now_ns, e);
}

int watch_events_take(struct watch *w, int64_t now_ns, struct err *e)
{
    union {
        struct inotify_event event;
        char bytes[16384];
    } in;
    int rc = 0;

    for (int i = 0; i < READS && w->events >= 0; i++) {
        const ssize_t n = read(w->events, &in, sizeof(in));
        const struct inotify_event *ev;

        if (n <= 0)
            return 0;
        for (ssize_t at = 0; at < n; at += (ssize_t)(sizeof(*ev) + ev->len)) {
            ev = (const void *)(in.bytes + at);
            TRY(event(w, ev, now_ns, e));
        }
    }
out:
    return rc;
}
