/* Looks by name: the shipped ones, the user's folder, and files. */

#include "look/look.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "look/shipped.h"

int look_user_folder(char **out, struct err *e)
{
    const char *config = getenv("XDG_CONFIG_HOME");
    const char *home = getenv("HOME");
    const bool own = config && config[0] == '/';
    char *folder;

    *out = NULL;
    if (!own && (!home || home[0] != '/'))
        return 0;
    folder = own ? mem_text(config) : path_join(home, ".config");
    *out = folder ? path_join(folder, "portal/looks") : NULL;
    mem_free(folder);
    return *out ? 0 : err_mem(e, 0);
}

static int load(const char *path, const char *name, struct look **out,
                struct err *e)
{
    struct buf text = {.max = LOOK_BYTES_MAX + 1};
    char *folder = NULL;
    int rc;

    folder = path_folder(path);
    if (!folder) {
        rc = err_mem(e, strlen(path));
        goto out;
    }
    TRY(file_load(path, LOOK_BYTES_MAX, &text, e));
    rc = look_parse(text.data, text.len, name, folder, out, e);
out:
    buf_release(&text);
    mem_free(folder);
    return rc;
}

static bool is_path(const char *text)
{
    const char *ext = path_ext(text);

    return strchr(text, '/') || text_is(ext, "yaml") || text_is(ext, "yml") ||
           text_is(ext, "json");
}

static int unknown(const char *name, struct err *e)
{
    struct look_list list = {0};
    const char *near;
    const char **names = NULL;
    int rc;

    TRY(look_list(&list, e));
    names = mem_zero((size_t)list.count + 1, sizeof(*names));
    if (!names) {
        rc = err_mem(e, 0);
        goto out;
    }
    for (int i = 0; i < list.count; i++)
        names[i] = list.entry[i].name;
    near = text_nearest(name, names);
    rc = near ? err_set(e, ERR_ARG, "unknown look '%s', did you mean '%s'?",
                        name, near)
              : err_set(e, ERR_ARG,
                        "unknown look '%s': 'portal looks list' names all",
                        name);
out:
    mem_free(names);
    look_list_release(&list);
    return rc;
}

static int load_named(const char *name, struct look **out, struct err *e)
{
    struct look_list list = {0};
    int rc;

    TRY(look_list(&list, e));
    for (int i = 0; i < list.count; i++)
        if (list.entry[i].path && text_is(list.entry[i].name, name)) {
            rc = load(list.entry[i].path, name, out, e);
            goto out;
        }
    rc = unknown(name, e);
out:
    look_list_release(&list);
    return rc;
}

int look_find(const char *name, struct look **out, struct err *e)
{
    if (is_path(name))
        return load(name, name, out, e);
    for (const struct shipped *s = shipped; s->name; s++)
        if (text_is(s->name, name))
            return look_parse(s->bytes, s->len, name, NULL, out, e);
    return load_named(name, out, e);
}

static int add_entry(struct look_list *list, const char *name, size_t len,
                     const char *folder, struct err *e)
{
    const size_t count = (size_t)list->count + 1;
    struct look_entry *entry;

    entry = mem_resize(list->entry, count * sizeof(*entry));
    if (!entry)
        return err_mem(e, count * sizeof(*entry));
    list->entry = entry;
    entry += list->count;
    *entry = (struct look_entry){.name = mem_text(name)};
    if (!entry->name)
        return err_mem(e, len);
    list->count++;
    entry->name[len] = '\0';
    if (folder) {
        entry->path = path_join(folder, name);
        if (!entry->path)
            return err_mem(e, strlen(folder));
    }
    return 0;
}

static int by_name(const void *a, const void *b)
{
    const struct look_entry *x = a, *y = b;

    return strcmp(x->name, y->name);
}

static int add_folder(struct look_list *list, const char *folder, struct err *e)
{
    const int from = list->count;
    const struct dirent *d;
    DIR *dir = opendir(folder);
    int rc = 0;

    if (!dir)
        return errno == ENOENT || errno == ENOTDIR
                   ? 0
                   : err_errno(e, "cannot open folder", folder);
    while ((d = readdir(dir))) {
        const char *ext = path_ext(d->d_name);
        if (d->d_name[0] == '.' || !text_is(ext, "yaml"))
            continue;
        TRY(add_entry(list, d->d_name, (size_t)(ext - 1 - d->d_name), folder,
                      e));
    }
    if (list->count > from)
        qsort(list->entry + from, (size_t)(list->count - from),
              sizeof(*list->entry), by_name);
out:
    closedir(dir);
    return rc;
}

int look_list(struct look_list *list, struct err *e)
{
    struct look_list found = {0};
    char *folder = NULL;
    int rc;

    for (const struct shipped *s = shipped; s->name; s++)
        TRY(add_entry(&found, s->name, strlen(s->name), NULL, e));
    TRY(look_user_folder(&folder, e));
    if (folder)
        TRY(add_folder(&found, folder, e));
    *list = found;
    found = (struct look_list){0};
    rc = 0;
out:
    mem_free(folder);
    look_list_release(&found);
    return rc;
}

void look_list_release(struct look_list *list)
{
    for (int i = 0; i < list->count; i++) {
        mem_free(list->entry[i].name);
        mem_free(list->entry[i].path);
    }
    mem_free(list->entry);
    *list = (struct look_list){0};
}
