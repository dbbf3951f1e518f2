#ifndef RUN_LETTERS_H
#define RUN_LETTERS_H

/* Letters of 5 x 7 points, and two more below the line, for pictures that
   explain themselves. */

#include <stdbool.h>

/* A letter and the gap behind it. */
#define LETTER_W 6
#define LETTER_H 9

/*
 * Whether point (x, y) of a text is ink. What is not ASCII, or has no letter
 * here, is a question mark for each byte that begins a character.
 */
bool letter_point(const char *text, int x, int y);

/* Width in points; without the last gap. */
int letters_width(const char *text);

#endif
