/* Help for a terminal. */

#include "cli/page.h"

#include <string.h>

#define INDENT 24

static void paragraph(FILE *out, const char *text, bool example)
{
    putc('\n', out);
    if (example)
        fprintf(out, "%s\n", text);
    else
        put_wrapped(out, 0, 0, text);
}

/* "  head" and the text behind it, or below when the head is long. */
static void item(FILE *out, const char *head, const char *text)
{
    const int wide = 2 + (int)strlen(head);

    fprintf(out, "  %s", head);
    if (wide + 2 > INDENT)
        fprintf(out, "\n%*s", INDENT, "");
    else
        fprintf(out, "%*s", INDENT - wide, "");
    put_wrapped(out, INDENT, INDENT, text);
}

void help_overview(FILE *out)
{
    fprintf(out, "usage: portal COMMAND [options] [files]\n");
    paragraph(out,
              "Finishes pictures with looks: in linear light, in 32-bit "
              "float, without losing a tag.",
              false);
    fprintf(out, "\nCommands:\n");
    for (int i = 0; commands[i]; i++)
        item(out, commands[i]->name, commands[i]->doc);
    paragraph(out,
              "'portal help NAME' tells more of a command, an operation or a "
              "look.",
              false);
    paragraph(out,
              "Exit codes: 0 done, 1 failed, 2 wrong usage, 3 some files "
              "failed and the others are done, 4 stopped.",
              false);
}

static void option(FILE *out, const struct option_line *o)
{
    char head[700], text[2000];

    if (o->letter)
        snprintf(head, sizeof(head), "-%c, --%s%s%s", o->letter, o->name,
                 o->value[0] ? " " : "", o->value);
    else
        snprintf(head, sizeof(head), "    --%s%s%s", o->name,
                 o->value[0] ? " " : "", o->value);
    snprintf(text, sizeof(text), "%s%s%s%s%s%s%s", o->doc,
             o->range[0] || o->def[0] ? " [" : "", o->range,
             o->range[0] && o->def[0] ? "; " : "", o->def[0] ? "default " : "",
             o->def, o->range[0] || o->def[0] ? "]" : "");
    if (o->many)
        strncat(text, "; may be given several times",
                sizeof(text) - strlen(text) - 1);
    item(out, head, text);
}

void help_command(FILE *out, const struct command *c)
{
    struct option_line o;
    char head[200];

    fprintf(out, "usage: portal %s [options]%s%s\n", c->name,
            c->words[0] ? " " : "", c->words);
    paragraph(out, c->doc, false);
    if (c->verbs) {
        putc('\n', out);
        for (const struct verb *v = c->verbs; v->name; v++) {
            snprintf(head, sizeof(head), "%s%s%s", v->name,
                     v->words[0] ? " " : "", v->words);
            item(out, head, v->doc);
        }
    }
    put_help(out, c->help, paragraph);
    fprintf(out, "\nOptions:\n");
    if (c->steps_at)
        item(out, "    --OPERATION.PARAMETER=VALUE",
             "Adds a step, or sets another value of the step that an earlier "
             "one has added; 'portal ops list' names the operations");
    for (int i = 0; option_at(c, i, &o); i++)
        option(out, &o);
}

const char *param_kind(const struct param *p)
{
    switch (p->type) {
    case PARAM_BOOL:
        return "switch";
    case PARAM_INT:
        return "whole number";
    case PARAM_FLOAT:
        return "number";
    case PARAM_CHOICE:
        return "choice";
    case PARAM_TEXT:
        return p->unit && !strncmp(p->unit, "FILE", 4) ? "file" : "text";
    case PARAM_END:
        break;
    }
    return "";
}

void help_params(FILE *out, const struct param *params)
{
    char range[PARAM_TEXT_MAX], def[PARAM_TEXT_MAX], text[3 * PARAM_TEXT_MAX];

    for (const struct param *p = params; p->type != PARAM_END; p++) {
        param_range(p, range);
        option_default(p, def);
        fprintf(out, "\n");
        snprintf(text, sizeof(text), "%s, %s, default %s", param_kind(p), range,
                 def[0] ? def : "none");
        item(out, p->key, text);
        fprintf(out, "%*s", INDENT, "");
        put_wrapped(out, INDENT, INDENT, p->doc);
    }
}

void help_op(FILE *out, const struct op *op)
{
    fprintf(out, "%s: ", op->name);
    put_wrapped(out, (int)strlen(op->name) + 2, 2, op->doc);
    fprintf(out, "\nWorks in %s.\n", op_domain_docs[op->domain]);
    help_params(out, op->params);
    fprintf(out,
            "\nOn the command line --%s.%s=VALUE, in a look\n"
            "  - %s: {%s: VALUE}\n",
            op->name,
            op->params[0].type == PARAM_END ? "PARAMETER" : op->params[0].key,
            op->name,
            op->params[0].type == PARAM_END ? "PARAMETER" : op->params[0].key);
}

void help_look(FILE *out, const struct look *look)
{
    char value[PARAM_TEXT_MAX];
    bool any;

    fprintf(out, "%s%s", look->name, look->doc[0] ? ": " : "");
    put_wrapped(out, (int)strlen(look->name) + 2, 2, look->doc);
    putc('\n', out);
    for (int i = 0; i < look->count; i++) {
        const struct step *s = &look->step[i];
        fprintf(out, "%3d  %-16s", i + 1, s->op->name);
        any = false;
        for (const struct param *p = s->op->params; p->type != PARAM_END; p++) {
            if (param_is_default(p, s->values))
                continue;
            param_get(p, s->values, value);
            fprintf(out, "%s%s %s%s%s", any ? ", " : "", p->key, value,
                    p->unit && p->type != PARAM_TEXT ? " " : "",
                    p->unit && p->type != PARAM_TEXT ? p->unit : "");
            any = true;
        }
        if (s->mask.kind) {
            mask_text(&s->mask, value);
            fprintf(out, "%smask %s", any ? ", " : "", value);
            any = true;
        }
        fprintf(out, "%s\n", any ? "" : "defaults");
    }
    if (look->count == 0)
        fprintf(out, "  no steps\n");
}
