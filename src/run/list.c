/* Inputs and outputs of a run. */

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <glob.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "codec/codec.h"
#include "codec/video.h"
#include "run/list.h"
#include "run/names.h"
#include "run/sequence.h"

#define DEPTH_MAX 64

int item_list_add_take(struct item_list *l, char *in, char *out, int64_t size,
                       struct err *e)
{
    if (in && out && l->count == l->room) {
        const int room = l->room ? 2 * l->room : 64;
        struct item *more =
            mem_resize(l->item, (size_t)room * sizeof(*l->item));

        if (more) {
            l->item = more;
            l->room = room;
        }
    }
    if (!in || !out || l->count == l->room) {
        mem_free(in);
        mem_free(out);
        return err_mem(e, PATH_MAX);
    }
    l->item[l->count++] = (struct item){in, out, NULL, size, NULL, false};
    return 0;
}

void item_release(struct item *item)
{
    mem_free(item->in);
    mem_free(item->out);
    mem_free(item->refusal);
    *item = (struct item){0};
}

void item_list_release(struct item_list *l)
{
    for (int i = 0; i < l->count; i++)
        item_release(&l->item[i]);
    mem_free(l->item);
    *l = (struct item_list){0};
}

static bool is_folder(const char *path)
{
    struct stat st;

    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* One file found under `folder`, `rest` below it. */
static int add_file(const struct process_options *o, struct item_list *l,
                    const char *path, const char *rest, int64_t size,
                    struct err *e)
{
    return item_list_add_take(l, mem_text(path), output_name(o, path, rest),
                              size, e);
}

static int64_t size_of(const char *path)
{
    struct stat st;

    return stat(path, &st) == 0 ? st.st_size : 0;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The names in a folder, sorted; hidden ones are left out. */
static int read_folder(const char *path, char ***names, int *count,
                       struct err *e)
{
    DIR *d = opendir(path);
    struct dirent *entry;
    int room = 0, rc = 0;

    if (!d)
        return err_errno(e, "cannot read folder", path);
    while (rc == 0 && (entry = readdir(d))) {
        char *name = entry->d_name[0] == '.' ? NULL : mem_text(entry->d_name);

        if (entry->d_name[0] == '.')
            continue;
        if (name && *count == room) {
            char **more;

            room = room ? 2 * room : 64;
            more = mem_resize(*names, (size_t)room * sizeof(**names));
            if (more)
                *names = more;
            else
                rc = -1;
        }
        if (!name || rc < 0) {
            mem_free(name);
            rc = err_mem(e, NAME_MAX);
            break;
        }
        (*names)[(*count)++] = name;
    }
    closedir(d);
    if (*count)
        qsort(*names, (size_t)*count, sizeof(**names), by_name);
    return rc;
}

bool item_is_picture(const char *path)
{
    struct err e = {0};
    uint8_t head[FILE_HEAD];
    size_t n;

    if (codec_for_ext(path_ext(path)) || video_is_ext(path_ext(path)))
        return true;
    return file_head(path, head, &n, &e) == 0 &&
           (codec_for_head(head, n) || video_probe(head, n));
}

/* A folder that was found and cannot be read costs what is in it, no more. */
static int add_refused(const struct process_options *o, struct item_list *l,
                       const char *path, const char *rest, struct err *e)
{
    char *why = mem_text(e->text);

    *e = (struct err){0};
    if (!why)
        return err_mem(e, PATH_MAX);
    if (add_file(o, l, path, rest, 0, e) < 0) {
        mem_free(why);
        return e->code;
    }
    l->item[l->count - 1].refusal = why;
    return 0;
}

static int add_folder(const struct process_options *o, struct item_list *l,
                      const char *path, const char *rest, int depth,
                      struct err *e)
{
    char **names = NULL, *full = NULL, *below = NULL;
    int count = 0, rc;

    if (depth > DEPTH_MAX)
        return err_set(e, ERR_ARG, "folder '%s' is nested deeper than %d", path,
                       DEPTH_MAX);
    TRY(read_folder(path, &names, &count, e));
    for (int i = 0; i < count; i++) {
        struct stat st;

        full = path_join(path, names[i]);
        below = *rest ? path_join(rest, names[i]) : mem_text(names[i]);
        if (!full || !below) {
            rc = err_mem(e, PATH_MAX);
            goto out;
        }
        if (lstat(full, &st) < 0)
            st.st_mode = 0; /* it went away */
        if (S_ISDIR(st.st_mode)) {
            if (o->recursive) {
                rc = add_folder(o, l, full, below, depth + 1, e);
                if (rc == ERR_IO || rc == ERR_ARG)
                    rc = add_refused(o, l, full, below, e);
                TRY(rc);
            }
        } else if ((!S_ISLNK(st.st_mode) || stat(full, &st) == 0) &&
                   S_ISREG(st.st_mode) && item_is_picture(full)) {
            TRY(add_file(o, l, full, below, st.st_size, e));
        }
        mem_free(full);
        mem_free(below);
        full = below = NULL;
    }
out:
    mem_free(full);
    mem_free(below);
    for (int i = 0; i < count; i++)
        mem_free(names[i]);
    mem_free(names);
    return rc;
}

static int add_pattern(const struct process_options *o, struct item_list *l,
                       const char *pattern, struct err *e)
{
    glob_t found = {0};
    int rc = 0;

    if (!strpbrk(pattern, "*?[") || glob(pattern, 0, NULL, &found) != 0) {
        errno = ENOENT;
        rc = err_errno(e, "cannot find", pattern);
    }
    for (size_t i = 0; rc == 0 && i < found.gl_pathc; i++)
        if (!is_folder(found.gl_pathv[i]))
            rc = add_file(o, l, found.gl_pathv[i], path_name(found.gl_pathv[i]),
                          size_of(found.gl_pathv[i]), e);
    globfree(&found);
    return rc;
}

static int add_input(const struct process_options *o, struct item_list *l,
                     const char *path, struct err *e)
{
    if (is_folder(path)) {
        if (refuse_nested(path, o->output, e) < 0)
            return e->code;
        return add_folder(o, l, path, "", 0, e);
    }
    if (access(path, F_OK) != 0 && !sequence_is(path))
        return add_pattern(o, l, path, e);
    return add_file(o, l, path, path_name(path), size_of(path), e);
}

int item_list_make(const struct process_options *o, struct item_list *list,
                   struct err *e)
{
    int rc = 0;

    *list = (struct item_list){0};
    if (o->output && sequence_is(o->output) &&
        !codec_for_ext(path_ext(o->output)))
        return err_set(e, ERR_ARG,
                       "'%s' is no picture's name: end it in .exr, .tif, .png "
                       "or .jpg",
                       o->output);
    rc = refuse_format(o, e);
    for (int i = 0; rc == 0 && i < o->input.count; i++)
        rc = add_input(o, list, o->input.item[i], e);
    if (rc == 0 && output_is_file(o) && list->count > 1)
        rc = err_set(e, ERR_ARG,
                     "'%s' names one file, but there are %d inputs; name a "
                     "folder",
                     o->output, list->count);
    if (rc == 0)
        rc = settle_clashes(o, list, e);
    if (rc == 0 && output_is_file(o) && list->count == 1 &&
        list->item[0].refusal)
        rc = err_set(e, ERR_ARG, "'%s': %s", list->item[0].in,
                     list->item[0].refusal);
    if (rc < 0)
        item_list_release(list);
    return rc;
}
