/* Files: read by position, written whole or not at all. */

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/file.h"

/* Each test runs in an empty folder of its own. */
static char scratch[] = "/tmp/test_file.XXXXXX";

static int enter(void **state)
{
    (void)state;
    strcpy(scratch, "/tmp/test_file.XXXXXX");
    return !mkdtemp(scratch) || chdir(scratch);
}

static int leave(void **state)
{
    char command[64];

    (void)state;
    snprintf(command, sizeof(command), "rm -rf '%s'", scratch);
    return chdir("/") || system(command);
}

static int count_files(void)
{
    DIR *d = opendir(".");
    int n = -2; /* . and .. */

    while (readdir(d))
        n++;
    closedir(d);
    return n;
}

static void write_file(const char *path, const char *text, bool replace,
                       int want)
{
    struct outfile f = {0};
    struct err e = {0};

    assert_int_equal(outfile_open(&f, path, &e), 0);
    assert_int_equal(outfile_add(&f, text, strlen(text), &e), 0);
    assert_int_equal(outfile_commit(&f, replace, &e), want);
    outfile_abandon(&f);
}

static void assert_content(const char *path, const char *text)
{
    struct buf b = {0};
    struct err e = {0};

    assert_int_equal(file_load(path, 1000, &b, &e), 0);
    assert_string_equal((char *)b.data, text);
    assert_int_equal(b.len, strlen(text));
    buf_release(&b);
}

static void a_file_appears_on_commit_only(void **state)
{
    struct outfile f = {0};
    struct err e = {0};
    char back[3];

    (void)state;
    assert_int_equal(outfile_open(&f, "a/b/c.txt", &e), 0);
    assert_int_equal(outfile_add(&f, "hello", 5, &e), 0);
    assert_int_equal(outfile_add(&f, " all", 4, &e), 0);
    assert_int_equal(outfile_write(&f, 1, "a", 1, &e), 0);
    assert_int_equal(outfile_read(&f, 0, back, 3, &e), 0);
    assert_memory_equal(back, "hal", 3);
    assert_int_equal(outfile_read(&f, 8, back, 3, &e), ERR_IO);
    assert_int_equal(f.at, 9);
    assert_int_not_equal(access("a/b/c.txt", F_OK), 0);
    assert_int_equal(outfile_commit(&f, true, &e), 0);
    outfile_abandon(&f);
    assert_content("a/b/c.txt", "hallo all");
    assert_int_equal(chdir("a/b"), 0);
    assert_int_equal(count_files(), 1);
    assert_int_equal(mem_used(), 0);
}

static void an_abandoned_file_leaves_nothing(void **state)
{
    struct outfile f = {0};
    struct err e = {0};

    (void)state;
    outfile_abandon(&f);
    assert_int_equal(outfile_open(&f, "x", &e), 0);
    assert_int_equal(count_files(), 1);
    outfile_abandon(&f);
    outfile_abandon(&f);
    assert_int_equal(count_files(), 0);
    assert_int_equal(mem_used(), 0);
}

static void replacing_must_be_allowed(void **state)
{
    (void)state;
    write_file("x", "one", false, 0);
    write_file("x", "two", false, ERR_IO);
    assert_content("x", "one");
    write_file("x", "three", true, 0);
    assert_content("x", "three");
    assert_int_equal(count_files(), 1);
}

static void replacing_keeps_the_permissions(void **state)
{
    struct stat st;

    (void)state;
    write_file("x", "one", true, 0);
    chmod("x", 0640);
    write_file("x", "two", true, 0);
    assert_int_equal(stat("x", &st), 0);
    assert_int_equal(st.st_mode & 0777, 0640);
}

static void what_is_no_file_is_not_replaced(void **state)
{
    static const char *const bad[] = {"folder",    "folder/",   "fifo",
                                      "/dev/null", "/dev/full", ""};
    struct outfile f = {0};
    struct err e = {0};

    (void)state;
    assert_int_equal(mkdir("folder", 0777), 0);
    assert_int_equal(mkfifo("fifo", 0666), 0);
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        assert_int_equal(outfile_open(&f, bad[i], &e), ERR_ARG);
    assert_int_equal(outfile_open(&f, "/proc/no/file", &e), ERR_IO);
    write_file("x", "", true, 0);
    assert_int_equal(outfile_open(&f, "x/y", &e), ERR_IO);
    assert_non_null(strstr(e.text, "a file has that name"));
    assert_int_equal(mem_used(), 0);
}

static void long_and_odd_names_work(void **state)
{
    char name[256];

    (void)state;
    for (int i = 0; i < 127; i++)
        memcpy(name + 2 * i, "ü", 2);
    name[254] = 'x';
    name[255] = '\0';
    write_file(name, "long", true, 0);
    assert_content(name, "long");
    write_file("\xff\n'", "odd", true, 0);
    assert_content("\xff\n'", "odd");
    assert_int_equal(count_files(), 2);
}

/* A limit on the size of files stands for the disk that is full. */
static void a_write_that_fails_leaves_the_old_file(void **state)
{
    static char big[100000];
    struct rlimit before, small = {50000, 50000};
    struct outfile f = {0};
    struct err e = {0};

    (void)state;
    write_file("x", "old", true, 0);
    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &before);
    small.rlim_max = before.rlim_max;
    setrlimit(RLIMIT_FSIZE, &small);
    assert_int_equal(outfile_open(&f, "x", &e), 0);
    assert_int_equal(outfile_add(&f, big, sizeof(big), &e), ERR_IO);
    setrlimit(RLIMIT_FSIZE, &before);
    assert_string_equal(e.text, "cannot write 'x': File too large");
    assert_int_equal(f.at, 0);
    outfile_abandon(&f);
    assert_content("x", "old");
    assert_int_equal(count_files(), 1);
}

static void a_full_disk_is_named(void **state)
{
    struct outfile f = {.path = (char[]){"x"}};
    struct err e = {0};

    (void)state;
    f.fd = open("/dev/full", O_RDWR);
    if (f.fd < 0)
        skip();
    assert_int_equal(outfile_add(&f, "a", 1, &e), ERR_IO);
    assert_string_equal(e.text, "cannot write 'x': the disk is full");
    close(f.fd);
}

static void large_outputs_are_whole(void **state)
{
    enum { PIECE = 3 << 20 };
    uint8_t *piece = mem_alloc(PIECE);
    struct outfile f = {0};
    struct infile in;
    struct err e = {0};
    uint8_t byte;

    (void)state;
    assert_int_equal(outfile_open(&f, "x", &e), 0);
    for (int i = 0; i < 7; i++) {
        memset(piece, i, PIECE);
        assert_int_equal(outfile_add(&f, piece, PIECE, &e), 0);
    }
    assert_int_equal(outfile_commit(&f, true, &e), 0);
    mem_free(piece);
    assert_int_equal(infile_open(&in, "x", &e), 0);
    assert_int_equal(in.size, 7 * PIECE);
    for (uint64_t i = 0; i < 7; i++) {
        assert_int_equal(infile_read(&in, i * PIECE + 5, &byte, 1, &e), 0);
        assert_int_equal(byte, i);
    }
    infile_close(&in);
}

static void a_signal_removes_what_is_unfinished(void **state)
{
    struct outfile f[3] = {0};
    struct err e = {0};

    (void)state;
    for (int i = 0; i < 3; i++) {
        char name[2] = {(char)('a' + i), '\0'};

        assert_int_equal(outfile_open(&f[i], name, &e), 0);
    }
    assert_int_equal(outfile_commit(&f[0], true, &e), 0);
    assert_int_equal(count_files(), 3);
    if (!fork()) { /* a child does not own its parent's files */
        outfile_abandon_all();
        _exit(0);
    }
    wait(NULL);
    assert_int_equal(count_files(), 3);
    outfile_abandon_all();
    assert_int_equal(count_files(), 1);
    assert_int_equal(outfile_commit(&f[1], true, &e), ERR_IO);
    outfile_abandon(&f[2]);
    assert_int_equal(count_files(), 1);
}

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

static void writing_survives_every_lack_of_memory(void **state)
{
    size_t before = mem_used();
    struct outfile f = {0};
    struct err e = {0};
    int n = 1;

    (void)state;
    for (;; n++) {
        mem_fail_at(n);
        if (outfile_open(&f, "a/x", &e) == 0)
            break;
        assert_int_equal(e.code, ERR_MEM);
        assert_int_equal(mem_used(), before);
    }
    mem_fail_at(0);
    assert_true(n > 3);
    assert_int_equal(outfile_commit(&f, false, &e), 0);
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
    assert_path(path_with_ext("a.b/c.tif", "png"), "a.b/c.png");
    assert_path(path_with_ext("a.b/c", "png"), "a.b/c.png");
    assert_path(path_with_ext(".c", "png"), ".c.png");
    assert_path(path_with_ext("c.", "png"), "c.png");
    assert_path(path_with_ext("c.tif", ""), "c");
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
        CASE(a_file_appears_on_commit_only),
        CASE(an_abandoned_file_leaves_nothing),
        CASE(replacing_must_be_allowed),
        CASE(replacing_keeps_the_permissions),
        CASE(what_is_no_file_is_not_replaced),
        CASE(long_and_odd_names_work),
        CASE(a_write_that_fails_leaves_the_old_file),
        CASE(a_full_disk_is_named),
        CASE(large_outputs_are_whole),
        CASE(a_signal_removes_what_is_unfinished),
        CASE(reading_beyond_the_end_is_cut_short),
        CASE(only_files_are_opened),
        CASE(loading_has_a_ceiling),
        CASE(writing_survives_every_lack_of_memory),
        CASE(paths_come_apart_and_together),
        CASE(folders_are_made_with_their_parents),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
