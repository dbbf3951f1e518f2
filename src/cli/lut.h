#ifndef CLI_LUT_H
#define CLI_LUT_H

/* What the files of the command "lut" share: a verb is a function here, a row
   of its table and a file lut_<verb>.c. */

#include "cli/command.h"

struct lut_options {
    struct text_list words; /* the verb, then what it is given */
    struct text_list set;
    const char *output, *plot, *title;
    int size; /* 0: not said */
    bool json;
};

int lut_info(const struct lut_options *o, FILE *out, struct err *e);
int lut_diff_verb(const struct lut_options *o, FILE *out, struct err *e);
int lut_convert_verb(const struct lut_options *o, FILE *out, struct err *e);
int lut_list_verb(const struct lut_options *o, FILE *out, struct err *e);
int lut_make_verb(const struct lut_options *o, FILE *out, struct err *e);
int lut_values_verb(const struct lut_options *o, FILE *out, struct err *e);

#endif
