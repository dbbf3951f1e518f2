#ifndef RUN_RECIPE_H
#define RUN_RECIPE_H

/*
 * What an output was made by, at a glance: the program, the look, the options,
 * the names, and the sizes and times of the files that these name. Nothing is
 * opened, so that a supervisor can ask for thousands of files it has reason to
 * distrust.
 */

#include "run/file.h"

struct hash128 recipe_of(const struct file_job *job);

#endif
