/* Looks from a command line: settings, added steps, profiles, stacking. */

#include "look/look.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

int look_op(const char *name, const struct op **op, struct err *e)
{
    enum { MAX = 256 };
    const char *names[MAX];
    const char *near;
    int n = 0;

    *op = op_find(name);
    if (*op)
        return 0;
    for (; ops[n]; n++) {
        assert(n < MAX - 1);
        names[n] = ops[n]->name;
    }
    names[n] = NULL;
    near = text_nearest(name, names);
    if (near)
        return err_set(e, ERR_ARG, "unknown operation '%s', did you mean '%s'?",
                       name, near);
    return err_set(e, ERR_ARG, "unknown operation '%s'", name);
}

/* The parts of "op#2.param=value"; op alone leaves the other two empty. */
struct setting {
    char op[64];
    char key[64];
    const char *value;
    long number; /* 0: not given */
};

static int take_name(char name[64], const char *text, size_t n)
{
    if (n == 0 || n >= 64)
        return -1;
    for (size_t i = 0; i < n; i++)
        name[i] = (char)(text[i] == '-' ? '_' : text[i]);
    name[n] = '\0';
    return 0;
}

static int read_setting(const char *text, struct setting *s, struct err *e)
{
    const size_t op = strcspn(text, "#.:=");
    const char *at = text + op;
    char digits[12] = "";
    size_t n;

    *s = (struct setting){.value = ""};
    if (take_name(s->op, text, op) < 0)
        goto bad;
    if (*at == '#' || *at == ':') {
        n = strspn(at + 1, "0123456789");
        if (n == 0 || n >= sizeof(digits))
            goto bad;
        memcpy(digits, at + 1, n);
        if (!text_to_long(digits, &s->number) || s->number < 1)
            goto bad;
        at += 1 + n;
    }
    if (*at == '\0')
        return 0;
    n = *at == '.' ? strcspn(at + 1, "=") : 0;
    if (take_name(s->key, at + 1, n) < 0 || at[1 + n] != '=')
        goto bad;
    s->value = at + 2 + n;
    return 0;
bad:
    return err_set(e, ERR_ARG,
                   "'%s' is not of the form operation.parameter=value", text);
}

/* The step that is meant; NULL when it has to be added. */
static int choose(struct look *look, int from, const struct setting *s,
                  const struct op *op, struct step **step, struct err *e)
{
    long found = 0;

    *step = NULL;
    for (int i = from; i < look->count; i++) {
        if (look->step[i].op != op)
            continue;
        found++;
        if (s->number == 0 || s->number == found)
            *step = &look->step[i];
    }
    if (s->number > found + 1)
        return err_set(e, ERR_ARG, "there are only %ld steps of '%s', not %ld",
                       found, op->name, s->number);
    return 0;
}

static int apply(struct look *look, int from, const char *setting,
                 struct err *e)
{
    struct setting s;
    const struct op *op;
    struct step *step = NULL;
    bool added = false;
    int rc;

    TRY(read_setting(setting, &s, e));
    TRY(look_op(s.op, &op, e));
    if (s.key[0])
        TRY(choose(look, from, &s, op, &step, e));
    if (!step) {
        TRY(look_add(look, op, &step, e));
        added = true;
    }
    if (!s.key[0])
        goto out;
    rc = look_set_value(step, s.key, s.value, e);
    if (rc < 0) {
        err_prefix(e, "%s", op->name);
        if (added)
            look_drop(look);
    }
out:
    return rc;
}

int look_set(struct look *look, const char *setting, struct err *e)
{
    return apply(look, 0, setting, e);
}

int look_add_steps(struct look *look, const struct text_list *steps,
                   struct err *e)
{
    const int from = look->count;
    int rc;

    for (int i = 0; i < steps->count; i++) {
        rc = apply(look, from, steps->item[i], e);
        if (rc < 0)
            return rc;
    }
    return 0;
}

const char *const look_profiles[] = {"quality", "balanced", "performance",
                                     NULL};

void look_scale(struct look *look, enum look_profile profile)
{
    static const struct {
        const char *op, *key;
        float factor[3]; /* by enum look_profile */
    } rules[] = {
        {"bloom", "amount", {1, 0.6f, 0}},
        {"denoise", "chroma", {1, 0.5f, 0}},
    };

    for (size_t r = 0; r < sizeof(rules) / sizeof(*rules); r++)
        for (int i = 0; i < look->count; i++) {
            const struct step *s = &look->step[i];
            const struct param *p;
            if (!text_is(s->op->name, rules[r].op))
                continue;
            p = param_find(s->op->params, rules[r].key);
            assert(p && p->type == PARAM_FLOAT);
            *(float *)((char *)s->values + p->at) *= rules[r].factor[profile];
        }
}

/* "signature+vivid", cut when it is too long. */
static void add_name(struct look *look, const char *name)
{
    const size_t n = strlen(look->name);

    snprintf(look->name + n, sizeof(look->name) - n, "%s%s", n ? "+" : "",
             name);
}

int look_build(const struct look_request *r, struct look **out, struct err *e)
{
    struct look *look = NULL, *part = NULL;
    int rc;

    TRY(look_new(&look, e));
    for (int i = 0; i < r->look.count; i++) {
        TRY(look_find(r->look.item[i], &part, e));
        TRY(look_append(look, part, e));
        add_name(look, part->name);
        if (r->look.count == 1)
            memcpy(look->doc, part->doc, sizeof(look->doc));
        if (part->output[0])
            memcpy(look->output, part->output, sizeof(look->output));
        look_free(part);
        part = NULL;
    }
    TRY(look_add_steps(look, &r->step, e));
    for (int i = 0; i < r->set.count; i++)
        TRY(look_set(look, r->set.item[i], e));
    look_scale(look, (enum look_profile)r->profile);
    TRY(look_check(look, e));
    *out = look;
    look = NULL;
    rc = 0;
out:
    look_free(look);
    look_free(part);
    return rc;
}
