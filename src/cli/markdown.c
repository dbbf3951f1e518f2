/* docs/ops.md and docs/cli.md, and what they share with others. */

#include "cli/page.h"

#include <string.h>

/* In a table '|' would end the cell. */
static void put_cell(FILE *out, const char *text)
{
    putc(' ', out);
    for (; *text; text++) {
        if (*text == '|')
            putc('\\', out);
        putc(*text, out);
    }
    fputs(" |", out);
}

void markdown_params(FILE *out, const struct param *params)
{
    char text[PARAM_TEXT_MAX];

    fputs("\n| parameter | kind | range | default | meaning |\n"
          "| --- | --- | --- | --- | --- |\n",
          out);
    for (const struct param *p = params; p->type != PARAM_END; p++) {
        fprintf(out, "| `%s` |", p->key);
        put_cell(out, param_kind(p));
        param_range(p, text);
        put_cell(out, text);
        option_default(p, text);
        put_cell(out, text);
        put_cell(out, p->doc);
        putc('\n', out);
    }
}

static void op(FILE *out, const struct op *op)
{
    fprintf(out, "\n## %s\n\n%s. Works in %s.\n", op->name, op->doc,
            op_domain_docs[op->domain]);
    if (op->params[0].type != PARAM_END)
        markdown_params(out, op->params);
}

void markdown_ops(FILE *out)
{
    fputs(
        "# Operations\n\n"
        "Made by `tools/gendocs` from the tables in `src/op`; do not edit.\n\n"
        "A step of a look names one of these with the values that differ "
        "from the\ndefault (`- exposure: {ev: 0.5}`); on the command line "
        "the same step is\n`--exposure.ev=0.5`.\n",
        out);
    for (int i = 0; ops[i]; i++)
        op(out, ops[i]);
}

static void paragraph(FILE *out, const char *text, bool example)
{
    if (!example) {
        fprintf(out, "\n%s\n", text);
        return;
    }
    fputs("\n```sh\n", out);
    while (*text) {
        const size_t n = strcspn(text, "\n");
        fprintf(out, "%.*s\n", (int)n - 2, text + 2);
        text += n + (text[n] == '\n');
    }
    fputs("```\n", out);
}

static void option(FILE *out, const struct option_line *o)
{
    fputs("| `", out);
    if (o->letter)
        fprintf(out, "-%c`, `", o->letter);
    fprintf(out, "--%s", o->name);
    if (o->value[0])
        putc(' ', out);
    for (const char *s = o->value; *s; s++)
        fprintf(out, "%s%c", *s == '|' ? "\\" : "", *s);
    fprintf(out, "` | %s%s |", o->doc,
            o->many ? "; may be given several times" : "");
    put_cell(out, o->range);
    put_cell(out, o->def);
    putc('\n', out);
}

static void command(FILE *out, const struct command *c)
{
    struct option_line o;

    fprintf(out, "\n## portal %s\n\n%s.\n\n```\nportal %s [options]%s%s\n```\n",
            c->name, c->doc, c->name, c->words[0] ? " " : "", c->words);
    if (c->verbs)
        putc('\n', out);
    for (const struct verb *v = c->verbs; v && v->name; v++)
        fprintf(out, "- `%s%s%s`: %s\n", v->name, v->words[0] ? " " : "",
                v->words, v->doc);
    put_help(out, c->help, paragraph);
    fputs("\n| option | meaning | range | default |\n"
          "| --- | --- | --- | --- |\n",
          out);
    if (c->steps_at)
        fputs("| `--OPERATION.PARAMETER=VALUE` | Adds a step, or sets another "
              "value of the step that an earlier one has added | | |\n",
              out);
    for (int i = 0; option_at(c, i, &o); i++)
        option(out, &o);
}

void markdown_cli(FILE *out)
{
    fputs("# Command line\n\n"
          "Made by `tools/gendocs` from the tables in `src/cli` and `src/run`; "
          "do not edit.\n\n"
          "Exit codes: 0 done, 1 failed, 2 wrong usage, 3 some files failed "
          "and the others\nare done, 4 stopped. Data goes to standard output, "
          "talk to standard error.\n\n",
          out);
    for (int i = 0; commands[i]; i++)
        fprintf(out, "- [%s](#portal-%s): %s\n", commands[i]->name,
                commands[i]->name, commands[i]->doc);
    for (int i = 0; commands[i]; i++)
        command(out, commands[i]);
}
