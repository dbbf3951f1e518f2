/* A page out of a text with gaps and values for them. */

#include "run/fill.h"

#include <string.h>

#include "base/text.h"

#define DEPTH_MAX 8
#define GAP_MAX   40

struct scope {
    const struct fill *f;
    json_t *object[DEPTH_MAX]; /* the innermost last */
    int depth;
};

/* A gap: what stands between its braces. */
struct gap {
    char kind; /* '#', '^', '/', '*' or 0: a value */
    char name[GAP_MAX];
    const char *begin, *end; /* with the braces */
};

static int fill_text(struct scope *s, const char *text, const char *end,
                     struct err *e);

/* The next gap: 1, or 0 when there is none. */
static int find_gap(const char *text, const char *end, struct gap *g,
                    struct err *e)
{
    const char *from, *to;

    g->begin = memmem(text, (size_t)(end - text), "{{", 2);
    if (!g->begin)
        return 0;
    from = g->begin + 2;
    to = memmem(from, (size_t)(end - from), "}}", 2);
    g->kind = '\0';
    if (to && to > from && strchr("#^/", *from))
        g->kind = *from++;
    if (to && to > from && g->kind == '#' && *from == '*')
        g->kind = *from++;
    if (!to || to - from >= GAP_MAX)
        return err_set(e, ERR_DATA, "a gap of a page has no end");
    memcpy(g->name, from, (size_t)(to - from));
    g->name[to - from] = '\0';
    g->end = to + 2;
    return 1;
}

static int find_close(const char *text, const char *end, const char *name,
                      struct gap *g, struct err *e)
{
    int rc;

    for (; (rc = find_gap(text, end, g, e)) > 0; text = g->end)
        if (g->kind == '/' && text_is(g->name, name))
            return 0;
    return rc < 0 ? rc
                  : err_set(e, ERR_DATA, "'%s' of a page has no end", name);
}

static json_t *value_of(const struct scope *s, const char *name)
{
    json_t *v = NULL;

    for (int i = s->depth - 1; i >= 0 && !v; i--)
        v = json_object_get(s->object[i], name);
    return v;
}

static const char *entity(unsigned char c)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default: /* HTML has no control characters */
        return (c < 0x20 && c != '\n' && c != '\t') || c == 0x7f
                   ? "\xef\xbf\xbd"
                   : NULL;
    }
}

static int put_escaped(const struct fill *f, const char *text, struct err *e)
{
    int rc = 0;

    while (*text) {
        const char *start = text, *other = NULL;

        while (*text && !(other = entity((unsigned char)*text)))
            text++;
        if (text > start)
            TRY(f->put(f->arg, start, (size_t)(text - start), e));
        if (other) {
            TRY(f->put(f->arg, other, strlen(other), e));
            text++;
        }
    }
out:
    return rc;
}

static int put_value(const struct fill *f, const json_t *v, struct err *e)
{
    char number[32] = "";

    if (json_is_string(v))
        return put_escaped(f, json_string_value(v), e);
    if (json_is_integer(v))
        snprintf(number, sizeof(number), "%lld",
                 (long long)json_integer_value(v));
    else if (json_is_real(v))
        text_of_double(json_real_value(v), number);
    return put_escaped(f, number, e);
}

static int fill_with(struct scope *s, const char *text, const char *end,
                     json_t *object, struct err *e)
{
    int rc;

    if (s->depth == DEPTH_MAX)
        return err_set(e, ERR_DATA, "a page is nested deeper than %d",
                       DEPTH_MAX);
    s->object[s->depth++] = object;
    rc = fill_text(s, text, end, e);
    s->depth--;
    return rc;
}

static bool is_nothing(const json_t *v)
{
    return !v || json_is_null(v) || json_is_false(v) ||
           (json_is_array(v) && json_array_size(v) == 0) ||
           (json_is_string(v) && json_string_length(v) == 0);
}

static int fill_stream(struct scope *s, const char *name, const char *text,
                       const char *end, struct err *e)
{
    json_t *item = NULL;
    int rc;

    for (int n = 0;; n++) {
        TRY(s->f->next(s->f->arg, name, n, &item, e));
        if (rc == 0)
            break;
        TRY(fill_with(s, text, end, item, e));
        json_decref(item);
        item = NULL;
    }
out:
    json_decref(item);
    return rc;
}

static int fill_section(struct scope *s, const struct gap *open,
                        const char *end, struct err *e)
{
    json_t *v = value_of(s, open->name);
    int rc = 0;

    if (open->kind == '*')
        return fill_stream(s, open->name, open->end, end, e);
    if (is_nothing(v) != (open->kind == '^'))
        return 0;
    if (!json_is_array(v) || open->kind == '^')
        return fill_with(s, open->end, end, v, e);
    for (size_t i = 0; i < json_array_size(v); i++)
        TRY(fill_with(s, open->end, end, json_array_get(v, i), e));
out:
    return rc;
}

static int fill_text(struct scope *s, const char *text, const char *end,
                     struct err *e)
{
    const struct fill *f = s->f;
    struct gap gap, close;
    int rc;

    for (;; text = gap.end) {
        TRY(find_gap(text, end, &gap, e));
        if (rc == 0)
            return f->put(f->arg, text, (size_t)(end - text), e);
        TRY(f->put(f->arg, text, (size_t)(gap.begin - text), e));
        if (gap.kind == '\0') {
            TRY(put_value(f, value_of(s, gap.name), e));
            continue;
        }
        TRY(find_close(gap.end, end, gap.name, &close, e));
        TRY(fill_section(s, &gap, close.begin, e));
        gap.end = close.end;
    }
out:
    return rc;
}

int fill_page(const struct fill *f, const char *text, size_t len,
              json_t *values, struct err *e)
{
    struct scope s = {.f = f};

    return fill_with(&s, text, text + len, values, e);
}
