#ifndef BASE_PARAM_H
#define BASE_PARAM_H

/*
 * A param describes one value a user may set: a slider of an operation, a flag
 * of a command. The command line, the look reader, the help, the manual and
 * the property tests all read these tables and keep no list of their own.
 *
 * A table is a constant array that ends with P_END. The values it describes
 * live in a plain struct without pointers, so a set of values may be copied
 * with =, compared with memcmp and hashed as bytes once param_defaults() has
 * run on it.
 */

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

enum param_type {
    PARAM_END,
    PARAM_BOOL,
    PARAM_INT,
    PARAM_FLOAT,
    PARAM_CHOICE,
    PARAM_TEXT, /* char[size]: a file name, a list of points */
};

struct param {
    const char *key; /* the field's name, the same in every front end */
    enum param_type type;
    size_t at;        /* offset of the value in its struct             */
    size_t room;      /* text only: bytes of the field, NUL included   */
    double def;       /* for a choice: index into names                */
    double lo, hi;    /* inclusive; unused for bool, choice and text   */
    double step;      /* of the slider; 0: one hundredth of the range  */
    const char *unit; /* after the number, or NULL; text: "FILE",      */
                      /* "FILE|NAME": of something shipped, …          */
    const char *const *names; /* choice only, ends with NULL */
    const char *text;         /* text only: the default, NULL = ""    */
    const char *doc;          /* one sentence, no full stop           */
};

/* Room for the longest text param_get() can write, the final NUL included. */
#define PARAM_TEXT_MAX 512

/* Clears the struct's `size` bytes, then gives every value its default. */
void param_defaults(const struct param *table, void *values, size_t size);

/* The row called `key`, or NULL. */
const struct param *param_find(const struct param *table, const char *key);

/*
 * Reads `text` into the value called `key`. On failure the value keeps what it
 * had, and the error names the key, the text and the values allowed; for an
 * unknown key it names the nearest right one.
 */
int param_set(const struct param *table, void *values, const char *key,
              const char *text, struct err *e);

/* Writes the shortest text that param_set() turns back into the same bits. */
void param_get(const struct param *p, const void *values,
               char text[static PARAM_TEXT_MAX]);

/* Whether the value is what param_defaults() gives. */
bool param_is_default(const struct param *p, const void *values);

/* Writes "0 … 1", "on|off" or "a|b|c": what param_set() accepts. */
void param_range(const struct param *p, char text[static PARAM_TEXT_MAX]);

/*
 * Rows of a table. The compiler rejects a row whose field does not exist or
 * has another type; the rest is named, e.g. .lo = 0, .hi = 1, .doc = "...".
 */
#define P_FLOAT(s, f, ...)  P_ROW(s, f, float, PARAM_FLOAT, __VA_ARGS__)
#define P_INT(s, f, ...)    P_ROW(s, f, int, PARAM_INT, __VA_ARGS__)
#define P_BOOL(s, f, ...)   P_ROW(s, f, bool, PARAM_BOOL, __VA_ARGS__)
#define P_CHOICE(s, f, ...) P_ROW(s, f, int, PARAM_CHOICE, __VA_ARGS__)
#define P_TEXT(s, f, ...)                                                      \
    {                                                                          \
        .key = #f, .type = PARAM_TEXT, .at = offsetof(struct s, f),            \
        .room = sizeof(((struct s *)0)->f), __VA_ARGS__                        \
    }
#define P_END                                                                  \
    {                                                                          \
        .type = PARAM_END                                                      \
    }

#define P_ROW(s, f, ctype, ptype, ...)                                         \
    {                                                                          \
        .key = #f, .type = ptype, .at = P_AT(s, f, ctype), __VA_ARGS__         \
    }

/* The field's offset; no such field, or not of that type: does not compile. */
#define P_AT(s, f, ctype)                                                      \
    (offsetof(struct s, f) +                                                   \
     0 * sizeof(char[_Generic(((struct s *)0)->f, ctype : 1)]))

#endif
