/*
 * Packed weights on disk: kept, found again, and made again when anything about
 * them is wrong. And no failed allocation is missed, with a cache in play.
 */

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include <dirent.h>
#include <sys/stat.h>

#include "base/text.h"
#include "model.h"

static char *find_in_cache(const char *ext)
{
    DIR *dir = opendir("cache");
    struct dirent *entry;
    char *name = NULL;

    assert_non_null(dir);
    while ((entry = readdir(dir)))
        if (!name && text_is(path_ext(entry->d_name), ext))
            name = path_join("cache", entry->d_name);
    closedir(dir);
    return name;
}

static void open_cached(bool want, bool int8, const float *result)
{
    const struct dav2_options o = {.cache_folder = "cache", .int8 = int8};
    struct dav2 *m = must_open(MODEL, &o);
    float out[N];

    assert_int_equal(dav2_info(m)->cached, want);
    run_sized(m, 2, H, W, out);
    if (result)
        assert_memory_equal(out, result, sizeof(out));
    dav2_close(m);
}

static void packed_weights_are_kept(void **state)
{
    float want[N];
    char *path;

    (void)state;
    run_file(MODEL, &plain, want);
    open_cached(false, false, want);
    open_cached(true, false, want);
    open_cached(false, true, NULL); /* 8 bit is another entry */
    open_cached(true, true, NULL);
    open_cached(true, false, want);
    path = find_in_cache("packed");
    assert_non_null(path);
    mem_free(path);
}

/* Changes a bit; places below 0 count from the end. */
static void flip(const char *path, long place)
{
    const int from = place < 0 ? SEEK_END : SEEK_SET;
    FILE *f = fopen(path, "r+b");
    int byte;

    assert_non_null(f);
    assert_int_equal(fseek(f, place, from), 0);
    byte = fgetc(f);
    assert_int_equal(fseek(f, place, from), 0);
    assert_int_equal(fputc(byte ^ 4, f), byte ^ 4);
    fclose(f);
}

static void a_damaged_entry_is_made_again(void **state)
{
    static const long places[] = {0, 9, 40, 100, 5000, 1000000, -1};
    float want[N];
    char *path;

    (void)state;
    run_file(MODEL, &plain, want);
    open_cached(false, false, want);
    path = find_in_cache("packed");
    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        flip(path, places[i]);
        open_cached(false, false, want);
        open_cached(true, false, want);
    }
    assert_int_equal(truncate(path, 100000), 0);
    open_cached(false, false, want);
    assert_int_equal(truncate(path, 0), 0);
    open_cached(false, false, want);
    open_cached(true, false, want);
    mem_free(path);
}

static void another_file_of_that_name_is_not_the_cached_one(void **state)
{
    struct formula other = formula_tiny;
    float a[N], b[N];

    (void)state;
    run_file(MODEL, &plain, a);
    open_cached(false, false, a);
    other.seed++;
    formula_write(&other, MODEL, false, SAFETENSORS_F32);
    run_file(MODEL, &plain, b);
    assert_true(farthest(a, b, N) > 0.01f);
    open_cached(false, false, b);
}

/* Hashes are noted for files that have been left alone for a second. */
static char *wait_for_note(void)
{
    char *note;

    while (!(note = find_in_cache("note")))
        dav2_close(
            must_open(MODEL, &(struct dav2_options){.cache_folder = "cache"}));
    return note;
}

static void a_noted_hash_holds_until_the_file_changes(void **state)
{
    const struct dav2_options o = {.cache_folder = "cache"};
    struct hash128 hash, other;
    struct timespec times[2];
    struct stat st;
    struct dav2 *m;
    char *note;

    (void)state;
    open_cached(false, false, NULL);
    note = wait_for_note();
    m = must_open(MODEL, &o);
    hash = dav2_info(m)->hash;
    dav2_close(m);
    assert_int_equal(truncate(note, 20), 0); /* damaged: read afresh */
    m = must_open(MODEL, &o);
    assert_true(dav2_info(m)->cached && dav2_info(m)->hash.hi == hash.hi);
    dav2_close(m);

    /* In place, of the same size, and the old time put back. */
    assert_int_equal(stat(MODEL, &st), 0);
    times[0] = times[1] = st.st_mtim;
    flip(MODEL, -2); /* of a mantissa */
    assert_int_equal(utimensat(AT_FDCWD, MODEL, times, 0), 0);
    m = must_open(MODEL, &o);
    other = dav2_info(m)->hash;
    assert_true(!dav2_info(m)->cached && other.hi != hash.hi);
    dav2_close(m);
    mem_free(note);
}

static void a_cache_that_cannot_be_is_no_failure(void **state)
{
    const struct dav2_options o = {.cache_folder = "in_the_way/deeper"};

    (void)state;
    write_file("in_the_way", "a file", true, 0);
    dav2_close(must_open(MODEL, &o));
}

static void no_failed_allocation_is_missed(void **state)
{
    const struct dav2_options o = {.cache_folder = "cache"};
    const size_t used = mem_used();
    float chw[3 * N] = {0}, out[N];
    bool failed = true;

    (void)state;
    for (long n = 1; failed; n += 1 + n / 6) {
        struct pool *pool = must_pool(1);
        const struct dav2_job job = {.pool = pool};
        struct dav2 *m = NULL;
        struct err e = {0};
        int rc;

        mem_fail_at(n);
        rc = dav2_open(MODEL, &o, &m, &e);
        if (rc == 0)
            rc = dav2_run(m, &job, chw, H, W, out, &e);
        failed = mem_failed();
        mem_fail_at(0);
        if (rc < 0)
            assert_int_equal(rc, ERR_MEM);
        dav2_close(m);
        pool_free(pool);
        assert_int_equal(mem_used(), used);
    }
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, enter_with_model, leave)
    const struct CMUnitTest tests[] = {
        CASE(packed_weights_are_kept),
        CASE(a_damaged_entry_is_made_again),
        CASE(another_file_of_that_name_is_not_the_cached_one),
        CASE(a_noted_hash_holds_until_the_file_changes),
        CASE(a_cache_that_cannot_be_is_no_failure),
        CASE(no_failed_allocation_is_missed),
    };
#undef CASE

    return cmocka_run_group_tests(tests, NULL, NULL);
}
