#ifndef STORE_PATHS_H
#define STORE_PATHS_H

/*
 * Where files of this program live that are no pictures, as the XDG base
 * directory specification has it: $XDG_DATA_HOME/portal/models and
 * $XDG_CACHE_HOME/portal/NAME, with ~/.local/share and ~/.cache where these
 * are not set. Relative values are ignored, as the specification wants.
 */

#include "base/err.h"

/* *out is fresh, or NULL when HOME is not set either. ERR_MEM only. */
int paths_models(char **out, struct err *e);
int paths_cache(const char *name, char **out, struct err *e);

#endif
