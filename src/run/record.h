#ifndef RUN_RECORD_H
#define RUN_RECORD_H

/*
 * What became of each file of a run, until its report is written: a line of
 * JSON per file in a temporary file without a name, and 24 bytes in memory.
 * One thread at a time.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/mem.h"
#include "run/file.h"

#define RECORD_NONE 255 /* status of a file that nothing is known about */

struct record_entry {
    int64_t at; /* of the line */
    uint32_t len;
    float seconds;
    uint8_t status; /* enum file_status, or RECORD_NONE */
};

struct record;

/* For files 0 … count-1; the temporary file is made in `folder`. */
int record_new(int count, const char *folder, struct record **out,
               struct err *e);
void record_free(struct record *r);

/* A later line of a file is the one that counts. Once adding has failed, it
   and reading fail with that error. */
int record_add(struct record *r, int i, enum file_status status, double seconds,
               const char *line, struct err *e);

int record_count(const struct record *r);
const struct record_entry *record_entry(const struct record *r, int i);

/* The files that took longest, longest first, at most `most`; how many. What
   was done before and took no time now is none of them. */
int record_slowest(const struct record *r, int *list, int most);

/* The line of a file, into an empty or used `line`; "" when there is none. */
int record_line(struct record *r, int i, struct buf *line, struct err *e);

#endif
