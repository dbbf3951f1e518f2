#ifndef CLI_JSON_H
#define CLI_JSON_H

/* JSON for programs that read us. A value that could not be made is NULL;
   json_put() then reports the lack of memory, so callers need not look. */

#include <stdio.h>

#include <jansson.h>

#include "base/err.h"
#include "base/param.h"

/* Any bytes: what is not UTF-8 or would upset a terminal becomes '?'. */
json_t *json_text(const char *text);

/* The value as a JSON number, boolean or string. */
json_t *json_value(const struct param *p, const void *values);

/* A row of a table: key, type, doc, default, range, unit, choices. */
json_t *json_param(const struct param *p);

/* Sets a member and takes `value`; a NULL value spoils the object. */
void json_add(json_t *object, const char *key, json_t *value);

/* One line, or with `pretty` indented. Takes `value`. */
int json_put(FILE *out, json_t *value, bool pretty, struct err *e);

#endif
