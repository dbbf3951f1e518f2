#ifndef CLI_PAGE_H
#define CLI_PAGE_H

/*
 * Help, manual pages and the generated documents: the same tables for people
 * in three dresses. What fails has an error to say so; main looks at the stream
 * at the end.
 */

#include <stdio.h>

#include "base/text.h"
#include "cli/command.h"
#include "look/look.h"

/* For a terminal. */
void help_overview(FILE *out);
void help_command(FILE *out, const struct command *c);
void help_op(FILE *out, const struct op *op);
void help_look(FILE *out, const struct look *look);
void help_params(FILE *out, const struct param *params);

/* roff for man(1). */
void man_overview(FILE *out);
void man_command(FILE *out, const struct command *c);

/* docs/ops.md, docs/cli.md, and docs/luts.md from "## Shipped LUTs" on. */
void markdown_ops(FILE *out);
void markdown_cli(FILE *out);
int markdown_luts(FILE *out, struct err *e);
void markdown_params(FILE *out, const struct param *params);

/* "number", "-8 … 8 EV", "0": the columns of an operation's parameter. */
const char *param_kind(const struct param *p);

/*
 * Writes text from column `at` on, lines of at most 80 characters, all but the
 * first indented. The last line is ended.
 */
void put_wrapped(FILE *out, int at, int indent, const char *text);

/*
 * Writes `n` bytes of a help text one paragraph at a time: put() is called with
 * each, joined to one line; a paragraph that begins with two spaces is an
 * example and comes as it is.
 */
typedef void put_paragraph(FILE *out, const char *text, bool example);
void put_help(FILE *out, const char *help, put_paragraph *put);

#endif
