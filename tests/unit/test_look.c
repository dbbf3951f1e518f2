/* Looks: reading, writing, stacking and setting, and what must be refused. */

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "test.h"

#include "base/file.h"
#include "look/look.h"
#include "look/shipped.h"

static struct look *parse(const char *text)
{
    struct err e = {0};
    struct look *look = NULL;

    if (look_parse(text, strlen(text), "t", NULL, &look, &e) < 0)
        fail_msg("%s", e.text);
    return look;
}

static float number(const struct look *look, int step, const char *key)
{
    const struct step *s = &look->step[step];
    const struct param *p = param_find(s->op->params, key);

    assert_non_null(p);
    return *(const float *)((const char *)s->values + p->at);
}

static void assert_same(const struct look *a, const struct look *b)
{
    assert_string_equal(a->name, b->name);
    assert_string_equal(a->doc, b->doc);
    assert_int_equal(a->count, b->count);
    for (int i = 0; i < a->count; i++) {
        assert_ptr_equal(a->step[i].op, b->step[i].op);
        assert_memory_equal(a->step[i].values, b->step[i].values,
                            a->step[i].op->size);
    }
}

static struct look *again(const struct look *look)
{
    struct buf text = {.max = LOOK_BYTES_MAX};
    struct look *copy = NULL;
    struct err e = {0};

    if (look_write(look, &text, &e) < 0 ||
        look_parse(text.data, text.len, "t", NULL, &copy, &e) < 0)
        fail_msg("%s\n%s", e.text, (char *)text.data);
    buf_release(&text);
    return copy;
}

TEST(yaml_is_read)
{
    struct look *look = parse("name: a\n"
                              "doc: >\n  two\n  lines\n"
                              "steps:\n"
                              "- exposure: {ev: 0.5, black: -1e-2}\n"
                              "- exposure:\n    ev: \"-2\"\n"
                              "- exposure:\n"
                              "- exposure\n");

    assert_string_equal(look->name, "a");
    assert_string_equal(look->doc, "two lines");
    assert_int_equal(look->count, 4);
    assert_true(number(look, 0, "ev") == 0.5f);
    assert_true(number(look, 0, "black") == -0.01f);
    assert_true(number(look, 1, "ev") == -2);
    assert_true(number(look, 3, "ev") == 0);
    look_free(look);
}

TEST(json_is_read_by_the_same_parser)
{
    struct look *a = parse("{\"name\": \"x\", \"steps\": [{\"exposure\": "
                           "{\"ev\": 0.25}}, \"exposure\"]}");
    struct look *b = parse("[{\"exposure\": {\"ev\": 0.25}}, \"exposure\"]");

    assert_string_equal(b->name, "t");
    assert_int_equal(a->count, 2);
    assert_int_equal(b->count, 2);
    assert_true(number(a, 0, "ev") == 0.25f);
    assert_true(number(b, 0, "ev") == 0.25f);
    look_free(a);
    look_free(b);
}

/* Deterministic numbers; the seed is the test's own. */
static double chance(void)
{
    static uint64_t s = 88172645463325252u;

    s ^= s << 13;
    s ^= s >> 7;
    s ^= s << 17;
    return (double)(s >> 11) * 0x1p-53;
}

static void set_any(const struct param *p, void *values)
{
    char *at = (char *)values + p->at;
    int n = 0;

    switch (p->type) {
    case PARAM_BOOL:
        *(bool *)at = chance() < 0.5;
        break;
    case PARAM_INT:
        *(int *)at = (int)(p->lo + chance() * (p->hi - p->lo));
        break;
    case PARAM_FLOAT:
        *(float *)at = (float)(p->lo + chance() * (p->hi - p->lo));
        break;
    case PARAM_CHOICE:
        while (p->names[n])
            n++;
        *(int *)at = (int)(chance() * n);
        break;
    case PARAM_TEXT:
    case PARAM_END:
        break;
    }
}

TEST(every_value_of_every_operation_survives_writing)
{
    for (int i = 0; ops[i]; i++)
        for (int n = 0; n < 20; n++) {
            struct look *look = NULL, *copy;
            struct step *step;
            struct err e = {0};

            assert_int_equal(look_new(&look, &e), 0);
            assert_int_equal(look_add(look, ops[i], &step, &e), 0);
            strncpy(look->name, "t", sizeof(look->name));
            for (const struct param *p = ops[i]->params; p->type != PARAM_END;
                 p++)
                set_any(p, step->values);
            if (look_check(look, &e) == 0) {
                copy = again(look);
                assert_same(look, copy);
                look_free(copy);
            }
            look_free(look);
        }
}

TEST(odd_texts_survive_writing)
{
    static const char *const texts[] = {
        "plain",
        "a: b",
        "- x",
        "'",
        "\"\\",
        "# no",
        "null",
        "{",
        "3",
        "-",
        "é ü 漢 \xf0\x9f\x98\x80",
        "trailing ",
        " leading",
        "a,b",
        "~",
        "*x",
    };

    for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
        struct look *look = parse("steps: []"), *copy;
        snprintf(look->name, sizeof(look->name), "%s", texts[i]);
        copy = again(look);
        if (texts[i][strlen(texts[i]) - 1] != ' ')
            assert_same(look, copy);
        look_free(look);
        look_free(copy);
    }
}

TEST(only_changed_values_are_written)
{
    struct look *look = parse("name: a\nsteps: [exposure: {ev: 0.12, black: "
                              "0}, exposure: {}]");
    struct buf text = {.max = 1000};
    struct err e = {0};

    assert_int_equal(look_write(look, &text, &e), 0);
    assert_string_equal((char *)text.data,
                        "name: a\nsteps:\n  - exposure: {ev: 0.12}\n"
                        "  - exposure\n");
    buf_release(&text);
    look_free(look);
}

struct refused {
    const char *text, *why;
};

static const struct refused refusals[] = {
    {"", "is empty"},
    {"hello", "a look has the keys"},
    {"name: a", "has no 'steps'"},
    {"steps: 3", "line 1: 'steps' has to be a list"},
    {"name: a\nname: b\nsteps: []", "line 2: 'name' is there twice"},
    {"step: []", "did you mean 'steps'?"},
    {"steps:\n- exposre", "line 2: unknown operation 'exposre', did you mean "
                          "'exposure'?"},
    {"steps:\n- exposure: {evv: 1}", "is it 'ev'?"},
    {"steps:\n- exposure:\n    ev: 9", "line 3: exposure: 'ev' cannot be '9': "
                                       "allowed is -8 … 8 EV"},
    {"steps:\n- exposure: {ev: .nan}", "-8 … 8"},
    {"steps:\n- exposure: {ev: ''}", "-8 … 8"},
    {"steps:\n- exposure: {ev: [1]}", "has to be one word or number"},
    {"steps:\n- exposure: {ev: {a: b}}", "has to be one word or number"},
    {"steps:\n- exposure: {ev: 1, ev: 2}", "'ev' is there twice"},
    {"steps:\n- exposure: 3", "values have the form"},
    {"steps:\n- exposure: {}\n  exposure: {}", "a step is one operation"},
    {"steps:\n- - exposure", "a step is the name"},
    {"steps:\n- {}", "name of an operation"},
    {"a: &a [x]\nsteps: []", "unknown key 'a'"},
    {"steps: [exposure: &a {ev: 1}, exposure: *a]", "aliases are not allowed"},
    {"steps: *x", "aliases are not allowed"},
    {"steps: []\n---\nsteps: []", "only one look"},
    {"steps: [", "line "},
    {"\xff\xfe\xfd", "look 't'"},
    {"steps: []\nname: \"a\\0b\"", "zero byte"},
    {"steps:\n\t- exposure", "line 2"},
    {"name: 0123456789012345678901234567890123456789012345678901234567890123"
     "\nsteps: []",
     "longer than 63 bytes"},
};

TEST(what_is_no_look_is_refused_with_its_line)
{
    for (size_t i = 0; i < sizeof(refusals) / sizeof(*refusals); i++) {
        const struct refused *r = &refusals[i];
        struct look *look = NULL;
        struct err e = {0};

        if (look_parse(r->text, strlen(r->text), "t", NULL, &look, &e) >= 0)
            fail_msg("accepted: %s", r->text);
        if (!strstr(e.text, r->why) || !strstr(e.text, "look 't'"))
            fail_msg("'%s' does not say '%s'", e.text, r->why);
        assert_null(look);
    }
}

TEST(hostile_yaml_costs_neither_memory_nor_time)
{
    static const struct refused bombs[] = {
        {"[", "look 't'"},
        {"{", "look 't'"},
        {"- ", "look 't'"},
        {"? ", "look 't'"},
        {"- exposure\n", "more than 1000 steps"},
        {"a", "look 't'"},
        {"&a ", "look 't'"},
        {"!", "look 't'"},
        {"#\n", "is empty"},
        {"\"", "look 't'"},
    };
    struct buf text = {.max = 2 * LOOK_BYTES_MAX};
    struct err e = {0};

    for (size_t i = 0; i < sizeof(bombs) / sizeof(*bombs); i++) {
        const size_t before = mem_used();
        struct look *look = NULL;

        while (text.len + 16 < LOOK_BYTES_MAX)
            assert_int_equal(
                buf_add(&text, bombs[i].text, strlen(bombs[i].text), &e), 0);
        assert_true(look_parse(text.data, text.len, "t", NULL, &look, &e) < 0);
        if (!strstr(e.text, bombs[i].why))
            fail_msg("'%s' for '%s'", e.text, bombs[i].text);
        buf_release(&text);
        text = (struct buf){.max = 2 * LOOK_BYTES_MAX};
        assert_true(mem_used() <= before);
    }
    while (text.len <= LOOK_BYTES_MAX)
        assert_int_equal(buf_add(&text, "#\n", 2, &e), 0);
    assert_true(look_parse(text.data, text.len, "t", NULL, NULL, &e) < 0);
    assert_non_null(strstr(e.text, "larger"));
    buf_release(&text);
}

TEST(cut_and_changed_looks_never_break_the_reader)
{
    static const char good[] = "name: a\ndoc: 'b'\nsteps:\n- exposure: {ev: "
                               "0.5}\n- exposure\n- exposure:\n    ev: \"1\"\n";
    char text[sizeof(good)];

    for (int i = 0; i < 20000; i++) {
        struct look *look = NULL;
        struct err e = {0};
        size_t len = sizeof(good) - 1;

        memcpy(text, good, sizeof(good));
        if (i < (int)len)
            len = (size_t)i;
        else
            for (int n = 0; n < 3; n++)
                text[(int)(chance() * (double)len)] =
                    (char)(int)(chance() * 256);
        if (look_parse(text, len, "t", NULL, &look, &e) < 0)
            assert_true(strlen(e.text) > 0);
        look_free(look);
    }
}

TEST(a_setting_changes_the_last_such_step)
{
    struct look *look = parse("steps: [exposure, exposure]");
    struct err e = {0};

    assert_int_equal(look_set(look, "exposure.ev=1", &e), 0);
    assert_true(number(look, 0, "ev") == 0 && number(look, 1, "ev") == 1);
    assert_int_equal(look_set(look, "exposure#1.ev=2", &e), 0);
    assert_true(number(look, 0, "ev") == 2);
    assert_int_equal(look_set(look, "exposure:3.black=0.05", &e), 0);
    assert_int_equal(look->count, 3);
    assert_true(number(look, 2, "black") == 0.05f);
    look_free(look);
}

TEST(a_wrong_setting_changes_nothing)
{
    static const struct refused wrong[] = {
        {"exposure.ev=99", "-8 … 8"},
        {"exposure.ef=1", "is it 'ev'?"},
        {"exposur.ev=1", "did you mean 'exposure'?"},
        {"exposure#9.ev=1", "only 0 steps"},
        {"exposure.ev", "operation.parameter=value"},
        {"exposure=1", "operation.parameter=value"},
        {"=1", "operation.parameter=value"},
        {"", "operation.parameter=value"},
        {"exposure#0.ev=1", "operation.parameter=value"},
        {"exposure#99999999999999999999.ev=1", "operation.parameter=value"},
    };
    struct look *look = parse("steps: []");

    for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
        struct err e = {0};
        assert_true(look_set(look, wrong[i].text, &e) < 0);
        if (!strstr(e.text, wrong[i].why))
            fail_msg("'%s' does not say '%s'", e.text, wrong[i].why);
        assert_int_equal(look->count, 0);
    }
    look_free(look);
}

TEST(steps_are_added_behind_looks_and_settings_come_last)
{
    const char *steps[] = {"exposure.ev=1", "exposure.black=0.01"};
    const char *sets[] = {"exposure.ev=3", "exposure.ev=4"};
    const char *looks[] = {"neutral"};
    struct look_request r = {
        .look = {looks, 1}, .step = {steps, 2}, .set = {sets, 2}};
    struct look *look = NULL, *base = parse("steps: [exposure: {ev: 7}]");
    struct err e = {0};

    assert_int_equal(look_add_steps(base, &r.step, &e), 0);
    assert_int_equal(base->count, 2);
    assert_true(number(base, 0, "ev") == 7 && number(base, 1, "ev") == 1);
    assert_int_equal(look_build(&r, &look, &e), 0);
    assert_string_equal(look->name, "neutral");
    assert_int_equal(look->count, 1);
    assert_true(number(look, 0, "ev") == 4);
    assert_true(number(look, 0, "black") == 0.01f);
    look_free(look);
    look_free(base);
}

TEST(the_hash_tells_looks_apart)
{
    static const char *const texts[] = {
        "steps: []",
        "steps: [exposure]",
        "steps: [exposure, exposure]",
        "steps: [exposure: {ev: 1}]",
        "steps: [exposure: {black: 0.01}]",
        "steps: [exposure: {ev: 1}, exposure]",
        "steps: [exposure, exposure: {ev: 1}]",
    };
    enum { N = sizeof(texts) / sizeof(*texts) };
    struct hash128 h[N];
    struct err e = {0};

    for (int i = 0; i < N; i++) {
        struct look *look = parse(texts[i]);
        assert_int_equal(look_hash(look, &h[i], &e), 0);
        look_free(look);
        for (int j = 0; j < i; j++)
            assert_memory_not_equal(&h[i], &h[j], sizeof(h[i]));
    }
}

/* A table, the shape of an aperture: their bytes make the picture. */
TEST(the_hash_is_that_of_files_too)
{
    static const char *const texts[] = {
        "steps: [lut3d: {file: hash.bin}]",
        "steps: [depth_of_field: {shape: hash.bin}]",
    };

    for (int i = 0; i < 2; i++) {
        struct look *look = parse(texts[i]);
        struct hash128 h[2];
        struct err e = {0};

        for (int k = 0; k < 2; k++) {
            FILE *f = fopen("hash.bin", "w");

            assert_non_null(f);
            fprintf(f, "%d", k);
            assert_int_equal(fclose(f), 0);
            assert_int_equal(look_hash(look, &h[k], &e), 0);
        }
        assert_memory_not_equal(&h[0], &h[1], sizeof(h[0]));
        assert_int_equal(remove("hash.bin"), 0);
        assert_int_equal(look_hash(look, &h[0], &e), ERR_IO);
        assert_non_null(strstr(e.text, i ? "depth_of_field.shape: cannot open "
                                         : "lut3d.file: cannot open "));
        look_free(look);
    }
}

TEST(shipped_looks_are_sound_and_named_after_their_files)
{
    struct err e = {0};

    for (const struct shipped *s = shipped; s->name; s++) {
        struct look *look = NULL;

        if (s != shipped)
            assert_true(strcmp(s[-1].name, s->name) < 0);
        if (look_find(s->name, &look, &e) < 0)
            fail_msg("%s", e.text);
        assert_string_equal(look->name, s->name);
        assert_true(strlen(look->doc) > 10);
        look_free(look);
    }
}

TEST(users_looks_are_found_by_name)
{
    char folder[] = "look-test-XXXXXX", path[200], cwd[4096];
    struct look_list list = {0};
    struct look *look = NULL;
    struct err e = {0};
    char *found;
    FILE *f;

    assert_non_null(mkdtemp(folder));
    assert_non_null(getcwd(cwd, sizeof(cwd) - 100));
    strcat(strcat(cwd, "/"), folder);
    assert_int_equal(setenv("XDG_CONFIG_HOME", cwd, 1), 0);
    assert_int_equal(look_user_folder(&found, &e), 0);
    assert_int_equal(dir_make(found, &e), 0);
    snprintf(path, sizeof(path), "%s/portal/looks/mine.yaml", folder);
    f = fopen(path, "w");
    assert_non_null(f);
    fputs("steps: [exposure: {ev: 1}]\n", f);
    fclose(f);

    assert_int_equal(look_find("mine", &look, &e), 0);
    assert_string_equal(look->name, "mine");
    assert_string_equal(look->step[0].folder, found);
    look_free(look);
    assert_int_equal(look_find(path, &look, &e), 0);
    look_free(look);
    assert_int_equal(look_list(&list, &e), 0);
    assert_string_equal(list.entry[list.count - 1].name, "mine");
    look_list_release(&list);
    assert_true(look_find("mime", &look, &e) < 0);
    assert_non_null(strstr(e.text, "did you mean 'mine'?"));

    unlink(path);
    for (char *cut = path; (cut = strrchr(path, '/')); rmdir(path))
        *cut = '\0';
    mem_free(found);
}

TESTS(yaml_is_read, json_is_read_by_the_same_parser,
      every_value_of_every_operation_survives_writing,
      odd_texts_survive_writing, only_changed_values_are_written,
      what_is_no_look_is_refused_with_its_line,
      hostile_yaml_costs_neither_memory_nor_time,
      cut_and_changed_looks_never_break_the_reader,
      a_setting_changes_the_last_such_step, a_wrong_setting_changes_nothing,
      steps_are_added_behind_looks_and_settings_come_last,
      the_hash_tells_looks_apart, the_hash_is_that_of_files_too,
      shipped_looks_are_sound_and_named_after_their_files,
      users_looks_are_found_by_name)
