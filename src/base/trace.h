#ifndef BASE_TRACE_H
#define BASE_TRACE_H

/*
 * Where the time goes. A span is a stretch of work of one thread. Spans are
 * always summed per stage (cheap: two clock readings); when tracing is on they
 * are also kept, and trace_write() makes a file for chrome://tracing and
 * Perfetto with one lane per thread.
 */

#include <stdint.h>

#include "base/err.h"

enum stage {
    STAGE_OPEN,    /* headers, metadata, planning      */
    STAGE_DECODE,  /* file bytes to raw samples        */
    STAGE_PROXY,   /* the small picture for prepare    */
    STAGE_PREPARE, /* statistics, LUTs, wide blurs     */
    STAGE_RENDER,  /* raw samples to raw samples       */
    STAGE_ENCODE,  /* raw samples to file bytes        */
    STAGE_WRITE,   /* file bytes to the disk           */
    STAGE_COUNT,
};

const char *stage_name(enum stage stage);

struct stage_times {
    int64_t wall_ns[STAGE_COUNT]; /* summed over threads */
    int64_t bytes[STAGE_COUNT];
};

int64_t time_ns(void);     /* monotonic                   */
int64_t time_cpu_ns(void); /* of the whole process so far */

/*
 * Keeps spans from now on, for the whole process; 250,000 at most, after
 * which the file says how many are missing.
 */
int trace_start(struct err *e);

/*
 * A process whose trace becomes part of another's counts from that one's
 * trace_zero() and leaves a file beside PATH, which trace_write(PATH) of the
 * other takes in and removes. trace_start_over() removes those of earlier runs.
 */
int64_t trace_zero(void);
void trace_join(int64_t zero_ns);
int trace_part(const char *path, struct err *e);
void trace_start_over(const char *path);
int trace_write(const char *path, struct err *e);

/*
 * Around a stretch of work. `times` may be NULL; several threads may add to
 * the same one. `label` must be a string that lives on, e.g. a file's name
 * from trace_label(); `index` is the strip, or -1.
 */
struct span {
    int64_t start;
    enum stage stage;
    struct stage_times *times;
    const char *label;
    int index;
};

struct span span_begin(enum stage stage, struct stage_times *times,
                       const char *label, int index);
void span_end(const struct span *s, int64_t bytes);

/* A copy of the text that lives until the end; NULL when not tracing. */
const char *trace_label(const char *text);

#endif
