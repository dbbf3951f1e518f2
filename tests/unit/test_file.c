/* Files are read by position and never beyond their end; paths. */

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/file.h"
#include "scratch.h"

static void reading_beyond_the_end_is_cut_short(void **state)
{
    struct infile f;
    struct err e = {0};
    char text[8] = "";

    (void)state;
    write_file("x", "0123456789", true, 0);
    assert_int_equal(infile_open(&f, "x", &e), 0);
    assert_int_equal(f.size, 10);
    assert_true(f.mtime_ns > 0 && f.ino != 0);
    assert_int_equal(infile_read(&f, 4, text, 6, &e), 0);
    assert_string_equal(text, "456789");
    assert_int_equal(infile_read(&f, 10, text, 0, &e), 0);
    assert_int_equal(infile_read(&f, 5, text, 6, &e), ERR_DATA);
    assert_non_null(strstr(e.text, "cut short"));
    assert_int_equal(infile_read(&f, UINT64_MAX, text, 2, &e), ERR_DATA);
    assert_int_equal(infile_read(&f, 0, text, SIZE_MAX, &e), ERR_DATA);
    assert_int_equal(truncate("x", 3), 0);
    assert_int_equal(infile_read(&f, 2, text, 4, &e), ERR_DATA);
    infile_close(&f);
    assert_int_equal(f.fd, -1);
    infile_close(&f);
}

static void only_files_are_opened(void **state)
{
    struct infile f;
    struct err e = {0};

    (void)state;
    assert_int_equal(mkfifo("fifo", 0666), 0);
    assert_int_equal(infile_open(&f, ".", &e), ERR_ARG);
    assert_string_equal(e.text, "'.' is a folder, not a file");
    assert_int_equal(infile_open(&f, "fifo", &e), ERR_ARG);
    assert_int_equal(infile_open(&f, "/dev/null", &e), ERR_ARG);
    assert_int_equal(infile_open(&f, "none", &e), ERR_IO);
    assert_string_equal(e.text,
                        "cannot open 'none': No such file or directory");
}

static void loading_has_a_ceiling(void **state)
{
    size_t before = mem_used();
    struct buf b = {0};
    struct err e = {0};

    (void)state;
    write_file("x", "0123456789", true, 0);
    assert_int_equal(file_load("x", 9, &b, &e), ERR_MEM);
    assert_null(b.data);
    assert_int_equal(file_load("x", 10, &b, &e), 0);
    assert_string_equal((char *)b.data, "0123456789");
    buf_release(&b);
    write_file("empty", "", true, 0);
    assert_content("empty", "");
    for (int n = 1;; n++) {
        mem_fail_at(n);
        if (file_load("x", 10, &b, &e) == 0)
            break;
        assert_int_equal(e.code, ERR_MEM);
    }
    mem_fail_at(0);
    buf_release(&b);
    assert_int_equal(mem_used(), before);
}

static void assert_path(char *got, const char *want)
{
    assert_non_null(got);
    assert_string_equal(got, want);
    mem_free(got);
}

static void paths_come_apart_and_together(void **state)
{
    (void)state;
    assert_path(path_join("a", "b"), "a/b");
    assert_path(path_join("a/", "b"), "a/b");
    assert_path(path_join("", "b"), "b");
    assert_path(path_folder("a/b/c"), "a/b");
    assert_path(path_folder("a//c"), "a");
    assert_path(path_folder("/c"), "/");
    assert_path(path_folder("c"), ".");
    assert_string_equal(path_name("a/b.c"), "b.c");
    assert_string_equal(path_name("a/"), "");
    assert_string_equal(path_ext("a.b/c.tar.gz"), "gz");
    assert_string_equal(path_ext("a.b/c"), "");
    assert_string_equal(path_ext(".hidden"), "");
}

static void folders_are_made_with_their_parents(void **state)
{
    struct stat st;
    struct err e = {0};

    (void)state;
    assert_int_equal(dir_make("a/b//c/", &e), 0);
    assert_int_equal(dir_make("a/b/c", &e), 0);
    assert_int_equal(stat("a/b/c", &st), 0);
    assert_true(S_ISDIR(st.st_mode));
    assert_int_equal(dir_make("/", &e), 0);
    assert_int_equal(dir_make(".", &e), 0);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, enter, leave)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(reading_beyond_the_end_is_cut_short),
        CASE(only_files_are_opened),
        CASE(loading_has_a_ceiling),
        CASE(paths_come_apart_and_together),
        CASE(folders_are_made_with_their_parents),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
