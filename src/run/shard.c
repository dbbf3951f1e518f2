/* A part of the files, by their names. */

#include "run/shard.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/hash.h"
#include "base/text.h"

#define MOST 100000

struct shard {
    long index, count; /* index from 0 */
};

static bool from_slurm(const char *key, long *value)
{
    const char *text = getenv(key);

    return text && text_to_long(text, value);
}

/* Arrays such as 0-3 and 1-4 alike; with steps they are counted by them. */
static int by_slurm(struct shard *s, struct err *e)
{
    long id, least = 0, step = 1;

    if (!from_slurm("SLURM_ARRAY_TASK_ID", &id) ||
        !from_slurm("SLURM_ARRAY_TASK_COUNT", &s->count))
        return err_set(e, ERR_ARG,
                       "--shard auto works in an array job of Slurm, and "
                       "SLURM_ARRAY_TASK_ID or SLURM_ARRAY_TASK_COUNT is not "
                       "set; --shard 1/4 names a part");
    from_slurm("SLURM_ARRAY_TASK_MIN", &least);
    if (!from_slurm("SLURM_ARRAY_TASK_STEP", &step) || step < 1)
        step = 1;
    s->index = (id - least) / step;
    if (s->count < 1 || s->count > MOST || id < least || (id - least) % step ||
        s->index >= s->count)
        return err_set(e, ERR_ARG,
                       "--shard auto: task %ld of an array of %ld from %ld, "
                       "step %ld, is not one of 0 … %ld",
                       id, s->count, least, step, s->count - 1);
    return 0;
}

static int by_text(const char *text, struct shard *s, struct err *e)
{
    const char *slash = strchr(text, '/');
    char first[24];

    if (slash && (size_t)(slash - text) < sizeof(first)) {
        snprintf(first, sizeof(first), "%.*s", (int)(slash - text), text);
        if (text_to_long(first, &s->index) &&
            text_to_long(slash + 1, &s->count) && s->count >= 1 &&
            s->count <= MOST && s->index >= 1 && s->index <= s->count) {
            s->index--;
            return 0;
        }
    }
    return err_set(e, ERR_ARG,
                   "'shard' cannot be '%s': it is I/N with I from 1 to N, such "
                   "as 2/4, or auto",
                   text);
}

/* The part of the path that is the same on all machines. */
static const char *name_of(const struct process_options *o, const char *out)
{
    const size_t n = o->output ? strlen(o->output) : 0;

    if (n && strncmp(out, o->output, n) == 0)
        return out + n + strspn(out + n, "/");
    return path_name(out);
}

int shard_keep(const struct process_options *o, struct item_list *list,
               struct err *e)
{
    struct shard s;
    int kept = 0;

    if ((text_is(o->shard, "auto") ? by_slurm(&s, e)
                                   : by_text(o->shard, &s, e)) < 0)
        return e->code;
    for (int i = 0; i < list->count; i++) {
        const char *name = name_of(o, list->item[i].out);
        const uint64_t h = hash_bytes(name, strlen(name), 0);

        if (h % (uint64_t)s.count == (uint64_t)s.index)
            list->item[kept++] = list->item[i];
        else
            item_release(&list->item[i]);
    }
    list->count = kept;
    return 0;
}
