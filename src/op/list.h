#ifndef OP_LIST_H
#define OP_LIST_H

/* Several numbers in one text: "0.2, -0.1, 0" or "0.2 -0.1 0". */

#include "base/err.h"

/*
 * value[0 … count-1], each in lo … hi: the last one given goes for the rest,
 * `def` for all when there is none. An error says what is wrong.
 */
int list_fill(const char *text, int count, double def, double lo, double hi,
              float *value, struct err *e);

/* At most `room` numbers in lo … hi; *count is how many. */
int list_read(const char *text, int room, double lo, double hi, float *value,
              int *count, struct err *e);

#endif
