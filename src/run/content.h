#ifndef RUN_CONTENT_H
#define RUN_CONTENT_H

/* What a file is: size and time at a glance, and a hash of its bytes. */

#include "base/file.h"
#include "store/journal.h"

/* Size and time; the hash is cleared. */
int content_stat(const char *path, struct journal_id *id, struct err *e);

/* The same with the hash: reads all of it. */
int content_of(const char *path, struct journal_id *id, struct err *e);

/* Of an output that is complete but has not got its name yet. */
int content_of_output(struct outfile *f, struct journal_id *id, struct err *e);

/* By size and time alone; and by content, both hashes known. */
bool content_same(const struct journal_id *a, const struct journal_id *b);
bool content_equal(const struct journal_id *a, const struct journal_id *b);

#endif
