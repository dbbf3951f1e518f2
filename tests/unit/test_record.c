/* Lines of a run's files until its report is written. */

#include "test.h"

#include "run/record.h"
#include "scratch.h"

static struct record *make(int count)
{
    struct record *r = NULL;
    struct err e = {0};

    assert_int_equal(record_new(count, ".", &r, &e), 0);
    return r;
}

static void add(struct record *r, int i, enum file_status status,
                double seconds, const char *line)
{
    struct err e = {0};

    assert_int_equal(record_add(r, i, status, seconds, line, &e), 0);
}

static void assert_line(struct record *r, int i, const char *want)
{
    struct buf b = {.max = 100};
    struct err e = {0};

    assert_int_equal(record_line(r, i, &b, &e), 0);
    assert_string_equal((char *)b.data, want);
    buf_release(&b);
}

TEST(lines_come_back_in_any_order)
{
    struct record *r = make(3);

    add(r, 2, FILE_DONE, 1, "two");
    add(r, 0, FILE_FAILED, 2, "zero");
    assert_line(r, 0, "zero");
    assert_line(r, 1, "");
    add(r, 2, FILE_KEPT, 3, "two again");
    assert_line(r, 2, "two again");
    assert_int_equal(record_entry(r, 0)->status, FILE_FAILED);
    assert_int_equal(record_entry(r, 1)->status, RECORD_NONE);
    assert_int_equal(record_entry(r, 2)->status, FILE_KEPT);
    record_free(r);
}

TEST(the_slowest_come_first)
{
    static const double seconds[] = {3, 9, 1, 9, 4, 0};
    struct record *r = make(7);
    int slow[3];

    for (int i = 0; i < 6; i++)
        add(r, i, FILE_DONE, seconds[i], "");
    add(r, 6, FILE_KEPT, 100, "");
    assert_int_equal(record_slowest(r, slow, 3), 3);
    assert_int_equal(slow[0], 1);
    assert_int_equal(slow[1], 3);
    assert_int_equal(slow[2], 4);
    record_free(r);
}

TEST(nothing_is_left_in_the_folder)
{
    struct record *r = make(1);

    assert_int_equal(system("test -z \"$(ls -A)\""), 0);
    record_free(r);
}

TESTS_WITH(enter, leave, lines_come_back_in_any_order, the_slowest_come_first,
           nothing_is_left_in_the_folder)
