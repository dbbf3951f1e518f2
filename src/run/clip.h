#ifndef RUN_CLIP_H
#define RUN_CLIP_H

/*
 * One film from beginning to end, as run/file.h does a picture: opened,
 * decided, made frame by frame. A film is a file with moving pictures, or a
 * sequence of numbered pictures (run/sequence.h); so is its output.
 */

#include "run/file.h"

struct clip;

/* Whether an input is for this module: by name for a sequence, else by its
   first bytes. */
bool clip_is(const char *path);

/* Whether what is wanted of films is possible for any of them. */
int clip_check(const struct process_options *o, struct err *e);

/* Opens, decides, and fills what the result says before the work. */
int clip_plan(const struct file_job *job, struct file_result *r,
              struct clip **out, struct err *e);
void clip_free(struct clip *c);

/* Whether the output is a single file, for the caller to open and to name. */
bool clip_has_file(const struct clip *c);

/* Makes all frames, into `f` where clip_has_file(). */
int clip_make(struct clip *c, struct outfile *f, struct err *e);

/* "90", "1:30", "0:01:30.5" as seconds. */
int clip_time(const char *key, const char *text, double *seconds,
              struct err *e);

#endif
