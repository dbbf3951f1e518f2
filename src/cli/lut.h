#ifndef CLI_LUT_H
#define CLI_LUT_H

/* What the files of the command "lut" share: a verb is a function here, a row
   of its table and a file lut_<verb>.c. */

#include "cli/command.h"

struct lut_options {
    struct text_list words; /* the verb, then what it is given */
    struct text_list set;
    const char *output, *plot;
    int size; /* which of lut_sizes */
    bool json;
};

/* Nodes a side, as names of a choice. */
extern const char *const lut_sizes[];

int lut_info(const struct lut_options *o, FILE *out, struct err *e);

int lut_verb_values(const struct lut_options *o, FILE *out, struct err *e);
int lut_verb_make(const struct lut_options *o, FILE *out, struct err *e);
int lut_verb_list(const struct lut_options *o, FILE *out, struct err *e);

#endif
