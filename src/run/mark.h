#ifndef RUN_MARK_H
#define RUN_MARK_H

/*
 * What made an output: a hash over the bytes of the input, the look, the
 * options that change pixels, and the version of the program, kept in the
 * extended attribute "user.portal.made" of the output. It tells --conflict
 * changed whether the same job would make the same file. A file system without
 * extended attributes has no marks; there everything counts as changed.
 */

#include "run/file.h"

/* Best effort: a file system may refuse. */
void mark_set(int fd, const struct file_job *job);

/* Whether job->out was made by exactly this job. */
bool mark_matches(const struct file_job *job);

#endif
