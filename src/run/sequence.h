#ifndef RUN_SEQUENCE_H
#define RUN_SEQUENCE_H

/*
 * Numbered pictures that are one film: "shot.####.exr", where each # stands for
 * a digit, or "shot.%04d.exr". Numbers have at least that many digits; more
 * when they are larger.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

struct sequence {
    char *folder;      /* where they are                          */
    char *head, *tail; /* of their names, around the number       */
    int digits;
    int64_t *number; /* of those that are there, ascending        */
    int count;
};

/* Whether a path has a place for a number in its name. */
bool sequence_is(const char *path);

/* The parts of a pattern; no files are looked for. */
int sequence_parse(const char *pattern, struct sequence *s, struct err *e);

/*
 * Those that are there, or those of a range "A-B" or "A-BxSTEP" (NULL: all):
 * one of a range that is missing is ERR_DATA and named; without a range, gaps
 * are as they are. None at all is ERR_DATA. Fills *s afresh.
 */
int sequence_find(const char *pattern, const char *range, struct sequence *s,
                  struct err *e);
void sequence_release(struct sequence *s);

/* The path of one of them; fresh, or NULL without memory. */
char *sequence_path(const struct sequence *s, int64_t number);

#endif
