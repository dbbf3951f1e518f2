/* What a hot folder may be asked for. */

#include <sys/stat.h>

#include "base/file.h"
#include "base/mem.h"
#include "run/hot.h"
#include "run/names.h"

/* One folder by two names, or inside another that is read whole. */
static int refuse_twice(const struct process_options *o, int i, struct err *e)
{
    for (int k = 0; k < o->input.count; k++) {
        char *rest = NULL;

        if (k == i)
            continue;
        if (names_below(o->input.item[k], o->input.item[i], &rest, e) < 0)
            return e->code;
        if (rest && (o->recursive || !*rest))
            err_set(e, ERR_ARG, "'%s' would be watched twice, also by '%s'",
                    o->input.item[i], o->input.item[k]);
        mem_free(rest);
        if (e->code)
            return e->code;
    }
    return 0;
}

static int check_inputs(const struct process_options *o, struct err *e)
{
    for (int i = 0; i < o->input.count; i++) {
        const char *path = o->input.item[i];
        struct stat st;

        if (stat(path, &st) < 0)
            return err_errno(e, "cannot watch", path);
        if (!S_ISDIR(st.st_mode))
            return err_set(e, ERR_ARG,
                           "--watch takes folders, and '%s' is none", path);
        if (refuse_nested(path, o->output, e) < 0 || refuse_twice(o, i, e) < 0)
            return e->code;
    }
    return 0;
}

static int refuse_inside(const char *key, const char *path, const char *what,
                         const char *folder, struct err *e)
{
    char *rest = NULL;

    if (names_below(path, folder, &rest, e) < 0)
        return e->code;
    if (!rest)
        return 0;
    err_set(e, ERR_ARG, "--%s '%s' is %s the %s folder '%s'; choose another",
            key, path, *rest ? "around" : "the same as", what, folder);
    mem_free(rest);
    return e->code;
}

/* A folder for what is over, which may be in one that is watched. */
static int check_aside(const struct process_options *o, const char *key,
                       const char *path, struct err *e)
{
    char *rest = NULL;

    if (!path)
        return 0;
    for (int i = 0; i < o->input.count; i++)
        if (refuse_inside(key, path, "watched", o->input.item[i], e) < 0)
            return e->code;
    if (refuse_inside(key, path, "output", o->output, e) < 0 ||
        names_below(o->output, path, &rest, e) < 0)
        return e->code;
    if (!rest)
        return 0;
    mem_free(rest);
    return err_set(e, ERR_ARG,
                   "--%s '%s' is inside the output folder '%s'; choose another",
                   key, path, o->output);
}

int hot_check(const struct process_options *o, struct err *e)
{
    int rc;

    if (!o->output || output_is_file(o))
        return err_set(e, ERR_ARG, "--watch needs a folder for outputs: -o");
    if (o->dry_run || o->trace || o->shard || o->report)
        return err_set(e, ERR_ARG, "--watch and --%s do not go together",
                       o->dry_run ? "dry-run"
                       : o->trace ? "trace"
                       : o->shard ? "shard"
                                  : "report");
    if (o->conflict == CONFLICT_UNIQUE)
        return err_set(e, ERR_ARG,
                       "--watch and --conflict unique do not go together: each "
                       "start would make all anew");
    if (o->worker.count == 0)
        return err_set(e, ERR_ARG, "--watch needs worker processes");
    TRY(check_inputs(o, e));
    TRY(check_aside(o, "done", o->done, e));
    TRY(check_aside(o, "failed", o->failed, e));
out:
    return rc;
}

int hot_except(const struct process_options *o, struct text_list *list,
               struct err *e)
{
    const char *const aside[] = {o->done, o->failed};
    const size_t most = 2 * (size_t)o->input.count;
    char *rest = NULL;
    int rc = 0;

    *list = (struct text_list){mem_zero(most, sizeof(*list->item)), 0};
    if (!list->item)
        return err_mem(e, most * sizeof(*list->item));
    for (int k = 0; k < 2; k++)
        for (int i = 0; aside[k] && i < o->input.count; i++) {
            TRY(names_below(o->input.item[i], aside[k], &rest, e));
            if (!rest)
                continue;
            list->item[list->count] = path_join(o->input.item[i], rest);
            mem_free(rest);
            if (!list->item[list->count]) {
                rc = err_mem(e, 0);
                goto out;
            }
            list->count++;
        }
out:
    return rc;
}

void hot_except_free(struct text_list *list)
{
    for (int i = 0; i < list->count; i++)
        mem_free((void *)(uintptr_t)list->item[i]);
    mem_free(list->item);
    *list = (struct text_list){0};
}
