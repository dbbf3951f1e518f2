/* Manual pages in the man(7) macros. */

#include "cli/page.h"

#include <ctype.h>
#include <string.h>

/* One character that is not ASCII, as roff wants it; returns its bytes. */
static int put_wide(FILE *out, const unsigned char *s)
{
    const int n = *s < 0xe0 ? 2 : *s < 0xf0 ? 3 : 4;
    unsigned c = *s & (0x7fu >> n);

    for (int i = 1; i < n; i++)
        c = c << 6 | (s[i] & 0x3fu);
    fprintf(out, "\\[u%04X]", c);
    return n;
}

/* A line that begins with a dot would be an order. */
static void begin(FILE *out, unsigned char c)
{
    if (c == '.' || c == '\'')
        fputs("\\&", out);
}

static int word(const unsigned char *s)
{
    return (int)strcspn((const char *)s, " ");
}

/* `fill`: the line may end at any blank, so it ends before it gets long. */
static void put_line(FILE *out, const char *text, bool fill)
{
    const unsigned char *s = (const unsigned char *)text;
    int column = 0;

    begin(out, *s);
    while (*s) {
        column++;
        if (*s >= 0x80) {
            s += put_wide(out, s);
            continue;
        }
        if (*s == ' ' && fill && column + word(s + 1) > 64) {
            putc('\n', out);
            begin(out, s[1]);
            column = 0;
        } else if (*s == '\\') {
            fputs("\\e", out);
        } else if (*s == '-') {
            fputs("\\-", out);
        } else {
            putc(*s, out);
        }
        s++;
    }
}

static void put(FILE *out, const char *text)
{
    put_line(out, text, true);
}

static void put_upper(FILE *out, const char *text)
{
    for (; *text; text++)
        putc(toupper((unsigned char)*text), out);
}

static void head(FILE *out, const char *name, const char *doc)
{
    fputs(".TH PORTAL", out);
    if (name) {
        putc('-', out);
        put_upper(out, name);
    }
    fprintf(out, " 1 \"%s\" \"portal %s\" \"User Commands\"\n", PORTAL_DATE,
            PORTAL_VERSION);
    fprintf(out, ".SH NAME\nportal%s%s \\- ", name ? "\\-" : "",
            name ? name : "");
    put(out, doc);
    fprintf(out, "\n.SH SYNOPSIS\n.B portal");
}

static void paragraph(FILE *out, const char *text, bool example)
{
    if (example)
        fputs(".PP\n.nf\n", out);
    else
        fputs(".PP\n", out);
    while (*text) {
        const size_t n = strcspn(text, "\n");
        char line[2000];

        snprintf(line, sizeof(line), "%.*s", (int)n, text);
        put_line(out, line, !example);
        putc('\n', out);
        text += n + (text[n] == '\n');
    }
    if (example)
        fputs(".fi\n", out);
}

static void tag(FILE *out, const char *name, const char *value)
{
    fputs(".TP\n\\fB", out);
    put_line(out, name, false);
    fputs("\\fR", out);
    if (value[0]) {
        fputs(" \\fI", out);
        put_line(out, value, false);
        fputs("\\fR", out);
    }
    putc('\n', out);
}

/* A line of its own; the formatter joins them. */
static void sentence(FILE *out, const char *before, const char *text)
{
    fputs(before, out);
    put(out, text);
    fputs(".\n", out);
}

static void tagged(FILE *out, const char *name, const char *value,
                   const char *text)
{
    tag(out, name, value);
    sentence(out, "", text);
}

static void option(FILE *out, const struct option_line *o)
{
    char name[100], letter[] = {'-', o->letter, ',', ' ', '\0'};

    snprintf(name, sizeof(name), "%s--%s", o->letter ? letter : "", o->name);
    tagged(out, name, o->value, o->doc);
    if (o->range[0])
        sentence(out, "Range ", o->range);
    if (o->def[0])
        sentence(out, "Default ", o->def);
    if (o->many)
        sentence(out, "", "May be given several times");
}

static void exit_codes(FILE *out)
{
    fputs(".SH EXIT STATUS\n0 done, 1 failed, 2 wrong usage, 3 some files\n"
          "failed and the others are done, 4 stopped.\n",
          out);
}

void man_command(FILE *out, const struct command *c)
{
    struct option_line o;

    head(out, c->name, c->doc);
    fprintf(out, " %s\n[options]\n", c->name);
    put(out, c->words);
    fputs(c->words[0] ? "\n.SH DESCRIPTION\n" : ".SH DESCRIPTION\n", out);
    put(out, c->doc);
    fputs(".\n", out);
    for (const struct verb *v = c->verbs; v && v->name; v++)
        tagged(out, v->name, v->words, v->doc);
    put_help(out, c->help, paragraph);
    fputs(".SH OPTIONS\n", out);
    if (c->steps_at)
        tagged(out, "--OPERATION.PARAMETER=VALUE", "",
               "Adds a step, or sets another value of the step that an "
               "earlier one has added. See portal ops list");
    for (int i = 0; option_at(c, i, &o); i++)
        option(out, &o);
    exit_codes(out);
    fputs(".SH SEE ALSO\n.BR portal (1)\n", out);
}

void man_overview(FILE *out)
{
    head(out, NULL, "finishes pictures with looks");
    fputs("\n.I command\n[options] [files]\n.SH DESCRIPTION\n"
          "Runs looks over pictures: in linear light, in 32-bit float,\n"
          "without losing a tag.\n",
          out);
    fputs(".SH COMMANDS\n", out);
    for (int i = 0; commands[i]; i++)
        tagged(out, commands[i]->name, "", commands[i]->doc);
    fputs(".SH FILES\n", out);
    tagged(out, "$XDG_CONFIG_HOME/portal/looks/*.yaml", "",
           "Looks of your own, found by their names");
    exit_codes(out);
    fputs(".SH SEE ALSO\n", out);
    for (int i = 0; commands[i]; i++)
        fprintf(out, ".BR portal\\-%s (1)%s\n", commands[i]->name,
                commands[i + 1] ? "," : "");
}
