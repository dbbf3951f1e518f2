#ifndef UNIT_TEST_H
#define UNIT_TEST_H

/*
 * What each test begins and ends with: the headers of cmocka and those it asks
 * for, TEST(what_is_claimed) in front of a body, and at the end of the file
 * TESTS() of all of them, in order.
 */

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define TEST(name) static void name(void **state __attribute__((unused)))

#define TESTS(...) TESTS_OF(NULL, NULL, NULL, NULL, __VA_ARGS__)

/* `enter` before the first and `leave` after the last; or for each. */
#define TESTS_WITH(enter, leave, ...)                                          \
    TESTS_OF(enter, leave, NULL, NULL, __VA_ARGS__)
#define TESTS_EACH(enter, leave, ...)                                          \
    TESTS_OF(NULL, NULL, enter, leave, __VA_ARGS__)

#define TESTS_OF(first, last, enter, leave, ...)                               \
    int main(void)                                                             \
    {                                                                          \
        static void (*const all[])(void **) = {__VA_ARGS__};                   \
        static struct CMUnitTest tests[sizeof(all) / sizeof(*all)];            \
        static char sentences[] = #__VA_ARGS__;                                \
                                                                               \
        put_tests(tests, sizeof(all) / sizeof(*all), all, sentences, enter,    \
                  leave);                                                      \
        return cmocka_run_group_tests(tests, first, last);                     \
    }

/* `sentences` has a comma and a blank between two; it is cut there. */
static inline void put_tests(struct CMUnitTest *tests, size_t count,
                             const CMUnitTestFunction *all, char *sentences,
                             CMFixtureFunction enter, CMFixtureFunction leave)
{
    for (size_t i = 0; i < count; i++) {
        tests[i] = (struct CMUnitTest){sentences, all[i], enter, leave, NULL};
        sentences += strcspn(sentences, ",");
        if (*sentences)
            *sentences++ = '\0';
        sentences += *sentences == ' ';
    }
}

#endif
