/* Command lines. */

#include "cli/args.h"

#include <stdint.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "op/op.h"

#define NAME_MAX_LEN 64

static void *field(const struct args *a, size_t at)
{
    return (char *)a->values + at;
}

static int add_item(struct args *a, size_t at, const char *text, struct err *e)
{
    struct text_list *list = field(a, at);

    if (!list->item)
        list->item = mem_array((size_t)a->argc, sizeof(*list->item));
    if (!list->item)
        return err_mem(e, (size_t)a->argc * sizeof(*list->item));
    list->item[list->count++] = text;
    return 0;
}

/* "name=value" for a step whose value came as a word of its own. */
static const char *join(struct args *a, const char *name, const char *value)
{
    char *text = a->text + a->text_at;
    const size_t n = strlen(name), v = strlen(value);

    snprintf(text, n + v + 2, "%s=%s", name, value);
    a->text_at += n + v + 2;
    return text;
}

static const struct flag *find_flag(const struct command *c, const char *key)
{
    for (const struct flag *f = c->flags; f && f->key; f++)
        if (text_is(f->key, key))
            return f;
    return NULL;
}

static const struct param *find_param(const struct command *c, const char *key)
{
    return c->params ? param_find(c->params, key) : NULL;
}

/* Nothing is near. A command whose words follow "--" hands them on. */
static int unheard(const struct command *c, const char *given, struct err *e)
{
    const bool hands_on = c->words && strncmp(c->words, "--", 2) == 0;

    return err_set(e, ERR_ARG,
                   "unknown option '%s': 'portal %s --help' lists all%s", given,
                   c->name, hands_on ? ", and others stand behind '--'" : "");
}

static int unknown(const struct command *c, const char *key, const char *given,
                   struct err *e)
{
    enum { MAX = 128 };
    const char *names[MAX] = {"help"};
    const char *near;
    char shown[NAME_MAX_LEN];
    int n = 1;

    if (c->steps_at && op_find(key))
        return err_set(e, ERR_ARG,
                       "'%s' is an operation, its values are set with "
                       "--%s.parameter=value",
                       given, given + strspn(given, "-"));
    for (const struct flag *f = c->flags; f && f->key && n < MAX - 1; f++)
        names[n++] = f->key;
    for (const struct param *p = c->params;
         p && p->type != PARAM_END && n < MAX - 1; p++)
        if (p->doc)
            names[n++] = p->key;
    names[n] = NULL;
    near = text_nearest(key, names);
    if (!near)
        return unheard(c, given, e);
    snprintf(shown, sizeof(shown), "%s", near);
    for (char *s = shown; *s; s++)
        if (*s == '_')
            *s = '-';
    return err_set(e, ERR_ARG, "unknown option '%s', did you mean '--%s'?",
                   given, shown);
}

/* The words that are left. */
struct rest {
    int argc;
    char **argv;
};

static int take_value(struct rest *rest, const char *attached,
                      const char *given, const char **value, struct err *e)
{
    *value = attached;
    if (attached)
        return 0;
    if (rest->argc == 0)
        return err_set(e, ERR_ARG, "option '%s' needs a value", given);
    *value = *rest->argv++;
    rest->argc--;
    return 0;
}

/* `attached`: the text behind '=' or the letter, NULL for none. */
static int set_option(struct args *a, const char *key, const char *attached,
                      const char *given, struct rest *rest, struct err *e)
{
    const struct command *c = a->command;
    const struct flag *f = find_flag(c, key);
    const struct param *p = f ? NULL : find_param(c, key);
    const char *value;
    int rc;

    if (p && p->type == PARAM_BOOL)
        return param_set(c->params, a->values, key, attached ? attached : "on",
                         e);
    if (!p && !f && !attached && strncmp(key, "no_", 3) == 0) {
        p = find_param(c, key + 3);
        if (p && p->type == PARAM_BOOL)
            return param_set(c->params, a->values, key + 3, "off", e);
        p = NULL;
    }
    if (!p && !f)
        return unknown(c, key, given, e);
    TRY(take_value(rest, attached, given, &value, e));
    if (p)
        return param_set(c->params, a->values, key, value, e);
    if (f->many)
        return add_item(a, f->at, value, e);
    *(const char **)field(a, f->at) = value;
out:
    return rc;
}

/* `text` is what follows "--". */
static int take_long(struct args *a, const char *text, struct rest *rest,
                     struct err *e)
{
    const size_t n = strcspn(text, "=");
    const char *attached = text[n] ? text + n + 1 : NULL;
    const char *value;
    char key[NAME_MAX_LEN], given[NAME_MAX_LEN + 2];
    int rc;

    if (n >= sizeof(key))
        return err_set(e, ERR_ARG, "unknown option '--%s'", text);
    memcpy(key, text, n);
    key[n] = '\0';
    snprintf(given, sizeof(given), "--%s", key);
    if (a->command->steps_at && strpbrk(key, ".#:")) {
        TRY(take_value(rest, attached, given, &value, e));
        return add_item(a, a->command->steps_at,
                        attached ? text : join(a, key, value), e);
    }
    for (char *s = key; *s; s++)
        if (*s == '-')
            *s = '_';
    if (text_is(key, "help")) {
        a->help = true;
        return 0;
    }
    rc = set_option(a, key, attached, given, rest, e);
out:
    return rc;
}

/* `text` is what follows the dash. A letter that takes a value ends it. */
static int take_letters(struct args *a, const char *text, struct rest *rest,
                        struct err *e)
{
    const struct command *c = a->command;
    int rc = 0;

    for (; *text && rc >= 0; text++) {
        const char given[] = {'-', *text, '\0'};
        const struct letter *l = c->letters;
        const struct param *p;

        if (*text == 'h') {
            a->help = true;
            continue;
        }
        while (l && l->letter && l->letter != *text)
            l++;
        if (!l || !l->letter)
            return unheard(c, given, e);
        p = find_param(c, l->key);
        if (p && p->type == PARAM_BOOL) {
            rc = set_option(a, l->key, NULL, given, rest, e);
            continue;
        }
        text += text[1] == '=';
        return set_option(a, l->key, text[1] ? text + 1 : NULL, given, rest, e);
    }
    return rc;
}

static int take_words(struct args *a, struct rest *rest, struct err *e)
{
    bool options = true;
    int rc = 0;

    while (rest->argc > 0) {
        char **const from = rest->argv;
        const char *text = *rest->argv++;
        const bool plain = !options || text[0] != '-' || !text[1];

        rest->argc--;
        if (options && text_is(text, "--"))
            options = false;
        else if (options && strncmp(text, "--", 2) == 0)
            TRY(take_long(a, text + 2, rest, e));
        else if (options && text[0] == '-' && text[1])
            TRY(take_letters(a, text + 1, rest, e));
        else
            TRY(add_item(a, a->command->words_at, text, e));
        for (char **word = from;
             a->command->echo_at && options && !plain && word < rest->argv;
             word++)
            TRY(add_item(a, a->command->echo_at, *word, e));
    }
out:
    return rc;
}

int args_parse(const struct command *c, int argc, char **argv, struct args *a,
               struct err *e)
{
    struct rest rest = {argc, argv};
    size_t room = 1;
    int rc;

    *a = (struct args){.command = c, .argc = argc};
    for (int i = 0; i < argc; i++)
        room += strlen(argv[i]) + 2;
    a->values = mem_zero(1, c->size);
    a->text = mem_alloc(room);
    if (!a->values || !a->text) {
        rc = err_mem(e, c->size + room);
        goto out;
    }
    if (c->params)
        param_defaults(c->params, a->values, c->size);
    TRY(take_words(a, &rest, e));
    rc = 0;
out:
    if (rc < 0)
        args_release(a);
    return rc;
}

static void free_list(struct args *a, size_t at)
{
    struct text_list *list = field(a, at);

    mem_free(list->item);
    *list = (struct text_list){0};
}

void args_release(struct args *a)
{
    if (a->values) {
        for (const struct flag *f = a->command->flags; f && f->key; f++)
            if (f->many)
                free_list(a, f->at);
        free_list(a, a->command->words_at);
        if (a->command->steps_at)
            free_list(a, a->command->steps_at);
        if (a->command->echo_at)
            free_list(a, a->command->echo_at);
    }
    mem_free(a->values);
    mem_free(a->text);
    *a = (struct args){0};
}
