/* Looks: what is read is written so that it is read again as the same. */

#include <string.h>

#include "fuzz.h"
#include "look/look.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct buf first = {.max = 4 * LOOK_BYTES_MAX};
    struct buf second = {.max = 4 * LOOK_BYTES_MAX};
    struct look *look = NULL, *again = NULL;
    struct err e = {0};

    if (look_parse(data, size, "fuzz", NULL, &look, &e) < 0) {
        if (!e.text[0] || !e.code)
            fuzz_fail("refused without a reason");
        return 0;
    }
    if (look_write(look, &first, &e) < 0)
        fuzz_fail("cannot write: %s", e.text);
    if (first.len <= LOOK_BYTES_MAX) {
        if (look_parse(first.data, first.len, "again", NULL, &again, &e) < 0)
            fuzz_fail("cannot read what was written: %s\n%s", e.text,
                      (char *)first.data);
        if (look_write(again, &second, &e) < 0)
            fuzz_fail("cannot write again: %s", e.text);
        if (first.len != second.len ||
            memcmp(first.data, second.data, first.len) != 0)
            fuzz_fail("not the same:\n%s\n%s", (char *)first.data,
                      (char *)second.data);
    }
    look_free(look);
    look_free(again);
    buf_release(&first);
    buf_release(&second);
    return 0;
}

static void seed_shipped(void)
{
    struct look_list list = {0};
    struct err e = {0};

    if (look_list(&list, &e) < 0)
        fuzz_fail("%s", e.text);
    for (int i = 0; i < list.count; i++) {
        struct buf text = {.max = LOOK_BYTES_MAX};
        struct look *look = NULL;

        if (look_find(list.entry[i].name, &look, &e) < 0 ||
            look_write(look, &text, &e) < 0)
            fuzz_fail("%s", e.text);
        fuzz_seed(text.data, text.len);
        look_free(look);
        buf_release(&text);
    }
    look_list_release(&list);
}

/* Every parameter at its default, as JSON. */
static void seed_op(const struct op *op)
{
    struct buf text = {.max = LOOK_BYTES_MAX};
    void *values = mem_alloc(op->size);
    struct err e = {0};

    if (!values)
        fuzz_fail("out of memory");
    param_defaults(op->params, values, op->size);
    buf_printf(&text, &e, "{\"name\": \"a\", \"steps\": [{\"%s\": {", op->name);
    for (const struct param *p = op->params; p->type != PARAM_END; p++) {
        char value[PARAM_TEXT_MAX];

        param_get(p, values, value);
        buf_printf(&text, &e, "%s\"%s\": \"%s\"", p == op->params ? "" : ", ",
                   p->key, value);
    }
    if (buf_printf(&text, &e, "}}]}") < 0)
        fuzz_fail("%s", e.text);
    fuzz_seed(text.data, text.len);
    mem_free(values);
    buf_release(&text);
}

void fuzz_seeds(void)
{
    static const char block[] = "%YAML 1.1\n---\nname: >-\n  a\n  b\ndoc: |\n"
                                "  c\nsteps:\n- exposure\n- exposure:\n"
                                "    ev: 1.5\n    black: -1e-3\n...\n";

    fuzz_seed(block, sizeof(block) - 1);
    seed_shipped();
    for (int i = 0; ops[i]; i++)
        seed_op(ops[i]);
}
