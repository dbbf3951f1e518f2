#ifndef RUN_PAPER_INT_H
#define RUN_PAPER_INT_H

/* What the two forms of a report share; see paper.h. */

#include <jansson.h>

#include "base/file.h"
#include "run/paper.h"

/* A file being written, in larger pieces than it comes in. */
struct sheet {
    struct outfile file;
    struct buf wait;
    uint64_t bytes; /* so far */
};
int sheet_put(void *sheet, const void *bytes, size_t n, struct err *e);

/* paper_head.c: all keys of the document but "files" and "failures"; fresh, or
   NULL without memory. */
json_t *paper_head(const struct paper *p);

/* The row of a file, fresh: also of one that was not begun. */
int paper_row(const struct paper *p, int i, json_t **row, struct err *e);

/* The same amounts as people say them: "1.5 MB", "0.42 s". */
json_t *paper_bytes(double bytes);
json_t *paper_seconds(double s);

/* paper_chart.c: the numbers of the drawings, fresh. */
json_t *paper_stages(const struct stage_times *t);
json_t *paper_histogram(const struct record *r);

/* paper_rows.c: the streams of the page. */
struct paper_rows {
    const struct paper *p;
    struct sheet *sheet;
    struct thumbs *thumbs; /* or NULL */
    bool details;          /* with every row */
    int at;                /* of the stream that is being made */
    int cut;               /* rows that found no room          */
};
int paper_next(struct paper_rows *rows, const char *name, int n, json_t **item,
               struct err *e);

int paper_json(const struct paper *p, json_t *head, struct sheet *s,
               struct err *e);
int paper_html(const struct paper *p, json_t *head, struct sheet *s,
               struct err *e);

#endif
