/* Lint of the operations' tables: what every front end relies on. */

#include <ctype.h>

#include "test.h"

#include "base/text.h"
#include "op/op.h"

#define ROOM 4096

#define EACH(op, p)                                                            \
    for (int op##_i = 0; ops[op##_i]; op##_i++)                                \
        for (const struct op *op = ops[op##_i], *once = op; once; once = NULL) \
            for (const struct param *p = op->params; p->type != PARAM_END; p++)

static bool is_name(const char *s)
{
    if (!s || !islower((unsigned char)*s))
        return false;
    for (; *s; s++)
        if (!islower((unsigned char)*s) && !isdigit((unsigned char)*s) &&
            (*s != '_' || !s[1] || s[1] == '_'))
            return false;
    return true;
}

/* One sentence: a capital first, no full stop, one line. */
static bool is_sentence(const char *s)
{
    const size_t n = s ? strlen(s) : 0;

    return n > 9 && n < 200 && isupper((unsigned char)s[0]) &&
           s[n - 1] != '.' && !strstr(s, ". ") && !strchr(s, '\n') &&
           !strstr(s, "  ");
}

TEST(operations_ascend_and_are_found)
{
    for (int i = 0; ops[i]; i++) {
        assert_true(is_name(ops[i]->name));
        assert_ptr_equal(op_find(ops[i]->name), ops[i]);
        if (i > 0 && strcmp(ops[i - 1]->name, ops[i]->name) >= 0)
            fail_msg("%s after %s", ops[i]->name, ops[i - 1]->name);
    }
    assert_null(op_find("no_such"));
}

TEST(operations_are_whole)
{
    for (int i = 0; ops[i]; i++) {
        const struct op *op = ops[i];

        if (!is_sentence(op->doc))
            fail_msg("%s: '%s'", op->name, op->doc ? op->doc : "");
        for (int j = 0; j < i; j++)
            assert_string_not_equal(op->doc, ops[j]->doc);
        assert_non_null(op->params);
        assert_non_null(op->rows);
        assert_true(op->size > 0 && op->size <= ROOM);
        assert_false(op->release && !op->prepare);
        assert_true(!op->shape == !op->need);
    }
}

TEST(parameters_are_named_and_documented)
{
    EACH(op, p)
    {
        if (!is_name(p->key) || !is_sentence(p->doc))
            fail_msg("%s.%s: '%s'", op->name, p->key, p->doc ? p->doc : "");
        for (const struct param *q = op->params; q != p; q++)
            if (text_is(q->key, p->key) || text_is(q->doc, p->doc))
                fail_msg("%s.%s and %s are alike", op->name, p->key, q->key);
    }
}

TEST(ranges_hold_their_defaults)
{
    EACH(op, p)
    {
        int n = 0;

        if (p->type == PARAM_FLOAT || p->type == PARAM_INT) {
            if (!(p->lo < p->hi && p->def >= p->lo && p->def <= p->hi) ||
                p->step < 0 || p->step > p->hi - p->lo)
                fail_msg("%s.%s: %g in %g … %g", op->name, p->key, p->def,
                         p->lo, p->hi);
        } else if (p->type == PARAM_CHOICE) {
            for (; p->names[n]; n++) {
                assert_true(is_name(p->names[n]));
                for (int i = 0; i < n; i++)
                    assert_string_not_equal(p->names[i], p->names[n]);
            }
            assert_true(n > 1 && p->def >= 0 && p->def < n);
        } else if (p->type == PARAM_TEXT) {
            assert_true(p->room > 1 && p->room <= PARAM_TEXT_MAX);
            assert_true(!p->text || strlen(p->text) < p->room);
        }
    }
}

static size_t size_of(const struct param *p)
{
    return p->type == PARAM_BOOL    ? sizeof(bool)
           : p->type == PARAM_TEXT  ? p->room
           : p->type == PARAM_FLOAT ? sizeof(float)
                                    : sizeof(int);
}

static size_t up(size_t at, size_t align)
{
    return (at + align - 1) / align * align;
}

/* Rows lie in the order of the struct, with nothing but padding between. */
TEST(every_byte_of_the_values_has_a_row)
{
    for (int i = 0; ops[i]; i++) {
        const struct param *p = ops[i]->params;
        size_t at = 0, widest = 1;

        for (; p->type != PARAM_END; p++) {
            const bool byte = p->type == PARAM_BOOL || p->type == PARAM_TEXT;
            const size_t align = byte ? 1 : 4;

            if (p->at != up(at, align))
                fail_msg("%s.%s is at %zu, not %zu", ops[i]->name, p->key,
                         p->at, up(at, align));
            at = p->at + size_of(p);
            widest = align > widest ? align : widest;
        }
        if (ops[i]->size != up(at, widest))
            fail_msg("%s has %zu bytes, rows %zu", ops[i]->name, ops[i]->size,
                     up(at, widest));
    }
}

/* Steps that do what their name says without a value. */
static const char *const not_neutral[] = {
    "bloom",       "deband",
    "denoise",     "depth_of_field",
    "display_map", "encode",
    "grain",       "halation",
    "sharpen",     "temporal_denoise",
    "tone_map",    "unsharp",
    "vignette",    NULL,
};

TEST(defaults_are_neutral_or_listed)
{
    static char values[ROOM];
    struct err e = {0};

    for (int i = 0; ops[i]; i++) {
        const struct op *op = ops[i];
        bool listed = false;

        param_defaults(op->params, values, op->size);
        if (op->check)
            assert_int_equal(op->check(values, &e), 0);
        for (int k = 0; not_neutral[k]; k++)
            listed |= text_is(not_neutral[k], op->name);
        if (op->neutral && !op->neutral(values) && !listed)
            fail_msg("%s does something by default", op->name);
    }
}

TESTS(operations_ascend_and_are_found, operations_are_whole,
      parameters_are_named_and_documented, ranges_hold_their_defaults,
      every_byte_of_the_values_has_a_row, defaults_are_neutral_or_listed)
