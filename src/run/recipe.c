/* What an output was made by, at a glance. */

#include "run/recipe.h"

#include <inttypes.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/text.h"
#include "run/identity.h"
#include "run/content.h"
#include "run/depth_find.h"

/* A file that counts with its size and time; anything else with its name. */
static int add_file(struct buf *all, const char *name, struct err *e)
{
    struct journal_id id = {0};
    struct err ignored = {0};

    if (name)
        (void)content_stat(name, &id, &ignored);
    return buf_printf(all, e, "%s %" PRIu64 " %" PRId64 "\n", name ? name : "",
                      id.size, id.mtime_ns);
}

static int add_depth(struct buf *all, const struct file_job *job, struct err *e)
{
    const struct process_options *o = job->options;
    char *beside = NULL;
    int rc;

    TRY(buf_printf(all, e, "%d %d %s\n", o->depth_encoding, o->depth_size,
                   o->focus_pixel ? o->focus_pixel : ""));
    TRY(add_file(all, o->depth, e));
    TRY(add_file(all, o->model, e));
    if (!o->depth || text_is(o->depth, "auto"))
        beside = depth_beside(job->in);
    TRY(add_file(all, beside, e));
out:
    mem_free(beside);
    return rc;
}

struct hash128 recipe_of(const struct file_job *job)
{
    const struct process_options *o = job->options;
    const bool depth = look_needs_depth(job->look);
    struct buf all = {.max = 1 << 18};
    struct hash128 hash = {0, 0};
    struct err e = {0};
    char look[33];
    int rc;

    hash_text(*job->look_hash, look);
    TRY(buf_printf(&all, &e, "%s %s %d %d %d %d %d %d %u %d %d %s %s %s\n",
                   PORTAL_VERSION, look, o->format, o->bits, o->compression,
                   o->quality, o->subsampling, o->level, o->keep, o->page,
                   o->strip_rows, o->layer ? o->layer : "",
                   o->show ? o->show : "", path_ext(job->out)));
    TRY(identity_film(o, &all, &e));
    TRY(add_file(&all, o->icc, &e));
    TRY(add_file(&all, o->assume, &e));
    if (depth)
        TRY(add_depth(&all, job, &e));
    hash = hash_bytes128(all.data, all.len);
out:
    buf_release(&all);
    return hash; /* 0, 0 without memory: equal to no other but itself */
}
