#ifndef RUN_MARK_H
#define RUN_MARK_H

/*
 * What made an output: a hash over the bytes of the input and everything else
 * that decides the output (run/identity.h), kept in the extended attribute
 * "user.portal.made" of the output. It tells --conflict changed whether the
 * same job would make the same file. A file system without extended attributes
 * has no marks; there everything counts as changed.
 */

#include "run/file.h"

/* Of the job as it is now, or "", which matches nothing. */
void mark_make(const struct file_job *job, char mark[static 33]);

/* Best effort: a file system may refuse. */
void mark_set(int fd, const char mark[static 33]);

/* Whether the file `path` has this mark. */
bool mark_matches(const char *path, const char mark[static 33]);

#endif
