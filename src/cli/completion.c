/* portal completion: scripts for bash, zsh and fish, printed from the tables.
 */

#include <string.h>

#include "base/text.h"
#include "cli/complete.h"
#include "codec/lut_shipped.h"

struct options {
    struct text_list words;
};

struct shell {
    const char *name;
    void (*script)(FILE *out);
};

void complete_choices(FILE *out, const struct option_line *o)
{
    for (int i = 0; o->names && o->names[i]; i++)
        fprintf(out, "%s%s", i ? " " : "", o->names[i]);
}

/* Text between single quotes, for every shell: ' becomes a typographic one. */
void complete_doc(FILE *out, const char *text)
{
    for (; *text; text++)
        fputs(*text == '\''                    ? "’"
              : strchr("[]:\\", *text) != NULL ? " "
                                               : (char[]){*text, '\0'},
              out);
}

void complete_steps(FILE *out, const char *before, const char *between)
{
    for (int i = 0; ops[i]; i++)
        for (const struct param *p = ops[i]->params; p->type != PARAM_END; p++)
            fprintf(out, "%s%s.%s=%s", before, ops[i]->name, p->key, between);
}

void complete_names(FILE *out, enum word word)
{
    if (word == WORD_OP || word == WORD_TOPIC)
        for (int i = 0; ops[i]; i++)
            fprintf(out, "%s ", ops[i]->name);
    if (word == WORD_TOPIC)
        for (int i = 0; commands[i]; i++)
            fprintf(out, "%s ", commands[i]->name);
    if (word == WORD_SHELL)
        fputs("bash zsh fish ", out);
    if (word == WORD_SHIPPED || word == WORD_TABLE)
        for (const struct shipped *s = shipped_luts; s->name; s++)
            fprintf(out, "%s ", s->name);
}

bool complete_files(enum word word)
{
    return word == WORD_FILE || word == WORD_LOOK || word == WORD_TABLE;
}

bool complete_value(FILE *out, const struct param *p, bool *files)
{
    *files = p->type == PARAM_TEXT && p->unit && strstr(p->unit, "FILE");
    if (*files)
        complete_names(out, WORD_TABLE);
    else if (p->type == PARAM_BOOL)
        fputs("on off", out);
    for (int i = 0; p->type == PARAM_CHOICE && p->names[i]; i++)
        fprintf(out, "%s%s", i ? " " : "", p->names[i]);
    return *files || p->type == PARAM_BOOL || p->type == PARAM_CHOICE;
}

static int run(const void *options, FILE *out, struct err *e)
{
    static const struct shell shells[] = {{"bash", complete_bash},
                                          {"zsh", complete_zsh},
                                          {"fish", complete_fish}};
    const struct options *o = options;
    const char *name = o->words.count == 1 ? o->words.item[0] : "";

    for (size_t i = 0; i < sizeof(shells) / sizeof(*shells); i++)
        if (text_is(shells[i].name, name)) {
            shells[i].script(out);
            return EXIT_DONE;
        }
    return err_set(e, ERR_ARG, "name one shell: bash, zsh or fish");
}

const struct command command_completion = {
    .name = "completion",
    .words = "bash|zsh|fish",
    .doc = "Prints a completion script for a shell",
    .help = "The scripts are installed with the program. To use one without "
            "installing:\n\n"
            "  source <(portal completion bash)\n"
            "  portal completion zsh > \"${fpath[1]}/_portal\"\n"
            "  portal completion fish | source",
    .size = sizeof(struct options),
    .words_at = offsetof(struct options, words),
    .word = WORD_SHELL,
    .run = run,
};
