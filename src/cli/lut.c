/* portal lut: what is done with look-up tables. */

#include "base/file.h"
#include "cli/lut.h"
#include "op/lut3d.h"

#define AT(field) offsetof(struct lut_options, field)

static const struct verb verbs[] = {
    {"info", "FILE", "Says what a table is and what it does to colours",
     WORD_TABLE},
    {"diff", "FILE FILE", "Says how far two tables are apart, and where",
     WORD_TABLE},
    {"convert", "FILE OUTPUT",
     "Writes a table as .cube, .clf or, in a .png, as a Hald CLUT", WORD_TABLE},
    {"list", "", "Lists the tables that come with the program", WORD_NONE},
    {"make", "FILE.yaml|NAME",
     "Makes a table from the values in a file, or one of the program's",
     WORD_TABLE},
    {"values", "[NAME]",
     "Lists what a table can be made of, or prints what one of the program's "
     "is made of",
     WORD_SHIPPED},
    {"bake", "LOOK...", "Makes a table of looks, or of steps", WORD_LOOK},
    {"apply", "FILE INPUT...", "Takes pictures through a table", WORD_TABLE},
    {NULL, NULL, NULL, WORD_NONE},
};

/* In the order of the verbs. */
static int (*const runs[])(const struct lut_options *, FILE *, struct err *) = {
    lut_info,      lut_diff_verb,   lut_convert_verb, lut_list_verb,
    lut_make_verb, lut_values_verb, lut_bake_verb,    lut_apply_verb};

static const struct flag flags[] = {
    {"output", "FILE", "Where the result goes", AT(output), false, WORD_FILE},
    {"plot", "FILE.png", "For info, draws curves and the cube into a picture",
     AT(plot), false, WORD_FILE},
    {"title", "TEXT", "What a new table calls itself", AT(title), false,
     WORD_NONE},
    {"set", "KEY=VALUE",
     "For make, another value than the file's; for bake, as OP.PARAM=VALUE, of "
     "the last such step",
     AT(set), true, WORD_NONE},
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
    P_CHOICE(lut_options, space, .def = LUT3D_AUTO, .names = lut3d_inputs,
             .doc = "Colour space of the table, for bake and apply, where auto "
                    "is a film's own, else srgb"),
    P_BOOL(lut_options, shaper,
           .doc = "For bake, puts curves in front, for light up to 16 times "
                  "white"),
    P_BOOL(lut_options, skip,
           .doc = "For bake, leaves out steps that no table can do"),
    P_BOOL(lut_options, json, .doc = "Prints JSON"),
    P_END,
};

int lut_check_output(const char *path, const char *from, struct err *e)
{
    struct infile a = {.fd = -1}, b = {.fd = -1};
    struct err none = {0};
    int rc = 0;

    if (infile_open(&a, path, &none) == 0 &&
        infile_open(&b, from, &none) == 0 && a.dev == b.dev && a.ino == b.ino)
        rc = err_set(e, ERR_ARG,
                     "'%s' is the input; give the result another name", path);
    infile_close(&a);
    infile_close(&b);
    return rc;
}

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
    .words = "VERB ...",
    .doc = "Looks into tables of colours, compares, converts, makes, uses them",
    .help =
        "Tables are .cube, .3dl, .csp, .spi1d, .spi3d, .clf and what .ctf "
        "shares with it, Hald CLUTs, pictures that hold a cube, and names of "
        "those that come with the program: texts without a dot and a slash. "
        "What is in a file says which one it is, then its name. See "
        "docs/luts.md.\n\n"
        "convert, make and bake write .cube, .clf or, in a .png, a Hald CLUT. "
        "What a form cannot hold is sampled, and what that costs is said.\n\n"
        "make reads the values that a table is made of from a YAML file, and "
        "changes those that --set gives. bake takes names and files of looks, "
        "and steps as process does; only steps that make of a colour another "
        "can become a table. apply is process with one step lut3d; options of "
        "process stand behind --.\n\n"
        "  portal lut info look.cube --plot look.png\n"
        "  portal lut convert look.csp look.cube --size 33\n"
        "  portal lut values print_2393 >mine.yaml\n"
        "  portal lut make print_2393 --set film_contrast=1.05 -o soft.cube\n"
        "  portal lut bake signature --skip -o s.cube\n"
        "  portal lut apply look.cube *.tif -o graded --lut3d.strength=0.8",
    .verbs = verbs,
    .params = params,
    .flags = flags,
    .letters = letters,
    .size = sizeof(struct lut_options),
    .words_at = AT(words),
    .steps_at = AT(steps),
    .run = run,
};
