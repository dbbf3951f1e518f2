/* JSON of a file, whatever its name is. */

#include <stdlib.h>

#include "test.h"

#include "run/report.h"
#include "run/report_json.h"

static void expect(const char *bytes, const char *want)
{
    json_t *j = report_json_text(bytes);

    assert_string_equal(json_string_value(j), want);
    json_decref(j);
}

TEST(only_what_is_not_utf8_is_replaced)
{
    expect("", "");
    expect("h\xc3\xa4user\xff.png", "h\xc3\xa4user\xef\xbf\xbd.png");
    expect("\xc3", "\xef\xbf\xbd"); /* cut short        */
    expect("\xed\xa0\x80",          /* a lone surrogate */
           "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
    expect("\xc0\xaf", "\xef\xbf\xbd\xef\xbf\xbd"); /* overlong     */
    expect("a\nb\x1b[0m\"", "a\nb\x1b[0m\"");       /* JSON escapes it  */
    expect("\xf0\x9f\x98\x80", "\xf0\x9f\x98\x80");
}

static json_t *detail_of(char *in, const struct file_result *r)
{
    char out[] = "out";
    const struct item it = {.in = in, .out = out};
    char *text = report_detail(&it, r);
    json_t *j = json_loads(text, 0, NULL);

    assert_non_null(j);
    report_detail_free(text);
    return j;
}

static const char *text(const json_t *j, const char *key)
{
    return json_string_value(json_object_get(j, key));
}

TEST(a_name_that_is_not_utf8_tells_its_bytes)
{
    char bad[] = "b\xff\"", good[] = "g\xc3\xa4";
    const struct file_result r = {.status = FILE_DONE};
    json_t *j = detail_of(bad, &r);

    assert_string_equal(text(j, "input"), "b\xef\xbf\xbd\"");
    assert_string_equal(text(j, "input_hex"), "62ff22");
    json_decref(j);
    j = detail_of(good, &r);
    assert_string_equal(text(j, "input"), good);
    assert_null(json_object_get(j, "input_hex"));
    json_decref(j);
}

/* A sentence is cut where its room ends, maybe within a character. */
TEST(a_failure_that_is_cut_is_still_text)
{
    char in[] = "in";
    struct file_result r = {.status = FILE_FAILED};
    json_t *j;

    r.err.code = ERR_DATA;
    memset(r.err.text, 'x', sizeof(r.err.text) - 1);
    r.err.text[sizeof(r.err.text) - 2] = (char)0xc3;
    j = detail_of(in, &r);
    assert_string_equal(text(j, "status"), "failed");
    assert_int_equal(strlen(text(j, "error")), sizeof(r.err.text) - 2 + 3);
    json_decref(j);
}

TESTS(only_what_is_not_utf8_is_replaced,
      a_name_that_is_not_utf8_tells_its_bytes,
      a_failure_that_is_cut_is_still_text)
