#ifndef RUN_REPORT_JSON_H
#define RUN_REPORT_JSON_H

/*
 * JSON of what became of a file: what --json prints, a journal keeps and a
 * report is made of; docs/report.md names the keys. Values are fresh, or NULL
 * without memory, which the functions of jansson that take them understand.
 */

#include <jansson.h>

#include "run/file.h"
#include "run/list.h"

/* Names are bytes: what is not UTF-8 becomes U+FFFD. */
json_t *report_json_text(const char *bytes);

json_t *report_json_times(const struct stage_times *t);
json_t *report_json_file(const struct item *it, const struct file_result *f);

const char *report_status(enum file_status status);

#endif
