#ifndef CLI_LUT_H
#define CLI_LUT_H

/* What the files of the command "lut" share: a verb is a function here, a row
   of its table and a file lut_<verb>.c. */

#include "cli/command.h"

struct lut_options {
    struct text_list words; /* the verb, then what it is given */
    const char *output, *plot, *title;
    struct text_list set, steps; /* as in run/options.h */
    int size;                    /* 0: not said */
    int space;                   /* of op/lut3d.h, or its auto */
    bool shaper, skip;
    bool json;
};

/* Refuses to write over a file that is read. */
int lut_check_output(const char *path, const char *from, struct err *e);

int lut_info(const struct lut_options *o, FILE *out, struct err *e);
int lut_diff_verb(const struct lut_options *o, FILE *out, struct err *e);
int lut_bake_verb(const struct lut_options *o, FILE *out, struct err *e);
int lut_apply_verb(const struct lut_options *o, FILE *out, struct err *e);
int lut_convert_verb(const struct lut_options *o, FILE *out, struct err *e);
int lut_list_verb(const struct lut_options *o, FILE *out, struct err *e);
int lut_make_verb(const struct lut_options *o, FILE *out, struct err *e);
int lut_values_verb(const struct lut_options *o, FILE *out, struct err *e);

#endif
