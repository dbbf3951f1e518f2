/* Files are read by position and never beyond their end; paths. */

#include <sys/stat.h>
#include <unistd.h>

#include "test.h"

#include "base/file.h"
#include "scratch.h"

TEST(reading_beyond_the_end_is_cut_short)
{
    struct infile f;
    struct err e = {0};
    char text[8] = "";

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

TEST(only_files_are_opened)
{
    struct infile f;
    struct err e = {0};

    assert_int_equal(mkfifo("fifo", 0666), 0);
    assert_int_equal(infile_open(&f, ".", &e), ERR_ARG);
    assert_string_equal(e.text, "'.' is a folder, not a file");
    assert_int_equal(infile_open(&f, "fifo", &e), ERR_ARG);
    assert_int_equal(infile_open(&f, "/dev/null", &e), ERR_ARG);
    assert_int_equal(infile_open(&f, "none", &e), ERR_IO);
    assert_string_equal(e.text,
                        "cannot open 'none': No such file or directory");
}

TEST(loading_has_a_ceiling)
{
    size_t before = mem_used();
    struct buf b = {0};
    struct err e = {0};

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

TEST(paths_come_apart_and_together)
{
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

TEST(folders_are_made_with_their_parents)
{
    struct stat st;
    struct err e = {0};

    assert_int_equal(dir_make("a/b//c/", &e), 0);
    assert_int_equal(dir_make("a/b/c", &e), 0);
    assert_int_equal(stat("a/b/c", &st), 0);
    assert_true(S_ISDIR(st.st_mode));
    assert_int_equal(dir_make("/", &e), 0);
    assert_int_equal(dir_make(".", &e), 0);
}

TESTS_EACH(enter, leave, reading_beyond_the_end_is_cut_short,
           only_files_are_opened, loading_has_a_ceiling,
           paths_come_apart_and_together, folders_are_made_with_their_parents)
