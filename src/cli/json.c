/* JSON for programs that read us. */

#include "cli/json.h"

#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "cli/page.h"

json_t *json_text(const char *text)
{
    char *clean = mem_text(text);
    json_t *value;

    if (!clean)
        return NULL;
    text_clean(clean);
    value = json_string(clean);
    mem_free(clean);
    return value;
}

void json_add(json_t *object, const char *key, json_t *value)
{
    if (!value)
        json_object_clear(object);
    json_object_set_new(object, key, value ? value : json_null());
}

json_t *json_value(const struct param *p, const void *values)
{
    const char *at = (const char *)values + p->at;
    char text[PARAM_TEXT_MAX];
    double number = 0;

    switch (p->type) {
    case PARAM_BOOL:
        return json_boolean(*(const bool *)at);
    case PARAM_INT:
        return json_integer(*(const int *)at);
    case PARAM_FLOAT: /* the short decimal, not the float's whole tail */
        param_get(p, values, text);
        return text_to_double(text, &number) ? json_real(number) : NULL;
    case PARAM_CHOICE:
    case PARAM_TEXT:
        param_get(p, values, text);
        return json_text(text);
    case PARAM_END:
        break;
    }
    return NULL;
}

static json_t *default_of(const struct param *p)
{
    char text[PARAM_TEXT_MAX];

    if (p->type == PARAM_BOOL)
        return json_boolean(p->def != 0);
    if (p->type == PARAM_INT)
        return json_integer((json_int_t)p->def);
    if (p->type == PARAM_FLOAT)
        return json_real(p->def);
    option_default(p, text);
    return json_text(text);
}

json_t *json_param(const struct param *p)
{
    json_t *object = json_object(), *names;

    json_add(object, "key", json_text(p->key));
    json_add(object, "type", json_text(param_kind(p)));
    json_add(object, "doc", json_text(p->doc));
    json_add(object, "default", default_of(p));
    if (p->type == PARAM_INT || p->type == PARAM_FLOAT) {
        json_add(object, "min", json_real(p->lo));
        json_add(object, "max", json_real(p->hi));
        json_add(object, "step",
                 json_real(p->step != 0           ? p->step
                           : p->type == PARAM_INT ? 1
                                                  : (p->hi - p->lo) / 100));
    }
    if (p->unit)
        json_add(object, "unit", json_text(p->unit));
    if (p->type == PARAM_CHOICE) {
        names = json_array();
        for (int i = 0; p->names[i]; i++)
            json_array_append_new(names, json_text(p->names[i]));
        json_add(object, "choices", names);
    }
    return object;
}

int json_put(FILE *out, json_t *value, bool pretty, struct err *e)
{
    const size_t flags = JSON_REAL_PRECISION(15) |
                         (pretty ? JSON_INDENT(2) : JSON_COMPACT);
    const int rc = value ? json_dumpf(value, out, flags) : -1;

    json_decref(value);
    if (rc != 0)
        return ferror(out) ? err_errno(e, "cannot write to", "standard output")
                           : err_mem(e, 0);
    putc('\n', out);
    return 0;
}
