/* Values that users set, read and written by their tables. */

#include "base/param.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

static void *at(const struct param *p, void *values)
{
    return (char *)values + p->at;
}

static const void *at_const(const struct param *p, const void *values)
{
    return (const char *)values + p->at;
}

static void store_text(const struct param *p, void *values, const char *text)
{
    size_t n = strlen(text);

    /* Values are compared as bytes: nothing old may stay behind the NUL. */
    memset(at(p, values), 0, p->room);
    memcpy(at(p, values), text, n);
}

static void set_default(const struct param *p, void *values)
{
    switch (p->type) {
    case PARAM_BOOL:
        *(bool *)at(p, values) = p->def != 0;
        break;
    case PARAM_INT:
    case PARAM_CHOICE:
        *(int *)at(p, values) = (int)p->def;
        break;
    case PARAM_FLOAT:
        *(float *)at(p, values) = (float)p->def;
        break;
    case PARAM_TEXT:
        assert(p->room <= PARAM_TEXT_MAX);
        assert(!p->text || strlen(p->text) < p->room);
        store_text(p, values, p->text ? p->text : "");
        break;
    case PARAM_END:
        break;
    }
}

void param_defaults(const struct param *table, void *values, size_t size)
{
    memset(values, 0, size);
    for (; table->type != PARAM_END; table++)
        set_default(table, values);
}

const struct param *param_find(const struct param *table, const char *key)
{
    for (; table->type != PARAM_END; table++)
        if (!strcmp(table->key, key))
            return table;
    return NULL;
}

static int unknown(const struct param *table, const char *key, struct err *e)
{
    const char *names[64];
    const char *nearest;
    size_t n = 0;

    for (; table->type != PARAM_END && n < 63; table++)
        names[n++] = table->key;
    names[n] = NULL;
    nearest = text_nearest(key, names);
    if (nearest)
        return err_set(e, ERR_ARG, "no value is called '%s'; is it '%s'?", key,
                       nearest);
    return err_set(e, ERR_ARG, "no value is called '%s'", key);
}

static bool parse_bool(const char *text, bool *value)
{
    static const char *const words[] = {"false", "true", "0",   "1",
                                        "no",    "yes",  "off", "on"};

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (text_is_nocase(text, words[i])) {
            *value = i % 2;
            return true;
        }
    }
    return false;
}

static bool parse_choice(const struct param *p, const char *text, int *value)
{
    for (int i = 0; p->names[i]; i++) {
        if (text_is_nocase(text, p->names[i])) {
            *value = i;
            return true;
        }
    }
    return false;
}

static bool parse_text(const struct param *p, const char *text)
{
    if (strlen(text) >= p->room)
        return false;
    for (const char *s = text; *s; s++)
        if ((unsigned char)*s < 0x20 || *s == 0x7f)
            return false;
    return true;
}

/* Stores the value, or returns false and changes nothing. */
static bool parse(const struct param *p, void *values, const char *text)
{
    long whole;
    double number;

    switch (p->type) {
    case PARAM_BOOL:
        return parse_bool(text, at(p, values));
    case PARAM_CHOICE:
        return parse_choice(p, text, at(p, values));
    case PARAM_INT:
        if (!text_to_long(text, &whole) || (double)whole < p->lo ||
            (double)whole > p->hi)
            return false;
        *(int *)at(p, values) = (int)whole;
        return true;
    case PARAM_FLOAT:
        if (!text_to_double(text, &number) || number < p->lo || number > p->hi)
            return false;
        *(float *)at(p, values) = (float)number;
        return true;
    case PARAM_TEXT:
        if (!parse_text(p, text))
            return false;
        store_text(p, values, text);
        return true;
    case PARAM_END:
        break;
    }
    return false;
}

int param_set(const struct param *table, void *values, const char *key,
              const char *text, struct err *e)
{
    const struct param *p = param_find(table, key);
    char range[PARAM_TEXT_MAX];

    if (!p)
        return unknown(table, key, e);
    if (parse(p, values, text))
        return 0;
    param_range(p, range);
    return err_set(e, ERR_ARG, "'%s' cannot be '%.80s': allowed is %s", key,
                   text, range);
}

void param_get(const struct param *p, const void *values,
               char text[static PARAM_TEXT_MAX])
{
    const void *value = at_const(p, values);

    text[0] = '\0';
    switch (p->type) {
    case PARAM_BOOL:
        snprintf(text, PARAM_TEXT_MAX, *(const bool *)value ? "on" : "off");
        break;
    case PARAM_INT:
        snprintf(text, PARAM_TEXT_MAX, "%d", *(const int *)value);
        break;
    case PARAM_FLOAT:
        text_of_float(*(const float *)value, text);
        break;
    case PARAM_CHOICE:
        snprintf(text, PARAM_TEXT_MAX, "%s", p->names[*(const int *)value]);
        break;
    case PARAM_TEXT:
        snprintf(text, PARAM_TEXT_MAX, "%s", (const char *)value);
        break;
    case PARAM_END:
        break;
    }
}

bool param_is_default(const struct param *p, const void *values)
{
    const void *value = at_const(p, values);

    switch (p->type) {
    case PARAM_BOOL:
        return *(const bool *)value == (p->def != 0);
    case PARAM_INT:
    case PARAM_CHOICE:
        return *(const int *)value == (int)p->def;
    case PARAM_FLOAT:
        return *(const float *)value == (float)p->def;
    case PARAM_TEXT:
        return !strcmp(value, p->text ? p->text : "");
    case PARAM_END:
        break;
    }
    return true;
}

static void append(char *text, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* Beyond PARAM_TEXT_MAX the text is cut. */
static void append(char *text, const char *fmt, ...)
{
    size_t n = strlen(text);
    va_list args;

    va_start(args, fmt);
    vsnprintf(text + n, PARAM_TEXT_MAX - n, fmt, args);
    va_end(args);
}

void param_range(const struct param *p, char text[static PARAM_TEXT_MAX])
{
    char lo[32], hi[32];

    text[0] = '\0';
    switch (p->type) {
    case PARAM_BOOL:
        append(text, "on|off");
        break;
    case PARAM_INT:
    case PARAM_FLOAT:
        text_of_double(p->lo, lo);
        text_of_double(p->hi, hi);
        append(text, "%s … %s", lo, hi);
        if (p->unit)
            append(text, " %s", p->unit);
        break;
    case PARAM_CHOICE:
        for (int i = 0; p->names[i]; i++)
            append(text, "%s%s", i ? "|" : "", p->names[i]);
        break;
    case PARAM_TEXT:
        append(text, "text of at most %zu bytes", p->room - 1);
        break;
    case PARAM_END:
        break;
    }
}
