#ifndef RUN_FILL_H
#define RUN_FILL_H

/*
 * A page out of a text with gaps and values for them:
 *
 *     {{name}}              the value, escaped for HTML
 *     {{#name}}…{{/name}}   for each object of an array, with its values in
 *                           reach before those around it; once for an object,
 *                           for true and for a text that is not empty; else
 *                           not at all
 *     {{^name}}…{{/name}}   once where the above gives nothing
 *     {{#*name}}…{{/name}}  for each object that next() makes, so that a long
 *                           list never is in memory
 *
 * There is no way to insert a value without escaping it, and no value is ever
 * looked at for gaps. Texts and numbers are values; a name without one is
 * nothing. A section does not hold another one of its name.
 */

#include <jansson.h>
#include <stddef.h>

#include "base/err.h"

struct fill {
    /* Where the page goes, in small pieces. */
    int (*put)(void *arg, const void *bytes, size_t n, struct err *e);
    /* The n-th object of a stream: 1 and a fresh *item, or 0: no more. */
    int (*next)(void *arg, const char *name, int n, json_t **item,
                struct err *e);
    void *arg;
};

int fill_page(const struct fill *f, const char *text, size_t len,
              json_t *values, struct err *e);

#endif
