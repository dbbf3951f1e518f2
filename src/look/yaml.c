/*
 * The reader of looks: YAML, and JSON as the part of YAML that it is. Only
 * what a look can hold is accepted, event by event, so nothing hostile is ever
 * built: no aliases, no nesting beyond the three levels, no unknown keys.
 */

#include "look/look.h"

#include <stdio.h>
#include <string.h>
#include <yaml.h>

struct reader {
    yaml_parser_t parser;
    yaml_event_t event; /* the current one */
    bool have;          /* event has to be deleted */
    struct look *look;
    const char *folder;
};

static int line_of(const struct reader *r)
{
    return (int)r->event.start_mark.line + 1;
}

static int fail(const struct reader *r, struct err *e, const char *text)
{
    return err_set(e, ERR_DATA, "line %d: %s", line_of(r), text);
}

/* Puts the line before an error that a value's own check has left. */
static int at_line(struct err *e, int line)
{
    err_prefix(e, "line %d", line);
    return ERR_DATA;
}

static int next(struct reader *r, struct err *e)
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
    if (r->event.type == YAML_ALIAS_EVENT)
        return fail(r, e, "aliases are not allowed");
    return 0;
}

/* The current event's text. Only while the event lasts. */
static int scalar(const struct reader *r, const char *what, const char **text,
                  struct err *e)
{
    if (r->event.type != YAML_SCALAR_EVENT)
        return err_set(e, ERR_DATA, "line %d: %s has to be one word or number",
                       line_of(r), what);
    *text = (const char *)r->event.data.scalar.value;
    if (strlen(*text) != r->event.data.scalar.length)
        return fail(r, e, "a text contains a zero byte");
    return 0;
}

static bool is_null(const struct reader *r)
{
    const char *text = (const char *)r->event.data.scalar.value;

    return r->event.type == YAML_SCALAR_EVENT &&
           r->event.data.scalar.style == YAML_PLAIN_SCALAR_STYLE &&
           (text[0] == '\0' || text_is(text, "~") || text_is(text, "null"));
}

static int read_values(struct reader *r, const struct op *op, struct step *s,
                       struct err *e)
{
    enum { SEEN = 64 };
    bool seen[SEEN] = {false};
    char key[64];
    const char *text;
    int rc, line;

    for (;;) {
        TRY(next(r, e));
        if (r->event.type == YAML_MAPPING_END_EVENT)
            break;
        line = line_of(r);
        TRY(scalar(r, "a key", &text, e));
        snprintf(key, sizeof(key), "%s", text);
        const struct param *p = param_find(op->params, key);
        const size_t at = p                      ? (size_t)(p - op->params)
                          : text_is(key, "mask") ? SEEN - 1
                                                 : SEEN;
        if (at < SEEN && seen[at]) {
            rc =
                err_set(e, ERR_DATA, "line %d: '%s' is there twice", line, key);
            goto out;
        }
        if (at < SEEN)
            seen[at] = true;
        TRY(next(r, e));
        TRY(scalar(r, key, &text, e));
        rc = look_set_value(s, key, text, e);
        if (rc < 0) {
            err_prefix(e, "%s", op->name);
            rc = at_line(e, line);
            goto out;
        }
    }
    rc = 0;
out:
    return rc;
}

static int read_op(struct reader *r, struct step **step, struct err *e)
{
    const struct op *op;
    const char *name;
    int rc;

    TRY(scalar(r, "the name of an operation", &name, e));
    rc = look_op(name, &op, e);
    if (rc < 0) {
        rc = at_line(e, line_of(r));
        goto out;
    }
    TRY(look_add(r->look, op, step, e));
    if (r->folder) {
        (*step)->folder = mem_text(r->folder);
        if (!(*step)->folder)
            rc = err_mem(e, strlen(r->folder));
    }
out:
    return rc;
}

/* The current event begins a step: a name, or a mapping of one name. */
static int read_step(struct reader *r, struct err *e)
{
    const int line = line_of(r);
    struct step *s = NULL;
    int rc;

    if (r->event.type == YAML_SCALAR_EVENT) {
        TRY(read_op(r, &s, e));
    } else if (r->event.type == YAML_MAPPING_START_EVENT) {
        TRY(next(r, e));
        TRY(read_op(r, &s, e));
        TRY(next(r, e));
        if (r->event.type == YAML_MAPPING_START_EVENT)
            TRY(read_values(r, s->op, s, e));
        else if (!is_null(r))
            TRY(fail(r, e, "values have the form {parameter: value, ...}"));
        TRY(next(r, e));
        if (r->event.type != YAML_MAPPING_END_EVENT)
            TRY(fail(r, e, "a step is one operation: start the next with '-'"));
    } else {
        TRY(fail(r, e, "a step is the name of an operation and its values"));
    }
    rc = look_check_step(s, e);
    if (rc < 0) {
        err_prefix(e, "%s", s->op->name);
        rc = at_line(e, line);
    }
out:
    return rc;
}

/* The current event is the first of the list. */
static int read_steps(struct reader *r, struct err *e)
{
    int rc;

    if (r->event.type != YAML_SEQUENCE_START_EVENT)
        return is_null(r) ? 0 : fail(r, e, "'steps' has to be a list");
    for (;;) {
        TRY(next(r, e));
        if (r->event.type == YAML_SEQUENCE_END_EVENT)
            break;
        TRY(read_step(r, e));
    }
    rc = 0;
out:
    return rc;
}

static int read_text(struct reader *r, char *field, size_t room,
                     const char *what, struct err *e)
{
    const char *text;
    int rc = scalar(r, what, &text, e);

    if (rc < 0)
        return rc;
    if (strlen(text) >= room)
        return err_set(e, ERR_DATA, "line %d: '%s' is longer than %zu bytes",
                       line_of(r), what, room - 1);
    memcpy(field, text, strlen(text) + 1);
    for (char *s = field; *s; s++)
        if (*s == '\n' || *s == '\t')
            *s = ' ';
    for (size_t n = strlen(field); n > 0 && field[n - 1] == ' '; n--)
        field[n - 1] = '\0';
    text_clean(field);
    return 0;
}

static int read_entry(struct reader *r, bool seen[3], struct err *e)
{
    static const char *const keys[] = {"name", "doc", "steps", NULL};
    struct look *look = r->look;
    const char *key, *near;
    int rc, i = 0;

    TRY(scalar(r, "a key", &key, e));
    while (keys[i] && !text_is(key, keys[i]))
        i++;
    if (!keys[i]) {
        near = text_nearest(key, keys);
        rc = err_set(e, ERR_DATA, "line %d: unknown key '%s'%s%s%s", line_of(r),
                     key, near ? ", did you mean '" : "", near ? near : "",
                     near ? "'?" : "; a look has name, doc and steps");
        goto out;
    }
    if (seen[i]) {
        rc = err_set(e, ERR_DATA, "line %d: '%s' is there twice", line_of(r),
                     key);
        goto out;
    }
    seen[i] = true;
    TRY(next(r, e));
    if (i == 0)
        rc = read_text(r, look->name, sizeof(look->name), keys[0], e);
    else if (i == 1)
        rc = read_text(r, look->doc, sizeof(look->doc), keys[1], e);
    else
        rc = read_steps(r, e);
out:
    return rc;
}

static int read_look(struct reader *r, struct err *e)
{
    bool seen[3] = {false};
    int rc;

    TRY(next(r, e)); /* stream start */
    TRY(next(r, e));
    if (r->event.type != YAML_DOCUMENT_START_EVENT)
        TRY(err_set(e, ERR_DATA, "is empty"));
    TRY(next(r, e));
    if (r->event.type == YAML_SEQUENCE_START_EVENT) {
        TRY(read_steps(r, e));
        seen[2] = true;
    } else if (r->event.type == YAML_MAPPING_START_EVENT) {
        for (;;) {
            TRY(next(r, e));
            if (r->event.type == YAML_MAPPING_END_EVENT)
                break;
            TRY(read_entry(r, seen, e));
        }
    } else {
        TRY(fail(r, e, "a look has the keys name, doc and steps"));
    }
    if (!seen[2])
        TRY(err_set(e, ERR_DATA, "has no 'steps'"));
    TRY(next(r, e)); /* document end */
    TRY(next(r, e));
    if (r->event.type != YAML_STREAM_END_EVENT)
        TRY(fail(r, e, "only one look in a file"));
out:
    return rc;
}

int look_parse(const void *bytes, size_t len, const char *name,
               const char *folder, struct look **out, struct err *e)
{
    struct reader r = {.folder = folder};
    bool started = false;
    int rc;

    if (len > LOOK_BYTES_MAX) {
        rc = err_set(e, ERR_DATA, "is larger than a look may be (%d bytes)",
                     LOOK_BYTES_MAX);
        goto out;
    }
    TRY(look_new(&r.look, e));
    started = yaml_parser_initialize(&r.parser) != 0;
    if (!started) {
        rc = err_mem(e, 0);
        goto out;
    }
    yaml_parser_set_input_string(&r.parser, bytes, len);
    TRY(read_look(&r, e));
    if (!r.look->name[0]) {
        snprintf(r.look->name, sizeof(r.look->name), "%s", name);
        text_clean(r.look->name);
    }
    *out = r.look;
    r.look = NULL;
    rc = 0;
out:
    if (r.have)
        yaml_event_delete(&r.event);
    if (started)
        yaml_parser_delete(&r.parser);
    look_free(r.look);
    if (rc < 0)
        err_prefix(e, "look '%s'", name);
    return rc;
}
