/* YAML event by event, through libyaml. */

#include "base/yaml.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

int yaml_open(struct yaml_reader *r, const void *bytes, size_t len,
              struct err *e)
{
    *r = (struct yaml_reader){.open = false};
    r->open = yaml_parser_initialize(&r->parser) != 0;
    if (!r->open)
        return err_mem(e, 0);
    yaml_parser_set_input_string(&r->parser, bytes, len);
    return 0;
}

void yaml_close(struct yaml_reader *r)
{
    if (r->have)
        yaml_event_delete(&r->event);
    if (r->open)
        yaml_parser_delete(&r->parser);
    r->have = r->open = false;
}

int yaml_next(struct yaml_reader *r, struct err *e)
{
    const yaml_parser_t *p = &r->parser;

    if (r->have)
        yaml_event_delete(&r->event);
    r->have = yaml_parser_parse(&r->parser, &r->event) != 0;
    if (!r->have && p->error == YAML_MEMORY_ERROR)
        return err_mem(e, 0);
    if (!r->have)
        return err_set(e, ERR_DATA, "line %d: %s",
                       (int)p->problem_mark.line + 1,
                       p->problem ? p->problem : "not YAML");
    if (yaml_is(r, YAML_ALIAS_EVENT))
        return yaml_fail(r, e, "aliases are not allowed");
    return 0;
}

int yaml_line(const struct yaml_reader *r)
{
    return (int)r->event.start_mark.line + 1;
}

int yaml_fail(const struct yaml_reader *r, struct err *e, const char *fmt, ...)
{
    char text[sizeof(e->text)];
    va_list args;

    va_start(args, fmt);
    vsnprintf(text, sizeof(text), fmt, args);
    va_end(args);
    return err_set(e, ERR_DATA, "line %d: %s", yaml_line(r), text);
}

const char *yaml_text(const struct yaml_reader *r, size_t *len)
{
    if (!yaml_is(r, YAML_SCALAR_EVENT))
        return NULL;
    *len = r->event.data.scalar.length;
    return (const char *)r->event.data.scalar.value;
}

bool yaml_is_null(const struct yaml_reader *r)
{
    size_t len;
    const char *text = yaml_text(r, &len);

    return text && r->event.data.scalar.style == YAML_PLAIN_SCALAR_STYLE &&
           (text[0] == '\0' || text_is(text, "~") || text_is(text, "null"));
}

int yaml_key(const struct yaml_reader *r, const char *key,
             const char *const *keys, const char *others, unsigned *seen,
             int *which, struct err *e)
{
    const char *near;
    int i = 0;

    while (keys[i] && !text_is(key, keys[i]))
        i++;
    if (!keys[i]) {
        near = text_nearest(key, keys);
        return yaml_fail(r, e, "unknown key '%s'%s%s%s", key,
                         near ? ", did you mean '" : "", near ? near : "",
                         near ? "'?" : others);
    }
    if (*seen & 1u << i)
        return yaml_fail(r, e, "'%s' is there twice", key);
    *seen |= 1u << i;
    *which = i;
    return 0;
}
