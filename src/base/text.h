#ifndef BASE_TEXT_H
#define BASE_TEXT_H

/* Text and numbers, free of the locale. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Borrowed texts, e.g. every value of an option that was given several times.
 */
struct text_list {
    const char **item;
    int count;
};

/* Each reads the whole text (blanks around it allowed) or returns false. */
bool text_to_double(const char *text, double *value);
bool text_to_long(const char *text, long *value);

/* "256M", "1.5G", "800k", "1048576": bytes. */
bool text_to_size(const char *text, uint64_t *bytes);

/* As text_to_double(), but stops where the number does; *end is set there. */
bool text_scan_double(const char *text, const char **end, double *value);

/* The shortest decimal that reads back as the same float or double. */
void text_of_float(float value, char text[static 32]);
void text_of_double(double value, char text[static 32]);

/* The name in the NULL-ended list that `word` was probably meant to be. */
const char *text_nearest(const char *word, const char *const *names);

/* Edits (insert, delete, change, swap) that turn a into b. */
int text_distance(const char *a, const char *b);

bool text_is(const char *a, const char *b);        /* equal, NULLs allowed */
bool text_is_nocase(const char *a, const char *b); /* ASCII case ignored */

/*
 * Makes text fit for a terminal: control characters and bytes that are not
 * UTF-8 become '?'. The length stays.
 */
void text_clean(char *text);

/* Bytes of the printable UTF-8 character that the text starts with, or 0. */
int text_char(const char *text);

#endif
