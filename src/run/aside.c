/* Inputs that are over and go elsewhere. */

#include "run/aside.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <limits.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"
#include "run/content.h"

#define BLOCK ((size_t)1 << 20)
#define NAMES 100000 /* that are tried for one file */

struct place {
    const char *path; /* NULL: files stay where they are */
    dev_t dev;
};

/* Of one that waits: struct aside_file with its own texts. */
struct job {
    struct job *next;
    struct aside_file f;
    char *path, *rest, *beside, *output, *reason;
};

struct aside {
    struct place done, failed;
    struct report *report;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t heard;
    struct job *first, **last;
    bool started, over;
    atomic_bool drop;
    void *block;
};

static void job_free(struct job *j)
{
    if (!j)
        return;
    mem_free(j->path);
    mem_free(j->rest);
    mem_free(j->beside);
    mem_free(j->output);
    mem_free(j->reason);
    mem_free(j);
}

/* "a.tif" as the n-th: "a-2.tif". Fresh, or NULL. */
static char *nth(const char *path, int n)
{
    const char *ext = path_ext(path);
    const size_t stem = strlen(path) - (*ext ? strlen(ext) + 1 : 0);
    struct buf name = {.max = 2 * PATH_MAX};
    struct err ignored = {0};

    if (n == 1)
        return mem_text(path);
    if (buf_add(&name, path, stem, &ignored) < 0 ||
        buf_printf(&name, &ignored, "-%d%s", n, path + stem) < 0)
        buf_release(&name);
    return (char *)name.data;
}

static int copy_all(struct aside *a, const struct infile *in,
                    struct outfile *out, struct err *e)
{
    int rc = 0;

    while (out->at < in->size) {
        const uint64_t left = in->size - out->at;
        const size_t n = left < BLOCK ? (size_t)left : BLOCK;

        if (atomic_load(&a->drop)) {
            rc = err_set(e, ERR_STOP, "stopped");
            goto out;
        }
        TRY(infile_read(in, out->at, a->block, n, e));
        TRY(outfile_add(out, a->block, n, e));
    }
out:
    return rc;
}

/* To another file system. */
static int copy(struct aside *a, const char *from, const char *to,
                struct err *e)
{
    struct outfile out = {0};
    struct infile in = {0};
    struct journal_id id = {0};
    struct stat st = {0};
    int rc;

    TRY(infile_open(&in, from, e));
    TRY(outfile_open(&out, to, e));
    TRY(copy_all(a, &in, &out, e));
    if (fstat(in.fd, &st) == 0) {
        const struct timespec when[2] = {st.st_atim, st.st_mtim};

        (void)fchmod(out.fd, st.st_mode & 0777);
        (void)futimens(out.fd, when);
    }
    TRY(content_stat(from, &id, e));
    if (id.size != in.size || id.mtime_ns != in.mtime_ns) {
        rc = err_set(e, ERR_DATA, "it changed while it was copied");
        goto out;
    }
    TRY(outfile_commit(&out, false, e));
    TRY(content_stat(to, &id, e));
    if (id.size != in.size)
        rc = err_set(e, ERR_IO, "its copy '%s' is not whole", to);
    else if (unlink(from) < 0)
        rc = err_errno(e, "cannot remove", from);
out:
    outfile_abandon(&out);
    infile_close(&in);
    return rc;
}

/* 1: moved; 0: the name is taken. */
static int move_to(struct aside *a, const char *from, const char *to,
                   struct err *e)
{
    int rc;

    if (file_rename_new(from, to) == 0)
        return 1;
    if (errno == EEXIST)
        return 0;
    if (errno != EXDEV)
        return err_errno(e, "cannot make", to);
    if (access(to, F_OK) == 0)
        return 0;
    TRY(copy(a, from, to, e));
    rc = 1;
out:
    return rc;
}

/* Names are bytes, and JSON is UTF-8. */
static json_t *json_text(const char *text)
{
    char *clean = mem_text(text);
    json_t *j;

    if (clean)
        text_clean(clean);
    j = json_string(clean ? clean : "");
    mem_free(clean);
    return j;
}

/* Why a file failed, as JSON; to be freed by free(). */
static char *reason_of(const struct job *j)
{
    const time_t now = time(NULL);
    char when[32] = "", *text;
    json_t *o = json_object();
    struct tm tm;

    if (gmtime_r(&now, &tm))
        strftime(when, sizeof(when), "%Y-%m-%dT%H:%M:%SZ", &tm);
    json_object_set_new(o, "input", json_text(j->path));
    json_object_set_new(o, "output", json_text(j->output));
    json_object_set_new(o, "reason", json_text(j->reason));
    json_object_set_new(o, "attempts", json_integer(j->f.attempts));
    json_object_set_new(o, "time", json_string(when));
    json_object_set_new(o, "version", json_string(PORTAL_VERSION));
    text = json_dumps(o, JSON_INDENT(2));
    json_decref(o);
    return text;
}

static int write_reason(const struct job *j, const char *moved, struct err *e)
{
    struct buf name = {.max = 2 * PATH_MAX};
    struct outfile f = {0};
    char *text = reason_of(j);
    int rc;

    if (!text) {
        rc = err_mem(e, 0);
        goto out;
    }
    TRY(buf_printf(&name, e, "%s.json", moved));
    TRY(outfile_open(&f, (char *)name.data, e));
    TRY(outfile_add(&f, text, strlen(text), e));
    TRY(outfile_add(&f, "\n", 1, e));
    TRY(outfile_commit(&f, false, e));
out:
    outfile_abandon(&f);
    free(text);
    buf_release(&name);
    return rc;
}

static bool json_is_there(const char *path)
{
    struct buf name = {.max = 2 * PATH_MAX};
    struct err ignored = {0};
    const bool there = buf_printf(&name, &ignored, "%s.json", path) == 0 &&
                       access((char *)name.data, F_OK) == 0;

    buf_release(&name);
    return there;
}

/* Its depth, under the name that goes with the new one where that is free. */
static void move_beside(struct aside *a, const struct job *j, const char *moved)
{
    const char *name = path_name(j->path), *ext = path_ext(j->path);
    const size_t stem = strlen(name) - (*ext ? strlen(ext) + 1 : 0);
    const size_t moved_stem = strlen(moved) - (*ext ? strlen(ext) + 1 : 0);
    const char *own = path_name(j->beside);
    struct buf to = {.max = 2 * PATH_MAX};
    struct err e = {0};

    if (strlen(own) >= stem && memcmp(own, name, stem) == 0 &&
        buf_add(&to, moved, moved_stem, &e) == 0 &&
        buf_printf(&to, &e, "%s", own + stem) == 0 &&
        move_to(a, j->beside, (char *)to.data, &e) == 0)
        err_set(&e, ERR_IO, "'%s' is there", (char *)to.data);
    if (e.code)
        report_warn(a->report, "'%s' stays where it is: %s", j->beside, e.text);
    buf_release(&to);
}

static int move_free(struct aside *a, const struct job *j, const char *want,
                     struct err *e)
{
    char *to = NULL;
    int rc = 0;

    for (int n = 1; n < NAMES && rc == 0; n++) {
        mem_free(to);
        to = nth(want, n);
        if (!to)
            rc = err_mem(e, strlen(want));
        else if (!j->reason || !json_is_there(to))
            rc = move_to(a, j->path, to, e);
    }
    if (rc == 0)
        rc = err_set(e, ERR_IO, "no free name like '%s'", want);
    if (rc == 1 && j->beside)
        move_beside(a, j, to);
    if (rc == 1 && j->reason)
        rc = write_reason(j, to, e);
    mem_free(to);
    return rc;
}

static int move(struct aside *a, const struct job *j, const struct place *p,
                struct err *e)
{
    char *want = NULL, *folder = NULL;
    struct journal_id now;
    struct err gone = {0};
    struct stat st;
    int rc = 0;

    if (content_stat(j->path, &now, &gone) < 0 || !content_same(&now, &j->f.id))
        return 0; /* it is another one by now, and will be made again */
    if (stat(p->path, &st) < 0 || st.st_dev != p->dev) {
        rc = err_set(e, ERR_IO, "folder '%s' is gone", p->path);
        goto out;
    }
    want = path_join(p->path, j->rest);
    folder = want ? path_folder(want) : NULL;
    if (!folder) {
        rc = err_mem(e, PATH_MAX);
        goto out;
    }
    TRY(dir_make(folder, e));
    TRY(move_free(a, j, want, e));
out:
    mem_free(want);
    mem_free(folder);
    return rc;
}

static struct job *next(struct aside *a)
{
    struct job *j;

    pthread_mutex_lock(&a->lock);
    while (!a->first && !a->over)
        pthread_cond_wait(&a->heard, &a->lock);
    j = a->first;
    if (j)
        a->first = j->next;
    if (!a->first)
        a->last = &a->first;
    pthread_mutex_unlock(&a->lock);
    return j;
}

static void *main_of_thread(void *arg)
{
    struct aside *a = arg;
    struct job *j;

    pthread_setname_np(pthread_self(), "aside");
    while ((j = next(a))) {
        struct err e = {0};

        if (!atomic_load(&a->drop) &&
            move(a, j, j->reason ? &a->failed : &a->done, &e) < 0 &&
            e.code != ERR_STOP)
            report_warn(a->report, "'%s' stays where it is: %s", j->path,
                        e.text);
        job_free(j);
    }
    return NULL;
}

static int open_place(struct place *p, const char *path, struct err *e)
{
    struct stat st;
    int rc = 0;

    if (!path)
        return 0;
    TRY(dir_make(path, e));
    if (stat(path, &st) < 0)
        return err_errno(e, "cannot look at folder", path);
    *p = (struct place){path, st.st_dev};
out:
    return rc;
}

int aside_new(const char *done, const char *failed, struct report *report,
              struct aside **out, struct err *e)
{
    struct aside *a = mem_zero(1, sizeof(*a));
    int rc;

    if (!a)
        return err_mem(e, sizeof(*a));
    a->report = report;
    a->last = &a->first;
    pthread_mutex_init(&a->lock, NULL);
    pthread_cond_init(&a->heard, NULL);
    TRY(open_place(&a->done, done, e));
    TRY(open_place(&a->failed, failed, e));
    a->block = mem_alloc(BLOCK);
    if (!a->block)
        rc = err_mem(e, BLOCK);
    else if (pthread_create(&a->thread, NULL, main_of_thread, a))
        rc = err_set(e, ERR_MEM, "cannot start a thread");
    if (rc < 0)
        goto out;
    a->started = true;
    *out = a;
    a = NULL;
out:
    aside_free(a, true);
    return rc;
}

static bool copy_text(char **to, const char *from)
{
    *to = from ? mem_text(from) : NULL;
    return !from || *to;
}

int aside_put(struct aside *a, const struct aside_file *f, struct err *e)
{
    struct job *j;

    if (!(f->reason ? a->failed.path : a->done.path))
        return 0;
    j = mem_zero(1, sizeof(*j));
    if (!j || !copy_text(&j->path, f->path) || !copy_text(&j->rest, f->rest) ||
        !copy_text(&j->beside, f->beside) ||
        !copy_text(&j->output, f->output) ||
        !copy_text(&j->reason, f->reason)) {
        job_free(j);
        return err_mem(e, PATH_MAX);
    }
    j->f = *f;
    pthread_mutex_lock(&a->lock);
    *a->last = j;
    a->last = &j->next;
    pthread_cond_signal(&a->heard);
    pthread_mutex_unlock(&a->lock);
    return 0;
}

void aside_free(struct aside *a, bool drop)
{
    if (!a)
        return;
    atomic_store(&a->drop, drop);
    pthread_mutex_lock(&a->lock);
    a->over = true;
    pthread_cond_signal(&a->heard);
    pthread_mutex_unlock(&a->lock);
    if (a->started)
        pthread_join(a->thread, NULL);
    pthread_cond_destroy(&a->heard);
    pthread_mutex_destroy(&a->lock);
    mem_free(a->block);
    mem_free(a);
}
