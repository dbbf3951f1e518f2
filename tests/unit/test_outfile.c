/* Output appears whole or not at all. */

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "test.h"

#include "base/file.h"
#include "scratch.h"

static int count_files(void)
{
    DIR *d = opendir(".");
    int n = -2; /* . and .. */

    while (readdir(d))
        n++;
    closedir(d);
    return n;
}

TEST(a_file_appears_on_commit_only)
{
    struct outfile f = {0};
    struct err e = {0};
    char back[3];

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

TEST(an_abandoned_file_leaves_nothing)
{
    struct outfile f = {0};
    struct err e = {0};

    outfile_abandon(&f);
    assert_int_equal(outfile_open(&f, "x", &e), 0);
    assert_int_equal(count_files(), 1);
    outfile_abandon(&f);
    outfile_abandon(&f);
    assert_int_equal(count_files(), 0);
    assert_int_equal(mem_used(), 0);
}

TEST(replacing_must_be_allowed)
{
    write_file("x", "one", false, 0);
    write_file("x", "two", false, ERR_IO);
    assert_content("x", "one");
    write_file("x", "three", true, 0);
    assert_content("x", "three");
    assert_int_equal(count_files(), 1);
}

TEST(replacing_keeps_the_permissions)
{
    struct stat st;

    write_file("x", "one", true, 0);
    chmod("x", 0640);
    write_file("x", "two", true, 0);
    assert_int_equal(stat("x", &st), 0);
    assert_int_equal(st.st_mode & 0777, 0640);
}

TEST(what_is_no_file_is_not_replaced)
{
    static const char *const bad[] = {"folder",    "folder/",   "fifo",
                                      "/dev/null", "/dev/full", ""};
    struct outfile f = {0};
    struct err e = {0};

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

TEST(long_and_odd_names_work)
{
    char name[256];

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
TEST(a_write_that_fails_leaves_the_old_file)
{
    static char big[100000];
    struct rlimit before, small = {50000, 50000};
    struct outfile f = {0};
    struct err e = {0};

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

TEST(a_full_disk_is_named)
{
    struct outfile f = {.path = (char[]){"x"}};
    struct err e = {0};

    f.fd = open("/dev/full", O_RDWR);
    if (f.fd < 0)
        skip();
    assert_int_equal(outfile_add(&f, "a", 1, &e), ERR_IO);
    assert_string_equal(e.text, "cannot write 'x': the disk is full");
    close(f.fd);
}

TEST(large_outputs_are_whole)
{
    enum { PIECE = 3 << 20 };
    uint8_t *piece = mem_alloc(PIECE);
    struct outfile f = {0};
    struct infile in;
    struct err e = {0};
    uint8_t byte;

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

TEST(a_signal_removes_what_is_unfinished)
{
    struct outfile f[3] = {0};
    struct err e = {0};

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

TEST(writing_survives_every_lack_of_memory)
{
    size_t before = mem_used();
    struct outfile f = {0};
    struct err e = {0};
    int n = 1;

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

static void empty_file(const char *name)
{
    const int fd = open(name, O_CREAT | O_WRONLY, 0600);

    assert_true(fd >= 0);
    close(fd);
}

/* Opens and forgets, as a process does that is killed. */
static void leave_one(const char *path)
{
    const pid_t child = fork();

    if (child == 0) {
        struct outfile f = {0};
        struct err e = {0};

        _exit(outfile_open(&f, path, &e) < 0);
    }
    assert_int_equal(waitpid(child, NULL, 0), child);
}

/* Also with what printf() and scanf() would take for orders, and with so many
   letters of two bytes that the end is cut off. */
TEST(what_a_dead_process_left_is_swept)
{
    char wide[NAME_MAX + 1] = "";
    const char *const names[] = {"a.png", "%s%n%5d.png", "a b\n.png", wide};

    for (int i = 0; i < 120; i++)
        strcat(wide, "\xc3\xbc");
    strcat(wide, ".png");
    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
        leave_one(names[i]);
        leave_one(names[i]);
        assert_int_equal(count_files(), 2);
        outfile_sweep(names[i], 1); /* of nobody here */
        assert_int_equal(count_files(), 2);
        outfile_sweep(names[i], 0);
        assert_int_equal(count_files(), 0);
    }
}

TEST(a_sweep_leaves_what_is_another_file)
{
    static const char *const others[] = {
        "a.png",         ".a.png",         ".a.png.tmp",      ".a.png.1-2.tmpx",
        ".a.png.1-2",    ".b.png.1-2.tmp", ".aa.png.1-2.tmp", ".a.png.x-2.tmp",
        ".a.png.1-.tmp", "a.png.1-2.tmp",  ".a.png.b.1-2.tmp"};
    const int count = (int)(sizeof(others) / sizeof(*others));

    for (int i = 0; i < count; i++)
        empty_file(others[i]);
    empty_file(".a.png.7-2.tmp");
    outfile_sweep("a.png", 8);
    assert_int_equal(count_files(), count + 1);
    outfile_sweep("./a.png", 7);
    assert_int_equal(count_files(), count);
    outfile_sweep("a.png", 0);
    assert_int_equal(count_files(), count);
    outfile_sweep("nowhere/a.png", 0);
}

TESTS_EACH(enter, leave, a_file_appears_on_commit_only,
           an_abandoned_file_leaves_nothing, replacing_must_be_allowed,
           replacing_keeps_the_permissions, what_is_no_file_is_not_replaced,
           long_and_odd_names_work, a_write_that_fails_leaves_the_old_file,
           a_full_disk_is_named, large_outputs_are_whole,
           a_signal_removes_what_is_unfinished,
           what_a_dead_process_left_is_swept,
           a_sweep_leaves_what_is_another_file,
           writing_survives_every_lack_of_memory)
