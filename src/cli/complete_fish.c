/* Completion for fish. */

#include "cli/complete.h"

#include <string.h>

static void put_words(FILE *out, enum word word)
{
    if (word == WORD_LOOK)
        fputs(" -a '(portal looks list 2>/dev/null | string split -f1 \" \")'",
              out);
    else if (word == WORD_MODEL)
        fputs(" -a '(portal models list 2>/dev/null | string split -f1 \" \")'",
              out);
    else if (word != WORD_NONE && word != WORD_FILE) {
        fputs(" -a '", out);
        complete_names(out, word);
        fputs("'", out);
    }
}

static void put_option(FILE *out, const struct command *c,
                       const struct option_line *o)
{
    fprintf(out, "complete -c portal -n '__fish_seen_subcommand_from %s' -l %s",
            c->name, o->name);
    if (o->letter)
        fprintf(out, " -s %c", o->letter);
    if (o->value[0])
        fputs(complete_files(o->word) ? " -r -F" : " -x", out);
    if (o->names) {
        fputs(" -a '", out);
        complete_choices(out, o);
        fputs("'", out);
    } else if (o->value[0]) {
        put_words(out, o->word);
    }
    fputs(" -d '", out);
    complete_doc(out, o->doc);
    fputs("'\n", out);
}

static void put_command(FILE *out, const struct command *c)
{
    struct option_line o;

    fprintf(out, "complete -c portal -n __fish_use_subcommand -f -a %s -d '",
            c->name);
    complete_doc(out, c->doc);
    fputs("'\n", out);
    for (int i = 0; option_at(c, i, &o); i++)
        put_option(out, c, &o);
    if (c->verbs || !complete_files(c->word)) {
        fprintf(out, "complete -c portal -n '__fish_seen_subcommand_from %s'",
                c->name);
        fputs(" -f", out);
        put_words(out, c->word);
        putc('\n', out);
    }
    for (const struct verb *v = c->verbs; v && v->name; v++) {
        fprintf(out,
                "complete -c portal -n '__fish_seen_subcommand_from %s; and "
                "not __fish_seen_subcommand_from",
                c->name);
        for (const struct verb *w = c->verbs; w->name; w++)
            fprintf(out, " %s", w->name);
        fprintf(out, "' -f -a %s -d '", v->name);
        complete_doc(out, v->doc);
        fprintf(out,
                "'\ncomplete -c portal -n '__fish_seen_subcommand_from %s; and "
                "__fish_seen_subcommand_from %s' %s",
                c->name, v->name, complete_files(v->word) ? "-F" : "-f");
        put_words(out, v->word);
        putc('\n', out);
    }
    bool files;

    if (!c->steps_at)
        return;
    for (int i = 0; ops[i]; i++)
        for (const struct param *p = ops[i]->params; p->type != PARAM_END;
             p++) {
            fprintf(out,
                    "complete -c portal -n '__fish_seen_subcommand_from %s' "
                    "-l %s.%s -a '",
                    c->name, ops[i]->name, p->key);
            complete_value(out, p, &files);
            fprintf(out, "' %s -d '", files ? "-r -F" : "-x");
            complete_doc(out, p->doc);
            fputs("'\n", out);
        }
}

void complete_fish(FILE *out)
{
    fputs("# fish completion for portal; made by 'portal completion fish'\n",
          out);
    for (int i = 0; commands[i]; i++)
        put_command(out, commands[i]);
}
