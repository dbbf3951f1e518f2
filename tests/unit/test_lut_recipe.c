/* The values tables are made of: their rows, and the files that set them. */

#include <ctype.h>

#include "test.h"

#include "base/mem.h"
#include "base/text.h"
#include "codec/lut_recipe.h"

static bool is_name(const char *s)
{
    return s && islower((unsigned char)*s) &&
           strspn(s, "abcdefghijklmnopqrstuvwxyz_") == strlen(s);
}

static bool is_sentence(const char *s)
{
    const size_t n = s ? strlen(s) : 0;

    return n > 9 && n < 200 && isupper((unsigned char)s[0]) &&
           s[n - 1] != '.' && !strstr(s, ". ") && !strstr(s, "  ");
}

TEST(rows_are_named_documented_and_in_range)
{
    for (const struct param *p = lut_params; p->type != PARAM_END; p++) {
        if (!is_name(p->key) || !is_sentence(p->doc))
            fail_msg("%s: '%s'", p->key, p->doc ? p->doc : "");
        for (const struct param *q = lut_params; q != p; q++)
            if (text_is(q->key, p->key) || text_is(q->doc, p->doc) ||
                q->at == p->at)
                fail_msg("%s and %s are alike", p->key, q->key);
        if (p->type == PARAM_FLOAT &&
            !(p->lo < p->hi && p->def >= p->lo && p->def <= p->hi))
            fail_msg("%s: %g in %g … %g", p->key, p->def, p->lo, p->hi);
    }
}

/* The nearest name is looked for among 63 at most. */
TEST(every_row_can_be_a_suggestion)
{
    int n = 0;

    while (lut_params[n].type != PARAM_END)
        n++;
    assert_true(n <= 63);
}

static void parse_ok(const char *text, struct lut_recipe *r)
{
    struct err e = {0};

    if (lut_recipe_parse(text, strlen(text), "a.yaml", r, &e) < 0)
        fail_msg("%s", e.text);
}

TEST(only_what_is_said_differs_from_the_defaults)
{
    struct lut_recipe r, plain;

    lut_recipe_defaults(&plain);
    parse_ok("{}", &r);
    assert_memory_equal(&r, &plain, sizeof(r));
    parse_ok("doc: 'A: b'\nwhite: tint\nwarmth: -12.5\norange_hue: 3\n"
             "gain_blue: 0.97\nfilm: negative\n",
             &r);
    assert_string_equal(r.doc, "A: b");
    assert_true(r.white == LUT_WHITE_TINT && r.warmth == -12.5f);
    assert_true(r.band[0].hue == 3 && r.gain[2] == 0.97f);
    assert_true(r.film == LUT_FILM_NEGATIVE && r.gain[0] == 1);
    parse_ok("{\"exposure\": 0.5}", &r);
    assert_true(r.exposure == 0.5f);
}

TEST(what_is_wrong_is_refused_with_its_line)
{
    static const struct {
        const char *text, *says;
    } cases[] = {
        {"warmth: 5\ncontrats: 1\n", "line 2: no value is called 'contrats'; "
                                     "is it 'contrast'?"},
        {"contrast: 1.5\n", "line 1: 'contrast' cannot be '1.5': allowed is "
                            "-1 … 1"},
        {"warmth: 300\n", "-80 … 120 mired"},
        {"warmth: nan\n", "line 1: 'warmth'"},
        {"white: pink\n", "allowed is keep|tint"},
        {"film: none\nwarmth: 1\nfilm: print\n", "line 3: 'film' is there "
                                                 "twice"},
        {"warmth: [1, 2]\n", "line 1: one word or number"},
        {"- warmth\n", "line 1: a table to make has the form"},
        {"warmth\n", "line 1: a table to make has the form"},
        {"", "is empty"},
        {"a: &x 1\nb: *x\n", "line 1: no value is called 'a'"},
        {"doc: &x b\nwarmth: *x\n", "line 2: aliases are not allowed"},
        {"doc: a\n---\ndoc: b\n", "only one table in a file"},
        {"doc: \"a\\0b\"\n", "zero byte"},
        {"doc: 'a\n", "line"},
        {"? [a]\n: 1\n", "line 1: one word or number"},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct lut_recipe r, before;
        struct err e = {0};

        lut_recipe_defaults(&r);
        before = r;
        assert_int_equal(lut_recipe_parse(cases[i].text, strlen(cases[i].text),
                                          "a.yaml", &r, &e),
                         ERR_DATA);
        if (!strstr(e.text, cases[i].says) || strncmp(e.text, "'a.yaml': ", 10))
            fail_msg("%zu: '%s'", i, e.text);
        assert_memory_equal(&r, &before, sizeof(r));
    }
}

TEST(settings_are_key_and_value)
{
    struct lut_recipe r;
    struct err e = {0};

    lut_recipe_defaults(&r);
    assert_int_equal(lut_recipe_set(&r, "contrast=0.25", &e), 0);
    assert_true(r.contrast == 0.25f);
    assert_int_equal(lut_recipe_set(&r, "doc=a=b", &e), 0);
    assert_string_equal(r.doc, "a=b");
    assert_int_equal(lut_recipe_set(&r, "contrast", &e), ERR_ARG);
    assert_non_null(strstr(e.text, "KEY=VALUE"));
    assert_int_equal(lut_recipe_set(&r, "contrast=2", &e), ERR_ARG);
    assert_int_equal(lut_recipe_set(&r, "=2", &e), ERR_ARG);
    assert_int_equal(
        lut_recipe_set(&r,
                       "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
                       "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa=2",
                       &e),
        ERR_ARG);
    assert_true(r.contrast == 0.25f);
}

TEST(files_are_read_and_large_ones_refused)
{
    static char large[LUT_RECIPE_BYTES_MAX + 10];
    struct lut_recipe r;
    struct err e = {0};
    FILE *f = fopen("recipe.yaml", "w");

    assert_non_null(f);
    fputs("exposure: 0.5\n", f);
    assert_int_equal(fclose(f), 0);
    assert_int_equal(lut_recipe_load("recipe.yaml", &r, &e), 0);
    assert_true(r.exposure == 0.5f);
    assert_int_equal(lut_recipe_load("not_there.yaml", &r, &e), ERR_IO);
    memset(large, '#', sizeof(large));
    f = fopen("recipe.yaml", "w");
    assert_non_null(f);
    assert_int_equal(fwrite(large, sizeof(large), 1, f), 1);
    assert_int_equal(fclose(f), 0);
    assert_true(lut_recipe_load("recipe.yaml", &r, &e) < 0);
}

TEST(no_allocation_failure_breaks_reading)
{
    static const char text[] = "doc: A\nwarmth: 3\n";

    for (long n = 1;; n++) {
        const size_t before = mem_used();
        struct lut_recipe r;
        struct err e = {0};
        int rc;

        mem_fail_at(n);
        rc = lut_recipe_parse(text, sizeof(text) - 1, "a", &r, &e);
        mem_fail_at(0);
        assert_int_equal(mem_used(), before);
        if (!mem_failed()) {
            assert_int_equal(rc, 0);
            break;
        }
        assert_int_equal(rc, ERR_MEM);
    }
}

TESTS(rows_are_named_documented_and_in_range, every_row_can_be_a_suggestion,
      only_what_is_said_differs_from_the_defaults,
      what_is_wrong_is_refused_with_its_line, settings_are_key_and_value,
      files_are_read_and_large_ones_refused,
      no_allocation_failure_breaks_reading)
