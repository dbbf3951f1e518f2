/* Small pictures of some of a run's inputs and outputs, for its report. */

#include "run/thumbs.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"
#include "base/trace.h"
#include "run/thumbs_int.h"

#define JPEG_MAX                                                               \
    ((size_t)64 << 10) /* of so few pixels; else it is left out                \
                        */

static char *path_of(const struct thumbs *t, int item, enum preview_of kind)
{
    char name[32];

    snprintf(name, sizeof(name), "%d-%d.jpg", item, (int)kind);
    return path_join(t->folder, name);
}

/* A folder of our own, where temporary files go. */
static int make_folder(struct thumbs *t, struct err *e)
{
    const char *temp = getenv("TMPDIR");

    t->folder = path_join(temp && *temp ? temp : "/tmp", "portal-XXXXXX");
    if (!t->folder)
        return err_mem(e, 0);
    if (mkdtemp(t->folder))
        return 0;
    err_errno(e, "cannot make a folder like", t->folder);
    mem_free(t->folder);
    t->folder = NULL;
    return e->code;
}

/* With whatever a process that was killed has left in it. */
static void remove_folder(const char *folder)
{
    DIR *d = opendir(folder);
    struct dirent *entry;

    while (d && (entry = readdir(d)))
        unlinkat(dirfd(d), entry->d_name, 0);
    if (d)
        closedir(d);
    rmdir(folder);
}

void thumbs_free(struct thumbs *t)
{
    if (!t)
        return;
    if (t->folder)
        remove_folder(t->folder);
    mem_free(t->folder);
    mem_free(t->item);
    mem_free(t);
}

static void make_here(const struct thumbs_job *job, const struct shot *shot,
                      int count, int *done)
{
    const int64_t until = time_ns() + job->most_ns;

    for (*done = 0; *done < count; (*done)++) {
        const struct item *it = &job->list->item[shot[*done].item];
        const bool input = shot[*done].kind == PREVIEW_INPUT;
        const struct file_job small = {.in = input ? it->in : it->out,
                                       .out = shot[*done].path,
                                       .options = job->o,
                                       .pool = job->pool};
        struct file_result r;

        if (time_ns() > until || job->stopped())
            return;
        preview_make(&small, shot[*done].kind, &r);
        file_result_release(&r);
    }
}

/* Of a file that failed only the input. */
static int list_shots(const struct thumbs_job *job, const struct thumbs *t,
                      struct shot *shot)
{
    int n = 0;

    for (int i = 0; i < t->count; i++)
        for (int kind = PREVIEW_INPUT; kind <= PREVIEW_OUTPUT; kind++) {
            const int item = t->item[i];

            if (kind == PREVIEW_OUTPUT &&
                record_entry(job->record, item)->status == FILE_FAILED)
                continue;
            shot[n] = (struct shot){item, (enum preview_of)kind, NULL};
            shot[n].path = path_of(t, item, shot[n].kind);
            n += shot[n].path != NULL;
        }
    return n;
}

static int make_all(const struct thumbs_job *job, struct thumbs *t,
                    struct err *e)
{
    struct shot *shot = mem_zero(2 * (size_t)t->count + 1, sizeof(*shot));
    int count = 0, done = 0, rc = 0;

    if (!shot)
        return err_mem(e, 2 * (size_t)t->count * sizeof(*shot));
    count = list_shots(job, t, shot);
    if (job->pool)
        make_here(job, shot, count, &done);
    else if (count > 0)
        rc = thumbs_crew(job, shot, count, &done, e);
    t->cut = done < count;
    for (int i = 0; i < count; i++)
        mem_free(shot[i].path);
    mem_free(shot);
    return rc;
}

static int ascending(const void *a, const void *b)
{
    return *(const int *)a - *(const int *)b;
}

int thumbs_make(const struct thumbs_job *job, struct thumbs **out,
                struct err *e)
{
    struct thumbs *t = mem_zero(1, sizeof(*t));
    int rc;

    if (!t)
        return err_mem(e, sizeof(*t));
    t->item = mem_array(THUMBS_FILES, sizeof(*t->item));
    if (!t->item) {
        rc = err_mem(e, THUMBS_FILES * sizeof(*t->item));
        goto out;
    }
    TRY(thumbs_pick(job->record, t->item, e));
    t->count = rc;
    TRY(make_folder(t, e));
    TRY(make_all(job, t, e));
    qsort(t->item, (size_t)t->count, sizeof(*t->item), ascending);
    *out = t;
    t = NULL;
    rc = 0;
out:
    thumbs_free(t);
    return rc;
}

int thumbs_count(const struct thumbs *t)
{
    return t->count;
}

int thumbs_item(const struct thumbs *t, int n)
{
    return t->item[n];
}

bool thumbs_cut(const struct thumbs *t)
{
    return t->cut;
}

bool thumbs_load(const struct thumbs *t, int n, enum preview_of kind,
                 struct buf *jpeg)
{
    char *path = path_of(t, t->item[n], kind);
    struct err e = {0};
    const bool there = path && file_load(path, JPEG_MAX, jpeg, &e) == 0 &&
                       jpeg->len > 2 && memcmp(jpeg->data, "\xff\xd8", 2) == 0;

    mem_free(path);
    return there;
}
