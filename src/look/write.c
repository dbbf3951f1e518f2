/* The writer of looks: YAML that look_parse() turns back into the same bits. */

#include "look/look.h"

#include <stdio.h>
#include <string.h>

/* The next character of UTF-8 text, which must be well-formed. */
static uint32_t take_char(const unsigned char **s)
{
    const unsigned char *p = *s;
    const int n = *p < 0x80 ? 1 : *p < 0xe0 ? 2 : *p < 0xf0 ? 3 : 4;
    uint32_t c = n == 1 ? *p : *p & (0x7fu >> n);

    for (int i = 1; i < n; i++)
        c = c << 6 | (p[i] & 0x3fu);
    *s = p + n;
    return c;
}

/* What YAML lets stand for itself between double quotes. */
static bool stands(uint32_t c)
{
    return (c >= 0x20 && c < 0x7f && c != '"' && c != '\\') ||
           (c >= 0xa0 && c < 0xfffe && c != 0xfeff && c != 0x2028 &&
            c != 0x2029) ||
           c >= 0x10000;
}

static int add_quoted(struct buf *out, const char *text, struct err *e)
{
    const unsigned char *s = (const unsigned char *)text, *from;
    uint32_t c;
    int rc;

    TRY(buf_add(out, "\"", 1, e));
    while (*s) {
        from = s;
        c = take_char(&s);
        if (stands(c))
            TRY(buf_add(out, from, (size_t)(s - from), e));
        else
            TRY(buf_printf(out, e, "\\u%04x", c));
    }
    TRY(buf_add(out, "\"", 1, e));
out:
    return rc;
}

/* Plain where nobody could read anything else into it. */
static bool is_plain(const char *text)
{
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    const char *last = text + strlen(text) - 1;
    const char *first = *text == '-' ? text + 1 : text;
    char any[80];

    snprintf(any, sizeof(any), "%s0123456789", letters);
    if (!*first || !strchr(any, *first) || *last == ' ')
        return false;
    snprintf(any, sizeof(any), "%s0123456789 _./+-", letters);
    return text[strspn(text, any)] == '\0' && !text_is(text, "null");
}

static int add_text(struct buf *out, const char *text, struct err *e)
{
    char clean[PARAM_TEXT_MAX];

    if (is_plain(text))
        return buf_add(out, text, strlen(text), e);
    snprintf(clean, sizeof(clean), "%s", text);
    text_clean(clean);
    if (!text_is(clean, text))
        return err_set(e, ERR_DATA, "'%s' is not UTF-8, which YAML cannot hold",
                       text);
    return add_quoted(out, text, e);
}

static int add_step(struct buf *out, const struct step *s, struct err *e)
{
    char value[PARAM_TEXT_MAX];
    bool any = false;
    int rc;

    TRY(buf_printf(out, e, "  - %s", s->op->name));
    for (const struct param *p = s->op->params; p->type != PARAM_END; p++) {
        if (param_is_default(p, s->values))
            continue;
        TRY(buf_printf(out, e, "%s%s: ", any ? ", " : ": {", p->key));
        param_get(p, s->values, value);
        TRY(add_text(out, value, e));
        any = true;
    }
    if (s->mask.kind) {
        TRY(buf_printf(out, e, "%smask: ", any ? ", " : ": {"));
        mask_text(&s->mask, value);
        TRY(add_text(out, value, e));
        any = true;
    }
    TRY(buf_printf(out, e, "%s\n", any ? "}" : ""));
out:
    return rc;
}

int look_write(const struct look *look, struct buf *out, struct err *e)
{
    int rc;

    TRY(buf_printf(out, e, "name: "));
    TRY(add_text(out, look->name, e));
    if (look->doc[0]) {
        TRY(buf_printf(out, e, "\ndoc: "));
        TRY(add_text(out, look->doc, e));
    }
    if (look->output[0]) {
        TRY(buf_printf(out, e, "\noutput: "));
        TRY(add_text(out, look->output, e));
    }
    TRY(buf_printf(out, e, "\nsteps:%s\n", look->count ? "" : " []"));
    for (int i = 0; i < look->count; i++)
        TRY(add_step(out, &look->step[i], e));
out:
    return rc;
}
