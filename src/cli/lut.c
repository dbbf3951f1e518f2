/* portal lut: what is done with look-up tables. */

#include "cli/lut.h"

#define AT(field) offsetof(struct lut_options, field)

static const struct verb verbs[] = {
    {"info", "FILE", "Says what a table is and what it does to colours",
     WORD_FILE},
    {NULL, NULL, NULL, WORD_NONE},
};

/* In the order of the verbs. */
static int (*const runs[])(const struct lut_options *, FILE *,
                           struct err *) = {lut_info};

static const struct flag flags[] = {
    {"output", "FILE", "Where the result goes", AT(output), false, WORD_FILE},
    {NULL, NULL, NULL, 0, false, WORD_NONE},
};

static const struct letter letters[] = {
    {'o', "output"},
    {0, NULL},
};

static const struct param params[] = {
    P_BOOL(lut_options, json, .doc = "Prints JSON"),
    P_END,
};

static int run(const void *options, FILE *out, struct err *e)
{
    const struct lut_options *o = options;
    const struct verb *v;
    int rc;

    TRY(verb_of(verbs, &o->words, &v, e));
    TRY(runs[v - verbs](o, out, e));
out:
    return rc;
}

const struct command command_lut = {
    .name = "lut",
    .words = "info ...",
    .doc = "Looks into tables of colours",
    .help = "A table is a .cube file or a Hald CLUT, a picture that holds a "
            "cube.\n\n"
            "  portal lut info look.cube",
    .verbs = verbs,
    .params = params,
    .flags = flags,
    .letters = letters,
    .size = sizeof(struct lut_options),
    .words_at = AT(words),
    .run = run,
};
