/* Options as help, manual and completion show them. */

#include "cli/command.h"

#include <string.h>

#include "base/text.h"

void option_default(const struct param *p, char text[static PARAM_TEXT_MAX])
{
    switch (p->type) {
    case PARAM_BOOL:
        snprintf(text, PARAM_TEXT_MAX, "%s", p->def != 0 ? "on" : "off");
        break;
    case PARAM_CHOICE:
        snprintf(text, PARAM_TEXT_MAX, "%s", p->names[(int)p->def]);
        break;
    case PARAM_INT:
    case PARAM_FLOAT:
        text_of_double(p->def, text);
        break;
    case PARAM_TEXT:
        snprintf(text, PARAM_TEXT_MAX, "%s", p->text ? p->text : "");
        break;
    case PARAM_END:
        text[0] = '\0';
        break;
    }
}

static void name_line(const struct command *c, const char *key,
                      struct option_line *line)
{
    *line = (struct option_line){0};
    snprintf(line->name, sizeof(line->name), "%s", key);
    for (char *s = line->name; *s; s++)
        if (*s == '_')
            *s = '-';
    for (const struct letter *l = c->letters; l && l->letter; l++)
        if (text_is(l->key, key))
            line->letter = l->letter;
}

static void of_flag(const struct flag *f, struct option_line *line)
{
    snprintf(line->value, sizeof(line->value), "%s", f->value);
    line->doc = f->doc;
    line->many = f->many;
    line->word = f->word;
}

/* "a|b" to "a, b", which may be broken into lines. */
static void list_range(const char *text, char range[static PARAM_TEXT_MAX])
{
    size_t n = 0;

    for (; *text && n < PARAM_TEXT_MAX - 2; text++) {
        range[n++] = (char)(*text == '|' ? ',' : *text);
        if (*text == '|')
            range[n++] = ' ';
    }
    range[n] = '\0';
}

static void of_param(const struct param *p, struct option_line *line)
{
    char text[PARAM_TEXT_MAX];

    line->doc = p->doc;
    if (p->type == PARAM_BOOL && p->def == 0)
        return;
    param_range(p, text);
    if (p->type == PARAM_CHOICE)
        line->names = p->names;
    if (p->type == PARAM_CHOICE && strlen(text) < 44) {
        snprintf(line->value, sizeof(line->value), "%s", text);
    } else {
        snprintf(line->value, sizeof(line->value), "%s",
                 p->unit       ? p->unit
                 : line->names ? "NAME"
                               : "N");
        list_range(text, line->range);
    }
    option_default(p, text);
    snprintf(line->def, sizeof(line->def), "%s", text);
}

bool option_at(const struct command *c, int index, struct option_line *line)
{
    for (const struct flag *f = c->flags; f && f->key; f++)
        if (index-- == 0) {
            name_line(c, f->key, line);
            of_flag(f, line);
            return true;
        }
    for (const struct param *p = c->params; p && p->type != PARAM_END; p++)
        if (p->doc && index-- == 0) {
            name_line(c, p->key, line);
            of_param(p, line);
            return true;
        }
    if (index == 0) {
        name_line(c, "help", line);
        line->letter = 'h';
        line->doc = "Prints this";
        return true;
    }
    return false;
}
