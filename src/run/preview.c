/* A small picture of a picture. */

#include "run/preview.h"

#include <stdio.h>

#include "base/text.h"
#include "image/meta.h"

static struct process_options options_for(const struct process_options *run,
                                          enum preview_of kind)
{
    const bool input = kind == PREVIEW_INPUT;
    struct process_options o;

    param_defaults(process_params, &o, sizeof(o));
    o.format = FORMAT_JPEG;
    o.quality = 78;
    o.subsampling = SUBSAMPLING_420;
    o.conflict = CONFLICT_OVERWRITE;
    o.icc = "srgb";
    o.memory = run->memory;
    o.assume = run->assume;
    if (input) {
        o.page = run->page;
        o.layer = run->layer;
    } else if (run->icc && !text_is(run->icc, "same") &&
               !(run->keep & KEEP_ICC)) {
        o.assume = run->icc; /* it may not say so itself */
    }
    return o;
}

static int make_look(struct look **look, struct err *e)
{
    char edge[40];
    int rc;

    snprintf(edge, sizeof(edge), "resize.long_edge=%d", PREVIEW_EDGE);
    TRY(look_new(look, e));
    TRY(look_set(*look, edge, e));
out:
    return rc;
}

void preview_make(const struct file_job *job, enum preview_of kind,
                  struct file_result *r)
{
    const struct process_options o = options_for(job->options, kind);
    struct file_job small = *job;
    struct look *look = NULL;

    *r = (struct file_result){.status = FILE_FAILED};
    if (make_look(&look, &r->err) == 0) {
        small.options = &o;
        small.look = look;
        small.look_hash = NULL;
        small.maker = NULL;
        file_process(&small, r);
    }
    look_free(look);
}
