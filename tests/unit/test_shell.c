/* What is quoted comes back from bash as it was. */

#include <stdlib.h>

#include "test.h"

#include "base/err.h"
#include "base/program.h"
#include "base/shell.h"

static const char *const words[] = {
    "",
    "plain",
    "a b",
    "it's",
    "''",
    "\"double\"",
    "two\nlines",
    "\nfirst\r\n\tlast\n",
    "back\\slash and 'quote'\n\\n",
    "$HOME `id` $(id) !! \\",
    "*?[a]{b,c}~",
    "~",
    "#",
    "-n",
    "a=b;c|d&e>f<g(h)",
    "\xc3\xa4\xc3\xb6\xc3\xbc \xe2\x82\xac \xf0\x9f\x8c\x87",
    "not UTF-8: \xff\xfe\x80",
    "bell\a escape\033 delete\177",
    "\001"
    "7 digits behind an escape",
    NULL,
};

/* bash prints its words, each with a NUL behind it. */
static void round_trip(const char *const *list)
{
    struct buf line = {.max = 1 << 20};
    struct program_result r;
    struct err e = {0};
    const char *argv[] = {"bash", "-c", NULL, NULL};
    const uint8_t *at;

    assert_int_equal(buf_printf(&line, &e, "printf '%%s\\0'"), 0);
    for (int i = 0; list[i]; i++) {
        assert_int_equal(buf_add(&line, " ", 1, &e), 0);
        assert_int_equal(shell_quote(&line, list[i], &e), 0);
    }
    assert_null(strchr((char *)line.data, '\n'));
    argv[2] = (const char *)line.data;
    assert_int_equal(program_run(argv, 0, &r, &e), 0);
    assert_int_equal(r.exit, 0);
    assert_int_equal(r.err.len, 0);
    at = r.out.data;
    for (int i = 0; list[i]; i++) {
        assert_string_equal((const char *)at, list[i]);
        at += strlen(list[i]) + 1;
    }
    assert_ptr_equal(at, r.out.data + r.out.len);
    program_release(&r);
    buf_release(&line);
}

TEST(odd_words_come_back)
{
    round_trip(words);
}

TEST(every_byte_comes_back)
{
    char one[255][2], two[255][3];
    const char *list[511] = {NULL};

    for (int i = 0; i < 255; i++) {
        snprintf(one[i], 2, "%c", i + 1);
        snprintf(two[i], 3, "%c'", i + 1);
        list[2 * i] = one[i];
        list[2 * i + 1] = two[i];
    }
    round_trip(list);
}

TEST(plain_words_stay_readable)
{
    static const char *const cases[][2] = {
        {"/a/b-c_d.tif", "/a/b-c_d.tif"},
        {"--exposure.ev=0.5", "--exposure.ev=0.5"},
        {"a b", "'a b'"},
        {"it's", "'it'\\''s'"},
        {"a\nb", "$'a\\nb'"},
        {"", "''"},
    };
    struct err e = {0};

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct buf b = {.max = 100};

        assert_int_equal(shell_quote(&b, cases[i][0], &e), 0);
        assert_string_equal((char *)b.data, cases[i][1]);
        buf_release(&b);
    }
}

TESTS(odd_words_come_back, every_byte_comes_back, plain_words_stay_readable)
