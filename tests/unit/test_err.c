/* Errors: one sentence, cut and cleaned, that callers can pass on. */

#include <errno.h>

#include "test.h"

#include "base/err.h"

TEST(the_code_comes_back)
{
    struct err e = {0};

    assert_int_equal(err_set(&e, ERR_DATA, "line %d", 7), ERR_DATA);
    assert_int_equal(e.code, ERR_DATA);
    assert_string_equal(e.text, "line 7");
    assert_int_equal(err_set(NULL, ERR_IO, "nobody asks"), ERR_IO);
}

TEST(a_prefix_says_where)
{
    struct err e = {0};

    err_set(&e, ERR_ARG, "too large");
    assert_int_equal(err_prefix(&e, "step %d", 3), ERR_ARG);
    assert_string_equal(e.text, "step 3: too large");
}

TEST(the_old_text_may_be_an_argument)
{
    struct err e = {0};

    err_set(&e, ERR_ARG, "inside");
    err_set(&e, ERR_IO, "outside (%s)", e.text);
    assert_string_equal(e.text, "outside (inside)");
    err_prefix(&e, "%s", e.text);
    assert_string_equal(e.text, "outside (inside): outside (inside)");
}

TEST(long_text_is_cut)
{
    char name[2 * ERR_TEXT_MAX];
    struct err e = {0};

    memset(name, 'x', sizeof(name) - 1);
    name[sizeof(name) - 1] = '\0';
    err_set(&e, ERR_ARG, "'%s'", name);
    assert_int_equal(strlen(e.text), ERR_TEXT_MAX - 1);
    err_prefix(&e, "where");
    assert_int_equal(strlen(e.text), ERR_TEXT_MAX - 1);
    assert_memory_equal(e.text, "where: 'xxx", 11);
}

TEST(what_a_terminal_acts_on_is_replaced)
{
    struct err e = {0};

    err_set(&e, ERR_ARG, "'%s'", "a\x1b[2J\n\xc2\x9b\xff\xc3\xbc");
    assert_string_equal(e.text, "'a?[2J?\?\?\?\xc3\xbc'");
}

TEST(the_system_gives_its_reason)
{
    struct err e = {0};

    errno = ENOENT;
    assert_int_equal(err_errno(&e, "cannot open", "a.tif"), ERR_IO);
    assert_string_equal(e.text,
                        "cannot open 'a.tif': No such file or directory");
    assert_int_equal(err_mem(&e, 4096), ERR_MEM);
    assert_string_equal(e.text, "out of memory (4096 bytes)");
}

TESTS(the_code_comes_back, a_prefix_says_where, the_old_text_may_be_an_argument,
      long_text_is_cut, what_a_terminal_acts_on_is_replaced,
      the_system_gives_its_reason)
