/* A page out of a text with gaps: sections, escaping, what cannot be. */

#include "test.h"

#include "base/mem.h"
#include "run/fill.h"

static struct buf page;

static int put(void *arg, const void *bytes, size_t n, struct err *e)
{
    (void)arg;
    return buf_add(&page, bytes, n, e);
}

/* Three objects of any stream, but of "broken" the second cannot be. */
static int next(void *arg, const char *name, int n, json_t **item,
                struct err *e)
{
    (void)arg;
    if (n == 3)
        return 0;
    if (n == 1 && !strcmp(name, "broken"))
        return err_set(e, ERR_IO, "no more");
    *item = json_pack("{s:i}", "n", n);
    return 1;
}

static int fill(const char *text, json_t *values, struct err *e)
{
    const struct fill f = {put, next, NULL};
    int rc;

    buf_release(&page);
    page = (struct buf){.max = 1000};
    rc = fill_page(&f, text, strlen(text), values, e);
    json_decref(values);
    return rc;
}

static void expect(const char *text, json_t *values, const char *want)
{
    struct err e = {0};

    if (fill(text, values, &e) < 0)
        fail_msg("%s", e.text);
    assert_string_equal(page.len ? (char *)page.data : "", want);
    buf_release(&page);
}

TEST(values_are_escaped)
{
    expect("<b title=\"{{a}}\">{{a}}</b>",
           json_pack("{s:s}", "a", "<script>alert('1')</script>&\""),
           "<b title=\"&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;"
           "&quot;\">&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;"
           "&quot;</b>");
    expect("{{a}}", json_pack("{s:s}", "a", "a\x01\x7f\n\tb"),
           "a\xef\xbf\xbd\xef\xbf\xbd\n\tb");
}

TEST(a_value_is_not_looked_at_for_gaps)
{
    expect("{{a}}", json_pack("{s:s, s:s}", "a", "{{b}}{{#b}}", "b", "no"),
           "{{b}}{{#b}}");
}

TEST(numbers_and_what_is_not_there)
{
    expect("{{i}} {{f}} {{nothing}}.",
           json_pack("{s:i, s:f}", "i", 3, "f", 0.25), "3 0.25 .");
}

TEST(sections_see_what_is_around_them)
{
    expect("{{#list}}{{a}}{{b}}{{c}};{{/list}}",
           json_pack("{s:[{s:i},{s:i,s:i}], s:s, s:s}", "list", "a", 1, "a", 2,
                     "b", 9, "b", "x", "c", "y"),
           "1xy;29y;");
    expect("{{#o}}{{a}}{{/o}}", json_pack("{s:{s:s}}", "o", "a", "in"), "in");
}

TEST(sections_of_nothing)
{
    static const char *const nothing[] = {"[]", "null", "false", "\"\""};

    for (size_t i = 0; i < 4; i++)
        expect("{{#a}}yes{{/a}}{{^a}}no{{/a}}",
               json_pack("{s:o}", "a",
                         json_loads(nothing[i], JSON_DECODE_ANY, NULL)),
               "no");
    expect("{{#a}}yes{{/a}}{{^a}}no{{/a}}", json_object(), "no");
    expect("{{#a}}yes{{/a}}{{^a}}no{{/a}}", json_pack("{s:s}", "a", "b"),
           "yes");
}

TEST(streams_come_one_by_one)
{
    struct err e = {0};

    expect("{{#*rows}}{{n}}{{b}} {{/rows}}", json_pack("{s:s}", "b", "b"),
           "0b 1b 2b ");
    assert_int_equal(fill("{{#*broken}}{{n}}{{/broken}}", json_object(), &e),
                     ERR_IO);
    buf_release(&page);
}

TEST(a_page_that_is_wrong_is_refused)
{
    static const char *const wrong[] = {
        "{{", "{{a", "{{#a}}", "{{#a}}{{/b}}",
        "{{aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa}}"};
    struct err e = {0};

    for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
        assert_int_equal(fill(wrong[i], json_object(), &e), ERR_DATA);
    buf_release(&page);
}

TESTS(values_are_escaped, a_value_is_not_looked_at_for_gaps,
      numbers_and_what_is_not_there, sections_see_what_is_around_them,
      sections_of_nothing, streams_come_one_by_one,
      a_page_that_is_wrong_is_refused)
