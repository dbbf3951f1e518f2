#ifndef RUN_PREVIEW_H
#define RUN_PREVIEW_H

/*
 * A small picture of a picture, for people: a JPEG in sRGB without metadata,
 * at most PREVIEW_EDGE pixels long.
 */

#include "run/file.h"

#define PREVIEW_EDGE 240

enum preview_of {
    PREVIEW_NONE,
    PREVIEW_INPUT,  /* read as the run reads it: page, layer, assumed colour */
    PREVIEW_OUTPUT, /* of that run                                           */
};

/*
 * As file_process(), with what `job` says about pool, hooks and files, and of
 * its options only what says how to read.
 */
void preview_make(const struct file_job *job, enum preview_of kind,
                  struct file_result *r);

#endif
