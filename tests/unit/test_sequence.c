/* Numbered pictures: which names belong to a sequence, and which are missing.
 */

#include <unistd.h>

#include "test.h"

#include "base/file.h"
#include "run/sequence.h"
#include "scratch.h"

static void touch(const char *folder, const char *name)
{
    char path[400];
    FILE *f;

    snprintf(path, sizeof(path), "%s/%s", folder, name);
    f = fopen(path, "w");
    assert_non_null(f);
    fclose(f);
}

static int find(const char *folder, const char *pattern, const char *range,
                struct sequence *s, struct err *e)
{
    char path[400];

    *e = (struct err){0};
    snprintf(path, sizeof(path), "%s/%s", folder, pattern);
    return sequence_find(path, range, s, e);
}

TEST(names_with_other_shapes_are_not_in_it)
{
    const char *folder = ".";
    struct sequence s;
    struct err e;

    touch(folder, "shot.0001.exr");
    touch(folder, "shot.0003.exr");
    touch(folder, "shot.12345.exr"); /* more digits: a larger number */
    touch(folder, "shot.02.exr");
    touch(folder, "shot.00002.exr"); /* a nought too many */
    touch(folder, "shot.0004.exr.tmp");
    touch(folder, "shot.000x.exr");
    touch(folder, "other.0005.exr");
    assert_int_equal(find(folder, "shot.####.exr", NULL, &s, &e), 0);
    assert_int_equal(s.count, 3);
    assert_int_equal(s.number[0], 1);
    assert_int_equal(s.number[1], 3);
    assert_int_equal(s.number[2], 12345);
    sequence_release(&s);
    assert_int_equal(find(folder, "shot.%04d.exr", NULL, &s, &e), 0);
    assert_int_equal(s.count, 3);
    sequence_release(&s);
}

TEST(a_range_wants_each_of_its_frames)
{
    const char *folder = ".";
    struct sequence s;
    struct err e;

    touch(folder, "a0001.png");
    touch(folder, "a0003.png");
    assert_int_equal(find(folder, "a####.png", "1-3x2", &s, &e), 0);
    assert_int_equal(s.count, 2);
    sequence_release(&s);
    assert_int_equal(find(folder, "a####.png", "1-3", &s, &e), ERR_DATA);
    assert_non_null(strstr(e.text, "frame 2 is not there"));
    assert_int_equal(find(folder, "b####.png", NULL, &s, &e), ERR_DATA);
    assert_int_equal(find(folder, "a####.png", "3-1", &s, &e), ERR_ARG);
    assert_int_equal(find(folder, "a####.png", "1-3x0", &s, &e), ERR_ARG);
    assert_int_equal(find(folder, "a####.png", "1-999999999999", &s, &e),
                     ERR_ARG);
}

TEST(a_path_is_what_its_pattern_says)
{
    static const struct {
        const char *pattern;
        int64_t number;
        const char *path;
    } cases[] = {
        {"x/shot.####.exr", 7, "x/shot.0007.exr"},
        {"x/shot.####.exr", 123456, "x/shot.123456.exr"},
        {"x/s_%03d_v2.png", 7, "x/s_007_v2.png"},
        {"x/#.png", 12, "x/12.png"},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct sequence s;
        struct err e = {0};
        char *path;

        assert_int_equal(sequence_parse(cases[i].pattern, &s, &e), 0);
        path = sequence_path(&s, cases[i].number);
        assert_string_equal(path, cases[i].path);
        mem_free(path);
        sequence_release(&s);
    }
    assert_false(sequence_is("plain.png"));
    assert_false(sequence_is("50%.png"));
    assert_false(sequence_is("a##b##.png"));
    assert_true(sequence_is("nowhere/a##.png"));
}

TESTS_WITH(enter, leave, names_with_other_shapes_are_not_in_it,
           a_range_wants_each_of_its_frames, a_path_is_what_its_pattern_says)
