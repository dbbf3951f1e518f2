/* portal help: of commands, operations and looks, for people and for man. */

#include "base/text.h"
#include "cli/page.h"

struct options {
    struct text_list words;
    bool man;
    bool markdown;
};

static const struct param params[] = {
    P_BOOL(options, man,
           .doc = "Prints the manual page of portal or a command"),
    P_BOOL(options, markdown,
           .doc = "Prints docs/ops.md or docs/cli.md for the topic ops or cli, "
                  "the end of docs/luts.md for luts"),
    P_END,
};

static int markdown(const char *topic, FILE *out, struct err *e)
{
    if (text_is(topic, "ops"))
        markdown_ops(out);
    else if (text_is(topic, "cli"))
        markdown_cli(out);
    else if (text_is(topic, "luts"))
        return markdown_luts(out, e);
    else
        return err_set(e, ERR_ARG, "there are documents on ops, cli and luts");
    return EXIT_DONE;
}

static int unknown(const char *topic, struct err *e)
{
    enum { MAX = 300 };
    const char *names[MAX];
    const char *near;
    int n = 0;

    for (int i = 0; commands[i] && n < MAX - 1; i++)
        names[n++] = commands[i]->name;
    for (int i = 0; ops[i] && n < MAX - 1; i++)
        names[n++] = ops[i]->name;
    names[n] = NULL;
    near = text_nearest(topic, names);
    if (near)
        return err_set(e, ERR_ARG, "nothing is called '%s', did you mean '%s'?",
                       topic, near);
    return err_set(e, ERR_ARG, "no command, operation or look is called '%s'",
                   topic);
}

static int topic(const char *name, FILE *out, struct err *e)
{
    const struct command *c = command_find(name);
    const struct op *op = op_find(name);
    struct look *look = NULL;

    if (c)
        help_command(out, c);
    else if (op)
        help_op(out, op);
    else if (look_find(name, &look, e) >= 0)
        help_look(out, look);
    else
        return unknown(name, e);
    look_free(look);
    return EXIT_DONE;
}

static int run(const void *options, FILE *out, struct err *e)
{
    const struct options *o = options;
    const char *name = o->words.count ? o->words.item[0] : NULL;
    const struct command *c = name ? command_find(name) : NULL;

    if (o->words.count > 1)
        return err_set(e, ERR_ARG, "one topic at a time");
    if (o->markdown)
        return markdown(name, out, e);
    if (o->man && name && !c)
        return err_set(e, ERR_ARG, "no command is called '%s'", name);
    if (o->man && c)
        man_command(out, c);
    else if (o->man)
        man_overview(out);
    else if (name)
        return topic(name, out, e);
    else
        help_overview(out);
    return EXIT_DONE;
}

const struct command command_help = {
    .name = "help",
    .words = "[COMMAND|OPERATION|LOOK]",
    .doc = "Tells more of a command, an operation or a look",
    .params = params,
    .size = sizeof(struct options),
    .words_at = offsetof(struct options, words),
    .word = WORD_TOPIC,
    .run = run,
};
