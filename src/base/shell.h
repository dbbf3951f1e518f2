#ifndef BASE_SHELL_H
#define BASE_SHELL_H

/* Words for a bash that reads them back as they were. */

#include "base/mem.h"

/*
 * Appends the word: as it is where it means nothing to a shell, else in single
 * quotes; control characters as $'\n', so that it stays on its line.
 */
int shell_quote(struct buf *b, const char *word, struct err *e);

#endif
