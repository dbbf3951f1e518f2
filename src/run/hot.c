/* A batch over folders that are watched. */

#include "run/hot.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"
#include "base/trace.h"
#include "run/aside.h"
#include "run/batch_int.h"
#include "run/depth_find.h"
#include "run/names.h"
#include "run/watch.h"

#define S INT64_C(1000000000) /* in ns */

/* A place on a disk. */
struct spot {
    dev_t dev;
    ino_t ino;
};

struct hot {
    struct watch_rules rules;
    struct watch *watch;
    struct aside *aside;
    struct spot root, journal; /* as they were when the journal was opened */
    bool away;                 /* the output folder is */
    bool more; /* files that are at rest, or folders to read on */
    bool idle_told;
};

static bool spot_of(const char *path, struct spot *spot)
{
    struct stat st;

    if (stat(path, &st) < 0)
        return false;
    *spot = (struct spot){st.st_dev, st.st_ino};
    return true;
}

static bool is_spot(const struct spot *a, const struct spot *b)
{
    return a->dev == b->dev && a->ino == b->ino;
}

static bool spot_of_journal(const struct batch *b, struct spot *spot)
{
    char path[PATH_MAX];
    const int n = snprintf(path, sizeof(path),
                           "%s/" JOURNAL_FOLDER "/" JOURNAL_NAME, b->root);

    return n < (int)sizeof(path) && spot_of(path, spot);
}

/* On the same file system as ever, or on one that has a journal for it. */
bool hot_is_home(struct batch *b)
{
    struct spot root, journal;

    return spot_of(b->root, &root) &&
           (root.dev == b->hot->root.dev || spot_of_journal(b, &journal));
}

static void remember_home(struct batch *b)
{
    struct hot *h = b->hot;

    if (!spot_of(b->root, &h->root) || !spot_of_journal(b, &h->journal))
        h->journal = (struct spot){0};
}

static bool wanted(void *arg, const char *path)
{
    const struct batch *b = arg;

    return item_is_picture(path) &&
           !(look_needs_depth(b->job->look) && depth_is_named(path));
}

static void say(void *arg, const char *text)
{
    const struct batch *b = arg;

    report_warn(b->job->report, "%s", text);
}

int hot_open(struct batch *b, struct err *e)
{
    const struct process_options *o = b->o;
    struct hot *h = mem_zero(1, sizeof(*h));
    int rc;

    if (!h)
        return err_mem(e, sizeof(*h));
    b->hot = h;
    h->rules = (struct watch_rules){
        .folders = &o->input,
        .settle_ns = (int64_t)((double)o->settle * (double)S),
        .poll_ns = o->poll * S,
        .recursive = o->recursive,
        .events = !getenv("PORTAL_NO_INOTIFY"),
        .wanted = wanted,
        .say = say,
        .arg = b};
    TRY(hot_except(o, &h->rules.except, e));
    TRY(aside_new(o->done, o->failed, b->job->report, &h->aside, e));
    TRY(watch_open(&h->rules, &h->watch, e));
    remember_home(b);
out:
    return rc;
}

void hot_close(struct batch *b, bool drop)
{
    struct hot *h = b->hot;

    if (!h)
        return;
    watch_close(h->watch);
    aside_free(h->aside, drop);
    hot_except_free(&h->rules.except);
    mem_free(h);
    b->hot = NULL;
}

/* A place in the list: one whose file is over, or a new one. */
static int place(struct batch *b, struct err *e)
{
    struct item_list *l = b->job->list;
    struct task *more;
    int i = 0;

    while (i < b->count && b->task[i].state != TASK_OVER)
        i++;
    if (i == b->count) {
        more = mem_resize(b->task, (size_t)(i + 1) * sizeof(*more));
        if (!more)
            return err_mem(e, (size_t)(i + 1) * sizeof(*more));
        b->task = more;
        if (item_list_add_take(l, mem_text(""), mem_text(""), 0, e) < 0)
            return e->code;
        b->enqueued = ++b->count;
    }
    item_release(&l->item[i]);
    b->task[i] = (struct task){.state = TASK_OVER};
    return i;
}

static int refuse(struct item *it, const char *other, struct err *e)
{
    struct buf text = {.max = 4 * PATH_MAX};
    int rc;

    TRY(buf_printf(&text, e, "its output '%s' is also that of '%s'", it->out,
                   other));
    it->refusal = (char *)text.data;
    text = (struct buf){0};
out:
    buf_release(&text);
    return rc;
}

/* Two files that are there and have one output would replace each other. */
static int settle_clash(struct batch *b, int i, struct err *e)
{
    struct item *it = &b->job->list->item[i];
    struct journal_row row;
    int rc;

    for (int k = 0; k < b->count; k++)
        if (k != i && b->task[k].state != TASK_OVER &&
            text_is(b->job->list->item[k].out, it->out))
            return refuse(it, b->job->list->item[k].in, e);
    TRY(journal_find(b->journal, batch_key(b, i), &row, e));
    if (rc == 1 && !text_is(row.input, it->in) &&
        watch_knows(b->hot->watch, row.input))
        return refuse(it, row.input, e);
    rc = 0;
out:
    return rc;
}

static int add(struct batch *b, const struct watch_found *found, struct err *e)
{
    const int i = place(b, e);
    struct item *it;
    int rc = i;

    if (i < 0)
        goto out;
    it = &b->job->list->item[i];
    it->in = mem_text(found->path);
    it->out = output_name(b->o, found->path, found->rest);
    if (!it->in || !it->out) {
        rc = err_mem(e, PATH_MAX);
        goto out;
    }
    it->rest = it->in + (found->rest - found->path);
    it->size = (int64_t)found->id.size;
    TRY(settle_clash(b, i, e));
    b->task[i].state = TASK_NEW;
    b->left++;
    if (b->cursor > i)
        b->cursor = i;
out:
    return rc < 0 ? rc : 0;
}

/* The file is the watch's again, its place in the list free. */
static void give_back(struct batch *b, int i, bool again)
{
    struct item *it = &b->job->list->item[i];

    watch_over(b->hot->watch, it->in, again, time_ns());
    item_release(it);
    b->task[i].state = TASK_OVER;
}

static void give_back_all(struct batch *b)
{
    b->ready = false;
    b->again = b->elsewhere = 0;
    for (int i = 0; i < b->count; i++)
        if (b->task[i].state != TASK_OVER && b->task[i].state != TASK_RUNNING) {
            b->left--;
            give_back(b, i, true);
        }
}

/* 1: the output folder is there; 0: not now. */
static int look_after_home(struct batch *b, struct err *e)
{
    struct hot *h = b->hot;
    struct spot now;
    int rc;

    if (!hot_is_home(b)) {
        if (!h->away)
            report_warn(b->job->report,
                        "output folder '%s' is gone: waiting until it is back",
                        b->root);
        h->away = true;
        give_back_all(b);
        return 0;
    }
    if (h->away && b->running > 0)
        return 0;
    if (h->away || !spot_of_journal(b, &now) || !is_spot(&now, &h->journal)) {
        give_back_all(b);
        if (b->running > 0)
            return 0;
        journal_close(b->journal);
        b->journal = NULL;
        TRY(journal_open(b->root, "portal process --watch", &b->journal, e));
        remember_home(b);
        if (h->away)
            report_warn(b->job->report, "output folder '%s' is back", b->root);
        h->away = false;
    }
    rc = 1;
out:
    return rc;
}

static bool is_hungry(const struct batch *b)
{
    return !b->stopping && !b->hot->away &&
           b->left - b->elsewhere < 2 * crew_size(b->crew);
}

int hot_turn(struct batch *b, struct err *e)
{
    struct hot *h = b->hot;
    const int64_t now = time_ns();
    struct watch_found found;
    bool reading = false;
    int rc;

    TRY(watch_turn(h->watch, now, &reading, e));
    TRY(look_after_home(b, e));
    h->more = reading;
    if (rc == 0)
        return 0;
    while (is_hungry(b) && watch_next(h->watch, now, &found)) {
        h->idle_told = false;
        TRY(add(b, &found, e));
        h->more |= !is_hungry(b);
    }
    if (b->left == 0 && !h->idle_told && watch_idle(h->watch)) {
        h->idle_told = true;
        report_waiting(b->job->report);
    }
    rc = 0;
out:
    return rc;
}

int hot_patience_ms(const struct batch *b)
{
    if (b->hot->more && is_hungry(b))
        return 0;
    return b->left > 0 ? 50 : 200;
}

bool hot_keeps(struct batch *b, int i, const struct file_result *r)
{
    const struct item *it = &b->job->list->item[i];
    struct err ignored = {0};
    enum watch_change change;
    bool home;

    if (r->status != FILE_FAILED && r->status != FILE_STOPPED)
        return false;
    home = hot_is_home(b);
    change = watch_look(b->hot->watch, it->in);
    if (r->status == FILE_FAILED && home && change == WATCH_SAME)
        return false;
    if (home)
        (void)journal_release(b->journal, batch_key(b, i), b->task[i].fence,
                              &ignored);
    b->left--;
    give_back(b, i, true);
    return true;
}

static void put_aside(struct batch *b, const struct item *it,
                      const struct file_result *r, int attempts, struct err *e)
{
    char *beside = look_needs_depth(b->job->look) ? depth_beside(it->in) : NULL;
    struct aside_file f = {.path = it->in,
                           .rest = it->rest,
                           .beside = beside,
                           .output = it->out,
                           .reason = r->status == FILE_FAILED ? r->err.text
                                                              : NULL,
                           .attempts = attempts};

    if (watch_id(b->hot->watch, it->in, &f.id))
        (void)aside_put(b->hot->aside, &f, e);
    mem_free(beside);
}

void hot_over(struct batch *b, int i, const struct file_result *r)
{
    const struct item *it = &b->job->list->item[i];
    struct err e = {0};

    if (r->status == FILE_DONE || r->status == FILE_KEPT ||
        r->status == FILE_FAILED)
        put_aside(b, it, r, b->task[i].attempts, &e);
    if (e.code)
        batch_fail(b, &e);
    give_back(b, i, false);
}
