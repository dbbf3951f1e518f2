/* Files dropped into folders: found once, at rest, by a clock that is fed. */

#include <fcntl.h>
#include <sys/stat.h>

#include "test.h"

#include "run/watch.h"
#include "scratch.h"

#define S INT64_C(1000000000)

static const char *const in[] = {"in"};
static struct text_list folders = {(const char **)(uintptr_t)in, 1};

/* What a test looks at: the watch, its clock, what it has said. */
static struct {
    struct watch_rules rules;
    struct watch *w;
    int64_t now;
    char said[200];
} t;

static void hear(void *arg, const char *text)
{
    (void)arg;
    snprintf(t.said, sizeof(t.said), "%s", text);
}

static int enter_watch(void **state)
{
    memset(&t, 0, sizeof(t));
    t.rules = (struct watch_rules){.folders = &folders,
                                   .settle_ns = 2 * S,
                                   .poll_ns = 10 * S,
                                   .say = hear};
    return enter(state) || mkdir("in", 0777);
}

static int leave_watch(void **state)
{
    watch_close(t.w);
    assert_int_equal(mem_used(), 0);
    return leave(state);
}

static void begin(void)
{
    struct err e = {0};

    assert_int_equal(watch_open(&t.rules, &t.w, &e), 0);
}

static void put(const char *path, const char *text)
{
    FILE *f = fopen(path, "a");

    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

/* Some time goes by, in steps of a tenth of a second. */
static void pass(double seconds)
{
    const int64_t end = t.now + (int64_t)(seconds * 1e9);
    struct err e = {0};
    bool more = true;

    while (t.now < end || more) {
        assert_int_equal(watch_turn(t.w, t.now, &more, &e), 0);
        t.now += t.now < end ? S / 10 : 0;
    }
}

/* The path of the next file, "" for none. */
static const char *next(void)
{
    struct watch_found f;

    if (!watch_next(t.w, t.now, &f))
        return "";
    assert_string_equal(f.path + strlen("in/"), f.rest);
    return f.path;
}

static void over(const char *path)
{
    watch_over(t.w, path, false, t.now);
}

TEST(a_file_is_taken_once_when_it_is_at_rest)
{
    put("in/a.png", "one");
    begin();
    pass(1.5);
    assert_false(watch_idle(t.w));
    assert_string_equal(next(), "");
    pass(1);
    assert_string_equal(next(), "in/a.png");
    assert_string_equal(next(), "");
    over("in/a.png");
    pass(30);
    assert_string_equal(next(), "");
    assert_true(watch_idle(t.w));
}

TEST(a_file_that_grows_waits)
{
    begin();
    for (int i = 0; i < 10; i++) {
        put("in/a.png", "piece");
        pass(1.5);
        assert_string_equal(next(), "");
    }
    pass(12);
    assert_string_equal(next(), "in/a.png");
}

/* By polling: it is seen before the next reading, when its turn comes. */
TEST(a_change_is_seen_at_the_end_of_the_wait)
{
    put("in/a.png", "one");
    begin();
    pass(1);
    put("in/a.png", "two");
    pass(1.5);
    assert_string_equal(next(), "");
    pass(1.5);
    assert_string_equal(next(), "");
    pass(0.6);
    assert_string_equal(next(), "in/a.png");
}

TEST(what_changes_while_it_is_taken_is_taken_again)
{
    put("in/a.png", "one");
    begin();
    pass(3);
    assert_string_equal(next(), "in/a.png");
    assert_int_equal(watch_look(t.w, "in/a.png"), WATCH_SAME);
    put("in/a.png", "two");
    assert_int_equal(watch_look(t.w, "in/a.png"), WATCH_CHANGED);
    over("in/a.png");
    assert_string_equal(next(), "");
    pass(3);
    assert_string_equal(next(), "in/a.png");
    unlink("in/a.png");
    assert_int_equal(watch_look(t.w, "in/a.png"), WATCH_GONE);
    over("in/a.png");
    assert_false(watch_knows(t.w, "in/a.png"));
    assert_true(watch_idle(t.w));
}

TEST(wanted_again_is_given_again)
{
    put("in/a.png", "one");
    begin();
    pass(3);
    assert_string_equal(next(), "in/a.png");
    watch_over(t.w, "in/a.png", true, t.now);
    assert_string_equal(next(), "");
    pass(3);
    assert_string_equal(next(), "in/a.png");
}

TEST(an_empty_file_has_not_come_yet)
{
    put("in/a.png", "");
    begin();
    pass(5);
    assert_string_equal(next(), "");
    assert_true(watch_idle(t.w));
    put("in/a.png", "one");
    pass(15);
    assert_string_equal(next(), "in/a.png");
}

TEST(names_that_are_not_final_are_left_alone)
{
    static const char *const names[] = {
        ".a.png", "a.png~",  "a.tmp",      "a.png.part", "a.crdownload",
        "a.PART", "#a.png#", "a.filepart", "a.partial",  NULL};

    for (int i = 0; names[i]; i++)
        assert_true(watch_is_temporary(names[i]));
    assert_false(watch_is_temporary("a.png"));
    assert_false(watch_is_temporary("part.tif"));
    put("in/.a.png", "x");
    put("in/b.png.part", "x");
    begin();
    pass(5);
    assert_string_equal(next(), "");
    rename("in/b.png.part", "in/b.png");
    pass(15);
    assert_string_equal(next(), "in/b.png");
}

static bool no_text(void *arg, const char *path)
{
    (void)arg;
    return !strstr(path, ".txt");
}

TEST(what_is_not_wanted_is_left_alone)
{
    t.rules.wanted = no_text;
    put("in/a.txt", "x");
    begin();
    pass(30);
    assert_string_equal(next(), "");
    assert_true(watch_idle(t.w));
}

TEST(folders_in_folders_are_read_when_asked)
{
    const char * not [] = {"in/done"};

    mkdir("in/sub", 0777);
    mkdir("in/done", 0777);
    put("in/sub/a.png", "x");
    put("in/done/b.png", "x");
    begin();
    pass(5);
    assert_string_equal(next(), "");
    watch_close(t.w);
    t.rules.recursive = true;
    t.rules.except = (struct text_list){not, 1};
    begin();
    pass(5);
    assert_string_equal(next(), "in/sub/a.png");
    assert_string_equal(next(), "");
}

TEST(a_folder_that_comes_back_brings_nothing_old)
{
    put("in/a.png", "one");
    begin();
    pass(3);
    assert_string_equal(next(), "in/a.png");
    over("in/a.png");
    assert_int_equal(rename("in", "away"), 0);
    pass(20);
    assert_string_equal(t.said,
                        "folder 'in' is gone: waiting until it is back");
    assert_true(watch_idle(t.w));
    put("away/b.png", "two");
    assert_int_equal(rename("away", "in"), 0);
    pass(3);
    assert_string_equal(t.said, "folder 'in' is back");
    assert_string_equal(next(), "in/b.png");
    assert_string_equal(next(), "");
}

/* Thousands of names come and go, and what they took is given back. */
TEST(what_is_gone_is_forgotten)
{
    char path[32];
    size_t before = 0;

    begin();
    for (int round = 0; round < 3; round++) {
        for (int i = 0; i < 3000; i++) {
            snprintf(path, sizeof(path), "in/%d-%d.png", round, i);
            put(path, "x");
        }
        pass(15);
        for (int i = 0; i < 3000; i++) {
            const char *taken = next();

            assert_int_equal(unlink(taken), 0);
            over(taken);
        }
        pass(15);
        if (round == 0)
            before = mem_used();
        assert_int_equal(mem_used(), before);
    }
}

static void with_events(void)
{
    t.rules.events = true;
    t.rules.poll_ns = 1000000 * S;
    begin();
    pass(1);
}

TEST(events_find_files_between_two_readings)
{
    t.rules.recursive = true;
    with_events();
    put("in/a.png", "one");
    pass(3);
    assert_string_equal(next(), "in/a.png");
    over("in/a.png");
    put("b.png", "two");
    rename("b.png", "in/b.png");
    mkdir("in/sub", 0777);
    pass(1);
    put("in/sub/c.png", "three");
    pass(3);
    assert_string_equal(next(), "in/b.png");
    assert_string_equal(next(), "in/sub/c.png");
    unlink("in/a.png");
    pass(1);
    assert_false(watch_knows(t.w, "in/a.png"));
}

TEST(what_is_open_for_writing_waits_for_its_end)
{
    int fd;

    with_events();
    fd = open("in/a.png", O_CREAT | O_WRONLY, 0666);
    assert_int_equal(write(fd, "one", 3), 3);
    pass(60);
    assert_string_equal(next(), "");
    close(fd);
    pass(1.5);
    assert_string_equal(next(), "");
    fd = open("in/a.png", O_WRONLY | O_APPEND);
    assert_int_equal(write(fd, "two", 3), 3);
    close(fd);
    pass(1.5);
    assert_string_equal(next(), "");
    pass(1);
    assert_string_equal(next(), "in/a.png");
}

TEST(a_look_by_others_is_no_change)
{
    with_events();
    put("in/a.png", "one");
    pass(3);
    assert_string_equal(next(), "in/a.png");
    over("in/a.png");
    close(open("in/a.png", O_RDWR));
    chmod("in/a.png", 0600);
    pass(5);
    assert_true(watch_idle(t.w));
    assert_string_equal(next(), "");
}

TESTS_EACH(enter_watch, leave_watch, a_file_is_taken_once_when_it_is_at_rest,
           a_file_that_grows_waits, a_change_is_seen_at_the_end_of_the_wait,
           what_changes_while_it_is_taken_is_taken_again,
           wanted_again_is_given_again, an_empty_file_has_not_come_yet,
           names_that_are_not_final_are_left_alone,
           what_is_not_wanted_is_left_alone,
           folders_in_folders_are_read_when_asked,
           a_folder_that_comes_back_brings_nothing_old,
           what_is_gone_is_forgotten, events_find_files_between_two_readings,
           what_is_open_for_writing_waits_for_its_end,
           a_look_by_others_is_no_change)
