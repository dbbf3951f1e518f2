/* portal lut: what is done with look-up tables. */

#include "cli/lut.h"

#define AT(field) offsetof(struct lut_options, field)

static const struct verb verbs[] = {
    {"info", "FILE", "Says what a table is and what it does to colours",
     WORD_FILE},
    {"diff", "FILE FILE", "Says how far two tables are apart, and where",
     WORD_FILE},
    {"convert", "FILE OUTPUT",
     "Writes a table as .cube, .clf or, in a .png, as a Hald CLUT", WORD_FILE},
    {"list", "", "Lists the tables that come with the program", WORD_NONE},
    {"make", "FILE.yaml|NAME",
     "Makes a table from the values in a file, or one of the program's",
     WORD_FILE},
    {"values", "[NAME]",
     "Lists what a table can be made of, or prints what one of the program's "
     "is made of",
     WORD_NONE},
    {NULL, NULL, NULL, WORD_NONE},
};

/* In the order of the verbs. */
static int (*const runs[])(const struct lut_options *, FILE *, struct err *) = {
    lut_info,      lut_diff_verb, lut_convert_verb,
    lut_list_verb, lut_make_verb, lut_values_verb};

static const struct flag flags[] = {
    {"output", "FILE", "Where the result goes", AT(output), false, WORD_FILE},
    {"plot", "FILE.png", "For info, draws curves and the cube into a picture",
     AT(plot), false, WORD_FILE},
    {"title", "TEXT", "What a new table calls itself", AT(title), false,
     WORD_NONE},
    {"set", "KEY=VALUE", "For make, another value than the file's", AT(set),
     true, WORD_NONE},
    {NULL, NULL, NULL, 0, false, WORD_NONE},
};

static const struct letter letters[] = {
    {'o', "output"},
    {'s', "set"},
    {0, NULL},
};

static const struct param params[] = {
    P_INT(lut_options, size, .lo = 0, .hi = 65536,
          .doc =
              "Nodes a side of a new cube or points of new curves, 0 meaning "
              "those of the old, for make 33; for diff, of what is compared"),
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
    .words = "info | diff | convert | list | make | values ...",
    .doc = "Looks into tables of colours, compares, converts, makes, uses them",
    .help = "A table is a .cube file or a Hald CLUT, a picture that holds a "
            "cube, or the name of one that comes with the program: a text "
            "without a dot and a slash.\n\n"
            "make reads the values that a table is made of from a YAML file, "
            "changes those that --set gives, and writes .cube, .clf, or .png, "
            "a Hald CLUT with at least as many nodes.\n\n"
            "  portal lut info look.cube\n"
            "  portal lut values print_2393 >mine.yaml\n"
            "  portal lut make mine.yaml -o mine.cube\n"
            "  portal lut make print_2393 --set film_contrast=1.05 -o "
            "soft.cube",
    .verbs = verbs,
    .params = params,
    .flags = flags,
    .letters = letters,
    .size = sizeof(struct lut_options),
    .words_at = AT(words),
    .run = run,
};
