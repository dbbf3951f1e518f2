/* What is read from the cache is what was put, or nothing. */

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "test.h"

#include "base/file.h"
#include "scratch.h"
#include "store/cache.h"
#include "store/cache_entry.h"

#define LIMIT (1 << 20)

static struct hash128 key_of(uint64_t n)
{
    return hash_bytes128(&n, sizeof(n));
}

static const char *path_of(struct hash128 key)
{
    static char path[64];
    char name[33];

    hash_text(key, name);
    snprintf(path, sizeof(path), "c/%.2s/%s", name, name);
    return path;
}

static struct cache *open_cache(uint64_t limit)
{
    struct cache *c = NULL;
    struct err e = {0};

    assert_int_equal(cache_open("c", limit, &c, &e), 0);
    return c;
}

/* Bytes that depend on n, compressible ones for an even n. */
static void fill(uint8_t *bytes, size_t count, uint64_t n)
{
    uint64_t x = n * 2654435761u + 1;

    for (size_t i = 0; i < count; i++) {
        x = x * 6364136223846793005u + 1442695040888963407u;
        bytes[i] = n % 2 ? (uint8_t)(x >> 56) : (uint8_t)(i / 64 + n);
    }
}

static void put(struct cache *c, uint64_t n, size_t count)
{
    uint8_t *bytes = mem_alloc(count + 1);
    struct err e = {0};

    fill(bytes, count, n);
    assert_int_equal(cache_put(c, key_of(n), bytes, count, 4, &e), 0);
    mem_free(bytes);
}

/* 1 when there, and then it is right; else 0. */
static int get(struct cache *c, uint64_t n, size_t count)
{
    struct buf value = {.max = 1 << 26};
    uint8_t *bytes = mem_alloc(count + 1);
    struct err e = {0};
    int rc = cache_get(c, key_of(n), &value, &e);

    assert_true(rc >= 0);
    fill(bytes, count, n);
    if (rc == 1) {
        assert_int_equal(value.len, count);
        if (count)
            assert_memory_equal(value.data, bytes, count);
    }
    buf_release(&value);
    mem_free(bytes);
    return rc;
}

static struct cache_stats stats_of(struct cache *c)
{
    struct cache_stats s;
    struct err e = {0};

    assert_int_equal(cache_stats(c, &s, &e), 0);
    return s;
}

TEST(what_was_put_comes_back)
{
    static const size_t sizes[] = {0, 1, 3, 4, 7, 8, 63, 64, 1000, 99999};
    const size_t count = sizeof(sizes) / sizeof(*sizes);
    struct cache *c = open_cache(LIMIT);

    for (size_t i = 0; i < count; i++) {
        assert_int_equal(get(c, i, sizes[i]), 0);
        put(c, i, sizes[i]);
        assert_int_equal(get(c, i, sizes[i]), 1);
    }
    cache_close(c);
    c = open_cache(LIMIT); /* nothing in memory */
    for (size_t i = 0; i < count; i++)
        assert_int_equal(get(c, i, sizes[i]), 1);
    assert_int_equal(stats_of(c).entries, count);
    assert_int_equal(stats_of(c).raw, 101149);
    assert_int_equal(stats_of(c).hits, count);
    cache_close(c);
    assert_int_equal(mem_used(), 0);
}

TEST(every_item_size_comes_back)
{
    uint8_t bytes[1003];
    struct err e = {0};

    for (int item = -1; item < 10; item++)
        for (uint64_t n = 0; n < 2; n++) {
            struct buf file = {.max = 2000}, back = {.max = sizeof(bytes)};

            fill(bytes, sizeof(bytes), n);
            assert_int_equal(
                entry_pack(key_of(n), bytes, sizeof(bytes), item, &file, &e),
                0);
            assert_int_equal(
                entry_unpack(key_of(n), file.data, file.len, &back, &e), 1);
            assert_int_equal(back.len, sizeof(bytes));
            assert_memory_equal(back.data, bytes, sizeof(bytes));
            buf_release(&file);
            buf_release(&back);
        }
}

TEST(every_damaged_byte_is_found)
{
    struct buf file = {.max = 4000}, back = {.max = 4000};
    uint8_t bytes[500], *copy;
    struct err e = {0};

    fill(bytes, sizeof(bytes), 3);
    assert_int_equal(entry_pack(key_of(3), bytes, sizeof(bytes), 4, &file, &e),
                     0);
    for (size_t i = 0; i < file.len; i++) {
        file.data[i] ^= 0x10;
        assert_int_equal(
            entry_unpack(key_of(3), file.data, file.len, &back, &e), 0);
        file.data[i] ^= 0x10;
        copy = mem_copy(file.data, i); /* its end is where the bytes end */
        assert_int_equal(entry_unpack(key_of(3), copy, i, &back, &e), 0);
        mem_free(copy);
    }
    assert_int_equal(entry_unpack(key_of(4), file.data, file.len, &back, &e),
                     0);
    assert_int_equal(entry_unpack(key_of(3), file.data, file.len, &back, &e),
                     1);
    back.max = 499;
    assert_int_equal(entry_unpack(key_of(3), file.data, file.len, &back, &e),
                     0);
    buf_release(&file);
    buf_release(&back);
}

static void damage(const char *path, off_t at, off_t len)
{
    int fd = open(path, O_RDWR);

    assert_true(fd >= 0);
    assert_int_equal(pwrite(fd, "\xaa\x55", 2, at), 2);
    assert_int_equal(ftruncate(fd, len), 0);
    close(fd);
}

TEST(a_damaged_entry_is_dropped_and_made_again)
{
    struct cache *c = open_cache(LIMIT);
    struct stat st;

    for (uint64_t n = 1; n < 8; n += 2)
        put(c, n, 3000);
    cache_close(c);
    assert_int_equal(stat(path_of(key_of(1)), &st), 0);
    damage(path_of(key_of(1)), 1000, st.st_size);
    damage(path_of(key_of(3)), 0, st.st_size - 7);
    damage(path_of(key_of(5)), 10, 0);
    c = open_cache(LIMIT);
    for (uint64_t n = 1; n < 8; n += 2)
        assert_int_equal(get(c, n, 3000), n == 7);
    assert_int_equal(stats_of(c).damaged, 3);
    assert_int_equal(stats_of(c).entries, 1);
    put(c, 1, 3000);
    cache_close(c);
    c = open_cache(LIMIT);
    assert_int_equal(get(c, 1, 3000), 1);
    cache_close(c);
}

TEST(verify_finds_damage_and_clear_removes_all)
{
    struct cache *c = open_cache(LIMIT);
    uint64_t sound, bad, entries, bytes;
    struct err e = {0};

    assert_int_equal(cache_verify(c, &sound, &bad, &e), 0); /* no folder */
    assert_int_equal(cache_clear(c, &entries, &bytes, &e), 0);
    assert_int_not_equal(access("c", F_OK), 0);
    for (uint64_t n = 0; n < 10; n++)
        put(c, n, 500);
    damage(path_of(key_of(4)), 70, 80);
    write_file("c/00/notes.txt", "not ours", true, 0);
    assert_int_equal(cache_verify(c, &sound, &bad, &e), 0);
    assert_int_equal(sound, 9);
    assert_int_equal(bad, 1);
    assert_int_equal(cache_verify(c, &sound, &bad, &e), 0);
    assert_int_equal(bad, 0);
    assert_int_equal(cache_clear(c, &entries, &bytes, &e), 0);
    assert_int_equal(entries, 9);
    assert_true(bytes > 9 * ENTRY_HEAD);
    assert_int_equal(stats_of(c).entries, 0);
    assert_int_equal(get(c, 1, 500), 0); /* not in memory either */
    assert_content("c/00/notes.txt", "not ours");
    cache_close(c);
}

TEST(the_limit_holds_and_the_unused_go_first)
{
    const uint64_t limit = 50000;
    struct cache *c = open_cache(limit);

    for (uint64_t n = 1; n < 200; n += 2) {
        put(c, n, 1500);
        assert_true(stats_of(c).bytes <= limit);
        cache_close(c);
        c = open_cache(limit);
        assert_int_equal(get(c, 1, 1500), 1); /* always in use: stays */
    }
    assert_true(stats_of(c).entries > 25);
    assert_int_equal(get(c, 199, 1500), 1);
    assert_int_equal(get(c, 3, 1500), 0);
    put(c, 201, 49000); /* one that needs almost all */
    assert_true(stats_of(c).bytes <= limit);
    put(c, 203, 60000); /* and one that never fits */
    assert_true(stats_of(c).bytes <= limit);
    cache_close(c);
    c = open_cache(limit);
    assert_int_equal(get(c, 201, 49000), 1);
    assert_int_equal(get(c, 203, 60000), 0);
    cache_close(c);
    c = open_cache(10000); /* a smaller limit holds with the next entry */
    put(c, 205, 1000);
    assert_true(stats_of(c).bytes <= 10000);
    assert_int_equal(get(c, 205, 1000), 1);
    cache_close(c);
}

TEST(memory_alone_is_a_cache)
{
    struct cache *c = NULL;
    struct err e = {0};

    assert_int_equal(cache_open(NULL, LIMIT, &c, &e), 0);
    for (uint64_t n = 0; n < 20; n++)
        put(c, n, 100);
    assert_int_equal(get(c, 19, 100), 1);
    assert_int_equal(get(c, 0, 100), 0); /* only a few are kept */
    put(c, 30, 40 << 20);
    assert_int_equal(get(c, 30, 40 << 20), 0);
    assert_null(cache_folder(c));
    assert_int_equal(stats_of(c).entries, 0);
    cache_close(c);
    c = open_cache(0);
    put(c, 1, 100);
    assert_int_equal(get(c, 1, 100), 1);
    assert_int_not_equal(access("c", F_OK), 0);
    cache_close(c);
    assert_int_equal(mem_used(), 0);
}

static int make_seven(void *arg, struct buf *value, struct err *e)
{
    ++*(int *)arg;
    return buf_add(value, "seven", 5, e);
}

static int make_nothing(void *arg, struct buf *value, struct err *e)
{
    (void)arg;
    (void)buf_add(value, "half", 4, e);
    return err_set(e, ERR_DATA, "no");
}

TEST(a_result_is_made_once)
{
    struct cache *c = open_cache(LIMIT);
    struct buf value = {.max = 100};
    struct err e = {0};
    int calls = 0;
    bool made;

    assert_int_equal(cache_fetch(c, key_of(1), 1, make_nothing, NULL, NULL,
                                 NULL, &value, &made, &e),
                     ERR_DATA);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(cache_fetch(c, key_of(1), 1, make_seven, &calls, NULL,
                                     NULL, &value, &made, &e),
                         0);
        assert_string_equal((char *)value.data, "seven");
        assert_int_equal(made, i == 0);
    }
    assert_int_equal(calls, 1);
    buf_release(&value);
    cache_close(c);
}

static bool at_third(void *arg)
{
    return ++*(int *)arg == 3;
}

TEST(waiting_can_be_stopped)
{
    struct cache *c = open_cache(LIMIT);
    struct cache_lock first, second;
    struct err e = {0};
    int asked = 0;

    assert_int_equal(cache_lock(c, key_of(1), NULL, NULL, &first, &e), 0);
    assert_int_equal(cache_lock(c, key_of(2), NULL, NULL, &second, &e), 0);
    cache_unlock(&second);
    assert_int_equal(cache_lock(c, key_of(1), at_third, &asked, &second, &e),
                     ERR_STOP);
    assert_int_equal(asked, 3);
    cache_unlock(&first);
    assert_int_equal(cache_lock(c, key_of(1), at_third, &asked, &second, &e),
                     0);
    cache_unlock(&second);
    cache_close(c);
}

TEST(trouble_with_the_folder_stops_nothing)
{
    struct cache *c;
    struct buf value = {.max = 100};
    struct err e = {0};
    int calls = 0;

    write_file("c", "a file", true, 0);
    c = open_cache(LIMIT);
    assert_int_equal(cache_put(c, key_of(1), "x", 1, 1, &e), ERR_IO);
    assert_non_null(strstr(e.text, "'c'"));
    assert_int_equal(cache_fetch(c, key_of(2), 1, make_seven, &calls, NULL,
                                 NULL, &value, NULL, &e),
                     0);
    assert_int_equal(calls, 1);
    buf_release(&value);
    cache_close(c);
}

TEST(a_full_disk_leaves_nothing_behind)
{
    struct rlimit before, small;
    struct cache *c = open_cache(LIMIT);
    static uint8_t bytes[60000];
    struct err e = {0};

    put(c, 1, 100);
    fill(bytes, sizeof(bytes), 5);
    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &before);
    small = (struct rlimit){20000, before.rlim_max};
    setrlimit(RLIMIT_FSIZE, &small);
    assert_int_equal(cache_put(c, key_of(5), bytes, sizeof(bytes), 1, &e),
                     ERR_IO);
    setrlimit(RLIMIT_FSIZE, &before);
    assert_int_not_equal(access("c/temp", F_OK), 0);
    assert_int_equal(stats_of(c).entries, 1);
    cache_close(c);
}

TEST(every_lack_of_memory_is_survived)
{
    struct err e = {0};
    bool failed;
    long n = 0;

    do {
        struct buf value = {.max = 100};
        struct cache *c = NULL;
        int calls = 0, rc;

        mem_fail_at(++n);
        rc = cache_open("c", LIMIT, &c, &e);
        if (rc == 0)
            rc = cache_fetch(c, key_of(1), 4, make_seven, &calls, NULL, NULL,
                             &value, NULL, &e);
        failed = mem_failed();
        mem_fail_at(0);
        if (rc == 0)
            assert_string_equal((char *)value.data, "seven");
        else
            assert_int_equal(rc, ERR_MEM);
        if (n % 2)
            (void)cache_clear(c ? c : (c = open_cache(LIMIT)), &(uint64_t){0},
                              &(uint64_t){0}, &e);
        cache_close(c);
        buf_release(&value);
        assert_int_equal(mem_used(), 0);
    } while (failed);
    assert_true(n > 4);
}

TESTS_EACH(enter, leave, what_was_put_comes_back, every_item_size_comes_back,
           every_damaged_byte_is_found,
           a_damaged_entry_is_dropped_and_made_again,
           verify_finds_damage_and_clear_removes_all,
           the_limit_holds_and_the_unused_go_first, memory_alone_is_a_cache,
           a_result_is_made_once, waiting_can_be_stopped,
           trouble_with_the_folder_stops_nothing,
           a_full_disk_leaves_nothing_behind, every_lack_of_memory_is_survived)
