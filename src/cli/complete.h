#ifndef CLI_COMPLETE_H
#define CLI_COMPLETE_H

/* Completion scripts: the same dialogue in three languages. */

#include <stdio.h>

#include "cli/page.h"

void complete_bash(FILE *out);
void complete_zsh(FILE *out);
void complete_fish(FILE *out);

/* What the three share: names of choices, of things, of steps ("op.param="),
   and sentences without what a shell might read something into. */
void complete_choices(FILE *out, const struct option_line *o);
void complete_names(FILE *out, enum word word);
void complete_steps(FILE *out, const char *before, const char *between);

/* What such a step may be, or false; *files: a file, too. */
bool complete_value(FILE *out, const struct param *p, bool *files);

/* Words of this kind may be files. */
bool complete_files(enum word word);
void complete_doc(FILE *out, const char *text);

#endif
