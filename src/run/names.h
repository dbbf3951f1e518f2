#ifndef RUN_NAMES_H
#define RUN_NAMES_H

/* Names of outputs, and which of them must not be. */

#include "run/list.h"

/*
 * Where the output of `path` goes; `rest` is its path below the folder that
 * was named. A fresh text, or NULL without memory.
 */
char *output_name(const struct process_options *o, const char *path,
                  const char *rest);

/* -o names a file: it has the extension of a format and is no folder. */
bool output_is_file(const struct process_options *o);

/* ERR_ARG when -o has the name of a file that is not written. */
int refuse_format(const struct process_options *o, struct err *e);

/*
 * The extension that asks for a format: of an output that the user has named,
 * not of a name that was made of the input's: content counts, and a PNG that
 * is called .jpg stays a PNG. NULL when there is none.
 */
const char *output_asks(const struct process_options *o, const char *in,
                        const char *out);

/* ERR_ARG when `output` is equal to, inside or around the folder `input`. */
int refuse_nested(const char *input, const char *output, struct err *e);

/*
 * The path of `inner` below the folder `outer`, "" when they are the same and
 * NULL when it is elsewhere; links are followed. A fresh text.
 */
int names_below(const char *outer, const char *inner, char **rest,
                struct err *e);

/*
 * Gives a refusal to each item whose output is an input of this run, or the
 * output of an earlier item (also when only upper and lower case differ:
 * other systems cannot tell them apart). With --conflict unique the later one
 * gets a free name instead. A file that is named twice is left once, and one
 * that is the output of another by its suffix is left out, unless --conflict
 * would have it replaced.
 */
int settle_clashes(const struct process_options *o, struct item_list *list,
                   struct err *e);

#endif
