#ifndef RUN_REPORT_H
#define RUN_REPORT_H

/*
 * What a run says: a line of JSON per file for programs, sentences and a
 * progress bar with images per hour and the time left for people. The bar is
 * drawn only on a terminal. May be called from any thread.
 */

#include <stdio.h>

#include "run/file.h"
#include "run/list.h"
#include "run/record.h"

struct report;

/* What a run came to. */
struct report_sums {
    int files, done, kept, skipped, failed, stopped, planned;
    int left; /* that have not been begun */
    int threads;
    double seconds, cpu_s, per_hour;
    uint64_t bytes_in, bytes_out;
    uint64_t peak;          /* memory of all processes together, at most */
    uint64_t budget;        /* that it was to keep to                    */
    int64_t began_s, end_s; /* Unix time                                 */
    struct stage_times times;
};

/* Data goes to `out`, talk to stderr. A file counts by its size. The list is
   lent. */
int report_new(const struct process_options *o, FILE *out,
               const struct item_list *list, struct report **r, struct err *e);
void report_free(struct report *r);

/* `share`: parts of a thousand of that file that were done since the last. */
void report_progress(struct report *r, const struct item *it, int share);

/* The one film of this run: frames made of those expected (0: nobody knows),
   and bytes of it. */
void report_film(struct report *r, int64_t frames, int64_t expected,
                 uint64_t bytes);

/* From time to time: draws the bar, or says where things stand in JSON. */
void report_beat(struct report *r);

/* A sentence for people; nothing with --quiet and --json. */
void report_say(struct report *r, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* One that matters, always. */
void report_warn(struct report *r, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* A watch has nothing to do: one line of JSON. */
void report_waiting(struct report *r);

/* The end of a file, of which `told` thousandths were reported as done. */
void report_file(struct report *r, const struct item *it,
                 const struct file_result *f, int told);

/* What is known about a file that report_file() will say is FILE_KEPT: the
   report_detail() of the run that made it. */
void report_before(struct report *r, const struct item *it, const char *detail);

/* What report_file() prints with --json, as a fresh text; NULL: no memory. */
char *report_detail(const struct item *it, const struct file_result *f);
void report_detail_free(char *detail);

/* Memory of all processes together, at most. */
void report_peak(struct report *r, uint64_t bytes);

/* Stops the clock. `left` files have not been begun. */
struct report_sums report_sums(const struct report *r, int threads, int left);

/* The summary; returns the exit code of the run: 0, 1, 3 or 4. */
int report_end(struct report *r, const struct report_sums *sums);

/* What became of each file; NULL without the option `report`. */
struct record *report_record(const struct report *r);

#endif
