#ifndef RUN_IDENTITY_H
#define RUN_IDENTITY_H

/*
 * What decides an output besides the bytes of its input: the program, the look,
 * the options, where depth comes from, and the files that these name. Equal
 * hashes and equal inputs give equal outputs. Files count with their bytes, a
 * network's weights with name, size and time. Headers are read, no pixel is
 * decoded.
 *
 * Fails when one of the files is missing, or depth that the look needs: then
 * there is no output either.
 */

#include "run/file.h"

int identity_hash(const struct file_job *job, struct hash128 *hash,
                  struct err *e);

/* The options that decide a film, as a text at the end of `all`. */
int identity_film(const struct process_options *o, struct buf *all,
                  struct err *e);

#endif
