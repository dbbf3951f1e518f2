#ifndef BASE_YAML_H
#define BASE_YAML_H

/*
 * YAML, and JSON as the part of it that it is, event by event, so that a reader
 * accepts only what its form can hold and nothing hostile is ever built: there
 * are no aliases. Errors are ERR_DATA and start with the line.
 */

#include <stdbool.h>
#include <stddef.h>
#include <yaml.h>

#include "base/err.h"

struct yaml_reader {
    yaml_parser_t parser;
    yaml_event_t event; /* the current one, after the first yaml_next() */
    bool open, have;
};

/* The bytes are lent until yaml_close(), which also takes a cleared struct. */
int yaml_open(struct yaml_reader *r, const void *bytes, size_t len,
              struct err *e);
void yaml_close(struct yaml_reader *r);

int yaml_next(struct yaml_reader *r, struct err *e);

static inline bool yaml_is(const struct yaml_reader *r, yaml_event_type_t type)
{
    return r->event.type == type;
}

/* Of the current event, from 1. */
int yaml_line(const struct yaml_reader *r);

/* ERR_DATA "line N: ...". */
int yaml_fail(const struct yaml_reader *r, struct err *e, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/*
 * The text of the current event while it lasts, or NULL when it has none. A
 * text with a zero byte is shorter than *len.
 */
const char *yaml_text(const struct yaml_reader *r, size_t *len);

/* An empty value, "~" or "null", without quotes. */
bool yaml_is_null(const struct yaml_reader *r);

/*
 * Which of the keys (up to 32, ends with NULL) the current event's is, whose
 * text is `key`. Refuses what is unknown, with the nearest right one or
 * `others` behind, and what is there twice: `seen` has a bit per key.
 */
int yaml_key(const struct yaml_reader *r, const char *key,
             const char *const *keys, const char *others, unsigned *seen,
             int *which, struct err *e);

#endif
