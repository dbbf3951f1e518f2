/* portal ops: what operations there are, and their parameters. */

#include "base/text.h"
#include "cli/json.h"
#include "cli/page.h"

struct options {
    struct text_list words;
    bool json;
};

static const struct verb verbs[] = {
    {"list", "", "Lists all operations", WORD_NONE},
    {"show", "NAME...", "Shows the parameters of operations", WORD_OP},
    {NULL, NULL, NULL, WORD_NONE},
};

static const struct param params[] = {
    P_BOOL(options, json, .doc = "Prints JSON"),
    P_END,
};

static json_t *describe(const struct op *op)
{
    json_t *object = json_object(), *list = json_array();

    json_add(object, "name", json_text(op->name));
    json_add(object, "doc", json_text(op->doc));
    json_add(object, "domain", json_text(op_domain_names[op->domain]));
    for (const struct param *p = op->params; p->type != PARAM_END; p++)
        json_array_append_new(list, json_param(p));
    json_add(object, "params", list);
    return object;
}

static int list(const struct options *o, FILE *out, struct err *e)
{
    json_t *all = o->json ? json_array() : NULL;

    for (int i = 0; ops[i]; i++)
        if (o->json)
            json_array_append_new(all, describe(ops[i]));
        else
            fprintf(out, "%-16s %s\n", ops[i]->name, ops[i]->doc);
    return o->json ? json_put(out, all, true, e) : 0;
}

static int show(const struct options *o, FILE *out, struct err *e)
{
    const struct op *op;
    int rc;

    if (o->words.count < 2)
        return err_set(e, ERR_ARG, "show needs the name of an operation");
    for (int i = 1; i < o->words.count; i++) {
        TRY(look_op(o->words.item[i], &op, e));
        if (o->json) {
            TRY(json_put(out, describe(op), true, e));
            continue;
        }
        if (i > 1)
            putc('\n', out);
        help_op(out, op);
    }
out:
    return rc;
}

static int run(const void *options, FILE *out, struct err *e)
{
    const struct options *o = options;
    const struct verb *v;
    int rc;

    TRY(verb_of(verbs, &o->words, &v, e));
    rc = v == &verbs[0] ? list(o, out, e) : show(o, out, e);
out:
    return rc;
}

const struct command command_ops = {
    .name = "ops",
    .words = "[list | show NAME...]",
    .doc = "Lists the operations that looks are made of",
    .verbs = verbs,
    .params = params,
    .size = sizeof(struct options),
    .words_at = offsetof(struct options, words),
    .run = run,
};
