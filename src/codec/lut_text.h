#ifndef CODEC_LUT_TEXT_H
#define CODEC_LUT_TEXT_H

/* Lines and numbers of the texts that hold tables; for their readers alone. */

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

/*
 * One line without its comment and the blanks around it. `text` is a copy that
 * ends with a NUL, cut when the line is longer; start … end is all of it.
 */
struct lines {
    const char *at, *stop; /* what is still to be read */
    long number;
    const char *start, *end;
    char text[256];
    bool cut;
};

/* A byte order mark at the front is left out. The bytes are lent. */
struct lines lines_of(const void *text, size_t len);

/* Line ends are \n, \r or both. False at the end of the text. */
bool next_line(struct lines *l);

/* The same, but lines with nothing on them are passed over. */
bool next_full_line(struct lines *l);

/* Blanks inside a line. */
bool is_blank(char c);

/* The text behind the keyword, blanks left out, or NULL when the line starts
   with something else. `nocase`: in any case. */
const char *line_after(const struct lines *l, const char *keyword, bool nocase);

/* Words of the line. */
int line_words(const struct lines *l);

/*
 * The next number of the line; *at starts as l->start and moves behind it. What
 * is no finite number that fits in a float, or nothing, is ERR_DATA.
 */
int line_number(const struct lines *l, const char **at, float *out,
                struct err *e);

/* Exactly n finite numbers: of `text`, which is a part of l->text, or of the
   whole line. */
int line_scan(const struct lines *l, const char *text, int n, float *out,
              struct err *e);
int line_numbers(const struct lines *l, int n, float *out, struct err *e);

/* A whole number within lo … hi; `what` is for the message. */
int line_whole(const struct lines *l, const char *text, const char *what,
               long lo, long hi, int *out, struct err *e);

/* The line has the sides of a cube, three times the same. */
int line_sides(const struct lines *l, int *size, struct err *e);

/* As many lines are left that have something on them. */
int lines_left(struct lines l, long long want, struct err *e);

/* A text in quotes, or all of it without. */
void line_title(const char *text, char *title, size_t room);

#endif
