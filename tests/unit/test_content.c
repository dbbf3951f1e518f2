/* What a file is: by size and time, and by its bytes. */

#include <fcntl.h>
#include <sys/stat.h>

#include "test.h"

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
TEST(the_hash_is_that_of_the_bytes)
{
    static const size_t sizes[] = {0, 1, 1 << 20, (1 << 20) + 1, 3 << 20};
    uint8_t *all = mem_zero(3 << 20, 1);

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

TEST(an_output_is_known_before_it_has_its_name)
{
    struct outfile f = {0};
    struct journal_id before, after;
    struct err e = {0};

    assert_int_equal(outfile_open(&f, "a", &e), 0);
    assert_int_equal(outfile_add(&f, "hello", 5, &e), 0);
    assert_int_equal(content_of_output(&f, &before, &e), 0);
    assert_int_equal(outfile_commit(&f, false, &e), 0);
    assert_int_equal(content_of("a", &after, &e), 0);
    assert_true(content_same(&before, &after));
    assert_true(content_equal(&before, &after));
}

TEST(time_and_bytes_tell_different_things)
{
    struct journal_id a, b, c;
    struct err e = {0};

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

TEST(what_is_not_there_is_named)
{
    struct journal_id id;
    struct err e = {0};

    assert_int_equal(content_stat("none", &id, &e), ERR_IO);
    assert_non_null(strstr(e.text, "cannot open 'none'"));
    assert_int_equal(content_of("none", &id, &e), ERR_IO);
}

TESTS_EACH(enter, leave, the_hash_is_that_of_the_bytes,
           an_output_is_known_before_it_has_its_name,
           time_and_bytes_tell_different_things, what_is_not_there_is_named)
