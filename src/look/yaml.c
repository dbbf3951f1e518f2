/*
 * The reader of looks: YAML, and JSON as the part of YAML that it is. Only
 * what a look can hold is accepted, with no nesting beyond the three levels and
 * no unknown keys.
 */

#include "look/look.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/yaml.h"

struct reader {
    struct yaml_reader y;
    struct look *look;
    const char *folder;
};

/* Puts the line before an error that a value's own check has left. */
static int at_line(struct err *e, int line)
{
    err_prefix(e, "line %d", line);
    return ERR_DATA;
}

/* The current event's text. Only while the event lasts. */
static int scalar(const struct reader *r, const char *what, const char **text,
                  struct err *e)
{
    size_t len;

    *text = yaml_text(&r->y, &len);
    if (!*text)
        return yaml_fail(&r->y, e, "%s has to be one word or number", what);
    if (strlen(*text) != len)
        return yaml_fail(&r->y, e, "a text contains a zero byte");
    return 0;
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
        TRY(yaml_next(&r->y, e));
        if (yaml_is(&r->y, YAML_MAPPING_END_EVENT))
            break;
        line = yaml_line(&r->y);
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
        TRY(yaml_next(&r->y, e));
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
        rc = at_line(e, yaml_line(&r->y));
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
    const int line = yaml_line(&r->y);
    struct step *s = NULL;
    int rc;

    if (yaml_is(&r->y, YAML_SCALAR_EVENT)) {
        TRY(read_op(r, &s, e));
    } else if (yaml_is(&r->y, YAML_MAPPING_START_EVENT)) {
        TRY(yaml_next(&r->y, e));
        TRY(read_op(r, &s, e));
        TRY(yaml_next(&r->y, e));
        if (yaml_is(&r->y, YAML_MAPPING_START_EVENT))
            TRY(read_values(r, s->op, s, e));
        else if (!yaml_is_null(&r->y))
            TRY(yaml_fail(&r->y, e,
                          "values have the form {parameter: value, ...}"));
        TRY(yaml_next(&r->y, e));
        if (!yaml_is(&r->y, YAML_MAPPING_END_EVENT))
            TRY(yaml_fail(&r->y, e,
                          "a step is one operation: start the next with '-'"));
    } else {
        TRY(yaml_fail(&r->y, e,
                      "a step is the name of an operation and its values"));
    }
    assert(s); /* all other ways have failed */
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

    if (!yaml_is(&r->y, YAML_SEQUENCE_START_EVENT))
        return yaml_is_null(&r->y)
                   ? 0
                   : yaml_fail(&r->y, e, "'steps' has to be a list");
    for (;;) {
        TRY(yaml_next(&r->y, e));
        if (yaml_is(&r->y, YAML_SEQUENCE_END_EVENT))
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
        return yaml_fail(&r->y, e, "'%s' is longer than %zu bytes", what,
                         room - 1);
    memcpy(field, text, strlen(text) + 1);
    for (char *s = field; *s; s++)
        if (*s == '\n' || *s == '\t')
            *s = ' ';
    for (size_t n = strlen(field); n > 0 && field[n - 1] == ' '; n--)
        field[n - 1] = '\0';
    text_clean(field);
    return 0;
}

#define HAS_STEPS (1u << 2) /* of the keys below */

static int read_entry(struct reader *r, unsigned *seen, struct err *e)
{
    static const char *const keys[] = {"name", "doc", "steps", "output", NULL};
    struct look *look = r->look;
    const char *key;
    int rc, i;

    TRY(scalar(r, "a key", &key, e));
    TRY(yaml_key(&r->y, key, keys, "; a look has name, doc, output and steps",
                 seen, &i, e));
    TRY(yaml_next(&r->y, e));
    if (i == 0)
        rc = read_text(r, look->name, sizeof(look->name), keys[0], e);
    else if (i == 1)
        rc = read_text(r, look->doc, sizeof(look->doc), keys[1], e);
    else if (i == 3)
        rc = read_text(r, look->output, sizeof(look->output), keys[3], e);
    else
        rc = read_steps(r, e);
out:
    return rc;
}

static int read_look(struct reader *r, struct err *e)
{
    unsigned seen = 0;
    int rc;

    TRY(yaml_next(&r->y, e)); /* stream start */
    TRY(yaml_next(&r->y, e));
    if (!yaml_is(&r->y, YAML_DOCUMENT_START_EVENT))
        TRY(err_set(e, ERR_DATA, "is empty"));
    TRY(yaml_next(&r->y, e));
    if (yaml_is(&r->y, YAML_SEQUENCE_START_EVENT)) {
        TRY(read_steps(r, e));
        seen = HAS_STEPS;
    } else if (yaml_is(&r->y, YAML_MAPPING_START_EVENT)) {
        for (;;) {
            TRY(yaml_next(&r->y, e));
            if (yaml_is(&r->y, YAML_MAPPING_END_EVENT))
                break;
            TRY(read_entry(r, &seen, e));
        }
    } else {
        TRY(yaml_fail(&r->y, e, "a look has the keys name, doc and steps"));
    }
    if (!(seen & HAS_STEPS))
        TRY(err_set(e, ERR_DATA, "has no 'steps'"));
    TRY(yaml_next(&r->y, e)); /* document end */
    TRY(yaml_next(&r->y, e));
    if (!yaml_is(&r->y, YAML_STREAM_END_EVENT))
        TRY(yaml_fail(&r->y, e, "only one look in a file"));
out:
    return rc;
}

int look_parse(const void *bytes, size_t len, const char *name,
               const char *folder, struct look **out, struct err *e)
{
    struct reader r = {.folder = folder};
    int rc;

    if (len > LOOK_BYTES_MAX) {
        rc = err_set(e, ERR_DATA, "is larger than a look may be (%d bytes)",
                     LOOK_BYTES_MAX);
        goto out;
    }
    TRY(look_new(&r.look, e));
    TRY(yaml_open(&r.y, bytes, len, e));
    TRY(read_look(&r, e));
    if (!r.look->name[0]) {
        snprintf(r.look->name, sizeof(r.look->name), "%s", name);
        text_clean(r.look->name);
    }
    *out = r.look;
    r.look = NULL;
    rc = 0;
out:
    yaml_close(&r.y);
    look_free(r.look);
    if (rc < 0)
        err_prefix(e, "look '%s'", name);
    return rc;
}
