/* Text and numbers; the C library in its "C" locale is the oracle. */

#include <float.h>
#include <limits.h>
#include <locale.h>
#include <stdlib.h>

#include "test.h"

#include "base/text.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static uint64_t seed = 0x9e3779b97f4a7c15;

static uint64_t next_random(void) /* xorshift64, Marsaglia 2003 */
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return seed;
}

TEST(numbers_read_as_the_c_library_does)
{
    char text[64];
    double got, want;

    for (int i = 0; i < 200000; i++) {
        uint64_t r = next_random();
        int exp = (int)(next_random() % 60) - 30;

        snprintf(text, sizeof(text), "%s%ju.%03ue%d", r & 1 ? "-" : "",
                 (uintmax_t)(r >> (r & 63)), (unsigned)(r % 1000),
                 i % 10 ? exp : exp * 11);
        want = strtod(text, NULL);
        if (!isfinite(want))
            continue;
        assert_true(text_to_double(text, &got));
        if (memcmp(&got, &want, sizeof(got)))
            fail_msg("%s: %a is not %a", text, got, want);
    }
}

TEST(odd_numbers_read)
{
    static const struct {
        const char *text;
        double value;
    } good[] = {
        {"0", 0},
        {" \t1 \r\n", 1},
        {"+.5", .5},
        {"5.", 5},
        {"1e3", 1000},
        {"1E-2", .01},
        {"-0", -0.0},
        {"1e-400", 0},
        {"9007199254740993", 0x1p53},
        {"4.9e-324", DBL_TRUE_MIN},
        {"00000000000000000000001", 1},
        {"0.000000000000000000000000000000000000000000001", 1e-45},
        {"1.7976931348623157e308", DBL_MAX},
    };

    for (size_t i = 0; i < COUNT(good); i++) {
        double got = 77;

        assert_true(text_to_double(good[i].text, &got));
        assert_memory_equal(&got, &good[i].value, sizeof(got));
    }
}

TEST(what_is_no_number_is_refused)
{
    static const char *const bad[] = {
        "",    " ",   ".",    "-",     "e5",  "1x",  "1 2",      "0x10",
        "nan", "inf", "-inf", "1e999", "1,5", "--1", "+-1",      "1e+",
        "1e",  "NaN", "1..2", "1f",    "٣",   "1\v", "infinity",
    };

    for (size_t i = 0; i < COUNT(bad); i++) {
        double d = 77;
        long n = 77;

        assert_false(text_to_double(bad[i], &d));
        assert_true(d == 77);
        assert_false(text_to_long(bad[i], &n));
        assert_int_equal(n, 77);
    }
}

TEST(scanning_stops_behind_the_number)
{
    const char *text = " 0.25 1e5x", *end;
    double v;

    assert_true(text_scan_double(text, &end, &v));
    assert_true(v == .25 && end == text + 5);
    assert_true(text_scan_double(end, &end, &v));
    assert_true(v == 1e5 && *end == 'x');
    assert_false(text_scan_double(end, &end, &v));
    assert_true(*end == 'x');
}

TEST(whole_numbers_stop_at_the_limits)
{
    long n;

    assert_true(text_to_long(" -9223372036854775808 ", &n) && n == LONG_MIN);
    assert_true(text_to_long("+9223372036854775807", &n) && n == LONG_MAX);
    assert_false(text_to_long("9223372036854775808", &n));
    assert_false(text_to_long("-9223372036854775809", &n));
    assert_false(text_to_long("99999999999999999999999", &n));
    assert_false(text_to_long("1.0", &n));
    assert_true(text_to_long("007", &n) && n == 7);
}

TEST(sizes_read)
{
    static const struct {
        const char *text;
        uint64_t bytes;
    } good[] = {
        {"1048576", 1 << 20},  {"256M", 256 << 20},
        {"1.5G", 3ull << 29},  {"800k", 800 << 10},
        {"2 GiB", 2ull << 30}, {"64KB", 64 << 10},
        {"1T", 1ull << 40},    {"0", 0},
        {"15e6", 15000000},    {"7b", 7},
    };
    static const char *const bad[] = {"",    "-1",    "M",   "1Q",  "1MM",
                                      "1Mx", "99e9T", "1 i", "nan", "1iB"};
    uint64_t bytes;

    for (size_t i = 0; i < COUNT(good); i++) {
        assert_true(text_to_size(good[i].text, &bytes));
        assert_int_equal(bytes, good[i].bytes);
    }
    for (size_t i = 0; i < COUNT(bad); i++)
        assert_false(text_to_size(bad[i], &bytes));
}

/* Reads back to the same bits, and one digit less does not. */
static void check_float(float f)
{
    char text[32], shorter[400];
    bool plain = f == rintf(f) && fabsf(f) < 0x1p24f;
    int digits = 0;

    text_of_float(f, text);
    if (strtof(text, NULL) != f)
        fail_msg("%a became %s", (double)f, text);
    for (const char *s = text; *s && *s != 'e'; s++)
        digits += *s >= '0' && *s <= '9' && (digits || *s != '0');
    if (digits > 1 && !plain) {
        snprintf(shorter, sizeof(shorter), "%.*g", digits - 1, (double)f);
        if (strtof(shorter, NULL) == f)
            fail_msg("%s is not the shortest for %s", text, shorter);
    }
}

TEST(floats_write_the_shortest_text)
{
    char text[32];

    for (int i = 0; i < 50000; i++) {
        uint32_t bits = (uint32_t)next_random();
        float f;

        memcpy(&f, &bits, sizeof(f));
        if (isfinite(f))
            check_float(f);
    }
    text_of_float(0.1f, text);
    assert_string_equal(text, "0.1");
    text_of_float(-0.0f, text);
    assert_string_equal(text, "-0");
    text_of_float(FLT_TRUE_MIN, text);
    assert_string_equal(text, "1e-45");
    text_of_float(6504, text);
    assert_string_equal(text, "6504");
    text_of_float(2000000, text);
    assert_string_equal(text, "2000000");
}

TEST(doubles_write_text_that_reads_back)
{
    char text[32];
    double d, back;

    for (int i = 0; i < 50000; i++) {
        uint64_t bits = next_random();

        memcpy(&d, &bits, sizeof(d));
        if (!isfinite(d))
            continue;
        text_of_double(d, text);
        assert_true(text_to_double(text, &back));
        assert_memory_equal(&d, &back, sizeof(d));
    }
    text_of_double(0.1, text);
    assert_string_equal(text, "0.1");
    text_of_double(1.0 / 3, text);
    assert_string_equal(text, "0.3333333333333333");
}

/* Needs any locale that writes a comma; without one there is nothing to do. */
TEST(a_host_with_commas_changes_nothing)
{
    static const char *const names[] = {"de_DE.UTF-8", "de_DE.utf8",
                                        "fr_FR.UTF-8", "es_ES.UTF-8"};
    char text[32];
    double d;
    bool found = false;

    for (size_t i = 0; i < COUNT(names) && !found; i++)
        found = setlocale(LC_ALL, names[i]) != NULL;
    if (!found)
        skip();
    text_of_float(0.5f, text);
    assert_string_equal(text, "0.5");
    assert_true(text_to_double("1.5e30", &d) && d == 1.5e30);
    setlocale(LC_ALL, "C");
}

TEST(distances_count_edits)
{
    assert_int_equal(text_distance("", "abc"), 3);
    assert_int_equal(text_distance("contrast", "contrast"), 0);
    assert_int_equal(text_distance("contrast", "contrsat"), 1);
    assert_int_equal(text_distance("kitten", "sitting"), 3);
    assert_int_equal(text_distance("a", ""), 1);
    assert_int_equal(text_distance("exposure", "expsoures"), 2);
}

TEST(the_nearest_name_is_found)
{
    static const char *const names[] = {"exposure", "contrast", "curve",
                                        "vignette", NULL};
    char endless[5000];

    assert_string_equal(text_nearest("exposre", names), "exposure");
    assert_string_equal(text_nearest("vingette", names), "vignette");
    assert_null(text_nearest("zzzzzz", names));
    memset(endless, 'e', sizeof(endless) - 1);
    endless[sizeof(endless) - 1] = '\0';
    assert_int_equal(text_distance(endless, endless), 0);
    assert_int_equal(text_distance(endless, "e"), 4999);
}

TEST(text_compares)
{
    assert_true(text_is("a", "a") && text_is(NULL, NULL));
    assert_false(text_is("a", "A") || text_is("a", NULL) || text_is("", NULL));
    assert_true(text_is_nocase("LanCZos", "lancZOS"));
    assert_false(text_is_nocase("ab", "abc") || text_is_nocase(NULL, ""));
}

TEST(cleaning_keeps_utf8_and_nothing_else)
{
    char text[] = "a\tb\x7f"
                  "é€😀"
                  "\xc0\xaf\xed\xa0\x80\xf4\x90\x80\x80\xc2\x85\xe2\x82";

    text_clean(text);
    assert_string_equal(text, "a?b?é€😀"
                              "?????????????");
}

TESTS(numbers_read_as_the_c_library_does, odd_numbers_read,
      what_is_no_number_is_refused, scanning_stops_behind_the_number,
      whole_numbers_stop_at_the_limits, sizes_read,
      floats_write_the_shortest_text, doubles_write_text_that_reads_back,
      a_host_with_commas_changes_nothing, distances_count_edits,
      the_nearest_name_is_found, text_compares,
      cleaning_keeps_utf8_and_nothing_else)
