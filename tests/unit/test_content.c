/* What a file is: by size and time, and by its bytes. */

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <cmocka.h>

#include "base/hash.h"
#include "run/content.h"
#include "scratch.h"

static void put(const char *path, const void *bytes, size_t n)
{
    struct outfile f = {0};
    struct err e = {0};

    assert_int_equal(outfile_open(&f, path, &e), 0);
    assert_int_equal(outfile_add(&f, bytes, n, &e), 0);
    assert_int_equal(outfile_commit(&f, true, &e), 0);
}

static void touch(const char *path, time_t at)
{
    const struct timespec times[2] = {{.tv_sec = at}, {.tv_sec = at}};

    assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
}

/* Also of several blocks, and of none. */
static void the_hash_is_that_of_the_bytes(void **state)
{
    static const size_t sizes[] = {0, 1, 1 << 20, (1 << 20) + 1, 3 << 20};
    uint8_t *all = mem_zero(3 << 20, 1);

    (void)state;
    for (size_t i = 0; i < 3 << 20; i++)
        all[i] = (uint8_t)(i * 2654435761u >> 24);
    for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
        const struct hash128 want = hash_bytes128(all, sizes[i]);
        struct journal_id id;
        struct err e = {0};

        put("a", all, sizes[i]);
        touch("a", 1000000000);
        assert_int_equal(content_of("a", &id, &e), 0);
        assert_int_equal(id.size, sizes[i]);
        assert_int_equal(id.mtime_ns, INT64_C(1000000000000000000));
        assert_memory_equal(&id.hash, &want, sizeof(want));
    }
    mem_free(all);
}

static void an_output_is_known_before_it_has_its_name(void **state)
{
    struct outfile f = {0};
    struct journal_id before, after;
    struct err e = {0};

    (void)state;
    assert_int_equal(outfile_open(&f, "a", &e), 0);
    assert_int_equal(outfile_add(&f, "hello", 5, &e), 0);
    assert_int_equal(content_of_output(&f, &before, &e), 0);
    assert_int_equal(outfile_commit(&f, false, &e), 0);
    assert_int_equal(content_of("a", &after, &e), 0);
    assert_true(content_same(&before, &after));
    assert_true(content_equal(&before, &after));
}

static void time_and_bytes_tell_different_things(void **state)
{
    struct journal_id a, b, c;
    struct err e = {0};

    (void)state;
    put("a", "one", 3);
    put("b", "one", 3);
    put("c", "two", 3);
    touch("a", 1);
    touch("b", 2);
    touch("c", 1);
    assert_int_equal(content_of("a", &a, &e), 0);
    assert_int_equal(content_of("b", &b, &e), 0);
    assert_int_equal(content_of("c", &c, &e), 0);
    assert_false(content_same(&a, &b));
    assert_true(content_equal(&a, &b));
    assert_true(content_same(&a, &c));
    assert_false(content_equal(&a, &c));
    assert_int_equal(content_stat("a", &b, &e), 0);
    assert_true(content_same(&a, &b));
    assert_int_equal(b.hash.hi | b.hash.lo, 0);
}

static void what_is_not_there_is_named(void **state)
{
    struct journal_id id;
    struct err e = {0};

    (void)state;
    assert_int_equal(content_stat("none", &id, &e), ERR_IO);
    assert_non_null(strstr(e.text, "cannot open 'none'"));
    assert_int_equal(content_of("none", &id, &e), ERR_IO);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, enter, leave)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(the_hash_is_that_of_the_bytes),
        CASE(an_output_is_known_before_it_has_its_name),
        CASE(time_and_bytes_tell_different_things),
        CASE(what_is_not_there_is_named),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
