/* Parameters: what the table says is what a user can set. */

#include "test.h"

#include "base/param.h"

struct values {
    float ev;
    bool invert;
    int count;
    int method;
    char file[12];
};

static const char *const methods[] = {"linear", "tetrahedral", NULL};
static const struct param table[] = {
    P_FLOAT(values, ev, .lo = -8, .hi = 8, .unit = "EV"),
    P_BOOL(values, invert, .def = true),
    P_INT(values, count, .def = 3, .lo = 1, .hi = 9),
    P_CHOICE(values, method, .def = 1, .names = methods),
    P_TEXT(values, file, .text = "none"),
    P_END,
};

static struct values defaults(void)
{
    struct values v;

    memset(&v, 0xff, sizeof(v));
    param_defaults(table, &v, sizeof(v));
    return v;
}

TEST(defaults_come_from_the_table)
{
    struct values v = defaults();

    assert_true(v.ev == 0 && v.invert && v.count == 3 && v.method == 1);
    assert_memory_equal(v.file, "none\0\0\0\0\0\0\0\0", sizeof(v.file));
    for (const struct param *p = table; p->type != PARAM_END; p++)
        assert_true(param_is_default(p, &v));
}

TEST(values_are_set)
{
    struct values v = defaults();
    struct err e = {0};

    assert_int_equal(param_set(table, &v, "ev", " -1.25 ", &e), 0);
    assert_int_equal(param_set(table, &v, "invert", "No", &e), 0);
    assert_int_equal(param_set(table, &v, "count", "9", &e), 0);
    assert_int_equal(param_set(table, &v, "method", "LINEAR", &e), 0);
    assert_int_equal(param_set(table, &v, "file", "a/ü.cube", &e), 0);
    assert_true(v.ev == -1.25f && !v.invert && v.count == 9 && !v.method);
    assert_string_equal(v.file, "a/ü.cube");
    for (const struct param *p = table; p->type != PARAM_END; p++)
        assert_false(param_is_default(p, &v));
}

TEST(all_words_for_yes_and_no_are_read)
{
    static const char *const words[] = {"false", "true", "0",   "1",
                                        "no",    "yes",  "off", "on"};
    struct values v = defaults();
    struct err e = {0};

    for (int i = 0; i < 8; i++) {
        assert_int_equal(param_set(table, &v, "invert", words[i], &e), 0);
        assert_int_equal(v.invert, i % 2);
    }
}

TEST(setting_a_shorter_text_leaves_no_trace)
{
    struct values a = defaults(), b = defaults();
    struct err e = {0};

    param_set(table, &a, "file", "long name", &e);
    param_set(table, &a, "file", "x", &e);
    param_set(table, &b, "file", "x", &e);
    assert_memory_equal(&a, &b, sizeof(a));
}

TEST(what_is_not_allowed_changes_nothing)
{
    static const char *const bad[][2] = {
        {"ev", "8.0001"},    {"ev", "nan"},           {"ev", "inf"},
        {"ev", ""},          {"ev", "1 EV"},          {"ev", "-8.1"},
        {"invert", "maybe"}, {"invert", ""},          {"invert", "2"},
        {"count", "0"},      {"count", "10"},         {"count", "3.5"},
        {"count", ""},       {"count", "4294967297"}, {"method", "cubic"},
        {"method", ""},      {"method", "1"},         {"file", "123456789012"},
        {"file", "a\nb"},    {"file", "\x7f"},        {"nothing", "1"},
        {"", "1"},
    };

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct values v = defaults(), before = v;
        struct err e = {0};

        assert_int_equal(param_set(table, &v, bad[i][0], bad[i][1], &e),
                         ERR_ARG);
        assert_true(strlen(e.text) > 10);
        assert_memory_equal(&v, &before, sizeof(v));
    }
}

TEST(errors_name_key_text_and_what_is_allowed)
{
    struct values v = defaults();
    struct err e = {0};

    param_set(table, &v, "ev", "9", &e);
    assert_string_equal(e.text, "'ev' cannot be '9': allowed is -8 … 8 EV");
    param_set(table, &v, "method", "cubic", &e);
    assert_string_equal(
        e.text, "'method' cannot be 'cubic': allowed is linear|tetrahedral");
    param_set(table, &v, "methods", "cubic", &e);
    assert_string_equal(e.text,
                        "no value is called 'methods'; is it 'method'?");
    param_set(table, &v, "xyzzyx", "1", &e);
    assert_string_equal(e.text, "no value is called 'xyzzyx'");
}

TEST(ranges_are_written)
{
    static const char *const want[] = {"-8 … 8 EV", "on|off", "1 … 9",
                                       "linear|tetrahedral",
                                       "text of at most 11 bytes"};
    char text[PARAM_TEXT_MAX];

    for (int i = 0; i < 5; i++) {
        param_range(&table[i], text);
        assert_string_equal(text, want[i]);
    }
}

TEST(what_get_writes_set_reads)
{
    struct values v = defaults(), back;
    char text[PARAM_TEXT_MAX];
    struct err e = {0};

    for (int i = -8000; i <= 8000; i += 7) {
        v.ev = (float)i / 1000;
        v.invert = i & 1;
        v.count = 1 + (i & 7);
        v.method = i & 1;
        snprintf(v.file, sizeof(v.file), " %d ", i);
        back = defaults();
        for (const struct param *p = table; p->type != PARAM_END; p++) {
            param_get(p, &v, text);
            assert_int_equal(param_set(table, &back, p->key, text, &e), 0);
            assert_memory_equal((char *)&v + p->at, (char *)&back + p->at,
                                p->type == PARAM_TEXT   ? strlen(v.file)
                                : p->type == PARAM_BOOL ? sizeof(bool)
                                                        : 4);
        }
    }
}

TEST(rows_are_found_by_key)
{
    assert_ptr_equal(param_find(table, "count"), &table[2]);
    assert_null(param_find(table, "coun"));
}

TESTS(defaults_come_from_the_table, values_are_set,
      all_words_for_yes_and_no_are_read, setting_a_shorter_text_leaves_no_trace,
      what_is_not_allowed_changes_nothing,
      errors_name_key_text_and_what_is_allowed, ranges_are_written,
      what_get_writes_set_reads, rows_are_found_by_key)
